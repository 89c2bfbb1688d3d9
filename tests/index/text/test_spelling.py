from __future__ import annotations

import pytest

from index.models.cross_encoder import CrossEncoderModel
from index.models.tokenizer import Tokenizer
from index.text.spelling import respelled


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return CrossEncoderModel().tokenizer


@pytest.mark.parametrize(
    ("claim", "statement", "read"),
    [
        ("The goverment bought grain", "The government bought grain.", "The government bought grain"),
        ("Govrenment buys grain", "The government bought grain.", "Government buys grain"),
        ("Belarusain grain", "Grain is Belarusian.", "Belarusian grain"),
        ("Стаття пра стагодзя", "Мінула стагоддзя.", "Стаття пра стагоддзя"),
        ("Войска вошли в город", "Войска вышли из города.", "Войска вошли в город"),
        ("He signed the contact", "He signed the contract.", "He signed the contact"),
        ("They withdrew from it", "They withdraws from it.", "They withdrew from it"),
        ("goverment", "Governments of two kinds", "goverment"),
        ("", "The government bought grain.", ""),
        ("The goverment", "", "The goverment"),
    ],
)
def test_what_is_mistyped_is_read_as_the_statement_spells_it(tokenizer: Tokenizer, claim: str, statement: str, read: str) -> None:
    assert respelled(claim, statement, lambda word: len(tokenizer.ids([word])[0])) == read
