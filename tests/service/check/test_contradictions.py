"""A claim repeats at most one of two mirrored statements, and not what it repeats a refutation of."""

from __future__ import annotations

import pytest

from index.kinds import StatementKind
from index.records import Party, Statement
from service.check.contradictions import mirrored


def statement(text: str, language: str) -> Statement:
    claimant = Party("Desk")
    return Statement("s", StatementKind.CLAIM, text, language, claimant, citations=[], refutation_on_record=False)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "Kenya accused Tanzania of sending expired vaccines.", "Tanzania accused Kenya of sending expired vaccines."),
        ("ru", "Узбекистан обвинил Казахстан в краже воды.", "Казахстан обвинил Узбекистан в краже воды."),
        ("pl", "Dania pożyczyła Litwie dwa okręty.", "Litwa pożyczyła Danii dwa okręty."),
    ],
)
def test_the_same_of_two_parties_the_other_way_round(language: str, one: str, other: str) -> None:
    assert mirrored(statement(one, language), statement(other, language))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kenya accused Tanzania of sending expired vaccines.", "Kenya accused Tanzania of sending expired tests."),
        ("Kenya accused Tanzania of sending expired vaccines.", "Tanzania closed the border with Kenya on Monday."),
    ],
)
def test_another_statement_of_the_same_two_is_no_mirror(one: str, other: str) -> None:
    assert not mirrored(statement(one, "en"), statement(other, "en"))


def test_statements_in_two_languages_are_not_compared() -> None:
    assert not mirrored(statement("Kenya accused Peru.", "en"), statement("Перу обвинила Кению.", "ru"))
