"""A process that migrates is killed at any moment: `python -m tests.faults.migration_kills [ROUNDS] [--postgresql]`.

Each round it opens a store of an earlier version. After it was killed the store must be as that version left it, or migrated whole;
and whoever opens it next must find everything in it, and all as the ledger says. With PostgreSQL every other round it is the server
that crashes.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from rich.progress import track

from index.store.opening import schema_of, schemas
from index.store.reports import Counts
from index.store.sql import SqlStore
from index.store.store import StatementStore
from tests.contracts.test_store import feed, paper, review, statement
from tests.faults.moving_kills import LONGER, kill, run_for
from tests.index.store.test_store import make_earlier
from tests.postgres import Postgres, server

EARLIER = ("0002", "0005", "0008", "0011")
"""Versions from which is migrated, by turns: two before the ledger, two since."""
STATEMENTS = 100
FILLED = Counts(2, STATEMENTS, 0, STATEMENTS)


def fill(store: StatementStore) -> None:
    """Put statements with reviews into a store."""
    ids = [f"s-{number}" for number in range(STATEMENTS)]
    store.load([paper(*(statement(id_, topics=["bees"], places=["Old Hive"]) for id_ in ids))])
    store.load_batches([feed(*(review(f"r-{id_}", id_) for id_ in ids))])


def earlier(url: str, version: str) -> None:
    """Make such a store of an earlier version."""
    make_earlier(url, version, fill)


def after(url: str, version: str, *, finished: bool) -> list[str]:
    """What is wrong with a store after somebody migrated it from a version."""
    stands = schema_of(url)
    wrong = [] if stands in ({schemas()[-1]} if finished else {version, schemas()[-1]}) else [f"the schema is {stands}"]
    store = SqlStore(url)
    wrong += [f"{one.place}: {one.what}" for one in store.ledger.verify()]
    wrong += [] if store.counts() == FILLED else [f"there are {store.counts()}"]
    store.close()
    return wrong


class Bases:
    """A store of each of the versions, of which copies are made, and how long it takes to migrate one."""

    def __init__(self, folder: Path, postgres: Postgres | None) -> None:
        self._folder, self._postgres = folder, postgres
        self._made = {version: self._new(version) for version in EARLIER}
        self.longest = {version: self._timed(version) for version in EARLIER}

    def _new(self, version: str) -> str:
        url = self._postgres.empty() if self._postgres else f"sqlite:///{self._folder}/base-{version}.sqlite"
        earlier(url, version)
        return url

    def copy(self, version: str) -> str:
        """The URL of a store of that version."""
        made = self._made[version]
        if self._postgres:
            return self._postgres.copy(made)
        copy = Path(tempfile.mkdtemp(dir=self._folder)) / "rebut.sqlite"
        copy.write_bytes(Path(made.removeprefix("sqlite:///")).read_bytes())
        return f"sqlite:///{copy}"

    def _timed(self, version: str) -> float:
        url, begun = self.copy(version), time.monotonic()
        run_for(lambda: SqlStore(url), None)
        return time.monotonic() - begun


def round_of(bases: Bases, version: str, seconds: float, end: Callable[[int], None], told: Counter[str]) -> list[str]:
    """One round; gives what is wrong."""
    url = bases.copy(version)
    finished = run_for(lambda: SqlStore(url), seconds, end) == 0
    migrated = schema_of(url) == schemas()[-1]
    told[f"from {version}: {'finished' if finished else 'migrated and killed' if migrated else 'killed'}"] += 1
    return after(url, version, finished=finished)


def main() -> None:
    """Kill and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int, nargs="?", default=100)
    parser.add_argument("--postgresql", action="store_true", help="on a server that is started for it (apt-get install postgresql)")
    options = parser.parse_args()
    dice, wrong, told = random.Random(1), list[str](), Counter[str]()
    with ExitStack() as stack:
        postgres = stack.enter_context(server()) if options.postgresql else None
        bases = Bases(Path(stack.enter_context(tempfile.TemporaryDirectory())), postgres)

        def crash(_child: int) -> None:
            if postgres:
                postgres.stop(signal.SIGQUIT)
                postgres.start()

        for number in track(range(options.rounds), disable=not sys.stderr.isatty()):
            version = EARLIER[number // 2 % len(EARLIER)]
            seconds = dice.random() * LONGER * bases.longest[version]
            found = round_of(bases, version, seconds, crash if postgres and number % 2 else kill, told)
            wrong += [f"round {number}, from {version}: {one}" for one in found]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(*(f"{name}: {count}" for name, count in sorted(told.items())), sep="\n")
    unfinished = sum(count for name, count in told.items() if "finished" not in name)
    print(f"{options.rounds} rounds, {unfinished} killed, {len(wrong)} things wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
