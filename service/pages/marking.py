"""Cut texts into pieces, so that templates can mark some of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from service.api.wire.texts import Again, Finding, TextAnswer
from service.check.mentions import Span
from service.check.slots import Difference
from service.languages.spoken import ngettext
from service.pages import dates
from service.pages.labels import VERDICTS, Label, Tone, label, words


class Piece(NamedTuple):
    """A part of a text.

    Attributes:
        mark: number of the mark that it carries, from 0, in the order given to `pieces`; None for what is not marked.
    """

    text: str
    mark: int | None


def pieces(text: str, marks: Sequence[tuple[int, int] | None]) -> list[Piece]:
    """Cut a text at its marks; together the pieces are the text.

    Args:
        marks: start and end in code points, None for a mark without a place. Of overlapping ones, the later is left out.
    """
    placed = sorted((*mark, number) for number, mark in enumerate(marks) if mark)
    found, at = [], 0
    for start, end, number in placed:
        if at <= start < end <= len(text):
            found += [Piece(text[at:start], None), Piece(text[start:end], number)]
            at = end
    return [piece for piece in [*found, Piece(text[at:], None)] if piece.text]


def claim_pieces(text: str, differences: Iterable[Difference]) -> list[Piece]:
    """A claim with the words marked that differ from the statement."""
    return pieces(text, [_place(difference.claim) for difference in differences])


def statement_pieces(text: str, differences: Iterable[Difference]) -> list[Piece]:
    """A statement with the words marked that differ from the claim."""
    return pieces(text, [_place(difference.statement) for difference in differences])


class OnRecord(NamedTuple):
    """A sentence of a document that known statements fit.

    Attributes:
        place: start and end in the document; None if it has no place there.
        finding: the number of the finding that tells of it, from 1.
        again: whether another sentence stands for it there.
        tone: the class in the style sheet for its verdict.
    """

    place: tuple[int, int] | None
    finding: int
    again: bool
    tone: str


def labels_of(finding: Finding) -> list[tuple[Label, Finding | Again]]:
    """The verdicts on the sentences that a finding tells of, its own first; what is of its kind is rated as it is."""
    own = label(finding.verdict, finding.matches)
    others = {kind: one._replace(words=words(kind)) for kind, one in VERDICTS.items()} | {finding.verdict.kind: own}
    return [(own, finding), *((others[one.verdict], one) for one in finding.again)]


def on_record(findings: Iterable[Finding]) -> list[OnRecord]:
    """The sentences that findings tell of."""
    return [
        OnRecord(_range(one.start, one.end), number, again=one is not finding, tone=told.tone.value)
        for number, finding in enumerate(findings, 1)
        for told, one in labels_of(finding)
    ]


def refuted(answer: TextAnswer) -> int:
    """How many of a document's sentences repeat what officials denied, or fact-checkers found false."""
    return sum(one.tone == Tone.REFUTED.value for one in on_record(answer.findings))


def on_record_words(answer: TextAnswer) -> str:
    """How many of a document's sentences are on record."""
    found, number = dates.number(len(on_record(answer.findings))), dates.number(answer.sentences)
    told = ngettext("%(found)s of %(number)s sentence on record", "%(found)s of %(number)s sentences on record", answer.sentences)
    return told % {"found": found, "number": number}


def document_pieces(text: str, sentences: Iterable[OnRecord]) -> list[Piece]:
    """A document with the sentences on record marked."""
    return pieces(text, [one.place for one in sentences])


def _range(start: int | None, end: int | None) -> tuple[int, int] | None:
    return None if start is None or end is None else (start, end)


def _place(span: Span | None) -> tuple[int, int] | None:
    return (span.start, span.end) if span else None
