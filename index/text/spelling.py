"""Words of a claim that have a typing error, read as the statement that it is judged beside spells them.

A word is taken for a mistyped one if it differs from a word of the statement by one letter that is left out, added or
another one, or by two that are exchanged, not at its ends, where words are inflected; and if a tokenizer needs more pieces
for it: a word that exists is a word of its own, however near (Russian "вошли" is "went in", "вышли" is "went out"). Of 47,021
written pairs in one language 66 have a word that is read so, 4 of them another word that was meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from itertools import takewhile

WORD = re.compile(r"[^\W\d_]{5,}")
"""Shorter words are near too many others."""


def respelled(claim: str, statement: str, pieces: Callable[[str], int]) -> str:
    """The claim with the statement's spelling of what is mistyped.

    Args:
        pieces: into how many pieces a tokenizer cuts a word.
    """
    words: set[str] = set(WORD.findall(statement.lower()))
    by_ends: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for word in words:
        by_ends[word[0], word[-1]].append(word)

    def read(found: re.Match[str]) -> str:
        word = found[0].lower()
        near = [] if word in words else [one for one in by_ends.get((word[0], word[-1]), ()) if _one_error(word, one)]
        if len(near) != 1 or pieces(word) <= pieces(near[0]):
            return str(found[0])
        return near[0].capitalize() if found[0][0].isupper() else near[0]

    return WORD.sub(read, claim)


def _one_error(one: str, other: str) -> bool:
    """Whether two words differ by one letter, or by two that are exchanged; both begin and end alike."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = _alike(one, other)
    end = _alike(one[start:][::-1], other[start:][::-1])
    ours, theirs = one[start : len(one) - end], other[start : len(other) - end]
    return max(len(ours), len(theirs)) <= 1 or (len(ours) == 2 and ours == theirs[::-1])


def _alike(one: str, other: str) -> int:
    """How many letters two words have alike at their beginnings."""
    return len(list(takewhile(lambda both: both[0] == both[1], zip(one, other, strict=False))))
