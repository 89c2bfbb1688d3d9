"""What is done to a text before it is compared or judged: letters of one kind, posts without their furniture, long texts cut.

Each character of a cleaned text knows where it stood in the original, so that what is found in it can be shown there.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator

from index.text.furniture import BEFORE, BEHIND, LINK, LONGEST_SIGN_OFF, MARKUP, NOTE
from index.text.letters import WORD, composed, plain, unified
from index.text.tracing import Part, Traced

TAG = re.compile(r"(?<!\w)[@#](\w+)")
NUMBERED_NAME = re.compile(r"(?<=[^\W\d_])(?=\d{1,3}(?!\d))")
"""Where a short number belongs to a name: COVID19, G7, but not Brexit2019."""
HUMP = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=[^\WA-ZА-ЯЁІЇЄҐЎ\d_])(?=[A-ZА-ЯЁІЇЄҐЎ])|_+")
"""Where a handle or hashtag is one word after another: AustralianFires, Covid19, snake_case."""
SPACES = re.compile(r"\s{2,}|[^\S ]")
"""But for a single one."""
SEVERAL_SPACES = re.compile(r"\s{2,}")

SHOUTED = 0.7
"""A text with at least this share of capitals among its letters is read in lower case: encoders know few words in capitals."""
FEWEST_LETTERS = 12
"""A text of no more letters than this may be an abbreviation, and keeps its capitals."""

WINDOW, STRIDE = 60, 40
"""Words in a window of a long text, and from one window's start to the next's; a claim of up to 20 words lies whole in one."""
MOST_WINDOWS = 24
"""Of a text: one whose words are so short that it has more gets longer ones. Prose of 5,000 characters has about 20."""
LONG = 100
"""Texts of more words than this are looked at through windows, too."""


def clean(text: str) -> str:
    """The text without furniture; see `cleaned`."""
    return cleaned(text).text


def cleaned(text: str) -> Traced:
    """The text without links, stamps, headers, sign-offs and emoji; its letters of one kind; hashtags and handles as words.

    A text that consists of nothing else comes back as it was, with single spaces.
    """
    letters = Traced.of(text).mapped("".join(map(plain, piece)) for piece in composed(text))
    for pattern in (LINK, NOTE, MARKUP):
        letters = letters.replaced(pattern, lambda _: [" "])
    whole = _without_furniture(letters)
    whole = Traced(WORD.sub(lambda word: unified(word[0]), whole.text), whole.starts, whole.ends)
    whole = _trimmed(whole.replaced(TAG, _tag_words))
    if not any(character.isalnum() for character in whole.text):
        return _trimmed(Traced.of(text))
    return Traced(whole.text.lower(), whole.starts, whole.ends) if _is_shouted(whole.text) else whole


def _without_furniture(text: Traced) -> Traced:
    """Without what stands before and after the words, as long as words are left; with single spaces and line breaks."""
    text = text.replaced(SEVERAL_SPACES, lambda spaces: ["\n" if "\n" in spaces[0] else " "])
    for pattern in (*BEFORE, *BEHIND):
        rest = text.replaced(pattern, lambda _: [" "], len(text.text) - LONGEST_SIGN_OFF if pattern in BEHIND else 0)
        if rest is not text and len(bare_words(rest.text).split()) >= FEWEST_WORDS:
            text = rest
    return text


def _tag_words(tag: re.Match[str]) -> Iterator[Part]:
    """The words of a hashtag or a handle, with a space between each two; COVID-19 is one word."""
    at, end = tag.span(1)
    for hump in HUMP.finditer(tag[1]):
        yield at, tag.start(1) + hump.start()
        yield "-" if NUMBERED_NAME.match(tag[1], hump.start()) else " "
        at = tag.start(1) + hump.end()
    yield at, end


def _trimmed(text: Traced) -> Traced:
    """With single spaces, and none at the ends."""
    single = text.replaced(SPACES, lambda _: [" "])
    first = len(single.text) - len(single.text.lstrip())
    last = len(single.text.rstrip())
    return Traced(single.text[first:last], single.starts[first:last], single.ends[first:last])


def _is_shouted(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    same_length = len(text.lower()) == len(text)
    return same_length and len(letters) > FEWEST_LETTERS and sum(map(str.isupper, letters)) >= SHOUTED * len(letters)


def windows(text: str) -> list[str]:
    """The text, and if it is long, overlapping parts of it: a claim buried in it is the better part of one of them."""
    words = text.split()
    if len(words) <= LONG:
        return [text]
    starts = range(0, len(words) - WINDOW + STRIDE, max(STRIDE, math.ceil((len(words) - WINDOW + STRIDE) / MOST_WINDOWS)))
    return list(dict.fromkeys([text, *(" ".join(words[start : start + starts.step + WINDOW - STRIDE]) for start in starts)]))


def bare_words(text: str) -> str:
    """The words alone, in small letters: texts that differ in punctuation and capitals have the same."""
    return " ".join("".join(character if character.isalnum() else " " for character in text.casefold()).split())


UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
"""Scripts that put no spaces between words, as Unicode names their letters."""
FEWEST_WORDS = 3


def claims_nothing(text: str) -> bool:
    """Whether a text has too few words to say anything: a greeting, a name."""
    if any(unicodedata.name(character, "").startswith(UNSPACED) for character in text):
        return False
    return len(bare_words(text).split()) < FEWEST_WORDS
