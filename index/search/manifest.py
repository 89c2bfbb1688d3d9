"""The index on disk: a folder with a manifest that says what it was made of and the sha256 of each of its files."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import msgspec

from index.errors import IndexInvalid
from index.models.files import sha256_of, sums_of

MANIFEST = "manifest.json"
FORMAT = 3
"""Goes up whenever files that an older version wrote can no longer be read, or a text is cleaned or taken apart in
another way before it is indexed."""

BUILDING = ".building-"
"""What the names of folders begin with in which an index is built."""

UNREADABLE = (OSError, msgspec.MsgspecError, UnicodeDecodeError)


class Manifest(msgspec.Struct, frozen=True):
    """What an index was made of.

    Attributes:
        encoder: the encoder's name.
        encoder_fingerprint: changes whenever its vectors may.
        dimension: length of a vector.
        rows: how many searchable texts there are.
        content: hex sha256 of what it was made of (`Snapshot.build` says of what): neither the order in which records
            were loaded nor the last bits of vectors change it.
        store_version: of the store whose records it was made from.
        files: path within the folder -> sha256.
    """

    format: int
    encoder: str
    encoder_fingerprint: str
    dimension: int
    rows: int
    content: str
    store_version: str
    files: dict[str, str]

    @property
    def version(self) -> str:
        """12 hex digits that name the index: same content, same name."""
        return self.content[:12]


def publish(folder: Path, write: Callable[[Path], None], describe: Callable[[dict[str, str]], Manifest]) -> Manifest:
    """Write an index into a temporary folder beside `folder` and rename it into place, whole or not at all.

    Args:
        folder: its final place; what was there is replaced.
        write: writes the files into the folder it is given.
        describe: makes the manifest from path -> sha256 of what was written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _building(folder.parent) as scratch:
        ready = scratch / "ready"
        ready.mkdir()
        write(ready)
        manifest = describe(sums_of(ready))
        (ready / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        if folder.exists():
            folder.rename(scratch / "replaced")
        ready.rename(folder)
    return manifest


@contextmanager
def _building(parent: Path) -> Iterator[Path]:
    """A folder to build in, locked meanwhile and removed in the end. Those of builds that were killed are removed first."""
    with ExitStack() as held:
        with _locked(parent):
            for left in parent.glob(f"{BUILDING}*"):
                with suppress(OSError), _locked(left, fcntl.LOCK_NB):  # nobody builds in it any more
                    shutil.rmtree(left)
            scratch = Path(held.enter_context(tempfile.TemporaryDirectory(dir=parent, prefix=BUILDING)))
            held.enter_context(_locked(scratch))
        yield scratch


@contextmanager
def _locked(folder: Path, how: int = 0) -> Iterator[None]:
    """Hold a folder's lock, which goes with its holder, however that ends.

    Raises:
        BlockingIOError: if another one holds it, and `how` is `LOCK_NB`.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | how)
        yield
    finally:
        os.close(descriptor)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest as it stands, unverified; None if there is none that can be read."""
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except UNREADABLE:
        return None


def verify(folder: Path, encoder_fingerprint: str, store_version: str) -> Manifest:
    """Read the manifest and check that the folder is whole and made of what is expected.

    Raises:
        IndexInvalid: saying what is wrong.
    """
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
        changed = [name for name, digest in manifest.files.items() if sha256_of(folder / name) != digest]
    except FileNotFoundError as error:
        raise IndexInvalid(f"{error.filename} is missing") from error
    except UNREADABLE as error:
        raise IndexInvalid(f"{folder / MANIFEST} cannot be read: {error}") from error
    if manifest.format != FORMAT:
        raise IndexInvalid(f"format {manifest.format}, expected {FORMAT}")
    if changed:
        raise IndexInvalid(f"damaged: {', '.join(changed)}")
    if manifest.encoder_fingerprint != encoder_fingerprint:
        raise IndexInvalid("made with another encoder")
    if manifest.store_version != store_version:
        raise IndexInvalid("the records have changed since it was made")
    return manifest
