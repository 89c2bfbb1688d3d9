"""What is loaded waits here until all of it was read: meanwhile others can write, whatever a file takes to be read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO

import msgspec

from index.errors import StoreUnavailable
from index.progress import Progress
from index.records import Batch

IN_MEMORY = 4_000_000
"""Bytes from which on it waits on the disk."""
WRITING = "writing records"


@contextmanager
def spooled(batches: Iterable[Batch], progress: Progress) -> Iterator[Iterator[Batch]]:
    """The batches: all are taken before the block begins, and given one by one within it.

    Raises:
        StoreUnavailable: if there is no room for them.
    """
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        sizes = [_put(file, batch) for batch in batches]
        file.seek(0)
        yield _taken(file, sizes, progress)


def _put(file: IO[bytes], batch: Batch) -> int:
    try:
        return file.write(msgspec.msgpack.encode(batch))
    except OSError as error:
        raise StoreUnavailable(f"what is to be loaded cannot be kept until all of it is read: {error.strerror}") from error


def _taken(file: IO[bytes], sizes: list[int], progress: Progress) -> Iterator[Batch]:
    for number, size in enumerate(sizes):
        progress(WRITING, number, len(sizes))
        yield msgspec.msgpack.decode(file.read(size), type=Batch)
    progress(WRITING, len(sizes), len(sizes))
