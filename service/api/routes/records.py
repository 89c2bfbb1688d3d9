"""Reading what is known: statements, refutations and their sources."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from index.kinds import StatementKind
from index.records import Source
from index.store.store import StatementFilter, StatementStore
from service.api.caching import NOT_MODIFIED, IfNoneMatch, unless_known
from service.api.filtering import read_moment, statements_page
from service.api.parameters import shape_of
from service.api.problems import documented
from service.api.wire.fields import Shape
from service.api.wire.records import RefutationDetail, Sources, StatementDetail, StatementPage


@get(
    "/v1/statements",
    sync_to_thread=True,
    summary="List statements",
    tags=["records"],
    dependencies={"shape": shape_of(StatementPage)},
    responses={**NOT_MODIFIED, **documented(400, 503)},
)
def list_statements(
    store: NamedDependency[StatementStore],
    shape: NamedDependency[Shape],
    claimant: Annotated[str | None, QueryParameter(max_length=200, description="Part of the claimant's name, role or side")] = None,
    place: Annotated[str | None, QueryParameter(max_length=200, description="Part of a place's name, in any case")] = None,
    topic: Annotated[str | None, QueryParameter(max_length=200, description="A topic, exactly")] = None,
    date: Annotated[str | None, QueryParameter(max_length=50, description="EDTF date or interval to overlap with")] = None,
    source: Annotated[str | None, QueryParameter(max_length=200, description="A source's id")] = None,
    kind: Annotated[StatementKind | None, QueryParameter(description="What sort of statement")] = None,
    updated_since: Annotated[
        str | None,
        QueryParameter(
            max_length=50,
            description="Added or changed, or what stands against it was, on this day or at this time (UTC) or later",
            schema_extra={"examples": ["2026-11-01", "2026-11-01T12:30:00Z"]},
        ),
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200, description="Statements on a page")] = 50,
    cursor: Annotated[str | None, QueryParameter(max_length=200, description="The previous page's `next_cursor`")] = None,
    if_none_match: IfNoneMatch = None,
) -> Response[StatementPage]:
    """Known statements by id, a page at a time, with how many there are in all."""
    filters = StatementFilter(claimant, place, topic, date, source, kind, read_moment(updated_since))
    return unless_known(shape.of(statements_page(store, filters, cursor, limit)), if_none_match)


@get(
    "/v1/statements/{statement_id:str}",
    sync_to_thread=True,
    summary="Read a statement",
    tags=["records"],
    dependencies={"shape": shape_of(StatementDetail)},
    responses={**NOT_MODIFIED, **documented(400, 404, 503)},
)
def read_statement(
    store: NamedDependency[StatementStore],
    shape: NamedDependency[Shape],
    statement_id: FromPath[str],
    if_none_match: IfNoneMatch = None,
) -> Response[StatementDetail]:
    """One statement: its wordings, citations and refutations."""
    return unless_known(shape.of(StatementDetail.of(store.dossier(statement_id))), if_none_match)


@get(
    "/v1/refutations/{refutation_id:str}",
    sync_to_thread=True,
    summary="Read a refutation",
    tags=["records"],
    dependencies={"shape": shape_of(RefutationDetail)},
    responses={**NOT_MODIFIED, **documented(400, 404, 503)},
)
def read_refutation(
    store: NamedDependency[StatementStore],
    shape: NamedDependency[Shape],
    refutation_id: FromPath[str],
    if_none_match: IfNoneMatch = None,
) -> Response[RefutationDetail]:
    """One refutation and the ids of the statements it answers."""
    refutation = store.refutation(refutation_id)
    sources = store.sources_by_id(citation.source_id for citation in refutation.citations)
    return unless_known(shape.of(RefutationDetail.of(refutation, sources)), if_none_match)


@get(
    "/v1/sources",
    sync_to_thread=True,
    summary="List sources",
    tags=["records"],
    responses={**NOT_MODIFIED, **documented(400, 503)},
)
def list_sources(store: NamedDependency[StatementStore], if_none_match: IfNoneMatch = None) -> Response[Sources]:
    """All source documents."""
    items = store.all_sources()
    return unless_known(Sources(items, len(items)), if_none_match)


@get(
    "/v1/sources/{source_id:str}",
    sync_to_thread=True,
    summary="Read a source",
    tags=["records"],
    responses={**NOT_MODIFIED, **documented(400, 404, 503)},
)
def read_source(
    store: NamedDependency[StatementStore], source_id: FromPath[str], if_none_match: IfNoneMatch = None
) -> Response[Source]:
    """One source document."""
    return unless_known(store.source(source_id), if_none_match)
