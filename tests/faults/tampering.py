"""Changed bytes are found: `python -m tests.faults.tampering [TRIES] [--postgresql]` changes one of what is stored, anew each time.

A byte is changed in SQLite's file itself, within what the tables of records, ledger and checkpoints hold; on PostgreSQL a value of
these tables is changed by a letter, a day or one. What is not found is printed, and makes the command fail. Definitions of tables,
which hold some of the same words, are left alone.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import re
import sqlite3
import sys
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import psycopg

from index.errors import StoreUnavailable
from index.kinds import Rated, RecordKind, State
from index.ledger.entries import By
from index.ledger.notes import key_in
from index.store.sql import SqlStore
from index.store.tables import metadata
from index.store.writing import Put
from service.editing.merging import merge
from tests.contracts.test_store import feed, paper, refutation, review, statement
from tests.postgres import server

WATCHED = ("ledger", "contents", "heads", "links", "keys", "checkpoints", "state")
WATCHED += ("sources", "statements", "topics", "names", "refutations", "answers", "reviews")
SHORTEST = 8
"""Characters of a text that is changed: a shorter one could stand in the file by chance."""
ME = By("me", "because")


def write_base(folder: Path) -> Path:
    """A database file with a bit of everything, closed and without free space."""
    path = folder / "base.sqlite"
    store = SqlStore(f"sqlite:///{path}", key_in(folder / "key"))
    fill(store)
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")
    return path


def fill(store: SqlStore) -> None:
    """Put a bit of everything into a store."""
    noisy = statement("bees-bark", topics=["bees and wasps", "noises"], places=["Old Hive"])
    store.load([paper(noisy, statement("cats-bark"), statement("dogs-bark"), refutation("bees-hum", denies=["bees-bark"]))])
    store.load_batches([feed(review("review-1", "bees-bark", day="2024-01-01"), review("review-2", "cats-bark", Rated.TRUE))])
    with store.ledger.acting(ME) as act:
        act.put(
            RecordKind.STATEMENT, [Put(record_id="cats-bark", record=statement("cats-bark", "Cats purr."), expires="2999-01-01")]
        )
        act.put(RecordKind.STATEMENT, [Put(record_id="dogs-bark", state=State.RETIRED)])
    store.ledger.erase(RecordKind.REVIEW, "review-2", ME)
    store.load([paper(statement("hens-bark", "Hens bark."), statement("hens-cluck", "Hens cluck."))])
    merge(store.ledger, "hens-bark", "hens-cluck", ME)
    store.ledger.erase(RecordKind.STATEMENT, "hens-bark", ME)


def findings(path: Path, **options: Any) -> list[str]:
    """What is found in a database; that it cannot be read is a finding, too."""
    try:
        store = SqlStore(f"sqlite:///{path}", key_in(path.parent / "key"))
    except StoreUnavailable as error:
        return [str(error)]
    try:
        return [f"{one.place}: {one.what}" for one in store.ledger.verify(**options)]
    except StoreUnavailable as error:
        return [str(error)]
    finally:
        store.close()


def spans(text: str, content: bytes) -> list[tuple[int, int]]:
    """Where a text stands in a file."""
    return [match.span() for match in re.finditer(re.escape(text.encode()), content)]


def unfound(base: Path, tries: int, dice: random.Random) -> list[str]:
    """Change a byte so many times; what was not found."""
    untouched, copy = base.read_bytes(), base.with_name("copy.sqlite")
    with closing(sqlite3.connect(base)) as connection:
        rows = [row for table in WATCHED for row in connection.execute(f"SELECT * FROM {table}").fetchall()]
        schema = connection.execute("SELECT type || name || tbl_name, sql FROM sqlite_master").fetchall()
    definitions = [span for row in schema for text in row if text for span in spans(text, untouched)]
    stored = [text for row in rows for text in row if isinstance(text, str) and len(text) >= SHORTEST]
    missed = []
    for _ in range(tries):
        text = dice.choice(stored)
        found = [start for start, _ in spans(text, untouched) if not any(first <= start < end for first, end in definitions)]
        place = dice.choice(found) + dice.randrange(len(text.encode()))
        changed = bytearray(untouched)
        changed[place] ^= 1 << dice.randrange(8)
        copy.write_bytes(changed)
        if not findings(copy):
            missed.append(f"{text!r}: byte {place}: {untouched[place]:02x} to {changed[place]:02x}")
    return missed


def unfound_on_postgresql(url: str, folder: Path, tries: int, dice: random.Random) -> list[str]:
    """Fill an empty store there and change so many values by a little, each as it was again before the next; what was not found."""
    store, missed, tried = SqlStore(url, key_in(folder / "key")), list[str](), 0
    fill(store)
    assert list(store.ledger.verify()) == []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # who tampers does not heed foreign keys
        cells = [(table, column.name) for table in WATCHED for column in metadata.tables[table].columns]
        while tried < tries:
            table, column = dice.choice(cells)
            row, value = dice.choice(connection.execute(f"SELECT ctid, {column} FROM {table}".encode()).fetchall())
            change = f"UPDATE {table} SET {column} = %s WHERE ctid = %s RETURNING ctid".encode()
            try:
                now = connection.execute(change, [other(value, dice), row]).fetchone()
            except (psycopg.IntegrityError, psycopg.DataError):  # another row has it; no such value
                continue
            tried += 1
            missed += [] if list(store.ledger.verify()) else [f"{table}.{column}: {value!r}"]
            connection.execute(change, [value, *(now or ())])
    assert list(store.ledger.verify()) == []
    store.close()
    return missed


def other(value: object, dice: random.Random) -> object:
    """A value that differs a little."""
    if isinstance(value, str) and value:
        place = dice.randrange(len(value))
        return value[:place] + ("x" if value[place] != "x" else "y") + value[place + 1 :]
    if isinstance(value, dt.date):
        return value + dt.timedelta(1)
    return not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else "x"


def main() -> None:
    """Try and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tries", type=int, nargs="?", default=1000)
    parser.add_argument("--postgresql", action="store_true", help="on a server that is started for it (apt-get install postgresql)")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder, dice = Path(stack.enter_context(tempfile.TemporaryDirectory())), random.Random(1)
        if options.postgresql:
            missed = unfound_on_postgresql(stack.enter_context(server()).empty(), folder, options.tries, dice)
        else:
            missed = unfound(write_base(folder), options.tries, dice)
    print(*missed, sep="\n", end="\n" if missed else "")
    print(f"{options.tries - len(missed)} of {options.tries} changed {'values' if options.postgresql else 'bytes'} were found")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
