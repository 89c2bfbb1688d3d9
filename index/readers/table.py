"""What every table is, whatever file it comes from: columns with names, rows with places; and which lines are its head."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from index.errors import Reason
from index.readers import reasons
from index.readers.columns import Field, field_of

HEAD_LINES = 20
"""How far down the head line is looked for: sheets have titles and notes above it."""


class Row(NamedTuple):
    """One row.

    Attributes:
        number: its line in the file, the row of a sheet, or its place in a JSON list, from 1.
        cells: position of a column -> what it holds: nothing, a text, several, or a text and the address that it links to.
        value: the JSON that it was read from.
        problem: why it cannot be read, if so.
        sheet: the sheet that it is in, if it is not in the first one that is read.
    """

    number: int
    cells: dict[int, list[str]]
    value: object = None
    problem: Reason | None = None
    sheet: str = ""


class Table(NamedTuple):
    """A table.

    Attributes:
        names: the columns' names.
        rows: gives the rows, each time anew.
        size: how many rows or lines there are, about.
        place: what a row's number counts: `line`, `row` or `element`.
        notes: what of the file was not read.
    """

    names: list[str]
    rows: Callable[[], Iterator[Row]]
    size: int
    place: str = "line"
    notes: list[Reason] = []  # noqa: RUF012

    def place_of(self, row: Row) -> Reason:
        """What to call a row's place."""
        place = place_of(self.place, row.number)
        return reasons.IN_SHEET.of(sheet=repr(row.sheet), place=place) if row.sheet else place


def place_of(place: str, number: int) -> Reason:
    """What to call a place.

    Args:
        place: as `Table` has it.
    """
    return reasons.PLACES[place].of(number=str(number))


class Head(NamedTuple):
    """The head of a table.

    Attributes:
        names: the columns' names.
        first: which of the lines is the head's first.
        behind: which of the lines is the first below the head.
    """

    names: list[str]
    first: int
    behind: int

    @property
    def has_claim(self) -> bool:
        """Whether it names the claim."""
        return any(field_of(name) is Field.CLAIM for name in self.names)


def head_of(lines: Sequence[Sequence[str]]) -> Head:
    """The head among a table's first lines: of those that name the claim, the one that names the most fields, else the first line.

    A line beside it that names fields, too, belongs to it: groups of columns above it, what they hold below.
    """
    claimed = [place for place, cells in enumerate(lines) if any(field_of(cell) is Field.CLAIM for cell in cells)]
    if not claimed:
        place = next((place for place, cells in enumerate(lines) if any(cells)), 0)
        return Head(list(lines[place]) if lines else [], place, place + 1)
    place = max(claimed, key=lambda one: (_known(lines[one]), -one))
    if place and sum(map(bool, lines[place - 1])) > 1 and "" in lines[place]:
        return Head(_joined(lines[place - 1], lines[place]), place - 1, place + 1)
    below = lines[place + 1] if place + 1 < len(lines) else []
    if "" in lines[place] and 1 < _known(below) == sum(map(bool, below)):
        return Head(_joined(lines[place], below), place, place + 2)
    return Head(list(lines[place]), place, place + 1)


def _known(cells: Sequence[str]) -> int:
    return sum(field_of(cell) is not None for cell in cells)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The names of a head of two lines: the lower one's, with its group's if that is a name, too; else the upper one's."""
    names, group = [], ""
    for place in range(max(len(upper), len(lower))):
        above, below = (line[place] if place < len(line) else "" for line in (upper, lower))
        group = above or group
        both = f"{group} {below}"
        names.append(both if below and field_of(both) else below or above)
    return names
