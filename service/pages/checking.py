"""The box for a claim or a text, and the answer below it. What is asked is POSTed, and never in an address."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide
from litestar.response import Template
from litestar.status_codes import HTTP_200_OK

from index.errors import InvalidInput, Reason
from index.kinds import Scope
from index.store.store import StatementStore
from index.text.furniture import LINK
from service.access.door import Caller
from service.access.guards import needs
from service.api.addresses import base_address
from service.api.bodies import form_of
from service.api.documents import about_sentences, check_document
from service.api.problems import InvalidBody, decode
from service.api.routes.checks import leave_for_log
from service.api.routes.texts import leave_text_for_log
from service.api.uploads import uploads_of
from service.api.wire import answers as wire
from service.api.wire.requests import CheckRequest, TextRequest
from service.api.wire.states import FieldProblem
from service.api.wire.texts import TextAnswer
from service.check import answers
from service.check.answers import Answer
from service.check.verdict import telling, worded
from service.integrations.links import NOT_OPENED, Links
from service.languages.spoken import language
from service.pages.card import card, card_note, text_card
from service.pages.examples import examples
from service.pages.form import Mode, Submission, read_fields, read_form
from service.pages.passing_on import Read, passed_on, text_passed_on
from service.pages.problems import Told
from service.scheduling.desk import Desk
from service.settings import Settings

UNCACHED = {"cache-control": "no-store"}
"""On answers: no copy of a claim is kept."""
NO_TEXT = Reason("has no text that can be read")
FILE = {**UNCACHED, "content-disposition": 'attachment; filename="answer.json"'}


@get("/", sync_to_thread=True, guards=[needs(Scope.CHECK)])
def home(store: NamedDependency[StatementStore]) -> Template:
    """The box for a claim or a text, with some to try."""
    return Template("home.html", context=box(Submission("")) | {"examples": examples(store, language())})


@post("/", status_code=HTTP_200_OK, dependencies={"sent": Provide(read_form)}, guards=[needs(Scope.CHECK)])
async def answer(
    request: Request[Any, Any, Any],
    sent: NamedDependency[Submission],
    caller: NamedDependency[Caller],
    desk: NamedDependency[Desk],
    settings: NamedDependency[Settings],
    links: NamedDependency[Links],
) -> Template:
    """The answer to what stands in the box, or behind the link in it, below it."""
    if settings.open_links == "on" and sent.link:
        page = await links.open(sent.link)
        read = await uploads_of(request).plain(page.name, page.content)
        return await _document(
            request, Read(read.text, sent.link, read.title), Submission(sent.link, sent.mode), caller, desk, settings
        )
    if await sync_to_thread(sent.is_document, settings):
        in_box = Submission("", Mode.TEXT) if sent.file else sent
        return await _document(request, Read(sent.text, sent.file, sent.title), in_box, caller, desk, settings)
    found = worded(await _answered(request, sent.text, caller, desk, settings), language())
    context = box(sent) | answered(wire.Answer.of(found), _telling(found), base_address(request, settings), language())
    return Template("home.html", context=context, headers=UNCACHED)


@post("/file", status_code=HTTP_200_OK, guards=[needs(Scope.CHECK)])
async def answer_to_file(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    desk: NamedDependency[Desk],
    settings: NamedDependency[Settings],
) -> Template:
    """The answer to a file's text."""
    file = (await form_of(request)).get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise InvalidBody([FieldProblem("file", "is required, and must be a file")])
    read = await uploads_of(request).plain(file.filename, await file.read())
    named = Read(read.text, file.filename, read.title or file.filename)
    return await _document(request, named, Submission("", Mode.TEXT), caller, desk, settings)


async def _document(
    request: Request[Any, Any, Any], read: Read, sent: Submission, caller: Caller, desk: Desk, settings: Settings
) -> Template:
    """The answer to a document.

    Args:
        sent: what stays in the box.
    """
    if not read.text.strip():
        raise InvalidInput("text", NOT_OPENED.of(why=Reason("it shows no text"))) if read.url else InvalidInput("file", NO_TEXT)
    told = await _document_answered(request, read.text, caller, desk, settings)
    context = box(sent, document=told) | documented(told, read, base_address(request, settings))
    return Template("home.html", context=context, headers=UNCACHED)


