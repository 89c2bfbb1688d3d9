"""Reading what is known: statements, refutations and their sources."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from index.statements import Source, StatementKind
from index.store import Filters, StatementStore
from service.problems import documented
from service.schemas import (
    CitationView,
    RefutationDetail,
    RefutationView,
    ReviewView,
    Sources,
    StatementDetail,
    StatementPage,
    StatementView,
    refutation_note,
)


@get("/v1/statements", sync_to_thread=True, summary="List statements", tags=["records"], responses=documented(400, 503))
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
    filters = Filters(claimant, place, topic, date, source, kind)
    found = store.statements_page(filters, after=cursor, limit=limit + 1)
    more = len(found) > limit
    return StatementPage([StatementView.of(item) for item in found[:limit]], found[limit - 1].id if more else None)


@get(
    "/v1/statements/{statement_id:str}",
    sync_to_thread=True,
    summary="Read a statement",
    tags=["records"],
    responses=documented(404, 503),
)
def read_statement(store: NamedDependency[StatementStore], statement_id: FromPath[str]) -> StatementDetail:
    """One statement: its wordings, citations and refutations."""
    statement = store.statement(statement_id)
    refutations = store.refutations_of([statement_id]).get(statement_id, [])
    reviews = store.reviews_of([statement_id]).get(statement_id, [])
    cited = [*statement.citations, *(citation for refutation in refutations for citation in refutation.citations)]
    cited += [review.citation for review in reviews]
    sources = store.sources_by_id(citation.source_id for citation in cited)
    return StatementDetail(
        statement=StatementView.of(statement),
        wordings=statement.wordings,
        citations=[CitationView.of(citation, sources) for citation in statement.citations],
        refutations=[RefutationView.of(refutation, statement_id, sources) for refutation in refutations],
        refutation_note=refutation_note(refutations),
        reviews=[ReviewView.of(review, sources) for review in reviews],
        appearances=statement.appearances,
    )


@get(
    "/v1/refutations/{refutation_id:str}",
    sync_to_thread=True,
    summary="Read a refutation",
    tags=["records"],
    responses=documented(404, 503),
)
def read_refutation(store: NamedDependency[StatementStore], refutation_id: FromPath[str]) -> RefutationDetail:
    """One refutation and the ids of the statements it answers."""
    refutation = store.refutation(refutation_id)
    sources = store.sources_by_id(citation.source_id for citation in refutation.citations)
    return RefutationDetail(
        id=refutation.id,
        text=refutation.text,
        language=refutation.language,
        kind=refutation.kind,
        issuer=refutation.issuer,
        when=refutation.when,
        denies=refutation.denies,
        counters=refutation.counters,
        citations=[CitationView.of(citation, sources) for citation in refutation.citations],
    )


@get("/v1/sources", sync_to_thread=True, summary="List sources", tags=["records"], responses=documented(503))
def list_sources(store: NamedDependency[StatementStore]) -> Sources:
    """All source documents."""
    return Sources(store.all_sources())


@get("/v1/sources/{source_id:str}", sync_to_thread=True, summary="Read a source", tags=["records"], responses=documented(404, 503))
def read_source(store: NamedDependency[StatementStore], source_id: FromPath[str]) -> Source:
    """One source document."""
    return store.source(source_id)
