"""What lies in the data folder beside the store, and goes along with an export: the ledger's key, and your own calibrations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ExportInvalid, LedgerKeyInvalid
from service.settings import Settings

if TYPE_CHECKING:
    from index.ledger.notes import PublicKey

KEY = "ledger.key"
CALIBRATION = re.compile(r"calibrations/[0-9]{1,9}\.json")


def files_beside(settings: Settings, *, with_keys: bool) -> dict[str, bytes]:
    """Name in an export -> content."""
    from service.check.own_calibration import FOLDER, files_of

    found = {f"{FOLDER}/{path.name}": path.read_bytes() for path in files_of(settings.data_dir)}
    return found | ({KEY: settings.ledger_key.read_bytes()} if with_keys else {})


def refuse_unknown(names: Iterable[str]) -> None:
    """Refuse files that no export has.

    Raises:
        ExportInvalid: naming them.
    """
    if unknown := sorted(name for name in names if name != KEY and not CALIBRATION.fullmatch(name)):
        raise ExportInvalid([f"{name}: is no file of an export" for name in unknown])


@contextmanager
def put_beside(settings: Settings, files: Mapping[str, bytes]) -> Iterator[None]:
    """Write the files into the data folder; they are taken away again if the block fails.

    Raises:
        FileExistsError: if there are others with their names.
    """
    missing = {settings.data_dir / name: content for name, content in files.items()}
    for path, content in list(missing.items()):
        if path.exists():
            if path.read_bytes() != content:
                raise FileExistsError(f"{path} is there already, and is another one: move it away first. Nothing was restored")
            del missing[path]
    try:
        for path, content in missing.items():
            _write(path, content)
        yield
    except BaseException:
        for path in missing:
            path.unlink(missing_ok=True)
        raise


def _write(path: Path, content: bytes) -> None:
    """The file appears whole; only its owner can read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(0o600)
    unfinished.write_bytes(content)
    unfinished.replace(path)


def refuse_other_key(settings: Settings, signed_by: PublicKey) -> None:
    """Refuse to go on where the key that signs here is not the one that signed.

    Raises:
        LedgerKeyInvalid: if it is another, or there is none; what to do is told.
    """
    from index.ledger.notes import key_in

    path = settings.ledger_key
    if path.exists() and key_in(path).public(signed_by.name) == signed_by:
        return
    what = "is another key than the one that signed the ledger" if path.exists() else "is missing"
    raise LedgerKeyInvalid(
        f"{path} {what}: put the key of the store that was exported there (or export with --with-keys);"
        " if it is lost, restore with --lost-key. Nothing was restored"
    )
