"""Checking claims: the reason this service exists."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, SkipValidation
from litestar.status_codes import HTTP_200_OK

from index.errors import InvalidInput
from index.kinds import Scope
from index.store.store import StatementStore
from service.access.door import Caller
from service.access.guards import needs
from service.api.filtering import view_of
from service.api.logs import DETAILS
from service.api.parameters import shape_of
from service.api.problems import InvalidBody, decode, documented, problem_of
from service.api.wire.answers import Answer, BatchAnswer
from service.api.wire.fields import Shape
from service.api.wire.requests import BatchRequest, CheckRequest
from service.api.wire.states import Problem
from service.check.answers import Outcome
from service.check.bounds import refuse_greed
from service.check.matcher import Matcher
from service.scheduling.desk import Desk
from service.settings import Settings

TROOPS = {"text": "Ukraine is massing troops on the Belarusian border near Zhytomyr"}
SCO = {"text": "Беларусь стала членом ШОС", "limit": 1, "explain": True}
ONE_CLAIM = BodyKwarg(
    media_type=RequestEncodingType.JSON,
    examples=[Example("A claim", value=TROOPS), Example("With options, in another language", value=SCO)],
)
Store = NamedDependency[SkipValidation[StatementStore]]
"""The store. Litestar would look for all methods of one each time: a seventh of what the event loop did for a claim."""
SEVERAL_CLAIMS = BodyKwarg(media_type=RequestEncodingType.JSON, examples=[Example("Two claims", value={"claims": [TROOPS, SCO]})])


@post(
    "/v1/claims/check",
    status_code=HTTP_200_OK,
    summary="Check one claim",
    tags=["claims"],
    guards=[needs(Scope.CHECK)],
    dependencies={"shape": shape_of(Answer)},
    responses=documented(400, 413, 415, 429, 503, 504),
)
async def check(
    request: Request[Any, Any, Any],
    data: Annotated[CheckRequest, ONE_CLAIM],
    caller: NamedDependency[Caller],
    desk: NamedDependency[Desk],
    store: Store,
    settings: NamedDependency[Settings],
    shape: NamedDependency[Shape],
) -> Response[Answer]:
    """Check one claim: the closest known statements, where they are written, and what officials said against them."""
    data.refuse_longer(settings.max_claim_characters)
    caller.meter.count_claims(1)
    outcome = await desk.match([data.claim()], request.receive)
    leave_for_log(request, outcome)
    return Response(shape.of(await view_of(store, outcome.answers[0])))


@post(
    "/v1/claims/check/batch",
    status_code=HTTP_200_OK,
    summary="Check many claims",
    tags=["claims"],
    guards=[needs(Scope.CHECK)],
    dependencies={"shape": shape_of(BatchAnswer)},
    responses=documented(400, 413, 415, 429, 503, 504),
)
async def check_batch(
    request: Request[Any, Any, Any],
    data: Annotated[BatchRequest, SEVERAL_CLAIMS],
    caller: NamedDependency[Caller],
    desk: NamedDependency[Desk],
    matcher: NamedDependency[Matcher],
    settings: NamedDependency[Settings],
    shape: NamedDependency[Shape],
) -> Response[BatchAnswer]:
    """Check many claims. Each gets an answer or a problem of its own, in the order asked."""
    if len(data.claims) > settings.max_batch_claims:
        raise InvalidInput("claims", f"has {len(data.claims)} claims, more than the {settings.max_batch_claims} allowed")
    decoded = await sync_to_thread(_decode_all, data.claims, settings)
    claims = [one.claim() for one in decoded if isinstance(one, CheckRequest)]
    refuse_greed("claims", claims, matcher.thresholds[0])
    caller.meter.count_claims(len(claims))
    outcome = await desk.match(claims, request.receive)
    leave_for_log(request, outcome)
    return Response(await sync_to_thread(lambda: shape.of(_batch_answer(decoded, outcome))))


def _decode_all(claims: list[Any], settings: Settings) -> list[CheckRequest | Problem]:
    return [_decode_one(claim, settings) for claim in claims]


def _batch_answer(decoded: list[CheckRequest | Problem], outcome: Outcome) -> BatchAnswer:
    told = map(Answer.of, outcome.answers)
    return BatchAnswer([next(told) if isinstance(one, CheckRequest) else one for one in decoded])


def _decode_one(claim: object, settings: Settings) -> CheckRequest | Problem:
    try:
        request = decode(claim, CheckRequest)
        request.refuse_longer(settings.max_claim_characters)
    except (InvalidBody, InvalidInput) as error:
        return problem_of(error)
    return request


def leave_for_log(request: Request[Any, Any, Any], outcome: Outcome) -> None:
    """Leave what the request's log line tells of it."""
    timings = outcome.timings
    request.state[DETAILS] = {
        "claims": len(outcome.answers),
        "together": timings.together,
        "wait_ms": round(timings.wait_ms, 2),
        "encode_ms": round(timings.encode_ms, 2),
        "search_ms": round(timings.search_ms, 2),
        "records_ms": round(timings.records_ms, 2),
        "relation_ms": round(timings.relation_ms, 2),
        "index_version": outcome.index_version,
    }
