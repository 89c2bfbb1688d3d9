"""Lists of statements as they are asked for by people and clients: pages with totals, and the values that filters know."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from index.records import Statement
from index.store.filters import conditions
from index.store.reports import FilterValues, Listed, Listing
from index.store.store import StatementFilter
from index.store.tables import refutations, reviews, statements, topics

MOST_VALUES = 2_000
"""Values of one filter that are looked at."""


def listing(connection: sa.Connection, filters: StatementFilter, after: str | None, limit: int) -> Listing:
    """A page of the statements that fit, by id, and how many there are on all pages."""
    fitting = conditions(filters)
    total = connection.execute(sa.select(sa.func.count()).select_from(statements).where(*fitting)).scalar_one()
    columns = statements.c
    query = sa.select(columns.record, columns.added, columns.changed).where(*fitting).order_by(columns.id).limit(limit)
    if after is not None:
        query = query.where(columns.id > after)
    rows = connection.execute(query)
    return Listing(total, [Listed(msgspec.json.decode(row.record, type=Statement), row.added, row.changed) for row in rows])


def filter_values(connection: sa.Connection) -> FilterValues:
    """What claimants, places, topics and issuers there are."""

    def lines(column: sa.Column[str]) -> list[str]:
        found: Iterable[str] = connection.execute(sa.select(column).distinct().limit(MOST_VALUES)).scalars()
        return sorted({line for several in found for line in several.split("\n") if line})

    issuers = sorted({words.strip() for table in (refutations, reviews) for words in lines(table.c.issuer)})
    return FilterValues(lines(statements.c.claimant), lines(statements.c.places), lines(topics.c.topic), issuers)
