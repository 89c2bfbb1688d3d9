"""Blocks of running text, each character with its place in the document."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Self, TypeVar

import msgspec

from index.errors import InvalidInput

Offsets = tuple[int, int] | None
"""Start and end of a character in the input, in code points; None where it has no place there."""


class Block(msgspec.Struct, frozen=True):
    """A paragraph, heading, list item, caption or table cell.

    Attributes:
        spans: of each character of `text`.
    """

    text: str
    spans: Sequence[Offsets]

    @classmethod
    def of(cls, document: str) -> Self:
        """All of a document, as it is written."""
        return cls(document, [(at, at + 1) for at in range(len(document))])

    def picked(self, ranges: Iterable[tuple[int, int]]) -> Block:
        """Several ranges of it as one block."""
        characters: list[str] = []
        spans: list[Offsets] = []
        for start, end in ranges:
            characters.append(self.text[start:end])
            spans += self.spans[start:end]
        return Block("".join(characters), spans)

    def stripped(self) -> Block:
        """It without white space at its ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.picked([(start, max(start, len(self.text.rstrip())))])


def in_a_row(blocks: Iterable[Block]) -> Block:
    """Blocks as one, with a space without a place between each two."""
    characters: list[str] = []
    spans: list[Offsets] = []
    for block in blocks:
        space = bool(characters)
        characters += [" " * space, block.text]
        spans += [*([None] * space), *block.spans]
    return Block("".join(characters), spans)


BlockT = TypeVar("BlockT", bound=Block)


def limited(blocks: Iterable[BlockT], longest: int | None) -> Iterator[BlockT]:
    """The blocks that have text, as long as there is not too much of it.

    Args:
        longest: characters that all of them may have together, white space in a row as one; None for no limit.

    Raises:
        InvalidInput: if they have more.
    """
    length = 0
    for block in blocks:
        words = block.text.split()
        if words:
            length += sum(map(len, words)) + len(words) - 1
            if longest is not None and length > longest:
                raise InvalidInput("text", f"has more than the {longest} characters of text allowed")
            yield block


def without_controls(text: str) -> str:
    """The text on one line: white space and control characters become single spaces."""
    return " ".join("".join(" " if unicodedata.category(character) == "Cc" else character for character in text).split())
