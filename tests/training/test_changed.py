from __future__ import annotations

import pytest

from training.relation.changed import Changer
from training.relation.lexicon import Lexicon
from training.relation.pair import Pair

TROOPS = "Minsk says that Ukraine has moved 3,000 soldiers to the border with Belarus since June 2024."


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon()


def every_change(lexicon: Lexicon, claim: str, statement: str, language: str = "en") -> set[tuple[str, str]]:
    """What comes out in many rounds, typos and capitals left aside."""
    pair = Pair(claim, statement, "repeats", language, "en")
    found = {(made.relation, made.claim) for seed in range(60) for made in Changer(lexicon, seed).changed([pair])}
    return {(relation, text) for relation, text in found if text.casefold() != text and text.upper() != text and "#" not in text}


def test_the_parties_change_places_in_their_own_cases(lexicon: Lexicon) -> None:
    turned = ("reverses", "Беларусь стягивает войска к границе с Украиной")
    assert turned in every_change(lexicon, "Украина стягивает войска к границе с Беларусью", TROOPS, "ru")
    joint = every_change(lexicon, "Ukraine and Belarus hold talks", "Belarus and Ukraine talk to each other.")
    assert not [one for one in joint if one[0] == "reverses"]


def test_an_adjective_that_would_stay_behind_forbids_the_exchange(lexicon: Lexicon) -> None:
    found = every_change(lexicon, "Ukraine sends Ukrainian troops to Belarus", TROOPS)
    assert not [one for one in found if one[0] == "reverses"]


def test_numbers_months_and_parties_are_changed_only_where_both_name_them(lexicon: Lexicon) -> None:
    found = every_change(lexicon, "In July 2024 Poland had 12 tanks", TROOPS)
    assert ("differs", "In July 2022 Poland had 12 tanks") in found
    assert {relation for relation, _ in found} == {"differs"}
    assert not [text for _, text in found if "2024" in text or "June" in text or "Ukraine" in text]
    months = {text for _, text in every_change(lexicon, "З червня Україна має війська", TROOPS, "uk") if "Україна" in text}
    assert "З жовтня Україна має війська" in months


def test_what_does_not_repeat_is_left_alone(lexicon: Lexicon) -> None:
    denied = Pair("Ukraine has no troops near Belarus", TROOPS, "denies")
    same = Pair(TROOPS, TROOPS, "repeats")
    assert list(Changer(lexicon, 1).changed([denied, same])) == []
