"""How records are read from the store's tables: functions of a connection, whose transaction is the caller's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

import msgspec
import sqlalchemy as sa

from index.errors import UnknownRecord
from index.kinds import RecordKind, Stance
from index.ledger.notes import Checkpoint
from index.records import Dossier, Refutation, Review, Source, Statement, passages_of
from index.store import recorded
from index.store.filters import conditions, of_site
from index.store.recorded import linked_to
from index.store.reports import Searchable
from index.store.shown import first_day
from index.store.store import ReviewFilter, StatementFilter
from index.store.tables import (
    answers,
    checkpoints,
    chunks,
    ledger,
    refutations,
    reviews,
    sources,
    state,
    statements,
)

RecordT = TypeVar("RecordT", Source, Statement, Refutation, Review)


class Held(NamedTuple):
    """A statement; when it came into the store, and when it or what stands against it last changed (UTC)."""

    statement: Statement
    added: dt.datetime
    changed: dt.datetime


def version(connection: sa.Connection) -> str:
    """`<store id>-<revision>`."""
    row = connection.execute(sa.select(state.c.store_id, state.c.revision)).one()
    return f"{row.store_id}-{row.revision}"


def changed_since(connection: sa.Connection, since: str | None) -> int | None:
    """The revision after which a record counts as changed; -1 for all, None if the store has never had that version."""
    if since is None:
        return -1
    store_id, _, revision = since.rpartition("-")
    now = connection.execute(sa.select(state.c.store_id, state.c.revision)).one()
    return int(revision) if store_id == now.store_id and revision.isdecimal() and int(revision) <= now.revision else None


def erased_since(connection: sa.Connection, version: str) -> bool:
    """See `StatementStore`."""
    revision = changed_since(connection, version)
    return revision is None or recorded.erased_since(connection, revision)


def searchable(connection: sa.Connection, since: int) -> Searchable:
    """What is searched of the records that changed after a revision of the store; of all for -1."""
    stated, refuted = (None, None) if since < 0 else _changed(connection, since)
    found, refuting = records(connection, statements, Statement, stated), records(connection, refutations, Refutation, refuted)
    passages = [passage for statement in found.values() for passage in passages_of(statement)]
    passages += [passage for refutation in refuting.values() for passage in passages_of(refutation)]
    gone = sorted((stated or set()) - found.keys()), sorted((refuted or set()) - refuting.keys())
    return Searchable(version(connection), passages, _answered(connection, None if refuted is None else set(refuting)), gone)


def _changed(connection: sa.Connection, since: int) -> tuple[set[str], set[str]]:
    """Ids of the statements and of the refutations of which there may be something new: of the latter also those that were about
    one of the former, which may be shown or hidden with it."""
    query = sa.select(ledger.c.kind, ledger.c.record_id).where(ledger.c.sequence > since).distinct()
    touched = {kind: set[str]() for kind in RecordKind}
    for row in connection.execute(query):
        touched[RecordKind(row.kind)].add(row.record_id)
    stated = touched[RecordKind.STATEMENT]
    linked = linked_to(connection, RecordKind.STATEMENT, stated).get(RecordKind.REFUTATION, set())
    return stated, touched[RecordKind.REFUTATION] | linked


def _answered(connection: sa.Connection, refutation_ids: set[str] | None) -> dict[str, dict[str, Stance]]:
    """Refutation id -> the statements that are shown with it: denials first, then by id; of these refutations, or of all."""
    query = sa.select(answers)
    queries = (
        [query] if refutation_ids is None else [query.where(answers.c.refutation_id.in_(ids)) for ids in chunks(refutation_ids)]
    )
    rows = [row for one in queries for row in connection.execute(one)]
    found: dict[str, dict[str, Stance]] = {}
    for row in sorted(rows, key=lambda row: (row.refutation_id, row.stance != Stance.DENIES.value, row.statement_id)):
        found.setdefault(row.refutation_id, {})[row.statement_id] = Stance(row.stance)
    return found


def records(
    connection: sa.Connection, table: sa.Table, model: type[RecordT], record_ids: Iterable[str] | None = None
) -> dict[str, RecordT]:
    """Id -> record, by id: those of these ids that are there, or all."""
    query = sa.select(table.c.id, table.c.record)
    queries = [query] if record_ids is None else [query.where(table.c.id.in_(ids)) for ids in chunks(set(record_ids))]
    rows = (row for one in queries for row in connection.execute(one))
    in_order = sorted((row.id, row.record) for row in rows)  # not by the database, whose order depends on its locale
    return {id_: msgspec.json.decode(record, type=model) for id_, record in in_order}


def record(connection: sa.Connection, table: sa.Table, model: type[RecordT], record_id: str) -> RecordT:
    """One record. Raises `UnknownRecord` if there is none with that id."""
    found = records(connection, table, model, [record_id])
    if record_id not in found:
        raise UnknownRecord(model.__name__.lower(), record_id)
    return found[record_id]


def refutation(connection: sa.Connection, refutation_id: str) -> Refutation:
    """A refutation, or a review that refutes. Raises `UnknownRecord` if there is none with that id."""
    review = records(connection, reviews, Review, [refutation_id]).get(refutation_id)
    return (review and review.refutation()) or record(connection, refutations, Refutation, refutation_id)


def dossiers(connection: sa.Connection, statement_ids: Iterable[str]) -> dict[str, Dossier]:
    """Statement id -> all that is on record about it; unknown ids are left out."""
    held: dict[str, Held] = {}
    official: dict[str, list[Refutation]] = {}
    published: dict[str, list[Review]] = {}
    for ids in chunks(set(statement_ids)):
        held |= _held(connection, ids)
        official |= _official(connection, ids)
        published |= _published(connection, ids)
    found = {id_: assembled(one, official.get(id_, []), published.get(id_, [])) for id_, one in held.items()}
    known = records(connection, sources, Source, (id_ for dossier in found.values() for id_ in _cited(dossier)))
    return {id_: sourced(dossier, known) for id_, dossier in found.items()}


def _held(connection: sa.Connection, ids: list[str]) -> dict[str, Held]:
    query = sa.select(statements.c.id, statements.c.record, statements.c.added, statements.c.changed)
    rows = connection.execute(query.where(statements.c.id.in_(ids)))
    return {row.id: Held(msgspec.json.decode(row.record, type=Statement), row.added, row.changed) for row in rows}


def _official(connection: sa.Connection, ids: list[str]) -> dict[str, list[Refutation]]:
    """Statement id -> the refutations that answer it, by id."""
    joined = sa.join(answers, refutations, answers.c.refutation_id == refutations.c.id)
    query = sa.select(answers.c.statement_id, refutations.c.id, refutations.c.record).select_from(joined)
    query = query.where(answers.c.statement_id.in_(ids)).order_by(refutations.c.id)
    found: dict[str, list[Refutation]] = {}
    decoded: dict[str, Refutation] = {}
    for row in connection.execute(query):
        if row.id not in decoded:
            decoded[row.id] = msgspec.json.decode(row.record, type=Refutation)
        found.setdefault(row.statement_id, []).append(decoded[row.id])
    return found


def _published(connection: sa.Connection, ids: list[str]) -> dict[str, list[Review]]:
    """Statement id -> its reviews, the newest first."""
    query = sa.select(reviews.c.record).where(reviews.c.statement_id.in_(ids))
    found: dict[str, list[Review]] = {}
    for record in connection.execute(query.order_by(reviews.c.day.desc().nulls_last(), reviews.c.id)).scalars():
        review = msgspec.json.decode(record, type=Review)
        found.setdefault(review.statement_id, []).append(review)
    return found


def assembled(held: Held, official: list[Refutation], published: list[Review]) -> Dossier:
    """A dossier, its refutations in their order, still without sources.

    Args:
        official: by id.
        published: the newest first.
    """
    refuting = [refutation for review in published if (refutation := review.refutation())]
    id_ = held.statement.id
    in_order = sorted([*official, *refuting], key=lambda refutation: id_ not in refutation.denies)  # a stable sort
    return Dossier(held.statement, in_order, published, {}, held.added, held.changed)


def newest_first(review: Review) -> tuple[bool, int, str]:
    """What a statement's reviews are sorted by: their first day, those without one last, then their id."""
    day = first_day(review.when)
    return day is None, -day.toordinal() if day else 0, review.id


