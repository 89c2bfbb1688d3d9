"""Verdicts in a table that tells no addresses: reviews that cite the table, and what becomes of them when addresses come."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from index.errors import StoreUnavailable
from index.kinds import Rated, RecordKind, Tier
from index.ledger.entries import By
from index.readers.loading import load_file
from index.readers.reports import FileReport
from index.records import Batch, Dossier
from index.store.reports import HERE, Origin
from index.store.sql import SqlStore
from index.store.store import ReviewFilter
from index.store.writing import Put
from index.tiers import Tiers

TIERS = Tiers(({"facts.example": Tier.SIGNATORY, "hub.example": Tier.KNOWN, "ann bee": Tier.SIGNATORY},))
NO_LINK = "review without an address: it cites this file; a column `review_url` gives it one with the next load"
UNNAMED = "kept apart, not counted: reviews of publishers that nobody named: "
LINK = "https://desk.example/1"


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    return SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite", tiers=TIERS)


def load(
    store: SqlStore, folder: Path, text: str, origin: Origin = HERE, name: str = "ours.csv", *, dry_run: bool = False
) -> FileReport:
    """Load a file of this text."""
    (folder / name).write_text(text, encoding="utf-8")
    called = f"https://{origin.site}/{name}" if origin.site else name
    return load_file(store, folder / name, called, origin=origin, dry_run=dry_run)


def the_only(store: SqlStore) -> Dossier:
    """The one statement that was reviewed."""
    (found,) = store.dossiers(store.reviewed(ReviewFilter())).values()
    return found


def said(store: SqlStore) -> list[tuple[str, str | None, str | None]]:
    """Who says what of it, and where: what counts."""
    return sorted((one.reviewer.name, one.rating.original, one.citation.url) for one in the_only(store).reviews)


def counts(report: FileReport) -> tuple[int, int, int]:
    """Added, changed, unchanged."""
    return len(report.loaded.added), len(report.loaded.changed), len(report.loaded.unchanged)


def test_a_sheet_without_links_keeps_its_verdicts(store: SqlStore, tmp_path: Path) -> None:
    sheet = "id,claim,verdict,explanation\n1,Bees bark.,False,They hum.\n2,Cats bark.,True,\n3,Dogs bark.,,\n"
    report = load(store, tmp_path, sheet)
    assert report.skipped == []
    assert report.notes == ["columns read: 'verdict' as rating", f"{NO_LINK} (2 times, first in line 2)"]
    dossier = store.dossier("file-ours-1")
    (review,) = dossier.reviews
    assert (review.citation.source_id, review.citation.url, review.reviewer.name) == ("file-ours", None, "ours.csv")
    assert (review.rating.rated, review.explanation, dossier.tiers[review.id]) == (Rated.FALSE, "They hum.", Tier.KNOWN)
    assert [one.text for one in dossier.refutations] == ["ours.csv: False – They hum."]
    assert [one.rating.rated for one in store.dossier("file-ours-2").reviews] == [Rated.TRUE]
    assert store.dossier("file-ours-3").reviews == []
    assert counts(load(store, tmp_path, sheet)) == (0, 0, 5)
    corrected = sheet.replace("False", "Mostly true")
    assert counts(load(store, tmp_path, corrected, dry_run=True)) == (0, 1, 4)
    assert counts(load(store, tmp_path, corrected)) == (0, 1, 4)
    (after,) = store.dossier("file-ours-1").reviews
    assert (after.id, after.rating.rated) == (review.id, Rated.MOSTLY_TRUE)
    assert store.dossier("file-ours-1").refutations == []
    assert list(store.ledger.verify()) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "claim;вердикт\nBees bark.;False\n"),
        ("a.tsv", "claim\tverdict\nBees bark.\tFalse\n"),
        ("a.jsonl", '{"claim": "Bees bark.", "verdict": "False"}\n{"claim": "Bees hum."}\n'),
        ("a.json", json.dumps([{"claim": "Bees bark.", "rating": {"value": "False"}, "verdict": "False"}])),
    ],
)
def test_whatever_the_table_is_written_in(store: SqlStore, tmp_path: Path, name: str, text: str) -> None:
    load(store, tmp_path, text, name=name)
    assert said(store) == [(name, "False", None)]


def test_a_workbook_and_figures(store: SqlStore, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["claim", "rating value", "rating worst", "rating best"], ["Bees bark.", 1, 1, 5]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    load_file(store, tmp_path / "a.xlsx", "a.xlsx")
    (review,) = the_only(store).reviews
    assert (review.rating.rated, review.rating.value, review.citation.url) == (Rated.FALSE, 1.0, None)


def test_each_reviewer_has_a_review(store: SqlStore, tmp_path: Path) -> None:
    sheet = "claim,verdict,reviewer\nBees bark.,False,Ann\nBees bark.,True,Bob\n"
    load(store, tmp_path, sheet)
    assert said(store) == [("Ann", "False", None), ("Bob", "True", None)]
    load(store, tmp_path, sheet.replace("True", "Misleading"))
    assert said(store) == [("Ann", "False", None), ("Bob", "Misleading", None)]
    report = load(store, tmp_path, "claim,verdict,reviewer\nBees bark.,False,Ann\nBees bark.,True, ann \n", name="b.csv")
    assert [one.reason for one in report.skipped] == ["reviewRating: true, but the same review stands before it with false"]


def test_a_reviewer_who_is_named_later_is_no_second_one(store: SqlStore, tmp_path: Path) -> None:
    load(store, tmp_path, "claim,verdict\nBees bark.,False\n")
    before = the_only(store).reviews[0].id
    load(store, tmp_path, "claim,verdict,reviewer\nBees bark.,True,Ann\n")
    assert said(store) == [("Ann", "True", None)]
    assert the_only(store).reviews[0].id == before
    load(store, tmp_path, "claim,verdict,reviewer\nBees bark.,False,Bob\n")  # another person: nothing of Ann's is changed
    assert said(store) == [("Ann", "True", None), ("Bob", "False", None)]


def test_the_table_speaks_under_the_name_that_the_desk_gave_it(store: SqlStore, tmp_path: Path) -> None:
    sheet = "id,claim,verdict\n1,Bees bark.,False\n"
    load(store, tmp_path, sheet)
    (before,) = the_only(store).reviews
    (source,) = store.all_sources()
    with store.ledger.acting(By("me", "our name")) as act:
        named = msgspec.structs.replace(source, publisher="The Hive")
        act.put(RecordKind.SOURCE, [Put(record_id=source.id, record=named)])
    load(store, tmp_path, sheet, name="renamed.csv")  # told by its rows
    assert said(store) == [("The Hive", "False", None)]
    assert the_only(store).reviews[0].id == before.id


def test_another_file_turns_no_verdict_round(store: SqlStore, tmp_path: Path) -> None:
    load(store, tmp_path, "claim,verdict\nBees bark.,False\n")
    report = load(store, tmp_path, "claim,verdict\nBees bark.,True\n", name="theirs.csv")
    assert (len(report.loaded.added), report.loaded.changed) == (2, [])
    assert said(store) == [("ours.csv", "False", None), ("theirs.csv", "True", None)]
    load(store, tmp_path, "claim,verdict\nBees bark.,True\n", Origin(site="evil.example"))
    assert said(store) == [("ours.csv", "False", None), ("theirs.csv", "True", None)]


@pytest.mark.parametrize("ids", [True, False], ids=["own ids", "no ids"])
def test_an_address_that_comes_later_is_that_of_the_same_review(store: SqlStore, tmp_path: Path, ids: bool) -> None:
    def sheet(verdict: str, link: str | None) -> str:
        rows = [["id", "claim", "verdict", "review_url"], ["1", "Bees bark.", verdict, link or ""]]
        kept = [row[not ids :] if link is not None else row[not ids : -1] for row in rows]
        return "\n".join(map(",".join, kept))

    load(store, tmp_path, sheet("False", None))
    (before,) = the_only(store).reviews
    load(store, tmp_path, sheet("False", LINK))
    assert said(store) == [("desk.example", "False", LINK)]
    assert the_only(store).reviews[0].id == before.id
    load(store, tmp_path, sheet("True", LINK))
    assert said(store) == [("desk.example", "True", LINK)]
    assert counts(load(store, tmp_path, sheet("True", LINK)))[:2] == (0, 0)
    for verdict, link in (("True", ""), ("Misleading", None)):  # a file that tells no address takes none away
        load(store, tmp_path, sheet(verdict, link))
        assert said(store) == [("desk.example", verdict, LINK)]
    assert the_only(store).reviews[0].id == before.id
    assert len(store.ledger.history(RecordKind.REVIEW, before.id)) == 4
    assert list(store.ledger.verify()) == []


def test_each_reviewers_address_is_their_own(store: SqlStore, tmp_path: Path) -> None:
    load(store, tmp_path, "claim,verdict,reviewer\nBees bark.,False,Ann\nBees bark.,True,Bob\n")
    before = {one.reviewer.name: one.id for one in the_only(store).reviews}
    load(store, tmp_path, f"claim,verdict,reviewer,review_url\nBees bark.,False,Ann,\nBees bark.,True,Bob,{LINK}\n")
    assert said(store) == [("Ann", "False", None), ("Bob", "True", LINK)]
    assert {one.reviewer.name: one.id for one in the_only(store).reviews} == before


def test_an_address_makes_it_its_publishers(store: SqlStore, tmp_path: Path) -> None:
    load(store, tmp_path, "id,claim,verdict\n1,Bees bark.,False\n")
    load(store, tmp_path, "id,claim,verdict,review_url\n1,Bees bark.,False,https://facts.example/1\n")
    report = load(store, tmp_path, "id,claim,verdict\n1,Bees bark.,True\n")
    assert said(store) == [("facts.example", "False", "https://facts.example/1")]
    (waits,) = report.loaded.conflicts
    assert waits.differences == ["rating: …"] or waits.differences[0].startswith("rating: ")


def test_what_somebody_wrote_by_hand_stays(store: SqlStore, tmp_path: Path) -> None:
    sheet = "id,claim,verdict\n1,Bees bark.,False\n"
    load(store, tmp_path, sheet)
    (review,) = the_only(store).reviews
    with store.ledger.acting(By("me", "a title")) as act:
        act.put(RecordKind.REVIEW, [Put(record_id=review.id, record=msgspec.structs.replace(review, title="They hum"))])
    report = load(store, tmp_path, sheet.replace("False", "True"))
    assert [one.record_id for one in report.loaded.kept] == [review.id]
    assert the_only(store).reviews[0].title == "They hum"


@pytest.mark.parametrize(
    ("origin", "tier", "note"),
    [
        (HERE, Tier.SIGNATORY, None),  # the desk itself wrote whose they are
        (Origin(here=False), Tier.SIGNATORY, None),
        (Origin(own=True), Tier.OWN, None),
        (Origin(site="evil.example"), Tier.UNKNOWN, f"{UNNAMED}evil.example (1)"),
        (Origin(site="hub.example"), Tier.KNOWN, None),
        (Origin(site="evil.example", own=True), Tier.OWN, None),
    ],
    ids=["a file", "sent", "own", "fetched", "fetched from a known site", "fetched, own"],
)
def test_how_far_they_are_believed(store: SqlStore, tmp_path: Path, origin: Origin, tier: Tier, note: str | None) -> None:
    """A reviewer's name raises nobody in a file that was fetched."""
    report = load(store, tmp_path, "claim,verdict,reviewer\nBees bark.,False,Ann Bee\n", origin)
    dossier = the_only(store)
    assert list(dossier.tiers.values()) == [tier]
    assert len(dossier.reviews) == (tier is not Tier.UNKNOWN)
    assert [one for one in report.notes if one.startswith("kept apart")] == ([note] if note else [])


