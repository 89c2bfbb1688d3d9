"""The store: records and vectors in a relational database. The only module that knows SQL.

Each record is kept whole, as the JSON of its struct, beside the few columns that queries filter and join on. So the struct in
`statements.py` stays the one definition of a record, and an optional field needs no migration.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import alembic.command
import alembic.config
import alembic.util
import msgspec
import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from index.errors import InvalidInput, StoreUnavailable, UnknownRecord
from index.readers.seeds import Document, Owner
from index.records import Batch, Passage, Refutation, Review, Source, Stance, Statement, StatementKind, When, host, passages_of
from index.store.tables import answers, refutations, reviews, sources, state, statements, topics, vectors
from index.store.upsert import LoadReport, chunks, load_batch, load_document

FloatArray = NDArray[np.float32]
RecordT = TypeVar("RecordT", Source, Statement, Refutation, Review)
PartT = TypeVar("PartT", Document, Batch)


class StatementFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which statements to consider; what is None does not restrict.

    Attributes:
        claimant: part of the claimant's name, role or side, in any case.
        place: part of a place's name, in any case.
        topic: a topic, exactly.
        date: EDTF date or interval (see `When`); a statement fits if its own period overlaps. Undated ones do not fit.
    """

    claimant: str | None = None
    place: str | None = None
    topic: str | None = None
    date: str | None = None
    source: str | None = None
    kind: StatementKind | None = None


class ReviewFilter(msgspec.Struct, frozen=True):
    """Which reviews and refutations to consider; what is None does not restrict.

    Attributes:
        site: the publisher's host name, without "www.".
        language: ISO 639 code.
        since: they, or else their statement, are of this day or later.
    """

    site: str | None = None
    language: str | None = None
    since: dt.date | None = None


class Refuted(NamedTuple):
    """A refuted statement; when it came into the store, and when it or what stands against it last changed (UTC)."""

    statement: Statement
    added: dt.datetime
    changed: dt.datetime


class Counts(msgspec.Struct, frozen=True):
    """How many records the store holds."""

    sources: int
    statements: int
    refutations: int
    reviews: int


