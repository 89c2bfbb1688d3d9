"""What stands in an address or a body and is wrong is named, with what is allowed."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

Client = TestClient[Litestar]


@pytest.mark.parametrize(
    ("path", "field", "reason"),
    [
        ("/v1/statements?claimnt=Minsk", "claimnt", "is not a parameter; did you mean 'claimant'? the parameters are "),
        ("/v1/statements?q=x", "q", "updated_since"),
        ("/v1/statements?limit=1&limit=2", "limit", "is given more than once"),
        ("/v1/statements?kind=acusation", "kind", "did you mean 'accusation'? the values are accusation, statement, event"),
        ("/v1/statements?fields=items/txt", "fields", "items/txt is not a field of the answer; the fields are id, text"),
        ("/v1/statements/wheat-harvest-record?lang=en", "lang", "the parameters are"),
        ("/v1/sources?limit=3", "limit", "there are no parameters"),
        ("/v1/claimreview/feed?page=2", "page", "the parameters are claimant, place, topic, issuer, date"),
        ("/v1/claimreview/feed?date=soon", "date", "'soon' is not YYYY"),
        ("/v1/statements?updated_since=soon", "updated_since", "'soon' is neither a day (2026-11-01) nor a time"),
        ("/v1/statements?updated_since=2024-13-01", "updated_since", "is neither a day"),
    ],
)
def test_what_is_wrong_in_an_address_is_named_with_what_is_allowed(
    reading_client: Client, path: str, field: str, reason: str
) -> None:
    response = reading_client.get(path)
    assert response.status_code == 400, response.text
    (error,) = response.json()["errors"]
    assert error["field"] == field
    assert reason in error["reason"]


def test_a_body_takes_no_parameters_of_its_own(reading_client: Client) -> None:
    response = reading_client.post("/v1/claims/check?limit=1", json={"text": "North masses troops"})
    assert response.status_code == 400
    assert response.json()["detail"] == "limit: is not a parameter; the parameters are fields, compact"


def test_what_may_be_asked_can_be_asked_of_any_address(reading_client: Client) -> None:
    assert reading_client.options("/v1/statements?claimant=Minsk&claimnt=x").status_code == 204


def test_links_to_pages_may_have_parameters_of_others(reading_client: Client) -> None:
    assert reading_client.get("/?utm_source=mail").status_code == 200
    assert reading_client.get("/statements?fbclid=1").status_code == 200
    assert reading_client.get("/health/live?_=1").status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("claims", {"txt": "x"}, "txt: is not a known field; did you mean 'text'? the fields are text, limit, language"),
        ("claims", {"claim": "x"}, "claim: is not a known field; did you mean 'claimant'? the fields are text, limit"),
        ("texts", {"text": "x", "format": "pdf"}, "format: Invalid enum value 'pdf'; the values are plain, markdown, html"),
        ("texts", {"text": "x", "format": "htm"}, "did you mean 'html'?"),
        ("claims", {"text": "x", "language": "xx"}, "language: 'xx' names no language that is known; give a BCP 47 tag"),
        ("texts", {"text": "x", "language": "English"}, "language: 'English' names no language"),
    ],
)
def test_what_is_wrong_in_a_body_is_named_with_what_is_allowed(
    reading_client: Client, path: str, body: dict[str, object], said: str
) -> None:
    response = reading_client.post(f"/v1/{path}/check", json=body)
    assert response.status_code == 400
    assert said in response.json()["detail"]


@pytest.mark.parametrize(
    ("tag", "language"), [("en-US", "en"), ("EN", "en"), ("eng", "en"), ("zh-Hant", "zh"), ("", "en"), ("und", "en"), (None, "en")]
)
def test_languages_are_given_as_tags(reading_client: Client, tag: str | None, language: str) -> None:
    answer = reading_client.post("/v1/claims/check", json={"text": "North is massing troops near the river", "language": tag})
    assert answer.json()["claim"]["language"] == language


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"place": "Rivver"}, "place 'Rivver' is passed by none (did you mean 'river'?)"),
        ({"topic": "Trops"}, "topic 'Trops' is passed by none (did you mean 'troops'?)"),
        ({"claimant": "outh"}, "claimant 'outh' is passed by none (did you mean 'south'?)"),
        ({"topic": "der"}, "topic 'der' is passed by none (the topics are arms, border, troops)"),
        ({"topic": "zebras"}, "topic 'zebras' is passed by none (the topics are arms, border, troops)"),
        ({"claimant": "Nobody at all"}, "claimant 'Nobody at all' is passed by none"),
        ({"place": "River", "topic": "arms"}, "each of place, topic is passed by some, all together by none"),
        ({"date": "1950"}, "date '1950' is passed by none"),
    ],
)
def test_a_filter_that_nothing_passes_says_so(reading_client: Client, filters: dict[str, str], said: str) -> None:
    claim = reading_client.post("/v1/claims/check", json={"text": "North is massing troops near the river", **filters}).json()
    assert (claim["verdict"]["kind"], claim["nearest_miss"]) == ("no_known_statement", None)
    assert claim["verdict"]["sentence"] == "No known statement passes the filter, so the claim was compared with none."
    listed = reading_client.get("/v1/statements", params=filters).json()
    assert listed["total"] == 0
    for note in (claim["filter_note"], listed["filter_note"]):
        assert note.startswith("no statement passes the filter: ")
        assert said in note


def test_an_issuer_who_answered_nothing_is_told_with_who_may_be_meant(reading_client: Client) -> None:
    listed = reading_client.get("/v1/statements?issuer=Nroth").json()
    assert listed["filter_note"].endswith("issuer 'Nroth' is passed by none (did you mean 'north army spokesman'?)")


def test_only_a_filter_that_nothing_passes_says_so(reading_client: Client) -> None:
    claim = {"text": "North is massing troops near the river", "place": "river"}
    assert "filter_note" not in reading_client.post("/v1/claims/check", json=claim).json()
    assert "filter_note" not in reading_client.get("/v1/statements?place=river").json()
    batch = reading_client.post("/v1/claims/check/batch", json={"claims": [{**claim, "place": "Mars"}, claim]}).json()["results"]
    assert [one.get("filter_note") for one in batch] == ["no statement passes the filter", None]
    text = reading_client.post("/v1/texts/check", json={**claim, "place": "Mars"}).json()
    assert text["filter_note"] == "no statement passes the filter"
    german = {"text": "Der Norden zieht Truppen am Fluss zusammen", "language": "de-AT", "place": "Mars"}
    sentence = reading_client.post("/v1/claims/check", json=german).json()["verdict"]["sentence"]
    assert sentence.startswith("Keine bekannte Aussage entspricht dem Filter")
