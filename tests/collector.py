"""A collector of traces: takes OTLP over HTTP and keeps what it was told."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Told(list[ExportTraceServiceRequest]):
    """What was told, message by message.

    Attributes:
        address: where to tell it.
        status: what each message is answered with.
        headers: of the last message.
    """

    def __init__(self) -> None:
        super().__init__()
        self.address = ""
        self.status = 200
        self.headers: dict[str, str] = {}

    @property
    def spans(self) -> list[Span]:
        """All spans, by their beginning."""
        found = [span for one in self for resource in one.resource_spans for scope in resource.scope_spans for span in scope.spans]
        return sorted(found, key=lambda span: span.start_time_unix_nano)

    def inside(self, parent: Span) -> list[Span]:
        """The spans right below one."""
        return [span for span in self.spans if span.parent_span_id == parent.span_id]


def attributes(span: Any) -> dict[str, str | int]:
    """What a span, or a resource, tells of itself."""
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}


@contextmanager
def collector() -> Iterator[Told]:
    """Collect on a free port of this machine."""
    told = Told()

    class Collecting(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = gzip.decompress(self.rfile.read(int(self.headers["content-length"])))
            if self.path == "/v1/traces" and told.status == 200:
                told.append(ExportTraceServiceRequest.FromString(sent))
            told.headers = dict(self.headers)
            self.send_response(told.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Collecting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        told.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield told
        finally:
            server.shutdown()
            thread.join(30)
