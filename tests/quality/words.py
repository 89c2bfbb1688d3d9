"""Measure the words that are shown for a relation: how often there are any, and how often they are the right ones.

    python -m tests.quality.words [--wrong]

`words.jsonl` has 280 of the pairs of `training/held-out.jsonl`, with all words of both texts that a reader accepts as showing the
relation. What is shown is right if each text's shown words have some of them in common.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from index.kinds import RelationKind
from service.check.mentions import Span
from service.check.slots import Difference, Phrase, Slots

WORDS = Path(__file__).with_name("words.jsonl")


class Shown(msgspec.Struct, frozen=True):
    """A pair, and the words of each text that show how they relate."""

    relation: RelationKind
    claim: str
    claim_lang: str
    statement: str
    statement_lang: str
    claim_words: list[str]
    statement_words: list[str]

    def differences(self, slots: Slots) -> list[Difference]:
        """What is shown for it."""
        return slots.differences(self.relation, Phrase(self.claim, self.claim_lang), Phrase(self.statement, self.statement_lang))

    def right(self, found: Sequence[Difference]) -> bool:
        """Whether what is shown is among the words, in both texts."""
        ours = [_among(one.claim, self.claim, self.claim_words) for one in found if one.claim]
        theirs = [_among(one.statement, self.statement, self.statement_words) for one in found if one.statement]
        return bool(found) and all(any(some) for some in (ours, theirs) if some)


class Figures(NamedTuple):
    """How many pairs there are, of how many words are shown, and of how many the right ones."""

    pairs: int
    shown: int
    right: int


def read() -> list[Shown]:
    """All pairs."""
    return [msgspec.json.decode(line, type=Shown) for line in WORDS.read_bytes().splitlines()]


def measure(pairs: Sequence[Shown], slots: Slots) -> Figures:
    """The figures of some pairs."""
    found = [(pair, pair.differences(slots)) for pair in pairs]
    return Figures(len(found), sum(bool(some) for _, some in found), sum(pair.right(some) for pair, some in found))


def _among(span: Span, text: str, words: Sequence[str]) -> bool:
    places = [(text.find(word), len(word)) for word in words]
    return any(start >= 0 and span.start < start + length and start < span.end for start, length in places)


def main() -> None:
    """Print the figures by relation, within one language and across two."""
    pairs, slots = read(), Slots()
    for across in (False, True):
        for kind in (RelationKind.DENIES, RelationKind.DIFFERS, RelationKind.REVERSES):
            some = [p for p in pairs if p.relation is kind and (p.claim_lang != p.statement_lang) is across]
            print("across" if across else "within", kind.value, measure(some, slots))
    for pair in pairs if "--wrong" in sys.argv else ():
        found = pair.differences(slots)
        if not pair.right(found):
            print(pair.relation.value, "|", pair.claim, "|", pair.statement, "|", found)


if __name__ == "__main__":
    main()
