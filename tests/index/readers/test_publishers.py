"""Whose reviews a file brings, what counts of them, and what it may change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.errors import InvalidInput, UnknownRecord
from index.kinds import RecordKind, Tier
from index.ledger.entries import By
from index.readers.loading import load_file
from index.readers.reports import FileReport
from index.records import Dossier
from index.store.reports import HERE, Origin
from index.store.sql import SqlStore
from index.store.store import ReviewFilter
from index.tiers import Tiers

TIERS = Tiers(({"facts.example": Tier.SIGNATORY, "hub.example": Tier.KNOWN},))
CLAIM = "The moon is made of cheese."
ME = By("me", "looked at it")


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    return SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite", tiers=TIERS)


def feed(
    store: SqlStore, folder: Path, site: str, rating: str, origin: Origin = HERE, claim: str = CLAIM, page: str = "1"
) -> FileReport:
    """Load a ClaimReview of a site's."""
    review = {"@type": "ClaimReview", "url": f"https://{site}/{page}", "claimReviewed": claim}
    path = folder / "feed.json"
    path.write_text(json.dumps([review | {"author": {"name": site}, "reviewRating": {"alternateName": rating}}]), encoding="utf-8")
    return load_file(store, path, origin=origin)


def table(store: SqlStore, folder: Path, text: str, origin: Origin = HERE, name: str = "ours.csv") -> FileReport:
    """Load a table with these lines."""
    (folder / name).write_text("claim,rating,review_url\n" + text, encoding="utf-8")
    return load_file(store, folder / name, name if not origin.site else f"https://{origin.site}/{name}", origin=origin)


def the_only(store: SqlStore) -> Dossier:
    """The one statement that was reviewed."""
    (found,) = store.dossiers(store.reviewed(ReviewFilter())).values()
    return found


def ratings(store: SqlStore) -> list[str | None]:
    """What counts."""
    return [review.rating.original for review in the_only(store).reviews]


def test_an_unknown_publisher_is_kept_apart(store: SqlStore, tmp_path: Path) -> None:
    report = feed(store, tmp_path, "baking.example", "False")
    assert report.notes == ["kept apart, not counted: reviews of publishers that nobody named: baking.example (1)"]
    found = the_only(store)
    assert (found.reviews, found.refutations) == ([], [])
    (apart,) = found.apart.reviews
    assert found.tiers == {apart.id: Tier.UNKNOWN}
    feed(store, tmp_path, "facts.example", "Mostly false")
    found = the_only(store)
    assert [review.reviewer.name for review in found.reviews] == ["facts.example"]
    assert [refutation.issuer.name for refutation in found.refutations] == ["facts.example"]
    assert len(found.apart.reviews) == 1


