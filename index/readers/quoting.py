"""Quotation marks of comma-separated files: those that nothing closes."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Sequence


def closed(text: str, delimiter: str) -> tuple[str, list[int]]:
    """The text with quotation marks that nothing closes as plain signs, and the numbers of their lines.

    One such mark would take all that follows, up to the next one or to the end of the file, into one cell.
    """
    lines, numbers, begun = list(io.StringIO(text, newline="")) if '"' in text else [], list[int](), 0
    while (unclosed := _unclosed(lines, begun, delimiter)) is not None:
        written = io.StringIO()
        csv.writer(written, delimiter=delimiter, lineterminator="\n").writerows(
            csv.reader([lines[unclosed]], delimiter=delimiter, quoting=csv.QUOTE_NONE)
        )
        lines[unclosed] = written.getvalue()
        numbers.append(unclosed + 1)
        begun = unclosed + 1
    return "".join(lines) if numbers else text, numbers


def _unclosed(lines: Sequence[str], begun: int, delimiter: str) -> int | None:
    """Where a record begins whose quotation mark is not closed, or closed by another line's; None without one.

    Args:
        begun: the line to begin at: those before it are in order.
    """
    allow_long_cells()
    end, reader = begun, csv.reader((lines[place] for place in range(begun, len(lines))), delimiter=delimiter)
    for _ in reader:
        first, end = end, begun + reader.line_num
        if (end - first > 1 or end == len(lines)) and _is_malformed(lines[first:end], delimiter):
            return first
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
