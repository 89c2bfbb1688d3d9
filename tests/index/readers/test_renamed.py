"""Tables without ids that come again under another name, and rows whose address is on record already."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from index.kinds import RecordKind, State, Tier
from index.ledger.entries import By
from index.readers.loading import load_file
from index.readers.renamed import name_of_files
from index.readers.reports import FileReport
from index.store.reports import HERE, Origin
from index.store.sql import SqlStore
from index.store.store import ReviewFilter
from index.store.writing import Put
from index.tiers import Tiers

LINK = "https://facts.example/1"
FEED = [
    {"@type": "ClaimReview", "claimReviewed": "Bees bark.", "url": LINK, "author": {"name": "Facts"}}
    | {"reviewRating": {"alternateName": "False"}}
]
MANY = "claim,verdict\nBees bark.,False\nCats bark.,False\nDogs bark.,True\nMice bark.,False\n"
Said = list[tuple[str, str, str | None, str]]


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    return SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite", tiers=Tiers(({"facts.example": Tier.SIGNATORY},)))


def load(store: SqlStore, folder: Path, name: str, text: str, origin: Origin = HERE) -> FileReport:
    """Load a file of this text."""
    (folder / name).write_text(text, encoding="utf-8")
    return load_file(store, folder / name, f"https://{origin.site}/{name}" if origin.site else name, origin=origin)


def counts(report: FileReport) -> tuple[int, int]:
    """Added, changed."""
    return len(report.loaded.added), len(report.loaded.changed)


def said(store: SqlStore) -> Said:
    """What counts: the statement, who rates it, how, and what that cites."""
    found = [
        (dossier.statement.text, one.reviewer.name, one.rating.original, one.citation.url or one.citation.source_id)
        for dossier in store.dossiers(store.reviewed(ReviewFilter())).values()
        for one in dossier.reviews
    ]
    return sorted(found, key=str)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("claims-march.csv", "claims-april.csv"),
        ("export_2024-05-03.csv", "export 20240610-101500.csv"),
        ("claims.csv", "claims (2).csv"),
        ("Проверки за май 2024.csv", "Проверки за июнь 2024.csv"),
        ("checks-05-2024.csv", "checks-06-2024.csv"),
    ],
)
def test_a_renamed_file_finds_its_reviews(store: SqlStore, tmp_path: Path, before: str, now: str) -> None:
    sheet = "claim,verdict\nBees bark.,False\n"
    load(store, tmp_path, before, sheet)
    ((text, reviewer, _, cited),) = said(store)
    assert counts(load(store, tmp_path, before, sheet)) == (0, 0)
    assert counts(load(store, tmp_path, now, sheet)) == (0, 0)
    assert counts(load(store, tmp_path, now, sheet.replace("False", "True"))) == (0, 1)
    assert said(store) == [(text, reviewer, "True", cited)]
    assert counts(load(store, tmp_path, before, sheet.replace("False", "True"))) == (0, 0)
    assert list(store.ledger.verify()) == []


def test_a_file_with_quite_another_name_is_known_by_its_rows(store: SqlStore, tmp_path: Path) -> None:
    load(store, tmp_path, "a.csv", MANY)
    report = load(store, tmp_path, "our own.csv", MANY.replace("Mice bark.,False", "Mice bark.,True"))
    assert counts(report) == (0, 1)
    assert "read as the table 'file-a', whose rows it has" in report.notes
    assert {cited for *_, cited in said(store)} == {"file-a"}


@pytest.mark.parametrize(
    "theirs",
    [
        "claim,verdict\nBees bark.,False\n",
        "claim,verdict\nBees bark.,True\n",
        MANY.replace("False", "Misleading").replace("True", "Half true"),
    ],
    ids=["the same verdict", "another verdict", "the same claims, other verdicts"],
)
def test_two_desks_keep_a_review_each(store: SqlStore, tmp_path: Path, theirs: str) -> None:
    load(store, tmp_path, "hive.csv", MANY)
    before = said(store)
    load(store, tmp_path, "nest.csv", theirs)
    kept = [one for one in said(store) if one[-1] == "file-hive"]
    assert kept == before
    assert len(said(store)) == len(before) + theirs.count("\n") - 1


def test_months_apart_and_the_year_together(store: SqlStore, tmp_path: Path) -> None:
    """Each verdict is found again where it stands, and what is new cites the new file."""
    load(store, tmp_path, "claims-march.csv", "claim,verdict\nBees bark.,False\nMice bark.,False\n")
    load(store, tmp_path, "claims-april.csv", "claim,verdict\nCats bark.,False\n")
    year = "claim,verdict\nBees bark.,True\nCats bark.,Misleading\nDogs bark.,True\n"
    assert counts(load(store, tmp_path, "claims-2024.csv", year)) == (3, 2)
    assert said(store) == [
        ("Bees bark.", "claims-march.csv", "True", "file-claims-march"),
        ("Cats bark.", "claims-april.csv", "Misleading", "file-claims-april"),
        ("Dogs bark.", "claims-2024.csv", "True", "file-claims-2024"),
        ("Mice bark.", "claims-march.csv", "False", "file-claims-march"),
    ]
    assert counts(load(store, tmp_path, "claims-2024.csv", year)) == (0, 0)


def test_a_named_reviewer_is_the_same_in_every_table_of_the_desk(store: SqlStore, tmp_path: Path) -> None:
    load(store, tmp_path, "x.csv", "claim,verdict,reviewer\nBees bark.,False,Ann\n")
    load(store, tmp_path, "y.csv", "claim,verdict,reviewer\nBees bark.,True,ANN\nBees bark.,Misleading,Bob\n")
    after = [("Bees bark.", "ANN", "True", "file-x"), ("Bees bark.", "Bob", "Misleading", "file-y")]
    assert said(store) == after
    load(store, tmp_path, "z.csv", "claim,verdict,reviewer\nBees bark.,Satire,Ann\n", Origin(site="facts.example"))
    assert [one for one in said(store) if not one[-1].startswith("file-facts")] == after  # not by what was fetched


def test_what_was_undone_does_not_come_back_with_another_file(store: SqlStore, tmp_path: Path) -> None:
    sheet = "claim,verdict,reviewer\nBees bark.,False,Ann\n"
    act = load(store, tmp_path, "wrong.csv", sheet).loaded.act
    assert act is not None
    store.ledger.undo(act, By("me", "the wrong file"))
    load(store, tmp_path, "right.csv", sheet)
    assert said(store) == [("Bees bark.", "Ann", "False", "file-right")]


def test_files_with_ids_are_one_table_by_their_rows_alone(store: SqlStore, tmp_path: Path) -> None:
    """Their numbers begin anew with each file."""
    load(store, tmp_path, "claims-2023.csv", "id,claim,verdict\n1,Bees bark.,False\n")
    load(store, tmp_path, "claims-2024.csv", "id,claim,verdict\n1,Cats bark.,False\n")
    assert [one[0] for one in said(store)] == ["Bees bark.", "Cats bark."]


def test_a_review_on_record_stands_for_the_row_that_tells_its_address(store: SqlStore, tmp_path: Path) -> None:
    load(store, tmp_path, "feed.json", json.dumps(FEED))
    load(store, tmp_path, "ours.csv", "claim,verdict,reviewer\nBees bark.,False,Facts\nBees bark.,False,Ann\n")
    linked = f"claim,verdict,reviewer,review_url\nBees bark.,False,Facts,{LINK}\nBees bark.,False,Ann,\n"
    assert counts(load(store, tmp_path, "ours-2024.csv", linked)) == (0, 1)
    after = [("Bees bark.", "Ann", "False", "file-ours"), ("Bees bark.", "Facts", "False", LINK)]
    assert said(store) == after
    for again in (linked, linked.replace(LINK, "")):  # it does not come back
        assert counts(load(store, tmp_path, "ours.csv", again)) == (0, 0)
        assert said(store) == after
    assert list(store.ledger.verify()) == []


def test_a_second_reviewer_is_no_correction_of_the_first(store: SqlStore, tmp_path: Path) -> None:
    """Nobody is named in the first row, whose address is known."""
    link = "https://desk.example/1"
    load(store, tmp_path, "ours.csv", "claim,verdict\nBees bark.,False\n")
    load(store, tmp_path, "ours.csv", f"claim,verdict,review_url\nBees bark.,False,{link}\n")
    both = f"claim,verdict,reviewer,review_url\nBees bark.,False,,{link}\nBees bark.,True,Bob,\n"
    for _ in range(2):
        load(store, tmp_path, "ours-may.csv", both)
        assert {one[1:] for one in said(store)} == {("desk.example", "False", link), ("Bob", "True", "file-ours")}


def test_it_keeps_both_ids_and_can_be_undone(store: SqlStore, tmp_path: Path) -> None:
    load(store, tmp_path, "feed.json", json.dumps(FEED))
    (theirs,) = store.dossiers(store.reviewed(ReviewFilter())).popitem()[1].reviews
    load(store, tmp_path, "ours.csv", "claim,verdict\nBees bark.,False\n")
    (own,) = [one for one in store.dossiers(store.reviewed(ReviewFilter())).popitem()[1].reviews if one.id != theirs.id]
    act = load(store, tmp_path, "ours.csv", f"claim,verdict,reviewer,review_url\nBees bark.,False,Facts,{LINK}\n").loaded.act
    entry = store.ledger.standing(RecordKind.REVIEW, own.id).entry
    assert (entry.state, entry.superseded_by) == (State.RETIRED, theirs.id)
    assert act is not None
    store.ledger.undo(act, By("me", "another verdict"))
    assert {one[-1] for one in said(store)} == {"file-ours", LINK}


def test_one_that_a_person_changed_stays_and_is_told(store: SqlStore, tmp_path: Path) -> None:
    load(store, tmp_path, "feed.json", json.dumps(FEED))
    (theirs,) = store.dossiers(store.reviewed(ReviewFilter())).popitem()[1].reviews
    load(store, tmp_path, "ours.csv", "claim,verdict\nBees bark.,False\n")
    (own,) = [one for one in store.dossiers(store.reviewed(ReviewFilter())).popitem()[1].reviews if one.id != theirs.id]
    with store.ledger.acting(By("me", "a title")) as act:
        act.put(RecordKind.REVIEW, [Put(record_id=own.id, record=msgspec.structs.replace(own, title="They hum"))])
    report = load(store, tmp_path, "ours.csv", f"claim,verdict,reviewer,review_url\nBees bark.,False,Facts,{LINK}\n")
    told = f"'{theirs.id}' has the address that the file gives it, and would stand for it"
    assert [(one.record_id, one.differences) for one in report.loaded.kept] == [(own.id, [told])]
    assert len(said(store)) == 2


def test_a_name_is_told_without_its_date() -> None:
    assert name_of_files("claims-march.csv") == name_of_files("claims-2024-04-02 (1).xlsx") == ["claims"]
    assert name_of_files("desk1.csv") != name_of_files("desk2.csv")
    assert name_of_files("2024-05.csv") == []
