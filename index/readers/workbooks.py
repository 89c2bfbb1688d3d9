"""What stands in the sheets of a workbook. Run as a process of its own, with bounds: `python workbooks.py PATH SECONDS`.

XLSX is read by openpyxl, which tells where links lead to; XLS, ODS and XLSB by calamine. A workbook of some thousand bytes can say
that a million cells are merged, lead to an address, or repeat one text: both make each of them.
Writes the sheets as JSON to standard output, and on failure the reason to standard error. It imports nothing of this project, so
that it starts at once.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST_COLUMNS = 1_000
"""Columns of a sheet that are looked at."""
MOST_UNPACKED = 300_000_000
"""Bytes that a workbook may unpack to."""
MOST_TEXT = 100_000_000
"""Characters that its cells may hold: many cells can refer to the same text."""
MOST_MEMORY, MOST_SECONDS = 2_000_000_000, 30
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError, SyntaxError, NotImplementedError, OverflowError),
    *(KeyError, ValueError, TypeError, AttributeError, IndexError),
)
"""What openpyxl raises for files that are not what they should be."""

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What workbooks begin with: XLSX, XLSB and ODS, and XLS."""
LINKED = b"HYPERLINK("
HYPERLINK = re.compile(r'=\s*HYPERLINK\(\s*"([^"]+)"\s*(?:,\s*"([^"]*)"\s*)?\)', re.IGNORECASE)
Links = dict[tuple[int, int], tuple[str, str]]
"""The row and column of a cell -> the text and the address of its formula."""
Cells = list[list[str]]
"""A row: what each cell holds, nothing, a text, or a text and the address that it links to."""
SheetRows = list[tuple[int, Cells]]
"""A sheet's rows that hold anything, each with its number."""


def text_of(value: object) -> str:
    """A value of a sheet or of JSON as a text: whole numbers without a point, days without midnight."""
    if value is None or value == "":
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def sheets(path: str) -> Iterator[tuple[str, SheetRows]]:
    """Each sheet's title and rows, but for empty sheets."""
    from openpyxl.utils.exceptions import InvalidFileException
    from python_calamine import CalamineError

    try:
        yield from _by_openpyxl(path) if _is_xlsx(path) else _by_calamine(path)
    except (*DAMAGED, InvalidFileException, CalamineError) as error:
        raise SystemExit(f"cannot be read as a workbook: {' '.join(str(error).split())}") from error


def _is_xlsx(path: str) -> bool:
    """Whether it is XLSX, or else a workbook of another sort, however it is called. Of one that is packed, the size is bounded."""
    with Path(path).open("rb") as file:
        if not file.read(len(ZIP)).startswith(ZIP):
            return False
    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
            raise SystemExit(f"unpacks to more than {MOST_UNPACKED:,} bytes")
        return not {"content.xml", "xl/workbook.bin"} & set(packed.namelist())


def _by_openpyxl(path: str) -> Iterator[tuple[str, SheetRows]]:
    from openpyxl import load_workbook

    with zipfile.ZipFile(path) as packed:
        formulas = any(LINKED in packed.read(part) for part in packed.infolist() if part.filename.startswith("xl/worksheets/"))
    links = _links(load_workbook(path)) if formulas else {}
    for sheet in load_workbook(path, data_only=True).worksheets:
        if rows := _rows(sheet, links.get(sheet.title, {})):
            yield sheet.title, rows


def _by_calamine(path: str) -> Iterator[tuple[str, SheetRows]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    with Path(path).open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
        for title in [one.name for one in book.sheets_metadata if one.typ is SheetTypeEnum.WorkSheet]:
            sheet = book.get_sheet_by_name(title)
            _, before = sheet.start or (0, 0)  # rows come from the sheet's first on, cells from the first column that holds any
            told = ([text_of(value) for value in values[: MOST_COLUMNS - before]] for values in sheet.iter_rows())
            rows: SheetRows = [
                (number, [[]] * before + [[text] if text else [] for text in texts])
                for number, texts in enumerate(told, 1)
                if any(texts)
            ]
            if rows:
                yield title, rows


def _links(book: Any) -> dict[str, Links]:
    """The links that formulas of each sheet make, which openpyxl reads without their values, or the values without them."""
    found: dict[str, Links] = {}
    for sheet in book.worksheets:
        for place, cell in sheet._cells.items():
            if isinstance(cell.value, str) and (linked := HYPERLINK.fullmatch(cell.value)):
                found.setdefault(sheet.title, {})[place] = (linked[2] or linked[1], linked[1])
    return found


def _rows(sheet: Any, links: Links) -> SheetRows:
    """openpyxl's own loops make every cell up to the last one, which may be far away: only those that are there are looked at."""
    rows: dict[int, dict[int, list[str]]] = {}
    for (number, column), cell in sorted(sheet._cells.items()):
        if column <= MOST_COLUMNS and (texts := _cell(cell, links.get((number, column)))):
            rows.setdefault(number, {})[column] = texts
    return [(number, [cells.get(column, []) for column in range(1, max(cells) + 1)]) for number, cells in rows.items()]


def _cell(cell: object, linked: tuple[str, str] | None) -> list[str]:
    """A cell's text, and the address behind it.

    Args:
        linked: the text and the address of its formula.
    """
    text = text_of(getattr(cell, "value", None)) or (linked[0] if linked else "")
    link = linked[1] if linked else getattr(getattr(cell, "hyperlink", None), "target", None)
    return [text, link] if text and link and link != text else [text] if text else [link] if link else []


def within(found: Iterator[tuple[str, SheetRows]], most: int = MOST_TEXT) -> Iterator[tuple[str, SheetRows]]:
    """The sheets, if they hold no more characters than that."""
    for title, rows in found:
        most -= sum(len(text) for _, cells in rows for texts in cells for text in texts)
        if most < 0:
            raise SystemExit("holds too much text")
        yield title, rows


def main(path: str, seconds: int) -> None:
    """Write what a workbook holds."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    json.dump([*within(sheets(path))], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
