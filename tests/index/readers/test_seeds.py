from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import InvalidRecord
from index.readers.seeds import read_seeds
from index.store.reports import Owner
from tests.fakes import SEEDS


def problems_of(folder: Path, text: str, stored: dict[str, Owner] | None = None) -> list[str]:
    """What the reader says against a file of this text; every line starts with the file."""
    path = folder / "broken.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidRecord) as raised:
        read_seeds([path], stored)
    assert all(problem.startswith(f"{path}: ") for problem in raised.value.problems)
    return [problem.removeprefix(f"{path}: ") for problem in raised.value.problems]


def test_a_good_file(tmp_path: Path) -> None:
    path = tmp_path / "good.toml"
    path.write_text(SEEDS, encoding="utf-8")
    (document,) = read_seeds([path])
    assert document.source.id == "paper-1"
    assert document.statements[0].id == "north-masses-troops"
    assert document.statements[0].citations[0].source_id == "paper-1"
    assert document.statements[0].citations[0].quotation == "massing"
    assert document.statements[0].language == "en"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("south-buys-tanks", "north-masses-troops", "statement 'north-masses-troops': id: used 2 times"),
        ("south-buys-tanks", "north-only-exercises", "'north-only-exercises': id: already a statement of the source 'paper-1'"),
        ("south-buys-tanks", "South Buys", "statement 'South Buys': id: use lower-case letters"),
        (
            'denies = ["north-masses-troops"]',
            'denies = ["gone"]',
            "'north-only-exercises': denies: no statement has the id 'gone'",
        ),
        ('denies = ["north-masses-troops"]', "", "refutation 'north-only-exercises': denies: it answers no statement"),
        (
            'denies = ["north-masses-troops"]',
            'denies = ["observers-saw-nothing"]',
            "denies: no statement has the id 'observers",
        ),
        ("South bought forty tanks in March 2023.", "  ", "statement 'south-buys-tanks': text: empty text"),
        ("South bought forty tanks in March 2023.", "a\\u0007b", "statement 'south-buys-tanks': text: control character"),
        ('edtf = "2023-03"', 'edtf = "2023-02-30"', "statement 'south-buys-tanks': when: day"),
        ('edtf = "2024-07-02"', 'edtf = "2 July"', "refutation 'north-only-exercises': when: '2 July' is not YYYY"),
        ('edtf = "2024-10"', 'edtf = "2024-99"', "source: published: month"),
        ('kind = "event"', 'kind = "rumour"', "statement 'south-buys-tanks': kind: Invalid enum value 'rumour'"),
        ('topics = ["arms"]', 'topic = ["arms"]', "statement 'south-buys-tanks': Object contains unknown field `topic`"),
        ("paragraph = 2 }]", "paragraph = 0 }]", "statement 'south-buys-tanks': citations: paragraphs count from 1, not 0"),
        ("paragraph = 2 }]", 'paragraph = "two" }]', "citations[0].paragraph: Expected `int | null`, got `str`"),
        (
            'section = "Introduction", paragraph = 2 ',
            'section = "Introduction" ',
            "citations: each needs a url, or a section and a",
        ),
        ('section = "Introduction", paragraph = 2 ', 'url = "javascript:a.b" ', "'javascript:a.b' is no http or https address"),
        ('kind = "denial"', 'kind = "review"', "kind: 'review' is for reviews loaded from a ClaimReview feed"),
        ("refutation_on_record = true", "refutation_on_record = false", "is False, but a refutation answers it"),
        ('"Север стягивает войска к реке"', '"North is massing troops near the river"', "stands there 2 times"),
        ('ru = ["Север', 'Russian = ["Север', "wording: 'Russian' is not an ISO 639 code"),
        ('claimant = { name = "South"', 'claimant = { name = ""', "statement 'north-masses-troops': claimant: empty text"),
        ("[source]", "[sauce]", "unknown table 'sauce'"),
        ("[source]", "[source", "not valid TOML"),
        ('id = "paper-1"', 'id = "Paper 1"', "source: id: use lower-case letters"),
        ("[[statement]]", "[statement]", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in SEEDS
    found = problems_of(tmp_path, SEEDS.replace(old, new, 1))
    assert any(problem in line for line in found), found


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    broken = SEEDS.replace('kind = "event"', 'kind = "x"').replace('kind = "denial"', 'kind = "y"')
    assert len(problems_of(tmp_path, broken)) == 2


def test_single_brackets_are_explained(tmp_path: Path) -> None:
    head = SEEDS[: SEEDS.index("[[statement]]")]
    assert problems_of(tmp_path, head + '[statement]\nid = "x"\n') == ["statement: write [[statement]], with two brackets"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidRecord, match="cannot be read: No such file"):
        read_seeds([tmp_path / "missing.toml"])
    (tmp_path / "latin.toml").write_bytes(b'[source]\nid = "\xe9"')
    with pytest.raises(InvalidRecord, match="not valid TOML"):
        read_seeds([tmp_path / "latin.toml"])


def test_a_refutation_may_answer_a_statement_of_another_file_or_of_the_store(tmp_path: Path) -> None:
    second = SEEDS[: SEEDS.index("[[statement]]")].replace("paper-1", "paper-2")
    second += SEEDS[SEEDS.index("[[refutation]]") :].replace("north-only-exercises", "second-denial")
    second = second.replace("observers-saw-nothing", "second-fact")
    (tmp_path / "1.toml").write_text(second, encoding="utf-8")
    (tmp_path / "2.toml").write_text(SEEDS, encoding="utf-8")
    assert len(read_seeds([tmp_path / "1.toml", tmp_path / "2.toml"])) == 2
    assert read_seeds([tmp_path / "1.toml"], {"north-masses-troops": Owner("statement", "paper-1")})
    with pytest.raises(InvalidRecord, match="no statement has the id 'north-masses-troops'"):
        read_seeds([tmp_path / "1.toml"])


def test_an_id_of_another_source_is_not_taken_over(tmp_path: Path) -> None:
    stored = {"south-buys-tanks": Owner("statement", "paper-9")}
    assert problems_of(tmp_path, SEEDS, stored) == ["statement 'south-buys-tanks': id: already a statement of the source 'paper-9'"]
