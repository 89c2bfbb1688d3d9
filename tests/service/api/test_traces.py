from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator

import msgspec
import pytest
from litestar.testing import TestClient

from service.api.collector import Sending
from service.api.logs import configure_logging
from service.app import Parts, create_app
from service.build import build
from service.settings import Settings
from tests.collector import Told, attributes, collector
from tests.conftest import ROOT, fake_parts
from tests.fakes import WordEncoder
from tests.service.api.test_logs import ExplodingEncoder

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
STAGES = ["wait", "encode", "search", "records", "relation"]


@pytest.fixture
def told() -> Iterator[Told]:
    with collector() as told:
        yield told


def traced(settings: Settings, address: str, encoder: WordEncoder | None = None) -> Parts:
    return fake_parts(msgspec.structs.replace(settings, traces_to=address), encoder)


def test_a_request_is_a_span_in_the_callers_trace_and_what_the_models_did_stands_inside(
    settings: Settings, told: Told, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20abc")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
    with TestClient(create_app(traced(settings, told.address))) as client:
        configure_logging("json")
        parent = {"traceparent": f"00-{TRACE}-{CALLER}-01", "tracestate": "vendor=secret"}
        claims = {"claims": [{"text": "Borduria attacked Syldavia"}, {"text": "something else"}]}
        assert client.post("/v1/claims/check/batch", json=claims, headers=parent).status_code == 200
    request = told.spans[0]
    assert (request.name, request.kind, request.trace_id.hex()) == ("POST /v1/claims/check/batch", request.SPAN_KIND_SERVER, TRACE)
    assert (request.parent_span_id.hex(), request.trace_state) == (CALLER, "")
    assert attributes(request) == {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "http.route": "/v1/claims/check/batch",
        "url.scheme": "http",
    }
    [match] = told.inside(request)
    line = json.loads(next(line for line in capsys.readouterr().err.splitlines() if '"request"' in line))
    assert (match.name, line["trace_id"]) == ("match", TRACE)
    assert attributes(match) == {"rebut.claims": 2, "rebut.together": 2, "rebut.index_version": line["index_version"]}
    stages = told.inside(match)
    assert [stage.name for stage in stages] == STAGES
    for stage in stages:
        milliseconds = (stage.end_time_unix_nano - stage.start_time_unix_nano) / 1e6
        assert milliseconds == pytest.approx(line[f"{stage.name}_ms"], abs=0.02)
    ends = [span.end_time_unix_nano for span in (*stages, match, request)]
    assert ends == sorted(ends)
    resource = attributes(told[0].resource_spans[0].resource)
    assert (resource["service.name"], resource["service.version"]) == ("rebut", build())
    assert resource["deployment.environment.name"] == "test"
    assert told.headers["authorization"] == "Bearer abc"


def test_no_text_query_or_name_leaves(settings: Settings, told: Told) -> None:
    with TestClient(create_app(traced(settings, told.address)), raise_server_exceptions=False) as client:
        client.post("/v1/claims/check", json={"text": "secret claim", "claimant": "secret"}, headers={"user-agent": "secret"})
        client.post("/v1/texts/check", json={"text": "A secret text. It has two secret sentences."})
        client.get("/v1/statements", params={"claimant": "secret"})
        client.get("/v1/statements/secret-id")
        client.get("/secret/path", params={"secret": "secret"})
        client.request("SECRET", "/v1/statements")
        client.head("/health/live")
        client.post("/v1/claims/check", content=b"secret", headers={"traceparent": "secret", "content-type": "application/json"})
    assert told
    assert not any(b"secret" in one.SerializeToString().lower() for one in told)
    requests = {(span.name, attributes(span)["http.response.status_code"]) for span in told.spans if not span.parent_span_id}
    assert requests == {
        ("POST /v1/claims/check", 200),
        ("POST /v1/texts/check", 200),
        ("GET /v1/statements", 200),
        ("GET /v1/statements/{record_id}", 404),
        ("GET", 404),
        ("_OTHER", 405),
        ("GET /health/live", 200),
        ("POST /v1/claims/check", 400),
    }


def test_what_the_models_did_is_told_of_documents_streams_pages_and_assistants(settings: Settings, told: Told) -> None:
    text = {"text": "Borduria attacked Syldavia. The weather is fine today."}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "check_claim", "arguments": text}}
    with TestClient(create_app(traced(settings, told.address)), base_url="http://127.0.0.1:8000") as client:
        client.post("/v1/texts/check", json=text)
        client.post("/v1/texts/check/stream", json=text)
        client.post("/", data=text)
        client.post("/v1/answers", json=text)
        client.post(
            "/mcp", json=call, headers={"accept": "application/json, text/event-stream", "content-type": "application/json"}
        )
    requests = [span for span in told.spans if not span.parent_span_id]
    assert len(requests) == 5
    for request in requests:
        assert attributes(request)["http.response.status_code"] in (200, 201), request
        assert {"encode", "search"} <= {stage.name for match in told.inside(request) for stage in told.inside(match)}, request


