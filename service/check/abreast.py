"""Two texts word by word, one beside the other; figures that agree in value count as the same word, however they are written."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import NamedTuple

from service.check.mentions import Span
from service.check.values import Finding, Outcome, Value

WORD = re.compile(r"\w+")
BETWEEN_SPACES = re.compile(r"\S+")
ALIKE = 0.5
"""Share of words in common from which on two texts are worth comparing word by word."""


class Word(NamedTuple):
    """A word, or a figure of several: `text[start:end]`; two are the same if their keys are."""

    start: int
    end: int
    key: str


Side = tuple[list[Word], Value]
"""The words of a text, and one of its figures."""


class Run(NamedTuple):
    """Words of one text that stand where those of the other do; empty where one has none."""

    ours: list[Word]
    theirs: list[Word]
    tag: str


def abreast(ours: str, theirs: str, findings: Sequence[Finding], words: re.Pattern[str]) -> list[Run]:
    """The words of two texts in runs; none if they have too little in common.

    Args:
        findings: what became of the figures of `ours`: each pair that agrees counts as one word.
        words: what a word is.
    """
    mine, others = _words(ours, words), _words(theirs, words)
    for place, finding in enumerate(findings):
        if finding.outcome is Outcome.AGREES and finding.statement:
            _unite((mine, finding.claim), (others, finding.statement), f"\0{place}")
    matcher = difflib.SequenceMatcher(a=[word.key for word in mine], b=[word.key for word in others], autojunk=False)
    if matcher.ratio() < ALIKE:
        return []
    return [Run(mine[a:b], others[c:d], tag) for tag, a, b, c, d in matcher.get_opcodes()]


def longest_replaced(ours: str, theirs: str, findings: Sequence[Finding]) -> tuple[Span, Span] | None:
    """The longest run of words that one text has in place of the other's."""
    replaced = [run for run in abreast(ours, theirs, findings, WORD) if run.tag == "replace"]
    longest = max(replaced, key=lambda run: len(run.ours), default=None)
    return (_span(ours, longest.ours), _span(theirs, longest.theirs)) if longest else None


def _words(text: str, pattern: re.Pattern[str]) -> list[Word]:
    return [Word(found.start(), found.end(), _bare(found[0])) for found in pattern.finditer(text)]


def _bare(word: str) -> str:
    return re.sub(r"^\W+|\W+$", "", word).casefold() or word


def _unite(ours: Side, theirs: Side, key: str) -> None:
    """Makes one word of a figure's in both texts, without one at its end that follows the other figure: 80% of, half of."""
    places = [[at for at, word in enumerate(words) if _overlap(word, value)] for words, value in (ours, theirs)]
    used = any(words[at].key.startswith("\0") for (words, _), some in zip((ours, theirs), places, strict=True) for at in some)
    if used or not all(places):
        return
    follows = [_key_at(words, some[-1] + 1) for (words, _), some in zip((ours, theirs), places, strict=True)]
    for (words, _), some, behind in zip((ours, theirs), places, follows[::-1], strict=True):
        end = some[-1] if len(some) > 1 and words[some[-1]].key == behind else some[-1] + 1
        words[some[0] : end] = [Word(words[some[0]].start, words[end - 1].end, key)]


def _overlap(word: Word, value: Value) -> bool:
    return word.start < value.end and value.start < word.end


def _key_at(words: Sequence[Word], place: int) -> str | None:
    return words[place].key if place < len(words) else None


def _span(text: str, words: Sequence[Word]) -> Span:
    start, end = words[0].start, words[-1].end
    return Span(text[start:end], start, end)
