"""ClaimReview out: what is published is read back by parsers that nobody here wrote, and held against schema.org's vocabulary."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from extruct.jsonld import JsonLdExtractor
from litestar import Litestar
from litestar.testing import TestClient

from index.kinds import Rated
from index.models.encoders import Encoders
from index.readers.loading import load_file
from index.records import Rating
from index.store.sql import SqlStore
from index.store.store import ReviewFilter
from service.app import Parts, assemble, create_app
from service.integrations.claimreview import CONTEXT, Claim, ClaimReview, Graph, Organization, ReviewRating, script
from service.settings import Settings
from tests.conftest import ROOT
from tests.fakes import WordEncoder, WordRelations

Client = TestClient[Litestar]
FEED = "/v1/claimreview/feed"
VOCABULARY = json.loads((ROOT / "tests" / "schema_org.json").read_text("utf-8"))["types"]
REVIEWS = [
    {
        "@type": "ClaimReview",
        "url": "https://www.facts.example/1",
        "claimReviewed": "The moon is made of &amp; cheese.",
        "datePublished": "2024-03-05",
        "inLanguage": "en",
        "author": {"name": "Facts"},
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": "A. Cheese", "jobTitle": "baker"},
            "datePublished": "2024-03-01",
            "firstAppearance": "https://blog.example/0",
            "appearance": "https://social.example/1",
        },
        "reviewRating": {"alternateName": "Totally false", "ratingValue": 0, "bestRating": 10, "worstRating": 0},
    },
    {
        "@type": "ClaimReview",
        "url": "https://b.example/1",
        "claimReviewed": "Bees bark.",
        "reviewRating": "Fake",
        "inLanguage": "en",
    },
    {
        "@type": "ClaimReview",
        "url": "https://b.example/2",
        "claimReviewed": "Bees buzz.",
        "reviewRating": "True",
        "inLanguage": "en",
    },
]


@pytest.fixture
def reviewed(client: Client, parts: Parts, tmp_path: Path) -> Client:
    (tmp_path / "feed.json").write_text(json.dumps(REVIEWS), encoding="utf-8")
    assert load_file(parts.store, tmp_path / "feed.json").skipped == []
    return client


def ids(client: Client, text: str) -> str:
    """The id of the statement with this text."""
    items = client.get("/v1/statements", params={"limit": 200}).json()["items"]
    return next(str(item["id"]) for item in items if item["text"].startswith(text))


def problems(node: object, expected: list[str]) -> list[str]:
    """What schema.org's vocabulary has against a node that stands where these types are expected."""
    if isinstance(node, list):
        return [problem for item in node for problem in problems(item, expected)]
    if not isinstance(node, dict):
        return [] if {"Text", "URL", "Number", "Date", "DateTime"} & set(expected) else [f"{node!r} is none of {expected}"]
    kind = node["@type"]
    found = [] if {kind, *VOCABULARY[kind]["ancestors"]} & set(expected) else [f"{kind} is none of {expected}"]
    for name, value in node.items():
        if not name.startswith("@"):
            types = VOCABULARY[kind]["properties"].get(name)
            found += problems(value, types) if types else [f"{kind} has no {name}"]
    return found


def test_the_vocabulary_test_can_fail() -> None:
    assert problems({"@type": "Claim", "appearence": "x"}, ["Claim"]) == ["Claim has no appearence"]
    assert problems({"@type": "Claim", "author": {"@type": "Rating"}}, ["Thing"]) == [
        "Rating is none of ['Organization', 'Person']"
    ]
    assert problems({"@type": "Claim", "author": "x"}, ["Claim"])
    assert problems({"@type": "Person"}, ["Claim"])


