"""The store: records and vectors in a relational database. The only module that knows SQL.

Each record is kept whole, as the JSON of its struct, beside the few columns that queries filter and join on. So the struct in
`statements.py` stays the one definition of a record, and an optional field needs no migration.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import alembic.command
import alembic.config
import alembic.util
import msgspec
import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from index.errors import InvalidInput, StoreUnavailable, UnknownRecord
from index.readers.seeds import Document, Owner
from index.statements import Form, Refutation, Source, Stance, Statement, StatementKind, When, forms_of

FloatArray = NDArray[np.float32]
RecordT = TypeVar("RecordT", Source, Statement, Refutation)

IDS_PER_QUERY = 500
"""Ids in one `IN (...)`: below the 999 bound variables of older SQLite builds."""

NEXT_SEQUENCE = sa.text("(SELECT COALESCE(MAX(sequence), -1) + 1 FROM statements)")

metadata = sa.MetaData()
sources = sa.Table(
    "sources",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
)
statements = sa.Table(
    "statements",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("source_id", sa.ForeignKey("sources.id"), nullable=False, index=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("claimant", sa.String, nullable=False, comment="name, role and side, case-folded, to search in"),
    sa.Column("places", sa.String, nullable=False, comment="case-folded, one a line, to search in"),
    sa.Column("first_day", sa.Date, index=True),
    sa.Column("last_day", sa.Date),
    sa.Column("sequence", sa.Integer, nullable=False, index=True, default=NEXT_SEQUENCE, comment="the order of first recording"),
    sa.Column("record", sa.Text, nullable=False),
)
topics = sa.Table(
    "topics",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("topic", sa.String, primary_key=True, index=True),
)
refutations = sa.Table(
    "refutations",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("source_id", sa.ForeignKey("sources.id"), nullable=False, index=True),
    sa.Column("record", sa.Text, nullable=False),
)
answers = sa.Table(
    "answers",
    metadata,
    sa.Column("refutation_id", sa.ForeignKey("refutations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("statement_id", sa.ForeignKey("statements.id"), primary_key=True, index=True),
    sa.Column("stance", sa.String, nullable=False),
)
vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("encoder", sa.String(16), primary_key=True, comment="the encoder's fingerprint"),
    sa.Column("text_sha256", sa.LargeBinary(32), primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False, comment="float32, little-endian"),
)
state = sa.Table(
    "state",
    metadata,
    sa.Column("store_id", sa.String(32), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False, comment="goes up with each change of a record"),
)


class Filters(msgspec.Struct, frozen=True, omit_defaults=True):
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


class LoadReport(msgspec.Struct, frozen=True):
    """Ids of the records that a load added, changed, and left as they were."""

    added: list[str]
    changed: list[str]
    unchanged: list[str]


class Counts(msgspec.Struct, frozen=True):
    """How many records the store holds."""

    sources: int
    statements: int
    refutations: int


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
                for table in (sources, statements, refutations)
            ]
        return Counts(*counted)

    def load(self, documents: Sequence[Document]) -> LoadReport:
        """Add or update every record of the documents, in one transaction. Nothing is ever deleted."""
        report = LoadReport([], [], [])
        with self._connect(write=True) as connection:
            for document in documents:
                _upsert(connection, sources, [document.source], report, lambda _source: {})
                _upsert(connection, statements, document.statements, report, _statement_columns)
                _upsert(connection, refutations, document.refutations, report, _refutation_columns)
                touched = {*report.added, *report.changed}
                _replace_topics(connection, [record for record in document.statements if record.id in touched])
                _replace_answers(connection, [record for record in document.refutations if record.id in touched])
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
        """Raises `UnknownRecord` if there is none."""
        return self._one(refutations, Refutation, refutation_id)

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
            for ids in _chunks(set(record_ids)):
                rows = connection.execute(sa.select(table.c.id, table.c.record).where(table.c.id.in_(ids)))
                found |= {row.id: msgspec.json.decode(row.record, type=model) for row in rows}
        return found

    def refutations_of(self, statement_ids: Iterable[str]) -> dict[str, list[Refutation]]:
        """Statement id -> the refutations that answer it, denials first; statements without any are left out."""
        found: dict[str, list[Refutation]] = {}
        decoded: dict[str, Refutation] = {}
        joined = sa.join(answers, refutations, answers.c.refutation_id == refutations.c.id)
        query = sa.select(answers.c.statement_id, refutations.c.id, refutations.c.record).select_from(joined)
        with self._connect() as connection:
            for ids in _chunks(set(statement_ids)):
                wanted = query.where(answers.c.statement_id.in_(ids)).order_by(answers.c.stance.desc(), refutations.c.id)
                for row in connection.execute(wanted):
                    if row.id not in decoded:
                        decoded[row.id] = msgspec.json.decode(row.record, type=Refutation)
                    found.setdefault(row.statement_id, []).append(decoded[row.id])
        return found

    def answered_by(self) -> dict[str, dict[str, Stance]]:
        """Refutation id -> (statement id -> stance), denials first."""
        found: dict[str, dict[str, Stance]] = {}
        query = sa.select(answers).order_by(answers.c.refutation_id, answers.c.stance.desc(), answers.c.statement_id)
        with self._connect() as connection:
            for row in connection.execute(query):
                found.setdefault(row.refutation_id, {})[row.statement_id] = Stance(row.stance)
        return found

    def statements_page(self, filters: Filters, after: str | None, limit: int) -> list[Statement]:
        """Statements by id, from the first one past `after`, at most `limit`.

        Raises:
            InvalidInput: if a filter's value cannot be used.
        """
        query = sa.select(statements.c.record).where(*_conditions(filters)).order_by(statements.c.id).limit(limit)
        if after is not None:
            query = query.where(statements.c.id > after)
        with self._connect() as connection:
            return [msgspec.json.decode(record, type=Statement) for record in connection.execute(query).scalars()]

    def statement_ids(self, filters: Filters) -> set[str]:
        """Ids of the statements that fit.

        Raises:
            InvalidInput: if a filter's value cannot be used.
        """
        with self._connect() as connection:
            return set(connection.execute(sa.select(statements.c.id).where(*_conditions(filters))).scalars())

    def forms(self) -> list[Form]:
        """Every searchable text: statements' as first recorded, then refutations' by id; a record's own text first."""
        found: list[Form] = []
        with self._connect() as connection:
            for record in connection.execute(sa.select(statements.c.record).order_by(statements.c.sequence)).scalars():
                found += forms_of(msgspec.json.decode(record, type=Statement))
            for record in connection.execute(sa.select(refutations.c.record).order_by(refutations.c.id)).scalars():
                found += forms_of(msgspec.json.decode(record, type=Refutation))
        return found

    def vectors_of(self, encoder: str, texts: Sequence[str]) -> dict[str, FloatArray]:
        """Text -> its vector, for those of the texts that this encoder (its fingerprint) has already encoded."""
        keys = {_digest(text): text for text in texts}
        found: dict[str, FloatArray] = {}
        with self._connect() as connection:
            for chunk in _chunks(keys):
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


