"""Google's Fact Check Tools API, asked by hand, by google-api-python-client, and by the npm package @googleapis/factchecktools."""

from __future__ import annotations

import base64
import datetime as dt
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from litestar import Litestar
from litestar.testing import TestClient

from index.kinds import Scope
from index.readers.loading import load_file
from service.access.keyring import Keyring
from service.app import Parts, create_app
from service.integrations.google import PageToken, digest_of
from tests.serving import served

Client = TestClient[Litestar]
SEARCH = "/v1alpha1/claims:search"
TODAY = dt.datetime.now(dt.UTC).date()
YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def reviewed(parts: Parts, tmp_path: Path) -> Parts:
    """Beside the seeds: 12 claims about bees reviewed by Facts, one of them also by Other, in German, without a date."""
    nodes: list[dict[str, Any]] = [
        {
            "@type": "ClaimReview",
            "url": f"https://www.facts.example/{number}",
            "claimReviewed": f"Bees can count to {number}.",
            "headline": f"No, bees cannot count to {number}",
            "datePublished": f"{YESTERDAY.year - number}-01-02" if number else YESTERDAY.isoformat(),
            "inLanguage": "en",
            "author": {"name": "Facts"},
            "itemReviewed": {"author": {"@type": "Person", "name": "A. Keeper"}, "datePublished": "2001-02-03"},
            "reviewRating": {"alternateName": "Mostly false"},
        }
        for number in range(12)
    ]
    other = {"url": "https://other.example/x", "inLanguage": "de-AT", "author": "Other", "datePublished": None, "reviewRating": 3}
    (tmp_path / "feed.json").write_text(json.dumps([*nodes, {**nodes[3], **other, "headline": None}]), encoding="utf-8")
    assert load_file(parts.store, tmp_path / "feed.json").skipped == []
    parts.retriever.live.refresh()
    return parts


@pytest.fixture
def google(reviewed: Parts) -> Iterator[Client]:
    with TestClient(create_app(reviewed), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def address(reviewed: Parts) -> Iterator[str]:
    with served(create_app(reviewed)) as address:
        yield address


def search(client: Client, **parameters: object) -> dict[str, Any]:
    response = client.get(SEARCH, params={name: str(value) for name, value in parameters.items()})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_a_claim_is_told_as_google_tells_it(google: Client) -> None:
    claim = search(google, query="Bees can count to 3.")["claims"][0]
    assert claim == {
        "text": "Bees can count to 3.",
        "claimant": "A. Keeper",
        "claimDate": "2001-02-03T00:00:00Z",
        "claimReview": [
            {
                "publisher": {"name": "Facts", "site": "facts.example"},
                "url": "https://www.facts.example/3",
                "title": "No, bees cannot count to 3",
                "reviewDate": f"{YESTERDAY.year - 3}-01-02T00:00:00Z",
                "textualRating": "Mostly false",
                "languageCode": "en",
            },
            {
                "publisher": {"name": "Other", "site": "other.example"},
                "url": "https://other.example/x",
                "textualRating": "Mixed",
                "languageCode": "de",
            },
        ],
    }


def test_an_official_answer_is_told_as_what_it_is(google: Client) -> None:
    claim = search(google, query="northern soldiers gather by the river")["claims"][0]
    assert (claim["text"], claim["claimant"]) == ("South says that North masses troops at the river.", "South")
    assert "claimDate" not in claim  # "since June" is no date
    denial, fact = claim["claimReview"]
    assert denial["publisher"] == {"name": "North", "site": "example.org"}  # whose publisher only tells of it
    assert (denial["textualRating"], fact["textualRating"]) == ("Denied by North", "Countered by Observers")
    assert denial["title"] in google.get(denial["url"]).text


def test_what_nothing_was_said_against_is_not_listed(google: Client) -> None:
    assert search(google, query="The wheat harvest was the best in ten years.") == {}
    assert search(google, query="zebra") == {}


def test_a_word_is_enough(google: Client) -> None:
    assert len(search(google, query="bees", pageSize=50)["claims"]) == 12
    assert [claim["text"] for claim in search(google, query="river")["claims"]] == [
        "South says that North masses troops at the river."
    ]


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"reviewPublisherSiteFilter": "facts.example"}, 12),
        ({"reviewPublisherSiteFilter": "WWW.facts.example"}, 12),
        ({"reviewPublisherSiteFilter": "https://www.facts.example/"}, 12),
        ({"reviewPublisherSiteFilter": "http://FACTS.example:443/some/page?x=1#y"}, 12),
        ({"reviewPublisherSiteFilter": " facts.example/ "}, 12),
        ({"reviewPublisherSiteFilter": "//facts.example"}, 12),
        ({"reviewPublisherSiteFilter": "*.facts.example."}, 12),
        ({"reviewPublisherSiteFilter": "other.example"}, 1),
        ({"reviewPublisherSiteFilter": "nowhere.example"}, 0),
        ({"reviewPublisherSiteFilter": "Fact"}, 12),
        ({"reviewPublisherSiteFilter": "acts"}, 0),
        ({"reviewPublisherSiteFilter": "ther.example"}, 0),
        ({"query": "bees", "reviewPublisherSiteFilter": "other.example"}, 1),
        ({"query": "bees", "languageCode": "de-DE"}, 1),
        ({"query": "bees", "languageCode": "EN"}, 12),
        ({"query": "bees", "languageCode": "fr"}, 0),
        ({"query": "bees", "maxAgeDays": 3}, 1),  # midnight may come between
        ({"query": "bees", "maxAgeDays": 0}, 0),
        ({"query": "bees", "maxAgeDays": 2_000_000_000}, 12),
        ({"reviewPublisherSiteFilter": "facts.example", "maxAgeDays": 3 * 366}, 3),
    ],
)
def test_filters(google: Client, parameters: dict[str, Any], count: int) -> None:
    claims = search(google, pageSize=50, **parameters).get("claims", [])
    assert len(claims) == count
    sites = {"fact": "facts.example", "other.": "other.example"}
    site = next((name for part, name in sites.items() if part in str(parameters).lower()), "")
    assert all(review["publisher"]["site"] == site for claim in claims for review in claim["claimReview"] if site)


