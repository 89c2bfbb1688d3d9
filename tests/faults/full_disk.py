"""The disk is full while somebody writes: `python -m tests.faults.full_disk [ROUNDS]`, as root, which may mount a small disk.

Each round edits, imports, merges and erases until there is no room. What could not be written must be told as `StoreUnavailable`;
what was acknowledged must be there, what is read must be as the ledger says; and once there is room again all goes on.
"""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import StoreUnavailable
from index.store.sql import SqlStore
from tests.contracts.test_store import paper, statement
from tests.faults.kills import after, change, opened

DISK, LEFT = 6_000_000, 600_000
"""Bytes of the disk, and at most of room that is left on it at the beginning of a round."""


@contextmanager
def disk() -> Iterator[Path]:
    """The folder of a small disk."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def write_until_full(store: SqlStore, number: int, dice: random.Random) -> tuple[int, str]:
    """The last sequence that was acknowledged, and what is told when there is no room."""
    acknowledged = 0
    for count in itertools.count():
        try:
            change(store, f"{number}-{count}", dice.choice((0, 2, 3, 4)))
            acknowledged = int(store.version().rpartition("-")[2])
        except StoreUnavailable as error:
            return acknowledged, str(error)
    raise AssertionError


def round_of(folder: Path, number: int, dice: random.Random, told: Counter[str]) -> list[str]:
    """One round, in a store of its own; gives what is wrong."""
    url, ballast = f"sqlite:///{folder}/{number}.sqlite", folder / "ballast"
    store = opened(url, folder)
    store.load([paper(statement("edited"))])
    room = subprocess.run(["df", "--output=avail", "-B1", folder], capture_output=True, check=True).stdout.split()[-1]
    ballast.write_bytes(bytes(max(0, int(room) - dice.randrange(LEFT))))
    acknowledged, why = write_until_full(store, number, dice)
    told[why] += 1
    wrong = [f"{one.place}: {one.what}" for one in store.ledger.verify()]
    ballast.unlink()
    store.load([paper(statement("room-again"))])
    store.close()
    wrong += after(opened(url, folder), acknowledged + 1)
    for path in folder.glob(f"{number}.sqlite*"):
        path.unlink()
    return wrong


def main() -> None:
    """Fill and tell."""
    rounds, wrong, told = int(sys.argv[1]) if len(sys.argv) > 1 else 20, list[str](), Counter[str]()
    with disk() as folder:
        for number in range(rounds):
            wrong += [f"round {number}: {one}" for one in round_of(folder, number, random.Random(number), told)]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{rounds} rounds, told as {dict(told)}, {len(wrong)} things wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
