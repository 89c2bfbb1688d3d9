"""The guide: the documentation as a site. `make docs` builds it; nothing in it comes from another host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from litestar import Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template
from litestar.static_files import create_static_files_router

from service.access.guards import anybody
from service.api.problems import NO_FILE
from service.languages.spoken import N_, gettext
from service.pages.choosing import InTheirLanguage
from service.pages.routes import respond_with_page

PATH = "/guide"
FIRST = "index.html"
NOT_BUILT = N_(
    "The guide has not been built here. `make docs` builds it where the code is; the setting REBUT_GUIDE names another folder "
    "that holds it. Its pages can also be read as they are, in the folder docs/ of the code."
)
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Only this host's files. The theme has scripts and styles within its pages; they are fixed when the guide is built."""


@get("/", sync_to_thread=False)
def start() -> Redirect:
    """The first page, under an address from which its relative links are right."""
    return Redirect(f"{PATH}/{FIRST}")


@get(["/", "/{file_path:path}"], sync_to_thread=False)
def not_built(file_path: FromPath[Path] = Path()) -> None:
    """What to do where there is no guide."""
    raise NotFoundException(gettext(NOT_BUILT))


def no_page(request: Request[Any, Any, Any], _error: Exception) -> Template | Redirect:
    """A page that tells that there is no such page; the error itself would tell where the files lie."""
    return respond_with_page(request, NotFoundException())


def _with_headers(response: Response[Any]) -> Response[Any]:
    response.headers.update(HEADERS)
    return response


def guide(folder: Path | None) -> Router:
    """The guide's pages.

    Args:
        folder: where it was built; None if it was not.
    """
    if folder is None:
        return Router(
            PATH,
            route_handlers=[not_built],
            include_in_schema=False,
            exception_handlers={Exception: respond_with_page},
            request_class=Request,
            middleware=[InTheirLanguage()],
            guards=[anybody],
        )
    handlers: dict[int | type[Exception], Any] = dict.fromkeys(NO_FILE, no_page)
    files = create_static_files_router(
        "/",
        [folder],
        include_in_schema=False,
        name="guide",
        after_request=_with_headers,
        exception_handlers=handlers,
    )
    return Router(
        PATH,
        route_handlers=[start, files],
        include_in_schema=False,
        response_headers=HEADERS,
        request_class=Request,
        guards=[anybody],
    )
