"""A claim above what it was compared with, column by column: the same words, other words, and those that make the difference."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import NamedTuple

from index.kinds import RelationKind
from service.api.wire.answers import Relation
from service.check.mentions import Span
from service.check.slots import Slot
from service.pages.marking import Piece, pieces

LONGEST = 60
"""Words of a text up to which it is shown in columns."""
ALIKE = 0.5
"""Share of words in common from which on columns are easier to read than two lines."""
Words = list[re.Match[str]]


class Column(NamedTuple):
    """Some words of the claim above those of the statement that stand in their place; empty where one has none.

    The words that make the difference are marked.
    """

    claim: list[Piece]
    statement: list[Piece]
    same: bool


class Exchange(NamedTuple):
    """Who does it to whom in the claim, and the same two in the statement."""

    claim: tuple[str, str]
    statement: tuple[str, str]


def columns(relation: Relation, language: str) -> list[Column]:
    """The claim's judged part beside the text that it was judged against; nothing if they have too little in common for that.

    Args:
        language: the claim's.
    """
    ours, theirs = _words(relation.judged.text), _words(relation.against.text)
    if language != relation.against.language or max(len(ours), len(theirs)) > LONGEST:
        return []
    matcher = difflib.SequenceMatcher(a=[_bare(word) for word in ours], b=[_bare(word) for word in theirs], autojunk=False)
    if matcher.ratio() < ALIKE:
        return []
    return [column for code in matcher.get_opcodes() for column in _columns(code, ours, theirs, relation)]


def exchange(relation: Relation) -> Exchange | None:
    """Who acts on whom, if the claim turns that round and the words are known."""
    spans = {one.slot: (one.claim, one.statement) for one in relation.differences}
    actor, target = spans.get(Slot.ACTOR), spans.get(Slot.TARGET)
    if relation.kind is not RelationKind.REVERSES or not (actor and target):
        return None
    texts = [span.text if span else "" for span in (actor[0], target[0], actor[1], target[1])]
    return Exchange((texts[0], texts[1]), (texts[2], texts[3])) if all(texts) else None


def _words(text: str) -> Words:
    return list(re.finditer(r"\S+", text))


def _bare(word: re.Match[str]) -> str:
    return re.sub(r"^\W+|\W+$", "", word[0]).casefold() or word[0]


def _columns(code: tuple[str, int, int, int, int], ours: Words, theirs: Words, relation: Relation) -> Iterator[Column]:
    tag, a, b, c, d = code
    claimed = [one.claim for one in relation.differences]
    stated = [one.statement for one in relation.differences]
    pairs = zip(range(a, b), range(c, d), strict=True) if tag == "equal" else ()
    for our, their in pairs:
        yield Column([Piece(ours[our][0], None)], [Piece(theirs[their][0], None)], same=True)
    if tag != "equal":
        claim = _run(ours[a:b], claimed, relation.judged.start)
        yield Column(claim, _run(theirs[c:d], stated, 0), same=False)


def _run(words: Words, marks: list[Span | None], offset: int) -> list[Piece]:
    """Some words of a text with the marks that lie in them.

    Args:
        marks: in a text in which this one begins at `offset`.
    """
    if not words:
        return []
    start, end = words[0].start(), words[-1].end()
    inside = [(mark.start - offset - start, mark.end - offset - start) for mark in marks if mark]
    return pieces(words[0].string[start:end], [(max(one, 0), min(other, end - start)) for one, other in inside])
