"""Which table on record a file is by its rows, and what rows of tables said of a statement before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from index.kinds import TABLE, RecordKind
from index.ledger.entries import row_key
from index.records import Review, Source, Statement
from index.store.recorded import current, heads_of, records_of
from index.store.reports import FirstRows
from index.store.tables import chunks, keys, links

NO_COINCIDENCE = 3
"""Rows that two tables have alike, verdict and explanation included: of fewer, two desks can have them."""


def reviews_of_tables(connection: sa.Connection, statement_ids: Iterable[str]) -> dict[str, list[tuple[Review, Source]]]:
    """Statement id -> the reviews that rows of tables ever had of it, each with its table."""
    about = _links(connection, links.c.to_id, statement_ids, RecordKind.STATEMENT)
    cited = _links(connection, links.c.record_id, {one for one, _ in about}, RecordKind.SOURCE)
    tables: dict[str, list[str]] = {}
    for review_id, source_id in cited:
        if source_id.startswith(TABLE):
            tables.setdefault(review_id, []).append(source_id)
    said = current(connection, RecordKind.REVIEW, tables)
    sources = current(connection, RecordKind.SOURCE, {table for some in tables.values() for table in some})
    found: dict[str, list[tuple[Review, Source]]] = {}
    for review_id, statement_id in about:
        for table in tables.get(review_id, ()):
            review, source = said.get(review_id), sources.get(table)
            if isinstance(review, Review) and isinstance(source, Source):
                found.setdefault(statement_id, []).append((review, source))
    return found


def _links(connection: sa.Connection, column: sa.Column[str], ids: Iterable[str], to: RecordKind) -> list[tuple[str, str]]:
    """Reviews' ids, each with what it ever referred to, of this kind."""
    of_reviews = sa.select(links.c.record_id, links.c.to_id)
    of_reviews = of_reviews.where(links.c.kind == RecordKind.REVIEW.value, links.c.to_kind == to.value)
    return [
        (row.record_id, row.to_id)
        for some in chunks(set(ids))
        for row in connection.execute(of_reviews.where(column.in_(some)).order_by(links.c.record_id))
    ]


def table_of(connection: sa.Connection, first: FirstRows) -> str:
    """See `StatementStore.table_of`."""
    own, few = first.own.id, len(first.texts or first.reviews) / 2
    alike = _rows_alike(connection, first.texts) if first.texts else _verdicts_alike(connection, first)
    if own in alike or not alike:
        return own
    table, count = alike.most_common(1)[0]
    return table if count >= few and (first.texts or table in first.alike or count >= NO_COINCIDENCE) else own


def _rows_alike(connection: sa.Connection, rows: Mapping[str, str]) -> Counter[str]:
    """Table -> how many of these rows it has under the same id with the same text.

    Args:
        rows: their own id -> their text.
    """
    by_key = {row_key(own_id): own_id for own_id in rows}
    known: dict[str, str] = {}
    for some in chunks(by_key):
        query = sa.select(keys.c.key, keys.c.record_id).where(keys.c.key.in_(some), keys.c.kind == RecordKind.STATEMENT.value)
        known |= {row.record_id: by_key[row.key] for row in connection.execute(query)}
    heads = heads_of(connection, RecordKind.STATEMENT, known)
    said = records_of(connection, RecordKind.STATEMENT, {one for head in heads.values() for one in (head.content, head.imported)})
    alike: Counter[str] = Counter()
    for id_, head in heads.items():
        texts = {one.text for hash_ in (head.content, head.imported) if isinstance(one := said.get(hash_ or ""), Statement)}
        if rows[known[id_]] in texts:
            alike[id_.removesuffix(f"-{known[id_]}")] += 1
    return alike


def _verdicts_alike(connection: sa.Connection, first: FirstRows) -> Counter[str]:
    """Table -> how many of these reviews it has of the same statement; if its name says nothing, with all that they say."""
    known = reviews_of_tables(connection, {review.statement_id for review in first.reviews})
    by_name = {first.own.id, *first.alike}
    alike: Counter[str] = Counter()
    for review in first.reviews:
        of_it = [(old, table) for old, table in known.get(review.statement_id, []) if table.site == first.own.site]
        alike.update({table.id for old, table in of_it if table.id in by_name or _says_the_same(old, review)})
    return alike


def _says_the_same(one: Review, other: Review) -> bool:
    """Whether two reviews rate alike, for the same reason."""
    return all(getattr(one, name) == getattr(other, name) for name in ("rating", "explanation", "title", "when"))
