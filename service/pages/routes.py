"""The pages together, and what they say when something is wrong."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router
from litestar.response import Template
from litestar.static_files import create_static_files_router

from service.access.door import BROWSER
from service.access.guards import anybody
from service.api.problems import NO_FILE, respond
from service.api.wire.states import Problem
from service.pages import browsing, checking, kept
from service.pages.form import SENT, Submission
from service.pages.rendering import FOLDER, HEADERS


def respond_with_page(request: Request[Any, Any, Any], error: Exception) -> Template:
    """A page that tells what went wrong; below the box, if the request came from there."""
    told: Response[Problem] = respond(request, error)
    status, headers = told.content.status, {**HEADERS, **checking.UNCACHED, **told.headers}
    if request.method == "POST" and request.url.path == "/":
        context = checking.box(request.state.get(SENT, Submission("")), problem=told.content)
        return Template("home.html", context=context, status_code=status, headers=headers)
    return Template("problem.html", context={"problem": told.content}, status_code=status, headers=headers)


def pages() -> Router:
    """All pages; they do not stand in the OpenAPI document."""
    return Router(
        "/",
        route_handlers=[
            checking.home,
            checking.answer,
            checking.answer_as_json,
            kept.make,
            kept.show,
            kept.compare,
            kept.show_card,
            kept.revoke,
            browsing.browse,
            browsing.read,
        ],
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
