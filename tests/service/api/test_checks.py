from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.app import Parts, create_app
from service.settings import Settings
from tests.conftest import fake_parts, post

Client = TestClient[Litestar]
CHECK = "/v1/claims/check"
BATCH = "/v1/claims/check/batch"


def check(client: Client, text: str, **options: object) -> dict[str, Any]:
    return post(client, CHECK, **{"text": text, "min_probability": 0} | options)


def test_the_answers_shape(client: Client) -> None:
    answer = check(client, "North is massing troops near the river")
    assert list(answer) == ["result", "claim", "verdict", "matches", "nearest_miss", "produced_by", "parts"]
    assert answer["claim"] == {"text": "North is massing troops near the river", "language": "en", "frame": None}
    assert answer["verdict"]["kind"] == "officially_refuted"
    assert answer["verdict"]["polarity_judged"] is True
    assert answer["nearest_miss"] is None
    assert set(answer["produced_by"]) == {"service", "encoder", "index", "relation_model", "checkpoint", "tiers"}
    match = answer["matches"][0]
    assert match["statement"] == {
        "id": "north-masses-troops",
        "text": "South says that North masses troops at the river.",
        "language": "en",
        "kind": "accusation",
        "claimant": {"name": "South", "role": "government", "side": "south"},
        "when": {"edtf": "2024-06/..", "text": "since June 2024"},
        "places": ["River"],
        "topics": ["troops", "border"],
    }
    assert match["matched"] == {
        "form": "wording",
        "text": "North is massing troops near the river",
        "language": "en",
        "refutation_id": None,
    }
    assert match["relation"] == {
        "kind": "repeats",
        "probability": 1.0,
        "differences": [],
        "against": {"form": "text", "text": "South says that North masses troops at the river.", "language": "en"},
        "judged": {"text": "North is massing troops near the river", "start": 0, "end": 38},
    }
    assert match["cosine"] == pytest.approx(1, abs=1e-6)
    assert match["bm25"] > 0
    assert 0 <= match["probability"] <= 1
    (citation,) = match["citations"]
    assert (citation["source"]["id"], citation["section"], citation["paragraph"]) == ("paper-1", "Introduction", 1)
    assert citation["quotation"] == "massing"
    denial, fact = match["refutations"]
    assert (denial["id"], denial["kind"], denial["stance"]) == ("north-only-exercises", "denial", "denies")
    assert denial["issuer"] == {"name": "North", "role": "army spokesman"}
    assert denial["when"]["edtf"] == "2024-07-02"
    assert denial["citations"][0]["paragraph"] == 2
    assert denial["applies_to_claim"] is True
    assert (fact["id"], fact["kind"], fact["stance"], fact["when"]) == ("observers-saw-nothing", "fact", "counters", None)
    assert match["refutation_note"] is None
    assert "explanation" not in match or match["explanation"] is None


def test_a_statement_without_refutation_says_so(client: Client) -> None:
    match = check(client, "South bought forty tanks in March 2023.")["matches"][0]
    assert match["statement"]["id"] == "south-buys-tanks"
    assert match["refutations"] == []
    assert match["refutation_note"] == "no official refutation on record in this source"


def test_a_refutations_own_text_leads_to_what_it_answers(client: Client) -> None:
    match = check(client, "Observers counted no additional vehicles.")["matches"][0]
    assert match["statement"]["id"] == "north-masses-troops"
    assert match["matched"]["form"] == "refutation"
    assert match["matched"]["refutation_id"] == "observers-saw-nothing"


def test_no_fit_is_an_empty_list_and_the_nearest_miss(client: Client) -> None:
    answer = client.post(CHECK, json={"text": "Bananas grow in Ecuador", "min_probability": 0.9999}).json()
    assert answer["verdict"]["kind"] == "no_known_statement"
    assert answer["matches"] == []
    miss = answer["nearest_miss"]
    assert miss["statement"]["id"]
    assert "below the 1.000 that a match needs" in miss["reason"]
    assert miss["review"] is False
    assert miss["relation"] is None
    near = client.post(CHECK, json={"text": "The North masses troops at the river", "min_probability": 0.99999}).json()
    assert near["nearest_miss"]["review"] is True
    assert near["nearest_miss"]["relation"]["kind"] == "repeats"


