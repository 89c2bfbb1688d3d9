"""What clients have used up of what they are allowed, in a file that all processes of a data folder share.

A file of fixed size, read and written in place: it takes microseconds, where a row of the database takes milliseconds. A client is
a digest of 64 bits, which tells its bucket, too; a bucket is locked while somebody counts in it, and free when a process ends. Who
comes to a full bucket takes the place of the client there that has used up least.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import struct
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from index.errors import StoreUnavailable

BUCKETS = 65_536
"""4 MB, on the disk as well: a full disk is no matter later."""
ALLOCATE: Callable[[int, int, int], None] | None = getattr(os, "posix_fallocate", None)
"""macOS has none."""
PLACES = 4
PLACE = struct.Struct("<8sd")
BUCKET_BYTES = PLACES * PLACE.size


class Used(msgspec.Struct):
    """What a client has used up.

    Attributes:
        full_at: when it will have all of its allowance again; 0 if nothing is known of it.
    """

    full_at: float


class Tally:
    """The file. Used by one thread of a process, and by any number of processes of one machine."""

    def __init__(self, file: Path, buckets: int = BUCKETS) -> None:
        """Open it, or make it.

        Raises:
            StoreUnavailable: if it cannot be written.
        """
        self._buckets = buckets
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            weakref.finalize(self, os.close, self._descriptor)
            reserve(self._descriptor, buckets * BUCKET_BYTES)
        except OSError as error:
            raise StoreUnavailable(f"the file {file}, in which limits are counted, cannot be written: {error.strerror}") from error

    @contextmanager
    def of(self, client: str) -> Iterator[Used]:
        """What a client has used up; what stands there at the end of the block is kept. Other processes wait until then."""
        digest = hashlib.blake2b(client.encode("utf-8", "replace"), digest_size=8).digest()
        start = BUCKET_BYTES * (int.from_bytes(digest, "big") % self._buckets)
        fcntl.lockf(self._descriptor, fcntl.LOCK_EX, BUCKET_BYTES, start)
        try:
            bucket = os.pread(self._descriptor, BUCKET_BYTES, start).ljust(BUCKET_BYTES, b"\0")
            places: list[tuple[bytes, float]] = list(PLACE.iter_unpack(bucket))
            known = [number for number, (whose, _) in enumerate(places) if whose == digest]
            place = known[0] if known else min(range(PLACES), key=lambda number: places[number][1])
            used = Used(places[place][1] if known else 0.0)
            yield used
            os.pwrite(self._descriptor, PLACE.pack(digest, used.full_at), start + place * PLACE.size)
        finally:
            fcntl.lockf(self._descriptor, fcntl.LOCK_UN, BUCKET_BYTES, start)


def reserve(descriptor: int, size: int, allocate: Callable[[int, int, int], None] | None = ALLOCATE) -> None:
    """Make a file at least so many bytes long; what it holds stays. Where nothing allocates, the disk is not asked for room yet."""
    if allocate is not None:
        allocate(descriptor, 0, size)
    elif os.fstat(descriptor).st_size < size:
        os.ftruncate(descriptor, size)
