"""What the files of an export lie in: a folder, or a ZIP file. Equal files make equal containers, to the byte."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol

import msgspec

from index.errors import ExportInvalid

ZIP = ".zip"
"""How the name of an export ends that is a file."""
DAY = (1980, 1, 1, 0, 0, 0)
"""When each file in a ZIP file is said to have been changed."""
PRIVATE = 0o600
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
"""What reading a damaged container raises."""


class Sum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file must be.

    Attributes:
        sha256: 64 hex digits.
        lines: how many, each with its end.
    """

    sha256: str
    bytes: int
    lines: int


class Summing:
    """Reckons a file's sum as it is written or read."""

    def __init__(self) -> None:
        self._hash, self._bytes, self._lines = hashlib.sha256(), 0, 0

    def take(self, piece: bytes) -> bytes:
        """Take the next piece; gives it back."""
        self._hash.update(piece)
        self._bytes += len(piece)
        self._lines += piece.count(b"\n")
        return piece

    @property
    def sum(self) -> Sum:
        """The sum of all so far."""
        return Sum(self._hash.hexdigest(), self._bytes, self._lines)


def summed(pieces: Iterable[bytes]) -> Sum:
    """The sum of a file that consists of these."""
    summing = Summing()
    for piece in pieces:
        summing.take(piece)
    return summing.sum


class Container(Protocol):
    """Where files lie."""

    def names(self) -> list[str]:
        """Of all files."""
        ...

    def open(self, name: str) -> IO[bytes]:
        """A file, to be read."""
        ...

    def create(self, name: str) -> IO[bytes]:
        """A new file, to be written."""
        ...


class Folder(Container):
    """Files in a folder; nobody but their owner can read them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        """See `Container`."""
        return [path.relative_to(self._path).as_posix() for path in self._path.rglob("*") if not path.is_dir()]

    def open(self, name: str) -> IO[bytes]:
        """See `Container`."""
        return (self._path / name).open("rb")

    def create(self, name: str) -> IO[bytes]:
        """See `Container`."""
        path = self._path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(PRIVATE)
        return path.open("wb")


class Zipped(Container):
    """Files in a ZIP file."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    def names(self) -> list[str]:
        """See `Container`."""
        return self._file.namelist()

    def open(self, name: str) -> IO[bytes]:
        """See `Container`."""
        return self._file.open(name)

    def create(self, name: str) -> IO[bytes]:
        """See `Container`."""
        info = zipfile.ZipInfo(name, DAY)
        info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, PRIVATE << 16
        return self._file.open(info, "w", force_zip64=True)


@contextmanager
def writing(path: Path, *, zipped: bool) -> Iterator[Container]:
    """A new container."""
    if not zipped:
        path.mkdir(mode=0o700)
        yield Folder(path)
        return
    path.touch(PRIVATE)
    with zipfile.ZipFile(path, "w") as file:
        yield Zipped(file)


@contextmanager
def reading(path: Path) -> Iterator[Container]:
    """A container that is there.

    Raises:
        ExportInvalid: if it is none.
    """
    if path.is_dir():
        yield Folder(path)
        return
    with _opened(path) as file:
        yield Zipped(file)


def _opened(path: Path) -> AbstractContextManager[zipfile.ZipFile]:
    try:
        return zipfile.ZipFile(path)
    except BROKEN as error:
        raise ExportInvalid([f"{path}: is no ZIP file, or damaged: {error}"]) from error


def write(container: Container, name: str, pieces: Iterable[bytes]) -> Sum:
    """Write a file."""
    summing = Summing()
    with container.create(name) as file:
        for piece in pieces:
            file.write(summing.take(piece))
    return summing.sum


def lines_of(container: Container, name: str) -> Iterator[bytes]:
    """A file's lines, each with its end.

    Raises:
        ExportInvalid: if it cannot be read.
    """
    try:
        with container.open(name) as file:
            yield from file
    except BROKEN as error:
        raise ExportInvalid([f"{name}: cannot be read: {error}"]) from error
