"""Tables of text: what stands between cells, and the head, found out."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

import msgspec

from index.readers import reasons
from index.readers.columns import exports_without_head, field_of, key_of
from index.readers.notes import often
from index.readers.quoting import allow_long_cells, closed
from index.readers.table import HEAD_LINES, Head, Row, Table, head_of, place_of

DELIMITERS = ",;\t|"


def delimited(text: str) -> Table:
    """A table of text with delimiters."""
    text, delimiter = _delimiter(text)
    text, unclosed = closed(text, delimiter)
    head = _head([cells for _, cells in islice(_lines(text, delimiter), HEAD_LINES)])
    packed = [name for name in head.names if key_of(name) == "claimreview"]
    above = ((number, cells) for number, cells in islice(_lines(text, delimiter), head.first) if any(cells))
    notes = [reasons.ABOVE.of(place=place_of("line", number)) for number, _ in above]
    if unclosed:
        notes.append(often(reasons.UNCLOSED, len(unclosed), place_of("line", unclosed[0])))

    def rows() -> Iterator[Row]:
        for number, cells in islice(_lines(text, delimiter), head.behind, None):
            extra = [cell for cell in cells[len(head.names) :] if cell.strip()]
            problem = reasons.CELLS.of(cells=len(cells), head=len(head.names), delimiter=repr(delimiter))
            value = _unpacked(dict(zip(head.names, cells, strict=False)), packed) if packed else None
            yield Row(number, {place: [cell] for place, cell in enumerate(cells) if cell}, value, problem if extra else None)

    return Table(head.names, rows, text.count("\n") + 1, notes=notes)


def _head(lines: list[list[str]]) -> Head:
    """The head; of a known export that comes without one, the names that its columns have elsewhere."""
    first = lines[0] if lines else []
    for export in exports_without_head():
        if len(first) == len(export.names) and re.fullmatch(export.first, first[0]):
            return Head(export.names, 0, 0)
    return head_of(lines)


def _unpacked(cells: dict[str, str], names: list[str]) -> object:
    """A row that holds ClaimReviews of Google's answers, as JSON or as Python writes it; None for any other.

    Args:
        names: the columns that may hold them.
    """
    packed = next((name for name in names if cells.get(name, "").lstrip().startswith(("[", "{"))), None)
    if packed is None:
        return None
    reviews = unpacked(cells[packed])
    if reviews is None:
        return None
    return {**cells, packed: reviews if isinstance(reviews, list) else [reviews]}


def unpacked(written: str) -> object:
    """A value as JSON or Python writes it; None if it is neither."""
    for read in (msgspec.json.decode, ast.literal_eval):
        with suppress(msgspec.MsgspecError, ValueError, SyntaxError, MemoryError, RecursionError):
            return read(written)
    return None


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its last line, without empty ones."""
    allow_long_cells()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    yield from ((reader.line_num, cells) for cells in reader if cells)


def _delimiter(text: str) -> tuple[str, str]:
    """The text without Excel's `sep=;`, and the delimiter: with it the most columns are known, then the most there are."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return rest, first[4]

    def worth(delimiter: str) -> tuple[int, int]:
        lines = [cells for _, cells in islice(_lines(text, delimiter), HEAD_LINES)]
        names = _head(lines).names
        return sum(field_of(cell) is not None for cell in names), len(names)

    return text, max(DELIMITERS, key=worth)
