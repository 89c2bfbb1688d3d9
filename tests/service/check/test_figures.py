"""How a claim's figures are written where it is judged beside a statement that says the same."""

from __future__ import annotations

import pytest

from service.check.figures import refigured
from service.check.values import Reader, compare

READER = Reader()


@pytest.mark.parametrize(
    ("claim", "language", "statement", "other", "read"),
    [
        ("1,500,000 people came", "en", "1.5 million refugees came", "en", "1.5 million people came"),
        ("Прибыло полтора миллиона беженцев", "ru", "1.5 million refugees came", "en", "Прибыло 1.5 million беженцев"),
        ("Er ging am 12.05.2024", "de", "Il est parti le 12 mai 2024", "fr", "Er ging am 12 mai 2024"),
        ("It cost €3bn on 5 May 2024", "en", "On 5/5/2024 it cost 3 billion euros", "en", "It cost 3 billion euros on 5/5/2024"),
        ("Half of them vote", "en", "50% vote", "en", "50% them vote"),
    ],
)
def test_what_is_exactly_the_same_is_written_as_in_the_statement(
    claim: str, language: str, statement: str, other: str, read: str
) -> None:
    assert refigured(claim, statement, compare(READER.read(claim, language), READER.read(statement, other))) == read


@pytest.mark.parametrize(
    ("claim", "statement"),
    [
        ("1.6 million people came", "1.5 million refugees came"),
        ("It happened in May 2024", "It happened on 12 May 2024"),
        ("It happened since May 2024", "It happened in 05/2024"),
        ("Over 3,000 soldiers", "3000 soldiers"),
        ("3 billion dollars", "€3bn"),
        ("The second reactor", "The 2nd reactor"),
        ("It happened", "It happened in 2024"),
    ],
)
def test_what_is_not_stays_as_it_is(claim: str, statement: str) -> None:
    assert refigured(claim, statement, compare(READER.read(claim, "en"), READER.read(statement, "en"))) == claim
