"""How the ledger, and how records stand by it, are read: functions of a connection, whose transaction is the caller's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from index.errors import Reason
from index.kinds import Action, RecordKind, State
from index.ledger.entries import Entry, Head, Record, cites, record_in
from index.store.tables import chunks, contents, heads, ledger, links

GONE = (State.RETIRED, State.ERASED)
"""States of records that need nothing any more."""
CITING = {
    RecordKind.STATEMENT: Reason("the statement %(id)s cites it"),
    RecordKind.REFUTATION: Reason("the refutation %(id)s cites it"),
    RecordKind.REVIEW: Reason("the review %(id)s cites it"),
}
"""Why a source cannot go."""


def heads_of(connection: sa.Connection, kind: RecordKind, record_ids: Iterable[str]) -> dict[str, Head]:
    """Id -> how the record stands, of those that there are."""
    found: dict[str, Head] = {}
    for ids in chunks(set(record_ids)):
        for row in connection.execute(sa.select(heads).where(heads.c.kind == kind.value, heads.c.record_id.in_(ids))):
            found[row.record_id] = head_in(row)
    return found


def head_in(row: sa.Row[tuple[object, ...]]) -> Head:
    """A row of `heads`."""
    columns = row._asdict()
    return Head(**columns | {"kind": RecordKind(columns["kind"]), "state": State(columns["state"])})


class Standing(NamedTuple):
    """How a record stands after an entry, and what it says; None once that is erased."""

    entry: Entry
    record: Record | None


def standing(connection: sa.Connection, sequence: int) -> Standing:
    """How the record stood after its entry with this sequence."""
    (entry,) = entries_at(connection, [sequence])
    return Standing(entry, next(iter(records_of(connection, entry.kind, [entry.content]).values()), None))


def entry_in(text: str) -> Entry:
    """An entry from its JSON."""
    return msgspec.json.decode(text, type=Entry)


def entries_at(connection: sa.Connection, sequences: Iterable[int]) -> list[Entry]:
    """The entries with these sequences."""
    return [
        entry_in(text)
        for some in chunks(sequences)
        for text in connection.execute(sa.select(ledger.c.entry).where(ledger.c.sequence.in_(some))).scalars()
    ]


def contents_of(connection: sa.Connection, hashes: Iterable[str | None]) -> dict[str, str]:
    """Hash -> content, of those that are not erased."""
    found: dict[str, str] = {}
    for some in chunks({one for one in hashes if one}):
        rows = connection.execute(sa.select(contents).where(contents.c.sha256.in_(some)))
        found |= {row.sha256: row.content for row in rows}
    return found


def records_of(connection: sa.Connection, kind: RecordKind, hashes: Iterable[str | None]) -> dict[str, Record]:
    """Hash -> the record, of those that are not erased."""
    return {one: record_in(content, kind) for one, content in contents_of(connection, hashes).items()}


def current(connection: sa.Connection, kind: RecordKind, record_ids: Iterable[str]) -> dict[str, Record]:
    """Id -> what the record says now, whatever its state."""
    found: dict[str, Record] = {}
    joined = sa.select(heads.c.record_id, contents.c.content).join(contents, contents.c.sha256 == heads.c.content)
    for ids in chunks(set(record_ids)):
        rows = connection.execute(joined.where(heads.c.kind == kind.value, heads.c.record_id.in_(ids)))
        found |= {row.record_id: record_in(row.content, kind) for row in rows}
    return found


def first_times(connection: sa.Connection, statement_ids: Iterable[str]) -> dict[str, str]:
    """Id -> when the statement came into the store."""
    found: dict[str, str] = {}
    for ids in chunks(statement_ids):
        first = sa.select(sa.func.min(ledger.c.sequence))
        first = first.where(ledger.c.kind == RecordKind.STATEMENT.value, ledger.c.record_id.in_(ids)).group_by(ledger.c.record_id)
        entries = entries_at(connection, connection.execute(first).scalars())
        found |= {entry.record_id: entry.added or entry.time for entry in entries}
    return found


def linked_to(connection: sa.Connection, kind: RecordKind, record_ids: Iterable[str]) -> dict[RecordKind, set[str]]:
    """Kind -> ids of the records that ever referred to any of these."""
    found: dict[RecordKind, set[str]] = {}
    for ids in chunks(record_ids):
        query = sa.select(links.c.kind, links.c.record_id).where(links.c.to_kind == kind.value, links.c.to_id.in_(ids))
        for row in connection.execute(query):
            found.setdefault(RecordKind(row.kind), set()).add(row.record_id)
    return found


def history_of(connection: sa.Connection, kind: RecordKind, record_id: str) -> list[Entry]:
    """All entries of a record, the first one first."""
    query = sa.select(ledger.c.entry).where(ledger.c.kind == kind.value, ledger.c.record_id == record_id)
    return [entry_in(text) for text in connection.execute(query.order_by(ledger.c.sequence)).scalars()]


def needed_by(connection: sa.Connection, kind: RecordKind, record_id: str) -> Reason | None:
    """Why a source cannot go: a record that is not retired cites it. None for what can."""
    if kind is not RecordKind.SOURCE:
        return None
    for other, ids in linked_to(connection, kind, [record_id]).items():
        standing = [head.sequence for head in heads_of(connection, other, ids).values() if head.state not in GONE]
        for entry in entries_at(connection, standing):
            if record_id in entry.cites:
                return CITING[other].of(id=repr(entry.record_id))
    return None


def uncitable(connection: sa.Connection, record: Record) -> Reason | None:
    """Why a record cannot be published: a source that it cites is not. None if it can."""
    found = heads_of(connection, RecordKind.SOURCE, cites(record))
    lost = next((id_ for id_ in cites(record) if id_ not in found or found[id_].state is not State.PUBLISHED), None)
    return Reason("its source %(id)s is not published", {"id": repr(lost)}) if lost is not None else None


def of_action(action: Action) -> sa.ColumnElement[bool]:
    """Whether an entry is of such an act. It is canonical JSON, in which no text can look like a field: its quotation marks are
    escaped."""
    return ledger.c.entry.contains(f'"action":"{action.value}"')


def erased_since(connection: sa.Connection, sequence: int) -> bool:
    """Whether anything was erased after an entry."""
    erasing = sa.select(ledger.c.sequence).where(ledger.c.sequence > sequence, of_action(Action.ERASE))
    return connection.execute(erasing.limit(1)).first() is not None