def test_a_failure_is_an_error_and_its_log_has_the_trace(
    settings: Settings, told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = traced(settings, told.address, ExplodingEncoder("all-MiniLM-L6-v2"))
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        configure_logging("json")
        client.post("/v1/claims/check", json={"text": "a very secret claim"})
    [span] = told.spans
    assert (span.status.code, attributes(span)["error.type"]) == (span.status.STATUS_CODE_ERROR, "500")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert {line["trace_id"] for line in lines} == {span.trace_id.hex()}
    assert any("ZeroDivisionError" in line.get("exception", "") for line in lines)


def test_what_the_caller_does_not_record_is_not_told(settings: Settings, told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    with TestClient(create_app(traced(settings, told.address))) as client:
        configure_logging("json")
        client.get("/health/live", headers={"traceparent": f"00-{TRACE}-{CALLER}-00"})
    assert not told
    assert TRACE in capsys.readouterr().err


@pytest.fixture(params=["refused", "timeout", "Unauthorized"])
def away(request: pytest.FixtureRequest, told: Told) -> Iterator[tuple[str, str]]:
    """The address of a collector that takes nothing, and what the log says of it."""
    told.status = 401
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        if request.param == "refused":
            silent.close()
        yield told.address if request.param == "Unauthorized" else f"http://me:secret@127.0.0.1:{port}", request.param


def test_a_collector_that_is_away_is_told_once_and_stops_nothing(
    settings: Settings, away: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    address, reason = away
    with TestClient(create_app(traced(settings, address))) as client:
        configure_logging("json")
        for _ in range(600):  # more than a batch
            assert client.get("/health/live").status_code == 200
    logged = capsys.readouterr().err
    [warning] = [json.loads(line) for line in logged.splitlines() if '"warning"' in line]
    assert warning["event"] == "traces do not reach the collector, and are lost"
    assert reason in warning["reason"]
    assert "secret" not in logged
    assert "Traceback" not in logged


def test_a_collector_that_comes_back_is_told_and_the_next_time_it_goes_too(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json")
    sending = Sending(told.address, told.address)
    for told.status in (200, 401, 401, 200, 200, 401):
        sending.export([])
    sending.last = True
    told.status, told.headers = 200, {}
    sending.export([])
    sending.reasons.stop()
    assert not told.headers, "who was away is not waited for at the end"
    levels = [json.loads(line)["level"] for line in capsys.readouterr().err.splitlines()]
    assert levels == ["warning", "info", "warning"]


def test_nothing_is_loaded_unless_the_setting_is_on() -> None:
    packages = ("opentelemetry.sdk", "opentelemetry.exporter")
    code = f"import sys, service.app; print([name for name in sys.modules if name.startswith({packages})])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT).strip() == "[]"
