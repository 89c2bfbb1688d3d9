"""Changing records over HTTP: who may, on what terms, what is refused, and how soon it is answered."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from index.kinds import Scope
from index.store.api_keys import ApiKey
from service.access import tokens
from service.access.clocks import utc_now
from service.app import Parts, create_app
from service.settings import Settings
from tests.conftest import fake_parts

Client = TestClient[Litestar]
SECRET, TOKEN = tokens.make()
MAY = {"Authorization": f"Bearer {SECRET}"}
CITATION = {"source_id": "paper-1", "url": "https://example.org/bees"}
BEES: dict[str, Any] = {
    "kind": "claim",
    "text": "Bees always bark loudly.",
    "language": "en",
    "claimant": {"name": "Somebody"},
    "citations": [CITATION],
}
DENIAL: dict[str, Any] = {
    "kind": "denial",
    "text": "The hive says that no bee has ever barked.",
    "language": "en",
    "issuer": {"name": "The hive"},
    "citations": [CITATION],
    "denies": ["bees"],
}
REVIEW: dict[str, Any] = {
    "statement_id": "bees",
    "citation": {"source_id": "paper-1", "url": "https://example.org/review"},
    "reviewer": {"name": "Facts"},
    "language": "en",
    "rating": {"rated": "false", "original": "False", "value": 1.0},
}
SOON_S = 3.0
"""Seconds after which a change is answered at the latest: a second on a machine that has time, about 0.2 as measured."""
SOURCE: dict[str, Any] = {"id": "site", "title": "A site", "publisher": "Site", "site": "site.example", "language": "en"}


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    parts = fake_parts(settings)
    let_in(parts)
    yield parts
    assert list(parts.store.ledger.verify()) == []
    parts.store.close()


def let_in(parts: Parts, scope: Scope = Scope.EDIT) -> None:
    """Make the desk's key known."""
    parts.store.keys.add(ApiKey(TOKEN.id, TOKEN.sha256, "desk", frozenset({scope}), "test", utc_now(), None))


@pytest.fixture
def client(parts: Parts) -> Iterator[Client]:
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        yield client


def add(client: Client, path: str, record: dict[str, Any], **more: Any) -> dict[str, Any]:
    response = client.post(f"/v1/{path}", json={"record": record, "why": "new", **more}, headers=MAY)
    assert response.status_code == 201, response.text
    added: dict[str, Any] = response.json()
    return added


def match_headers(revision: int | str) -> dict[str, str]:
    return {**MAY, "If-Match": f'"{revision}"' if isinstance(revision, int) else revision}


def verdict(client: Client, text: str) -> str:
    kind: str = client.post("/v1/claims/check", json={"text": text}).json()["verdict"]["kind"]
    return kind


def seconds_until(client: Client, text: str, wanted: str) -> float:
    """How long until a claim gets this verdict."""
    begun = time.monotonic()
    while verdict(client, text) != wanted:
        assert time.monotonic() - begun < 30
    return time.monotonic() - begun


class TestWho:
    CHANGES = (
        ("POST", "/v1/statements"),
        ("PUT", "/v1/reviews/x"),
        ("PATCH", "/v1/refutations/x"),
        ("DELETE", "/v1/sources/paper-1"),
    )

    @pytest.mark.parametrize(("method", "path"), CHANGES)
    @pytest.mark.parametrize(
        ("header", "problem"),
        [
            (None, "key-missing"),
            ("Bearer wrong", "key-refused"),
            (f"Basic {SECRET}", "key-missing"),
            ("Bearer", "key-refused"),
            (SECRET, "key-missing"),
        ],
        ids=["none", "wrong", "basic", "empty", "bare"],
    )
    def test_only_whoever_has_a_key_that_may_changes_records(
        self, client: Client, parts: Parts, method: str, path: str, header: str | None, problem: str
    ) -> None:
        before = parts.store.version()
        headers = {"If-Match": "*"} | ({"Authorization": header} if header else {})
        response = client.request(method, f"{path}?why=x", json={"record": BEES, "why": "x"}, headers=headers)
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert response.json()["type"] == f"urn:rebut:problem:{problem}"
        assert parts.store.version() == before

    def test_a_key_that_may_only_read_changes_nothing(self, settings: Settings) -> None:
        parts = fake_parts(settings)
        let_in(parts, Scope.READ)
        with TestClient(create_app(parts)) as client:
            response = client.post("/v1/statements", json={"record": BEES, "why": "x"}, headers=MAY)
            assert (response.status_code, response.json()["type"]) == (403, "urn:rebut:problem:scope-missing")
            assert client.get("/v1/statements/north-masses-troops/history", headers=MAY).status_code == 200
        parts.store.close()


