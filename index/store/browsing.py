"""Looking through the records: pages in an order, what there is to narrow them by, and what the store covers."""

from __future__ import annotations

import datetime as dt
import enum
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec
import sqlalchemy as sa

from index.records import Statement
from index.store.api_keys import Connect
from index.store.dialects import first_line
from index.store.filters import conditions
from index.store.reports import Listed, Listing
from index.store.store import StatementFilter
from index.store.tables import statements, topics

MOST_FACETS = 12
"""Values of one sort that are counted for people: the commonest."""


class Order(enum.Enum):
    """What a page is sorted by."""

    SAID = "said"
    """The last said first; undated ones last."""
    FIRST_SAID = "first-said"
    CHANGED = "changed"
    """The last changed first."""


class Wanted(msgspec.Struct, frozen=True):
    """Which statements to look at.

    Attributes:
        claimant: the claimant's whole name, in any case.
        topic: the whole topic.
        ids: the only ones, in their order; None for all.
    """

    filters: StatementFilter = StatementFilter()
    claimant: str | None = None
    topic: str | None = None
    ids: Sequence[str] | None = None


class Facet(NamedTuple):
    """A value that some of the statements have, what it is called, and how many they are."""

    value: str
    name: str
    number: int


class Facets(NamedTuple):
    """What statements can be narrowed by, the commonest first; years in their order.

    Attributes:
        claimants: by their name alone: one may speak in several functions.
        more_claimants: how many others there are.
        more_topics: the same.
    """

    kinds: list[Facet]
    claimants: list[Facet]
    more_claimants: int
    topics: list[Facet]
    more_topics: int
    sources: list[Facet]
    years: list[Facet]


class Browsing(Protocol):
    """Looks through the statements that are answered. Safe to use from several threads; each method raises StoreUnavailable."""

    def page(self, wanted: Wanted, order: Order | None, offset: int, limit: int) -> Listing:
        """A page of the statements that are wanted, and how many there are in all.

        Args:
            order: None for that of `wanted.ids`.
        """
        ...

    def facets(self, wanted: Wanted) -> Facets:
        """What the statements that are wanted can be narrowed by."""
        ...

    def languages(self) -> dict[str, int]:
        """ISO 639 code -> how many statements are said in it, in their own text or in a wording; the commonest first."""
        ...

    def last_change(self) -> dt.datetime | None:
        """When a statement, or what stands against one, last changed (UTC); None without any."""
        ...


class SqlBrowsing(Browsing):
    """See `Browsing`."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def page(self, wanted: Wanted, order: Order | None, offset: int, limit: int) -> Listing:
        """See `Browsing`."""
        fitting, columns = _fitting(wanted), statements.c
        query = sa.select(columns.id, columns.record, columns.added, columns.changed).where(*fitting)
        if order is not None:
            query = query.order_by(*_ORDERS[order], columns.id).offset(offset).limit(limit)
        with self._connect() as connection:
            total = connection.execute(sa.select(sa.func.count()).select_from(statements).where(*fitting)).scalar_one()
            rows = list(connection.execute(query))
        if order is None:
            places = {id_: place for place, id_ in enumerate(wanted.ids or ())}
            rows = sorted(rows, key=lambda row: places.get(row.id, 0))[offset : offset + limit]
        return Listing(total, [Listed(msgspec.json.decode(row.record, type=Statement), row.added, row.changed) for row in rows])

    def facets(self, wanted: Wanted) -> Facets:
        """See `Browsing`."""
        fitting, columns = _fitting(wanted), statements.c
        joined = sa.join(topics, statements, topics.c.statement_id == columns.id)
        year = sa.extract("year", columns.first_day)
        with self._connect() as connection:

            def counted(value: sa.ColumnElement[str], source: sa.FromClause = statements) -> list[tuple[str, str, int]]:
                count = sa.func.count()
                query = sa.select(value, sa.func.min(columns.record), count).select_from(source).where(*fitting)
                query = query.group_by(value).order_by(count.desc(), value).limit(MOST_FACETS)
                return [tuple(row) for row in connection.execute(query)]

            def left_out(value: sa.ColumnElement[str], shown: list[Facet], source: sa.FromClause = statements) -> int:
                if len(shown) < MOST_FACETS:
                    return 0
                query = sa.select(sa.func.count(sa.distinct(value))).select_from(source).where(*fitting)
                return int(connection.execute(query).scalar_one()) - len(shown)

            years = connection.execute(sa.select(year, sa.func.count()).where(*fitting).group_by(year).order_by(year)).all()
            name = first_line(connection, columns.claimant)
            claimants = [Facet(said := _claimant(record), said, count) for _, record, count in counted(name)]
            tagged = [Facet(value, value, count) for value, _, count in counted(topics.c.topic, joined)]
            return Facets(
                kinds=[Facet(value, value, count) for value, _, count in counted(columns.kind)],
                claimants=claimants,
                more_claimants=left_out(name, claimants),
                topics=tagged,
                more_topics=left_out(topics.c.topic, tagged, joined),
                sources=[Facet(value, value, count) for value, _, count in counted(columns.source_id)],
                years=[Facet(str(year), str(year), count) for year, count in years if year is not None],
            )

    def languages(self) -> dict[str, int]:
        """See `Browsing`."""
        found: Counter[str] = Counter()
        with self._connect() as connection:
            for record in connection.execute(sa.select(statements.c.record)).scalars():
                said = msgspec.json.decode(record, type=_Said)
                found.update({said.language, *said.wordings})
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def last_change(self) -> dt.datetime | None:
        """See `Browsing`."""
        with self._connect() as connection:
            found: dt.datetime | None = connection.execute(sa.select(sa.func.max(statements.c.changed))).scalar_one()
        return found


class _Said(msgspec.Struct, frozen=True):
    """The languages of a statement."""

    language: str
    wordings: dict[str, list[str]] = {}


_ORDERS = {
    Order.SAID: (statements.c.first_day.desc().nulls_last(),),
    Order.FIRST_SAID: (statements.c.first_day.asc().nulls_last(),),
    Order.CHANGED: (statements.c.changed.desc(),),
}


def _fitting(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    columns, found = statements.c, conditions(wanted.filters)
    if wanted.claimant is not None:
        name = wanted.claimant.casefold()
        found.append(sa.or_(columns.claimant == name, columns.claimant.startswith(f"{name}\n", autoescape=True)))
    if wanted.topic is not None:
        found.append(columns.id.in_(sa.select(topics.c.statement_id).where(topics.c.topic == wanted.topic)))
    if wanted.ids is not None:
        found.append(columns.id.in_(wanted.ids))
    return found


def _claimant(record: str) -> str:
    """The name as a record writes it."""
    return msgspec.json.decode(record, type=Statement).claimant.name
