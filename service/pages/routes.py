"""The pages: check a claim or a text, look through the statements, read one. What is asked is POSTed, and never in an address."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, Router, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter
from litestar.response import Template
from litestar.static_files import create_static_files_router
from litestar.status_codes import HTTP_200_OK

from index.errors import InvalidInput
from index.kinds import Scope, StatementKind
from index.store.store import StatementFilter, StatementStore
from service.access.door import BROWSER, Caller
from service.access.guards import anybody, needs
from service.api.addresses import base_address
from service.api.documents import about_sentences, check_document
from service.api.problems import NO_FILE, decode, respond
from service.api.routes.checks import leave_for_log
from service.api.routes.texts import leave_text_for_log
from service.api.wire import answers as wire
from service.api.wire.records import StatementDetail, StatementPage
from service.api.wire.requests import CheckRequest, TextRequest
from service.api.wire.states import Problem
from service.api.wire.texts import TextAnswer
from service.check.answers import Answer
from service.check.verdict import telling
from service.integrations.claimreview import CONTEXT, Graph, claim_reviews, script
from service.pages.form import SENT, Mode, Submission, read_form
from service.pages.rendering import FOLDER, HEADERS
from service.scheduling.desk import Desk
from service.settings import Settings

UNCACHED = {"cache-control": "no-store"}
"""On answers: no copy of a claim is kept."""

PAGE_SIZE = 25
"""Statements on one page of the list."""

Text = Annotated[str, QueryParameter(max_length=200)]


@get("/", sync_to_thread=False, guards=[needs(Scope.CHECK)])
def home() -> Template:
    """The box for a claim or a text."""
    return Template("home.html", context=_box(Submission("")))


@post("/", status_code=HTTP_200_OK, dependencies={"sent": Provide(read_form)}, guards=[needs(Scope.CHECK)])
async def answer(
    request: Request[Any, Any, Any],
    sent: NamedDependency[Submission],
    caller: NamedDependency[Caller],
    desk: NamedDependency[Desk],
    settings: NamedDependency[Settings],
) -> Template:
    """The answer to what stands in the box, below it."""
    if await sync_to_thread(sent.is_document, settings):
        text = decode({"text": sent.text}, TextRequest)
        text.refuse_longer(settings.max_text_characters)
        document = text.document(settings.max_text_characters)
        caller.meter.count_claims(about_sentences(document))
        checked, told = await check_document(desk, document, request.receive)
        leave_text_for_log(request, checked)
        return Template("home.html", context=_box(sent, document=told), headers=UNCACHED)
    claim = decode({"text": sent.text}, CheckRequest)
    claim.refuse_longer(settings.max_claim_characters)
    caller.meter.count_claims(1)
    outcome = await desk.match([claim.claim()], request.receive)
    leave_for_log(request, outcome)
    return Template("home.html", context=_box(sent, outcome.answers[0]), headers=UNCACHED)


def _box(
    sent: Submission, answer: Answer | None = None, document: TextAnswer | None = None, problem: Problem | None = None
) -> dict[str, Any]:
    """What the template of the box and what is below it takes; `full`: the matches to show in full."""
    view, full = wire.Answer.of(answer) if answer else None, []
    if answer and view:
        shown = [match for match, _ in telling(answer.matches)] or ([] if answer.verdict.polarity_judged else answer.matches[:1])
        full = [view.matches[answer.matches.index(match)] for match in shown]
    return {"sent": sent, "modes": Mode, "answer": view, "full": full, "document": document, "problem": problem}


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


def respond_with_page(request: Request[Any, Any, Any], error: Exception) -> Template:
    """A page that tells what went wrong; below the box, if the request came from there."""
    told: Response[Problem] = respond(request, error)
    status, headers = told.content.status, {**HEADERS, **UNCACHED, **told.headers}
    if request.method == "POST":
        context = _box(request.state.get(SENT, Submission("")), problem=told.content)
        return Template("home.html", context=context, status_code=status, headers=headers)
    return Template("problem.html", context={"problem": told.content}, status_code=status, headers=headers)


def pages() -> Router:
    """All pages; they do not stand in the OpenAPI document."""
    return Router(
        "/",
        route_handlers=[home, answer, browse, read],
        include_in_schema=False,
        response_headers=HEADERS,
        exception_handlers={Exception: respond_with_page},
        request_class=Request,
        opt={BROWSER: True},
    )


def assets() -> Router:
    """The pages' style sheet, scripts and icon."""
    return create_static_files_router(
        "/assets",
        [FOLDER / "static"],
        include_in_schema=False,
        name="page-assets",
        exception_handlers=NO_FILE,
        guards=[anybody],
    )
