"""The collector that takes traces, by OTLP over HTTP. It may be slow or away: then traces are lost, and nothing else."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

import structlog
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Tracer

from service.build import build

log = structlog.get_logger(__name__)

MOST_WAITING = 2_048
"""Spans that wait to be sent, some 300 requests; further ones take the place of the oldest."""
AT_ONCE = 512
EVERY_S = 2.0
TIMEOUT_S = 3.0
"""For sending a batch, with what is tried again."""
CLOSING_S = 5.0
"""The longest that the end of the service waits for the last spans to be sent."""


class Collector:
    """Takes spans, and sends them from a thread of its own. The provider is no global one: no other package adds spans to it."""

    def __init__(self, address: str, shown: str) -> None:
        """Begin to send.

        Args:
            address: where OTLP is taken, without `/v1/traces`.
            shown: the same, for the log.
        """
        self._sending = Sending(address, shown)
        resource = Resource.create({"service.name": "rebut", "service.version": build()})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(
            BatchSpanProcessor(
                self._sending, max_queue_size=MOST_WAITING, schedule_delay_millis=1000 * EVERY_S, max_export_batch_size=AT_ONCE
            )
        )

    @property
    def tracer(self) -> Tracer:
        """What makes spans."""
        return self._provider.get_tracer("rebut")

    def close(self) -> None:
        """Send what waits, for `CLOSING_S` seconds at most."""
        self._sending.last = True
        thread = threading.Thread(target=self._provider.shutdown, name="last traces", daemon=True)
        thread.start()
        thread.join(CLOSING_S)
        self._sending.reasons.stop()


class Reasons(logging.Handler):
    """Takes what the packages log, for each batch and each lost span, and keeps the first of it: it is told once, by `Sending`."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.first = ""
        self._logger = logging.getLogger("opentelemetry")
        self._logger.addHandler(self)
        self._logger.propagate = False

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the first."""
        self.first = self.first or record.getMessage()

    def stop(self) -> None:
        """Take no more."""
        self._logger.removeHandler(self)
        self._logger.propagate = True


class Sending(SpanExporter):
    """Sends batches; that they don't arrive is told once, and once that they do again.

    Attributes:
        last: whether the service ends: then nothing more is sent to a collector that did not take the batch before.
    """

    def __init__(self, address: str, shown: str) -> None:
        self.reasons = Reasons()
        self.last = False
        self._shown = shown
        self._failing = False
        self._exporter = OTLPSpanExporter(f"{address}/v1/traces", timeout=TIMEOUT_S, compression=Compression.Gzip)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """See `SpanExporter`."""
        if self.last and self._failing:
            return SpanExportResult.FAILURE
        self.reasons.first = ""
        result = self._exporter.export(spans)
        failing = result is not SpanExportResult.SUCCESS
        if failing and not self._failing:
            log.warning("traces do not reach the collector, and are lost", to=self._shown, reason=self.reasons.first)
        elif self._failing and not failing:
            log.info("traces reach the collector again", to=self._shown)
        self._failing = failing
        return result

    def shutdown(self) -> None:
        """See `SpanExporter`."""
        self._exporter.shutdown()  # type: ignore[no-untyped-call]