class TestChanging:
    def test_a_statement_is_found_within_a_second_and_vanishes_as_fast(self, client: Client) -> None:
        assert verdict(client, BEES["text"]) == "no_known_statement"
        added = add(client, "statements", {"id": "bees", **BEES})
        assert seconds_until(client, BEES["text"], "known_without_refutation") < SOON_S
        assert (added["id"], added["revision"], added["state"]) == ("bees", 1, "published")
        add(client, "refutations", {"id": "no-bees", **DENIAL})
        assert seconds_until(client, BEES["text"], "officially_refuted") < SOON_S
        gone = client.delete("/v1/statements/bees", params={"why": "wrong"}, headers=match_headers(1))
        assert (gone.status_code, gone.json()["state"], gone.headers["etag"]) == (200, "retired", '"2"')
        assert verdict(client, BEES["text"]) == "no_known_statement", "retired statements are left out at once"
        back = client.patch("/v1/statements/bees", json={"state": "published", "why": "right"}, headers=match_headers(2))
        assert back.status_code == 200
        assert seconds_until(client, BEES["text"], "officially_refuted") < SOON_S

    def test_all_four_kinds_are_added_read_changed_and_retired(self, client: Client) -> None:
        add(client, "statements", {"id": "bees", **BEES})
        for path, record in (("sources", SOURCE), ("refutations", DENIAL), ("reviews", REVIEW), ("statements", BEES)):
            added = add(client, path, record)
            read = client.get(f"/v1/{path}/{added['id']}/record", headers=MAY)
            assert (read.json(), read.headers["etag"]) == (added, '"1"')
            whole = {**added["record"]}
            whole["title" if path == "sources" else "language"] = "de"
            changed = client.put(f"/v1/{path}/{added['id']}", json={"record": whole, "why": "German"}, headers=match_headers(1))
            assert (changed.status_code, changed.json()["record"]) == (200, whole), changed.text
            retired = client.delete(f"/v1/{path}/{added['id']}", params={"why": "x"}, headers=match_headers("*"))
            assert retired.json()["revision"] == 3
            history = client.get(f"/v1/{path}/{added['id']}/history").json()["revisions"]
            assert [(one["revision"], one["state"], one["why"], one["who"]) for one in history] == [
                (1, "published", "new", f"key {TOKEN.id}"),
                (2, "published", "German", f"key {TOKEN.id}"),
                (3, "retired", "x", f"key {TOKEN.id}"),
            ]

    def test_a_patch_changes_what_it_names(self, client: Client) -> None:
        add(client, "statements", {"id": "bees", **BEES, "topics": ["bees"], "places": ["Hive"]})
        patch = {"record": {"text": "Bees bark.", "topics": None, "claimant": {"role": "keeper"}}, "why": "a typo"}
        changed = client.patch("/v1/statements/bees", json=patch, headers=match_headers(1)).json()
        claimant = {"name": "Somebody", "role": "keeper"}
        kept = {"id": "bees", **BEES, "refutation_on_record": False, "places": ["Hive"]}
        assert changed["record"] == {**kept, "text": "Bees bark.", "claimant": claimant}
        again = client.patch("/v1/statements/bees", json=patch, headers=match_headers(2))
        assert (again.status_code, again.json()["revision"]) == (200, 2), "nothing new, no new revision"

    def test_drafts_are_not_answered_until_they_are_published(self, client: Client) -> None:
        added = add(client, "statements", BEES, state="draft")
        path = f"/v1/statements/{added['id']}"
        assert client.get(path).status_code == client.get(f"{path}/claimreview").status_code == 404
        assert client.get(f"{path}/record").status_code == 401
        (hidden,) = client.get(f"{path}/history").json()["revisions"]
        assert (hidden["record"], hidden["changes"]) == (None, [])
        (seen,) = client.get(f"{path}/history", headers=MAY).json()["revisions"]
        assert seen["record"]["text"] == BEES["text"]
        for revision, state in enumerate(("in-review", "published"), 1):
            assert verdict(client, BEES["text"]) == "no_known_statement"
            response = client.patch(path, json={"state": state, "why": "next"}, headers=match_headers(revision))
            assert response.json()["state"] == state
        assert client.get(path).headers["etag"].startswith('W/"3-')
        assert [bool(one["record"]) for one in client.get(f"{path}/history").json()["revisions"]] == [False, False, True]

    def test_what_is_superseded_says_by_what(self, client: Client) -> None:
        add(client, "statements", {"id": "bees", **BEES})
        query = {"why": "the same", "superseded_by": "south-buys-tanks"}
        assert (
            client.delete("/v1/statements/bees", params=query, headers=match_headers(1)).json()["superseded_by"]
            == query["superseded_by"]
        )
        gone = client.get("/v1/statements/bees")
        assert gone.status_code == 410
        assert "'south-buys-tanks' stands for it" in gone.json()["detail"]
        assert client.get("/v1/statements/bees", params={"as_of": "7"}).json()["statement"]["text"] == BEES["text"]