async def _document_answered(
    request: Request[Any, Any, Any], text: str, caller: Caller, desk: Desk, settings: Settings
) -> TextAnswer:
    asked = decode({"text": text}, TextRequest)
    asked.refuse_longer(settings.max_text_characters)
    document = asked.document(settings.max_text_characters)
    caller.meter.count_claims(about_sentences(document))
    checked, told = await check_document(desk, document, request.receive)
    leave_text_for_log(request, checked)
    return told


@post("/answer.json", status_code=HTTP_200_OK, dependencies={"sent": Provide(read_form)}, guards=[needs(Scope.CHECK)])
async def answer_as_json(
    request: Request[Any, Any, Any],
    sent: NamedDependency[Submission],
    caller: NamedDependency[Caller],
    desk: NamedDependency[Desk],
    settings: NamedDependency[Settings],
) -> Response[wire.Answer]:
    """The same answer as a file, as the API gives it."""
    found = await _answered(request, sent.text, caller, desk, settings)
    return Response(wire.Answer.of(found), headers=FILE)


@post("/text.json", status_code=HTTP_200_OK, dependencies={"fields": Provide(read_fields)}, guards=[needs(Scope.CHECK)])
async def text_answer_as_json(
    request: Request[Any, Any, Any],
    fields: NamedDependency[dict[str, str]],
    caller: NamedDependency[Caller],
    desk: NamedDependency[Desk],
    settings: NamedDependency[Settings],
) -> Response[TextAnswer]:
    """The same of a document."""
    return Response(await _document_answered(request, fields.get("text", ""), caller, desk, settings), headers=FILE)


async def _answered(request: Request[Any, Any, Any], text: str, caller: Caller, desk: Desk, settings: Settings) -> Answer:
    claim = decode({"text": text}, CheckRequest)
    claim.refuse_longer(settings.max_claim_characters)
    caller.meter.count_claims(1)
    outcome = await desk.match([claim.claim()], request.receive)
    leave_for_log(request, outcome)
    return outcome.answers[0]


def _telling(found: Answer) -> list[int]:
    """Places of the matches to show in full."""
    shown: list[answers.Match] = [match for match, _ in telling(found.matches)]
    if not shown and not found.verdict.polarity_judged:
        shown = found.matches[:1]
    return [found.matches.index(match) for match in shown]


def box(sent: Submission, document: TextAnswer | None = None, problem: Told | None = None) -> dict[str, Any]:
    """What the template of the box takes, without an answer to a claim."""
    return {"sent": sent, "modes": Mode, "answer": None, "document": document, "problem": problem, "examples": []}


def answered(found: wire.Answer, telling_places: list[int], address: str, said_in: str) -> dict[str, Any]:
    """What the template of an answer takes.

    Args:
        telling_places: of the matches to show in full.
        address: the service's own.
        said_in: the language of the answer's sentences.
    """
    full = [found.matches[place] for place in telling_places]
    checkpoint = found.produced_by.checkpoint
    return {
        "answer": found,
        "full": full,
        "said_in": said_in,
        "link_alone": bool(LINK.fullmatch(found.claim.text.strip())),
        "passed": passed_on(found, full, address),
        "card": card(found, full[0] if full else None),
        "card_note": card_note(address, checkpoint.sequence if checkpoint else None),
    }


def documented(found: TextAnswer, read: Read, address: str) -> dict[str, Any]:
    """What the template of a document's answer takes.

    Args:
        address: the service's own.
    """
    checkpoint = found.produced_by.checkpoint if found.produced_by else None
    return {
        "document": found,
        "read": read,
        "passed": text_passed_on(found, read, address),
        "card": text_card(found, read.title or read.url),
        "card_note": card_note(address, checkpoint.sequence if checkpoint else None),
    }
