"""The index on disk: a folder for each version that was written, and a file that names the one to be read.

A version's folder is complete before it is named, and is never changed. Its manifest says what it was made of, with the sha256 of
each of its files.
"""

from __future__ import annotations

import fcntl
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from index.errors import IndexInvalid
from index.models.files import sha256_of, sums_of

CURRENT, LOCK, BUILDING = "current", "lock", ".building-"
MANIFEST = "manifest.json"
FORMAT = 6
"""Goes up whenever files that an older version wrote can no longer be read, or a text is cleaned or taken apart in
another way before it is indexed."""


class Manifest(msgspec.Struct, frozen=True):
    """What an index was made of.

    Attributes:
        encoder: the encoder's name.
        encoder_fingerprint: changes whenever its vectors may.
        dimension: length of a vector.
        rows: how many searchable texts there are.
        content: hex sha256 of what it was made of (`Snapshot.manifest` says of what): neither the order in which records
            were loaded nor the last bits of vectors change it.
        store_version: of the store whose records it was made from.
        files: path within the folder -> sha256; empty for an index in memory.
        entry: the hash of the ledger's last entry then: a store that was gone back to a backup may come to the same version with
            other changes.
    """

    format: int
    encoder: str
    encoder_fingerprint: str
    dimension: int
    rows: int
    content: str
    store_version: str
    files: dict[str, str]
    entry: str = ""

    @property
    def version(self) -> str:
        """12 hex digits that name the index: same content, same name."""
        return self.content[:12]

    def shows(self, other: Manifest) -> bool:
        """Whether this index shows the other's store, by the same encoders, as it was then or later."""
        (store, _, revision), (same, _, wanted) = (one.store_version.rpartition("-") for one in (self, other))
        alike = (store, self.format, self.encoder_fingerprint) == (same, other.format, other.encoder_fingerprint)
        return alike and revision.isdecimal() and wanted.isdecimal() and int(revision) >= int(wanted)


@contextmanager
def writing(folder: Path, wait: bool) -> Iterator[bool]:
    """Hold the right to write, which one process has at a time; gives whether it was got.

    Args:
        wait: until it is free.

    Raises:
        OSError: if the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True  # closing the file gives it back


def publish(folder: Path, write: Callable[[Path], None], manifest: Manifest) -> Manifest:
    """Write a version into a folder of its own and name it as the current one, whole or not at all. The caller has `writing`.

    The version before stays, for who is reading it; what is older, or was left half-written by a process that was killed, goes.

    Args:
        folder: where all versions are.
        write: writes the files into the folder it is given.
        manifest: without files.
    """
    before = current(folder)
    for leftover in folder.glob(f"{BUILDING}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=BUILDING) as scratch:
        ready = Path(scratch, "ready")
        ready.mkdir()
        write(ready)
        whole = msgspec.structs.replace(manifest, files=sums_of(ready))
        (ready / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(whole)))
        home = _unused(folder, manifest.version)
        Path(scratch, CURRENT).write_text(home.name, encoding="utf-8")
        ready.rename(home)
        Path(scratch, CURRENT).replace(folder / CURRENT)
    _remove_all_but(folder, {home, before, folder / CURRENT, folder / LOCK})
    return whole


def forget(folder: Path) -> None:
    """Remove all versions; who has one in use goes on with it, and the next one is made anew.

    Raises:
        OSError: if the folder cannot be written to.
    """
    with writing(folder, wait=True):
        (folder / CURRENT).unlink(missing_ok=True)
        _remove_all_but(folder, {folder / LOCK})


def _unused(folder: Path, version: str) -> Path:
    """A folder that has never been there: `<version>.<number>`."""
    taken = [int(path.suffix[1:]) for path in folder.iterdir() if re.fullmatch(r"[0-9a-f]{12}\.[0-9]{1,9}", path.name)]
    return folder / f"{version}.{max(taken, default=0) + 1}"


def _remove_all_but(folder: Path, kept: set[Path | None]) -> None:
    for path in set(folder.iterdir()) - kept:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def current(folder: Path) -> Path | None:
    """The folder of the version to be read; None if none is named."""
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return folder / name if re.fullmatch(r"[0-9a-f]{12}\.[0-9]+", name) else None


def read_manifest(folder: Path) -> Manifest | None:
    """The current version's manifest as it stands, unverified; None if there is none that can be read."""
    try:
        return _named(folder)[1]
    except IndexInvalid:
        return None


def verify(folder: Path, encoder_fingerprint: str) -> tuple[Path, Manifest]:
    """Read the current version's manifest and check that its folder is whole and made with these encoders.

    Raises:
        IndexInvalid: saying what is wrong.
    """
    home, manifest = _named(folder)
    if manifest.format != FORMAT:
        raise IndexInvalid(f"format {manifest.format}, expected {FORMAT}")
    try:
        changed = [name for name, digest in manifest.files.items() if sha256_of(home / name) != digest]
    except OSError as error:
        raise IndexInvalid(f"{error.filename} is missing or cannot be read") from error
    if changed:
        raise IndexInvalid(f"damaged: {', '.join(changed)}")
    if manifest.encoder_fingerprint != encoder_fingerprint:
        raise IndexInvalid("made with another encoder")
    return home, manifest


def _named(folder: Path) -> tuple[Path, Manifest]:
    home = current(folder)
    if home is None:
        raise IndexInvalid("there is none, or none is named")
    try:
        return home, msgspec.json.decode((home / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise IndexInvalid(f"{error.filename} is missing") from error
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        raise IndexInvalid(f"{home / MANIFEST} cannot be read: {error}") from error
