"""Importing files over HTTP."""

from __future__ import annotations

import json
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from index.kinds import Scope
from index.ledger.entries import By
from service.access.keyring import Keyring
from service.app import Parts, create_app
from tests.conftest import fake_parts
from tests.fakes import SEEDS

Client = TestClient[Litestar]
TABLE = "claim,rating,review_url\nBees bark.,False,https://facts.example/1\n,True,https://facts.example/2\nCats moo.,Wahr,nowhere\n"
WHY = {"why": "the weekly file"}


def key(parts: Parts, scope: Scope) -> dict[str, str]:
    return {"authorization": f"Bearer {Keyring(parts.store.keys).new(scope.value, {scope}, None, 'test').secret}"}


@pytest.fixture
def parts(settings: Any) -> Any:
    parts = fake_parts(msgspec.structs.replace(settings, unknown_publishers="apart"))
    yield parts
    parts.store.close()


def load(client: Client, parts: Parts, content: str | bytes, scope: Scope = Scope.EDIT, **given: object) -> httpx.Response:
    """Send a file as a body."""
    query = {"name": "claims.csv", **WHY, **given}
    return client.post("/v1/imports", params=query, content=content, headers=key(parts, scope))


def test_a_table_with_a_report_a_line(client: Client, parts: Parts) -> None:
    tried = load(client, parts, TABLE, dry_run=True)
    assert tried.status_code == 200, tried.text
    told = tried.json()
    assert (told["dry_run"], told["act"], len(told["added"])) == (True, None, 3)
    assert told["changes"][0]["place"] == "claims.csv: line 2"
    assert told["skipped"] == [
        {"place": "claims.csv: line 3", "reason": "text: empty text"},
        {"place": "claims.csv: line 4", "reason": "review_url: not an http or https address"},
    ]
    assert "kept apart, not counted: reviews of publishers that nobody named: facts.example (1)" in told["notes"]
    assert parts.store.counts().reviews == 0
    done = load(client, parts, TABLE).json()
    assert (done["dry_run"], done["added"], parts.store.counts().reviews) == (False, told["added"], 1)
    (entry, *_) = client.get("/v1/ledger", params={"after": done["act"] - 1}).json()["items"]
    assert entry["entry"]["why"] == "import of claims.csv: the weekly file"
    assert entry["entry"]["who"].startswith("key ")
    again = load(client, parts, TABLE).json()
    assert (again["act"], again["added"], again["unchanged"]) == (None, [], 2)
    assert parts.store.ledger.undo(done["act"], By("me", "back")).undone
    assert parts.store.counts().reviews == 0


def test_a_form(client: Client, parts: Parts) -> None:
    files = {"file": ("ours.csv", TABLE.encode("utf-16"), "text/csv")}
    told = client.post("/v1/imports", params=WHY, files=files, headers=key(parts, Scope.EDIT))
    assert (told.status_code, len(told.json()["added"])) == (200, 3)
    for form in ({"other": ("a.csv", b"x")}, {"file": (None, b"x")}):
        refused = client.post("/v1/imports", params=WHY, files=form, headers=key(parts, Scope.EDIT))
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "file")


def test_feeds_pages_and_seed_files(client: Client, parts: Parts) -> None:
    review = {"@type": "ClaimReview", "url": "https://snopes.com/1", "claimReviewed": "Ants swim.", "reviewRating": "False"}
    assert len(load(client, parts, json.dumps([review]), name="feed.json").json()["added"]) == 3
    page = f'<script type="application/ld+json">{json.dumps(review | {"url": "https://snopes.com/2"})}</script>'
    assert len(load(client, parts, page, name="page.html").json()["added"]) == 1
    assert (
        len(
            load(client, parts, "\n".join(json.dumps({"text": f"Fish {n} fly."}) for n in range(3)), name="x.ndjson").json()[
                "added"
            ]
        )
        == 4
    )
    assert load(client, parts, SEEDS, name="paper-1.toml").json()["added"] == []
    broken = load(client, parts, SEEDS.replace('kind = "denial"', 'kind = "denail"'), name="paper-1.toml").json()
    assert (broken["added"], broken["act"]) == ([], None)
    assert "denail" in broken["skipped"][0]["reason"]
    official = SEEDS.replace("[source]\n", '[source]\ntier = "official"\n')
    assert "admin" in load(client, parts, official, name="paper-1.toml").json()["skipped"][0]["reason"]
    assert load(client, parts, official, Scope.ADMIN, name="paper-1.toml").json()["changed"] == ["paper-1"]


