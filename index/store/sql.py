"""The store in a relational database, by SQLAlchemy: SQLite by default.

Each record is kept whole, as the JSON of its struct, beside the few columns that queries filter and join on. So the
struct in `index/records.py` stays the one definition of a record, and an optional field needs no migration.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

import msgspec
import numpy as np
import sqlalchemy as sa

from index.errors import StoreUnavailable, UnknownRecord
from index.records import Batch, Document, Dossier, Refutation, Source, Statement
from index.store import reading
from index.store.listing import filter_values, listing
from index.store.opening import WRITES, insert_new, open_engine, reason
from index.store.store import (
    Counts,
    FilterValues,
    FloatArray,
    Listing,
    LoadReport,
    Owner,
    ReviewFilter,
    Searchable,
    StatementFilter,
    StatementStore,
)
from index.store.tables import chunks, refutations, reviews, sources, state, statements, topics, vectors
from index.store.upsert import load_batch, load_document, mark_revision

PartT = TypeVar("PartT", Document, Batch)


class SqlStore(StatementStore):
    """See `StatementStore`. Each method runs in one transaction of its own."""

    def __init__(self, url: str) -> None:
        """Open the database, create it if it is not there, and bring its tables up to date.

        Args:
            url: SQLAlchemy's, such as `sqlite:///data/rebut.sqlite`.

        Raises:
            StoreUnavailable: if it cannot be opened.
        """
        self._engine = open_engine(url)
        self._writing = self._engine.execution_options(**{WRITES: True})
        self._told: list[threading.Event] = []

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _connect(self, *, write: bool = False) -> Iterator[sa.Connection]:
        """A connection with a transaction, committed at the end of the block."""
        try:
            with (self._writing if write else self._engine).begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise StoreUnavailable(f"the store failed: {reason(error)}") from None  # whose text has the query and its values

    def version(self) -> str:
        """See `StatementStore`."""
        with self._connect() as connection:
            return reading.version(connection)

    def counts(self) -> Counts:
        """See `StatementStore`."""
        with self._connect() as connection:
            counted = [
                connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in (sources, statements, refutations, reviews)
            ]
        return Counts(*counted)

    def load(self, documents: Sequence[Document], *, dry_run: bool = False) -> LoadReport:
        """See `StatementStore`."""
        return self._load(documents, load_document, dry_run=dry_run)

    def load_batches(self, batches: Iterable[Batch], *, dry_run: bool = False) -> LoadReport:
        """See `StatementStore`."""
        return self._load(batches, load_batch, dry_run=dry_run)

    def _load(
        self, parts: Iterable[PartT], load_part: Callable[[sa.Connection, PartT, LoadReport], None], *, dry_run: bool
    ) -> LoadReport:
        report: LoadReport = LoadReport([], [], [])
        with self._connect(write=True) as connection:
            connection.execute(sa.update(state).values(revision=state.c.revision + 1))  # first: others that load wait here
            for part in parts:
                load_part(connection, part, report)
            if report.added or report.changed:
                mark_revision(connection, [*report.added, *report.changed])
            else:
                connection.execute(sa.update(state).values(revision=state.c.revision - 1))
            if dry_run:
                connection.rollback()
        for event in self._told:
            event.set()
        return report

    def owners(self) -> dict[str, Owner]:
        """See `StatementStore`."""
        found: dict[str, Owner] = {}
        with self._connect() as connection:
            for kind, table in (("statement", statements), ("refutation", refutations)):
                rows = connection.execute(sa.select(table.c.id, table.c.source_id))
                found |= {row.id: Owner(kind, row.source_id) for row in rows}
        return found

    def matching(self, filters: Collection[StatementFilter]) -> dict[StatementFilter, frozenset[str]]:
        """See `StatementStore`."""
        queries = {one: sa.select(statements.c.id).where(*reading.conditions(one)) for one in filters}
        if not queries:
            return {}
        with self._connect() as connection:
            return {one: frozenset(connection.execute(query).scalars()) for one, query in queries.items()}

    def dossiers(self, statement_ids: Iterable[str]) -> dict[str, Dossier]:
        """See `StatementStore`."""
        with self._connect() as connection:
            return reading.dossiers(connection, statement_ids)

    def dossier(self, statement_id: str) -> Dossier:
        """See `StatementStore`."""
        found = self.dossiers([statement_id])
        if statement_id not in found:
            raise UnknownRecord("statement", statement_id)
        return found[statement_id]

    def refuted_after(self, statement_id: str, limit: int) -> list[Dossier]:
        """See `StatementStore`."""
        with self._connect() as connection:
            ids = list(connection.execute(reading.refuted_ids(statement_id, limit)).scalars())
            found = reading.dossiers(connection, ids)
        return [found[id_] for id_ in ids]

    def reviewed(self, wanted: ReviewFilter, offset: int = 0, limit: int | None = None) -> list[str]:
        """See `StatementStore`."""
        with self._connect() as connection:
            query = reading.reviewed_ids(connection, wanted).offset(offset).limit(limit)
            return list(connection.execute(query).scalars())

    def statements_page(self, filters: StatementFilter, after: str | None, limit: int) -> list[Statement]:
        """See `StatementStore`."""
        query = sa.select(statements.c.record).where(*reading.conditions(filters)).order_by(statements.c.id).limit(limit)
        if after is not None:
            query = query.where(statements.c.id > after)
        with self._connect() as connection:
            return [msgspec.json.decode(record, type=Statement) for record in connection.execute(query).scalars()]

    def listing(self, filters: StatementFilter, after: str | None, limit: int) -> Listing:
        """See `StatementStore`."""
        with self._connect() as connection:
            return listing(connection, filters, after, limit)

    def filter_values(self) -> FilterValues:
        """See `StatementStore`."""
        with self._connect() as connection:
            return filter_values(connection)

    def statement(self, statement_id: str) -> Statement:
        """See `StatementStore`."""
        with self._connect() as connection:
            return reading.record(connection, statements, Statement, statement_id)

    def refutation(self, refutation_id: str) -> Refutation:
        """See `StatementStore`."""
        with self._connect() as connection:
            return reading.refutation(connection, refutation_id)

    def source(self, source_id: str) -> Source:
        """See `StatementStore`."""
        with self._connect() as connection:
            return reading.record(connection, sources, Source, source_id)

    def sources_by_id(self, source_ids: Iterable[str]) -> dict[str, Source]:
        """See `StatementStore`."""
        with self._connect() as connection:
            return reading.records(connection, sources, Source, source_ids)

    def all_sources(self) -> list[Source]:
        """See `StatementStore`."""
        with self._connect() as connection:
            return list(reading.records(connection, sources, Source).values())

    def topics(self) -> list[str]:
        """See `StatementStore`."""
        with self._connect() as connection:
            return sorted(connection.execute(sa.select(topics.c.topic).distinct()).scalars())

    def searchable(self, since: str | None = None) -> Searchable | None:
        """See `StatementStore`."""
        with self._connect() as connection:
            revision = reading.changed_since(connection, since)
            return None if revision is None else reading.searchable(connection, revision)

    @contextmanager
    def announcing(self, event: threading.Event) -> Iterator[None]:
        """See `StatementStore`."""
        self._told.append(event)
        try:
            yield
        finally:
            self._told.remove(event)

    def vectors_of(self, encoder: str, texts: Sequence[str]) -> dict[str, FloatArray]:
        """See `StatementStore`."""
        with self._connect() as connection:
            return _vectors_of(connection, encoder, texts)

    def keep_vectors(self, encoder: str, encoded: Mapping[str, FloatArray]) -> None:
        """See `StatementStore`."""
        with self._connect(write=True) as connection:
            known = _vectors_of(connection, encoder, encoded)
            rows = [
                {"encoder": encoder, "text_sha256": _digest(text), "vector": vector.astype("<f4").tobytes()}
                for text, vector in encoded.items()
                if text not in known
            ]
            if rows:
                connection.execute(insert_new(connection, vectors), rows)


def _vectors_of(connection: sa.Connection, encoder: str, texts: Iterable[str]) -> dict[str, FloatArray]:
    keys = {_digest(text): text for text in texts}
    found: dict[str, FloatArray] = {}
    query = sa.select(vectors.c.text_sha256, vectors.c.vector).where(vectors.c.encoder == encoder)
    for chunk in chunks(keys):
        for row in connection.execute(query.where(vectors.c.text_sha256.in_(chunk))):
            found[keys[bytes(row.text_sha256)]] = np.frombuffer(row.vector, "<f4")
    return found


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
