from __future__ import annotations

import pytest

from index.text.language import detect_language
from index.text.words import analyse


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "Soldiers moving", "soldier moves"),
        ("ru", "Войсками границы", "войска граница"),
        ("uk", "військами кордону", "військами кордони"),
        ("be", "мяжой беларусаў", "мяжой беларусам"),
        ("ru", "Лёд", "лед"),
        ("uk", "п’ять", "п'ять"),
        ("sw", "Habari", "habari"),
    ],
)
def test_forms_of_a_word_are_one(language: str, one: str, other: str) -> None:
    assert analyse(one, language) == analyse(other, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ukraine moves troops to the border", "en"),
        ("Украина стягивает войска к границе", "ru"),
        ("Україна стягує війська до кордону", "uk"),
        ("Украіна сцягвае войскі да мяжы", "be"),
        ("Ukraina gromadzi wojska przy granicy", "pl"),
        ("Die Ukraine zieht Truppen an der Grenze zusammen", "de"),
        ("L'Ukraine masse des troupes à la frontière", "fr"),
        ("أوكرانيا تحشد قواتها على الحدود", "ar"),
        ("1234 !!", "und"),
        ("", "und"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["\n", "a\nb", "\u202e", "🙂", "\x00", "ﷺ" * 300])
def test_odd_texts_are_no_trouble(text: str) -> None:
    assert detect_language(text)
