"""Which language a page is in: the one chosen on a page, which a cookie keeps, else the first of the browser's that there is."""

from __future__ import annotations

import re
from typing import Any

from babel import negotiate_locale
from litestar import Request, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.params import FromQuery
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_307_TEMPORARY_REDIRECT
from litestar.types import ASGIApp, Receive, Scope, Send

from index.errors import InvalidInput
from service.access.guards import anybody
from service.languages import ENGLISH, LANGUAGES
from service.languages.spoken import speaking
from service.pages.form import read_fields

COOKIE = "language"
A_YEAR = 365 * 24 * 3600
LONGEST_ADDRESS = 2_000
"""Characters of an address that one is led back to: it becomes a header."""
ASKED = re.compile("/|/answers/[0-9a-f]{32}/compare")
"""Where forms only ask: what they hold may be sent there again."""
VARY = {"vary": "Accept-Language, Cookie"}
"""On every page: caches keep one for each language."""


class InTheirLanguage(ASGIMiddleware):
    """Pages are made in the language that was chosen for them."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Answer a request in its language."""
        with speaking(chosen(Request(scope))):
            await next_app(scope, receive, send)


def chosen(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The language of a request."""
    kept = request.cookies.get(COOKIE)
    if kept in LANGUAGES:
        return kept
    return negotiate_locale(accepted(request.headers.get("accept-language", "")), LANGUAGES, sep="-") or ENGLISH


def accepted(header: str) -> list[str]:
    """The tags of an `Accept-Language` in small letters (their case means nothing), the one that is wanted most first."""
    ranges = [one.strip().partition(";") for one in header.lower().split(",")]
    weighed = [(_weight(parameter), tag.strip()) for tag, _, parameter in ranges]
    return [tag for weight, tag in sorted(weighed, key=lambda pair: -pair[0]) if weight > 0]


def _weight(parameter: str) -> float:
    name, _, value = parameter.replace(" ", "").partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


@post("/language", status_code=HTTP_303_SEE_OTHER, dependencies={"fields": Provide(read_fields)}, guards=[anybody])
async def choose(fields: NamedDependency[dict[str, str]], again: FromQuery[str] = "") -> Redirect:
    """Keep a choice, and go back to the page on which it was made.

    Args:
        again: where what the form holds is asked again, if the page was the answer to it.
    """
    language, back = fields.get("language", ""), fields.get("back", "/")
    if language not in LANGUAGES:
        raise InvalidInput("language", f"must be one of {', '.join(LANGUAGES)}")
    if ASKED.fullmatch(again):
        response = Redirect(again, status_code=HTTP_307_TEMPORARY_REDIRECT)  # browsers send the form there as it is
    else:
        response = Redirect(back if _is_local(back) else "/", status_code=HTTP_303_SEE_OTHER)
    response.set_cookie(COOKIE, language, max_age=A_YEAR, httponly=True, samesite="lax")
    return response


def _is_local(address: str) -> bool:
    """Whether an address leads nowhere else: browsers take `//` and `/\\` for the beginning of another host."""
    local = address.startswith("/") and address[1:2] not in ("/", "\\")
    return local and address.isprintable() and len(address) <= LONGEST_ADDRESS


def here_again(request: Request[Any, Any, Any]) -> str:
    """The address of the page that is shown; the start, if a form made it (but the desk's, which are sent to where they stand)."""
    url = request.url
    if request.method == "POST" and not url.path.startswith("/desk/"):
        return "/"
    return url.path + (f"?{url.query}" if url.query else "")
