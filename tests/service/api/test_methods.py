"""HEAD, compression, conditional requests, and what lists tell besides."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.app import Parts
from tests.fakes import SEEDS

Client = TestClient[Litestar]
READ = (
    "/v1/statements",
    "/v1/statements/north-masses-troops",
    "/v1/statements/north-masses-troops/claimreview",
    "/v1/refutations/north-only-exercises",
    "/v1/sources",
    "/v1/sources/paper-1",
    "/v1/claimreview/feed",
)
OTHERS = (
    "/",
    "/statements",
    "/statements/north-masses-troops",
    "/docs",
    "/docs/openapi.json",
    "/docs/assets/swagger-ui.css",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/v1alpha1/claims:search?query=river",
)


@pytest.mark.parametrize("path", [*READ, *OTHERS])
def test_head_is_get_without_the_body(reading_client: Client, path: str) -> None:
    got, told = reading_client.get(path), reading_client.head(path)
    assert (told.status_code, told.content) == (200, b"")
    changing = {"x-request-id", "date", "content-length", "last-modified"}
    assert {name: told.headers[name] for name in told.headers.keys() - changing} == {
        name: got.headers[name] for name in got.headers.keys() - changing
    }


def test_head_of_what_is_not_there_and_of_what_is_posted(reading_client: Client) -> None:
    assert (reading_client.head("/nowhere").status_code, reading_client.head("/v1/statements/nothing").status_code) == (404, 404)
    assert reading_client.head("/v1/claims/check").status_code == 405


@pytest.mark.parametrize("path", ["/v1/statements", "/", "/health/live"])
def test_the_methods_of_a_path_are_told(reading_client: Client, path: str) -> None:
    for response in (reading_client.options(path), reading_client.delete(path)):
        assert {"GET", "HEAD"} <= set(response.headers["allow"].replace(" ", "").split(","))


@pytest.mark.parametrize("path", READ)
def test_who_has_an_answer_is_told_so(reading_client: Client, path: str) -> None:
    first = reading_client.get(path)
    etag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = reading_client.get(path, headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert reading_client.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    assert reading_client.head(path, headers={"if-none-match": etag}).status_code == 304


def test_an_etag_changes_with_its_answer(client: Client, parts: Parts, tmp_path: Path) -> None:
    paths = ("/v1/statements", "/v1/statements/wheat-harvest-record", "/v1/claimreview/feed")
    before = [client.get(path).headers["etag"] for path in paths]
    assert before == [client.get(path).headers["etag"] for path in paths]
    since = dt.datetime.now(dt.UTC)
    _load(parts, SEEDS.replace("best in ten", "best in nine"), tmp_path)
    after = [client.get(path).headers["etag"] for path in paths]
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert client.get("/v1/statements?limit=1").headers["etag"] != after[0]
    detail = client.get("/v1/statements/wheat-harvest-record").json()
    assert detail["added"] <= detail["changed"]
    changed = client.get("/v1/statements", params={"updated_since": since.isoformat()}).json()
    assert ([item["id"] for item in changed["items"]], changed["total"]) == (["wheat-harvest-record"], 1)
    for spelling in ("2020-01-01 12:30:00", "2020-01-01T12:30:00+02:00", "20200101", "2020-01-01T12:30Z"):
        assert client.get(f"/v1/statements?updated_since={spelling}").json()["total"] == 3
    tomorrow = (since + dt.timedelta(days=1)).date().isoformat()
    assert client.get(f"/v1/statements?updated_since={tomorrow}").json()["total"] == 0
    assert client.get("/v1/statements?updated_since=2020-01-01").json()["total"] == 3


def _load(parts: Parts, seeds: str, folder: Path) -> None:
    from index.readers.seeds import read_seeds

    (folder / "changed.toml").write_text(seeds, encoding="utf-8")
    parts.store.load(read_seeds([folder / "changed.toml"], parts.store.owners()))


def test_large_answers_are_packed_for_who_takes_it(reading_client: Client) -> None:
    claim = {"text": "North is massing troops near the river"}
    for encoding, packed in (("gzip", "gzip"), ("gzip, br", "gzip"), ("identity", None)):
        response = reading_client.post("/v1/claims/check", json=claim, headers={"accept-encoding": encoding})
        assert response.headers.get("content-encoding") == packed
        assert response.json()["verdict"]["kind"] == "officially_refuted"
    large = "/v1/statements/north-masses-troops"
    one = reading_client.get(large, headers={"accept-encoding": "gzip"})
    assert (one.headers["content-encoding"], one.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert one.headers["etag"] == reading_client.get(large, headers={"accept-encoding": "identity"}).headers["etag"]
    assert "content-encoding" not in reading_client.get("/health/live", headers={"accept-encoding": "gzip"}).headers
    streamed = reading_client.post("/v1/texts/check/stream", json=claim, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in streamed.headers


def test_lists_tell_how_many_there_are_and_when_each_came(reading_client: Client) -> None:
    page = reading_client.get("/v1/statements?limit=2").json()
    assert (page["total"], len(page["items"])) == (3, 2)
    assert reading_client.get(f"/v1/statements?limit=2&cursor={page['next_cursor']}").json()["total"] == 3
    assert reading_client.get("/v1/statements?kind=event").json()["total"] == 1
    for moment in (page["items"][0]["added"], page["items"][0]["changed"]):
        assert dt.datetime.fromisoformat(moment).tzinfo == dt.UTC
    assert reading_client.get("/v1/sources").json()["total"] == 1