def _upsert(connection: sa.Connection, table: sa.Table, records: Sequence[RecordT], report: LoadReport, columns: Any) -> None:
    stored: dict[str, str] = {}
    for ids in _chunks([record.id for record in records]):
        rows = connection.execute(sa.select(table.c.id, table.c.record).where(table.c.id.in_(ids)))
        stored |= {row.id: row.record for row in rows}
    added = []
    for record in records:
        row = {"id": record.id, "record": msgspec.json.encode(record).decode(), **columns(record)}
        if record.id not in stored:
            added.append(row)
            report.added.append(record.id)
        elif stored[record.id] != row["record"]:
            connection.execute(sa.update(table).where(table.c.id == record.id).values(row))
            report.changed.append(record.id)
        else:
            report.unchanged.append(record.id)
    if added:
        connection.execute(sa.insert(table), added)


def _statement_columns(statement: Statement) -> dict[str, Any]:
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


def _refutation_columns(refutation: Refutation) -> dict[str, Any]:
    return {"source_id": refutation.citations[0].source_id}


def _replace_topics(connection: sa.Connection, records: Sequence[Statement]) -> None:
    for ids in _chunks([record.id for record in records]):
        connection.execute(sa.delete(topics).where(topics.c.statement_id.in_(ids)))
    rows = [{"statement_id": record.id, "topic": topic} for record in records for topic in set(record.topics)]
    if rows:
        connection.execute(sa.insert(topics), rows)


def _replace_answers(connection: sa.Connection, records: Sequence[Refutation]) -> None:
    for ids in _chunks([record.id for record in records]):
        connection.execute(sa.delete(answers).where(answers.c.refutation_id.in_(ids)))
    rows = [
        {"refutation_id": record.id, "statement_id": statement_id, "stance": stance.value}
        for record in records
        for statement_id, stance in record.stances().items()
    ]
    if rows:
        connection.execute(sa.insert(answers), rows)


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
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


ItemT = TypeVar("ItemT")


def _chunks(items: Iterable[ItemT]) -> Iterator[list[ItemT]]:
    everything = list(items)
    for start in range(0, len(everything), IDS_PER_QUERY):
        yield everything[start : start + IDS_PER_QUERY]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
