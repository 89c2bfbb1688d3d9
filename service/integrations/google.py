"""Google's Fact Check Tools API (`factchecktools.v1alpha1`), as its discovery document has it: names, dates, pages and errors."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from litestar import Request, Response

from index.errors import InvalidInput
from index.kinds import RefutationKind
from index.records import UNKNOWN, Dossier, Refutation, Review, Source, When, host
from index.store.store import ReviewFilter
from index.text.names import fits_site
from index.tiers import own_letters, own_site
from service.api import problems
from service.integrations.claimreview import address_of, words_of

SYSTEM_PARAMETERS = {
    *("$.xgafv", "access_token", "alt", "callback", "key", "oauth_token"),
    *("prettyPrint", "quotaUser", "uploadType", "upload_protocol"),
}
"""Parameters that any Google client may send; they are accepted and have no effect."""

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    421: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


class Publisher(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who gave a review, or who denies or counters a claim; `site` is the host, without "www.", where that is published: of a
    review without an address, this service's."""

    name: str
    site: str


class ClaimReview(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A review of a claim, or an official's answer to it."""

    publisher: Publisher
    url: str
    title: str | None = None
    review_date: str | None = None
    textual_rating: str | None = None
    language_code: str | None = None


class Claim(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A known statement with what was found about it."""

    text: str
    claim_review: list[ClaimReview]
    claimant: str | None = None
    claim_date: str | None = None


class SearchResponse(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A page of claims; fields that would be empty are left out."""

    claims: list[Claim] = []
    next_page_token: str | None = None


class FieldViolation(msgspec.Struct, frozen=True):
    """One thing that is wrong with a request."""

    field: str
    description: str


class BadRequest(msgspec.Struct, frozen=True, rename="camel", tag_field="@type", tag="type.googleapis.com/google.rpc.BadRequest"):
    """What is wrong with a request, field by field."""

    field_violations: list[FieldViolation]


class Status(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error: HTTP status, message, Google's name for the status, and details."""

    code: int
    message: str
    status: str
    details: list[BadRequest] = []


class ErrorResponse(msgspec.Struct, frozen=True):
    """Google's envelope of an error."""

    error: Status


class PageToken(msgspec.Struct, frozen=True, array_like=True):
    """Where the next page begins, and the digest of the parameters that it belongs to."""

    offset: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
    digest: str

    def encode(self) -> str:
        """As a client gets it."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode()


def site_of(written: str) -> str | None:
    """The host name, or a part of one, that a site filter means, without "www.": also as an address, with a port or with a path."""
    after_scheme = written.strip().casefold().rpartition("://")[2].removeprefix("//")
    host = re.split(r"[/?#]", after_scheme, maxsplit=1)[0].rpartition("@")[2]
    return own_letters(re.sub(r":\d*$", "", host)).removeprefix("*.").removeprefix("www.").strip(".") or None


def digest_of(*parameters: object) -> str:
    """Tells whether a token's page belongs to these parameters."""
    return hashlib.sha256(msgspec.json.encode(parameters)).hexdigest()[:16]


def read_token(token: str, digest: str) -> int:
    """The offset that a page token stands for.

    Raises:
        InvalidInput: if it is not one of ours, or was given for other parameters.
    """
    try:
        read = msgspec.json.decode(base64.urlsafe_b64decode(token.encode()), type=PageToken)
    except (ValueError, msgspec.MsgspecError) as error:
        raise InvalidInput("pageToken", "is not a token that this service gave") from error
    if read.digest != digest:
        raise InvalidInput("pageToken", "belongs to a request with other parameters")
    return read.offset


def claim_of(dossier: Dossier, wanted: ReviewFilter, base: str) -> Claim | None:
    """A statement with those of its reviews and refutations that count and are wanted; None if there are none.

    Args:
        base: the service's own address without a slash at its end; what has no address of its own gets the page there.
    """
    statement, sources = dossier.statement, dossier.sources
    made = statement.when.bounds()[0] if statement.when else dt.date.min

    def fits(source: Source, language: str, when: When | None) -> bool:
        newest = max(made, when.bounds()[0] if when else dt.date.min)
        of_site = wanted.site is None or fits_site(own_site(source), wanted.site)
        return of_site and wanted.language in (None, language) and newest >= (wanted.since or dt.date.min)

    found = [
        _review(review, dossier, base)
        for review in dossier.reviews
        if fits(sources[review.citation.source_id], review.language, review.when)
    ]
    found += [
        _official(refutation, dossier, base)
        for refutation in dossier.refutations
        if refutation.kind is not RefutationKind.REVIEW
        and fits(sources[refutation.citations[0].source_id], refutation.language, refutation.when)
    ]
    claimant = None if statement.claimant == UNKNOWN else statement.claimant.name
    return Claim(statement.text, found, claimant, _timestamp(statement.when)) if found else None


def _review(review: Review, dossier: Dossier, base: str) -> ClaimReview:
    url = address_of(review, dossier, base)
    site = host(dossier.sources[review.citation.source_id]) if review.citation.url else urlsplit(url).hostname or ""
    return ClaimReview(
        publisher=Publisher(review.reviewer.name, site),
        url=url,
        title=review.title,
        review_date=_timestamp(review.when),
        textual_rating=review.rating.original or review.rating.rated.value.replace("-", " ").capitalize(),
        language_code=review.language,
    )


def _official(refutation: Refutation, dossier: Dossier, base: str) -> ClaimReview:
    """An official's answer; the words say who denies or counters, and never that this makes the claim false."""
    source = dossier.sources[refutation.citations[0].source_id]
    return ClaimReview(
        publisher=Publisher(refutation.issuer.name, host(source)),
        url=address_of(refutation, dossier, base),
        title=refutation.text,
        review_date=_timestamp(refutation.when),
        textual_rating=words_of(refutation, dossier.statement.id),
        language_code=refutation.language,
    )


def _timestamp(when: When | None) -> str | None:
    """RFC 3339; a month, a year or a period is no date, and left out."""
    return f"{when.edtf}T00:00:00Z" if when and len(when.edtf) == len("2024-07-02") and "/" not in when.edtf else None


def respond(request: Request[Any, Any, Any], error: Exception) -> Response[ErrorResponse]:
    """Litestar's handler for exceptions on Google's route."""
    told = problems.respond(request, error)
    problem = told.content
    violations = [FieldViolation(_camel(item.field), item.reason) for item in problem.errors]
    message = "; ".join(f"{item.field}: {item.description}" for item in violations) or problem.detail
    status = Status(
        problem.status, message, STATUSES.get(problem.status, "UNKNOWN"), [BadRequest(violations)] if violations else []
    )
    return Response(ErrorResponse(status), status_code=problem.status, headers=told.headers)


def _camel(field: str) -> str:
    """A parameter's name on the wire, from its name in the code."""
    return re.sub("_([a-z])", lambda found: found[1].upper(), field)