class TestTerms:
    def test_two_editors_on_one_record(self, client: Client) -> None:
        add(client, "statements", {"id": "bees", **BEES})

        def change(number: int) -> int:
            patch = {"record": {"text": f"Bees bark {number}."}, "why": "mine"}
            return client.patch("/v1/statements/bees", json=patch, headers=match_headers(1)).status_code

        with ThreadPoolExecutor(4) as threads:
            assert sorted(threads.map(change, range(4))) == [200, 412, 412, 412]
        late = client.patch("/v1/statements/bees", json={"record": {"text": "Mine."}, "why": "x"}, headers=match_headers(1))
        assert late.json()["detail"] == 'If-Match: the record is at revision "2" now; read it again'

    def test_a_change_names_the_revision_that_it_is_of(self, client: Client) -> None:
        for method in ("PUT", "PATCH", "DELETE"):
            body = None if method == "DELETE" else {"record": {}, "why": "x"}
            why = {"why": "x"} if method == "DELETE" else {}
            response = client.request(method, "/v1/sources/paper-1", params=why, json=body, headers=MAY)
            assert (response.status_code, response.json()["type"]) == (428, "urn:rebut:problem:revision-wanted")
            unknown = client.request(method, "/v1/sources/nothing", params=why, json=body, headers=match_headers("*"))
            assert unknown.status_code == 404
        patch = {"record": {"title": "Another"}, "why": "x"}
        for wrong in ("1", 'W/"1"', '"2"', ""):
            assert client.patch("/v1/sources/paper-1", json=patch, headers=match_headers(wrong)).status_code == 412
        shown = client.get("/v1/sources/paper-1").headers["etag"]
        assert client.patch("/v1/sources/paper-1", json=patch, headers=match_headers('"9", "1"')).status_code == 200
        patch = {"record": {"title": "A third"}, "why": "x"}
        assert client.patch("/v1/sources/paper-1", json=patch, headers=match_headers(shown)).status_code == 412
        shown = client.get("/v1/sources/paper-1").headers["etag"]
        assert client.patch("/v1/sources/paper-1", json=patch, headers=match_headers(shown)).status_code == 200

    def test_a_review_takes_no_refutations_id(self, client: Client) -> None:
        """Whoever asks for a refutation gets the review that refutes under its id; and one would count as far as the other."""
        add(client, "statements", {"id": "bees", **BEES})
        add(client, "refutations", {"id": "no-bees", **DENIAL})
        add(client, "reviews", {"id": "bees-checked", **REVIEW})
        for path, record, kind in (
            ("reviews", {"id": "no-bees", **REVIEW}, "refutation"),
            ("refutations", {"id": "bees-checked", **DENIAL}, "review"),
        ):
            refused = client.post(f"/v1/{path}", json={"record": record, "why": "new"}, headers=MAY)
            assert (refused.status_code, refused.json()["detail"]) == (409, f"id: there is a {kind} {record['id']!r} already")
        assert client.get("/v1/refutations/no-bees").json()["text"] == DENIAL["text"]

    def test_the_same_request_with_the_same_key_counts_once(self, client: Client, parts: Parts) -> None:
        headers = {**MAY, "Idempotency-Key": "key-1"}
        body = {"record": BEES, "why": "new"}
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda _: client.post("/v1/statements", json=body, headers=headers), range(4)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == len({answer.headers["location"] for answer in answers}) == 1
        assert parts.store.counts().statements == 4
        other = client.post("/v1/statements", json={**body, "why": "another"}, headers=headers)
        assert (other.status_code, other.json()["type"]) == (422, "urn:rebut:problem:key-reused")
        path = f"/v1/statements/{answers[0].json()['id']}"
        patch = {"record": {"text": "Bees bark."}, "why": "x"}
        terms = {**match_headers(1), "Idempotency-Key": "key-2"}
        assert [client.patch(path, json=patch, headers=terms).json()["revision"] for _ in range(2)] == [2, 2]


