"""The pages together, and what they say when something is wrong."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException, NotFoundException
from litestar.response import Redirect, Template
from litestar.static_files import create_static_files_router
from litestar.status_codes import HTTP_303_SEE_OTHER

from service.access.door import BROWSER
from service.access.errors import NotSignedIn
from service.access.guards import anybody
from service.api.problems import NO_FILE, respond
from service.api.wire.states import Problem
from service.languages.spoken import speak
from service.pages import browsing, checking, choosing, coverage, kept, nearby, signing
from service.pages.desk.routes import desk_pages
from service.pages.form import SENT, Submission
from service.pages.problems import told_of
from service.pages.rendering import FOLDER, HEADERS


def respond_with_page(request: Request[Any, Any, Any], error: Exception) -> Template | Redirect:
    """A page that tells what went wrong; below the box, if the request came from there. Who has to sign in is led there."""
    if isinstance(error, NotSignedIn) and request.method == "GET":
        return Redirect("/sign-in", status_code=HTTP_303_SEE_OTHER, query_params={"to": choosing.here_again(request)})
    speak(choosing.chosen(request))  # a path that there is not has passed no middleware
    answered: Response[Problem] = respond(request, error)
    told, headers = told_of(error), {**HEADERS, **checking.UNCACHED, **answered.headers}
    if request.method == "POST" and request.url.path in ("/", "/file"):
        context = checking.box(request.state.get(SENT, Submission("")), problem=told)
        return Template("home.html", context=context, status_code=told.status, headers=headers)
    own = error.detail if isinstance(error, NotFoundException) and error.detail != NotFoundException().detail else ""
    context = {"problem": told, "own": own}
    return Template("problem.html", context=context, status_code=told.status, headers=headers)


def respond_to_unrouted(request: Request[Any, Any, Any], error: HTTPException) -> Template | Redirect | Response[Problem]:
    """Litestar's handler for paths that there are not, or not with this method: a page for browsers, a problem for programs."""
    return respond_with_page(request, error) if "text/html" in request.headers.get("accept", "") else respond(request, error)


def pages() -> Router:
    """All pages; they do not stand in the OpenAPI document."""
    counted = coverage.CoverageCounted()
    return Router(
        "/",
        route_handlers=[
            checking.home,
            checking.answer,
            checking.answer_to_file,
            checking.answer_as_json,
            checking.text_answer_as_json,
            kept.make,
            kept.make_of_text,
            kept.show,
            kept.compare,
            kept.show_card,
            kept.revoke,
            browsing.browse,
            browsing.read,
            nearby.show_nearest,
            browsing.show_claimant,
            browsing.show_claimant_asked,
            browsing.show_topic,
            browsing.show_topic_asked,
            browsing.show_source,
            browsing.feed,
            coverage.show_coverage,
            choosing.choose,
            *desk_pages(),
            signing.show_sign_in,
            signing.sign_in,
            signing.sign_out,
            signing.sign_out_everywhere,
            signing.show_account,
            signing.change_password,
        ],
        dependencies={"counted": Provide(lambda: counted, sync_to_thread=False)},
        include_in_schema=False,
        response_headers=HEADERS,
        exception_handlers={Exception: respond_with_page},
        request_class=Request,
        middleware=[choosing.InTheirLanguage()],
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
