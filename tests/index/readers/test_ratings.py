from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from index.kinds import Rated
from index.readers.ratings import LABELS, meaning, plain
from index.records import Rating, Review
from tests.index.readers.test_loading import A_REVIEW


@pytest.mark.parametrize(
    ("words", "rated"),
    [
        ("False", Rated.FALSE),
        (" FALSE! ", Rated.FALSE),
        ("Pants on Fire!", Rated.FALSE),
        ("«Фейк»", Rated.FALSE),
        ("🔴 Неправда", Rated.FALSE),
        ("Not true", Rated.FALSE),
        ("This claim is false.", Rated.FALSE),
        ("Our rating: False", Rated.FALSE),
        ("False – the photo is of 2015", Rated.FALSE),
        ("Mostly False", Rated.MOSTLY_FALSE),
        ("Größtenteils falsch", Rated.MOSTLY_FALSE),
        ("Missing Context", Rated.MISLEADING),
        ("Маніпуляція", Rated.MISLEADING),
        ("Partly false", Rated.MIXED),
        ("Half True", Rated.MIXED),
        ("Mostly true", Rated.MOSTLY_TRUE),
        ("Правда", Rated.TRUE),
        ("No evidence", Rated.UNCLEAR),
        ("Satire", Rated.UNCLEAR),
    ],
)
def test_words_decide(words: str, rated: Rated) -> None:
    assert meaning(Rating(Rated.UNCLEAR, words)) is rated
    assert meaning(Rating(Rated.UNCLEAR, words, 5, 1, 5)) is rated


@pytest.mark.parametrize(
    "words", ["Not false", "False?", "False? No, it is true", "True/False", "It is false that this is fake", ""]
)
def test_what_is_not_certain_is_unclear(words: str) -> None:
    assert meaning(Rating(Rated.UNCLEAR, words)) is Rated.UNCLEAR


@pytest.mark.parametrize(
    ("value", "worst", "best", "rated"),
    [
        (1, 1, 5, Rated.FALSE),
        (2, 1, 5, Rated.MOSTLY_FALSE),
        (3, 1, 5, Rated.MIXED),
        (4, 1, 5, Rated.MOSTLY_TRUE),
        (5, 1, 5, Rated.TRUE),
        (0, 0, 1, Rated.FALSE),
        (1, None, None, Rated.FALSE),
        (1, -1, -1, Rated.UNCLEAR),
        (-1, -1, -1, Rated.UNCLEAR),
        (9, 1, 5, Rated.UNCLEAR),
        (0, 1, 5, Rated.UNCLEAR),
        (1, 5, 1, Rated.UNCLEAR),
        (1, 1, 1, Rated.UNCLEAR),
        (None, 1, 5, Rated.UNCLEAR),
    ],
)
def test_figures_decide_where_words_are_unknown(value: float | None, worst: float | None, best: float | None, rated: Rated) -> None:
    assert meaning(Rating(Rated.UNCLEAR, None, value, worst, best)) is rated
    assert meaning(Rating(Rated.UNCLEAR, "Zzz", value, worst, best)) is rated


@pytest.mark.parametrize("rated", list(Rated))
def test_only_false_ish_ratings_refute(rated: Rated) -> None:
    review = Review(**{**A_REVIEW, "rating": Rating(rated)})
    refutation = review.refutation()
    assert review.refutes == (rated in (Rated.FALSE, Rated.MOSTLY_FALSE))
    assert (refutation is not None) == review.refutes
    assert refutation is None or refutation.denies == [review.statement_id]


LABELLED = tomllib.loads((Path(__file__).parent / "labels.toml").read_text("utf-8"))
"""Meaning -> labels as publishers write them."""


@pytest.mark.parametrize(("words", "rated"), [(label, Rated(rated)) for rated, labels in LABELLED.items() for label in labels])
def test_publishers_labels(words: str, rated: Rated) -> None:
    assert meaning(Rating(Rated.UNCLEAR, words)) is rated


def test_a_hedged_label_is_unclear_whatever_its_figure_says() -> None:
    for words in ("True, but misleading", "False - partly", "True – needs context"):
        assert meaning(Rating(Rated.UNCLEAR, words, 1, 1, 5)) is Rated.UNCLEAR


def test_no_label_has_two_meanings_and_some_forty_languages_have_labels() -> None:
    tables = tomllib.loads(LABELS.read_text("utf-8"))
    del tables["around"]
    meanings: dict[str, set[str]] = {}
    for rated, languages in tables.items():
        for label in (label for labels in languages.values() for label in labels):
            meanings.setdefault(plain(label), set()).add(rated)
    assert {label: found for label, found in meanings.items() if len(found) > 1} == {}
    assert len(set(tables["false"]) & set(tables["true"])) >= 40


@pytest.mark.parametrize(
    ("words", "rated"),
    [
        ("❌", Rated.FALSE),
        ("✅", Rated.TRUE),
        ("❌ Falso", Rated.FALSE),
        ("✅ Mostly true", Rated.MOSTLY_TRUE),
        ("❌ Misleading", Rated.MISLEADING),
        ("✅ False", Rated.UNCLEAR),
        ("❌ True", Rated.UNCLEAR),
        ("❌✅", Rated.UNCLEAR),
        ("🟡", Rated.UNCLEAR),
    ],
)
def test_signs_stand_for_a_verdict_unless_they_contradict_the_words(words: str, rated: Rated) -> None:
    assert meaning(Rating(Rated.UNCLEAR, words)) is rated


@pytest.mark.parametrize(
    ("words", "rated"),
    [
        ("0/5", Rated.FALSE),
        ("1/5", Rated.MOSTLY_FALSE),  # false, if the scale begins at 1: what refutes least counts
        ("2/5", Rated.MIXED),
        ("4/5", Rated.MOSTLY_TRUE),
        ("10 out of 10", Rated.TRUE),
        ("3 von 10", Rated.MOSTLY_FALSE),
        ("5/4", Rated.UNCLEAR),
        ("4/5/6", Rated.UNCLEAR),
    ],
)
def test_a_figure_told_with_its_scale(words: str, rated: Rated) -> None:
    assert meaning(Rating(Rated.UNCLEAR, words)) is rated


@pytest.mark.parametrize(
    ("words", "rated"),
    [
        ("MostlyFalse", Rated.MOSTLY_FALSE),
        ("HALF_TRUE", Rated.MIXED),
        ("pants-on-fire", Rated.FALSE),
        ("[FALSE]", Rated.FALSE),
        ("4 Pinocchios", Rated.FALSE),
        ("Diese Behauptung ist frei erfunden.", Rated.FALSE),
        ("La información es falsa", Rated.FALSE),
        ("Cette affirmation est fausse", Rated.FALSE),
        ("Інформація неправдива", Rated.FALSE),
        ("These photos are fake", Rated.FALSE),
        ("Маніпулятивне твердження", Rated.MISLEADING),
        ("Misinformation", Rated.MISLEADING),
        ("The opposite is false", Rated.UNCLEAR),
        ("The truth is false", Rated.UNCLEAR),
        ("La información no es falsa", Rated.UNCLEAR),
        ("Цитата не фейк", Rated.UNCLEAR),
        ("Die Behauptung ist nicht falsch", Rated.UNCLEAR),
    ],
)
def test_codes_brackets_and_whole_sentences(words: str, rated: Rated) -> None:
    assert meaning(Rating(Rated.UNCLEAR, words)) is rated
