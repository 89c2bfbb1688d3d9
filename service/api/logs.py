"""Logs: one line a request, JSON or pretty. Never the text of a claim."""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid
from typing import Any

import structlog
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import InvalidInput
from service.access.door import Caller

log = structlog.get_logger("rebut.request")

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
"""A caller's own id that is taken over: UUIDs, trace ids and the like."""

DETAILS = "log_details"
"""Key in a request's state under which a route leaves what its log line should tell (timings, index version)."""


def configure_logging(log_format: str) -> None:
    """Send structlog's and the standard library's records to standard error, as `json` or `pretty` (`auto`: by terminal)."""
    pretty = log_format == "pretty" or (log_format == "auto" and sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # the plain traceback: richer ones print local variables, and so the claim
    rendering: list[Any] = [
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    ]
    if not pretty:
        rendering = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in ("rebut", "index", "service", "uvicorn"):
        logging.getLogger(name).setLevel(logging.INFO)


class RequestLog(ASGIMiddleware):
    """Gives each request an id (the caller's `X-Request-ID` or a new one), returns it, and logs the request when done."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Wrap one request."""
        request = Request[Any, Any, Any](scope)
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        request_id = given.decode("ascii") if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        status = 500
        started = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(id=request_id):
            try:
                if bad_host := _bad_host(request):
                    status = 400
                    raise bad_host
                await next_app(scope, receive, send_with_id)
            finally:
                log.info(
                    "request",
                    method=request.method,
                    route=scope.get("path_template") or "unknown",
                    status=status,
                    **_caller(scope),
                    total_ms=round(1000 * (time.perf_counter() - started), 2),
                    **scope["state"].get(DETAILS, {}),
                )


def _caller(scope: Scope) -> dict[str, str]:
    """The id of the good key that a request came with, or who is signed in, whether or not they may do what was asked."""
    caller = scope.get("auth")
    if not isinstance(caller, Caller):
        return {}
    if caller.session:
        return {"person": caller.session.person.name}
    return {"key": caller.key.id} if caller.key else {}


def _bad_host(request: Request[Any, Any, Any]) -> InvalidInput | None:
    """What is wrong with the Host header, where Litestar lets it through and everything that asks for the URL would fail."""
    try:
        request.url  # noqa: B018
    except ValueError as error:
        return InvalidInput("Host", str(error))
    return None
