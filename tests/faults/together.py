"""Four processes on one store, two of which edit: `python -m tests.faults.together [sqlite|postgresql] [EDITS] [SECONDS]`.

Each has an index that follows the store. Told is after what time an edit that was acknowledged is searched in each process, from
the acknowledgement on, and whether each process finds each edit. It fails if one was later than SECONDS (2) or not found, and at
any error.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.kinds import RecordKind
from index.ledger.entries import By
from index.models.encoders import Encoders
from index.search.retriever import Query, Retriever
from index.store.sql import SqlStore
from index.store.writing import Put
from tests.contracts.test_store import paper, statement
from tests.fakes import WordEncoder
from tests.postgres import server

PROCESSES, WRITERS = 4, 2
PAUSE_S = 0.4
"""Seconds between two edits by one process: both together make some five in a second."""
GIVEN_UP_S = 60.0
SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru")


class Edit(NamedTuple):
    """An edit that was acknowledged, at a time that all processes of a machine share (`time.monotonic`)."""

    sequence: int
    record_id: str
    text: str
    acknowledged: float


def name(number: int) -> str:
    """A number as a word that no other number has a part of."""
    return "".join(SYLLABLES[int(digit)] for digit in f"{number:04d}")


def text_of(number: int) -> str:
    """What an edit says: of each ten words, its own are two."""
    return f"The {name(number)} bridge near {name(9999 - number)} was closed by the council in spring."


def paced(numbers: range) -> Iterator[int]:
    """The numbers, with a pause before each."""
    for number in numbers:
        time.sleep(PAUSE_S)
        yield number


def edit(store: SqlStore, number: int) -> Edit:
    """Add a statement, as somebody would by hand."""
    record = statement(f"s-{number}", text_of(number))
    with store.ledger.acting(By("me", "because")) as act:
        (entry,) = act.put(RecordKind.STATEMENT, [Put(record_id=record.id, record=record)])
    return Edit(entry.sequence, record.id, record.text, time.monotonic())


@contextmanager
def watched(retriever: Retriever) -> Iterator[list[tuple[int, float]]]:
    """Within the block, notes at what time which revision of the store is searched."""
    seen: list[tuple[int, float]] = []
    stopped = threading.Event()

    def watch() -> None:
        while not stopped.wait(0.002):
            revision = int(str(retriever.live.current.store_version).rpartition("-")[2])
            if not seen or revision != seen[-1][0]:
                seen.append((revision, time.monotonic()))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        stopped.set()
        thread.join()


def work(url: str, folder: Path, numbers: range, parent: Connection) -> None:
    """One process: edits when it is told to, and tells what it saw and does not find."""
    store = SqlStore(url)
    retriever = Retriever(store, Encoders(WordEncoder()), folder)
    with retriever.live.following(), watched(retriever) as seen:
        parent.send("ready")
        parent.recv()
        parent.send([edit(store, number) for number in paced(numbers)])
        edits: list[Edit] = parent.recv()
        last, end = max(one.sequence for one in edits), time.monotonic() + GIVEN_UP_S
        while (not seen or seen[-1][0] < last) and time.monotonic() < end:
            time.sleep(0.01)
    found = retriever.retrieve([Query(one.text, "en") for one in edits]).candidates
    missed = [one.record_id for one, best in zip(edits, found, strict=True) if not best or best[0].statement_id != one.record_id]
    parent.send((seen, missed))
    store.close()


def delays(edits: list[Edit], seen: list[tuple[int, float]]) -> list[float]:
    """Seconds from each edit's acknowledgement until it is searched in a process; never is endless."""
    return [max(0.0, next((at for revision, at in seen if revision >= one.sequence), np.inf) - one.acknowledged) for one in edits]


def run(url: str, folder: Path, count: int) -> tuple[list[float], list[str]]:
    """All processes; gives each delay of each edit in each process, and what is wrong."""
    store = SqlStore(url)
    store.load([paper(statement("s-0", text_of(0)))])
    store.close()  # before processes are forked
    fork, started = multiprocessing.get_context("fork"), []
    for place in range(PROCESSES):
        ours, theirs = fork.Pipe()
        numbers = range(1 + place, 1 + count, WRITERS) if place < WRITERS else range(0)
        process = fork.Process(target=work, args=(url, folder, numbers, theirs))
        process.start()
        theirs.close()
        started.append((process, ours))
    pipes = [ours for _, ours in started]
    for pipe in pipes:
        pipe.recv()
    for pipe in pipes:
        pipe.send("go")
    edits = [one for pipe in pipes for one in pipe.recv()]
    for pipe in pipes:
        pipe.send(edits)
    told = [pipe.recv() for pipe in pipes]
    for process, _ in started:
        process.join()
    wrong = [f"process {place} does not find {id_}" for place, (_, missed) in enumerate(told) for id_ in missed]
    store = SqlStore(url)
    wrong += [f"{one.place}: {one.what}" for one in store.ledger.verify()]
    store.close()
    return [delay for seen, _ in told for delay in delays(edits, seen)], wrong


@contextmanager
def store_of(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a store of a kind of database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/rebut.sqlite"
    else:
        with server() as postgres:
            yield postgres.empty()


def main() -> None:
    """Edit and tell."""
    kind, edits, seconds = [*sys.argv[1:], *("sqlite", "500", "2")[len(sys.argv) - 1 :]]
    count, latest = int(edits), float(seconds)
    with tempfile.TemporaryDirectory() as scratch, store_of(kind, Path(scratch)) as url:
        begun = time.monotonic()
        found, wrong = run(url, Path(scratch) / "index", count)
        took = time.monotonic() - begun
    late = sum(delay > latest for delay in found)
    middle, most, longest = np.percentile(found, [50, 95, 100])
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{kind}: {count} edits by {WRITERS} of {PROCESSES} processes in {took:.1f} s, {len(wrong)} things wrong")
    print(
        f"found everywhere after {middle:.3f} s (median), {most:.3f} s (95%), {longest:.3f} s (longest); {late} after {latest:g} s"
    )
    sys.exit(bool(wrong or late))


if __name__ == "__main__":
    main()
