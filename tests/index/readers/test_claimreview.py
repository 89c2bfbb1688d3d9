"""Each shape of mess that publishers' ClaimReviews have."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.kinds import Rated
from index.readers.claimreview import Unusable, identified, read_review, referred, reviews_in
from index.records import UNKNOWN, Party, Rating, When

GOOD: dict[str, Any] = {
    "@type": "ClaimReview",
    "url": "https://www.facts.example/1",
    "claimReviewed": "The moon is made of cheese.",
    "headline": "No, the moon is not made of cheese",
    "datePublished": "2024-03-05T10:00:00+01:00",
    "inLanguage": "en-GB",
    "author": {"@type": "Organization", "name": "Facts"},
    "itemReviewed": {
        "@type": "Claim",
        "author": {"@type": "Person", "name": "A. Cheese", "jobTitle": "baker"},
        "datePublished": "2024-03-01",
        "appearance": {"url": "https://social.example/1"},
        "firstAppearance": "https://blog.example/0",
    },
    "reviewRating": {"alternateName": "False", "ratingValue": "1", "bestRating": "5", "worstRating": "1"},
}


def test_a_good_one() -> None:
    source, statement, review = read_review(GOOD)
    assert (source.id, source.publisher, source.site) == ("publisher-facts-example", "Facts", "facts.example")
    assert (statement.text, statement.language) == ("The moon is made of cheese.", "en")
    assert statement.claimant == Party("A. Cheese", role="baker", person=True)
    assert statement.when == When("2024-03-01", "1 March 2024")
    assert statement.appearances == ["https://blog.example/0", "https://social.example/1"]
    assert review.statement_id == statement.id
    assert review.citation.url == "https://www.facts.example/1"
    assert review.title == "No, the moon is not made of cheese"
    assert review.when == When("2024-03-05", "5 March 2024")
    assert review.rating == Rating(Rated.FALSE, "False", 1, 1, 5)


def test_ids_are_stable_and_tell_claimants_apart() -> None:
    first = read_review(GOOD)
    spaced = read_review({**GOOD, "claimReviewed": " The MOON is\nmade of &#99;heese. ", "datePublished": None})
    assert (spaced.statement.id, spaced.review.id) == (first.statement.id, first.review.id)
    other = read_review({**GOOD, "itemReviewed": {"author": {"name": "B. Cheese"}}})
    assert other.statement.id != first.statement.id
    elsewhere = read_review({**GOOD, "url": "https://www.facts.example/2"})
    assert elsewhere.statement.id == first.statement.id
    assert elsewhere.review.id != first.review.id


@pytest.mark.parametrize(
    ("rating", "read"),
    [
        ("False", Rating(Rated.FALSE, "False")),
        ({"@value": "False"}, Rating(Rated.FALSE, "False")),
        (["False"], Rating(Rated.FALSE, "False")),
        ([{"alternateName": "False"}, {"alternateName": "Fake"}], Rating(Rated.FALSE, "False")),
        ([{"alternateName": "False"}, {"alternateName": "True"}], Rating(Rated.UNCLEAR, "False")),
        ({"alternateName": {"@value": "Fake"}}, Rating(Rated.FALSE, "Fake")),
        ({"alternateName": ["", "Fake"]}, Rating(Rated.FALSE, "Fake")),
        ({"alternateName": "Quite &quot;odd&quot;"}, Rating(Rated.UNCLEAR, 'Quite "odd"')),
        ({"ratingValue": "1,5", "bestRating": 5, "worstRating": 1}, Rating(Rated.MOSTLY_FALSE, None, 1.5, 1, 5)),
        ({"ratingValue": "False"}, Rating(Rated.FALSE, "False")),
        ({"ratingValue": 99, "bestRating": 5, "worstRating": 1}, Rating(Rated.UNCLEAR, None, 99, 1, 5)),
        ({"alternateName": "Zz", "ratingValue": 1, "bestRating": -1, "worstRating": -1}, Rating(Rated.UNCLEAR, "Zz", 1, -1, -1)),
        ({"properties": {"alternateName": "False"}}, Rating(Rated.FALSE, "False")),
        ({"ratingValue": "nan"}, Rating(Rated.UNCLEAR, "nan")),
        ({"ratingValue": True}, Rating(Rated.UNCLEAR)),
        (1, Rating(Rated.FALSE, None, 1)),
        (None, Rating(Rated.UNCLEAR)),
        ([], Rating(Rated.UNCLEAR)),
        ({}, Rating(Rated.UNCLEAR)),
    ],
)
def test_ratings(rating: object, read: Rating) -> None:
    assert read_review({**GOOD, "reviewRating": rating}).review.rating == read


@pytest.mark.parametrize(
    ("appearance", "read"),
    [
        ("https://a.example/1", ["https://a.example/1"]),
        ({"@type": "CreativeWork", "url": "https://a.example/1"}, ["https://a.example/1"]),
        (["https://a.example/1", {"@id": "https://a.example/2"}], ["https://a.example/1", "https://a.example/2"]),
        ("https://a.example/1 https://a.example/2", ["https://a.example/1", "https://a.example/2"]),
        ("https://a.example/1, https://a.example/2;", ["https://a.example/1", "https://a.example/2"]),
        ("https://a.example/1.htmlhttps://a.example/2", ["https://a.example/1.html", "https://a.example/2"]),
        ("https://old.example/web/2020/https://a.example/1", ["https://old.example/web/2020/https://a.example/1"]),
        ("https://a.example/1,2.html", ["https://a.example/1,2.html"]),
        ("javascript:alert(1)", []),
        ("http://[", []),
        ("see the post", []),
        ([None, 7, ["https://a.example/1"]], ["https://a.example/1"]),
    ],
)
def test_appearances(appearance: object, read: list[str]) -> None:
    assert read_review({**GOOD, "itemReviewed": {"appearance": appearance}}).statement.appearances == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024-03-05 10:00", "2024-03-05"),
        (["2024-03-05"], "2024-03-05"),
        ({"@value": "2024-03-05"}, "2024-03-05"),
        ("2024-02-30", None),
        ("0001-01-01", None),
        ("last week", None),
        ("", None),
        (1700000000, None),
        (None, None),
    ],
)
def test_dates(written: object, read: str | None) -> None:
    when = read_review({**GOOD, "datePublished": written}).review.when
    assert (when.edtf if when else None) == read


@pytest.mark.parametrize(
    ("changed", "claimant"),
    [
        ({"author": "Somebody"}, Party("Somebody")),
        ({"author": [{"name": "Posts &amp; videos"}]}, Party("Posts & videos")),
        ({"properties": {"author": {"properties": {"name": "Deep"}}}}, Party("Deep")),
        ({"author": {"name": "Unknown"}}, UNKNOWN),
        ({"author": None}, UNKNOWN),
        (None, UNKNOWN),
        ([{"author": "In a list"}], Party("In a list")),
        ("a text", UNKNOWN),
    ],
)
def test_claimants(changed: object, claimant: Party) -> None:
    assert read_review({**GOOD, "itemReviewed": changed}).statement.claimant == claimant


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"claimReviewed": "&quot;A &amp;amp; B&quot;"}, '"A & B"'),
        ({"claimReviewed": "<p>A <b>claim</b></p>"}, "A claim"),
        ({"claimReviewed": ["A claim"]}, "A claim"),
        ({"claimReviewed": {"@value": "A claim", "@language": "en"}}, "A claim"),
        ({"claimReviewed": "A\x00 \ud800claim\u2028"}, "A claim"),
        ({"claimReviewed": None, "itemReviewed": {"@type": "Claim", "text": "A claim"}}, "A claim"),
        ({"claimReviewed": "5 < 6 and 7 > 6"}, "5 < 6 and 7 > 6"),
    ],
)
def test_claims(changed: dict[str, Any], text: str) -> None:
    assert read_review({**GOOD, **changed}).statement.text == text


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"claimReviewed": None}, "claimReviewed: no claim"),
        ({"claimReviewed": " … "}, "claimReviewed: no claim"),
        ({"claimReviewed": "x" * 5001}, "claimReviewed: 5001 characters"),
        ({"claimReviewed": ["One.", "Two."]}, "claimReviewed: holds 2 claims"),
        ({"claimReviewed": None, "itemReviewed": {"@type": "CreativeWork", "name": "A post"}}, "claimReviewed: no claim"),
        ({"url": None}, "url: no address"),
        ({"url": "javascript:alert(1)"}, "url: no address"),
    ],
)
def test_what_cannot_be_used_is_explained(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unusable, match=reason):
        read_review({**GOOD, **changed})


def test_who_publishes() -> None:
    signed = {**GOOD, "author": {"@type": "Person", "name": "J. Writer"}, "publisher": {"name": "The Paper"}}
    assert read_review(signed).source.publisher == "The Paper"
    assert read_review({**GOOD, "author": None}).source.publisher == "facts.example"
    assert read_review({**GOOD, "author": "Facts as text"}).source.publisher == "Facts as text"
    dashed = read_review({**GOOD, "url": "https://facts-example/"} | {"url": "https://my-facts.example/1"}).source
    dotted = read_review({**GOOD, "url": "https://my.facts.example/1"}).source
    assert dashed.id != dotted.id


def test_a_language_that_is_none_is_detected() -> None:
    for written in ("English", None, {"name": "English"}, 7):
        assert read_review({**GOOD, "inLanguage": written}).review.language == "en"
    assert read_review({**GOOD, "inLanguage": "pt_BR"}).review.language == "pt"


def test_where_reviews_are_found() -> None:
    inner = {key: value for key, value in GOOD.items() if key != "url"}
    assert list(reviews_in({"item": [GOOD], "url": "https://a.example"})) == [GOOD]
    assert [node["url"] for node in reviews_in({"item": inner, "url": "https://a.example"})] == ["https://a.example"]
    assert len(list(reviews_in({"@graph": [{"@type": "WebPage", "mainEntity": [GOOD, GOOD]}]}))) == 2
    raw = {"type": "http://schema.org/ClaimReview", "properties": inner | {"url": GOOD["url"]}}
    (found,) = reviews_in([raw])
    assert read_review(found) == read_review(GOOD)
    prefixed = {f"http://schema.org/{key}" if key[0] != "@" else key: value for key, value in GOOD.items()}
    assert read_review(next(reviews_in(prefixed))) == read_review(GOOD)
    for nothing in (None, [], {}, {"item": None}, "ClaimReview", 7, [[[[]]]]):
        assert list(reviews_in(nothing)) == []


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["https://a.b/", "http://[::1", "2024-13-01"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["@value", "name", "url", "@id", "@type", "properties", "author", "ratingValue"]), inner)
    ),
    max_leaves=6,
)


@given(st.fixed_dictionaries(dict.fromkeys(GOOD, ANYTHING)))
@settings(max_examples=100, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_whatever_makes_it_crash(node: dict[str, Any]) -> None:
    for found in reviews_in({"claimReviewed": "x", **node}):
        with suppress(Unusable):
            assert read_review(found).statement.text


def test_nodes_are_found_by_the_id_by_which_others_refer_to_them() -> None:
    graph = {
        "@graph": [
            {"@type": "ClaimReview", "url": "https://a.example/1", "claimReviewed": "Bees bark.", "author": {"@id": "#us"}},
            {"@type": "Organization", "@id": "#us", "name": "Us", "parent": {"@id": "#us"}},
        ]
    }
    (node,) = reviews_in(graph)
    assert read_review(referred(node, identified(graph))).source.publisher == "Us"
    assert read_review(referred(node, {})).source.publisher == "a.example"
