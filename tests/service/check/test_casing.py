from __future__ import annotations

import pytest

from service.check.casing import recased
from service.check.slots import Phrase


@pytest.mark.parametrize(
    ("claim", "language", "statement", "read"),
    [
        (
            "nato bought ten airbus jets from poland",
            "en",
            "In May NATO bought ten Airbus jets from Poland.",
            "NATO bought ten Airbus jets from Poland",
        ),
        ("norway sold them to sweden", "en", "Norway sold them to Denmark.", "Norway sold them to Sweden"),
        ("київ стягує війська до мінська", "uk", "У травні Київ стягнув війська до Гомеля.", "Київ стягує війська до мінська"),
        ("Norway sold them to sweden", "en", "Norway sold them to Sweden.", "Norway sold them to sweden"),
        ("norway sold them", "en", "NORWAY SOLD THEM", "Norway sold them"),
        ("المغرب باع القمح", "ar", "باع المغرب القمح", "المغرب باع القمح"),
        ("", "en", "Norway sold them.", ""),
        ("ǰ", "en", "Norway sold them.", "ǰ"),
        ("ΐ and istanbul", "en", "They met in İstanbul", "ΐ and istanbul"),
    ],
)
def test_a_claim_without_capitals_gets_those_of_the_statement(claim: str, language: str, statement: str, read: str) -> None:
    told = recased(Phrase(claim, language), statement)
    assert told == Phrase(read, language)
    assert len(told.text) == len(claim)
