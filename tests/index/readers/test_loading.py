"""Loading what others wrote: what is kept, what is skipped, and what a second load does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.kinds import Rated
from index.readers.loading import Format, format_of, load_file
from index.readers.reports import FileReport
from index.readers.seeds import read_seeds
from index.records import Citation, Party, Rating, Review
from index.store.reports import Origin
from index.store.store import ReviewFilter, StatementStore
from tests.bench.messy import write_feed
from tests.contracts.test_store import everything
from tests.fakes import SEEDS

A_REVIEW: dict[str, Any] = {
    "id": "review-1",
    "statement_id": "claim-1",
    "citation": Citation("publisher-facts-example", url="https://facts.example/1"),
    "reviewer": Party("Facts"),
    "language": "en",
    "rating": Rating(Rated.FALSE),
}


PUBLISHERS = Origin(site="facts.example")


def node(number: int = 1, rating: object = "False", **changed: object) -> dict[str, object]:
    """A ClaimReview."""
    return {
        "@type": "ClaimReview",
        "url": f"https://facts.example/{number}",
        "claimReviewed": "The moon is made of cheese.",
        "datePublished": f"2024-03-0{number}",
        "author": {"name": "Facts"},
        "reviewRating": {"alternateName": rating},
        **changed,
    }


def load(
    store: StatementStore, folder: Path, *elements: object, name: str = "feed.json", origin: Origin = PUBLISHERS
) -> FileReport:
    """Load a feed of these elements, their publisher's own if nothing else is said."""
    path = folder / name
    path.write_text(json.dumps({"dataFeedElement": elements}), encoding="utf-8")
    return load_file(store, path, origin=origin)


def counts(report: FileReport) -> tuple[int, int, int, int, int]:
    """Added, changed, unchanged, skipped, repeated."""
    loaded = report.loaded
    return len(loaded.added), len(loaded.changed), len(loaded.unchanged), len(report.skipped), report.repeated


def test_a_second_load_changes_nothing(store: StatementStore, tmp_path: Path) -> None:
    assert counts(load(store, tmp_path, node(1), node(2, "True"))) == (4, 0, 0, 0, 0)
    version = store.version()
    assert counts(load(store, tmp_path, node(1), node(2, "True"))) == (0, 0, 3, 0, 0)
    assert store.version() == version


def test_only_what_is_rated_false_refutes(store: StatementStore, tmp_path: Path) -> None:
    load(store, tmp_path, node(1, "True"), node(2, "Misleading"), node(3, "Zzz"), node(4, None))
    (dossier,) = store.dossiers(store.reviewed(ReviewFilter())).values()
    statement = dossier.statement
    assert len(dossier.reviews) == 4
    assert dossier.refutations == []
    assert store.refuted_after("", 10) == []
    assert everything(store).answers == {}
    load(store, tmp_path, node(5, "Mostly false"))
    (refutation,) = store.dossier(statement.id).refutations
    assert (refutation.kind.value, refutation.denies, refutation.text) == ("review", [statement.id], "Facts: Mostly false")
    assert store.refutation(refutation.id) == refutation
    assert [refuted.statement.id for refuted in store.refuted_after("", 10)] == [statement.id]


def test_a_corrected_rating_takes_the_refutation_back(store: StatementStore, tmp_path: Path) -> None:
    load(store, tmp_path, node(1, "False"))
    (before,) = store.refuted_after("", 10)
    assert counts(load(store, tmp_path, node(1, "True"))) == (0, 1, 1, 0, 0)
    assert store.refuted_after("", 10) == []
    load(store, tmp_path, node(1, "False"))
    (after,) = store.refuted_after("", 10)
    assert (after.statement, after.added) == (before.statement, before.added)
    assert after.changed > before.changed


