"""The service on Milvus: it answers, starts without it, tells that it is away, and goes on when it is back."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from index.search.milvus import connection, home
from service.app import create_app
from service.settings import Settings
from tests.conftest import fake_parts, post
from tests.index.search.test_live import until
from tests.milvus import MilvusLite

CLAIM = {"text": "North masses troops at the river", "min_probability": 0}


def index_state(client: TestClient[Litestar]) -> tuple[int, bool]:
    told = client.get("/health/ready")
    return told.status_code, told.json()["parts"]["index"]["ok"]


def test_it_starts_without_milvus_tells_that_it_is_away_and_recovers(
    settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lite = MilvusLite(tmp_path)
    parts = fake_parts(msgspec.structs.replace(settings, milvus_url=lite.url.replace("://", "://me:s3cr%21et@")))
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        assert index_state(client) == (503, False)
        refused = client.post("/v1/claims/check", json=CLAIM)
        assert (refused.status_code, refused.json()["type"]) == (503, "urn:rebut:problem:index-unavailable")
        assert refused.headers["retry-after"] == "2"
        assert client.get("/v1/statements").status_code == 200
        for _ in range(2):
            with lite.running():
                until(lambda: index_state(client) == (200, True))
                (match, *_) = post(client, "/v1/claims/check", **CLAIM)["matches"]
                assert match["statement"]["id"] == "north-masses-troops"
            until(lambda: client.post("/v1/claims/check", json=CLAIM).status_code == 503)
            until(lambda: index_state(client) == (503, False))
            assert "Milvus does not answer" in client.get("/health/ready").text
    parts.store.close()
    said = capfd.readouterr()
    assert "Milvus does not answer" in said.out + said.err
    assert "s3cr" not in said.out + said.err


def test_without_pymilvus_the_start_says_what_to_install(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(connection.IndexUnavailable, match=r"rebut\[milvus\]"):
        fake_parts(msgspec.structs.replace(settings, milvus_url="http://127.0.0.1:1"))


def test_pymilvus_is_imported_only_where_it_is_used(settings: Settings) -> None:
    parts = fake_parts(settings)
    assert not isinstance(parts.retriever.live._home, home.MilvusHome)
    parts.store.close()
