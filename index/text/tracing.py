"""A text that is changed step by step, each of its characters knowing where it stood in the original."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Part = str | tuple[int, int]
"""What replaces a match: a text of one's own, or a slice of the text that is edited."""


class Traced:
    """A text and the place of each of its characters in the original.

    Attributes:
        text: as it reads now.
        starts: where each character begins in the original, in code points.
        ends: where each one ends there; a character that was composed of several covers them all.
    """

    __slots__ = ("ends", "starts", "text")

    def __init__(self, text: str, starts: list[int], ends: list[int]) -> None:
        self.text, self.starts, self.ends = text, starts, ends

    @classmethod
    def of(cls, text: str) -> Traced:
        """A text that nothing was done to yet."""
        return cls(text, list(range(len(text))), list(range(1, len(text) + 1)))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]`, which must not be empty, stands in the original."""
        return self.starts[start], self.ends[end - 1]

    def replaced(self, pattern: re.Pattern[str], parts: Callable[[re.Match[str]], Iterable[Part]], since: int = 0) -> Traced:
        """Each match from character `since` on replaced by its parts; a part of one's own stands where the whole match stood."""
        if pattern.search(self.text, since) is None:
            return self
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []

        def keep(start: int, end: int) -> None:
            pieces.append(self.text[start:end])
            starts.extend(self.starts[start:end])
            ends.extend(self.ends[start:end])

        at = 0
        for match in pattern.finditer(self.text, since):
            keep(at, match.start())
            for part in parts(match):
                if isinstance(part, tuple):
                    keep(*part)
                elif match.end() > match.start():
                    pieces.append(part)
                    starts += [self.starts[match.start()]] * len(part)
                    ends += [self.ends[match.end() - 1]] * len(part)
                else:  # between two characters
                    pieces.append(part)
                    starts += [self.starts[match.start()]] * len(part)
                    ends += [self.starts[match.start()]] * len(part)
            at = match.end()
        keep(at, len(self.text))
        return Traced("".join(pieces), starts, ends)

    def mapped(self, letters: Iterable[str]) -> Traced:
        """Each character replaced by what stands in its place, none or several characters."""
        pieces = list(letters)
        if {*map(len, pieces)} == {1}:  # as in most texts
            return Traced("".join(pieces), self.starts, self.ends)
        starts, ends = [], []
        for letter, start, end in zip(pieces, self.starts, self.ends, strict=True):
            starts += [start] * len(letter)
            ends += [end] * len(letter)
        return Traced("".join(pieces), starts, ends)
