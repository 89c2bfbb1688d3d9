"""A process that exports, restores or backs up is killed at any moment: `python -m tests.faults.moving_kills [ROUNDS]`.

Whatever it was to make must then be there whole or not at all; a store that was being restored to must be empty or whole; and the
next try must succeed and leave nothing lying about.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from index.errors import RebutError
from index.ledger.notes import key_in
from index.store.database import Database
from index.store.moving.backing_up import back_up
from index.store.moving.exporting import export
from index.store.moving.restoring import empty_store, opened, restore
from index.store.moving.scratch import SUFFIX
from index.store.sql import SqlStore
from tests.contracts.test_store import feed, paper, review, statement

STATEMENTS = 400
LONGER = 1.1
"""How much longer than an undisturbed run a process may live."""


class Base:
    """A store, an export of it, and what is made of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.made = folder, folder / "made"
        store = SqlStore(self.url("rebut"), key_in(folder / "key"))
        ids = [f"s-{number}" for number in range(STATEMENTS)]
        store.load([paper(*map(statement, ids))])
        store.load_batches([feed(*(review(f"r-{id_}", id_) for id_ in ids))])
        self.stands = store.ledger.checkpoint()
        store.close()
        self.export(folder / "export.zip")

    def url(self, name: str) -> str:
        return f"sqlite:///{self.folder}/{name}.sqlite"

    def export(self, path: Path) -> None:
        database = Database(self.url("rebut"), key_in(self.folder / "key"))
        export(database, path, "rebut 1")
        database.close()

    def export_folder(self) -> None:
        self.export(self.made / "export")

    def export_file(self) -> None:
        self.export(self.made / "export.zip")

    def restore(self) -> None:
        with opened(self.folder / "export.zip") as found, empty_store(self.url("made/new")) as database:
            restore(database, found, key_in(self.folder / "key").public(f"rebut/{found.manifest.store_id}"))

    def backup(self) -> None:
        back_up(self.url("rebut"), key_in(self.folder / "key"), self.made / "copy.sqlite")

    def is_whole(self, operation: str) -> bool:
        """Whether what an operation makes is there and right; False if it is not there at all.

        Raises:
            AssertionError, RebutError: if it is neither.
        """
        if operation.startswith("export"):
            path = self.made / ("export" if operation == "export_folder" else "export.zip")
            return path.exists() and self._as_exported(path)
        path = self.made / ("new.sqlite" if operation == "restore" else "copy.sqlite")
        return path.exists() and self._as_it_was(self.url(f"made/{path.stem}"))

    def _as_exported(self, path: Path) -> bool:
        with opened(path) as found:
            assert self.stands
            assert found.manifest.checkpoint == self.stands[0]
        return True

    def _as_it_was(self, url: str) -> bool:
        store = SqlStore(url, key_in(self.folder / "key"))
        try:
            if store.ledger.checkpoint() is None:
                assert not any((store.counts().sources, store.counts().statements, store.keys.all())), "half a restore"
                return False
            assert store.ledger.checkpoint() == self.stands
            assert list(store.ledger.verify()) == []
            return True
        finally:
            store.close()


def kill(child: int) -> None:
    """Kill a process."""
    os.kill(child, signal.SIGKILL)


def run_for(operation: Callable[[], object], seconds: float | None, end: Callable[[int], None] = kill) -> int:
    """Run an operation in a process of its own, and kill that after so many seconds.

    Args:
        end: what is done to the process, given its id, instead of killing it.

    Returns:
        0 if it ended well before that; below 0 if it was killed.
    """
    child = os.fork()
    if child == 0:
        try:
            operation()
            os._exit(0)
        finally:
            os._exit(1)
    if seconds is not None:
        time.sleep(seconds)
        end(child)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def round_of(base: Base, operation: str, seconds: float, told: Counter[str]) -> Iterator[str]:
    """One round; tells what is wrong."""
    shutil.rmtree(base.made, ignore_errors=True)
    base.made.mkdir()
    run: Callable[[], None] = getattr(base, operation)
    killed = run_for(run, seconds) < 0
    try:
        whole = base.is_whole(operation)
        told[f"{operation} {'killed' if killed else 'finished'}, {'whole' if whole else 'nothing there'}"] += 1
        if not killed and not whole:
            yield "it finished, and nothing is there"
        if not whole:
            run()
            if not base.is_whole(operation):
                yield "the next try made nothing"
        if killed and not whole and list(base.made.glob(f".*{SUFFIX}")):
            yield "the next try left something lying about"
    except (AssertionError, RebutError) as error:
        yield f"{type(error).__name__}: {error}"


def main() -> None:
    """Kill and tell."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    dice, told, wrong = random.Random(1), Counter[str](), list[str]()
    with tempfile.TemporaryDirectory() as scratch:
        base, longest = Base(Path(scratch)), dict[str, float]()
        for operation in ("export_folder", "export_file", "restore", "backup"):
            base.made.mkdir(exist_ok=True)
            begun = time.monotonic()
            run_for(getattr(base, operation), None)
            longest[operation] = time.monotonic() - begun
        for number in range(rounds):
            operation = list(longest)[number % len(longest)]
            found = round_of(base, operation, dice.random() * LONGER * longest[operation], told)
            wrong += [f"round {number}, {operation}: {one}" for one in found]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(*(f"{name}: {count}" for name, count in sorted(told.items())), sep="\n")
    print(f"{rounds} rounds, {sum(count for name, count in told.items() if 'killed' in name)} killed, {len(wrong)} things wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
