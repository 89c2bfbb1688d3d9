"""Answers to documents kept under an address: what is kept of the words, how much, and how who has the words sees them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from litestar import Litestar
from litestar.testing import TestClient

from index.kinds import RecordKind
from index.ledger.entries import By
from index.store.tables import kept_answers
from service.app import Parts, create_app
from service.editing.erasing import erase
from service.settings import Settings
from tests.conftest import fake_parts
from tests.service.api.test_kept_answers import Clock, client, clock, rows
from tests.service.check.texts.test_files import LINES, pdf

__all__ = ["client", "clock"]  # for pytest
Client = TestClient[Litestar]
DENIED = "North is not massing troops near the river."
BOUGHT = "South bought forty tanks in March 2023."
DOCUMENT = f"Bananas are yellow in 2020, he said. {BOUGHT}\n\n{DENIED} Nobody laughed. {BOUGHT}"
OWN_WORDS = ("Bananas", "is not massing", "laughed")


def keep(client: Client, text: str = DOCUMENT, **fields: Any) -> dict[str, Any]:
    response = client.post("/v1/answers/texts", json={"text": text, **fields})
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


def kept(client: Client, made: dict[str, Any]) -> dict[str, Any]:
    view: dict[str, Any] = client.get(f"/v1/answers/{made['id']}").json()
    return view


def checked(client: Client, text: str = DOCUMENT) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/v1/texts/check", json={"text": text}).json()
    return answer


@pytest.mark.parametrize(("keep_words", "text"), [("sentences", None), ("text", DOCUMENT)])
def test_what_was_answered_is_read_again(client: Client, keep_words: str, text: str | None) -> None:
    view = kept(client, keep(client, keep=keep_words, title=" A speech ", url="https://news.example/1"))
    answer = view["answer"]
    assert (answer["result"], answer["title"], answer["url"], answer["text"]) == (
        "text",
        "A speech",
        "https://news.example/1",
        text,
    )
    assert answer["answer"] == checked(client)
    assert answer["answer"]["produced_by"]["checkpoint"]["sequence"] > 0
    assert (view["claim_kept"], view["made"], view["expires"]) == (True, "2026-11-29T12:00:00Z", "2027-02-27T12:00:00Z")


def test_without_asking_for_it_no_word_of_the_document_is_kept(client: Client, parts: Parts) -> None:
    made = keep(client)
    view = kept(client, made)
    assert (view["claim_kept"], view["answer"]["keep"], view["answer"]["text"]) == (False, "places", None)
    answer, whole = view["answer"]["answer"], checked(client)
    assert [(one["number"], one["start"], one["text"]) for one in answer["findings"]] == [
        (one["number"], one["start"], "") for one in whole["findings"]
    ]
    assert [one["number"] for one in whole["findings"]] == [3, 2]
    assert [again["number"] for one in answer["findings"] for again in one["again"]] == [5]
    assert [(one["number"], one["text"]) for one in answer["unmatched"]] == [(1, "")]
    assert answer["findings"][0]["matches"][0]["relation"]["kind"] == "denies"
    (row,) = rows(parts)
    assert not [word for word in OWN_WORDS if word in json.dumps(row["answer"])]
    for secret in (made["id"], made["revocation_token"]):
        assert secret not in json.dumps(row, default=str)
    assert "hashes" not in client.get(f"/v1/answers/{made['id']}").text


def test_who_has_the_document_sees_its_sentences_again(client: Client) -> None:
    compare = f"/v1/answers/{keep(client)['id']}/compare"
    whole = checked(client)
    assert client.post(compare, json={"text": DOCUMENT}).json() == {"same": True, "answer": whole}
    spaced = client.post(compare, json={"text": DOCUMENT.replace("\n\n", "\n\n\n").upper()})
    assert spaced.json()["same"] is True


def test_sentences_are_found_in_another_document(client: Client) -> None:
    compare = f"/v1/answers/{keep(client)['id']}/compare"
    other = client.post(compare, json={"text": f"First of all: nothing. {DENIED}"}).json()
    assert other["same"] is False
    first, second = other["answer"]["findings"]
    assert (first["text"], first["start"], second["text"]) == (DENIED, 23, "")
    differences = first["matches"][0]["relation"]["differences"]
    assert differences == checked(client)["findings"][0]["matches"][0]["relation"]["differences"]
    nothing = client.post(compare, json={"text": "Something else."}).json()
    assert not any(one["text"] for one in nothing["answer"]["findings"])
    assert client.post(compare, json={"text": "x" * 200_001}).json()["errors"][0]["field"] == "text"


def test_a_sentence_in_context_is_seen_with_the_one_before(client: Client) -> None:
    text = "North is massing. Near the river!"
    options = {"min_probability": 0.9}
    whole = client.post("/v1/texts/check", json={"text": text, **options}).json()
    assert whole["findings"][0]["context"]["text"] == "North is massing."
    made = keep(client, text, **options)
    context = kept(client, made)["answer"]["answer"]["findings"][0]["context"]
    assert context == {"text": "", "start": 0, "end": 17, "read_as": ""}
    assert client.post(f"/v1/answers/{made['id']}/compare", json={"text": text}).json()["answer"] == whole


def test_a_claim_is_compared_as_before(client: Client) -> None:
    made = client.post("/v1/answers", json={"text": DENIED}).json()
    assert client.post(f"/v1/answers/{made['id']}/compare", json={"text": DENIED}).json() == {"same": True}


def test_two_answers_to_one_document_have_nothing_in_common(client: Client, parts: Parts) -> None:
    keep(client), keep(client)
    first, second = (json.loads(row["answer"])["hashes"] for row in rows(parts))
    assert first.keys() == second.keys() == {"1", "2", "3", "5"}
    assert not set(first.values()) & set(second.values())


def test_a_file_is_kept_with_what_was_read(client: Client) -> None:
    file = {"file": ("speech.pdf", pdf(LINES), "application/pdf")}
    made = client.post("/v1/answers/texts", files=file, data={"keep": "text", "title": "A speech", "limit": "2"})
    assert made.status_code == 201, made.text
    answer = kept(client, made.json())["answer"]
    (extracted,) = [client.post("/v1/texts/check", files=file).json()["extracted"]]
    assert (answer["text"], answer["title"], answer["answer"]["extracted"]) == (extracted, "A speech", None)
    found = answer["answer"]["findings"][0]
    assert extracted[found["start"] : found["end"]].startswith("North is")


def test_it_expires_and_is_taken_back_as_others_are(client: Client, parts: Parts, clock: Clock) -> None:
    short, other = keep(client, lifetime="12h"), keep(client)
    clock.moment += dt.timedelta(hours=12)
    assert client.get(f"/v1/answers/{short['id']}").status_code == 404
    path = f"/v1/answers/{other['id']}"
    assert client.delete(path, headers={"Revocation-Token": short["revocation_token"]}).status_code == 400
    assert client.delete(path, headers={"Revocation-Token": other["revocation_token"]}).status_code == 204
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "a" * 200_001}, "text"),
        ({"text": DOCUMENT, "lifetime": "367d"}, "lifetime"),
        ({"text": DOCUMENT, "keep": "all"}, "keep"),
        ({"text": DOCUMENT, "keep_claim": True}, "keep_claim"),
        ({"text": DOCUMENT, "title": "x" * 301}, "title"),
        ({"text": DOCUMENT, "title": "a\ud800"}, "title"),
        ({"text": DOCUMENT, "url": "javascript:alert(1)"}, "url"),
        ({"text": DOCUMENT, "url": "https://news.example\\@other.example"}, "url"),
        ({"text": DOCUMENT, "url": "https://news.example@other.example"}, "url"),
        ({"text": DOCUMENT, "date": "soon"}, "date"),
    ],
)
def test_what_cannot_be_kept_is_named(client: Client, parts: Parts, body: dict[str, Any], field: str) -> None:
    response = client.post("/v1/answers/texts", content=json.dumps(body), headers={"content-type": "application/json"})
    assert response.status_code == 400
    (problem,) = response.json()["errors"]
    assert problem["field"] == field
    assert "regex" not in problem["reason"]
    assert rows(parts) == []


def test_an_answer_that_is_too_large_is_refused_with_how_large_it_is(settings: Settings) -> None:
    parts = fake_parts(msgspec.structs.replace(settings, max_kept_answer_bytes=2_000))
    with TestClient(create_app(parts)) as client:
        refused = client.post("/v1/answers/texts", json={"text": DOCUMENT})
        (problem,) = refused.json()["errors"]
        assert (refused.status_code, problem["field"]) == (400, "text")
        assert "bytes to keep with its answer, more than the 2000 allowed" in problem["reason"]
        assert rows(parts) == []
        keep(client, "Bananas are yellow.")
        assert client.post("/v1/answers", json={"text": DENIED}).status_code == 400


def test_no_more_are_kept_than_the_setting_allows(settings: Settings) -> None:
    parts = fake_parts(msgspec.structs.replace(settings, kept_answers=0))
    with TestClient(create_app(parts)) as client:
        assert client.post("/v1/answers/texts", json={"text": DOCUMENT}).status_code == 403


def test_a_document_counts_as_its_sentences(settings: Settings) -> None:
    parts = fake_parts(msgspec.structs.replace(settings, address_claims_per_minute=10))
    with TestClient(create_app(parts)) as client:
        assert client.post("/v1/answers/texts", json={"text": "Bananas are yellow. " * 100}).status_code == 429
        keep(client)
        assert len(rows(parts)) == 1


def test_one_that_cannot_be_read_any_more_is_not_found(client: Client, parts: Parts) -> None:
    made = keep(client)
    with parts.store._connect(write=True) as connection:
        connection.execute(sa.update(kept_answers).values(answer='{"result": "text", "title": ""}'))
    assert client.get(f"/v1/answers/{made['id']}").status_code == 404
    assert client.post(f"/v1/answers/{made['id']}/compare", json={"text": DOCUMENT}).status_code == 404


def test_what_is_erased_is_in_no_kept_answer(client: Client, parts: Parts) -> None:
    erased, other = keep(client, "The wheat harvest was a record."), keep(client)
    erase(parts.store, parts.settings.index_dir, RecordKind.STATEMENT, "wheat-harvest-record", By("me", "somebody's right"))
    assert client.get(f"/v1/answers/{erased['id']}").status_code == 404
    assert client.get(f"/v1/answers/{other['id']}").status_code == 200
