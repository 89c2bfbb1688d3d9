"""Workbooks of other programs, as small as they can be: what LibreOffice (ODS) and Excel before 2007 (XLS) write."""

from __future__ import annotations

import datetime as dt
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Value = str | float | dt.date | None
Rows = Sequence[Sequence[Value]]

SECTOR = 512
LEAST = 4096
"""Bytes from which on a stream has sectors of its own."""
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
DATE = 14
"""Excel's number of the format of a day."""
ODS = "application/vnd.oasis.opendocument.spreadsheet"
SPACES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))


def write_ods(path: Path, sheets: Mapping[str, Rows | str]) -> None:
    """Write a workbook as LibreOffice does.

    Args:
        sheets: title -> rows, or the XML of the rows.
    """
    tables = "".join(
        f'<table:table table:name="{escape(title)}">{rows if isinstance(rows, str) else "".join(map(ods_row, rows))}</table:table>'
        for title, rows in sheets.items()
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", ODS, zipfile.ZIP_STORED)
        packed.writestr("content.xml", f'<?xml version="1.0"?><office:document-content {SPACES}>{body}</office:document-content>')
        packed.writestr("META-INF/manifest.xml", '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>')


def ods_row(values: Sequence[Value]) -> str:
    """A row's XML."""
    return f"<table:table-row>{''.join(map(_ods_cell, values))}</table:table-row>"


def _ods_cell(value: Value) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, dt.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    if isinstance(value, float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def write_xls(path: Path, sheets: Mapping[str, Rows]) -> None:
    """Write a workbook as Excel 97 does: BIFF8 in a compound file."""
    parts = [_sheet(rows) for rows in sheets.values()]
    titles = [struct.pack("<HBB", 0, len(title), 0) + title.encode("latin-1") for title in sheets]
    formats = [struct.pack("<HHHBBIIH", 0, number, 0, 0, 0, 0, 0, 0) for number in (0, DATE)]
    head = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0x600)) + b"".join(_record(0xE0, one) for one in formats)
    place = len(head) + sum(len(title) + 8 for title in titles) + 4
    for title, part in zip(titles, parts, strict=True):
        head += _record(0x85, struct.pack("<I", place) + title)
        place += len(part)
    path.write_bytes(_compound(head + _record(0x0A) + b"".join(parts)))


def _sheet(rows: Rows) -> bytes:
    cells = [_xls_cell(row, column, value) for row, values in enumerate(rows) for column, value in enumerate(values)]
    return _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0x600)) + b"".join(cells) + _record(0x0A)


def _xls_cell(row: int, column: int, value: Value) -> bytes:
    if value is None:
        return b""
    if isinstance(value, str):
        return _record(0x204, struct.pack("<HHHHB", row, column, 0, len(value), 1) + value.encode("utf-16-le"))
    days = (value - dt.date(1899, 12, 30)).days if isinstance(value, dt.date) else value
    return _record(0x203, struct.pack("<HHHd", row, column, isinstance(value, dt.date), days))


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _compound(stream: bytes) -> bytes:
    """A compound file with one stream, `Workbook`: its head, its table of sectors, its directory, the stream."""
    stream = stream.ljust(max(LEAST, -len(stream) % SECTOR + len(stream)), b"\0")
    last = len(stream) // SECTOR + 1
    sectors = [FAT, END, *range(3, last + 1), END]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, LEAST, END, 0, END, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    table = struct.pack(f"<{SECTOR // 4}I", *sectors, *[FREE] * (SECTOR // 4 - len(sectors)))
    root, book = _entry("Root Entry", 5, 1, END, 0), _entry("Workbook", 2, FREE, 2, len(stream))
    return head + table + (root + book).ljust(SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII16sI16xIQ", written, len(written), kind, 1, FREE, FREE, child, b"", 0, start, size)