def test_a_statement_belongs_to_the_publisher_who_brought_it(store: StatementStore, tmp_path: Path) -> None:
    claim = {"itemReviewed": {"@type": "Claim", "datePublished": "2024-01-01"}}
    load(store, tmp_path, node(1, **claim))
    other = node(1, url="https://other.example/9", itemReviewed={"datePublished": "2023-01-01"}, author={"name": "Other"})
    assert counts(load(store, tmp_path, other)) == (2, 0, 0, 0, 0)
    (dossier,) = store.dossiers(store.reviewed(ReviewFilter())).values()
    statement = dossier.statement
    assert statement.when is not None
    assert statement.when.edtf == "2024-01-01"
    assert [review.reviewer.name for review in dossier.reviews] == ["Facts", "Other"]
    load(store, tmp_path, node(1, itemReviewed={"datePublished": "2024-01-02"}))
    statement = store.statement(statement.id)
    assert statement.when is not None
    assert statement.when.edtf == "2024-01-02"


def test_refutations_come_denials_first_then_reviews_then_what_counters(store: StatementStore, tmp_path: Path) -> None:
    (tmp_path / "paper.toml").write_text(SEEDS, encoding="utf-8")
    store.load(read_seeds([tmp_path / "paper.toml"]))
    review = Review(**{**A_REVIEW, "statement_id": "north-masses-troops"})
    from index.records import Batch, Source

    store.load_batches([Batch([Source("publisher-facts-example", "Facts", "Facts", "facts.example", "und")], [], [review])])
    found = store.dossier("north-masses-troops").refutations
    assert [refutation.id for refutation in found] == ["north-only-exercises", "review-1", "observers-saw-nothing"]


def test_repeated_reviews(store: StatementStore, tmp_path: Path) -> None:
    report = load(store, tmp_path, node(1), node(1, "Fake"), node(1, "True"))
    assert counts(report) == (3, 0, 0, 1, 1)
    assert report.skipped[0].reason == "reviewRating: true, but the same review stands before it with false"


