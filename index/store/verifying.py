"""Verification: does everything stand as it was written? The ledger is replayed, and all that follows from it compared."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from index.kinds import RecordKind, State
from index.ledger.entries import NOTHING_BEFORE, Entry, Record, canonical, hash_of, record_in
from index.ledger.merkle import Tree
from index.ledger.notes import Checkpoint, PublicKey, checkpoint_text, read_checkpoint
from index.ledger.replay import Replay
from index.records import Refutation, Review, Statement
from index.store import tables
from index.store.dialects import SQLITE, damage
from index.store.ledger import Finding
from index.store.recorded import entry_in
from index.store.shown import TABLES, answer_rows, columns_of, moment, text_of, topic_rows
from index.store.writing import head_row, key_rows, link_rows, origin_of, row_of, subtrees_text

Rows = dict[tuple[Any, ...], dict[str, Any]]
AT_ONCE = 5_000


class Verification:
    """One verification."""

    def __init__(self, connection: sa.Connection, key: PublicKey | None, against: Sequence[str]) -> None:
        self._connection, self._key, self._against = connection, key, against
        self._replay, self._tree = Replay(), Tree()
        self._roots: dict[int, tuple[str, str]] = {}
        self._ends: set[int] = set()
        self._links: Rows = {}
        self._keys: Rows = {}
        self._contents: dict[str, RecordKind] = {}
        self._erased: set[str] = set()

    def findings(self) -> Iterator[Finding]:
        """What is wrong, part by part."""
        yield from (Finding("the database", told) for told in damage(self._connection))
        for part in (self._ledger, self._checkpoints, self._elsewhere, self._records):
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
        rows = self._connection.execution_options(yield_per=AT_ONCE).execute(
            sa.select(tables.ledger).order_by(tables.ledger.c.sequence)
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
        last = self._replay.last.get((entry.kind, entry.record_id))
        if entry.revision != (last.revision + 1 if last else 1):
            yield f"revision: is {entry.revision} after {last.revision if last else 0}"

    def _learn(self, entry: Entry) -> None:
        self._replay.take(entry)
        if entry.act < entry.sequence:
            self._ends.discard(entry.sequence - 1)
        self._ends.add(entry.sequence)
        for row in link_rows(entry):
            self._links[tuple(row.values())] = {}
        for row in key_rows(entry):
            self._keys[tuple(row.values())] = {}
        if entry.content:
            self._contents[entry.content] = entry.kind
        if entry.state is State.ERASED:
            heads = self._replay.heads[entry.kind, entry.record_id]
            self._erased |= {head.content for head in heads if head.content}

    def _state(self) -> Iterator[Finding]:
        rows = self._connection.execute(sa.select(tables.state)).all()
        if [row.revision for row in rows] != [self._tree.size]:
            yield Finding("state", f"the ledger has {self._tree.size} entries, and the store says {[row.revision for row in rows]}")

    def _checkpoints(self) -> Iterator[Finding]:
        origin, found = origin_of(self._connection), set[int]()
        for row in self._connection.execute(sa.select(tables.checkpoints).order_by(tables.checkpoints.c.size)):
            place = f"checkpoint {row.size}"
            found.add(row.size)
            if (row.root, row.subtrees) != self._roots.get(row.size):
                yield Finding(place, "is of other entries than the ledger's")
            if row.note is None:
                if self._key:
                    yield Finding(place, "is not signed")
            elif not self._signed(origin, Checkpoint(row.size, row.root), row.note):
                yield Finding(place, "is not signed with the ledger's key, or was changed")
        for size in sorted(self._ends ^ found):
            yield Finding(f"checkpoint {size}", "is missing" if size in self._ends else "stands within an act")

    def _signed(self, origin: str, checkpoint: Checkpoint, note: str) -> bool:
        return self._key is None or self._key.signed(checkpoint_text(origin, checkpoint), note)

    def _kept(self) -> list[Checkpoint]:
        """The checkpoints that were kept elsewhere."""
        return [found[1] for note in self._against if (found := read_checkpoint(note))]

    def _elsewhere(self) -> Iterator[Finding]:
        for note in self._against:
            if (found := read_checkpoint(note)) is None:
                yield Finding("a checkpoint kept elsewhere", "is none: three lines with name, size and hash")
                continue
            origin, checkpoint = found
            place = f"the checkpoint {checkpoint.sequence} that was kept elsewhere"
            if origin != origin_of(self._connection) or not self._signed(origin, checkpoint, note):
                yield Finding(place, "is not of this ledger")
            elif self._roots.get(checkpoint.sequence, ("", ""))[0] != checkpoint.hash:
                yield Finding(place, "does not lead to this ledger: entries were taken away or exchanged")

    def _records(self) -> Iterator[Finding]:
        records = yield from self._read()
        heads = [heads[-1] for heads in self._replay.heads.values()]
        yield from self._compared(tables.heads, {(head.kind.value, head.record_id): head_row(head) for head in heads})
        yield from self._compared(tables.links, self._links)
        yield from self._compared(tables.keys, self._keys)
        said: dict[RecordKind, dict[str, Record]] = {kind: {} for kind in RecordKind}
        for head in heads:
            if head.state is State.PUBLISHED and (record := records.get(head.content or "")):
                said[head.kind][head.record_id] = record
        yield from self._shown(said)

    def _read(self) -> Generator[Finding, None, dict[str, Record]]:
        """All contents; gives hash -> record."""
        records: dict[str, Record] = {}
        rows = self._connection.execution_options(yield_per=AT_ONCE).execute(sa.select(tables.contents))
        for row in rows:
            kind = self._contents.get(row.sha256)
            if hash_of(row.content.encode()) != row.sha256:
                yield Finding(f"content {row.sha256}", "was changed")
            elif kind is None:
                yield Finding(f"content {row.sha256}", "is of no entry")
            elif row.sha256 in self._erased:
                yield Finding(f"content {row.sha256}", "should be erased")
            else:
                records[row.sha256] = record_in(row.content, kind)
        for missing in sorted(self._contents.keys() - records.keys() - self._erased):
            yield Finding(f"content {missing}", f"of a {self._contents[missing].value} is missing or was changed")
        return records

    def _shown(self, said: Mapping[RecordKind, Mapping[str, Record]]) -> Iterator[Finding]:
        """The tables that are read."""
        stated = [record for record in said[RecordKind.STATEMENT].values() if isinstance(record, Statement)]
        shown = {record.id for record in stated}
        refuting = [
            one for one in said[RecordKind.REFUTATION].values() if isinstance(one, Refutation) and shown & one.stances().keys()
        ]
        reviewing = [one for one in said[RecordKind.REVIEW].values() if isinstance(one, Review) and one.statement_id in shown]
        for kind, records in (
            (RecordKind.SOURCE, said[RecordKind.SOURCE].values()),
            (RecordKind.STATEMENT, stated),
            (RecordKind.REFUTATION, refuting),
            (RecordKind.REVIEW, reviewing),
        ):
            yield from self._compared(TABLES[kind], {(record.id,): self._row(kind, record) for record in records})
        tagged = [row for record in stated for row in topic_rows(record)]
        answered = [row for record in refuting for row in answer_rows(record, shown)]
        yield from self._compared(tables.topics, {(row["statement_id"], row["topic"]): row for row in tagged})
        yield from self._compared(tables.answers, {(row["refutation_id"], row["statement_id"]): row for row in answered})

    def _row(self, kind: RecordKind, record: Record) -> dict[str, Any]:
        row = {"id": record.id, "record": text_of(record), **columns_of(record)}
        if kind is RecordKind.STATEMENT:
            times = self._replay.added[record.id], self._replay.changed[record.id]
            row |= {"added": moment(times[0]), "changed": moment(times[1])}
        return row

    def _compared(self, table: sa.Table, expected: Rows) -> Iterator[Finding]:
        """Compare a table with what it should hold, by its primary key."""
        raw = self._connection.dialect.name == SQLITE
        columns = [_uncoerced(one) if raw else one for one in table.c]
        rows = self._connection.execution_options(yield_per=AT_ONCE).execute(sa.select(*columns))
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
                    yield Finding(place, f"{name}: is {row._mapping[name]!r}, and the ledger says {wanted_value!r}")
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
