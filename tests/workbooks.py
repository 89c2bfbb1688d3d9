"""Workbooks of other programs, as small as they can be: what LibreOffice (ODS) and Excel write (XLS before 2007, XLSB since)."""

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
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGED = "http://schemas.openxmlformats.org/package/2006/relationships"
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


def write_xlsb(path: Path, sheets: Mapping[str, Rows]) -> None:
    """Write a workbook as Excel does that is told to save it in binary: BIFF12 (MS-XLSB) in a ZIP."""
    titles = [struct.pack("<II", 0, number) + _wide(f"rId{number}") + _wide(title) for number, title in enumerate(sheets, 1)]
    book = [(0x83, b""), (0x99, bytes(12)), (0x8F, b""), *((0x9C, title) for title in titles), (0x90, b""), (0x84, b"")]
    formats = [(0x2F, struct.pack("<HHHHHHHH", 0, number, 0, 0, 0, 0, 0, 0)) for number in (0, DATE)]
    styles = [(0x116, b""), (0x269, struct.pack("<I", len(formats))), *formats, (0x26A, b""), (0x117, b"")]
    leads = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATED}/worksheet" Target="worksheets/sheet{number}.bin"/>'
        for number in range(1, len(sheets) + 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.bin", _records(book))
        packed.writestr("xl/styles.bin", _records(styles))
        packed.writestr("xl/_rels/workbook.bin.rels", f'<Relationships xmlns="{PACKAGED}">{leads}</Relationships>')
        for number, rows in enumerate(sheets.values(), 1):
            packed.writestr(f"xl/worksheets/sheet{number}.bin", _records(_xlsb_sheet(rows)))


def _xlsb_sheet(rows: Rows) -> list[tuple[int, bytes]]:
    size = struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, max((len(row) - 1 for row in rows), default=0))
    records = [(0x81, b""), (0x94, size), (0x91, b"")]
    for row, values in enumerate(rows):
        records.append((0x00, struct.pack("<IIHHBI", row, 0, 300, 0, 0, 0)))
        records += [_xlsb_cell(column, value) for column, value in enumerate(values) if value is not None]
    return [*records, (0x92, b""), (0x82, b"")]


def _xlsb_cell(column: int, value: str | float | dt.date) -> tuple[int, bytes]:
    if isinstance(value, str):
        return 0x06, struct.pack("<II", column, 0) + _wide(value)
    days = (value - dt.date(1899, 12, 30)).days if isinstance(value, dt.date) else value
    return 0x05, struct.pack("<IId", column, isinstance(value, dt.date), days)


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _records(records: Sequence[tuple[int, bytes]]) -> bytes:
    """Records of BIFF12: a kind and a length of seven bits a byte, the content."""
    return b"".join(_sevens(kind) + _sevens(len(content)) + content for kind, content in records)


def _sevens(number: int) -> bytes:
    low, high = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _sevens(high) if high else bytes([low])


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