class TestRefusals:
    def test_every_problem_is_named_at_once(self, client: Client, parts: Parts) -> None:
        before = parts.store.version()
        bad = {
            "id": "Bees Bark",
            "kind": "rumour",
            "text": " ",
            "claimant": {"name": "x\u0007"},
            "citations": [{"source_id": "nowhere", "url": "javascript:alert(1)"}, {"source_id": "paper-1"}],
            "when": {"edtf": "2024-13", "text": ""},
            "appearances": ["ftp://a.example"],
            "wordings": {"en": ["Bark", "bark"]},
            "topc": ["bees"],
        }
        response = client.post("/v1/statements", json={"record": bad, "why": "x", "state": "published"}, headers=MAY)
        assert response.status_code == 400
        told = {(one["field"], one["reason"].partition(";")[0]) for one in response.json()["errors"]}
        assert "topc: is not a known field; did you mean 'topics'? the fields are id, " in response.json()["detail"]
        assert "kind: Invalid enum value 'rumour'; the values are " in response.json()["detail"]
        assert told == {
            ("topc", "is not a known field"),
            ("language", "is required"),
            ("kind", "Invalid enum value 'rumour'"),
            ("id", "use lower-case letters, digits and single hyphens, not 'Bees Bark'"),
            ("when", "month must be in 1..12"),
            ("citations", "'javascript:alert(1)' is no http or https address"),
            ("citations", "each needs a url, or a section and a paragraph"),
            ("citations", "no source has the id 'nowhere'"),
            ("claimant", "control character in 'x\\x07'"),
            ("appearances", "'ftp://a.example' is no http or https address"),
            ("text", "empty text"),
            ("wordings", "'bark' stands there 2 times"),
        }
        assert parts.store.version() == before

    @pytest.mark.parametrize(
        ("path", "record", "field"),
        [
            ("statements", {**BEES, "citations": []}, "citations"),
            ("statements", {**BEES, "text": "x" * 5001}, "text"),
            ("statements", {**BEES, "text": "a lone \ud800 surrogate"}, "record"),
            (
                "statements",
                {**BEES, "citations": [{"source_id": "paper-1", "section": "S", "paragraph": 10**30}]},
                "citations",
            ),
            ("statements", "text", "record"),
            ("refutations", {**DENIAL, "denies": ["nowhere"]}, "denies"),
            ("refutations", {**DENIAL, "denies": []}, "denies"),
            ("refutations", {**DENIAL, "denies": ["wheat-harvest-record"], "kind": "review"}, "kind"),
            ("reviews", {**REVIEW, "statement_id": "nowhere"}, "statement_id"),
            ("reviews", {**REVIEW, "statement_id": "wheat-harvest-record", "citation": {"source_id": "paper-1"}}, "citation"),
            ("sources", {**SOURCE, "url": "file:///etc/passwd"}, "url"),
        ],
    )
    def test_what_is_wrong_is_named(self, client: Client, path: str, record: Any, field: str) -> None:
        response = client.post(f"/v1/{path}", content=escaped({"record": record, "why": "x"}), headers=JSON)
        assert response.status_code == 400, response.text
        assert [one["field"] for one in response.json()["errors"]] == [field]

    @pytest.mark.parametrize("value", ["1e999", "NaN"])
    def test_figures_that_are_none(self, client: Client, value: str) -> None:
        record = escaped({**REVIEW, "statement_id": "wheat-harvest-record"}).replace("1.0", value)
        response = client.post("/v1/reviews", content=f'{{"record": {record}, "why": "x"}}', headers=JSON)
        assert response.status_code == 400

    @pytest.mark.parametrize(
        ("terms", "field"),
        [
            ({"why": ""}, "why"),
            ({"why": "  "}, "why"),
            ({"why": "a\u0000b"}, "why"),
            ({"state": "erased"}, "state"),
            ({"state": "gone"}, "state"),
            ({"expires": "2026-02-30"}, "expires"),
            ({"expires": "soon"}, "expires"),
            ({"superseded_by": "wheat-harvest-record"}, "superseded_by"),
            ({"state": "retired", "superseded_by": "nowhere"}, "superseded_by"),
            ({"wyh": "x"}, "wyh"),
        ],
    )
    def test_terms_that_are_wrong_are_named(self, client: Client, terms: dict[str, str], field: str) -> None:
        response = client.post("/v1/statements", json={"record": BEES, "why": "x", **terms}, headers=MAY)
        assert response.status_code == 400
        assert [one["field"] for one in response.json()["errors"]] == [field]

    def test_what_others_need_stays_and_ids_are_for_good(self, client: Client) -> None:
        taken = client.post("/v1/statements", json={"record": {"id": "wheat-harvest-record", **BEES}, "why": "x"}, headers=MAY)
        assert (taken.status_code, taken.json()["type"]) == (409, "urn:rebut:problem:conflict")
        needed = client.delete("/v1/sources/paper-1", params={"why": "x"}, headers=match_headers("*"))
        assert needed.status_code == 409
        assert "cites it" in needed.json()["detail"]
        renamed = client.patch("/v1/sources/paper-1", json={"record": {"id": "other"}, "why": "x"}, headers=match_headers("*"))
        assert renamed.json()["errors"] == [{"field": "id", "reason": "is 'paper-1' for good"}]
        add(client, "sources", SOURCE, state="draft")
        citing = {**BEES, "citations": [{"source_id": "site", "url": "https://site.example/1"}]}
        response = client.post("/v1/statements", json={"record": citing, "why": "x"}, headers=MAY)
        assert response.json()["errors"] == [{"field": "citations", "reason": "the source 'site' is not published"}]
        add(client, "statements", citing, state="draft")


