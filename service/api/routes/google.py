"""Google's Fact Check Tools API: what fact-checking tools already speak."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter

from index.errors import InvalidInput
from index.kinds import Scope
from index.store.store import ReviewFilter, StatementStore
from index.text.tags import primary_language
from service.access.door import Caller
from service.access.guards import needs
from service.api.addresses import base_address
from service.api.allowed import among
from service.api.parameters import given_once
from service.api.wire.fields import Mask, Shape, read_mask, refuse_unknown_fields
from service.check.matcher import Matcher
from service.integrations.google import (
    SYSTEM_PARAMETERS,
    Claim,
    ErrorResponse,
    PageToken,
    SearchResponse,
    claim_of,
    digest_of,
    read_token,
    respond,
    site_of,
)
from service.scheduling.desk import Desk
from service.settings import Settings

DEFAULT_PAGE, LARGEST_PAGE = 10, 100
INT32 = 2**31 - 1
ERRORS = {
    400: ResponseSpec(ErrorResponse, description="The request cannot be used", generate_examples=False),
    401: ResponseSpec(
        ErrorResponse, description="A key is required, or the one that was sent is of no use", generate_examples=False
    ),
    403: ResponseSpec(ErrorResponse, description="The key may not do this", generate_examples=False),
    421: ResponseSpec(ErrorResponse, description="The service has another name", generate_examples=False),
    429: ResponseSpec(
        ErrorResponse, description="Too much was asked for, or too many claims wait already", generate_examples=False
    ),
    503: ResponseSpec(ErrorResponse, description="A part does not work", generate_examples=False),
    504: ResponseSpec(ErrorResponse, description="There was no answer in time", generate_examples=False),
}
OWN_PARAMETERS = {"query", "languageCode", "reviewPublisherSiteFilter", "maxAgeDays", "pageSize", "pageToken", "offset", "fields"}

LanguageCode = Annotated[
    str | None,
    QueryParameter(name="languageCode", description="Only reviews in this language", schema_extra={"examples": ["en", "pt-BR"]}),
]
Fields = Annotated[
    str | None,
    QueryParameter(
        description="Only these fields of the answer", schema_extra={"examples": ["claims(text,claimReview/textualRating)"]}
    ),
]


@get(
    "/v1alpha1/claims:search",
    summary="Search as in Google's Fact Check Tools API",
    tags=["google"],
    guards=[needs(Scope.CHECK)],
    responses=ERRORS,
    exception_handlers={Exception: respond},
)
async def search_claims(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    store: NamedDependency[StatementStore],
    matcher: NamedDependency[Matcher],
    desk: NamedDependency[Desk],
    settings: NamedDependency[Settings],
    words: Annotated[
        str | None,
        QueryParameter(
            name="query",
            description="What to search for; required unless `reviewPublisherSiteFilter` is given",
            schema_extra={"examples": ["Ukraine is massing troops near Zhytomyr", "Zhytomyr"]},
        ),
    ] = None,
    language_code: LanguageCode = None,
    review_publisher_site_filter: Annotated[
        str | None,
        QueryParameter(
            name="reviewPublisherSiteFilter",
            description="Only reviews of this site; a word without a dot finds sites of which a part begins so",
            schema_extra={"examples": ["nytimes.com"]},
        ),
    ] = None,
    max_age_days: Annotated[
        int | None,
        QueryParameter(
            name="maxAgeDays", ge=0, le=INT32, description="The most days since the claim or its review, whichever is newer"
        ),
    ] = None,
    page_size: Annotated[
        int, QueryParameter(name="pageSize", ge=0, le=INT32, description="Claims on a page: 10 if 0 or not given, at most 100")
    ] = 0,
    page_token: Annotated[
        str | None, QueryParameter(name="pageToken", description="The previous page's `nextPageToken`; all else as before")
    ] = None,
    offset: Annotated[int, QueryParameter(ge=0, le=INT32, description="Claims to pass over; not considered with `pageToken`")] = 0,
    key: Annotated[str | None, QueryParameter(description="Accepted as Google's clients send it, and not looked at")] = None,
    fields: Fields = None,
) -> Response[SearchResponse]:
    """Search for statements that were reviewed or refuted, by words or claims; or list those of a publisher."""
    host, text = _site(review_publisher_site_filter), (words or "").strip()
    _refuse(request, words, host, settings)
    mask, language = _mask(fields), _language(language_code)
    wanted = ReviewFilter(host, language, _since(max_age_days))
    size = min(page_size or DEFAULT_PAGE, LARGEST_PAGE)
    digest = digest_of(text, language_code, host, max_age_days, page_size)
    start = read_token(page_token, digest) if page_token else offset
    base = base_address(request, settings)
    if text:
        caller.meter.count_claims(1)
        found = await desk.run(1, lambda _: _found(store, matcher, text, wanted, base), request.receive)
        claims, following = found[start : start + size], start + size if len(found) > start + size else None
    else:
        claims, following = await sync_to_thread(lambda: _listed(store, wanted, base, start, size))
    page = SearchResponse(claims, PageToken(following, digest).encode() if following is not None else None)
    return Response(Shape(mask).of(page))


def _refuse(request: Request[Any, Any, Any], query: str | None, host: str | None, settings: Settings) -> None:
    given = given_once(request)
    for name in given:
        if name not in OWN_PARAMETERS | SYSTEM_PARAMETERS:
            raise InvalidInput(name, f"is not a known parameter{among(name, sorted(OWN_PARAMETERS), 'parameters')}")
    if given.get("alt", "json") != "json":
        raise InvalidInput("alt", "must be json")
    if query and len(query) > settings.max_claim_characters:
        raise InvalidInput("query", f"has {len(query)} characters, more than the {settings.max_claim_characters} allowed")
    if not (query or "").strip() and host is None:
        raise InvalidInput("query", "is required unless reviewPublisherSiteFilter is given")


def _site(given: str | None) -> str | None:
    host = site_of(given or "")
    if host is None and given and given.strip():
        raise InvalidInput("reviewPublisherSiteFilter", "names no site; give its host name, such as nytimes.com")
    return host


def _language(code: str | None) -> str | None:
    try:
        return primary_language(code or "")
    except ValueError as error:
        raise InvalidInput("languageCode", str(error)) from error


def _mask(fields: str | None) -> Mask:
    """Google's `fields`: a mask of the answer."""
    try:
        mask = read_mask(fields) if fields and fields.strip() else {}
        refuse_unknown_fields(mask, SearchResponse)
    except ValueError as error:
        raise InvalidInput("fields", str(error)) from error
    return mask


