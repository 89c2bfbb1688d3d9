"""Words of a short list found in a text: which of its names each stands for, and where."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

GAP = " … "
"""Stands for the words between a verb and what is parted from it: `pulled … back`."""
BETWEEN = r"(?:\s+[^\s;:!?]*[^\s.,;:!?]){0,12}?\s+"
CLAUSE_ENDS = r"(?=\W*(?:$|[.,;:!?]|(?:und|oder|sowie)\b))"
"""What follows a word with a trailing full stop, which parts from its verb in German: `stellt … ein.`"""


class Span(msgspec.Struct, frozen=True):
    """Some characters of a text: `text[start:end]`, counted in Unicode code points."""

    text: str
    start: int
    end: int


class Mention(msgspec.Struct, frozen=True):
    """Something that a text names: what (`ukraine`), and where."""

    what: str
    span: Span


def pattern_of(words: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """One pattern with a group for each name, the longest beginnings first.

    What stands at the start of a word is asked once, not for each beginning. Arabic joins small words to the next one, and English
    n't to the one before: those are looked for anywhere.
    """
    bounded = {name: [word for word in beginnings if not _joined(word)] for name, beginnings in words.items()}
    anywhere = {name: [word for word in beginnings if _joined(word)] for name, beginnings in words.items()}
    return re.compile(rf"(?<!\w)(?:{_groups('g', bounded)})|{_groups('j', anywhere)}", re.IGNORECASE)


def _groups(prefix: str, words: Mapping[str, Sequence[str]]) -> str:
    groups = []
    for name, beginnings in words.items():
        ordered = sorted(beginnings, key=len, reverse=True)
        ends = "|".join(map(_ending, ordered))
        groups += [f"(?P<{prefix}{name}>{ends})"] if ends else []
    return "|".join(groups) or "(?!)"


def _ending(word: str) -> str:
    """A word by its beginning, a whole word, or a verb and the word that is parted from it."""
    if GAP in word:
        parted = BETWEEN.join(_escaped(part.rstrip(".")) + r"(?!\w)" for part in word.split(GAP))
        return parted + CLAUSE_ENDS if word.endswith(".") else parted
    return _escaped(word[:-1]) + r"(?!\w)" if word.endswith("=") else _escaped(word) + r"\w*"


def _escaped(word: str) -> str:
    """A word as a pattern, with any apostrophe: statements write doesn’t and n’a."""
    return re.escape(word).replace("'", "['’ʼ]")


def _joined(word: str) -> bool:
    return word.startswith("n't") or _is_arabic(word[0])


def _is_arabic(character: str) -> bool:
    return "\u0600" <= character <= "\u06ff"


def mentions(pattern: re.Pattern[str], text: str) -> list[Mention]:
    """All that a text names, in its order."""
    return [Mention((match.lastgroup or "")[1:], span_of(match)) for match in pattern.finditer(text)]


def span_of(match: re.Match[str]) -> Span:
    """Where a word stands, with the small words that Arabic joins to it."""
    start, text = match.start(), match.string
    while start and _is_arabic(text[start]) and text[start - 1].isalpha():
        start -= 1
    return Span(text[start : match.end()], start, match.end())
