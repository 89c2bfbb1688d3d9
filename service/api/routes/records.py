"""Reading what is known: statements, refutations and their sources."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from index.kinds import Scope, StatementKind
from index.records import Source
from index.store.store import StatementFilter, StatementStore
from service.access.guards import needs
from service.api.problems import documented
from service.api.wire.records import RefutationDetail, Sources, StatementDetail, StatementPage


@get(
    "/v1/statements",
    sync_to_thread=True,
    summary="List statements",
    tags=["records"],
    guards=[needs(Scope.READ)],
    responses=documented(400, 503),
)
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
    sync_to_thread=True,
    summary="Read a statement",
    tags=["records"],
    guards=[needs(Scope.READ)],
    responses=documented(404, 503),
)
def read_statement(store: NamedDependency[StatementStore], statement_id: FromPath[str]) -> StatementDetail:
    """One statement: its wordings, citations and refutations."""
    return StatementDetail.of(store.dossier(statement_id))


@get(
    "/v1/refutations/{refutation_id:str}",
    sync_to_thread=True,
    summary="Read a refutation",
    tags=["records"],
    guards=[needs(Scope.READ)],
    responses=documented(404, 503),
)
def read_refutation(store: NamedDependency[StatementStore], refutation_id: FromPath[str]) -> RefutationDetail:
    """One refutation and the ids of the statements it answers."""
    refutation = store.refutation(refutation_id)
    sources = store.sources_by_id(citation.source_id for citation in refutation.citations)
    return RefutationDetail.of(refutation, sources)


@get(
    "/v1/sources",
    sync_to_thread=True,
    summary="List sources",
    tags=["records"],
    guards=[needs(Scope.READ)],
    responses=documented(503),
)
def list_sources(store: NamedDependency[StatementStore]) -> Sources:
    """All source documents."""
    return Sources(store.all_sources())


@get(
    "/v1/sources/{source_id:str}",
    sync_to_thread=True,
    summary="Read a source",
    tags=["records"],
    guards=[needs(Scope.READ)],
    responses=documented(404, 503),
)
def read_source(store: NamedDependency[StatementStore], source_id: FromPath[str]) -> Source:
    """One source document."""
    return store.source(source_id)