def test_limit_and_explain(client: Client) -> None:
    assert len(check(client, "north", limit=2)["matches"]) == 2
    match = check(client, "north", explain=True)["matches"][0]
    explained = match["explanation"]
    assert explained["features"].keys() == explained["weights"].keys()
    assert isinstance(explained["intercept"], float)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"claimant": "south"}, {"north-masses-troops"}),
        ({"claimant": "Sou"}, {"north-masses-troops"}),
        ({"claimant": "outh"}, set()),
        ({"topic": "arms"}, {"south-buys-tanks"}),
        ({"date": "2023"}, {"south-buys-tanks"}),
        ({"place": "RIVER"}, {"north-masses-troops"}),
        ({"place": "nowhere"}, set()),
        ({}, {"north-masses-troops", "south-buys-tanks", "wheat-harvest-record"}),
    ],
)
def test_filters_narrow_what_is_considered(client: Client, filters: dict[str, str], found: set[str]) -> None:
    answer = check(client, "troops and tanks", **filters)
    assert {match["statement"]["id"] for match in answer["matches"]} == found


@pytest.mark.parametrize("space", ["\x0b", "\x0c", "\t", "\n"])
def test_any_white_space_is_a_space(client: Client, space: str) -> None:
    text = "North is massing troops near the river"
    found = check(client, text.replace(" ", space))
    assert found["verdict"] == check(client, text)["verdict"]
    assert found["matches"]


def test_a_given_language_is_kept(client: Client) -> None:
    assert check(client, "troops", language="uk")["claim"]["language"] == "uk"
    assert check(client, "Север стягивает войска к реке")["claim"]["language"] == "ru"


BAD_BODIES: list[tuple[bytes, str]] = [
    (b'{"text": ""}', "text"),
    (b'{"text": " \\n\\t "}', "text"),
    (b'{"text": 5}', "text"),
    (b'{"text": null}', "text"),
    (b'{"text": ["a"]}', "text"),
    (b"{}", "text"),
    (b'{"text": "a\\u0000b"}', "text"),
    (b'{"text": "\\u001b[31m"}', "text"),
    (b'{"text": "\\ud800"}', "text"),
    (b'{"text": "a", "claimant": "\\udfff"}', "claimant"),
    (b'{"text": "a", "place": "\\u0007"}', "place"),
    (b'{"text": "' + b"a" * 6000 + b'"}', "text"),
    (b'{"text": "a", "txet": "b"}', "txet"),
    (b'{"text": "a", "\\ud800": 1}', "$"),
    (b'{"text": "a", "limit": 0}', "limit"),
    (b'{"text": "a", "limit": 51}', "limit"),
    (b'{"text": "a", "limit": "3"}', "limit"),
    (b'{"text": "a", "limit": 1e400}', "limit"),
    (b'{"text": "a", "min_probability": 1.1}', "min_probability"),
    (b'{"text": "a", "min_probability": NaN}', "$"),
    (b'{"text": "a", "language": "English"}', "language"),
    (b'{"text": "a", "date": "yesterday"}', "date"),
    (b'{"text": "a", "explain": "yes"}', "explain"),
    (b'{"text": "a"', "$"),
    (b'{"text": "a", "text": "b"}', "$"),
    (b'{"text": "a", "place": {"x": 1, "x": 2}}', "$"),
    (b"text=a", "$"),
    (b"", "$"),
    (b"[]", "$"),
    (b"null", "$"),
    (b'"a"', "$"),
    (b'{"text": "\xff"}', "$"),
    (b"[" * 100_000, "$"),
    (b'{"limit": ' + b"9" * 5000 + b"}", "$"),
]