def test_an_official_refutation(client: Client) -> None:
    response = client.get("/v1/statements/north-masses-troops/claimreview")
    assert response.headers["content-type"] == "application/ld+json"
    graph = response.json()
    assert graph["@context"] == "https://schema.org"
    denial, fact = graph["@graph"]
    assert problems([denial, fact], ["ClaimReview"]) == []
    assert denial["claimReviewed"] == "South says that North masses troops at the river."
    assert denial["reviewRating"] == {"@type": "Rating", "alternateName": "Denied by North"}  # nobody gave a figure
    assert fact["reviewRating"] == {"@type": "Rating", "alternateName": "Countered by Observers"}
    assert denial["itemReviewed"]["author"] == {"@type": "Organization", "name": "South"}
    assert denial["itemReviewed"]["firstAppearance"] == denial["itemReviewed"]["appearance"][0]
    assert denial["itemReviewed"]["appearance"][0]["name"] == "A paper"
    assert "datePublished" not in denial["itemReviewed"]  # "since June" is a period
    assert (denial["datePublished"], denial["author"]) == ("2024-07-02", {"@type": "Organization", "name": "North"})
    assert denial["citation"][0]["publisher"]["name"] == "Publisher"
    assert fact["author"]["name"] == "Observers"
    page = client.get(denial["url"])
    assert page.headers["content-type"].startswith("text/html")
    assert "North says that its units only hold an exercise." in page.text


def test_a_fact_checkers_review(reviewed: Client) -> None:
    (review,) = reviewed.get(f"/v1/statements/{ids(reviewed, 'The moon')}/claimreview").json()["@graph"]
    assert problems(review, ["ClaimReview"]) == []
    assert review["url"] == "https://www.facts.example/1"
    assert review["author"] == {"@type": "Organization", "name": "Facts", "url": "https://facts.example"}
    assert review["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "Totally false",
        "ratingValue": 0.0,
        "bestRating": 10.0,
        "worstRating": 0.0,
    }
    claim = review["itemReviewed"]
    assert claim["author"] == {"@type": "Person", "name": "A. Cheese", "jobTitle": "baker"}
    assert [work["url"] for work in claim["appearance"]] == ["https://blog.example/0", "https://social.example/1"]
    assert (claim["firstAppearance"]["url"], claim["datePublished"]) == ("https://blog.example/0", "2024-03-01")
    (bare,) = reviewed.get(f"/v1/statements/{ids(reviewed, 'Bees bark')}/claimreview").json()["@graph"]
    assert bare["reviewRating"] == {"@type": "Rating", "alternateName": "Fake"}  # theirs has no figure
    assert "author" not in bare["itemReviewed"]


def test_what_nothing_refutes_has_no_claimreview(reviewed: Client) -> None:
    for statement_id in ("nothing", "wheat-harvest-record", ids(reviewed, "Bees buzz")):
        response = reviewed.get(f"/v1/statements/{statement_id}/claimreview")
        assert response.status_code == 404
        assert response.json()["type"] == "urn:rebut:problem:unknown-record"


def test_the_feed(reviewed: Client) -> None:
    response = reviewed.get(FEED)
    assert response.headers["content-type"] == "application/ld+json"
    feed = response.json()
    assert problems(feed, ["DataFeed"]) == []
    items = feed["dataFeedElement"]
    assert sorted(item["item"][0]["claimReviewed"].split()[0] for item in items) == ["Bees", "South", "The"]
    for item in items:
        created, modified = (dt.datetime.fromisoformat(item[name]) for name in ("dateCreated", "dateModified"))
        assert created <= modified <= dt.datetime.fromisoformat(feed["dateModified"])


def test_an_empty_feed(settings: Settings) -> None:
    parts = assemble(
        msgspec.structs.replace(settings, seeds=""), Encoders(WordEncoder("all-MiniLM-L6-v2")), relation_model=WordRelations()
    )
    client: Client
    with TestClient(create_app(parts)) as client:
        feed = client.get(FEED).json()
    assert feed["dataFeedElement"] == []
    assert "dateModified" not in feed


