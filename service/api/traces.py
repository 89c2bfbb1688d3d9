"""Traces: a span for each request, with what the models did for it. Never the text of a claim, no query and no path with values.

Imported only where the setting is on: the packages take memory, and time to load.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from opentelemetry.context import Context
from opentelemetry.trace import NoOpTracer, Span, SpanKind, StatusCode, Tracer, format_trace_id, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.contextvars import bound_contextvars

from service.api.collector import Collector
from service.check.answers import Timings
from service.scheduling.spent import Matched, listening
from service.settings import Settings

TRACEPARENT = "traceparent"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Traces:
    """Traces an application's requests, whose spans go to a collector."""

    def __init__(self, settings: Settings) -> None:
        self._address, self._shown = settings.traces_to, settings.shown()["traces_to"]
        self._tracer: Tracer = NoOpTracer()
        self._propagator = TraceContextTextMapPropagator()

    @asynccontextmanager
    async def open(self, _app: object = None) -> AsyncIterator[None]:
        """What spans are sent within; at its end the last ones are."""
        collector = Collector(self._address, self._shown)
        self._tracer = collector.tracer
        try:
            yield
        finally:
            await asyncio.to_thread(collector.close)

    def around(self, app: ASGIApp) -> ASGIApp:
        """The application, traced. Log lines of a request have its `trace_id`."""

        async def traced(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return
            status = 500

            async def send_noting(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            span = self._begun(scope)
            trace_id = format_trace_id(span.get_span_context().trace_id)
            with bound_contextvars(trace_id=trace_id), listening() as matched:
                try:
                    await app(scope, receive, send_noting)
                finally:
                    self._end(span, scope, status, matched)

        return traced

    def _begun(self, scope: Scope) -> Span:
        """The request's span, in the trace of who asks; of what else they send along nothing is taken over."""
        given = dict(scope["headers"]).get(TRACEPARENT.encode(), b"").decode("latin-1")
        context = self._propagator.extract({TRACEPARENT: given}, Context())
        method = _method(scope)
        told = {"http.request.method": method, "url.scheme": str(scope["scheme"])}
        return self._tracer.start_span(method, context, SpanKind.SERVER, told)

    def _end(self, span: Span, scope: Scope, status: int, matched: Sequence[Matched]) -> None:
        if not span.is_recording():
            return
        span.set_attribute("http.response.status_code", status)
        if route := scope.get("path_template"):
            span.set_attribute("http.route", route)
            span.update_name(f"{_method(scope)} {route}")
        if status >= 500:
            span.set_attribute("error.type", str(status))
            span.set_status(StatusCode.ERROR)
        for one in matched:
            self._tell(one, set_span_in_context(span))
        span.end()

    def _tell(self, one: Matched, context: Context) -> None:
        """A span of claims that were matched; in it the stages, one after the other, each as long as logs and metrics have it."""
        told: dict[str, str | int] = {
            "rebut.claims": one.claims,
            "rebut.together": one.timings.together,
            "rebut.index_version": one.index_version,
        }
        match = self._tracer.start_span("match", context, attributes=told, start_time=one.asked_ns)
        within, at_ns = set_span_in_context(match), one.asked_ns
        for stage, milliseconds in _stages(one.timings).items():
            until_ns = min(at_ns + round(1e6 * milliseconds), one.answered_ns)
            if until_ns > at_ns:
                self._tracer.start_span(stage, within, start_time=at_ns).end(until_ns)
            at_ns = until_ns
        match.end(one.answered_ns)


def _method(scope: Scope) -> str:
    """The method, if it is one: whoever asks can write anything there."""
    method = str(scope.get("method"))
    return method if method in METHODS else "_OTHER"


def _stages(timings: Timings) -> dict[str, float]:
    """Milliseconds in each stage, in their order."""
    return {
        "wait": timings.wait_ms,
        "encode": timings.encode_ms,
        "search": timings.search_ms,
        "records": timings.records_ms,
        "relation": timings.relation_ms,
    }