@pytest.mark.parametrize(("body", "field"), BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_bad_bodies_are_problems_that_name_the_field(client: Client, parts: Parts, body: bytes, field: str) -> None:
    version = parts.store.version()
    response = client.post(CHECK, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["type"]) == (400, "urn:rebut:problem:invalid-request")
    assert problem["title"]
    assert problem["errors"][0]["field"] == field
    assert problem["errors"][0]["reason"] in problem["detail"]
    assert parts.store.version() == version


@pytest.mark.parametrize("declared", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_other_content_types_are_refused(client: Client, declared: str) -> None:
    response = client.post(CHECK, content=b'{"text": "a"}', headers={"content-type": declared})
    assert response.status_code == 415
    assert response.json()["errors"][0]["field"] == "Content-Type"


def test_a_packed_body_is_refused(client: Client) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    for body in (gzip.compress(b'{"text": "a"}'), b'{"text": "a"}'):
        response = client.post(CHECK, content=body, headers=headers)
        assert (response.status_code, response.json()["errors"][0]["field"]) == (415, "Content-Encoding")
    form = client.post("/v1/texts/check", files={"file": ("a.txt", b"a")}, headers={"content-encoding": "gzip"})
    assert (form.status_code, form.json()["errors"][0]["field"]) == (415, "Content-Encoding")
    assert client.post(CHECK, content=b'{"text": "a"}', headers=headers | {"content-encoding": "identity"}).status_code == 200


@pytest.mark.parametrize("declared", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/problem+json"])
def test_json_by_any_name_is_accepted(client: Client, declared: str) -> None:
    assert client.post(CHECK, content=b'{"text": "a"}', headers={"content-type": declared}).status_code == 200


def test_a_body_too_large_is_refused(client: Client) -> None:
    response = client.post(CHECK, content=b" " * 10_000_001, headers={"content-type": "application/json"})
    assert response.status_code == 413
    assert response.json()["errors"][0]["field"] == "$"


HOSTILE = [
    "'; DROP TABLE statements; --",
    "%s%s%n {0} ${jndi:ldap://x} <script>alert(1)</script>",
    "\u202eabc\u2066\u200b\ufeff",
    "🏴‍☠️" * 500,
    "a" * 5000,
    "Ω̴̧" * 1000,
    "\ufffe\uffff\U0010ffff",
    "../../etc/passwd",
    "{" * 4000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_answered_and_changes_nothing(client: Client, parts: Parts, text: str) -> None:
    before = (parts.store.version(), parts.store.counts(), parts.retriever.manifest)
    answer = check(client, text, claimant=text[:50], place=text[:50], topic=text[:50])
    assert answer["claim"]["text"] == text
    assert (parts.store.version(), parts.store.counts(), parts.retriever.manifest) == before


def test_a_batch_answers_each_in_order_and_survives_bad_ones(client: Client) -> None:
    claims: list[object] = [
        {"text": "South bought forty tanks in March 2023.", "min_probability": 0},
        {"text": " "},
        7,
        {"text": "\ud800"},
        {"text": "a" * 5001},
        {"text": "The wheat harvest was the best in ten years.", "min_probability": 0, "limit": 1},
    ]
    body = json.dumps({"claims": claims}).encode()
    response = client.post(BATCH, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 200
    results = response.json()["results"]
    assert [result["result"] for result in results] == ["answer", "problem", "problem", "problem", "problem", "answer"]
    assert results[0]["matches"][0]["statement"]["id"] == "south-buys-tanks"
    assert results[5]["matches"][0]["statement"]["id"] == "wheat-harvest-record"
    assert [result["errors"][0]["field"] for result in results[1:5]] == ["text", "$", "text", "text"]
    assert all(result["status"] == 400 for result in results[1:5])


def test_a_batch_equals_single_checks(client: Client) -> None:
    texts = ["north masses troops", "tanks", "wheat", "Север"]
    batch = client.post(BATCH, json={"claims": [{"text": text, "topic": "border"} for text in texts]}).json()
    assert batch["results"] == [client.post(CHECK, json={"text": text, "topic": "border"}).json() for text in texts]


@pytest.mark.parametrize(
    ("body", "field"),
    [({"claims": []}, "claims"), ({"claims": {"text": "a"}}, "claims"), ({}, "claims"), ({"claims": [1], "x": 1}, "x")],
)
def test_bad_batches(client: Client, body: object, field: str) -> None:
    response = client.post(BATCH, json=body)
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_a_batch_too_long_is_refused(client: Client) -> None:
    response = client.post(BATCH, json={"claims": [{"text": "a"}] * 1001})
    assert response.status_code == 400
    assert "more than the 1000 allowed" in response.json()["detail"]


def test_limits_are_settings(tmp_path: Path, seed_folder: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, seeds=str(seed_folder), relation="on", max_claim_characters=10, max_batch_claims=1, max_body_bytes=1000
    )
    parts = fake_parts(settings)
    with TestClient(create_app(parts)) as client:
        assert client.post(CHECK, json={"text": "a" * 10}).status_code == 200
        assert client.post(CHECK, json={"text": "a" * 11}).status_code == 400
        assert client.post(CHECK, json={"text": "a" * 1000}).status_code == 413
        assert client.post(BATCH, json={"claims": [{"text": "a"}] * 2}).status_code == 400
