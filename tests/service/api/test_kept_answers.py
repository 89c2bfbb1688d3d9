"""Answers kept under an address: what is kept of the claim, for how long, and who can take it back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from litestar import Litestar
from litestar.testing import TestClient

from index.kinds import RecordKind
from index.ledger.entries import By
from index.store.tables import kept_answers
from service.access.clocks import Clocks
from service.app import Parts, create_app
from service.editing.erasing import erase
from service.settings import Settings
from tests.conftest import fake_parts

Client = TestClient[Litestar]
CLAIM = "North is not massing 90,417 troops near the river"
OWN_WORDS = ("is not massing", "90,417")
UNKNOWN = "0" * 32


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.moment = dt.datetime(2026, 11, 29, 12)

    def now(self) -> dt.datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(parts: Parts, clock: Clock) -> Iterator[Client]:
    with TestClient(create_app(parts, Clocks(clock.now)), raise_server_exceptions=False) as client:
        yield client


def keep(client: Client, **fields: Any) -> dict[str, Any]:
    response = client.post("/v1/answers", json={"text": CLAIM, **fields})
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


def rows(parts: Parts) -> list[dict[str, Any]]:
    with parts.store._connect() as connection:
        return [dict(row._mapping) for row in connection.execute(sa.select(kept_answers))]


def test_what_was_answered_is_read_again(client: Client) -> None:
    made = keep(client, keep_claim=True)
    kept = client.get(f"/v1/answers/{made['id']}")
    assert kept.headers["cache-control"] == "no-store"
    assert kept.json()["claim_kept"] is True
    assert kept.json()["answer"] == client.post("/v1/claims/check", json={"text": CLAIM}).json()
    assert (kept.json()["made"], kept.json()["expires"]) == ("2026-11-29T12:00:00Z", "2027-02-27T12:00:00Z")
    assert kept.json()["answer"]["produced_by"]["checkpoint"]["sequence"] > 0
    assert made["url"].endswith(f"/answers/{made['id']}")


def test_without_asking_for_it_no_word_of_the_claim_is_kept(client: Client, parts: Parts) -> None:
    made = keep(client)
    kept = client.get(f"/v1/answers/{made['id']}").json()
    assert kept["claim_kept"] is False
    assert kept["answer"]["claim"]["text"] == ""
    (match,) = kept["answer"]["matches"]
    assert match["relation"]["kind"] == "denies"
    assert match["relation"]["differences"] == [{"slot": "negation", "claim": None, "statement": None}]
    (row,) = rows(parts)
    assert not [word for word in OWN_WORDS if word in row["answer"]]
    for secret in (made["id"], made["revocation_token"], CLAIM):
        assert secret not in json.dumps(row, default=str)


def test_the_nearest_miss_is_kept_without_the_claim_too(client: Client) -> None:
    made = keep(client, text="Bananas and apples at the river")
    kept = client.get(f"/v1/answers/{made['id']}")
    assert kept.json()["answer"]["nearest_miss"]["statement"]["id"] == "north-masses-troops"
    assert "Bananas" not in kept.text


@pytest.mark.parametrize(
    ("claim", "same"), [(CLAIM, True), (f" {CLAIM.upper()}\n", True), (CLAIM.replace("not ", ""), False), ("x", False)]
)
def test_who_has_the_claim_can_see_whether_it_is_the_one(client: Client, claim: str, same: bool) -> None:
    made = keep(client)
    response = client.post(f"/v1/answers/{made['id']}/compare", json={"text": claim})
    assert (response.status_code, response.json()) == (200, {"same": same})


def test_two_answers_to_one_claim_have_nothing_in_common(client: Client, parts: Parts) -> None:
    keep(client), keep(client)
    first, second = rows(parts)
    assert not [name for name in ("sha256", "claim_hmac", "revocation_sha256") if first[name] == second[name]]


def test_it_is_gone_when_its_time_is_over(client: Client, parts: Parts, clock: Clock) -> None:
    short, long = keep(client, lifetime="12h"), keep(client, lifetime="2d")
    clock.moment += dt.timedelta(hours=12)
    assert client.get(f"/v1/answers/{short['id']}").status_code == 404
    assert client.get(f"/v1/answers/{long['id']}").status_code == 200
    assert parts.store.kept_answers.forget_expired(clock.moment) == 1
    assert parts.store.kept_answers.forget_expired(clock.moment) == 0
    assert len(rows(parts)) == 1


def test_only_who_has_the_token_takes_it_back(client: Client, parts: Parts) -> None:
    made = keep(client)
    path = f"/v1/answers/{made['id']}"
    assert client.delete(path).status_code == 400
    refused = client.delete(path, headers={"Revocation-Token": made["id"]})
    assert refused.json()["errors"] == [{"field": "revocation_token", "reason": "is not the one of this answer"}]
    assert client.delete(path, headers={"Revocation-Token": made["revocation_token"]}).status_code == 204
    assert client.get(path).status_code == 404
    assert rows(parts) == []
    assert client.delete(path, headers={"Revocation-Token": made["revocation_token"]}).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " "}, "text"),
        ({"text": "a" * 5_001}, "text"),
        ({"text": CLAIM, "lifetime": "never"}, "lifetime"),
        ({"text": CLAIM, "lifetime": "0d"}, "lifetime"),
        ({"text": CLAIM, "lifetime": "367d"}, "lifetime"),
        ({"text": CLAIM, "language": "nonsense"}, "language"),
        ({"text": CLAIM, "keep": True}, "keep"),
    ],
)
def test_what_cannot_be_kept_is_named(client: Client, body: dict[str, Any], field: str) -> None:
    response = client.post("/v1/answers", json=body)
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("answer_id", [UNKNOWN, "x", "0" * 31, "%00"])
def test_unknown_answers_are_not_found_or_refused(client: Client, answer_id: str) -> None:
    assert client.get(f"/v1/answers/{answer_id}").status_code in (400, 404)
    assert client.post(f"/v1/answers/{answer_id}/compare", json={"text": CLAIM}).status_code in (400, 404)


@pytest.mark.parametrize(("most", "reason"), [(0, "this service keeps no answers"), (1, "as many answers are kept")])
def test_no_more_are_kept_than_the_setting_allows(settings: Settings, most: int, reason: str) -> None:
    parts = fake_parts(msgspec.structs.replace(settings, kept_answers=most))
    with TestClient(create_app(parts)) as client:
        for _ in range(most):
            keep(client)
        refused = client.post("/v1/answers", json={"text": CLAIM})
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith(reason)


def test_an_answer_that_cannot_be_read_any_more_is_not_found(client: Client, parts: Parts) -> None:
    made = keep(client)
    with parts.store._connect(write=True) as connection:
        connection.execute(sa.update(kept_answers).values(answer='{"result": "answer"}'))
    assert client.get(f"/v1/answers/{made['id']}").status_code == 404


def test_what_is_erased_is_in_no_kept_answer(client: Client, parts: Parts) -> None:
    erased, other = keep(client, text="The wheat harvest was a record"), keep(client)
    assert "wheat-harvest-record" in client.get(f"/v1/answers/{erased['id']}").text
    erase(parts.store, parts.settings.index_dir, RecordKind.STATEMENT, "wheat-harvest-record", By("me", "somebody's right"))
    assert client.get(f"/v1/answers/{erased['id']}").status_code == 404
    assert client.get(f"/v1/answers/{other['id']}").status_code == 200
