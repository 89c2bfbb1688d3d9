"""Reading what is known: statements, refutations and their sources."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from index.kinds import RecordKind, Scope, State, StatementKind
from index.records import Source
from index.store.store import StatementFilter, StatementStore
from service.access.guards import needs
from service.api.problems import documented
from service.api.routes.editing import ETAG
from service.api.threads import in_thread
from service.api.wire.records import RefutationDetail, Sources, StatementDetail, StatementPage
from service.editing.changes import etag
from service.editing.errors import Retired


@get("/v1/statements", summary="List statements", tags=["records"], guards=[needs(Scope.READ)], responses=documented(400, 503))
@in_thread
def list_statements(
    store: NamedDependency[StatementStore],
    claimant: Annotated[str | None, QueryParameter(max_length=200, description="Part of the claimant's name, role or side")] = None,
    place: Annotated[str | None, QueryParameter(max_length=200, description="Part of a place's name, in any case")] = None,
    topic: Annotated[str | None, QueryParameter(max_length=200, description="A topic, exactly")] = None,
    date: Annotated[str | None, QueryParameter(max_length=50, description="EDTF date or interval to overlap with")] = None,
    source: Annotated[str | None, QueryParameter(max_length=200, description="A source's id")] = None,
    kind: Annotated[StatementKind | None, QueryParameter(description="What sort of statement")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200, description="Statements on a page")] = 50,
    cursor: Annotated[str | None, QueryParameter(max_length=200, description="The previous page's `next_cursor`")] = None,
) -> StatementPage:
    """Known statements by id, a page at a time."""
    filters = StatementFilter(claimant, place, topic, date, source, kind)
    return StatementPage.of(store.statements_page(filters, after=cursor, limit=limit + 1), limit)


@get(
    "/v1/statements/{statement_id:str}",
    summary="Read a statement",
    tags=["records"],
    guards=[needs(Scope.READ)],
    response_headers=[ETAG],
    responses=documented(400, 404, 410, 503),
)
@in_thread
def read_statement(
    store: NamedDependency[StatementStore],
    statement_id: FromPath[str],
    as_of: Annotated[
        str | None,
        QueryParameter(max_length=50, description="As it was: a day, a time (RFC 3339), or a sequence of the ledger"),
    ] = None,
) -> Response[StatementDetail]:
    """One statement: its wordings, citations and refutations. Its ETag is the revision of the statement itself."""
    if as_of is not None:
        return Response(StatementDetail.of(store.ledger.dossier_as_of(statement_id, as_of)))
    headers = _tagged(store, RecordKind.STATEMENT, statement_id)
    return Response(StatementDetail.of(store.dossier(statement_id)), headers=headers)


@get(
    "/v1/refutations/{refutation_id:str}",
    summary="Read a refutation",
    tags=["records"],
    guards=[needs(Scope.READ)],
    response_headers=[ETAG],
    responses=documented(404, 410, 503),
)
@in_thread
def read_refutation(store: NamedDependency[StatementStore], refutation_id: FromPath[str]) -> Response[RefutationDetail]:
    """One refutation and the ids of the statements it answers."""
    headers = _tagged(store, RecordKind.REFUTATION, refutation_id)
    refutation = store.refutation(refutation_id)
    sources = store.sources_by_id(citation.source_id for citation in refutation.citations)
    return Response(RefutationDetail.of(refutation, sources), headers=headers)


@get("/v1/sources", summary="List sources", tags=["records"], guards=[needs(Scope.READ)], responses=documented(503))
@in_thread
def list_sources(store: NamedDependency[StatementStore]) -> Sources:
    """All source documents."""
    return Sources(store.all_sources())


@get(
    "/v1/sources/{source_id:str}",
    summary="Read a source",
    tags=["records"],
    guards=[needs(Scope.READ)],
    response_headers=[ETAG],
    responses=documented(404, 410, 503),
)
@in_thread
def read_source(store: NamedDependency[StatementStore], source_id: FromPath[str]) -> Response[Source]:
    """One source document."""
    headers = _tagged(store, RecordKind.SOURCE, source_id)
    return Response(store.source(source_id), headers=headers)


def _tagged(store: StatementStore, kind: RecordKind, record_id: str) -> dict[str, str]:
    """The ETag of a record. It is read before the record: one that is too old is refused when it is sent back.

    Raises:
        Retired: if the record was retired.
    """
    head = store.ledger.head(kind, record_id)
    if head and head.state is State.RETIRED:
        raise Retired(kind.value, record_id, head.superseded_by)
    return {"etag": etag(head.revision)} if head else {}
