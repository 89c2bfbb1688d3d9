"""What of the access to routes clients are told: in the OpenAPI document, and in headers of every answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.openapi.spec import SecurityScheme
from litestar.types import Message, Scope

from index.kinds import Scope as Allowed
from service.access.door import OPEN, Caller
from service.access.errors import PersonMayNot, ScopeMissing
from service.access.guards import guarded, scopes_of
from service.api.problems import documented
from service.settings import Settings, names_in

SCHEME = "key"
"""Name of the security scheme in the OpenAPI document."""
BEARER = SecurityScheme(type="http", scheme="bearer", description="An API key, made by `rebut keys new`: `rebut_…`")
REFUSALS = (400, 401, 403, 421, 429)
"""What a guarded route may answer before its handler is asked."""

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Headers of every answer that does not bring its own: nothing in it is run, framed or guessed at."""
DOCUMENTATION = "/docs"
DOCUMENTATION_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Swagger UI's page has its script in it; nothing that anybody wrote stands there."""
ASKED = ["authorization", "content-type", "if-match", "if-none-match", "idempotency-key", "revocation-token", "x-request-id"]
SHOWN = ["etag", "location", "link", "ratelimit", "ratelimit-policy", "retry-after", "www-authenticate", "x-request-id"]


def document_access(app: Litestar, settings: Settings) -> None:
    """Let the OpenAPI document tell of each guarded route which key it needs, and how it refuses.

    The handlers are the application's own copies: what is declared once, as a guard, is not written a second time.
    """
    for handler in guarded(app):
        scopes = scopes_of(handler)
        handler.security = _security(scopes, settings)
        handler.responses = {**documented(*REFUSALS), **(handler.responses or {})}


def _security(scopes: list[Allowed], settings: Settings) -> list[dict[str, list[str]]]:
    required = {SCHEME: [scope.value for scope in scopes]}
    return [{}, required] if settings.access == "open" and OPEN.issuperset(scopes) else [required]


def refuse_alone(settings: Settings, caller: Caller) -> None:
    """Refuse what publishes much at once, where another person publishes what one wrote: there it takes the scope `admin`.

    Raises:
        ScopeMissing, PersonMayNot: if the caller has not got it.
    """
    if settings.two_people == "on":
        refuse_without(caller, Allowed.ADMIN)


def refuse_without(caller: Caller, scope: Allowed) -> None:
    """Refuse who may not do this.

    Raises:
        ScopeMissing, PersonMayNot: if the caller's key, or the person, has not got the scope.
    """
    if not caller.may(scope):
        raise PersonMayNot(scope.value) if caller.session else ScopeMissing(scope.value)


def cors_config(settings: Settings) -> CORSConfig | None:
    """Which web pages' scripts may read answers; keys come as headers that scripts set, never by themselves as cookies do."""
    origins = names_in(settings.cors_origins)
    if not origins:
        return None
    return CORSConfig(allow_origins=origins, allow_headers=ASKED, expose_headers=SHOWN, allow_credentials=False)


def headers_of(settings: Settings) -> Callable[[Message, Scope], Awaitable[None]]:
    """Litestar's hook before each message that is sent: adds headers to every answer."""

    async def add(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        headers = MutableScopeHeaders(message)
        for name, value in {**HEADERS, **_own(scope, settings)}.items():
            headers.setdefault(name, value)

    return add


def _own(scope: Scope, settings: Settings) -> dict[str, str]:
    """The headers that depend on the request."""
    own: dict[str, str] = {}
    if scope["path"].startswith(DOCUMENTATION):
        own["content-security-policy"] = DOCUMENTATION_POLICY
    if settings.hsts_seconds and scope["scheme"] == "https":
        own["strict-transport-security"] = f"max-age={settings.hsts_seconds}"
    caller = scope.get("auth")
    if isinstance(caller, Caller) and caller.session:
        own["cache-control"] = "private, no-cache"
    return own | (caller.meter.headers() if isinstance(caller, Caller) else {})
