"""Prepare a text for comparison: unify typing variants, remove links, emoji and headers of reposts, cut long texts into windows."""

from __future__ import annotations

import re
import unicodedata

QUOTATION_MARKS = str.maketrans(dict.fromkeys('“”„‟«»‹›"`´‘’‚‛＂', "'"))
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
REPOST = re.compile(r"^\s*(?:RT|MT)\s+@\w+:?\s*")
LINK = re.compile(r"(?:https?://|www\.|\bpic\.twitter\.com/|\bt\.co/)\S+", re.IGNORECASE)
TAG = re.compile(r"(?<!\w)[@#](\w+)")
HUMP = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=[^\WA-ZА-ЯЁІЇЄҐЎ\d_])(?=[A-ZА-ЯЁІЇЄҐЎ])|_+")
"""Where one word of a handle or hashtag ends and the next begins: AustralianFires, Covid19, snake_case."""
PICTURES = ("So", "Sk", "Cs", "Co", "Cn", "Cf")
"""Unicode categories of emoji, their modifiers and invisible joiners."""
VARIATION_SELECTOR = "\ufe0f"

SHOUTED = 0.7
"""A text with at least this share of capitals among its letters is read in lower case: encoders know few words in capitals."""

WINDOW, STRIDE = 60, 40
"""Words in a window of a long text, and from one window's start to the next's; a claim of up to 20 words lies whole in one."""
LONG = 100
"""Texts of more words than this are also compared window by window."""


def clean(text: str) -> str:
    """The text without links, reposts' headers and emoji, handles and hashtags as words, quotation marks and dashes of one kind.

    A text that consists of nothing else comes back as it was, with single spaces.
    """
    stripped = LINK.sub(" ", REPOST.sub("", unicodedata.normalize("NFC", text)))
    stripped = TAG.sub(lambda tag: HUMP.sub(" ", tag.group(1)), stripped).translate(QUOTATION_MARKS).translate(DASHES)
    stripped = "".join(" " if _is_picture(character) else character for character in stripped)
    words = " ".join(stripped.split())
    if not any(character.isalnum() for character in words):
        return " ".join(text.split())
    letters = [character for character in words if character.isalpha()]
    capitals = sum(character.isupper() for character in letters)
    return words.lower() if len(letters) > 12 and capitals >= SHOUTED * len(letters) else words


def _is_picture(character: str) -> bool:
    return unicodedata.category(character) in PICTURES or character == VARIATION_SELECTOR


def windows(text: str) -> list[str]:
    """The text and, if it is long, overlapping windows of it: a claim buried in the text fills most of one window."""
    words = text.split()
    if len(words) <= LONG:
        return [text]
    return [text, *(" ".join(words[start : start + WINDOW]) for start in range(0, len(words) - WINDOW + STRIDE, STRIDE))]


def bare_words(text: str) -> str:
    """The words alone, in lower case; texts that differ only in punctuation and capitals give the same."""
    return " ".join("".join(character if character.isalnum() else " " for character in text.casefold()).split())


UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
"""Scripts that put no spaces between words, as Unicode names their letters."""
FEWEST_WORDS = 3


def claims_nothing(text: str) -> bool:
    """Whether a text has too few words to say anything: a greeting, a name."""
    if any(unicodedata.name(character, "").startswith(UNSPACED) for character in text):
        return False
    return len(bare_words(text).split()) < FEWEST_WORDS