def test_a_fetched_table_changes_its_own_alone(store: SqlStore, tmp_path: Path) -> None:
    hub = Origin(site="hub.example")
    load(store, tmp_path, "claim,verdict\nBees bark.,False\n", hub)
    load(store, tmp_path, "claim,verdict\nBees bark.,True\n", hub)
    assert said(store) == [("hub.example", "True", None)]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (
            "claim,textual rating,url,title\nBees bark.,False,,x\n",
            "rating: not loaded where the review's address is missing (column",
        ),
        ("claim,verdict\nBees bark.,In progress\n", "rating 'In progress': no verdict yet, not loaded where"),
        ("claim,verdict\nBees bark.,на проверке\n", "rating 'на проверке': no verdict yet, not loaded where"),
        ("claim,explanation\nBees bark.,They hum.\n", "explanation: not loaded where the rating is missing (column `rating`)"),
        ("claim,review_url\nBees bark.,https://desk.example/1\n", "review_url: not loaded where the rating is missing"),
    ],
    ids=["others' export", "unfinished", "unfinished, in Russian", "no rating", "an address alone"],
)
def test_what_is_no_review(store: SqlStore, tmp_path: Path, text: str, note: str) -> None:
    report = load(store, tmp_path, text)
    assert (store.counts().statements, store.counts().reviews) == (1, 0)
    assert any(one.startswith(note) for one in report.notes)