class StatementStore:
    """Statements, refutations and sources, by transaction."""

    def __init__(self, url: str) -> None:
        """Open the database, create it if it is not there, and bring its tables up to date.

        Raises:
            StoreUnavailable: if it cannot be opened.
        """
        try:
            parsed = sa.make_url(url)
            if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
                Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
            self._engine = sa.create_engine(parsed)
            if parsed.get_backend_name() == "sqlite":
                _configure_sqlite(self._engine)
            _migrate(self._engine)
        except (sa.exc.SQLAlchemyError, alembic.util.CommandError, OSError) as error:
            raise StoreUnavailable(f"cannot open the store {url!r}: {error}") from error

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _connect(self, *, write: bool = False) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() if write else self._engine.connect() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise StoreUnavailable(f"the store failed: {error}") from error

    def version(self) -> str:
        """Changes whenever a record does: `<store id>-<revision>`."""
        with self._connect() as connection:
            row = connection.execute(sa.select(state.c.store_id, state.c.revision)).one()
        return f"{row.store_id}-{row.revision}"

    def counts(self) -> Counts:
        """How many records there are."""
        with self._connect() as connection:
            counted = [
                connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in (sources, statements, refutations, reviews)
            ]
        return Counts(*counted)

    def load(self, documents: Sequence[Document]) -> LoadReport:
        """Add or update every record of the documents, in one transaction. Nothing is ever deleted."""
        return self._load(documents, load_document)

    def load_batches(self, batches: Iterable[Batch]) -> LoadReport:
        """Add or update statements and reviews by others, in one transaction, a batch at a time. Nothing is ever deleted.

        A source or statement that is already there, from another source, stays as it is: a feed adds its reviews to it.
        """
        return self._load(batches, load_batch)

    def _load(self, parts: Iterable[PartT], load_part: Callable[[sa.Connection, PartT, LoadReport], None]) -> LoadReport:
        report = LoadReport([], [], [])
        with self._connect(write=True) as connection:
            for part in parts:
                load_part(connection, part, report)
            if report.added or report.changed:
                connection.execute(sa.update(state).values(revision=state.c.revision + 1))
        return report

    def owners(self) -> dict[str, Owner]:
        """Record id -> its kind and source, of all statements and refutations."""
        found: dict[str, Owner] = {}
        with self._connect() as connection:
            for kind, table in (("statement", statements), ("refutation", refutations)):
                rows = connection.execute(sa.select(table.c.id, table.c.source_id))
                found |= {row.id: Owner(kind, row.source_id) for row in rows}
        return found

    def statement(self, statement_id: str) -> Statement:
        """Raises `UnknownRecord` if there is none."""
        return self._one(statements, Statement, statement_id)

    def refutation(self, refutation_id: str) -> Refutation:
        """A refutation, or a review that refutes. Raises `UnknownRecord` if there is none."""
        review = self._by_id(reviews, Review, [refutation_id]).get(refutation_id)
        return (review and review.refutation()) or self._one(refutations, Refutation, refutation_id)

    def source(self, source_id: str) -> Source:
        """Raises `UnknownRecord` if there is none."""
        return self._one(sources, Source, source_id)

    def _one(self, table: sa.Table, model: type[RecordT], record_id: str) -> RecordT:
        with self._connect() as connection:
            record = connection.execute(sa.select(table.c.record).where(table.c.id == record_id)).scalar()
        if record is None:
            raise UnknownRecord(model.__name__.lower(), record_id)
        return msgspec.json.decode(record, type=model)

    def all_sources(self) -> list[Source]:
        """All source documents, by id."""
        with self._connect() as connection:
            records = connection.execute(sa.select(sources.c.record).order_by(sources.c.id)).scalars().all()
        return [msgspec.json.decode(record, type=Source) for record in records]

    def sources_by_id(self, source_ids: Iterable[str]) -> dict[str, Source]:
        """The sources with these ids; unknown ones are left out."""
        return self._by_id(sources, Source, source_ids)

    def statements_by_id(self, statement_ids: Iterable[str]) -> dict[str, Statement]:
        """The statements with these ids; unknown ones are left out."""
        return self._by_id(statements, Statement, statement_ids)

    def _by_id(self, table: sa.Table, model: type[RecordT], record_ids: Iterable[str]) -> dict[str, RecordT]:
        found: dict[str, RecordT] = {}
        with self._connect() as connection:
            for ids in chunks(set(record_ids)):
                rows = connection.execute(sa.select(table.c.id, table.c.record).where(table.c.id.in_(ids)))
                found |= {row.id: msgspec.json.decode(row.record, type=model) for row in rows}
        return found

    def refutations_of(self, statement_ids: Iterable[str]) -> dict[str, list[Refutation]]:
        """Statement id -> the refutations that answer it, denials first; statements without any are left out.

        Reviews that refute are among them, after the denials by officials.
        """
        found: dict[str, list[Refutation]] = {}
        asked = set(statement_ids)
        decoded: dict[str, Refutation] = {}
        joined = sa.join(answers, refutations, answers.c.refutation_id == refutations.c.id)
        query = sa.select(answers.c.statement_id, refutations.c.id, refutations.c.record).select_from(joined)
        with self._connect() as connection:
            for ids in chunks(asked):
                wanted = query.where(answers.c.statement_id.in_(ids)).order_by(answers.c.stance.desc(), refutations.c.id)
                for row in connection.execute(wanted):
                    if row.id not in decoded:
                        decoded[row.id] = msgspec.json.decode(row.record, type=Refutation)
                    found.setdefault(row.statement_id, []).append(decoded[row.id])
        for statement_id, published in self.reviews_of(asked).items():
            if refuting := [refutation for review in published if (refutation := review.refutation())]:
                # after the denials, before what counters
                found[statement_id] = sorted([*found.get(statement_id, []), *refuting], key=lambda r: statement_id not in r.denies)
        return found

    def reviews_of(self, statement_ids: Iterable[str]) -> dict[str, list[Review]]:
        """Statement id -> its reviews, whatever they found, the newest first; statements without any are left out."""
        found: dict[str, list[Review]] = {}
        with self._connect() as connection:
            for ids in chunks(set(statement_ids)):
                query = sa.select(reviews.c.record).where(reviews.c.statement_id.in_(ids))
                for record in connection.execute(query.order_by(reviews.c.day.desc().nulls_last(), reviews.c.id)).scalars():
                    review = msgspec.json.decode(record, type=Review)
                    found.setdefault(review.statement_id, []).append(review)
        return found

    def reviewed(self, asked: ReviewFilter, offset: int = 0, limit: int | None = None) -> list[str]:
        """Ids of the statements with a review or refutation that fits, the most recently reviewed first."""
        columns = ("source_id", "language", "day")
        answering = sa.join(answers, refutations, answers.c.refutation_id == refutations.c.id)
        official = sa.select(answers.c.statement_id, *(refutations.c[name] for name in columns)).select_from(answering)
        found = sa.union_all(official, sa.select(reviews.c.statement_id, *(reviews.c[name] for name in columns))).subquery()
        query = sa.select(found.c.statement_id).join(statements, statements.c.id == found.c.statement_id)
        if asked.site is not None:
            query = query.where(found.c.source_id.in_([source.id for source in self.all_sources() if host(source) == asked.site]))
        if asked.language is not None:
            query = query.where(found.c.language == asked.language)
        if asked.since is not None:
            query = query.where(sa.or_(found.c.day >= asked.since, statements.c.first_day >= asked.since))
        newest = sa.func.max(found.c.day).desc().nulls_last()
        query = query.group_by(found.c.statement_id).order_by(newest, found.c.statement_id).offset(offset).limit(limit)
        with self._connect() as connection:
            return list(connection.execute(query).scalars())

    def refuted_after(self, statement_id: str, limit: int) -> list[Refuted]:
        """Refuted statements by id, from the first one past `statement_id`, at most `limit`."""
        refuted = sa.or_(
            sa.exists().where(answers.c.statement_id == statements.c.id),
            sa.exists().where(reviews.c.statement_id == statements.c.id, reviews.c.refutes),
        )
        query = sa.select(statements.c.record, statements.c.added, statements.c.changed)
        query = query.where(statements.c.id > statement_id, refuted)
        with self._connect() as connection:
            rows = connection.execute(query.order_by(statements.c.id).limit(limit)).all()
        return [Refuted(msgspec.json.decode(row.record, type=Statement), row.added, row.changed) for row in rows]

    def answered_by(self) -> dict[str, dict[str, Stance]]:
        """Refutation id -> (statement id -> stance), denials first."""
        found: dict[str, dict[str, Stance]] = {}
        query = sa.select(answers).order_by(answers.c.refutation_id, answers.c.stance.desc(), answers.c.statement_id)
        with self._connect() as connection:
            for row in connection.execute(query):
                found.setdefault(row.refutation_id, {})[row.statement_id] = Stance(row.stance)
        return found

    def statements_page(self, filters: StatementFilter, after: str | None, limit: int) -> list[Statement]:
        """Statements by id, from the first one past `after`, at most `limit`.

        Raises:
            InvalidInput: if a filter's value cannot be used.
        """
        query = sa.select(statements.c.record).where(*_conditions(filters)).order_by(statements.c.id).limit(limit)
        if after is not None:
            query = query.where(statements.c.id > after)
        with self._connect() as connection:
            return [msgspec.json.decode(record, type=Statement) for record in connection.execute(query).scalars()]

    def topics(self) -> list[str]:
        """Every topic that a statement has, by name."""
        with self._connect() as connection:
            return list(connection.execute(sa.select(topics.c.topic).distinct().order_by(topics.c.topic)).scalars())

    def statement_ids(self, filters: StatementFilter) -> set[str]:
        """Ids of the statements that fit.

        Raises:
            InvalidInput: if a filter's value cannot be used.
        """
        with self._connect() as connection:
            return set(connection.execute(sa.select(statements.c.id).where(*_conditions(filters))).scalars())

    def passages(self) -> list[Passage]:
        """Every searchable text: statements' as first recorded, then refutations' by id; a record's own text first."""
        found: list[Passage] = []
        with self._connect() as connection:
            for record in connection.execute(sa.select(statements.c.record).order_by(statements.c.sequence)).scalars():
                found += passages_of(msgspec.json.decode(record, type=Statement))
            for record in connection.execute(sa.select(refutations.c.record).order_by(refutations.c.id)).scalars():
                found += passages_of(msgspec.json.decode(record, type=Refutation))
        return found

    def vectors_of(self, encoder: str, texts: Sequence[str]) -> dict[str, FloatArray]:
        """Text -> its vector, for those of the texts that this encoder (its fingerprint) has already encoded."""
        keys = {_digest(text): text for text in texts}
        found: dict[str, FloatArray] = {}
        with self._connect() as connection:
            for chunk in chunks(keys):
                query = sa.select(vectors.c.text_sha256, vectors.c.vector).where(
                    vectors.c.encoder == encoder, vectors.c.text_sha256.in_(chunk)
                )
                for row in connection.execute(query):
                    found[keys[bytes(row.text_sha256)]] = np.frombuffer(row.vector, "<f4")
        return found

    def keep_vectors(self, encoder: str, encoded: Mapping[str, FloatArray]) -> None:
        """Keep vectors (text -> float32 vector), so that no text has to be encoded twice."""
        known = self.vectors_of(encoder, list(encoded))
        rows = [
            {"encoder": encoder, "text_sha256": _digest(text), "vector": vector.astype("<f4").tobytes()}
            for text, vector in encoded.items()
            if text not in known
        ]
        if rows:
            with self._connect(write=True) as connection:
                connection.execute(sa.insert(vectors), rows)


def _configure_sqlite(engine: sa.Engine) -> None:
    """The one place with SQL that only SQLite understands."""

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA busy_timeout=10000")


def _migrate(engine: sa.Engine) -> None:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")
        if connection.execute(sa.select(state.c.store_id)).first() is None:
            connection.execute(sa.insert(state).values(store_id=uuid.uuid4().hex, revision=0))


def _conditions(filters: StatementFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if filters.claimant is not None:
        conditions.append(statements.c.claimant.contains(filters.claimant.casefold(), autoescape=True))
    if filters.place is not None:
        conditions.append(statements.c.places.contains(filters.place.casefold(), autoescape=True))
    if filters.topic is not None:
        having = sa.select(topics.c.statement_id).where(topics.c.topic == filters.topic)
        conditions.append(statements.c.id.in_(having))
    if filters.source is not None:
        conditions.append(statements.c.source_id == filters.source)
    if filters.kind is not None:
        conditions.append(statements.c.kind == filters.kind.value)
    if filters.date is not None:
        try:
            first, last = When(filters.date, "").bounds()
        except ValueError as error:
            raise InvalidInput("date", str(error)) from error
        conditions += [statements.c.first_day <= last, statements.c.last_day >= first]
    return conditions


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
