"""Read labelled lines: one text, query or pair of texts on each.

JSON lines, CSV or TSV with a head line (by the file's ending), described in docs/how-to/evaluate.md.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from index.errors import InvalidRecord
from index.readers.quoting import allow_long_cells
from index.text.language import detect_language

LineT = TypeVar("LineT")
DELIMITERS = {".csv": ",", ".tsv": "\t"}
"""A table's ending -> what stands between its cells. Every other file has JSON lines."""


class LabelledText(msgspec.Struct, frozen=True):
    """A line of a corpus or of queries; other fields are ignored.

    Attributes:
        title: another way to say it (of a corpus only); indexed like a wording.
        lang: ISO 639 code; detected if not given.
    """

    id: str
    text: str
    title: str = ""
    lang: str = ""

    @property
    def language(self) -> str:
        """`lang`, or the detected language."""
        return self.lang or detect_language(self.text)


def lines_of(path: Path) -> Iterator[tuple[int, bytes | dict[str, str]]]:
    """A file's lines, each with its number: JSON as it stands there, CSV as fields by their names.

    Raises:
        InvalidRecord: if the file cannot be read.
    """
    text = read_text(path)
    if path.suffix.lower() in DELIMITERS:
        allow_long_cells()
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=DELIMITERS[path.suffix.lower()])
        yield from ((rows.line_num, {name: cell or "" for name, cell in row.items() if name}) for row in rows)
    else:
        yield from ((number, line.encode()) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def decode_line(fields: bytes | dict[str, str], kind: type[LineT]) -> LineT:
    """A line of `lines_of` as a struct. Raises `msgspec.MsgspecError` if it does not fit."""
    return msgspec.json.decode(fields, type=kind) if isinstance(fields, bytes) else msgspec.convert(fields, kind)


def reason_of(error: Exception) -> str:
    """What is wrong with a line that could not be decoded, its field first."""
    if isinstance(error, msgspec.DecodeError) and not isinstance(error, msgspec.ValidationError):
        return f"is not valid JSON ({error})"
    reason, _, place = str(error).partition(" - at ")
    field = place.strip("`").removeprefix("$").removeprefix(".")
    return f"{field}: {reason}" if field else reason


def read_text(path: Path) -> str:
    """A file's text, which has to be UTF-8. Raises `InvalidRecord` if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRecord([f"{path}: cannot be read: {error}"]) from error
