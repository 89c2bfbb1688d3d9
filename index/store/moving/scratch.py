"""Files and folders that appear whole or not at all: they are made under another name, beside their place."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import RebutError

SUFFIX = ".partial"


class Taken(RebutError):
    """What is to be written is there already: it is never overwritten."""


@contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """A place to make a file or a folder at, which moves to `path` at the end of the block, or is taken away if that fails.

    What was left by a process that was killed is taken away, too.

    Raises:
        Taken: if there is something at `path`.
        OSError: if it cannot be written.
    """
    _refuse_taken(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(path)
    scratch = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=SUFFIX, dir=path.parent))
    lock = os.open(scratch, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield scratch / path.name
        _refuse_taken(path)
        _on_disk(scratch / path.name)
        (scratch / path.name).rename(path)
        _sync(path.parent)
    finally:
        os.close(lock)
        shutil.rmtree(scratch, ignore_errors=True)


def _refuse_taken(path: Path) -> None:
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise Taken(f"{path} is there already: give another name, or remove it first")


def _remove_leftovers(path: Path) -> None:
    for leftover in path.parent.glob(f".{path.name}.*{SUFFIX}"):
        held = os.open(leftover, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(leftover, ignore_errors=True)
        except BlockingIOError:
            pass  # somebody works on it
        finally:
            os.close(held)


def _on_disk(path: Path) -> None:
    """Wait until all of it is on the disk."""
    for one in [*(path.rglob("*") if path.is_dir() else ()), path]:
        _sync(one)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
