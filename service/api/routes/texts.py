"""Checking whole documents, at once or with progress."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg
from litestar.response.sse import ServerSentEvent, ServerSentEventMessage
from litestar.status_codes import HTTP_200_OK

from index.errors import RebutError
from service.api.logs import DETAILS
from service.api.problems import documented, problem_of
from service.api.wire.requests import TextRequest
from service.api.wire.texts import StreamEvent, TextAnswer
from service.check.matcher import Matcher
from service.check.texts.findings import CheckedText, Document, answer_text, check_text
from service.settings import Settings

PLAIN = {"text": "Minsk said it again. Ukraine is massing troops on the Belarusian border near Zhytomyr."}
HTML = {"text": "<p>Minsk shut its border.</p>", "format": "html", "limit": 3}
DOCUMENT = BodyKwarg(
    media_type=RequestEncodingType.JSON, examples=[Example("Plain text", value=PLAIN), Example("HTML, with options", value=HTML)]
)
EVENTS = {
    200: ResponseSpec(
        StreamEvent,
        description="Events `progress` (`{done, total}`, in sentences), then `result` (what /v1/texts/check answers) or `problem`",
        media_type="text/event-stream",
        generate_examples=False,
    )
}


@post(
    "/v1/texts/check",
    status_code=HTTP_200_OK,
    sync_to_thread=True,
    summary="Check a whole document",
    tags=["texts"],
    responses=documented(400, 413, 415, 503),
)
def check_document(
    request: Request[Any, Any, Any],
    data: Annotated[TextRequest, DOCUMENT],
    matcher: NamedDependency[Matcher],
    settings: NamedDependency[Settings],
) -> TextAnswer:
    """Check plain text, Markdown or HTML: its sentences that known statements fit, with their places, the most important first."""
    data.refuse_longer(settings.max_text_characters)
    checked = answer_text(matcher, data.document())
    leave_text_for_log(request, checked)
    return TextAnswer.of(checked)


@post(
    "/v1/texts/check/stream",
    status_code=HTTP_200_OK,
    sync_to_thread=False,
    summary="Check a whole document, with progress",
    tags=["texts"],
    responses={**EVENTS, **documented(400, 413, 415)},
)
def check_document_stream(
    request: Request[Any, Any, Any],
    data: Annotated[TextRequest, DOCUMENT],
    matcher: NamedDependency[Matcher],
    settings: NamedDependency[Settings],
) -> ServerSentEvent:
    """The same as server-sent events: progress, then the result. Who hangs up stops the work."""
    data.refuse_longer(settings.max_text_characters)
    return ServerSentEvent(_events(request, data.document(), matcher))


def _events(request: Request[Any, Any, Any], document: Document, matcher: Matcher) -> Iterator[ServerSentEventMessage]:
    try:
        for step in check_text(matcher, document):
            if isinstance(step, CheckedText):
                leave_text_for_log(request, step)
                yield _event("result", TextAnswer.of(step))
            else:
                yield _event("progress", step)
    except RebutError as error:  # the response has begun: its status can no longer tell
        yield _event("problem", problem_of(error))


def _event(name: str, told: msgspec.Struct) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=msgspec.json.encode(told), event=name)


def leave_text_for_log(request: Request[Any, Any, Any], checked: CheckedText) -> None:
    """Leave what the request's log line tells of it."""
    index_version = checked.produced_by.index if checked.produced_by else None
    request.state[DETAILS] = {"sentences": checked.sentences, "findings": len(checked.findings), "index_version": index_version}
