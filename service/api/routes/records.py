"""Reading what is known: statements, refutations and their sources."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from index.kinds import RecordKind, Scope, State
from index.records import Source
from index.store.store import StatementFilter, StatementStore
from service.access.guards import needs
from service.api.caching import NOT_MODIFIED, IfNoneMatch, unless_known
from service.api.filtering import FILTERS, statements_page
from service.api.parameters import shape_of
from service.api.problems import documented
from service.api.routes.editing import ETAG
from service.api.threads import in_thread
from service.api.wire.fields import Shape
from service.api.wire.records import RefutationDetail, Sources, StatementDetail, StatementPage
from service.editing.errors import Retired


@get(
    "/v1/statements",
    summary="List statements",
    tags=["records"],
    guards=[needs(Scope.READ)],
    dependencies={"shape": shape_of(StatementPage), **FILTERS},
    responses={**NOT_MODIFIED, **documented(400, 503)},
)
@in_thread
def list_statements(
    store: NamedDependency[StatementStore],
    shape: NamedDependency[Shape],
    filters: NamedDependency[StatementFilter],
    limit: Annotated[int, QueryParameter(ge=1, le=200, description="Statements on a page")] = 50,
    cursor: Annotated[str | None, QueryParameter(max_length=200, description="The previous page's `next_cursor`")] = None,
    if_none_match: IfNoneMatch = None,
) -> Response[StatementPage]:
    """Known statements by id, a page at a time, with how many there are in all."""
    return unless_known(shape.of(statements_page(store, filters, cursor, limit)), if_none_match)


@get(
    "/v1/statements/{record_id:str}",
    summary="Read a statement",
    tags=["records"],
    guards=[needs(Scope.READ)],
    response_headers=[ETAG],
    dependencies={"shape": shape_of(StatementDetail)},
    responses={**NOT_MODIFIED, **documented(400, 404, 410, 503)},
)
@in_thread
def read_statement(
    store: NamedDependency[StatementStore],
    shape: NamedDependency[Shape],
    record_id: FromPath[str],
    as_of: Annotated[
        str | None,
        QueryParameter(max_length=50, description="As it was: a day, a time (RFC 3339), or a sequence of the ledger"),
    ] = None,
    if_none_match: IfNoneMatch = None,
) -> Response[StatementDetail]:
    """One statement: its wordings, citations and refutations. If-Match takes its ETag as the revision of the statement itself."""
    if as_of is not None:
        return unless_known(shape.of(StatementDetail.of(store.ledger.dossier_as_of(record_id, as_of))), if_none_match)
    revision = _revision(store, RecordKind.STATEMENT, record_id)
    return unless_known(shape.of(StatementDetail.of(store.dossier(record_id))), if_none_match, revision=revision)


@get(
    "/v1/refutations/{record_id:str}",
    summary="Read a refutation",
    tags=["records"],
    guards=[needs(Scope.READ)],
    response_headers=[ETAG],
    dependencies={"shape": shape_of(RefutationDetail)},
    responses={**NOT_MODIFIED, **documented(400, 404, 410, 503)},
)
@in_thread
def read_refutation(
    store: NamedDependency[StatementStore],
    shape: NamedDependency[Shape],
    record_id: FromPath[str],
    if_none_match: IfNoneMatch = None,
) -> Response[RefutationDetail]:
    """One refutation and the ids of the statements it answers."""
    revision = _revision(store, RecordKind.REFUTATION, record_id)
    refutation = store.refutation(record_id)
    sources = store.sources_by_id(citation.source_id for citation in refutation.citations)
    return unless_known(shape.of(RefutationDetail.of(refutation, sources)), if_none_match, revision=revision)


@get(
    "/v1/sources",
    summary="List sources",
    tags=["records"],
    guards=[needs(Scope.READ)],
    responses={**NOT_MODIFIED, **documented(400, 503)},
)
@in_thread
def list_sources(store: NamedDependency[StatementStore], if_none_match: IfNoneMatch = None) -> Response[Sources]:
    """All source documents, each with the tier that it is of."""
    items = [_graded(store, source) for source in store.all_sources()]
    return unless_known(Sources(items, len(items)), if_none_match)


@get(
    "/v1/sources/{record_id:str}",
    summary="Read a source",
    tags=["records"],
    guards=[needs(Scope.READ)],
    response_headers=[ETAG],
    responses={**NOT_MODIFIED, **documented(400, 404, 410, 503)},
)
@in_thread
def read_source(
    store: NamedDependency[StatementStore], record_id: FromPath[str], if_none_match: IfNoneMatch = None
) -> Response[Source]:
    """One source document, with the tier that it is of. What its record says of that is in `/record`."""
    revision = _revision(store, RecordKind.SOURCE, record_id)
    return unless_known(_graded(store, store.source(record_id)), if_none_match, revision=revision)


def _graded(store: StatementStore, source: Source) -> Source:
    """A source with how far it is believed, whoever says so."""
    return msgspec.structs.replace(source, tier=store.tiers.of(source))


def _revision(store: StatementStore, kind: RecordKind, record_id: str) -> int | None:
    """The revision of a record. It is read before the record: one that is too old is refused when it is sent back.

    Raises:
        Retired: if the record was retired.
    """
    head = store.ledger.head(kind, record_id)
    if head and head.state is State.RETIRED:
        raise Retired(kind.value, record_id, head.superseded_by)
    return head.revision if head else None
