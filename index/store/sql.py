"""The store in a relational database, by SQLAlchemy: SQLite by default.

Each record is kept whole, as the JSON of its struct, beside the few columns that queries filter and join on. So the
struct in `index/records.py` stays the one definition of a record, and an optional field needs no migration."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from index.errors import UnknownRecord
from index.kinds import Action
from index.ledger.entries import By
from index.ledger.notes import Signer
from index.progress import Progress, no_progress
from index.records import Batch, Document, Dossier, Refutation, Source, Statement
from index.store import kept_vectors, reading
from index.store.api_keys import SqlKeys
from index.store.browsing import SqlBrowsing
from index.store.conflicts import SqlConflicts
from index.store.counting import Counting
from index.store.database import Database
from index.store.filters import conditions
from index.store.kept_answers import SqlKeptAnswers
from index.store.kept_dossiers import KeptDossiers
from index.store.listing import filter_values, listing
from index.store.people import SqlPeople
from index.store.reports import HERE, Counts, FilterValues, FirstRows, Listing, LoadReport, Origin, Owner, Searchable, Told
from index.store.same_table import table_of
from index.store.spool import spooled
from index.store.sql_ledger import SqlLedger, owners
from index.store.store import LOADED, FloatArray, ReviewFilter, StatementFilter, StatementStore
from index.store.tables import refutations, reviews, seed_files, sources, statements, topics, wait_for_writers
from index.store.upsert import Import
from index.store.writing import Act
from index.tiers import EVERYBODY, Tiers

PartT = TypeVar("PartT", Document, Batch)


class SqlStore(StatementStore):
    """See `StatementStore`. Each method runs in one transaction of its own."""

    def __init__(self, url: str, signer: Signer | None = None, tiers: Tiers = EVERYBODY) -> None:
        """Open the database, create it if it is not there, and bring its tables up to date.

        Args:
            url: SQLAlchemy's, such as `sqlite:///data/rebut.sqlite`.
            signer: signs the ledger; without one its checkpoints are not signed.
            tiers: whom to believe.

        Raises:
            StoreUnavailable: if it cannot be opened.
        """
        self._database = Database(url, signer)
        self._connect = self._database.connect
        self._ledger = SqlLedger(self._database, tiers)
        self._tiers, self._counting, self._kept = tiers, Counting(self._connect, tiers), KeptDossiers()

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    @property
    def ledger(self) -> SqlLedger:
        """See `StatementStore`."""
        return self._ledger

    @property
    def keys(self) -> SqlKeys:
        """See `StatementStore`."""
        return SqlKeys(self._connect)

    @property
    def people(self) -> SqlPeople:
        """See `StatementStore`."""
        return SqlPeople(self._connect)

    @property
    def kept_answers(self) -> SqlKeptAnswers:
        """See `StatementStore`."""
        return SqlKeptAnswers(self._connect)

    @property
    def conflicts(self) -> SqlConflicts:
        """See `StatementStore`."""
        return SqlConflicts(self._database)

    @property
    def counting(self) -> Counting:
        """See `StatementStore`."""
        return self._counting

    @property
    def tiers(self) -> Tiers:
        """See `StatementStore`."""
        return self._tiers

    @property
    def browsing(self) -> SqlBrowsing:
        """The way to look through the statements."""
        return SqlBrowsing(self._connect)

    def version(self) -> str:
        """See `StatementStore`."""
        with self._connect() as connection:
            return reading.version(connection)

    def counts(self) -> Counts:
        """See `StatementStore`."""
        number, every = sa.select(sa.func.count()), (sources, statements, refutations, reviews)
        with self._connect() as connection:
            return Counts(*(connection.execute(number.select_from(table)).scalar_one() for table in every))

    def load(self, documents: Sequence[Document], *, by: By = LOADED, dry_run: bool = False) -> LoadReport:
        """See `StatementStore`."""
        return self._load(documents, Import.document, by, HERE, dry_run=dry_run)

    def load_batches(
        self,
        batches: Iterable[Batch],
        *,
        by: By = LOADED,
        origin: Origin = HERE,
        dry_run: bool = False,
        progress: Progress = no_progress,
    ) -> LoadReport:
        """See `StatementStore`."""
        with spooled(batches, progress) as read:
            return self._load(read, Import.batch, by, origin, dry_run=dry_run)

    def _load(
        self, parts: Iterable[PartT], load_part: Callable[[Import, PartT], None], by: By, origin: Origin, *, dry_run: bool
    ) -> LoadReport:
        report: LoadReport = LoadReport([], [], [])
        with self._connect(write=True) as connection:
            act = Act(connection, self._database.signer, by, Action.IMPORT)  # first: others that write wait here
            loading = Import(act, report, origin, self._tiers)
            for part in parts:
                load_part(loading, part)
            loading.finish()
            number = act.close()
            if dry_run:
                connection.rollback()
        if number is not None and not dry_run:
            self._database.announce()
        return msgspec.structs.replace(report, act=None if dry_run else number)

    def owners(self) -> dict[str, Owner]:
        """See `StatementStore`."""
        with self._connect() as connection:
            return owners(connection)

    def matching(self, filters: Collection[StatementFilter]) -> dict[StatementFilter, frozenset[str]]:
        """See `StatementStore`."""
        queries = {one: sa.select(statements.c.id).where(*conditions(one)) for one in filters}
        if not queries:
            return {}
        with self._connect() as connection:
            return {one: frozenset(connection.execute(query).scalars()) for one, query in queries.items()}

    def dossiers(self, statement_ids: Iterable[str]) -> dict[str, Dossier]:
        """See `StatementStore`."""
        with self._connect() as connection:
            return self._told_apart(reading.dossiers(connection, statement_ids))

    def told(self, statement_ids: Iterable[str]) -> Told:
        """See `StatementStore`."""
        with self._connect() as connection:
            checkpoint = reading.checkpoint(connection)
            return Told(self._told_apart(self._kept.read(connection, checkpoint, statement_ids)), checkpoint)

    def _told_apart(self, dossiers: Mapping[str, Dossier]) -> dict[str, Dossier]:
        return {id_: self._tiers.told_apart(dossier) for id_, dossier in dossiers.items()}

    def dossier(self, statement_id: str) -> Dossier:
        """See `StatementStore`."""
        found = self.dossiers([statement_id])
        if statement_id not in found:
            raise UnknownRecord("statement", statement_id)
        return found[statement_id]

    def refuted_after(self, statement_id: str, limit: int, filters: StatementFilter | None = None) -> list[Dossier]:
        """See `StatementStore`."""
        with self._connect() as connection:
            ids = list(connection.execute(reading.refuted_ids(statement_id, limit, filters)).scalars())
            found = self._told_apart(reading.dossiers(connection, ids))
        return [found[id_] for id_ in ids]

    def reviewed(self, wanted: ReviewFilter, offset: int = 0, limit: int | None = None) -> list[str]:
        """See `StatementStore`."""
        with self._connect() as connection:
            query = reading.reviewed_ids(wanted).offset(offset).limit(limit)
            return list(connection.execute(query).scalars())

    def statements_page(self, filters: StatementFilter, after: str | None, limit: int) -> list[Statement]:
        """See `StatementStore`."""
        query = sa.select(statements.c.record).where(*conditions(filters)).order_by(statements.c.id).limit(limit)
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

    def erased_since(self, version: str) -> bool:
        """See `StatementStore`."""
        with self._connect() as connection:
            return reading.erased_since(connection, version)

    @property
    def polled_s(self) -> float:
        """See `StatementStore`."""
        return self._database.polled_s

    def announcing(self, event: threading.Event) -> AbstractContextManager[None]:
        """See `StatementStore`."""
        return self._database.announcing(event)

    def table_of(self, first: FirstRows) -> str:
        """See `StatementStore`."""
        with self._connect() as connection:
            return table_of(connection, first)

    def seed_versions(self) -> dict[str, str]:
        """See `StatementStore`."""
        with self._connect() as connection:
            return {row.name: row.sha256 for row in connection.execute(sa.select(seed_files).order_by(seed_files.c.name))}

    def remember_seeds(self, files: Mapping[str, str]) -> None:
        """See `StatementStore`."""
        with self._connect(write=True) as connection:
            wait_for_writers(connection)
            connection.execute(sa.delete(seed_files).where(seed_files.c.name.in_(files)))
            if files:
                connection.execute(sa.insert(seed_files), [{"name": name, "sha256": files[name]} for name in files])

    def vectors_of(self, encoder: str, texts: Sequence[str]) -> dict[str, FloatArray]:
        """See `StatementStore`."""
        with self._connect() as connection:
            return kept_vectors.vectors_of(connection, encoder, texts)

    def forget_vectors(self, texts: Sequence[str]) -> None:
        """See `StatementStore`."""
        with self._connect(write=True) as connection:
            kept_vectors.forget_vectors(connection, texts)

    def keep_vectors(self, encoder: str, encoded: Mapping[str, FloatArray]) -> None:
        """See `StatementStore`."""
        with self._connect(write=True) as connection:
            kept_vectors.keep_vectors(connection, encoder, encoded)
