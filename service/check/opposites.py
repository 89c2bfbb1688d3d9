"""Opposites: what one text says rose, opened or was allowed, and the other fell, closed or was banned; and answers that say no."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from service.check.mentions import Span, mentions, pattern_of

LEXICON = Path(__file__).with_name("opposites.toml")
SIDES = ("one", "other")
NEITHER = "neither"
TEXTS_KEPT = 2048
NO = {
    "en": "no|nope",
    "uk": "ні",
    "ru": "нет|не-а",
    "be": "не",
    "pl": "nie",
    "de": "nein|nee",
    "fr": "non",
    "es": "no",
    "ar": "لا|كلا",
}
"""What an answer opens with that says no."""


class Sides(NamedTuple):
    """Where a text has words of a pair: the first of each side."""

    one: Span | None
    other: Span | None


def _patterns() -> dict[str, list[re.Pattern[str]]]:
    """By language, a pattern for each pair."""
    pairs = tomllib.loads(LEXICON.read_text(encoding="utf-8"))["pairs"]
    return {
        language: [pattern_of({side: pair.get(side, {}).get(language, []) for side in (NEITHER, *SIDES)}) for pair in pairs]
        for language in pairs[0]["one"]
    }


PATTERNS = _patterns()


def opposed(claim: str, claim_language: str, statement: str, statement_language: str) -> tuple[Span, Span] | None:
    """The words of claim and statement that say the opposite; None if there are none, or either text has both sides of a pair."""
    for ours, theirs in zip(_sides(claim, claim_language), _sides(statement, statement_language), strict=False):
        if ours.one and theirs.other and not ours.other and not theirs.one:
            return ours.one, theirs.other
        if ours.other and theirs.one and not ours.one and not theirs.other:
            return ours.other, theirs.one
    return None


def after_no(text: str, language: str) -> int:
    """Where a text goes on that opens as an answer does that says no ("No, ..."); 0 if it does not."""
    opening = re.match(rf"\W*(?:{NO.get(language, '(?!)')})\s*[,،.!:–—-]+\s", text, re.IGNORECASE)
    return opening.end() if opening else 0


@lru_cache(TEXTS_KEPT)
def _sides(text: str, language: str) -> tuple[Sides, ...]:
    found = []
    for pattern in PATTERNS.get(language, ()):
        named = {mention.what: mention.span for mention in reversed(mentions(pattern, text))}
        found.append(Sides(*(named.get(side) for side in SIDES)))
    return tuple(found)
