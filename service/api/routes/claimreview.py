"""ClaimReview for whoever republishes refutations: one statement's, and a feed of all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import PathParameter
from litestar.response import Stream
from litestar.status_codes import HTTP_304_NOT_MODIFIED

from index.errors import UnknownRecord
from index.kinds import Scope
from index.store.store import StatementFilter, StatementStore
from service.access.guards import needs
from service.api.addresses import base_address
from service.api.caching import NOT_MODIFIED, IfNoneMatch, etag_of, is_known, unless_known
from service.api.filtering import FILTERS
from service.api.problems import documented
from service.build import build
from service.integrations.claimreview import CONTEXT, LD_JSON, DataFeed, DataFeedItem, Graph, claim_reviews
from service.settings import Settings

AT_ONCE = 500
"""Statements that the feed holds in memory."""


@get(
    "/v1/statements/{statement_id:str}/claimreview",
    sync_to_thread=True,
    media_type=LD_JSON,
    summary="Read a statement's refutations as ClaimReview",
    tags=["claimreview"],
    guards=[needs(Scope.READ)],
    responses={**NOT_MODIFIED, **documented(400, 404, 503)},
)
def read_claimreview(
    request: Request[Any, Any, Any],
    store: NamedDependency[StatementStore],
    settings: NamedDependency[Settings],
    statement_id: Annotated[str, PathParameter(schema_extra={"examples": ["ukraine-troops-zhytomyr-border"]})],
    if_none_match: IfNoneMatch = None,
) -> Response[Graph]:
    """A refuted statement's refutations as schema.org ClaimReviews (JSON-LD); 404 if nothing refutes it."""
    reviews = claim_reviews(store.dossier(statement_id), base_address(request, settings))
    if not reviews:
        raise UnknownRecord("refuted statement", statement_id)
    return unless_known(Graph(CONTEXT, reviews), if_none_match, LD_JSON)


@get(
    "/v1/claimreview/feed",
    sync_to_thread=True,
    summary="Read all refutations as a feed of ClaimReviews",
    tags=["claimreview"],
    guards=[needs(Scope.READ)],
    dependencies=FILTERS,
    responses={
        200: ResponseSpec(DataFeed, description="The feed", media_type=LD_JSON, generate_examples=False),
        **NOT_MODIFIED,
        **documented(400, 503),
    },
)
def read_feed(
    request: Request[Any, Any, Any],
    store: NamedDependency[StatementStore],
    settings: NamedDependency[Settings],
    filters: NamedDependency[StatementFilter],
    if_none_match: IfNoneMatch = None,
) -> Response[Any]:
    """A schema.org DataFeed (JSON-LD) of every refuted statement that fits. It changes with its ETag, and never otherwise."""
    base = base_address(request, settings)
    etag = etag_of(f"{build()} {store.version()} {store.tiers.fingerprint()} {base}".encode())
    headers = {"etag": etag, "cache-control": "no-cache"}
    if is_known(if_none_match, etag):
        return Response(None, status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    store.refuted_after("", 0, filters)  # a filter of no use is told before the feed begins
    return Stream(_feed(store, base, filters), media_type=LD_JSON, headers=headers)


def _feed(store: StatementStore, base: str, filters: StatementFilter) -> Iterator[bytes]:
    """The feed's JSON in pieces, so that a large one takes little memory."""
    yield b'{"@context":"%b","@type":"DataFeed","name":"Refuted statements","dataFeedElement":[' % CONTEXT.encode()
    modified, last, separator = "", "", b""
    while refuted := store.refuted_after(last, AT_ONCE, filters):
        last = refuted[-1].statement.id
        for dossier in refuted:
            if not (reviews := claim_reviews(dossier, base)):
                continue  # nothing that counts
            entry = DataFeedItem(_timestamp(dossier.added), _timestamp(dossier.changed), reviews)
            modified = max(modified, entry.date_modified)
            yield separator + msgspec.json.encode(entry)
            separator = b",\n"
    yield b'],"dateModified":"%b"}' % modified.encode() if modified else b"]}"


def _timestamp(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="seconds") + "Z"
