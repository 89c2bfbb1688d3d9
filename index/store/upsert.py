"""How records get into the store's tables: what is new is added, what is different is changed, what is the same is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from index.records import Batch, Document, Refutation, Review, Source, Statement, When
from index.store.store import LoadReport
from index.store.tables import answers, chunks, refutations, reviews, sources, state, statements, topics

RecordT = TypeVar("RecordT", Source, Statement, Refutation, Review)
Columns = dict[str, Any]


def load_document(connection: sa.Connection, document: Document, report: LoadReport) -> None:
    """Add or update every record of a document."""
    _upsert(connection, sources, [document.source], report, lambda _source: {})
    _load_statements(connection, document.statements, report)
    touched = _upsert(connection, refutations, document.refutations, report, _refutation_columns)
    _replace_answers(connection, [record for record in document.refutations if record.id in touched])


def load_batch(connection: sa.Connection, batch: Batch, report: LoadReport) -> None:
    """Add or update what a batch holds; sources that are there, and statements of other sources, stay as they are."""
    known = _column(connection, sources, sources.c.id, batch.sources)
    _upsert(connection, sources, [source for source in batch.sources if source.id not in known], report, lambda _source: {})
    owners = _column(connection, statements, statements.c.source_id, batch.statements)
    own = [record for record in batch.statements if owners.get(record.id, _source_id(record)) == _source_id(record)]
    _load_statements(connection, own, report)
    touched = _upsert(connection, reviews, batch.reviews, report, _review_columns)
    _mark_changed(connection, {review.statement_id for review in batch.reviews if review.id in touched})


def mark_revision(connection: sa.Connection, record_ids: Iterable[str]) -> None:
    """Note that these records were changed by the store's present revision."""
    revision = sa.select(state.c.revision).scalar_subquery()
    for ids in chunks(record_ids):
        for table in (statements, refutations):
            connection.execute(sa.update(table).where(table.c.id.in_(ids)).values(revision=revision))


def _column(connection: sa.Connection, table: sa.Table, column: sa.Column[str], records: Sequence[Any]) -> dict[str, str]:
    """Record id -> what this column holds, of those records that are there."""
    found: dict[str, str] = {}
    for ids in chunks([record.id for record in records]):
        rows = connection.execute(sa.select(table.c.id, column.label("value")).where(table.c.id.in_(ids)))
        found |= {row.id: row.value for row in rows}
    return found


def _upsert(
    connection: sa.Connection,
    table: sa.Table,
    records: Sequence[RecordT],
    report: LoadReport,
    columns: Callable[[RecordT], Columns],
    when_added: Columns | None = None,
) -> set[str]:
    """Returns the ids of what was added or changed."""
    stored = _column(connection, table, table.c.record, records)
    added: list[Columns] = []
    changed: list[str] = []
    for record in records:
        row = {"id": record.id, "record": msgspec.json.encode(record).decode(), **columns(record)}
        if record.id not in stored:
            added.append(row | (when_added or {}))
        elif stored[record.id] != row["record"]:
            connection.execute(sa.update(table).where(table.c.id == record.id).values(row))
            changed.append(record.id)
        else:
            report.unchanged.append(record.id)
    if added:
        connection.execute(sa.insert(table), added)
    report.added.extend(row["id"] for row in added)
    report.changed.extend(changed)
    return {*(row["id"] for row in added), *changed}


def _load_statements(connection: sa.Connection, records: Sequence[Statement], report: LoadReport) -> None:
    now = _now()
    touched = _upsert(connection, statements, records, report, lambda record: _statement_columns(record, now), {"added": now})
    _replace_topics(connection, [record for record in records if record.id in touched])


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def _source_id(statement: Statement) -> str:
    return statement.citations[0].source_id


def _statement_columns(statement: Statement, now: dt.datetime) -> Columns:
    first, last = statement.when.bounds() if statement.when else (None, None)
    claimant = statement.claimant
    return {
        "source_id": _source_id(statement),
        "kind": statement.kind.value,
        "claimant": "\n".join(filter(None, (claimant.name, claimant.role, claimant.side))).casefold(),
        "places": "\n".join(statement.places).casefold(),
        "first_day": first,
        "last_day": last,
        "changed": now,
    }


def _refutation_columns(refutation: Refutation) -> Columns:
    return {
        "source_id": refutation.citations[0].source_id,
        "language": refutation.language,
        "day": _first_day(refutation.when),
    }


def _review_columns(review: Review) -> Columns:
    return {
        "statement_id": review.statement_id,
        "source_id": review.citation.source_id,
        "language": review.language,
        "day": _first_day(review.when),
        "refutes": review.refutes,
    }


def _first_day(when: When | None) -> dt.date | None:
    first = when.bounds()[0] if when else dt.date.min
    return None if first == dt.date.min else first


def _replace_topics(connection: sa.Connection, records: Sequence[Statement]) -> None:
    for ids in chunks([record.id for record in records]):
        connection.execute(sa.delete(topics).where(topics.c.statement_id.in_(ids)))
    rows = [{"statement_id": record.id, "topic": topic} for record in records for topic in set(record.topics)]
    if rows:
        connection.execute(sa.insert(topics), rows)


def _replace_answers(connection: sa.Connection, records: Sequence[Refutation]) -> None:
    touched = {statement_id for record in records for statement_id in record.stances()}
    for ids in chunks([record.id for record in records]):
        touched.update(connection.execute(sa.select(answers.c.statement_id).where(answers.c.refutation_id.in_(ids))).scalars())
        connection.execute(sa.delete(answers).where(answers.c.refutation_id.in_(ids)))
    rows = [
        {"refutation_id": record.id, "statement_id": statement_id, "stance": stance.value}
        for record in records
        for statement_id, stance in record.stances().items()
    ]
    if rows:
        connection.execute(sa.insert(answers), rows)
    _mark_changed(connection, touched)


def _mark_changed(connection: sa.Connection, statement_ids: Iterable[str]) -> None:
    for ids in chunks(statement_ids):
        connection.execute(sa.update(statements).where(statements.c.id.in_(ids)).values(changed=_now()))