def test_the_newest_review_is_listed_first(google: Client) -> None:
    claims = search(google, reviewPublisherSiteFilter="facts.example", pageSize=3)["claims"]
    assert [claim["text"] for claim in claims] == [f"Bees can count to {number}." for number in range(3)]


@pytest.mark.parametrize("first", [{"query": "bees"}, {"reviewPublisherSiteFilter": "facts.example"}])
def test_pages(google: Client, first: dict[str, Any]) -> None:
    everything = [claim["text"] for claim in search(google, pageSize=100, **first)["claims"]]
    one = search(google, **first)
    two = search(google, pageToken=one["nextPageToken"], offset=7, key="k", **first)
    assert [claim["text"] for claim in one["claims"] + two["claims"]] == everything
    assert (len(one["claims"]), "nextPageToken" in two) == (10, False)
    assert [claim["text"] for claim in search(google, offset=10, **first)["claims"]] == everything[10:]
    assert search(google, offset=2**31 - 1, **first) == {}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "query"),
        ("query=%20", "query"),
        ("query=" + "a" * 5001, "query"),
        ("query=x&pageSize=many", "pageSize"),
        ("query=x&pageSize=-1", "pageSize"),
        ("query=x&maxAgeDays=-1", "maxAgeDays"),
        ("query=x&offset=99999999999", "offset"),
        ("query=x&languageCode=!", "languageCode"),
        ("query=x&languageCode=xx", "languageCode"),
        ("query=x&fields=claims/txt", "fields"),
        ("query=x&fields=claims(", "fields"),
        ("query=x&reviewPublisherSiteFilter=https://", "reviewPublisherSiteFilter"),
        ("query=x&pageToken=nonsense", "pageToken"),
        ("query=x&pageToken=WyItMSIsIiJd", "pageToken"),
        ("query=x&pageToken=%F0%9F%99%82", "pageToken"),
        ("query=x&alt=proto", "alt"),
        ("query=x&querry=y", "querry"),
    ],
)
def test_errors_are_googles(google: Client, query: str, field: str) -> None:
    response = google.get(f"{SEARCH}?{query}")
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    (detail,) = error["details"]
    assert detail["@type"] == "type.googleapis.com/google.rpc.BadRequest"
    assert detail["fieldViolations"][0]["field"] == field
    assert error["message"].startswith(f"{field}: ")


def test_errors_name_what_is_allowed(google: Client) -> None:
    for query, said in (
        ("query=x&querry=y", "querry: is not a known parameter; did you mean 'query'? the parameters are fields, languageCode"),
        ("query=x&languageCode=xx", "languageCode: 'xx' names no language that is known; give a BCP 47 tag"),
        ("query=x&fields=claims/txt", "fields: claims/txt is not a field of the answer; the fields are text, claimReview"),
    ):
        assert google.get(f"{SEARCH}?{query}").json()["error"]["message"].startswith(said)