def sourced(dossier: Dossier, known: Mapping[str, Source]) -> Dossier:
    """A dossier with the sources that it cites, by id."""
    return msgspec.structs.replace(dossier, sources={id_: known[id_] for id_ in sorted(_cited(dossier))})


def _cited(dossier: Dossier) -> set[str]:
    refuting = [citation for refutation in dossier.refutations for citation in refutation.citations]
    cited = [*dossier.statement.citations, *refuting, *(review.citation for review in dossier.reviews)]
    return {citation.source_id for citation in cited}


def checkpoint(connection: sa.Connection) -> Checkpoint | None:
    """How the ledger stands; None before its first entry."""
    query = sa.select(checkpoints.c.size, checkpoints.c.root).order_by(checkpoints.c.size.desc()).limit(1)
    last = connection.execute(query).first()
    return Checkpoint(last.size, last.root) if last else None


def refuted_ids(after: str, limit: int, filters: StatementFilter | None) -> sa.Select[str]:
    """Ids of refuted statements that fit, past `after`, in their order."""
    refuted = sa.or_(
        sa.exists().where(answers.c.statement_id == statements.c.id),
        sa.exists().where(reviews.c.statement_id == statements.c.id, reviews.c.refutes),
    )
    fitting = conditions(filters) if filters else []
    return sa.select(statements.c.id).where(statements.c.id > after, refuted, *fitting).order_by(statements.c.id).limit(limit)


def reviewed_ids(wanted: ReviewFilter) -> sa.Select[str]:
    """Ids of statements with a review or refutation that fits, the most recently reviewed first."""
    found = _reviews_and_refutations()
    query = sa.select(found.c.statement_id).join(statements, statements.c.id == found.c.statement_id)
    if wanted.site is not None:
        query = query.where(found.c.source_id.in_(sa.select(sources.c.id).where(of_site(wanted.site))))
    if wanted.language is not None:
        query = query.where(found.c.language == wanted.language)
    if wanted.since is not None:
        query = query.where(sa.or_(found.c.day >= wanted.since, statements.c.first_day >= wanted.since))
    newest = sa.func.max(found.c.day).desc().nulls_last()
    return query.group_by(found.c.statement_id).order_by(newest, found.c.statement_id)


def _reviews_and_refutations() -> sa.Subquery:
    """Which statement they are about, their source, language and day."""
    columns = ("source_id", "language", "day")
    answering = sa.join(answers, refutations, answers.c.refutation_id == refutations.c.id)
    official = sa.select(answers.c.statement_id, *(refutations.c[name] for name in columns)).select_from(answering)
    published = sa.select(reviews.c.statement_id, *(reviews.c[name] for name in columns))
    return sa.union_all(official, published).subquery()
