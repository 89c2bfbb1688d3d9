"""Cut texts into pieces, so that templates can mark some of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from service.api.wire.texts import Finding
from service.check.mentions import Span
from service.check.slots import Difference


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


def document_pieces(text: str, findings: Iterable[Finding]) -> list[Piece]:
    """A document with its findings marked."""
    return pieces(text, [None if found.start is None or found.end is None else (found.start, found.end) for found in findings])


def _place(span: Span | None) -> tuple[int, int] | None:
    return (span.start, span.end) if span else None
