"""Reading what is known, for whoever asks: the HTTP API or an assistant."""

from __future__ import annotations

from index.store.store import StatementFilter, StatementStore
from service.api.wire import (
    CitationView,
    RefutationView,
    ReviewView,
    StatementDetail,
    StatementPage,
    StatementView,
    refutation_note,
)


def statement_page(store: StatementStore, filters: StatementFilter, cursor: str | None, limit: int) -> StatementPage:
    """Known statements by id, a page at a time.

    Raises:
        InvalidInput: if a filter's value cannot be used.
        StoreUnavailable: if the store cannot be read.
    """
    found = store.statements_page(filters, after=cursor, limit=limit + 1)
    more = len(found) > limit
    return StatementPage([StatementView.of(item) for item in found[:limit]], found[limit - 1].id if more else None)


def statement_detail(store: StatementStore, statement_id: str) -> StatementDetail:
    """One statement: its wordings, citations, refutations and reviews.

    Raises:
        UnknownRecord: if there is no such statement.
        StoreUnavailable: if the store cannot be read.
    """
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