def test_the_setting_lets_all_count(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite", tiers=Tiers(TIERS.lists, all_count=True))
    assert feed(store, tmp_path, "baking.example", "False").notes == []
    assert ratings(store) == ["False"]


def test_a_desks_own_table_counts_and_corrects_itself(store: SqlStore, tmp_path: Path) -> None:
    lines = f"{CLAIM},False,https://www.desk.example/1\nBees bark.,True,https://checks.desk.example/2\n"
    report = table(store, tmp_path, lines)
    assert report.notes[0].startswith("all reviews are of desk.example: they count as the desk's own")
    assert {source.tier for source in store.all_sources()} == {Tier.OWN}
    report = table(store, tmp_path, lines.replace("False", "True"))
    assert (len(report.loaded.changed), report.loaded.conflicts) == (1, [])
    assert feed(store, tmp_path, "desk.example", "Misleading").loaded.conflicts == []  # in whatever form


@pytest.mark.parametrize(
    ("lines", "origin"),
    [
        (f"{CLAIM},False,https://baking.example/1\nBees bark.,True,https://other.example/2\n", HERE),
        (f"{CLAIM},False,https://baking.example/1\n", Origin(site="baking.example")),
        (f"{CLAIM},False,https://baking.example/1\n", Origin(here=False)),
    ],
    ids=["two publishers", "fetched", "uploaded"],
)
def test_a_table_that_is_not_the_desks_own(store: SqlStore, tmp_path: Path, lines: str, origin: Origin) -> None:
    report = table(store, tmp_path, lines, origin)
    assert report.notes[0].startswith("kept apart, not counted: reviews of publishers that nobody named: baking.example (1)")
    assert Tier.OWN not in {source.tier for source in store.all_sources()}


def test_a_publisher_who_came_otherwise_becomes_the_desks_own_only_if_somebody_says_so(store: SqlStore, tmp_path: Path) -> None:
    feed(store, tmp_path, "desk.example", "False")
    line = f"{CLAIM},True,https://desk.example/1\n"
    report = table(store, tmp_path, line)
    assert report.notes[0] == "desk.example (1): came otherwise before; if it is the desk's own, say --own"
    assert len(report.loaded.conflicts) == 1
    assert the_only(store).reviews == []
    assert table(store, tmp_path, line, Origin(own=True)).loaded.conflicts == []
    assert ratings(store) == ["True"]
    assert [source.tier for source in store.all_sources() if source.site == "desk.example"] == [Tier.OWN]


def test_a_signatory_is_not_taken_over_by_a_table(store: SqlStore, tmp_path: Path) -> None:
    feed(store, tmp_path, "facts.example", "False")
    report = table(store, tmp_path, f"{CLAIM},True,https://facts.example/1\n")
    assert next(one.differences for one in report.loaded.conflicts)[-1].startswith("rating: ")
    assert ratings(store) == ["False"]


@pytest.mark.parametrize(
    ("origin", "changed"),
    [
        (Origin(site="facts.example"), True),
        (Origin(site="feeds.facts.example"), True),
        (Origin(vouched=True), True),
        (HERE, False),
        (Origin(site="hub.example"), False),
        (Origin(site="baking.example"), False),
        (Origin(site="facts.example.evil.example"), False),
    ],
    ids=str,
)
def test_who_changes_a_review(store: SqlStore, tmp_path: Path, origin: Origin, changed: bool) -> None:
    feed(store, tmp_path, "facts.example", "False")
    report = feed(store, tmp_path, "facts.example", "True", origin)
    assert ratings(store) == (["True"] if changed else ["False"])
    assert len(report.loaded.conflicts) == (not changed)
    assert len(store.conflicts.waiting(None, 10)) == (not changed)


def test_what_a_feed_says_of_others_counts_if_it_is_known(store: SqlStore, tmp_path: Path) -> None:
    report = feed(store, tmp_path, "facts.example", "False", Origin(site="baking.example"))
    assert report.notes == ["kept apart, not counted: reviews that baking.example has of others: facts.example (1)"]
    (review,) = the_only(store).apart.reviews
    assert review.via == "baking.example"
    feed(store, tmp_path, "facts.example", "False", Origin(site="hub.example"))
    assert the_only(store).reviews == []  # it does not change the review either
    feed(store, tmp_path, "facts.example", "False", Origin(site="facts.example"))
    assert [one.via for one in the_only(store).reviews] == [None]  # the publisher says so
    feed(store, tmp_path, "facts.example", "False", Origin(site="baking.example"))
    assert [one.via for one in the_only(store).reviews] == [None]
    assert store.conflicts.waiting(None, 10) == []


def test_a_claim_that_a_foreign_feed_words_otherwise_stays(store: SqlStore, tmp_path: Path) -> None:
    feed(store, tmp_path, "facts.example", "False")
    report = feed(store, tmp_path, "facts.example", "True", claim="The moon is made of stone.")
    assert the_only(store).statement.text == CLAIM
    kinds = {one.kind for one in store.conflicts.waiting(None, 10)}
    assert (kinds, len(report.loaded.conflicts)) == ({RecordKind.STATEMENT, RecordKind.REVIEW}, 2)


def test_a_fetched_table_does_not_change_the_desks_of_the_same_name(store: SqlStore, tmp_path: Path) -> None:
    head = "id,claim\n"
    for origin, text in ((HERE, "The moon is stone."), (Origin(site="evil.example"), "The moon is cheese.")):
        (tmp_path / "claims.csv").write_text(f"{head}1,{text}\n", encoding="utf-8")
        load_file(store, tmp_path / "claims.csv", f"https://{origin.site}/claims.csv" if origin.site else "", origin=origin)
    assert store.statement("file-claims-1").text == "The moon is stone."
    assert store.counts().statements == 2


def test_a_conflict_is_taken_or_left_once(store: SqlStore, tmp_path: Path) -> None:
    feed(store, tmp_path, "facts.example", "False")
    for rating in ("True", "Misleading", "True"):
        feed(store, tmp_path, "facts.example", rating)
    taken, left = store.conflicts.waiting(None, 10)
    assert store.conflicts.count() == 2
    assert store.conflicts.waiting(taken.id, 10) == [left]
    assert str(next(change.told() for change in taken.changes)).startswith("rating: ")
    decided = store.conflicts.decide(taken.id, take=True, by=ME)
    assert (decided.taken, decided.decided_by) == (True, "me")
    assert ratings(store) == ["True"]
    (revision,) = store.ledger.history(RecordKind.REVIEW, taken.record_id)[1:]
    assert (revision.entry.who, revision.entry.why, revision.entry.fields) == ("me", "looked at it", ["rating"])
    assert store.conflicts.count() == 1
    store.conflicts.decide(left.id, take=False, by=ME)
    assert store.conflicts.count() == 0
    assert ratings(store) == ["True"]
    with pytest.raises(InvalidInput, match="it was left before"):
        store.conflicts.decide(left.id, take=True, by=ME)
    with pytest.raises(UnknownRecord):
        store.conflicts.decide("0" * 16, take=True, by=ME)
    assert feed(store, tmp_path, "facts.example", "Misleading").loaded.conflicts == []  # it was left
    assert store.conflicts.waiting(None, 10) == []
    assert feed(store, tmp_path, "facts.example", "True").loaded.conflicts == []  # it says so by now
    assert list(store.ledger.verify()) == []


def test_a_dry_run_leaves_no_conflict(store: SqlStore, tmp_path: Path) -> None:
    feed(store, tmp_path, "facts.example", "False")
    path = tmp_path / "feed.json"
    path.write_text(path.read_text("utf-8").replace("False", "True"), encoding="utf-8")
    assert len(load_file(store, path, dry_run=True).loaded.conflicts) == 1
    assert store.conflicts.waiting(None, 10) == []


def test_what_is_erased_leaves_no_conflict(store: SqlStore, tmp_path: Path) -> None:
    feed(store, tmp_path, "facts.example", "False")
    feed(store, tmp_path, "facts.example", "True")
    (waiting,) = store.conflicts.waiting(None, 10)
    store.ledger.erase(RecordKind.REVIEW, waiting.record_id, ME)
    assert store.conflicts.waiting(None, 10) == []
