"""Checking whole documents, at once or with progress."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg
from litestar.response.sse import ServerSentEvent, ServerSentEventMessage
from litestar.status_codes import HTTP_200_OK

from index.errors import RebutError
from index.kinds import Scope
from service.access.door import Caller
from service.access.guards import needs
from service.api import documents
from service.api.logs import DETAILS
from service.api.parameters import shape_of
from service.api.problems import documented, problem_of
from service.api.uploads import EXTRACTED, FILE_OPTIONS, DocumentRequest, FileOptions
from service.api.wire.fields import Shape
from service.api.wire.requests import TextRequest
from service.api.wire.texts import StreamEvent, TextAnswer
from service.check.texts.findings import CheckedText, Step, check_text
from service.scheduling.desk import Desk
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
    summary="Check a whole document",
    tags=["texts"],
    guards=[needs(Scope.CHECK)],
    dependencies={"shape": shape_of(TextAnswer), "options": FILE_OPTIONS},
    request_class=DocumentRequest,
    responses=documented(400, 413, 415, 429, 503, 504),
)
async def check_document(
    request: Request[Any, Any, Any],
    data: Annotated[TextRequest, DOCUMENT],
    caller: NamedDependency[Caller],
    desk: NamedDependency[Desk],
    settings: NamedDependency[Settings],
    shape: NamedDependency[Shape],
    options: NamedDependency[FileOptions],
) -> Response[TextAnswer]:
    """Check plain text, Markdown or HTML: its sentences that known statements fit, with their places, the most important first.

    A PDF or DOCX file is taken as a body of its media type, with the other fields in the query, or as `file` in a form
    (multipart/form-data), where files of text are taken, too.
    """
    data = options.over(data)
    data.refuse_longer(settings.max_text_characters)
    document = data.document(settings.max_text_characters)
    caller.meter.count_claims(documents.about_sentences(document))
    checked, answer = await documents.check_document(desk, document, request.receive)
    leave_text_for_log(request, checked)
    return Response(await sync_to_thread(shape.of, _with_text(request, answer)))


@post(
    "/v1/texts/check/stream",
    status_code=HTTP_200_OK,
    summary="Check a whole document, with progress",
    tags=["texts"],
    guards=[needs(Scope.CHECK)],
    dependencies={"shape": shape_of(TextAnswer), "options": FILE_OPTIONS},
    request_class=DocumentRequest,
    responses={**EVENTS, **documented(400, 413, 415, 429)},
)
async def check_document_stream(
    request: Request[Any, Any, Any],
    data: Annotated[TextRequest, DOCUMENT],
    caller: NamedDependency[Caller],
    desk: NamedDependency[Desk],
    settings: NamedDependency[Settings],
    shape: NamedDependency[Shape],
    options: NamedDependency[FileOptions],
) -> ServerSentEvent:
    """The same as server-sent events: progress, then the result. Who hangs up stops the work."""
    data = options.over(data)
    data.refuse_longer(settings.max_text_characters)
    document = data.document(settings.max_text_characters)
    sentences = documents.about_sentences(document)
    caller.meter.count_claims(sentences)
    steps = desk.steps(desk.admit(sentences), lambda matching: check_text(matching, document))
    return ServerSentEvent(_events(request, await anext(steps), steps, shape))


async def _events(
    request: Request[Any, Any, Any], first: Step | CheckedText, steps: AsyncIterator[Step | CheckedText], shape: Shape
) -> AsyncIterator[ServerSentEventMessage]:
    """The events of a document whose first step was made before the response began: it tells whether the text is too long."""
    try:
        yield _told(request, first, shape)
        async for step in steps:
            yield _told(request, step, shape)
    except RebutError as error:  # the response has begun: its status can no longer tell
        yield _event("problem", problem_of(error))


def _told(request: Request[Any, Any, Any], step: Step | CheckedText, shape: Shape) -> ServerSentEventMessage:
    if isinstance(step, Step):
        return _event("progress", step)
    leave_text_for_log(request, step)
    return _event("result", shape.of(_with_text(request, TextAnswer.of(step))))


def _with_text(request: Request[Any, Any, Any], answer: TextAnswer) -> TextAnswer:
    """The answer, with the text that was taken out of the file, if there is one."""
    return msgspec.structs.replace(answer, extracted=request.state.get(EXTRACTED))


def _event(name: str, told: Any) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=msgspec.json.encode(told), event=name)


def leave_text_for_log(request: Request[Any, Any, Any], checked: CheckedText) -> None:
    """Leave what the request's log line tells of it."""
    index_version = checked.produced_by.index if checked.produced_by else None
    request.state[DETAILS] = {"sentences": checked.sentences, "findings": len(checked.findings), "index_version": index_version}
