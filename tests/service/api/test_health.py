from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import httpx
from litestar import Litestar
from litestar.testing import TestClient

from index.models.encoders import Encoders
from index.readers.seeds import read_seeds
from index.store.ledger import Ledger, Totals
from service.api.metrics import LEDGER
from service.app import Parts, assemble, create_app
from service.build import service_name
from service.settings import Settings
from tests.fakes import CONFIDENCE, SEEDS, BrokenEncoder, BrokenRelations, OverrunEncoder, WordEncoder
from tests.index.search.test_live import until
from tests.serving import served


def test_live_and_ready(client: TestClient[Litestar], parts: Parts) -> None:
    assert client.get("/health/live").json() == {"alive": True, "service": service_name()}
    response = client.get("/health/ready")
    assert response.status_code == 200
    told = response.json()
    index = told.pop("index")
    assert 0 <= index.pop("seconds_behind") < 60
    assert index == {"version": parts.retriever.manifest.version, "store_version": parts.store.version(), "failure": None}
    assert told == {
        "ready": True,
        "service": service_name(),
        "parts": {
            "store": {"ok": True, "detail": "3 statements"},
            "index": {"ok": True, "detail": "8 rows"},
            "encoder": {"ok": True, "detail": "256 dimensions"},
            "relation": {"ok": True, "detail": "words 0123456789abcdef"},
        },
    }


def test_a_broken_encoder_is_named(parts: Parts) -> None:
    broken = Parts(parts.settings, parts.store, Encoders(BrokenEncoder()), parts.retriever, parts.matcher)
    with TestClient(create_app(broken)) as client:
        response = client.get("/health/ready")
        assert response.status_code == 503
        assert [name for name, part in response.json()["parts"].items() if not part["ok"]] == ["encoder"]
        assert client.get("/health/live").status_code == 200


def test_what_onnx_runtime_fails_at_is_told_like_any_failure(parts: Parts, tmp_path: Path) -> None:
    broken = Parts(parts.settings, parts.store, Encoders(OverrunEncoder(tmp_path)), parts.retriever, parts.matcher)
    with TestClient(create_app(broken)) as client:
        response = client.get("/health/ready")
        assert response.status_code == 503
        assert [name for name, part in response.json()["parts"].items() if not part["ok"]] == ["encoder"]
        assert "table.onnx cannot be run: " in response.json()["parts"]["encoder"]["detail"]


def test_a_broken_relation_model_is_named_and_fails_checks_cleanly(settings: Settings) -> None:
    parts = assemble(settings, Encoders(WordEncoder("all-MiniLM-L6-v2")), relation_model=BrokenRelations(), confidence=CONFIDENCE)
    with TestClient(create_app(parts)) as client:
        told = client.get("/health/ready")
        assert told.status_code == 503
        assert [name for name, part in told.json()["parts"].items() if not part["ok"]] == ["relation"]
        problem = client.post("/v1/claims/check", json={"text": "troops", "min_probability": 0})
        assert (problem.status_code, problem.json()["type"]) == (503, "urn:rebut:problem:relation-model-failed")


def test_a_broken_store_is_named(parts: Parts) -> None:
    with parts.store._connect(write=True) as connection:
        connection.exec_driver_sql("DROP TABLE refutations")
    with TestClient(create_app(parts)) as client:
        response = client.get("/health/ready")
        assert response.status_code == 503
        assert not response.json()["parts"]["store"]["ok"]
        assert "refutations" in response.json()["parts"]["store"]["detail"]


def test_an_index_that_cannot_follow_the_store_answers_and_tells_how_old_it_is(parts: Parts, tmp_path: Path) -> None:
    changed = tmp_path / "changed.toml"
    changed.write_text(SEEDS.replace("best in ten", "best in nine"), encoding="utf-8")
    with TestClient(create_app(parts)) as client:
        before = client.get("/health/ready").json()["index"]
        with parts.store._connect(write=True) as connection:
            connection.exec_driver_sql("DROP TABLE vectors")
        parts.store.load(read_seeds([changed], parts.store.owners()))
        until(lambda: parts.retriever.live.freshness.failure is not None)
        response = client.get("/health/ready")
        told = response.json()["index"]
        assert (response.status_code, response.json()["parts"]["index"]) == (200, {"ok": True, "detail": "8 rows"})
        assert (told["version"], told["store_version"]) == (before["version"], before["store_version"])
        assert "no such table: vectors" in told["failure"]
        assert client.post("/v1/claims/check", json={"text": "North masses troops at the river"}).json()["matches"]
        metrics = client.get("/metrics").text
        assert "rebut_index_failing 1.0" in metrics
        assert f"rebut_index_store_revision {before['store_version'].split('-')[1]}.0" in metrics
        behind = next(line for line in metrics.splitlines() if line.startswith("rebut_index_seconds_behind"))
        assert float(behind.split()[1]) >= told["seconds_behind"] > 0


def test_metrics(client: TestClient[Litestar]) -> None:
    client.post("/v1/claims/check", json={"text": "troops"})
    client.get("/v1/statements/wheat-harvest-record")
    text = client.get("/metrics").text
    assert 'rebut_requests_total{app_name="rebut",method="POST",path="/v1/claims/check",status_code="200"}' in text
    assert 'path="/v1/statements/{record_id}"' in text
    assert "wheat-harvest-record" not in text
    assert "rebut_request_duration_seconds_bucket" in text


def test_metrics_tell_what_was_answered_how_much_there_is_and_where_the_time_went(
    client: TestClient[Litestar], parts: Parts
) -> None:
    def figure(name: str) -> float:
        lines = client.get("/metrics").text.splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} ")), 0.0)

    unknown, searches = 'rebut_answers_total{verdict="no_known_statement"}', 'rebut_stage_seconds_count{stage="search"}'
    before = figure(unknown), figure(searches)
    client.post("/v1/claims/check", json={"text": "My dog is brown"})
    assert (figure(unknown) - before[0], figure(searches) - before[1]) == (1, 1)
    assert figure('rebut_records{kind="statement",state="published"}') == 3
    assert figure("rebut_ledger_entries") == parts.store.ledger.entries(0, 1000)[-1].entry.sequence
    with parts.store._connect(write=True) as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("ALTER TABLE heads RENAME TO lost")
    assert client.get("/metrics").status_code == 200
    assert figure("rebut_ledger_entries") == 0


def test_a_database_that_is_slow_to_count_holds_up_the_metrics_alone(parts: Parts) -> None:
    asked, answer = threading.Event(), threading.Event()

    class Slow:
        def totals(self) -> Totals:
            asked.set()
            assert answer.wait(30)
            return Totals(7, {})

    with served(create_app(parts)) as address, ThreadPoolExecutor(1) as pool:
        LEDGER.ledger = cast(Ledger, Slow())
        metrics = pool.submit(httpx.get, f"{address}/metrics", timeout=60)
        try:
            assert asked.wait(30)
            assert httpx.get(f"{address}/health/live", timeout=5).status_code == 200
        finally:
            answer.set()
        assert "rebut_ledger_entries 7.0" in metrics.result().text
