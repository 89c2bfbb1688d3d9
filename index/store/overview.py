"""What whoever keeps the records looks at: acts as wholes, and records that are not published yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa

from index.kinds import Action, State
from index.ledger.entries import Entry, Record
from index.store.recorded import Standing, entry_in, of_action, records_of
from index.store.tables import chunks, heads, ledger


class ActSummary(NamedTuple):
    """An act as a whole.

    Attributes:
        first: its first entry, which has its number, time, author and reason.
        entries: how many records it changed.
        standing: how many of them nobody has changed since.
    """

    first: Entry
    entries: int
    standing: int


def acts(connection: sa.Connection, action: Action, before: int | None, limit: int) -> list[ActSummary]:
    """See `Ledger.acts`."""
    query = sa.select(ledger.c.entry).where(ledger.c.sequence == ledger.c.act, of_action(action))
    if before is not None:
        query = query.where(ledger.c.act < before)
    rows = connection.execute(query.order_by(ledger.c.act.desc()).limit(limit))
    found = [entry_in(text) for text in rows.scalars()]
    counted = _counted(connection, [entry.act for entry in found])
    return [ActSummary(entry, *counted[entry.act]) for entry in found]


def _counted(connection: sa.Connection, numbers: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Act -> how many entries it has, and how many of them are their record's last."""
    last = sa.and_(heads.c.kind == ledger.c.kind, heads.c.record_id == ledger.c.record_id, heads.c.sequence == ledger.c.sequence)
    query = sa.select(ledger.c.act, sa.func.count(), sa.func.count(heads.c.sequence)).select_from(sa.outerjoin(ledger, heads, last))
    found: dict[int, tuple[int, int]] = {}
    for some in chunks(numbers):
        rows = connection.execute(query.where(ledger.c.act.in_(some)).group_by(ledger.c.act))
        found |= {number: (entries, standing) for number, entries, standing in rows}
    return found


def entries_of(connection: sa.Connection, number: int, limit: int) -> list[Entry]:
    """See `Ledger.entries_of`."""
    query = sa.select(ledger.c.entry).where(ledger.c.act == number).order_by(ledger.c.sequence).limit(limit)
    return [entry_in(text) for text in connection.execute(query).scalars()]


def unpublished(connection: sa.Connection, state: State, limit: int) -> list[Standing]:
    """See `Ledger.unpublished`."""
    joined = sa.select(ledger.c.entry).join(heads, heads.c.sequence == ledger.c.sequence)
    rows = connection.execute(joined.where(heads.c.state == state.value).order_by(heads.c.sequence.desc()).limit(limit))
    entries = [entry_in(text) for text in rows.scalars()]
    said: dict[str, Record] = {}
    for kind in {entry.kind for entry in entries}:
        said |= records_of(connection, kind, [entry.content for entry in entries if entry.kind is kind])
    return [Standing(entry, said.get(entry.content or "")) for entry in entries]
