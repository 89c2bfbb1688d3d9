"""The HTTP server, uvicorn's, with bounds on what a client can make it hold and wait for before a request is even known."""

from __future__ import annotations

import asyncio
import resource
import time
from functools import partial
from typing import Any

import msgspec
import structlog
import uvicorn
from litestar.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from index.errors import RebutError
from service.api.problems import MEDIA_TYPE
from service.api.wire.states import Problem
from service.settings import Settings, names_in

log = structlog.get_logger(__name__)

LONGEST_URL = 8_000
LARGEST_HEAD, MOST_HEADERS = 32_000, 100
"""Bytes and fields; browsers and proxies send a tenth of it."""
LINGERING = 1.0
"""Seconds that a refused connection is kept, so that its client reads why before it is cut off."""
OTHER_FILES = 100
"""File descriptors kept for all that is no connection: database, index, logs."""
BETWEEN_WARNINGS = 60.0


class Bounds(msgspec.Struct):
    """What all connections of a server share.

    Attributes:
        connections: the most at a time.
        read_seconds: the longest that a request may take to arrive, or a client to take its answer.
        body_bytes: the most that bodies of unanswered requests may hold together.
        held: how much they hold.
        warned: when it was last logged that there are too many connections.
    """

    connections: int
    read_seconds: float
    body_bytes: int
    held: int = 0
    warned: float = float("-inf")


def server_of(app: ASGIApp, settings: Settings, host: str, port: int) -> uvicorn.Server:
    """The server of an app; `run` serves until a signal ends it."""
    bounds = Bounds(fitting(settings.max_connections), settings.read_seconds, 10 * settings.max_body_bytes)
    config = uvicorn.Config(
        app,
        host,
        port,
        http=partial(Bounded, bounds),  # type: ignore[arg-type]
        timeout_graceful_shutdown=settings.shutdown_seconds,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=names_in(settings.proxies),
    )
    return uvicorn.Server(config)


def fitting(connections: int) -> int:
    """As many of these connections as the process may have file descriptors for; its own limit is raised as far as it may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft < wanted:
        log.warning("fewer connections than set: too few file descriptors", set=connections, descriptors=soft)
    return max(min(connections, soft - OTHER_FILES), 1)


class Refused(RebutError):
    """A request goes beyond a bound."""

    def __init__(self, status: int, name: str, title: str, detail: str) -> None:
        self.problem = Problem(f"urn:rebut:problem:{name}", title, status, detail)
        super().__init__(detail)


BROKEN = Refused(400, "invalid-request", "The request cannot be used", "is not valid HTTP")
LONG_URL = Refused(414, "address-too-long", "The address is too long", f"has more than {LONGEST_URL} bytes")
LARGE_HEAD = Refused(
    431, "headers-too-large", "The headers are too large", f"have more than {LARGEST_HEAD} bytes or {MOST_HEADERS} fields"
)
FULL = Refused(503, "too-many-connections", "Too many connections", "try again in a second")
TOO_MANY_BODIES = Refused(503, "too-many-bodies", "Too many large requests at a time", "try again in a second")
STOPPING = Refused(503, "stopping", "The service stops", "try again when it runs again")


class Bounded(HttpToolsProtocol):
    """A connection. What goes beyond a bound is answered with a problem, and the connection is closed."""

    def __init__(self, bounds: Bounds, **given: Any) -> None:
        super().__init__(**given)
        self.bounds = bounds
        self.since = time.monotonic()
        self._refusal = BROKEN
        self._refused = False
        self._in_head, self._head, self._held = True, 0, 0
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None

    @property
    def waits(self) -> bool:
        """Whether no request is being answered or has its body read."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection; where there are too many, one that waits makes room, the oldest first."""
        super().connection_made(transport)
        self._reading = self.loop.call_later(self.bounds.read_seconds, self._too_slow)
        if len(self.connections) <= self.bounds.connections:
            return
        self._warn()
        waiting = [one for one in self.connections if isinstance(one, Bounded) and one is not self and one.waits]
        if waiting:
            min(waiting, key=lambda one: one.since).transport.abort()
        else:
            self._refuse(FULL)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of all that the connection held."""
        self._release()
        for timer in (self._reading, self._writing):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the request was refused."""
        if self._refused:
            return
        if self._reading is None and self.waits:
            self._reading = self.loop.call_later(self.bounds.read_seconds, self._too_slow)
        self._head += len(data)
        super().data_received(data)
        if self._in_head and self._head > LARGEST_HEAD and not self._refused:
            self._refuse(LARGE_HEAD)

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        super().on_url(url)
        if len(self.url) > LONGEST_URL:
            self._stop(LONG_URL)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        super().on_header(name, value)
        if len(self.headers) > MOST_HEADERS or sum(len(key) + len(told) for key, told in self.headers) > LARGEST_HEAD:
            self._stop(LARGE_HEAD)

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._in_head = False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._held += len(body)
        self.bounds.held += len(body)
        if self.bounds.held > self.bounds.body_bytes:
            self._stop(TOO_MANY_BODIES)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is here."""
        self._in_head, self._head = True, 0
        if self._reading:
            self._reading.cancel()
            self._reading = None
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is on its way."""
        self._release()
        self.since = time.monotonic()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """The client takes the answer more slowly than it is given."""
        self._writing = self.loop.call_later(self.bounds.read_seconds, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        """It has taken it."""
        if self._writing:
            self._writing.cancel()
        super().resume_writing()

    def shutdown(self) -> None:
        """The server stops: what is not wholly here is not waited for."""
        if not self.waits and self.cycle.more_body:
            self._refuse(STOPPING)
            self.transport.close()
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Tell why the parser stopped."""
        self._refuse(self._refusal)

    def _stop(self, refusal: Refused) -> None:
        """Stop the parser, which calls `send_400_response` then."""
        self._refusal = refusal
        raise refusal

    def _too_slow(self) -> None:
        self._reading = None
        answered = not self._in_head and self.waits
        if answered or (self._in_head and not self._head):
            self.transport.close()
            return
        detail = f"took more than {self.bounds.read_seconds:g} s to arrive"
        self._refuse(Refused(408, "request-too-slow", "The request came too slowly", detail))

    def _refuse(self, refusal: Refused) -> None:
        """Answer with a problem, if nothing was answered yet, and close; once."""
        if self._refused:
            return
        self._refused = True
        self._release()
        started = not self.waits and self.cycle.response_started
        if started or self.transport.is_closing() or len(self.connections) > self.bounds.connections + OTHER_FILES // 2:
            self.transport.abort()
            return
        body = msgspec.json.encode(refusal.problem)
        head = f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n"
        wait = "retry-after: 1\r\n" if refusal.problem.status == 503 else ""
        self.transport.write(f"HTTP/1.1 {refusal.problem.status} \r\n{head}{wait}\r\n".encode() + body)
        if not self.waits:  # who answers it learns that nobody waits
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write_eof()
        self.loop.call_later(LINGERING, self.transport.abort)

    def _release(self) -> None:
        self.bounds.held -= self._held
        self._held = 0

    def _warn(self) -> None:
        now = time.monotonic()
        if now - self.bounds.warned > BETWEEN_WARNINGS:
            self.bounds.warned = now
            log.warning("all connections are taken: those that wait make room", most=self.bounds.connections)
