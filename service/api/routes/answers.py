"""Answers kept under an address of their own, for those who ask for that."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, delete, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, HeaderParameter, PathParameter
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT

from index.kinds import Scope
from index.store.store import StatementStore
from service.access.clocks import Clocks
from service.access.door import Caller
from service.access.guards import needs
from service.api.addresses import base_address
from service.api.documents import about_sentences, check_document
from service.api.filtering import view_of
from service.api.keeping import AnswerKeeper, Made, lifetime_of, told
from service.api.problems import decode, documented
from service.api.routes.checks import TROOPS, leave_for_log
from service.api.routes.texts import PLAIN, leave_text_for_log
from service.api.threads import in_thread
from service.api.uploads import DocumentRequest
from service.api.wire.kept import Compared, Comparison, KeptAnswerView, MadeAnswer, NewAnswer, NewTextAnswer
from service.api.wire.requests import CheckRequest
from service.scheduling.desk import Desk
from service.settings import Settings

AnswerId = Annotated[str, PathParameter(pattern="^[0-9a-f]{32}$", description="The answer's id")]
NEW = BodyKwarg(media_type=RequestEncodingType.JSON, examples=[Example("For a month", value={**TROOPS, "lifetime": "30d"})])
TITLED = {**PLAIN, "title": "A speech", "keep": "sentences"}
NEW_TEXT = BodyKwarg(media_type=RequestEncodingType.JSON, examples=[Example("With the sentences that are on record", value=TITLED)])
SAME = BodyKwarg(media_type=RequestEncodingType.JSON, examples=[Example("A claim", value=TROOPS)])
Token = Annotated[str, HeaderParameter(name="Revocation-Token", max_length=100, description="Told when the answer was kept")]
UNCACHED = {"cache-control": "no-store"}


class KeptDocumentRequest(DocumentRequest):
    """A request whose body is a document whose answer is to be kept."""

    asks = NewTextAnswer


async def keep(
    request: Request[Any, Any, Any],
    wanted: NewAnswer,
    keeper: AnswerKeeper,
    caller: Caller,
    desk: Desk,
    store: StatementStore,
    settings: Settings,
    clocks: Clocks,
) -> Made:
    """Answer a claim, and keep the answer.

    Raises:
        RebutError: as checking the claim does, and `AnswerKeeper.keep`.
    """
    lifetime_of(wanted)
    asked = decode({"text": wanted.text, "language": wanted.language}, CheckRequest)
    asked.refuse_longer(settings.max_claim_characters)
    caller.meter.count_claims(1)
    outcome = await desk.match([asked.claim()], request.receive)
    leave_for_log(request, outcome)
    answer = await view_of(store, outcome.answers[0])
    return await sync_to_thread(keeper.keep, wanted, answer, clocks.now())


async def keep_text(
    request: Request[Any, Any, Any],
    wanted: NewTextAnswer,
    keeper: AnswerKeeper,
    caller: Caller,
    desk: Desk,
    settings: Settings,
    clocks: Clocks,
) -> Made:
    """Answer a document, and keep the answer.

    Raises:
        RebutError: as checking the document does, and `AnswerKeeper.keep_text`.
    """
    lifetime_of(wanted)
    wanted.refuse_no_address()
    wanted.refuse_longer(settings.max_text_characters)
    document = wanted.document(settings.max_text_characters)
    caller.meter.count_claims(about_sentences(document))
    checked, answer = await check_document(desk, document, request.receive)
    leave_text_for_log(request, checked)
    return await sync_to_thread(keeper.keep_text, wanted, answer, clocks.now())


@post(
    "/v1/answers",
    status_code=HTTP_201_CREATED,
    summary="Keep an answer",
    response_description="Where it is kept; the token is told this once",
    tags=["answers"],
    guards=[needs(Scope.CHECK)],
    responses=documented(400, 403, 413, 415, 429, 503, 504),
)
async def keep_answer(
    request: Request[Any, Any, Any],
    data: Annotated[NewAnswer, NEW],
    keeper: NamedDependency[AnswerKeeper],
    caller: NamedDependency[Caller],
    desk: NamedDependency[Desk],
    store: NamedDependency[StatementStore],
    settings: NamedDependency[Settings],
    clocks: NamedDependency[Clocks],
) -> Response[MadeAnswer]:
    """Answer a claim, and keep the answer for a while under an address that nobody can guess. The claim is kept as a keyed hash."""
    made = await keep(request, data, keeper, caller, desk, store, settings, clocks)
    return _told(made, base_address(request, settings))


@post(
    "/v1/answers/texts",
    status_code=HTTP_201_CREATED,
    summary="Keep the answer to a document",
    response_description="Where it is kept; the token is told this once",
    tags=["answers"],
    guards=[needs(Scope.CHECK)],
    request_class=KeptDocumentRequest,
    responses=documented(400, 403, 413, 415, 429, 503, 504),
)
async def keep_text_answer(
    request: Request[Any, Any, Any],
    data: Annotated[NewTextAnswer, NEW_TEXT],
    keeper: NamedDependency[AnswerKeeper],
    caller: NamedDependency[Caller],
    desk: NamedDependency[Desk],
    settings: NamedDependency[Settings],
    clocks: NamedDependency[Clocks],
) -> Response[MadeAnswer]:
    """Answer a whole document, and keep the answer as one to a claim is kept, under an address of the same sort.

    It is sent as to `/v1/texts/check`. Unless `keep` says otherwise, no word of it is kept: who has it sees its sentences by
    comparing it. An answer that is larger than a setting allows (1,000,000 bytes) is refused.
    """
    made = await keep_text(request, data, keeper, caller, desk, settings, clocks)
    return _told(made, base_address(request, settings))


@get(
    "/v1/answers/{answer_id:str}",
    summary="Read a kept answer",
    tags=["answers"],
    guards=[needs(Scope.READ)],
    responses=documented(400, 404, 503),
)
@in_thread
def read_answer(
    answer_id: AnswerId, keeper: NamedDependency[AnswerKeeper], clocks: NamedDependency[Clocks]
) -> Response[KeptAnswerView]:
    """The answer as it was when it was kept, with the checkpoint of the ledger that it was made from."""
    return Response(keeper.read(answer_id, clocks.now()), headers=UNCACHED)


@post(
    "/v1/answers/{answer_id:str}/compare",
    status_code=HTTP_200_OK,
    sync_to_thread=True,
    summary="Compare a claim or a document with the one that was asked",
    tags=["answers"],
    guards=[needs(Scope.READ)],
    responses=documented(400, 404, 413, 415, 503),
)
def compare_claim(
    answer_id: AnswerId,
    data: Annotated[Comparison, SAME],
    keeper: NamedDependency[AnswerKeeper],
    settings: NamedDependency[Settings],
    clocks: NamedDependency[Clocks],
) -> Response[Compared]:
    """Whether a kept answer is the answer to this claim or document: words are compared by their hash.

    Of a document, its sentences that stand in this one are shown in it, whatever was kept of them.
    """
    return Response(keeper.compare(answer_id, data.text, clocks.now(), settings.max_text_characters), headers=UNCACHED)


@delete(
    "/v1/answers/{answer_id:str}",
    status_code=HTTP_204_NO_CONTENT,
    summary="Revoke a kept answer",
    tags=["answers"],
    guards=[needs(Scope.READ)],
    responses=documented(400, 404, 503),
)
@in_thread
def revoke_answer(
    answer_id: AnswerId,
    revocation_token: Token,
    keeper: NamedDependency[AnswerKeeper],
    clocks: NamedDependency[Clocks],
) -> None:
    """Delete an answer before its time, with the token that was told when it was kept."""
    keeper.revoke(answer_id, revocation_token, clocks.now())


def _told(made: Made, address: str) -> Response[MadeAnswer]:
    """What who made it is told.

    Args:
        address: the service's own.
    """
    view = MadeAnswer(made.id, f"{address}/answers/{made.id}", told(made.expires), made.revocation_token)
    return Response(view, headers=UNCACHED)
