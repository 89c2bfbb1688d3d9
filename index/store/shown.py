"""What is answered: the tables that are read follow from the records' last revisions. Only published records stand in them.

A refutation is shown with the statements that it answers and that are shown; a review with its statement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from index.kinds import RecordKind
from index.ledger.entries import Record
from index.records import Party, Refutation, Review, Statement, When
from index.store.tables import answers, chunks, names, refutations, reviews, sources, statements, topics
from index.text.names import name_words
from index.tiers import own_site

Columns = dict[str, Any]

TABLES: dict[RecordKind, sa.Table] = {
    RecordKind.SOURCE: sources,
    RecordKind.STATEMENT: statements,
    RecordKind.REFUTATION: refutations,
    RecordKind.REVIEW: reviews,
}


def show(
    connection: sa.Connection, kind: RecordKind, records: Mapping[str, Record | None], added: Mapping[str, str], now: str
) -> set[str]:
    """Bring the tables in line with these records: id -> the record, or None if it is not to be shown.

    Args:
        added: id of a statement -> when it came into the store, of those that are shown anew.
        now: when statements change.

    Returns:
        The ids that are shown now and were not, or were shown and are not now.
    """
    table = TABLES[kind]
    there = _there(connection, table, records)
    kept = _answering(connection, kind, {id_: record for id_, record in records.items() if record is not None})
    hidden = [id_ for id_ in records if id_ in there and id_ not in kept]
    _hide(connection, kind, hidden)
    rows = {id_: {"id": id_, "record": text_of(record), **columns_of(record)} for id_, record in kept.items()}
    if kind is RecordKind.STATEMENT:
        rows = {id_: row | {"changed": moment(now)} for id_, row in rows.items()}
    new = [row | _added(kind, row["id"], added) for id_, row in rows.items() if id_ not in there]
    for id_, row in rows.items():
        if id_ in there:
            connection.execute(sa.update(table).where(table.c.id == id_).values(row))
    if new:
        connection.execute(sa.insert(table), new)
    _beside(connection, kept)
    return {*hidden, *(row["id"] for row in new)}


def mark_changed(connection: sa.Connection, statement_ids: Iterable[str], now: str) -> None:
    """Note that what stands against these statements changed."""
    for ids in chunks(statement_ids):
        connection.execute(sa.update(statements).where(statements.c.id.in_(ids)).values(changed=moment(now)))


def text_of(record: Record) -> str:
    """A record's JSON as the tables have it: the same whatever the order in which languages came."""
    return msgspec.json.encode(record, order="deterministic").decode()


def moment(time: str) -> dt.datetime:
    """A time of the ledger as the tables have it: UTC without a time zone."""
    return dt.datetime.fromisoformat(time).replace(tzinfo=None)


def columns_of(record: Record) -> Columns:
    """What queries filter and join on."""
    if isinstance(record, Statement):
        return _statement_columns(record)
    if isinstance(record, Refutation):
        return {
            "source_id": record.citations[0].source_id,
            "language": record.language,
            "day": first_day(record.when),
            "issuer": _words_of(record.issuer),
        }
    if isinstance(record, Review):
        return {
            "statement_id": record.statement_id,
            "source_id": record.citation.source_id,
            "language": record.language,
            "day": first_day(record.when),
            "refutes": record.refutes,
            "issuer": _words_of(record.reviewer),
        }
    return {"site": own_site(record)}


def _words_of(party: Party) -> str:
    """A party's name, role and side are sought as one."""
    return name_words(party.name, party.role, party.side)


def _statement_columns(statement: Statement) -> Columns:
    first, last = statement.when.bounds() if statement.when else (None, None)
    claimant = statement.claimant
    return {
        "source_id": statement.citations[0].source_id,
        "kind": statement.kind.value,
        "claimant": "\n".join(filter(None, (claimant.name, claimant.role, claimant.side))).casefold(),
        "places": "\n".join(statement.places).casefold(),
        "first_day": first,
        "last_day": last,
    }


