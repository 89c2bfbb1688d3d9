"""Which statements count: those that the desk wrote down, and those that somebody who counts reviewed or answered.

What only unknown publishers brought is kept apart in a search, too: a flood of copies of a claim would else stand before the
statement that an official denied.
"""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from index.kinds import PUBLISHER
from index.records import Review, Source
from index.store import reading
from index.store.api_keys import Connect
from index.store.tables import answers, reviews, sources, statements
from index.tiers import Tiers

FETCHED = '%,"via":"%'
"""The JSON of a review that was fetched from another site; within a text, quotation marks have a stroke before them."""


class Counting:
    """Tells which statements count, as the store stands. Safe to use from several threads."""

    def __init__(self, connect: Connect, tiers: Tiers) -> None:
        self._connect, self._tiers = connect, tiers
        self._last: tuple[str, frozenset[str] | None] = ("", None)

    def statements(self) -> frozenset[str] | None:
        """Their ids; None if all do.

        Raises:
            StoreUnavailable: if the store cannot be read.
        """
        if self._tiers.all_count:
            return None
        with self._connect() as connection:
            version = reading.version(connection)
            if version != self._last[0]:
                self._last = version, self._counted(connection)
        return self._last[1]

    def _counted(self, connection: sa.Connection) -> frozenset[str] | None:
        known = reading.records(connection, sources, Source)
        unknown = {id_ for id_, source in known.items() if not self._tiers.counts(self._tiers.of(source))}
        fetched = [
            msgspec.json.decode(record, type=Review)
            for record in connection.execute(sa.select(reviews.c.record).where(reviews.c.record.like(FETCHED))).scalars()
        ]
        doubtful = {one.id for one in fetched if not self._tiers.counts(self._tiers.of_review(one, known))}
        if not unknown and not doubtful:
            return None
        rows = connection.execute(sa.select(statements.c.id, statements.c.source_id)).all()
        reviewed = connection.execute(sa.select(reviews.c.id, reviews.c.statement_id, reviews.c.source_id))
        counting = {row.statement_id for row in reviewed if row.source_id not in unknown and row.id not in doubtful}
        counting |= set(connection.execute(sa.select(answers.c.statement_id)).scalars())
        counting |= {row.id for row in rows if not row.source_id.startswith(PUBLISHER) and row.source_id not in unknown}
        return frozenset(counting) if len(counting) < len(rows) else None
