from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

Client = TestClient[Litestar]


def test_statements_by_page(client: Client) -> None:
    first = client.get("/v1/statements", params={"limit": 2}).json()
    assert [item["id"] for item in first["items"]] == ["north-masses-troops", "south-buys-tanks"]
    second = client.get("/v1/statements", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [item["id"] for item in second["items"]] == ["wheat-harvest-record"]
    assert second["next_cursor"] is None
    assert client.get("/v1/statements", params={"limit": 3}).json()["next_cursor"] is None


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"claimant": "south"}, ["north-masses-troops"]),
        ({"claimant": "SOU"}, ["north-masses-troops"]),
        ({"claimant": "outh"}, []),
        ({"topic": "Tro"}, ["north-masses-troops"]),
        ({"kind": "context"}, ["wheat-harvest-record"]),
        ({"topic": "arms", "date": "2023"}, ["south-buys-tanks"]),
        ({"source": "paper-2"}, []),
    ],
)
def test_statements_by_filter(client: Client, filters: dict[str, str], found: list[str]) -> None:
    assert [item["id"] for item in client.get("/v1/statements", params=filters).json()["items"]] == found


def test_one_statement(client: Client) -> None:
    detail = client.get("/v1/statements/north-masses-troops").json()
    assert detail["statement"]["id"] == "north-masses-troops"
    assert len(detail["wordings"]["en"]) == 2
    assert detail["citations"][0]["source"]["title"] == "A paper"
    assert [refutation["stance"] for refutation in detail["refutations"]] == ["denies", "counters"]
    assert detail["refutation_note"] is None
    assert client.get("/v1/statements/wheat-harvest-record").json()["refutation_note"].startswith("no official refutation")


def test_one_refutation(client: Client) -> None:
    refutation = client.get("/v1/refutations/north-only-exercises").json()
    assert (refutation["denies"], refutation["counters"]) == (["north-masses-troops"], [])
    assert refutation["citations"][0]["source"]["id"] == "paper-1"


def test_sources(client: Client) -> None:
    (source,) = client.get("/v1/sources").json()["items"]
    assert source == client.get("/v1/sources/paper-1").json()
    assert source["published"] == {"edtf": "2024-10", "text": "October 2024"}


@pytest.mark.parametrize("kind", ["statements", "refutations", "sources"])
@pytest.mark.parametrize("record_id", ["nothing", "%00", "%ff", "..%2f..", "a" * 2000, "%F0%9F%99%82"])
def test_unknown_ids(client: Client, kind: str, record_id: str) -> None:
    response = client.get(f"/v1/{kind}/{record_id}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("kind=rumour", "kind"),
        ("date=soon", "date"),
        ("topic=" + "a" * 300, "topic"),
    ],
)
def test_bad_parameters_are_named(client: Client, query: str, field: str) -> None:
    response = client.get(f"/v1/statements?{query}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field


def test_parameters_that_are_odd_are_no_trouble(client: Client) -> None:
    for query in ("claimant=%ff", "place=%00", "cursor=%F0%9F%99%82", "topic='--", "unknown=1"):
        assert client.get(f"/v1/statements?{query}").status_code in (200, 400)