def _since(max_age_days: int | None) -> dt.date | None:
    today = dt.datetime.now(dt.UTC).date()
    if max_age_days is None or max_age_days >= today.toordinal():
        return None
    return today - dt.timedelta(days=max_age_days)


def _found(store: StatementStore, matcher: Matcher, text: str, wanted: ReviewFilter, base: str) -> list[Claim]:
    allowed = None if wanted == ReviewFilter() else frozenset(store.reviewed(wanted))
    return _claims(store, matcher.search(text, allowed), wanted, base)


def _listed(store: StatementStore, wanted: ReviewFilter, base: str, start: int, size: int) -> tuple[list[Claim], int | None]:
    """A page of the statements that were reviewed, and where the next one begins, without those whose reviews do not count."""
    claims: list[Claim] = []
    while some := store.reviewed(wanted, start, size + 1):
        dossiers = store.dossiers(some)
        for id_ in some:
            claim = claim_of(dossiers[id_], wanted, base) if id_ in dossiers else None
            if claim and len(claims) == size:
                return claims, start
            claims += [claim] if claim else []
            start += 1
    return claims, None


def _claims(store: StatementStore, statement_ids: list[str], wanted: ReviewFilter, base: str) -> list[Claim]:
    """In the order of the ids, without those that have no review or refutation."""
    dossiers = store.dossiers(statement_ids)
    found = (claim_of(dossiers[id_], wanted, base) for id_ in statement_ids if id_ in dossiers)
    return [claim for claim in found if claim]
