"""A text's words, reduced to a stem or lemma of their language."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

import simplemma
import Stemmer

WORD = re.compile(r"\w+(?:'\w+)*")
APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "ё": "е", "\u0301": None})
"""Typing variants of one letter: apostrophes in Ukrainian and Belarusian, Russian ё, stress marks."""

SNOWBALL = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "lt": "lithuanian",
    "pl": "polish",
    "ru": "russian",
}
"""Languages with a Snowball stemmer. Ukrainian has none and is lemmatised by simplemma."""

TRUNCATED = 6
"""Belarusian has neither: its words are cut to this many letters, which drops most endings."""


@functools.cache
def _stem(language: str) -> Callable[[str], str]:
    if language in SNOWBALL:
        stemmer = Stemmer.Stemmer(SNOWBALL[language])
        return functools.lru_cache(maxsize=50_000)(stemmer.stemWord)
    if language == "uk":
        return functools.lru_cache(maxsize=50_000)(functools.partial(simplemma.lemmatize, lang="uk"))
    if language == "be":
        return lambda word: word[:TRUNCATED]
    return lambda word: word


def analyse(text: str, language: str) -> list[str]:
    """The words of a text, case-folded and reduced to a stem or lemma of its language."""
    stem = _stem(language)
    return [stem(word) for word in WORD.findall(text.casefold().translate(APOSTROPHES))]
