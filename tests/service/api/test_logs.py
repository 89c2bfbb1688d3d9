from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from litestar.testing import TestClient

from index.models.runtime import FloatArray
from index.progress import Progress, no_progress
from service.api.logs import configure_logging
from service.app import Parts, create_app
from service.settings import Settings
from tests.conftest import fake_parts
from tests.fakes import WordEncoder


def test_one_json_line_a_request_without_the_claim(parts: Parts, capsys: pytest.CaptureFixture[str]) -> None:
    with TestClient(create_app(parts)) as client:
        configure_logging("json")  # to the captured standard error
        sent = {"text": "a very secret claim", "claimant": "somebody secret"}
        response = client.post("/v1/claims/check", json=sent, headers={"x-request-id": "7e57-ab.c_123"})
        assert response.headers["x-request-id"] == "7e57-ab.c_123"
        client.post("/v1/claims/check/batch", json={"claims": [sent, sent]})
        client.post("/v1/claims/check", content=b'{"text": "broken secret', headers={"content-type": "application/json"})
        client.get("/v1/statements/secret-id")
    lines = capsys.readouterr().err
    assert "secret" not in lines
    first, batch, broken, missing = [json.loads(line) for line in lines.splitlines() if '"request"' in line]
    assert first["id"] == "7e57-ab.c_123"
    assert (first["method"], first["route"], first["status"], first["claims"]) == ("POST", "/v1/claims/check", 200, 1)
    assert {"wait_ms", "encode_ms", "search_ms", "records_ms", "relation_ms", "total_ms", "index_version"} <= set(first)
    assert (first["together"], batch["together"], batch["claims"]) == (1, 2, 2)
    assert broken["status"] == 400
    assert missing["route"] == "/v1/statements/{record_id}"
    assert len({line["id"] for line in (first, batch, broken, missing)}) == 4


def test_request_ids_that_are_not_plain_are_replaced(parts: Parts) -> None:
    with TestClient(create_app(parts)) as client:
        for given in ("a b", "x" * 65, "a\tb", "é"):
            response = client.get("/health/live", headers={"x-request-id": given.encode("utf-8")})  # type: ignore[dict-item]
            assert response.headers["x-request-id"].isalnum()
            assert response.headers["x-request-id"] != given


class ExplodingEncoder(WordEncoder):
    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        if any("secret" in text for text in texts):
            raise ZeroDivisionError("in the depths of a library")
        return super().encode(texts, progress)


@pytest.mark.parametrize("log_format", ["json", "pretty"])
def test_a_failure_is_logged_without_the_claim(settings: Settings, capsys: pytest.CaptureFixture[str], log_format: str) -> None:
    parts = fake_parts(settings, ExplodingEncoder("all-MiniLM-L6-v2"))
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        configure_logging(log_format)
        response = client.post("/v1/claims/check", json={"text": "a very secret claim"})
    assert response.status_code == 500
    assert response.json()["detail"] == "the service's log has the details under this request's id"
    logged = capsys.readouterr().err
    assert "ZeroDivisionError" in logged
    assert response.headers["x-request-id"] in logged
    assert "very secret" not in logged
    assert "\x1b" not in logged  # no colours where no terminal is
