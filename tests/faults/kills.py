"""A process that writes is killed at any moment: `python -m tests.faults.kills [ROUNDS]`.

Each round a process edits, imports and undoes, and says what was acknowledged; it is killed (SIGKILL) after a while by chance.
Then nothing that it had said may be missing, and all must be as the ledger says.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from index.kinds import RecordKind
from index.ledger.entries import By
from index.ledger.notes import key_in
from index.store.sql import SqlStore
from index.store.writing import Put
from tests.contracts.test_store import feed, paper, review, statement

LONGEST_S = 0.4
"""Seconds after the first acknowledgement that a process lives at most."""
ME = By("me", "because")


def opened(folder: Path) -> SqlStore:
    """The store that is written to."""
    return SqlStore(f"sqlite:///{folder}/rebut.sqlite", key_in(folder / "key"))


def write(folder: Path, number: int, acknowledged: int) -> None:
    """Write until killed; each change that is committed is acknowledged with the sequence of the ledger."""
    store, dice, count = opened(folder), random.Random(number), 0
    while True:
        count += 1
        kind = dice.randrange(3)
        if kind == 0:
            with store.ledger.acting(ME) as act:
                record = statement("edited", f"Edited in round {number}: {count}.")
                act.put(RecordKind.STATEMENT, [Put(record_id="edited", record=record)])
        elif kind == 1:
            ids = [f"s-{number}-{count}-{place}" for place in range(20)]
            store.load([paper(*map(statement, ids))])
            store.load_batches([feed(*(review(f"r-{id_}", id_) for id_ in ids))])
        else:
            store.ledger.undo(int(store.version().rpartition("-")[2]), ME)
        os.write(acknowledged, f"{store.version().rpartition('-')[2]}\n".encode())


def round_of(folder: Path, number: int, dice: random.Random) -> tuple[int, list[str]]:
    """One round: how much was acknowledged, and what is wrong afterwards."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            write(folder, number, writer)
        finally:
            os._exit(1)
    os.close(writer)
    said = os.read(reader, 100)
    time.sleep(dice.random() * LONGEST_S)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reader, 65536):
        said += more
    os.close(reader)
    acknowledged = [int(line) for line in said.decode().splitlines()]
    return len(acknowledged), after(folder, max(acknowledged, default=0))


def after(folder: Path, acknowledged: int) -> list[str]:
    """What is wrong in the store."""
    store = opened(folder)
    wrong = [f"{one.place}: {one.what}" for one in store.ledger.verify()]
    stands = store.ledger.checkpoint()
    if stands is None or stands[0].sequence < acknowledged:
        wrong.append(f"{acknowledged} was acknowledged, and the ledger has {stands and stands[0].sequence}")
    store.close()
    return wrong


def main() -> None:
    """Kill and tell."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    dice, wrong, acknowledged = random.Random(1), list[str](), 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        store = opened(folder)
        store.load([paper(statement("edited"))])
        store.close()
        for number in range(rounds):
            count, found = round_of(folder, number, dice)
            acknowledged += count
            wrong += [f"round {number}: {one}" for one in found]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{rounds} rounds, {acknowledged} acknowledged changes, {len(wrong)} things wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
