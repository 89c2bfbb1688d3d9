"""Statements that mean the same: offered after an import, merged by a person, under both ids."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from index.kinds import RecordKind, Scope
from index.ledger.entries import By
from index.readers.loading import load_file
from service.access.keyring import Keyring
from service.app import Parts, create_app
from service.check.alike import alike
from service.settings import Settings
from tests.conftest import fake_parts, post

Client = TestClient[Litestar]
ME = By("me", "the same")
OLD, NEW, OTHER = "Bees bark at night.", "At night bees bark.", "Bees bark and cats moo at night and in the day."
TABLE = "id,claim,rating,review_url\n"


@pytest.fixture
def editor(parts: Parts) -> dict[str, str]:
    return {"authorization": f"Bearer {Keyring(parts.store.keys).new('editor', {Scope.EDIT}, None, 'test').secret}"}


@pytest.fixture
def desk(parts: Parts, tmp_path: Any) -> Parts:
    """A base with a statement and its review."""
    (tmp_path / "old.csv").write_text(f"{TABLE}1,{OLD},False,https://desk.example/1\n", encoding="utf-8")
    load_file(parts.store, tmp_path / "old.csv")
    parts.retriever.live.refresh()
    return parts


def imported(client: Client, editor: dict[str, str], text: str, **given: object) -> dict[str, Any]:
    """The report of an import of one more statement."""
    table = f"{TABLE}7,{text},Falso,https://other.example/7\n"
    query = {"name": "new.csv", "why": "x", "alike": True, **given}
    response = client.post("/v1/imports", params=query, content=table, headers=editor)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


def test_what_means_the_same_is_offered(client: Client, desk: Parts, editor: dict[str, str]) -> None:
    same = "Bees bark at night"
    (pair,) = imported(client, editor, same, dry_run=True)["alike"]
    assert (pair["statement_id"], pair["text"], pair["other_id"], pair["other"]) == ("file-new-7", same, "file-old-1", OLD)
    assert 0 < pair["probability"] <= 1
    assert imported(client, editor, OTHER, dry_run=True)["alike"] == []  # which says more
    assert imported(client, editor, "Bees never bark at night", dry_run=True)["alike"] == []
    assert imported(client, editor, same, dry_run=True, alike=False)["alike"] is None
    (again,) = imported(client, editor, same)["alike"]
    assert again["other_id"] == "file-old-1"
    assert imported(client, editor, same)["alike"] == []  # nothing is new


def test_an_import_that_is_refused_for_what_it_looks_for_has_written_nothing(settings: Settings) -> None:
    parts = fake_parts(msgspec.structs.replace(settings, key_claims_per_minute=1))
    key = Keyring(parts.store.keys).new("editor", {Scope.EDIT}, None, "test").secret
    before, table = (
        parts.store.version(),
        f"{TABLE}7,{OLD},False,https://other.example/7\n8,{OTHER},False,https://other.example/8\n",
    )
    client: Client
    with TestClient(create_app(parts)) as client:
        asked = {"name": "new.csv", "why": "x", "alike": True}
        response = client.post("/v1/imports", params=asked, content=table, headers={"authorization": f"Bearer {key}"})
    assert response.status_code == 429
    assert parts.store.version() == before
    parts.store.close()


def test_without_relations_nothing_is_offered(desk: Parts) -> None:
    assert alike(desk.matcher, None, [desk.store.statement("file-old-1")]) == []


def test_a_merge_keeps_both_ids(client: Client, desk: Parts, editor: dict[str, str]) -> None:
    imported(client, editor, "Bees bark at night")
    path = "/v1/statements/file-new-7/merge"
    body = {"into": "file-old-1", "why": "They say the same."}
    assert client.post(path, json=body).status_code == 401
    told = client.post(path, json=body, headers=editor).json()
    assert (told["merged"], told["into"]) == ("file-new-7", "file-old-1")
    gone = client.get("/v1/statements/file-new-7")
    assert (gone.status_code, "file-old-1" in gone.json()["detail"]) == (410, True)
    kept = client.get("/v1/statements/file-old-1").json()
    assert kept["wordings"] == {"en": ["Bees bark at night"]}
    assert sorted(review["rating"]["original"] for review in kept["reviews"]) == ["False", "Falso"]
    desk.retriever.live.refresh()
    assert post(client, "/v1/claims/check", text="Bees bark at night")["matches"][0]["statement"]["id"] == "file-old-1"
    assert list(desk.store.ledger.verify()) == []
    assert imported(client, editor, "Bees bark at night")["act"] is None  # an import does not part them again
    assert client.get("/v1/statements/file-new-7").status_code == 410
    assert desk.store.ledger.undo(told["act"], ME).kept == {}
    assert client.get("/v1/statements/file-new-7").json()["reviews"][0]["rating"]["original"] == "Falso"
    assert client.get("/v1/statements/file-old-1").json()["wordings"] == {}


def test_refutations_go_along(client: Client, desk: Parts, editor: dict[str, str]) -> None:
    body = {"into": "file-old-1", "why": "x"}
    assert client.post("/v1/statements/north-masses-troops/merge", json=body, headers=editor).status_code == 200
    found = client.get("/v1/statements/file-old-1").json()
    assert {one["stance"] for one in found["refutations"] if one["kind"] != "review"} == {"denies", "counters"}
    assert found["citations"][-1]["source"]["id"] == "paper-1"
    assert list(desk.store.ledger.verify()) == []
    assert desk.store.ledger.head(RecordKind.STATEMENT, "north-masses-troops").superseded_by == "file-old-1"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("merged", "into", "status"),
    [("file-old-1", "file-old-1", 409), ("nowhere", "file-old-1", 404), ("file-old-1", "nowhere", 404), ("file-old-1", "", 400)],
)
def test_what_cannot_be_merged(client: Client, desk: Parts, editor: dict[str, str], merged: str, into: str, status: int) -> None:
    before = desk.store.version()
    response = client.post(f"/v1/statements/{merged}/merge", json={"into": into, "why": "x"}, headers=editor)
    assert response.status_code == status, response.text
    assert desk.store.version() == before


@pytest.mark.parametrize("why", ["", "  ", "\n", "x\x00y", "a\x01b", "a\x85b"])
def test_a_reason_has_words_and_nothing_unseen(client: Client, desk: Parts, editor: dict[str, str], why: str) -> None:
    imported(client, editor, "Bees bark at night")
    before = desk.store.version()
    for path, body in (("statements/file-new-7/merge", {"into": "file-old-1"}), (f"conflicts/{'0' * 16}", {"take": True})):
        response = client.post(f"/v1/{path}", json={**body, "why": why}, headers=editor)
        (problem,) = response.json()["errors"]
        assert (response.status_code, problem["field"], "regex" in problem["reason"]) == (400, "why", False)
    assert desk.store.version() == before


def test_what_is_retired_is_not_merged(client: Client, desk: Parts, editor: dict[str, str]) -> None:
    client.delete("/v1/statements/file-old-1", params={"why": "x"}, headers=editor | {"if-match": "*"})
    response = client.post("/v1/statements/north-masses-troops/merge", json={"into": "file-old-1", "why": "x"}, headers=editor)
    assert (response.status_code, "retired" in response.json()["detail"]) == (409, True)
