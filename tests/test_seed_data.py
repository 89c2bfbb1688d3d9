"""The bundled seed data against itself and, where it lies beside the project, against the article it was taken from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.readers.seeds import read_seeds
from index.records import Citation, Document
from service.settings import BUNDLED_SEEDS
from tests.conftest import ROOT

SHARED = ROOT.parent / "shared" / "seeds"
needs_article = pytest.mark.skipif(not SHARED.exists(), reason="the article does not lie beside the project")
SECTIONS = ("A Bilateral Alliance", "Conflicting Signals")


@pytest.fixture(scope="module")
def document() -> Document:
    (found,) = read_seeds([BUNDLED_SEEDS / "faras-9758.toml"])
    return found


def test_every_record_can_be_found_in_the_languages_of_the_region(document: Document) -> None:
    assert (len(document.statements), len(document.refutations)) == (49, 6)
    for statement in document.statements:
        assert len(statement.wordings["en"]) >= 3
        for language in ("ru", "uk", "be"):
            assert statement.wordings[language], statement.id
        assert statement.claimant.role
        assert statement.claimant.side
        assert statement.topics
        assert statement.places


@pytest.mark.parametrize(
    ("statement_id", "spellings"),
    [
        ("belarus-forces-gomel", ["Gomel", "Homiel", "Homel"]),
        ("ukraine-troops-zhytomyr-border", ["Zhytomyr", "Zhitomir"]),
        ("neighbours-hostile-to-minsk", ["Muraviko", "Muraveiko", "Muraveyko"]),
    ],
)
def test_names_are_spelled_as_people_spell_them(document: Document, statement_id: str, spellings: list[str]) -> None:
    statement = next(statement for statement in document.statements if statement.id == statement_id)
    text = " ".join([statement.text, *statement.wordings["en"]])
    assert all(re.search(rf"\b{spelling}\b", text) for spelling in spellings)


def test_mirrored_accusations_are_not_mixed_up(document: Document) -> None:
    by_id = {statement.id: statement for statement in document.statements}
    ours, theirs = by_id["ukraine-troops-zhytomyr-border"], by_id["belarus-forces-gomel"]
    assert (ours.claimant.side, ours.refutation_on_record) == ("belarus", True)
    assert (theirs.claimant.side, theirs.refutation_on_record) == ("ukraine", False)


def article_paragraphs() -> Iterator[tuple[str, str | None, int, str]]:
    """Section, item, number and text of each of the article's paragraphs."""
    section: str = "Introduction"
    item: str | None = None
    number = 0
    for line in (SHARED / "article.txt").read_text("utf-8").splitlines():
        if line.startswith("In conclusion"):
            section, item, number = "Conclusion", None, 0
        if line in SECTIONS:
            section, item, number = line, None, 0
        elif re.match(r"\d- ", line):
            item, number = line, 0
        elif line.strip():
            number += 1
            yield section, item, number, line


def cited(document: Document) -> list[tuple[str, Citation]]:
    return [(record.id, citation) for record in [*document.statements, *document.refutations] for citation in record.citations]


def inventory_rows(columns: int) -> list[list[str]]:
    lines = (SHARED / "statements.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [row for row in rows if len(row) == columns and re.fullmatch(r"[a-z0-9-]+-[a-z0-9-]+", row[0])]


@needs_article
def test_every_citation_points_to_a_paragraph_that_has_its_quotation(document: Document) -> None:
    paragraphs = {(section, item, number): text for section, item, number, text in article_paragraphs()}
    for record_id, citation in cited(document):
        text = paragraphs[citation.section, citation.item, citation.paragraph]
        if citation.quotation:
            assert f'"{citation.quotation}' in text.replace("“", '"'), record_id


@needs_article
def test_every_citation_is_the_inventorys(document: Document) -> None:
    sections = {"introduction": "Introduction", "Alliance": SECTIONS[0], "Signals": SECTIONS[1], "conclusion": "Conclusion"}
    places = {row[0]: row[4] for row in inventory_rows(5)}
    for record_id, citation in cited(document):
        section, item, paragraph = re.match(r"(\w+)(?: (\d))?(?: ¶(\d))?", places.pop(record_id)).groups()  # type: ignore[union-attr]
        assert citation.section == sections[section], record_id
        assert (citation.item or "")[:1] == (item or ""), record_id
        assert str(citation.paragraph) == (paragraph or "1"), record_id
    assert places == {}


@needs_article
def test_kinds_and_answers_are_the_inventorys(document: Document) -> None:
    kinds = {row[0]: row[1] for row in inventory_rows(5)}
    assert all(kinds[statement.id] == statement.kind.value for statement in document.statements)
    answers = {row[0]: row[3] for row in inventory_rows(5) if "denies" in row[3] or "counters" in row[3]}
    assert answers.keys() == {refutation.id for refutation in document.refutations}
    for refutation in document.refutations:
        parts = dict(part.strip().split(" ", 1) for part in answers[refutation.id].split(";"))
        for stance in ("denies", "counters"):
            named = {id_.strip() for id_ in parts.get(stance, "").split(",") if id_.strip()}
            assert named == set(getattr(refutation, stance)), refutation.id


@needs_article
def test_no_sentence_of_the_article_is_copied(document: Document) -> None:
    article = " ".join(re.findall(r"\w+", (SHARED / "article.txt").read_text("utf-8").casefold()))
    for record in [*document.statements, *document.refutations]:
        quotations = [citation.quotation or "" for citation in record.citations]
        for text in [record.text, *record.wordings["en"]]:
            words = re.findall(r"\w+", text.casefold())
            for start in range(len(words) - 8):
                phrase = " ".join(words[start : start + 9])
                assert phrase not in article or any(phrase in quotation.casefold() for quotation in quotations), text


def test_the_seed_folder_holds_nothing_else() -> None:
    assert [path.name for path in Path(BUNDLED_SEEDS).iterdir()] == ["faras-9758.toml"]
