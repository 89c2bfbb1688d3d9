"""What a person should know of a file that is not a row left out."""

from __future__ import annotations

from index.errors import Reason
from index.readers import reasons


class Notes:
    """What a person should know of a file that is not a row left out: how often, and where first.

    Attributes:
        unread: the names of a table's columns that are not read; all, if none holds the claim.
    """

    def __init__(self) -> None:
        self.unread: list[str] = []
        self._said: list[Reason] = []
        self._seen: dict[str, tuple[int, Reason, Reason]] = {}

    def say(self, line: Reason) -> None:
        """Note it of the whole file."""
        self._said.append(line)

    def add(self, said: Reason, place: Reason) -> None:
        """Note it of one more row."""
        count, _, first = self._seen.get(str(said), (0, said, place))
        self._seen[str(said)] = (count + 1, said, first)

    def lines(self) -> list[Reason]:
        """One line each: what is of the whole file, then what is of rows, the most frequent first."""
        ordered = sorted(self._seen.values(), key=lambda seen: -seen[0])
        return self._said + [often(said, count, first) for count, said, first in ordered]


def often(said: Reason, count: int, first: Reason) -> Reason:
    """What is said of so many rows, with the place of the first."""
    told = reasons.OFTEN.of(said=said, count=count, place=first)
    return told if count > 1 else reasons.ONCE.of(said=said, place=first)
