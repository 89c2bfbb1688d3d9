"""What a word sounds like, roughly, in Latin letters: so that one name or noun is found again in another script or spelling."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

SPELLINGS = (
    *(("'", ""), ("ph", "f"), ("kh", "h"), ("ch", "k"), ("ck", "k"), ("w", "v"), ("y", "i"), ("j", "i")),
    *(("ce", "se"), ("ci", "si"), ("q", "k"), ("c", "k"), ("x", "ks"), ("z", "s")),
)
"""What several languages spell in other ways, and one letter for it, in the order in which they are replaced."""
DOUBLED = re.compile(r"(.)\1")
WORDS_KEPT = 16_384


@lru_cache(WORDS_KEPT)
def sound(word: str) -> str:
    """The word in small Latin letters, levelled: locomotive and локомотив begin alike, Radom and Радома, too."""
    plain = anyascii(word).lower()
    for spelling, letters in SPELLINGS:
        plain = plain.replace(spelling, letters)
    return DOUBLED.sub(r"\1", plain)
