"""Whom to believe, as users meet it: answers, pages, Google's and ClaimReview's clients, and who may say so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from lxml import html

from index.kinds import Scope
from index.ledger.entries import By
from index.readers.loading import load_file
from index.store.reports import Origin
from index.tiers import TiersInvalid
from service.access.keyring import Keyring
from service.app import Parts, create_app
from service.opening import open_base
from service.settings import Settings, SettingsInvalid, read_settings
from tests.conftest import fake_parts, post

Client = TestClient[Litestar]
CLAIM = "The moon is made of cheese."
PUBLISHER = "publisher-baking-example"


def feed(parts: Parts, folder: Path, *sites: str, rating: str = "False") -> None:
    """Load a review by each of these sites."""
    path = folder / "feed.json"
    review = {"@type": "ClaimReview", "claimReviewed": CLAIM, "reviewRating": {"alternateName": rating}, "inLanguage": "en"}
    path.write_text(
        json.dumps([review | {"url": f"https://{site}/1", "author": {"name": site}} for site in sites]), encoding="utf-8"
    )
    load_file(parts.store, path, origin=Origin())
    parts.retriever.live.refresh()


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    """With the default."""
    parts = fake_parts(msgspec.structs.replace(settings, unknown_publishers="apart"))
    yield parts
    parts.store.close()


@pytest.fixture
def admin(parts: Parts) -> dict[str, str]:
    return {"authorization": f"Bearer {Keyring(parts.store.keys).new('admin', {Scope.ADMIN}, None, 'test').secret}"}


@pytest.fixture
def editor(parts: Parts) -> dict[str, str]:
    return {"authorization": f"Bearer {Keyring(parts.store.keys).new('editor', {Scope.EDIT}, None, 'test').secret}"}


def checked(client: Client) -> dict[str, Any]:
    """The answer to the claim, and its only match."""
    answer = post(client, "/v1/claims/check", text=CLAIM)
    (match,) = answer["matches"]
    return answer | {"match": match}


def test_an_unknown_publisher_reaches_no_verdict(client: Client, parts: Parts, tmp_path: Path) -> None:
    feed(parts, tmp_path, "baking.example")
    answer = checked(client)
    assert (answer["verdict"]["kind"], answer["verdict"]["rating"]) == ("known_without_refutation", None)
    assert "baking" not in answer["verdict"]["sentence"]
    match = answer["match"]
    assert (match["refutations"], match["reviews"]) == ([], [])
    assert match["refutation_note"]
    (apart,) = match["apart"]["reviews"]
    assert (apart["reviewer"]["name"], apart["rating"]["rated"], apart["tier"]) == ("baking.example", "false", "unknown")
    feed(parts, tmp_path, "www.snopes.com")
    answer = checked(client)
    assert (answer["verdict"]["kind"], answer["verdict"]["rating"]) == ("contested", "false")
    assert [(one["reviewer"]["name"], one["tier"]) for one in answer["match"]["reviews"]] == [("www.snopes.com", "signatory")]
    assert answer["match"]["refutations"][0]["applies_to_claim"] is True
    assert len(answer["match"]["apart"]["reviews"]) == 1


def test_an_answer_tells_by_which_lists_it_was_made(settings: Settings, tmp_path: Path) -> None:
    """And not by what stands in the ledger: the checkpoint tells that."""

    def produced_by(listed: str = "", unknown: str = "apart") -> dict[str, Any]:
        (tmp_path / "tiers.toml").write_text(listed, encoding="utf-8")
        parts = fake_parts(msgspec.structs.replace(settings, unknown_publishers=unknown, tiers=tmp_path / "tiers.toml"))
        try:
            feed(parts, tmp_path, "baking.example")
            with TestClient(create_app(parts)) as client:
                told: dict[str, Any] = checked(client)["produced_by"]
            assert told["tiers"] == parts.store.tiers.fingerprint()
        finally:
            parts.store.close()
        return told

    nobody, known, again = (produced_by(one) for one in ("", 'known = ["baking.example"]', '# baked\nknown = ["Baking.example"]'))
    assert re.fullmatch(r"[0-9a-f]{12}", nobody["tiers"])
    assert known["tiers"] == again["tiers"] != nobody["tiers"]
    assert produced_by('unknown = ["baking.example"]')["tiers"] not in (nobody["tiers"], known["tiers"])
    assert produced_by(unknown="count")["tiers"] != nobody["tiers"]
    assert {name for name in known if known[name] != nobody[name]} == {"tiers"}


def test_what_the_desk_says_of_a_source_is_in_the_ledger(client: Client, parts: Parts, tmp_path: Path, admin: Any) -> None:
    feed(parts, tmp_path, "baking.example")
    before = checked(client)["produced_by"]
    body = {"record": {"tier": "known"}, "why": "x"}
    assert client.patch(f"/v1/sources/{PUBLISHER}", json=body, headers=admin | {"if-match": "*"}).status_code == 200
    after = checked(client)["produced_by"]
    assert before["tiers"] == after["tiers"]
    assert before["checkpoint"] != after["checkpoint"]


def test_the_page_shows_it_apart(client: Client, parts: Parts, tmp_path: Path) -> None:
    feed(parts, tmp_path, "baking.example")
    page = html.fromstring(client.post("/", data={"text": CLAIM}).text).text_content()
    assert "Said before; nothing that counts speaks against it" in page
    assert "Not counted: 1 from a publisher whom nobody here knows" in page
    statement = client.get("/v1/statements", params={"limit": 200}).json()["items"]
    id_ = next(one["id"] for one in statement if one["text"] == CLAIM)
    assert "whom nobody here knows" in client.get(f"/statements/{id_}").text
    assert "unknown publisher" in client.get(f"/sources/{PUBLISHER}").text


def test_google_and_claimreview_pass_on_what_counts(client: Client, parts: Parts, tmp_path: Path) -> None:
    feed(parts, tmp_path, "baking.example")
    by_site = "/v1alpha1/claims:search?reviewPublisherSiteFilter={}"
    assert client.get(by_site.format("baking.example")).json() == {}
    assert client.get("/v1alpha1/claims:search", params={"query": CLAIM}).json() == {}
    assert CLAIM not in client.get("/v1/claimreview/feed").text
    feed(parts, tmp_path, "snopes.com")
    (claim,) = client.get("/v1alpha1/claims:search", params={"query": CLAIM}).json()["claims"]
    assert [review["publisher"]["site"] for review in claim["claimReview"]] == ["snopes.com"]
    published = client.get("/v1/claimreview/feed").json()["dataFeedElement"]
    (review,) = next(one["item"] for one in published if one["item"][0]["claimReviewed"] == CLAIM)
    assert review["author"]["name"] == "snopes.com"


def test_pages_of_googles_go_on_past_what_does_not_count(client: Client, parts: Parts, tmp_path: Path) -> None:
    rows = []
    for number in range(12):
        site = "facts.snopes.com" if number % 4 == 3 else "snopes.com"
        rows.append({"@type": "ClaimReview", "url": f"https://{site}/{number}", "claimReviewed": f"Bee {number} barks."})
    for row in rows[:9]:
        row["url"] = row["url"].replace("//", "//x.baking.") if "facts" not in row["url"] else row["url"]
    for row in rows:
        row["reviewRating"] = "False"
    (tmp_path / "many.json").write_text(json.dumps(rows), encoding="utf-8")
    load_file(parts.store, tmp_path / "many.json")
    found, token = [], {}
    while True:
        query = {"reviewPublisherSiteFilter": "snopes.com", "pageSize": 2, **token}
        page = client.get("/v1alpha1/claims:search", params=query).json()
        found += [claim["text"] for claim in page.get("claims", [])]
        assert len(page.get("claims", [])) == 2 or "nextPageToken" not in page
        if "nextPageToken" not in page:
            break
        token = {"pageToken": page["nextPageToken"]}
    assert sorted(found) == sorted(row["claimReviewed"] for row in rows if "//snopes" in row["url"])


def test_a_source_is_named_over_the_api(
    client: Client, parts: Parts, tmp_path: Path, admin: dict[str, str], editor: dict[str, str]
) -> None:
    feed(parts, tmp_path, "baking.example")
    path, known = f"/v1/sources/{PUBLISHER}", {"record": {"tier": "known"}, "why": "They bake well."}
    assert client.get(path).json()["tier"] == "unknown"
    refused = client.patch(path, json=known, headers=editor | {"if-match": "*"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "tier")
    own = client.post(
        "/v1/sources", json={"record": {**client.get("/v1/sources/paper-1").json(), "id": "x"}, "why": "x"}, headers=editor
    )
    assert (own.status_code, own.json()["errors"][0]["field"]) == (400, "tier")
    assert client.patch(path, json=known, headers=admin | {"if-match": "*"}).status_code == 200
    title = {"record": {"title": "Baking"}, "why": "x"}
    assert client.patch(path, json=title, headers=editor | {"if-match": "*"}).status_code == 200  # which is no other tier
    assert checked(client)["verdict"]["rating"] == "false"
    assert {one["id"]: one["tier"] for one in client.get("/v1/sources").json()["items"]} == {PUBLISHER: "known", "paper-1": "known"}
    (_, change, _) = client.get(f"{path}/history").json()["revisions"]
    assert (change["why"], change["fields"]) == ("They bake well.", ["tier"])
    unknown = client.patch(path, json={"record": {"tier": "friend"}, "why": "x"}, headers=admin | {"if-match": "*"})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (400, "tier")


def test_a_blog_is_made_official_by_no_other_site(
    client: Client, parts: Parts, tmp_path: Path, admin: dict[str, str], editor: dict[str, str]
) -> None:
    feed(parts, tmp_path, "baking.example")
    path, site = f"/v1/sources/{PUBLISHER}", {"record": {"site": "who.int"}, "why": "x"}
    refused = client.patch(path, json=site, headers=editor | {"if-match": "*"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "site")
    beforehand = {"id": "publisher-other-example", "title": "x", "publisher": "x", "site": "who.int", "language": "und"}
    refused = client.post("/v1/sources", json={"record": beforehand, "why": "x"}, headers=editor)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "site")
    seeds = f'[source]\nid = "{PUBLISHER}"\ntitle = "x"\npublisher = "x"\nsite = "who.int"\nlanguage = "en"\n'
    sent = {"params": {"name": "seeds.toml", "why": "x"}, "content": seeds}
    assert "admin" in client.post("/v1/imports", headers=editor, **sent).json()["skipped"][0]["reason"]
    assert client.get(path).json()["tier"] == "unknown"
    assert client.patch(path, json=site, headers=admin | {"if-match": "*"}).status_code == 200
    assert client.get(path).json()["tier"] == "official"


def test_an_undo_makes_nobody_official_either(client: Client, parts: Parts, tmp_path: Path, admin: dict[str, str]) -> None:
    feed(parts, tmp_path, "baking.example")
    path, by = f"/v1/sources/{PUBLISHER}", By("me", "x")
    for site in ("who.int", "baking.example"):
        said = {"record": {"site": site}, "why": "x"}
        act = client.patch(path, json=said, headers=admin | {"if-match": "*"}).json()["act"]
    kept = parts.store.ledger.undo(act, by, may_tier=False)
    assert (kept.undone, [str(why) for why in kept.kept.values()]) == ([], ["whom to believe is said with the scope 'admin'"])
    assert client.get(path).json()["tier"] == "unknown"
    assert parts.store.ledger.undo(act, by).kept == {}
    assert client.get(path).json()["tier"] == "official"


def test_a_conflict_is_decided_over_the_api(client: Client, parts: Parts, tmp_path: Path, editor: dict[str, str]) -> None:
    feed(parts, tmp_path, "snopes.com")
    feed(parts, tmp_path, "snopes.com", rating="True")
    assert client.get("/v1/conflicts").status_code == 401
    page = client.get("/v1/conflicts", headers=editor).json()
    (one,) = page["items"]
    assert page["next_cursor"] is None
    assert [change["field"] for change in one["changes"]] == ["rating"]
    assert checked(client)["verdict"]["rating"] == "false"
    path = f"/v1/conflicts/{one['id']}"
    for body in ({"take": True}, {"take": 1, "why": "x"}, {"take": True, "why": " "}):
        assert client.post(path, json=body, headers=editor).status_code == 400
    assert client.post(path, json={"take": True, "why": "They corrected it."}).status_code == 401
    taken = client.post(path, json={"take": True, "why": "They corrected it."}, headers=editor).json()
    assert (taken["taken"], taken["decided_by"][:4]) == (True, "key ")
    assert checked(client)["verdict"]["rating"] == "true"
    assert client.post(path, json={"take": False, "why": "x"}, headers=editor).status_code == 400
    assert client.post(f"/v1/conflicts/{'0' * 16}", json={"take": False, "why": "x"}, headers=editor).status_code == 404


def test_the_desks_own_list_and_the_setting(tmp_path: Path) -> None:
    path = tmp_path / "tiers.toml"
    path.write_text('known = ["baking.example"]\nunknown = ["snopes.com"]\n', encoding="utf-8")
    settings = read_settings({"REBUT_TIERS": str(path), "REBUT_DATA_DIR": str(tmp_path)})
    store = open_base(settings)
    assert [
        store.tiers.of_site(site).value for site in ("baking.example", "snopes.com", "afp.com") if store.tiers.of_site(site)
    ] == [
        "known",
        "unknown",
        "signatory",
    ]
    store.close()
    with pytest.raises(SettingsInvalid, match="there is no such file"):
        read_settings({"REBUT_TIERS": str(tmp_path / "none.toml")})
    with pytest.raises(SettingsInvalid, match="REBUT_UNKNOWN_PUBLISHERS"):
        read_settings({"REBUT_UNKNOWN_PUBLISHERS": "perhaps"})
    path.write_text("known = 1", encoding="utf-8")
    with pytest.raises(TiersInvalid):
        open_base(settings)


def test_a_flood_of_copies_does_not_stand_before_what_an_official_denied(client: Client, parts: Parts, tmp_path: Path) -> None:
    claim = "South says that North masses troops at the river."
    before = post(client, "/v1/claims/check", text=claim)
    copies = [
        {"@type": "ClaimReview", "url": f"https://{site}/{n}", "claimReviewed": f"{claim} {n}", "reviewRating": "True"}
        for n in range(40)
        for site in ("baking.example", "www.snopes.com")
    ]
    (tmp_path / "feed.json").write_text(json.dumps(copies), encoding="utf-8")
    load_file(parts.store, tmp_path / "feed.json", origin=Origin(site="baking.example"))
    parts.retriever.live.refresh()
    after = post(client, "/v1/claims/check", text=claim)
    assert after["verdict"] == before["verdict"]
    assert [one["statement"]["id"] for one in after["matches"]] == [one["statement"]["id"] for one in before["matches"]]
    assert after["matches"][0]["refutations"][0]["applies_to_claim"] is True
    feed(parts, tmp_path, "blog.example")
    assert checked(client)["match"]["apart"]["reviews"], "where nothing else is known, it is told"


def test_which_statements_count(parts: Parts, tmp_path: Path) -> None:
    assert parts.store.counting.statements() is None
    feed(parts, tmp_path, "baking.example")
    counted = parts.store.counting.statements()
    assert counted is not None
    assert len(counted) == parts.store.counts().statements - 1
    feed(parts, tmp_path, "snopes.com")
    assert parts.store.counting.statements() is None