class TestLedger:
    def test_it_is_followed_from_a_sequence(self, client: Client) -> None:
        first = client.get("/v1/ledger", params={"limit": 4}).json()
        rest = client.get("/v1/ledger", params={"after": first["next_after"]}).json()
        assert [one["entry"]["sequence"] for page in (first, rest) for one in page["items"]] == [1, 2, 3, 4, 5, 6]
        assert rest["next_after"] is None
        assert "South bought" not in client.get("/v1/ledger").text, "entries hold no content"
        assert client.get("/v1/ledger", params={"after": 6}).json() == {"items": [], "next_after": None}

    def test_answers_name_the_checkpoint_that_they_were_made_at(self, client: Client) -> None:
        note = client.get("/v1/ledger/checkpoint")
        origin, size, root = note.text.split("\n")[:3]
        assert note.headers["content-type"].startswith("text/plain")
        assert client.get("/v1/ledger/key").text.startswith(f"{origin}+")
        produced = client.post("/v1/claims/check", json={"text": "North masses troops"}).json()["produced_by"]
        assert produced["checkpoint"] == {"sequence": int(size), "hash": root}
        proof = client.get("/v1/ledger/2/proof").json()
        assert (proof["note"], proof["entry"]["entry"]["sequence"], len(proof["hashes"])) == (note.text, 2, 3)
        assert client.get("/v1/ledger/7/proof").status_code == 404

    def test_history_tells_what_changed(self, client: Client) -> None:
        path = "/v1/statements/south-buys-tanks"
        client.patch(path, json={"record": {"text": "South bought ten tanks."}, "why": "a figure"}, headers=match_headers(1))
        brought, changed = client.get(f"{path}/history").json()["revisions"]
        assert (brought["action"], brought["who"], changed["fields"]) == ("import", "rebut", ["text"])
        told = {"field": "text", "before": "South bought forty tanks in March 2023.", "after": "South bought ten tanks."}
        assert changed["changes"] == [told]
        assert client.get("/v1/statements/nothing/history").status_code == 404
        day = changed["time"][:10]
        assert client.get(path, params={"as_of": day}).json()["statement"]["text"] == "South bought ten tanks."
        assert client.get(path, params={"as_of": brought["time"]}).json()["statement"]["text"] == told["before"]
        assert client.get(path, params={"as_of": "soon"}).json()["errors"][0]["field"] == "as_of"


def test_seeds_are_loaded_once_and_a_desks_work_wins(settings: Settings, seed_folder: Path) -> None:
    path = "/v1/statements/south-buys-tanks"
    parts = fake_parts(settings)
    let_in(parts)
    with TestClient(create_app(parts)) as client:
        client.patch(path, json={"record": {"text": "South bought ten tanks."}, "why": "a figure"}, headers=match_headers(1))
    version = parts.store.version()
    parts.store.close()
    again = fake_parts(settings)
    assert again.store.version() == version, "the same seed files are not loaded again"
    again.store.close()
    seeds = seed_folder / "paper-1.toml"
    text = seeds.read_text("utf-8")
    seeds.write_text(text.replace("forty tanks", "fifty tanks").replace("best in ten", "best in twelve"), "utf-8")
    third = fake_parts(settings)
    assert third.store.statement("south-buys-tanks").text == "South bought ten tanks."
    assert third.store.statement("wheat-harvest-record").text == "The wheat harvest was the best in twelve years."
    third.store.close()


JSON = {**MAY, "Content-Type": "application/json"}


def escaped(value: Any) -> str:
    """JSON that escapes what UTF-8 cannot hold."""
    return json.dumps(value)