def test_whom_to_believe_is_changed_by_no_file_of_an_editors_and_by_no_undoing(client: Client, parts: Parts) -> None:
    def tier() -> object:
        return client.get("/v1/sources/paper-1").json()["tier"]

    for said in ("known", "unknown"):
        told = load(client, parts, SEEDS.replace("[source]\n", f'[source]\ntier = "{said}"\n'), Scope.ADMIN, name="paper-1.toml")
        assert (told.json()["changed"], tier()) == (["paper-1"], said)
    act = told.json()["act"]
    kept = parts.store.ledger.undo(act, By("me", "x"), may_tier=False)
    assert (kept.undone, [str(why) for why in kept.kept.values()], tier()) == (
        [],
        ["whom to believe is said with the scope 'admin'"],
        "unknown",
    )
    assert load(client, parts, SEEDS, name="paper-1.toml").status_code == 200
    assert tier() == "unknown"
    assert parts.store.ledger.undo(act, By("me", "x")).undone
    assert tier() == "known"


def test_who_may(client: Client, parts: Parts) -> None:
    assert client.post("/v1/imports", params={"name": "a.csv", **WHY}, content=TABLE).status_code == 401
    assert load(client, parts, TABLE, Scope.READ).status_code == 403
    assert load(client, parts, TABLE, own=True).status_code == 403
    assert parts.store.counts().reviews == 0
    assert load(client, parts, TABLE, Scope.ADMIN, own=True).json()["act"]
    assert {one["tier"] for one in client.get("/v1/sources").json()["items"]} == {"own", "known"}


def test_what_it_says_of_others_waits(client: Client, parts: Parts) -> None:
    load(client, parts, TABLE)
    told = load(client, parts, TABLE.replace("False", "True")).json()
    assert (told["changed"], len(told["conflicts"])) == ([], 1)
    assert len(load(client, parts, TABLE.replace("False", "True"), vouch=True).json()["changed"]) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "../../etc"}, None),
        ({"name": "\x00.csv"}, "name"),
        ({"name": ".."}, "name"),
        ({"name": "x" * 150}, "name"),
        ({"name": "\U0001f600" * 90 + ".csv"}, None),
        ({"name": "a." + "\U0001f600" * 90}, None),
        ({"name": "\U0001f600" * 90 + ".toml"}, None),
        ({"map": "claim"}, "map"),
        ({"map": "claim=clam"}, None),
        ({"encoding": "klingon"}, "encoding"),
        ({"encoding": "undefined"}, "encoding"),
        ({"encoding": "zlib", "name": "a.json"}, "encoding"),
        ({"encoding": "punycode"}, "encoding"),
        ({"encoding": "utf-16"}, None),
        ({"why": " "}, "why"),
        ({"why": "a\nb"}, "why"),
        ({"why": "x\x00y"}, "why"),
        ({"why": "a\x01b"}, "why"),
        ({"why": "\x00"}, "why"),
        ({"why": "a\x85b"}, "why"),
        ({"dry_run": "perhaps"}, "dry_run"),
    ],
)
def test_hostile_parameters(client: Client, parts: Parts, given: dict[str, str], field: str | None) -> None:
    response = load(client, parts, TABLE, **given)
    if field is None:
        assert response.status_code == 200
    else:
        assert (response.status_code, response.json()["errors"][0]["field"]) == (400, field)


def test_several_columns_are_mapped(client: Client, parts: Parts) -> None:
    table = "what they say;by whom\nNorth sells eggs at the river;The village paper\n"
    told = load(client, parts, table, map=["what they say=claim", "by whom=claimant"]).json()
    assert parts.store.statement(told["added"][-1]).claimant.name == "The village paper"


def test_nothing_but_a_files_name_is_told_of_where_it_lay(client: Client, parts: Parts) -> None:
    """Folders, and whatever stands in their names, reach neither the ledger nor the report; nor do the service's own."""
    told = load(client, parts, TABLE, name="C:\\a\nb/x\x00y/ours.csv").json()
    (entry, *_) = client.get("/v1/ledger", params={"after": told["act"] - 1}).json()["items"]
    assert entry["entry"]["why"] == "import of ours.csv: the weekly file"
    for broken in ("a = [", "[source]\nid = 1", "a = " + "[" * 5_000):
        reasons = [one["reason"] for one in load(client, parts, broken, name="folder/ours.toml").json()["skipped"]]
        assert reasons
        assert all(reason.startswith("ours.toml: ") for reason in reasons), reasons


def test_hostile_bodies(client: Client, parts: Parts) -> None:
    for name in ("a.csv", "a.json", "a.jsonl", "a.xlsx", "a.html", "a.toml", "a", "a.exe"):
        for content in (
            b"",
            b"\x00",
            b"\xff\xfe",
            b"PK\x03\x04",
            b"[" * 5_000,
            b"a = " + b"[" * 5_000,
            b'{"claim": "' + b"\\ud800" * 10 + b'"}',
            b"claim\n=1+1\n",
        ):
            response = load(client, parts, content, name=name)
            assert response.status_code == 200, (name, content[:9], response.text)


def test_a_file_that_is_too_large(settings: Any) -> None:
    parts = fake_parts(msgspec.structs.replace(settings, max_body_bytes=1_000))
    with TestClient(create_app(parts)) as client:
        assert load(client, parts, b"x" * 2_000).status_code == 413
    parts.store.close()