def test_what_others_rated_without_saying_where_is_not_the_desks(store: SqlStore, tmp_path: Path) -> None:
    liar = "2635.json\tfalse\tBees bark.\tbees\tann\tx\ty\tz\t0\t1\t0\t0\t0\ta speech\n"
    report = load(store, tmp_path, liar * 2, name="train.tsv")
    assert store.counts().reviews == 0
    assert any(one.startswith("rating: not loaded where the review's address is missing") for one in report.notes)


def test_unclear_ratings_are_reviews_as_with_an_address(store: SqlStore, tmp_path: Path) -> None:
    report = load(store, tmp_path, "claim,verdict\nBees bark.,Honey\n")
    assert [one.rating.rated for one in the_only(store).reviews] == [Rated.UNCLEAR]
    assert "rating 'Honey': not known, read as unclear (line 2)" in report.notes


def test_a_review_may_cite_a_table_that_is_on_record(store: SqlStore, tmp_path: Path) -> None:
    load(store, tmp_path, "claim,verdict\nBees bark.,False\n")
    (first,) = the_only(store).reviews
    second = msgspec.structs.replace(first, id="second", reviewer=msgspec.structs.replace(first.reviewer, name="Others"))
    assert store.load_batches([Batch([], [], [second])]).added == ["second"]
    nowhere = msgspec.structs.replace(second, id="third", citation=msgspec.structs.replace(first.citation, source_id="none"))
    with pytest.raises(StoreUnavailable, match="no source has the id 'none'"):
        store.load_batches([Batch([], [], [nowhere])])
