"""What became of a file. All lines are known in English here; pages tell them in other languages."""

from __future__ import annotations

import msgspec

from index.errors import Reason
from index.readers.preview import Change
from index.records import Statement
from index.store.reports import LoadReport


class Skipped(msgspec.Struct, frozen=True):
    """What was not loaded.

    Attributes:
        file: what it is called.
        where: the element or line in it; None if it is the whole file.
        said: why.
    """

    file: str
    where: Reason | None
    said: Reason

    @property
    def place(self) -> str:
        """The file, and the element or line in it, in English."""
        return f"{self.file}: {self.where}" if self.where else self.file

    @property
    def reason(self) -> str:
        """Why, in English."""
        return str(self.said)


class FileReport(msgspec.Struct, frozen=True):
    """What became of one file.

    Attributes:
        repeated: how many reviews repeat an earlier one of the same file; the first one counts.
        known: what else a person should know: columns that are not read, ratings that are not known.
        changes: the first records that were added or changed, if nothing was to be written.
        new: the first statements that were added.
        unread: the names of a table's columns that are not read.
    """

    loaded: LoadReport
    skipped: list[Skipped]
    repeated: int
    known: list[Reason] = []
    changes: list[Change] = []
    new: list[Statement] = []
    unread: list[str] = []

    @property
    def notes(self) -> list[str]:
        """What else a person should know, in English."""
        return [str(one) for one in self.known]
