"""The records as pages: a list to look through, and each statement with its whole life."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from index.errors import InvalidInput
from index.kinds import Scope, StatementKind
from index.store.store import StatementFilter, StatementStore
from service.access.guards import needs
from service.api.addresses import base_address
from service.api.wire.records import StatementDetail, StatementPage
from service.integrations.claimreview import CONTEXT, Graph, claim_reviews, script
from service.settings import Settings

PAGE_SIZE = 25
"""Statements on one page of the list."""

Text = Annotated[str, QueryParameter(max_length=200)]


@get("/statements", sync_to_thread=True, guards=[needs(Scope.READ)])
def browse(
    store: NamedDependency[StatementStore],
    claimant: Text = "",
    topic: Text = "",
    place: Text = "",
    kind: Text = "",
    cursor: Text = "",
) -> Template:
    """Known statements by filter, a page at a time; an empty filter is none."""
    filters = StatementFilter(claimant or None, place or None, topic or None, kind=_kind(kind))
    page = StatementPage.of(store.listing(filters, after=cursor or None, limit=PAGE_SIZE + 1), PAGE_SIZE)
    context = {"page": page, "filters": filters, "cursor": cursor, "topics": store.topics(), "kinds": StatementKind}
    return Template("statements.html", context=context)


def _kind(value: str) -> StatementKind | None:
    try:
        return StatementKind(value) if value else None
    except ValueError as error:
        raise InvalidInput("kind", f"must be one of {', '.join(kind.value for kind in StatementKind)}") from error


@get("/statements/{statement_id:str}", sync_to_thread=True, guards=[needs(Scope.READ)])
def read(
    request: Request[Any, Any, Any],
    store: NamedDependency[StatementStore],
    settings: NamedDependency[Settings],
    statement_id: FromPath[str],
) -> Template:
    """One statement with its lineage, and its refutations as ClaimReview for machines."""
    detail = StatementDetail.of(store.dossier(statement_id))
    base = base_address(request, settings)
    reviews = claim_reviews(store.dossier(statement_id), base)
    json_ld = script(Graph(CONTEXT, reviews)) if reviews else ""
    return Template("statement.html", context={"detail": detail, "base": base, "json_ld": json_ld})
