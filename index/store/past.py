"""What was on record at an earlier moment."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

import sqlalchemy as sa

from index.errors import InvalidInput, UnknownRecord
from index.kinds import RecordKind, State
from index.ledger.entries import Entry, Record
from index.ledger.replay import Replay
from index.records import Dossier, Refutation, Review, Source, Statement
from index.store.reading import Held, assembled, newest_first, sourced
from index.store.recorded import history_of, linked_to, records_of
from index.store.shown import moment as as_stored
from index.store.tables import ledger


def sequence_at(connection: sa.Connection, moment: str) -> int:
    """The last sequence at a moment: see `Ledger.dossier_as_of`."""
    if re.fullmatch(r"[0-9]{1,18}", moment):
        return int(moment)
    query = sa.select(sa.func.max(ledger.c.sequence)).where(ledger.c.time <= _time(moment))
    return connection.execute(query).scalar_one() or 0


def _time(moment: str) -> str:
    """A moment as the ledger writes times; of a day, its end."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", moment):
            return f"{dt.date.fromisoformat(moment).isoformat()}T23:59:59.999999Z"
        time = dt.datetime.fromisoformat(moment)
        if time.tzinfo is None:
            raise ValueError("it has no time zone")
        return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")
    except (ValueError, OverflowError) as error:
        reason = f"is no sequence, no day and no time such as 2026-05-03T12:00:00Z: {error}"
        raise InvalidInput("as_of", reason) from error


def dossier_at(connection: sa.Connection, statement_id: str, sequence: int) -> Dossier:
    """All that was on record about a statement after an entry.

    Raises:
        UnknownRecord: if it was not published then.
    """
    linked = linked_to(connection, RecordKind.STATEMENT, [statement_id])
    wanted = {(RecordKind.STATEMENT, statement_id), *((kind, id_) for kind, ids in linked.items() for id_ in ids)}
    replay = _replayed(connection, wanted, sequence)
    published = [entry for entry in replay.last.values() if entry.state is State.PUBLISHED]
    published = [entry for entry in published if entry.kind is RecordKind.STATEMENT or statement_id in entry.about]
    if not any(entry.kind is RecordKind.STATEMENT for entry in published):
        raise UnknownRecord("statement", statement_id)
    then = _replayed(connection, {(RecordKind.SOURCE, id_) for entry in published for id_ in entry.cites}, sequence)
    said = [*_said(connection, published), *_said(connection, then.last.values())]
    statement = next((record for record in said if isinstance(record, Statement)), None)
    sources = {record.id: record for record in said if isinstance(record, Source)}
    if statement is None or {id_ for _, id_ in then.last} - sources.keys():
        raise UnknownRecord("statement whose content, and that of its sources, was not erased", statement_id)
    held = Held(statement, as_stored(replay.added[statement_id]), as_stored(replay.changed[statement_id]))
    refutations = sorted((record for record in said if isinstance(record, Refutation)), key=lambda record: record.id)
    reviews = sorted((record for record in said if isinstance(record, Review)), key=newest_first)
    return sourced(assembled(held, refutations, reviews), sources)


def _replayed(connection: sa.Connection, wanted: Iterable[tuple[RecordKind, str]], sequence: int) -> Replay:
    """How records stood after an entry."""
    entries = [entry for kind, id_ in wanted for entry in history_of(connection, kind, id_) if entry.sequence <= sequence]
    replay = Replay()
    for entry in sorted(entries, key=lambda entry: entry.sequence):
        replay.take(entry)
    return replay


def _said(connection: sa.Connection, entries: Iterable[Entry]) -> list[Record]:
    """What records said after these entries; not of those that were erased."""
    found: list[Record] = []
    for kind in RecordKind:
        found += records_of(connection, kind, [entry.content for entry in entries if entry.kind is kind]).values()
    return found