def test_what_is_skipped_is_told_with_its_place(store: StatementStore, tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    report = load(store, tmp_path, {"item": None}, {"a": 1}, node(1, claimReviewed=""), node(2, url="x"), node(3), 7)
    told = [(item.place, item.reason) for item in report.skipped]
    assert told == [
        (f"{path}: element 1", "item: is null"),
        (f"{path}: element 2", "holds no ClaimReview"),
        (f"{path}: element 3", "claimReviewed: no claim"),
        (f"{path}: element 4", "url: no address of the review"),
        (f"{path}: element 6", "holds no ClaimReview"),
    ]
    assert len(report.loaded.added) == 3
    path.write_text("[" + json.dumps(node(4)) + "," + "[" * 200_000)
    report = load_file(store, path)
    assert len(report.loaded.added) == 1
    assert [(item.place, item.reason) for item in report.skipped] == [
        (f"{path}: the rest", "not valid JSON from here on: it is nested too deeply")
    ]
    path.write_text("[" + "[" * 400 + "]" * 400 + "," + json.dumps(node(5)) + "]")
    assert len(load_file(store, path).loaded.added) == 1


def test_a_file_that_breaks_off_is_loaded_as_far_as_it_goes(store: StatementStore, tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    path.write_text(f"[{json.dumps(node(1))}, {{", encoding="utf-8")
    report = load_file(store, path)
    assert len(report.loaded.added) == 3
    assert report.skipped[0].place == f"{path}: the rest"


def test_a_page_with_and_without_reviews(store: StatementStore, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(f'<script type="application/ld+json">{json.dumps({"@graph": [node(1), node(2)]})}</script>', encoding="utf-8")
    assert counts(load_file(store, path)) == (4, 0, 0, 0, 0)
    path.write_text("<p>nothing</p>", encoding="utf-8")
    assert [item.reason for item in load_file(store, path).skipped] == ["holds no ClaimReview"]


def test_rows_become_statements(store: StatementStore, tmp_path: Path) -> None:
    table = "id,text,title,lang,claimant,date,url\n"
    table += "1,The moon is made of cheese.,Cheese moon,en,A. Cheese,2024-03,https://a.example/1\n"
    table += (
        "Ü 2,Гроза идёт.,,,,,\n1,Again,,,,,\n4,,,,,,\n5,x,,,,soon,\n6,x,,,,,javascript:x\n7,x,,english,,,\n,x,,,,,\n8,a\x07,,,,,\n"
    )
    path = tmp_path / "my claims.csv"
    path.write_text(table, encoding="utf-8")
    report = load_file(store, path)
    source_id, first, second, *left_out = report.loaded.added
    assert [(store.statement(one).when, store.statement(one).appearances) for one in left_out] == [(None, []), (None, [])]
    assert report.notes[-2:] == [
        "left out: date: 'soon' is not YYYY, YYYY-MM or YYYY-MM-DD (line 6)",
        "left out: url: not an http or https address (line 7)",
    ]
    assert first == f"{source_id}-1"
    statement = store.statement(first)
    assert (statement.text, statement.claimant.name, statement.language) == ("The moon is made of cheese.", "A. Cheese", "en")
    assert (statement.wordings, statement.appearances) == ({"en": ["Cheese moon"]}, ["https://a.example/1"])
    assert store.statement(second).language == "ru"
    told = [(item.place.rpartition(" ")[2], item.reason) for item in report.skipped]
    assert told == [
        ("4", "id: stands in a line before it"),
        ("5", "text: empty text"),
        ("8", "lang: 'english' is not an ISO 639 code"),
        ("9", "id: empty text"),
        ("10", "text: control character"),
    ]
    assert counts(load_file(store, path))[:3] == (0, 0, 4)


def test_json_lines(store: StatementStore, tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text('{"id": "a", "text": "One is a number."}\n{"id": 2, "text": "x"}\nnonsense\n', encoding="utf-8")
    report = load_file(store, path)
    assert report.loaded.added == ["file-claims", "file-claims-a"]
    assert [item.place.rpartition(": ")[2] for item in report.skipped] == ["line 2", "line 3"]
    path.write_bytes(b'{"id": "a", "text": "\xff"}')
    assert "cannot be read" in load_file(store, path).skipped[0].reason


def test_formats(tmp_path: Path) -> None:
    for name, text, expected in (
        ("a.toml", "", Format.SEEDS),
        ("a.CSV", "", Format.ROWS),
        ("a.htm", "", Format.PAGE),
        ("a.json", "<", Format.FEED),
        ("a", " \n<!doctype html>", Format.PAGE),
        ("b", '{"a": 1}', Format.FEED),
        ("c", "", Format.FEED),
    ):
        (tmp_path / name).write_text(text)
        assert format_of(tmp_path / name) is expected


def test_a_messy_feed_is_loaded_but_for_a_handful(store: StatementStore, tmp_path: Path) -> None:
    write_feed(tmp_path / "feed.json", 1000)
    shown: list[tuple[str, int]] = []
    report = load_file(
        store, tmp_path / "feed.json", progress=lambda doing, done, total: shown.append((doing, done * 100 // total))
    )
    assert [item.reason for item in report.skipped] == ["item: is null"]
    assert store.counts().statements == store.counts().reviews == len(store.reviewed(ReviewFilter())) == 999
    assert list(dict.fromkeys(doing for doing, _ in shown)) == [f"reading {tmp_path}/feed.json", "writing records"]
    assert shown == sorted(shown)
    assert shown[-1] == ("writing records", 100)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (ReviewFilter(), 3),
        (ReviewFilter(site="facts.example"), 2),
        (ReviewFilter(site="example.org"), 1),
        (ReviewFilter(site="nowhere.example"), 0),
        (ReviewFilter(language="en"), 3),
        (ReviewFilter(language="ru"), 0),
    ],
)
def test_what_was_reviewed(store: StatementStore, tmp_path: Path, asked: ReviewFilter, found: int) -> None:
    (tmp_path / "paper.toml").write_text(SEEDS, encoding="utf-8")
    store.load(read_seeds([tmp_path / "paper.toml"]))
    load(store, tmp_path, node(1, inLanguage="en"), node(2, "True", claimReviewed="Another claim.", inLanguage="en"))
    assert len(store.reviewed(asked)) == found
    assert store.reviewed(asked, 1, 1) == store.reviewed(asked)[1:2]
