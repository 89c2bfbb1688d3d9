"""Verification: does everything stand as it was written? The ledger is replayed, and all that follows from it compared."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from index.ledger.entries import NOTHING_BEFORE, Entry, Record, canonical, hash_of, record_in
from index.ledger.merkle import Tree
from index.ledger.notes import Checkpoint, PublicKey, read_checkpoint
from index.ledger.signatures import Signatures
from index.store import tables
from index.store.dialects import SQLITE, damage
from index.store.following import Following, Rows
from index.store.ledger import Finding
from index.store.ledger_rows import row_of, subtrees_text
from index.store.recorded import entry_in
from index.store.writing import origin_of

SOME_AT_A_TIME = {"yield_per": 5_000}
SHOWN_BEFORE, LONGEST_SHOWN = 40, 160
"""Characters of a value that are told: before the first that is wrong, and in all."""


class Verification:
    """One verification.

    Attributes:
        following: what follows from the ledger, once that was read.
        records: hash -> record, once the contents were read.
    """

    def __init__(
        self, connection: sa.Connection, key: PublicKey | None, against: Sequence[str], earlier: Sequence[PublicKey] = ()
    ) -> None:
        """See `Ledger.verify`; without a key no signature is looked at."""
        self._connection, self._key, self._against, self._earlier = connection, key, against, earlier
        self.following, self._tree = Following(), Tree()
        self.records: dict[str, Record] = {}
        self._roots: dict[int, tuple[str, str]] = {}
        self._ends: set[int] = set()

    def findings(self) -> Iterator[Finding]:
        """What is wrong, part by part."""
        yield from (Finding("the database", told) for told in damage(self._connection))
        yield from self.written()
        yield from self.derived()

    def written(self) -> Iterator[Finding]:
        """What is wrong with the ledger, its checkpoints and the contents: all from which the rest follows."""
        yield from self._each(self._ledger, self._checkpoints, self._elsewhere, self._contents)

    def derived(self) -> Iterator[Finding]:
        """What is wrong with what follows from them; they come first."""
        yield from self._each(self._derived)

    def _each(self, *parts: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
        for part in parts:
            try:
                yield from part()
            except (ValueError, TypeError) as error:  # a value that is none of its column's sort
                yield Finding("the database", f"holds a value that cannot be read: {error}")

    def _ledger(self) -> Iterator[Finding]:
        previous, before = NOTHING_BEFORE, ""
        wanted = {
            *self._connection.execute(sa.select(tables.checkpoints.c.size)).scalars(),
            *(one.sequence for one in self._kept()),
        }
        rows = self._connection.execute(
            sa.select(tables.ledger).order_by(tables.ledger.c.sequence), execution_options=SOME_AT_A_TIME
        )
        for number, row in enumerate(rows, 1):
            place = f"ledger {row.sequence}"
            if row.sequence != number:
                yield Finding(place, f"the entry {number} is missing")
            try:
                entry = entry_in(row.entry)
            except msgspec.MsgspecError as error:
                yield Finding(place, f"cannot be read: {error}")
                previous = row.hash
                self._tree.append(b"")
                continue
            yield from (Finding(place, told) for told in self._wrong(entry, row._asdict(), previous, before))
            self._learn(entry)
            previous, before = row.hash, entry.time
            self._tree.append(bytes.fromhex(hash_of(row.entry.encode())))
            if number in wanted:
                self._roots[number] = base64.b64encode(self._tree.root()).decode(), subtrees_text(self._tree)
        yield from self._state()

    def _wrong(self, entry: Entry, row: Mapping[str, Any], previous: str, before: str) -> Iterator[str]:
        written = canonical(entry)
        if written.decode() != row["entry"]:
            yield "is not written as it should be"
        for column, value in row_of(entry, row["entry"].encode()).items():
            if row[column] != value:
                yield f"{column}: is {row[column]!r}, and the entry says {value!r}"
        if entry.previous != previous:
            yield "does not follow the entry before: one of the two was changed"
        if entry.time < before:
            yield "is of a time before that of the entry before"
        last = self.following.replay.last.get((entry.kind, entry.record_id))
        if entry.revision != (last.revision + 1 if last else 1):
            yield f"revision: is {entry.revision} after {last.revision if last else 0}"

    def _learn(self, entry: Entry) -> None:
        self.following.take(entry)
        if entry.act < entry.sequence:
            self._ends.discard(entry.sequence - 1)
        self._ends.add(entry.sequence)

    def _state(self) -> Iterator[Finding]:
        rows = self._connection.execute(sa.select(tables.state)).all()
        if [row.revision for row in rows] != [self._tree.size]:
            yield Finding("state", f"the ledger has {self._tree.size} entries, and the store says {[row.revision for row in rows]}")

    def _checkpoints(self) -> Iterator[Finding]:
        signatures, found = Signatures(origin_of(self._connection), self._key, self._earlier), set[int]()
        for row in self._connection.execute(sa.select(tables.checkpoints).order_by(tables.checkpoints.c.size)):
            place = f"checkpoint {row.size}"
            found.add(row.size)
            if (row.root, row.subtrees) != self._roots.get(row.size):
                yield Finding(place, "is of other entries than the ledger's")
            if wrong := signatures.wrong(Checkpoint(row.size, row.root), row.note):
                yield Finding(place, wrong)
        for size in sorted(self._ends ^ found):
            yield Finding(f"checkpoint {size}", "is missing" if size in self._ends else "stands within an act")

    def _kept(self) -> list[Checkpoint]:
        """The checkpoints that were kept elsewhere."""
        return [found[1] for note in self._against if (found := read_checkpoint(note))]

    def _elsewhere(self) -> Iterator[Finding]:
        ours = origin_of(self._connection)
        signatures = Signatures(ours, self._key, self._earlier)
        for note in self._against:
            if (found := read_checkpoint(note)) is None:
                yield Finding("a checkpoint kept elsewhere", "is none: three lines with name, size and hash")
                continue
            origin, checkpoint = found
            place = f"the checkpoint {checkpoint.sequence} that was kept elsewhere"
            if origin != ours or not signatures.fit(checkpoint, note):
                yield Finding(place, "is not of this ledger")
            elif self._roots.get(checkpoint.sequence, ("", ""))[0] != checkpoint.hash:
                yield Finding(place, "does not lead to this ledger: entries were taken away or exchanged")

    def _derived(self) -> Iterator[Finding]:
        for table, rows in self.following.rows(self.records):
            yield from self._compared(table, rows)

    def _contents(self) -> Iterator[Finding]:
        of, erased = self.following.contents, self.following.erased
        rows = self._connection.execute(sa.select(tables.contents), execution_options=SOME_AT_A_TIME)
        for row in rows:
            said_of = of.get(row.sha256)
            if hash_of(row.content.encode()) != row.sha256:
                yield Finding(f"content {row.sha256}", "was changed")
            elif said_of is None:
                yield Finding(f"content {row.sha256}", "is of no entry")
            elif row.sha256 in erased:
                yield Finding(f"content {row.sha256}", "should be erased")
            elif (record := record_in(row.content, said_of[0])).id != said_of[1]:
                yield Finding(f"content {row.sha256}", f"is of {record.id!r}, and its entry is of {said_of[1]!r}")
            else:
                self.records[row.sha256] = record
        for missing in sorted(of.keys() - self.records.keys() - erased):
            yield Finding(f"content {missing}", f"of a {of[missing][0].value} is missing or was changed")

    def _compared(self, table: sa.Table, expected: Rows) -> Iterator[Finding]:
        """Compare a table with what it should hold, by its primary key."""
        raw = self._connection.dialect.name == SQLITE
        columns = [_uncoerced(one) if raw else one for one in table.c]
        rows = self._connection.execute(sa.select(*columns), execution_options=SOME_AT_A_TIME)
        missing = dict(expected)
        for row in rows:
            key = tuple(row._mapping[column.name] for column in table.primary_key.columns)
            place = f"{table.name} {' '.join(map(str, key))}"
            wanted = missing.pop(key, None)
            if wanted is None:
                yield Finding(place, "should not be there")
                continue
            for name, value in wanted.items():
                if row._mapping[name] != (wanted_value := _stored(value) if raw else value):
                    found, wanted_part = _where_they_part(repr(row._mapping[name]), repr(wanted_value))
                    yield Finding(place, f"{name}: is {found}, and the ledger says {wanted_part}")
        for key in missing:
            yield Finding(f"{table.name} {' '.join(map(str, key))}", "is missing")


def _uncoerced(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """A column as SQLite has it: reading it as a date or a truth would take several texts for the same."""
    plain = {sa.Boolean: sa.Integer, sa.DateTime: sa.String, sa.Date: sa.String}
    kind = next((plain[one] for one in plain if isinstance(column.type, one)), None)
    return sa.type_coerce(column, kind).label(column.name) if kind else column


def _stored(value: object) -> object:
    """A value as SQLite has it."""
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, dt.date) else value


def _where_they_part(one: str, other: str) -> tuple[str, str]:
    """Two texts; long ones from a little before their first difference."""
    same = next(
        (place for place, both in enumerate(zip(one, other, strict=False)) if both[0] != both[1]), min(len(one), len(other))
    )
    first = max(0, same - SHOWN_BEFORE)
    return _cut(one, first), _cut(other, first)


def _cut(text: str, first: int) -> str:
    end = first + LONGEST_SHOWN
    return ("…" if first else "") + text[first:end] + ("…" if end < len(text) else "")