def test_the_feed_is_sent_again_only_when_it_changed(client: Client, parts: Parts, tmp_path: Path) -> None:
    etag = client.get(FEED).headers["etag"]
    assert client.get(FEED).headers["etag"] == etag
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        response = client.get(FEED, headers={"if-none-match": known})
        assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", etag)
    for unknown in ('"other"', etag.strip('"'), ""):
        assert client.get(FEED, headers={"if-none-match": unknown}).status_code == 200
    (tmp_path / "feed.json").write_text(json.dumps(REVIEWS), encoding="utf-8")
    load_file(parts.store, tmp_path / "feed.json")
    response = client.get(FEED, headers={"if-none-match": etag})
    assert response.status_code == 200
    assert response.headers["etag"] != etag


def test_the_public_address_is_a_setting(settings: Settings) -> None:
    parts = assemble(
        msgspec.structs.replace(settings, public_url="https://facts.example/rebut"),
        Encoders(WordEncoder("all-MiniLM-L6-v2")),
        relation_model=WordRelations(),
    )
    client: Client
    with TestClient(create_app(parts)) as client:
        text = client.get(FEED).text
    assert '"url":"https://facts.example/rebut/statements/north-masses-troops#north-only-exercises"' in text
    assert "testserver" not in text


def test_a_page_gives_extruct_what_was_put_into_it(reviewed: Client) -> None:
    statement_id = ids(reviewed, "The moon")
    content = reviewed.get(f"/v1/statements/{statement_id}/claimreview").content
    page = f"<!doctype html><title>x</title>{script(msgspec.json.decode(content, type=Graph))}<p>end</p>"
    assert page.count("</script>") == 1
    assert JsonLdExtractor().extract(page) == [json.loads(content)]


def test_a_script_ends_nowhere_but_at_its_end() -> None:
    rating = ReviewRating("</script><!--<script>&\u2028", 1, 5, 1)
    review = ClaimReview("https://a.example", "x", Claim(), rating, Organization("y"), "en")
    element = script(Graph(CONTEXT, [review]))
    inside = element.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set(inside) & set("<>&\u2028")
    assert json.loads(inside)["@graph"][0]["reviewRating"]["alternateName"] == rating.alternate_name


def test_one_services_feed_is_another_ones_input(reviewed: Client, tmp_path: Path) -> None:
    (tmp_path / "theirs.json").write_bytes(reviewed.get(FEED).content)
    store = SqlStore(f"sqlite:///{tmp_path}/other.sqlite")
    report = load_file(store, tmp_path / "theirs.json")
    assert report.skipped == []
    found = store.dossiers(store.reviewed(ReviewFilter())).values()
    refuting = {one.statement.text: [item.text for item in one.refutations] for one in found if one.refutations}
    assert refuting == {
        "The moon is made of & cheese.": ["Facts: Totally false"],
        "Bees bark.": ["b.example: Fake"],
    }
    reviews = {review.reviewer.name: review.rating for one in found for review in one.reviews}
    assert reviews["North"] == Rating(Rated.UNCLEAR, "Denied by North")  # which nobody rated
    store.close()


def test_the_seeds_are_good_claimreviews(real_client: Client) -> None:
    feed: dict[str, Any] = real_client.get(FEED).json()
    assert problems(feed, ["DataFeed"]) == []
    authors = {
        review["itemReviewed"]["author"]["name"]: review["itemReviewed"]["author"]
        for item in feed["dataFeedElement"]
        for review in item["item"]
    }
    assert authors["Oleh Dunda"] == {"@type": "Person", "name": "Oleh Dunda", "jobTitle": "member of the Ukrainian parliament"}
    assert authors["Minsk"] == {"@type": "Organization", "name": "Minsk"}


@pytest.mark.parametrize("host", ["x:99999999", "a:b"])
def test_a_host_that_is_none_is_a_problem(client: Client, host: str) -> None:
    response: httpx.Response = client.get(FEED, headers={"host": host})
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "Host"
