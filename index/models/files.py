"""Files and their sums: an answer depends on no file that is not named with its sha256 and looked at when it is loaded."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The hex sha256 of a file.

    Raises:
        OSError: if it cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sums_of(folder: Path, without: str = "") -> dict[str, str]:
    """Path within the folder -> hex sha256, of all files but hidden ones and the one named `without`.

    Raises:
        OSError: if one cannot be read.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: sha256_of(path) for name, path in names.items() if name != without and not _is_hidden(name)}


def sum_of(sums: dict[str, str]) -> str:
    """One hex sha256 for several files: it changes whenever one of them is changed, renamed, added or removed."""
    return hashlib.sha256("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode()).hexdigest()


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))