def test_fields_are_a_partial_response(google: Client) -> None:
    found = search(google, query="bees", pageSize=2, fields="claims(text,claimReview/textualRating)")
    assert set(found) == {"claims"}
    assert [set(claim) for claim in found["claims"]] == [{"text", "claimReview"}] * 2
    assert found["claims"][0]["claimReview"] == [{"textualRating": "Mostly false"}]
    assert set(search(google, query="bees", fields="nextPageToken")) == {"nextPageToken"}
    assert set(search(google, query="bees", fields="*")) == {"claims", "nextPageToken"}


def test_a_token_belongs_to_its_parameters(google: Client) -> None:
    token = search(google, query="bees", pageSize=5)["nextPageToken"]
    for changed in ({"query": "bee"}, {"pageSize": 6}, {"languageCode": "en"}, {"maxAgeDays": 9}):
        response = google.get(SEARCH, params={"query": "bees", "pageSize": "5", "pageToken": token, **changed})
        assert response.json()["error"]["message"] == "pageToken: belongs to a request with other parameters"


@pytest.mark.parametrize("offset", [-1, 2**31, 2**70])
def test_a_forged_token_is_refused(google: Client, offset: int) -> None:
    digest = digest_of("bees", None, None, None, 0)
    forged = base64.urlsafe_b64encode(json.dumps([offset, digest]).encode()).decode()
    response = google.get(SEARCH, params={"query": "bees", "pageToken": forged})
    assert response.status_code == 400
    assert response.json()["error"]["message"] == "pageToken: is not a token that this service gave"
    assert search(google, query="bees", pageToken=PageToken(10, digest).encode())["claims"]


def test_a_store_that_fails_is_unavailable_and_other_routes_keep_their_problems(google: Client, reviewed: Parts) -> None:
    with reviewed.store._connect(write=True) as connection:
        connection.exec_driver_sql("DROP TABLE reviews")
    error = google.get(SEARCH, params={"query": "bees"}).json()["error"]
    assert (error["code"], error["status"]) == (503, "UNAVAILABLE")
    assert google.get("/v1/statements/nothing").headers["content-type"] == "application/problem+json"


def test_googles_python_client(address: str) -> None:
    with build("factchecktools", "v1alpha1", developerKey="any", client_options={"api_endpoint": address}) as service:
        asked = service.claims().search(query="bees", languageCode="en-US", pageSize=7)
        found = asked.execute()
        assert len(found["claims"]) == 7
        assert found["claims"][0]["claimReview"][0]["publisher"]["site"] == "facts.example"
        following = service.claims().search(query="bees", languageCode="en-US", pageSize=7, pageToken=found["nextPageToken"])
        assert len(following.execute()["claims"]) == 5
        with pytest.raises(HttpError, match="query: is required") as raised:
            service.claims().search().execute()
        assert raised.value.status_code == 400
        assert raised.value.error_details[0]["fieldViolations"][0]["field"] == "query"


def test_googles_python_client_sends_a_key_as_a_token(reviewed: Parts) -> None:
    key = Keyring(reviewed.store.keys).new("Google's client", {Scope.CHECK}, None, "test").secret
    keyed = msgspec.structs.replace(reviewed, settings=msgspec.structs.replace(reviewed.settings, access="keyed"))

    def found(address: str, **ways: Any) -> Any:
        with build("factchecktools", "v1alpha1", client_options={"api_endpoint": address}, **ways) as service:
            return service.claims().search(query="bees").execute()

    with served(create_app(keyed)) as address:
        assert found(address, credentials=Credentials(key))["claims"]
        with pytest.raises(HttpError, match="a key is required") as raised:
            found(address, developerKey="any")
        assert raised.value.status_code == 401
        with pytest.raises(HttpError, match="a key stands in the address"):
            found(address, developerKey=key)


def test_googles_javascript_client(address: str, npm_client: Path) -> None:
    def ask(**parameters: object) -> Any:
        command = ["node", str(npm_client), f"{address}/", json.dumps(parameters)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout)

    found = ask(query="bees", languageCode="en", pageSize=7)["data"]
    assert len(found["claims"]) == 7
    assert found["claims"][0]["claimReview"][0]["title"].startswith("No, bees cannot count")
    assert len(ask(query="bees", languageCode="en", pageSize=7, pageToken=found["nextPageToken"])["data"]["claims"]) == 5
    error = ask(query="bees", pageToken=found["nextPageToken"])
    assert error["code"] == 400
    assert "belongs to a request with other parameters" in error["message"]
