"""A claim above what it was compared with, column by column: the same words, other words, and those that make the difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from index.kinds import RelationKind
from service.api.wire.answers import Relation
from service.check.abreast import BETWEEN_SPACES, Run, Word, abreast
from service.check.mentions import Span
from service.check.slots import Slot
from service.check.values import Finding, Reader, compare
from service.pages.marking import Piece, pieces

LONGEST = 60
"""Words of a text up to which it is shown in columns."""


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
    ours, theirs = relation.judged.text, relation.against.text
    if language != relation.against.language or max(len(ours.split()), len(theirs.split())) > LONGEST:
        return []
    runs = abreast(ours, theirs, _compared(ours, theirs, language), BETWEEN_SPACES)
    return [column for run in runs for column in _columns(run, relation)]


def exchange(relation: Relation) -> Exchange | None:
    """Who acts on whom, if the claim turns that round and the words are known."""
    spans = {one.slot: (one.claim, one.statement) for one in relation.differences}
    actor, target = spans.get(Slot.ACTOR), spans.get(Slot.TARGET)
    if relation.kind is not RelationKind.REVERSES or not (actor and target):
        return None
    texts = [span.text if span else "" for span in (actor[0], target[0], actor[1], target[1])]
    return Exchange((texts[0], texts[1]), (texts[2], texts[3])) if all(texts) else None


@cache
def _reader() -> Reader:
    return Reader()


def _compared(ours: str, theirs: str, language: str) -> list[Finding]:
    return compare(_reader().read(ours, language), _reader().read(theirs, language))


def _columns(run: Run, relation: Relation) -> Iterator[Column]:
    claim, statement = relation.judged, relation.against
    if run.tag == "equal":
        for our, their in zip(run.ours, run.theirs, strict=True):
            texts = claim.text[our.start : our.end], statement.text[their.start : their.end]
            yield Column([Piece(texts[0], None)], [Piece(texts[1], None)], same=True)
    else:
        claimed = _pieces(claim.text, run.ours, [one.claim for one in relation.differences], claim.start)
        stated = _pieces(statement.text, run.theirs, [one.statement for one in relation.differences], 0)
        yield Column(claimed, stated, same=False)


def _pieces(text: str, words: Sequence[Word], marks: list[Span | None], offset: int) -> list[Piece]:
    """Some words of a text with the marks that lie in them.

    Args:
        marks: in a text in which this one begins at `offset`.
    """
    if not words:
        return []
    start, end = words[0].start, words[-1].end
    inside = [(mark.start - offset - start, mark.end - offset - start) for mark in marks if mark]
    return pieces(text[start:end], [(max(one, 0), min(other, end - start)) for one, other in inside])
