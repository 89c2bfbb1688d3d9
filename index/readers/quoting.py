"""Quotation marks of comma-separated files: those that nothing closes."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Sequence

MOST_UNCLOSED = 20
"""Quotation marks without another that are looked for."""


def closed(text: str, delimiter: str) -> tuple[str, list[int]]:
    """The text with quotation marks that nothing closes as plain signs, and the numbers of their lines.

    One such mark would take all that follows, to the end of the file, into one cell.
    """
    lines, numbers = list(io.StringIO(text, newline="")) if '"' in text else [], list[int]()
    while len(numbers) < MOST_UNCLOSED and (begun := _unclosed(lines, delimiter)) is not None:
        written = io.StringIO()
        csv.writer(written, delimiter=delimiter, lineterminator="\n").writerows(
            csv.reader([lines[begun]], delimiter=delimiter, quoting=csv.QUOTE_NONE)
        )
        lines[begun] = written.getvalue()
        numbers.append(begun + 1)
    return "".join(lines) if numbers else text, numbers


def _unclosed(lines: Sequence[str], delimiter: str) -> int | None:
    """Where a record of several lines begins whose quotation mark is not closed, or closed by another cell's; None without one."""
    allow_long_cells()
    reader, end = csv.reader(lines, delimiter=delimiter), 0
    for _ in reader:
        begun, end = end, reader.line_num
        if end - begun > 1 and _is_malformed(lines[begun:end], delimiter):
            return begun
    return None


def _is_malformed(lines: Sequence[str], delimiter: str) -> bool:
    """Whether text follows a closing quotation mark, or none closes; spaces behind one do no harm."""
    behind = re.compile(rf'"[ \t]+(?=[{re.escape(delimiter)}\r\n]|$)')
    try:
        list(csv.reader([behind.sub('"', line) for line in lines], delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


def allow_long_cells() -> None:
    """Let the `csv` module read cells of any size: its own limit would end a file amid its rows. It is one for all readers."""
    csv.field_size_limit(sys.maxsize)
