"""A process that writes is killed at any moment: `python -m tests.faults.kills [ROUNDS] [--postgresql]`.

Each round a process edits, imports, merges, erases and undoes, and says what was acknowledged; it is killed (SIGKILL).
Then nothing that it had said may be missing, and all must be as the ledger says. With PostgreSQL every other round it is the server
that crashes, in the middle of what the process writes.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from rich.progress import track

from index.kinds import RecordKind
from index.ledger.entries import By
from index.ledger.notes import key_in
from index.store.sql import SqlStore
from index.store.writing import Put
from service.editing.merging import merge
from tests.contracts.test_store import feed, paper, review, statement
from tests.postgres import Postgres, server

LONGEST_S = 0.4
"""Seconds after the first acknowledgement that a process lives at most."""
ON_ONE = 25
"""Rounds on one store: the whole ledger is verified after each, and it grows."""
ME = By("me", "because")


def opened(url: str, folder: Path) -> SqlStore:
    """The store that is written to."""
    return SqlStore(url, key_in(folder / "key"))


def stores(scratch: Path, postgres: Postgres | None) -> Iterator[tuple[str, Path]]:
    """The URL of a store with a statement, and the folder of its key, for each round."""
    while True:
        folder = Path(tempfile.mkdtemp(dir=scratch))
        url = postgres.empty() if postgres else f"sqlite:///{folder}/rebut.sqlite"
        store = opened(url, folder)
        store.load([paper(statement("edited"))])
        store.close()
        for _ in range(ON_ONE):
            yield url, folder


def write(store: SqlStore, number: int, acknowledged: int) -> None:
    """Write until killed; each change that is committed is acknowledged with the sequence of the ledger."""
    dice, count = random.Random(number), 0
    while True:
        count += 1
        change(store, f"{number}-{count}", dice.randrange(5))
        os.write(acknowledged, f"{store.version().rpartition('-')[2]}\n".encode())


def change(store: SqlStore, name: str, kind: int) -> None:
    """Make one change: an edit, an undo, or an import, of which two statements may then be merged, and the merged one erased."""
    if kind == 0:
        with store.ledger.acting(ME) as act:
            record = statement("edited", f"Edited in round {name}.")
            act.put(RecordKind.STATEMENT, [Put(record_id="edited", record=record)])
        return
    if kind == 1:
        store.ledger.undo(int(store.version().rpartition("-")[2]), ME)
        return
    ids = [f"s-{name}-{place}" for place in range(20)]
    store.load([paper(*(statement(id_, f"The bees of {id_} bark.") for id_ in ids))])
    store.load_batches([feed(*(review(f"r-{id_}", id_) for id_ in ids))])
    if kind > 2:
        merge(store.ledger, ids[0], ids[1], ME)
    if kind > 3:
        store.ledger.erase(RecordKind.STATEMENT, ids[0], ME)


def round_of(url: str, folder: Path, number: int, dice: random.Random, crash: Callable[[], None] | None) -> tuple[int, list[str]]:
    """One round: how much was acknowledged, and what is wrong afterwards.

    Args:
        crash: what goes wrong instead of the process being killed.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            write(opened(url, folder), number, writer)
        finally:
            os._exit(1)
    os.close(writer)
    said = os.read(reader, 100)
    time.sleep(dice.random() * LONGEST_S)
    if crash:
        crash()
    else:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reader, 65536):
        said += more
    os.close(reader)
    acknowledged = [int(line) for line in said.decode().splitlines()]
    return len(acknowledged), after(opened(url, folder), max(acknowledged, default=0))


def after(store: SqlStore, acknowledged: int) -> list[str]:
    """What is wrong in the store."""
    wrong = [f"{one.place}: {one.what}" for one in store.ledger.verify()]
    stands = store.ledger.checkpoint()
    if stands is None or stands[0].sequence < acknowledged:
        wrong.append(f"{acknowledged} was acknowledged, and the ledger has {stands and stands[0].sequence}")
    store.close()
    return wrong


def main() -> None:
    """Kill and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int, nargs="?", default=500)
    parser.add_argument("--postgresql", action="store_true", help="on a server that is started for it (apt-get install postgresql)")
    options = parser.parse_args()
    dice, wrong, acknowledged = random.Random(1), list[str](), 0
    with ExitStack() as stack:
        postgres = stack.enter_context(server()) if options.postgresql else None
        homes = stores(Path(stack.enter_context(tempfile.TemporaryDirectory())), postgres)

        def crash() -> None:
            if postgres:
                postgres.stop(signal.SIGQUIT)
                postgres.start()

        for number in track(range(options.rounds), disable=not sys.stderr.isatty()):
            url, folder = next(homes)
            count, found = round_of(url, folder, number, dice, crash if postgres and number % 2 else None)
            acknowledged += count
            wrong += [f"round {number}: {one}" for one in found]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{options.rounds} rounds, {acknowledged} acknowledged changes, {len(wrong)} things wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
