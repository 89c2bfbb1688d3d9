"""Names across languages and scripts: alike, changed, shared."""

from __future__ import annotations

import pytest

from index.kinds import RelationKind
from service.check.names import changed, names_in, shared
from service.check.slots import Phrase, Slot, Slots
from tests.quality.words import measure, read


def test_a_name_is_a_capital_letter_within_a_sentence_or_a_country() -> None:
    text = "On Monday the Kozlov family left Al Jazeera for poland. Nobody in NATO knew."
    assert [name.text for name in names_in(text, "en")] == ["Kozlov", "Al Jazeera", "poland", "NATO"]
    assert [name.country for name in names_in(text, "en")] == [None, None, "PL", None]
    for name in names_in(text, "en"):
        assert text[name.start : name.end] == name.text


def test_german_nouns_are_no_names() -> None:
    assert [name.text for name in names_in("Die Regierung in Polen schloss gestern die Grenze", "de")] == ["Polen"]


@pytest.mark.parametrize(
    ("ours", "our_language", "theirs", "their_language", "names"),
    [
        ("A radio host in Granada played it", "en", "Радиоведущий в Севилье крутил это", "ru", ("Granada", "Севилье")),
        ("PiS oskarżyło rząd w Radomiu", "pl", "PiS accused the government in Kielce", "en", ("Radomiu", "Kielce")),
        ("Данія віддала гармати", "uk", "La Suède a donné ses canons", "fr", ("Данія", "Suède")),
        ("Judge Carla Ruiz closed the port", "en", "Richter schlossen in Spanien den Hafen", "de", ("Carla Ruiz", "Spanien")),
        ("منحت الدنمارك المدافع", "ar", "Швеция отдала пушки", "ru", ("الدنمارك", "Швеция")),
    ],
)
def test_the_one_name_that_is_another(
    ours: str, our_language: str, theirs: str, their_language: str, names: tuple[str, str]
) -> None:
    found = changed(ours, our_language, theirs, their_language)
    assert found
    assert (found[0].text, found[1].text) == names


@pytest.mark.parametrize(
    ("ours", "our_language", "theirs", "their_language"),
    [
        ("The mayor of Radom resigned", "en", "Burmistrz Radomia zrezygnował", "pl"),
        ("Shops in Mykolaiv are open", "en", "Магазини Миколаєва відчинені", "uk"),
        ("Greece repaid it", "en", "Греция вернула это", "ru"),
        ("The bank in Kyiv and the one in Lviv merged", "en", "Банки в Одесі та Харкові об'єдналися", "uk"),  # two: no pair
        ("He said on Monday that the rate falls", "en", "Он сказал в среду, что ставка падает", "ru"),
        ("The rate of the CBR falls", "en", "Ставка в России падает", "ru"),
    ],
)
def test_names_that_are_alike_or_cannot_be_paired(ours: str, our_language: str, theirs: str, their_language: str) -> None:
    assert changed(ours, our_language, theirs, their_language) is None


def test_names_that_both_have_stand_side_by_side() -> None:
    found = shared("Латвія позичила Естонії трансформатор", "uk", "Estonia lent Latvia a transformer", "en")
    assert [(ours.text, theirs.text) for ours, theirs in found] == [("Латвія", "Latvia"), ("Естонії", "Estonia")]


def test_a_reversal_across_languages_shows_both_names() -> None:
    claim, statement = Phrase("Латвія позичила Естонії трансформатор", "uk"), Phrase("Estonia lent Latvia a transformer", "en")
    found = Slots().differences(RelationKind.REVERSES, claim, statement)
    assert [(one.slot, one.claim and one.claim.text, one.statement and one.statement.text) for one in found] == [
        (Slot.ACTOR, "Латвія", "Estonia"),
        (Slot.TARGET, "Естонії", "Latvia"),
    ]


def test_another_name_across_languages_is_shown() -> None:
    claim, statement = Phrase("Ceny mieszkań w Krakowie spadły", "pl"), Phrase("Flat prices in Gdańsk fell", "en")
    (one,) = Slots().differences(RelationKind.DIFFERS, claim, statement)
    assert (one.claim and one.claim.text, one.statement and one.statement.text) == ("Krakowie", "Gdańsk")


def test_an_unknown_language_has_no_countries() -> None:
    assert [name.text for name in names_in("abc defg Hijk lm", "xx")] == ["Hijk"]


def test_words_that_are_shown_are_right() -> None:
    """On pairs labelled by a reader: `python -m tests.quality.words` has 203 shown of 280, and 194 right."""
    figures = measure(read(), Slots())
    assert figures.shown >= 200
    assert figures.right / figures.shown >= 0.95