def first_day(when: When | None) -> dt.date | None:
    """The day on which a period begins; None if that is open."""
    first = when.bounds()[0] if when else dt.date.min
    return None if first == dt.date.min else first


def _added(kind: RecordKind, record_id: str, added: Mapping[str, str]) -> Columns:
    return {"added": moment(added[record_id])} if kind is RecordKind.STATEMENT else {}


def _there(connection: sa.Connection, table: sa.Table, ids: Iterable[str]) -> set[str]:
    return {id_ for some in chunks(ids) for id_ in connection.execute(sa.select(table.c.id).where(table.c.id.in_(some))).scalars()}


def _answering(connection: sa.Connection, kind: RecordKind, records: dict[str, Record]) -> dict[str, Record]:
    """Those that have something to be shown with."""
    if kind in (RecordKind.SOURCE, RecordKind.STATEMENT):
        return records
    shown = _there(connection, statements, {id_ for record in records.values() for id_ in _answered(record)})
    return {id_: record for id_, record in records.items() if not shown.isdisjoint(_answered(record))}


def _answered(record: Record) -> list[str]:
    return list(record.stances()) if isinstance(record, Refutation) else [record.statement_id] if isinstance(record, Review) else []


def _hide(connection: sa.Connection, kind: RecordKind, ids: Sequence[str]) -> None:
    """Take rows away, those that refer to them first."""
    referring = {
        RecordKind.STATEMENT: (answers.c.statement_id, reviews.c.statement_id, topics.c.statement_id, names.c.statement_id),
        RecordKind.REFUTATION: (answers.c.refutation_id,),
    }
    for some in chunks(ids):
        for column in (*referring.get(kind, ()), TABLES[kind].c.id):
            connection.execute(sa.delete(column.table).where(column.in_(some)))


def _beside(connection: sa.Connection, kept: Mapping[str, Record]) -> None:
    """Write anew what stands beside the records: topics and names of statements, answers of refutations."""
    stated = {id_: record for id_, record in kept.items() if isinstance(record, Statement)}
    refuting = [record for record in kept.values() if isinstance(record, Refutation)]
    for ids in chunks(stated):
        for table in (topics, names):
            connection.execute(sa.delete(table).where(table.c.statement_id.in_(ids)))
    for ids in chunks([record.id for record in refuting]):
        connection.execute(sa.delete(answers).where(answers.c.refutation_id.in_(ids)))
    shown = _there(connection, statements, {id_ for record in refuting for id_ in record.stances()})
    tagged = [row for record in stated.values() for row in topic_rows(record)]
    named = [row for id_, record in stated.items() for row in name_rows(id_, record)]
    answered = [row for record in refuting for row in answer_rows(record, shown)]
    for table, rows in ((topics, tagged), (names, named), (answers, answered)):
        if rows:
            connection.execute(sa.insert(table), rows)


def topic_rows(statement: Statement) -> list[dict[str, str]]:
    """A statement's rows in `topics`."""
    return [{"statement_id": statement.id, "topic": topic} for topic in sorted(set(statement.topics))]


def name_rows(statement_id: str, statement: Statement) -> list[dict[str, Any]]:
    """A statement's rows in `names`."""
    found = {
        "claimant": [_words_of(statement.claimant)],
        "place": [name_words(place) for place in statement.places],
        "topic": [name_words(topic) for topic in statement.topics],
    }
    return [
        {"statement_id": statement_id, "field": field, "number": number, "words": words}
        for field, several in found.items()
        for number, words in enumerate(several)
    ]


def answer_rows(refutation: Refutation, shown: set[str]) -> list[dict[str, str]]:
    """A refutation's rows in `answers`: of the statements that are shown."""
    stances = refutation.stances()
    return [{"refutation_id": refutation.id, "statement_id": id_, "stance": stances[id_].value} for id_ in stances if id_ in shown]
