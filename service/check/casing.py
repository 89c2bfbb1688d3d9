"""Claims that are written without capital letters, read with those that belong there.

The relation model knows names by their capitals. Where a claim has none, and where it is all capitals and is read in small letters
(`index/text/cleaning.py`), its words get those that they have in the statement it is judged beside; in English, countries get
theirs, too. `python -m tests.quality.changes` measures what becomes of verdicts.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from service.check.countries import countries_in
from service.check.slots import Phrase

WORD = re.compile(r"[^\W_]+")
TEXTS_KEPT = 4096


def recased(claim: Phrase, statement: str) -> Phrase:
    """The claim with capitals if it has none; as long as before, so that offsets stay."""
    if claim.text != claim.text.lower():
        return claim
    capitals = _capitals(statement)
    words = WORD.sub(lambda word: capitals.get(word[0], word[0]), claim.text)
    if claim.language == "en":
        for country in countries_in(claim.text):
            words = _capital(words, country.start)
    return msgspec.structs.replace(claim, text=_capital(words, 0))


@lru_cache(TEXTS_KEPT)
def _capitals(statement: str) -> dict[str, str]:
    """The words of a text that have capitals within a sentence, by what they are in small letters."""
    words = [] if statement.isupper() else [word[0] for word in WORD.finditer(statement)]
    named = [word for place, word in enumerate(words) if word != word.lower() and (place or word.isupper())]
    return {word.lower(): word for word in named if len(word.lower()) == len(word)}


def _capital(text: str, place: int) -> str:
    letter = text[place : place + 1].upper()
    return text[:place] + letter + text[place + 1 :] if len(letter) == 1 else text
