"""Read the plain format: one statement, query or pair of texts on each line.

JSON lines or CSV (by the file's ending), described in docs/how-to/load-statements.md and docs/how-to/evaluate.md.
"""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import TypeVar

import msgspec

from index.errors import InvalidRecord
from index.kinds import StatementKind
from index.readers.claimreview import is_address, slug
from index.readers.seeds import ID, LANGUAGE
from index.records import UNKNOWN, Citation, Party, Source, Statement, When
from index.text.language import detect_language

LineT = TypeVar("LineT")


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


class StatementRow(LabelledText, frozen=True):
    """A line that becomes a statement.

    Attributes:
        claimant: who says it.
        date: EDTF date or interval (see `When`).
        url: the address where it was made.
    """

    claimant: str = ""
    date: str = ""
    url: str = ""


def read_statements(path: Path, source_id: str) -> Iterator[tuple[int, Statement | str]]:
    """Read lines as statements of a source. Gives each line's number, with the statement or with what is wrong.

    Raises:
        InvalidRecord: if the file cannot be read.
    """
    for number, fields in lines_of(path):
        try:
            yield number, _statement(decode_line(fields, StatementRow), source_id)
        except (msgspec.MsgspecError, ValueError) as error:
            yield number, str(error)


def rows_source(name: str) -> Source:
    """The source that a file of lines stands for: its name, without folders, tells it from other files."""
    path = PurePath(name)
    return Source(id=f"file-{slug(path.stem, '-')}", title=path.name, publisher="unknown", site="unknown", language="und")


def _statement(row: StatementRow, source_id: str) -> Statement:
    if not any(character.isalnum() for character in row.text):
        raise ValueError("text: empty text")
    if any(unicodedata.category(character) in ("Cc", "Cs") and not character.isspace() for character in row.text + row.title):
        raise ValueError("text: control character")
    if not row.id.strip():
        raise ValueError("id: empty text")
    if row.lang and not LANGUAGE.fullmatch(row.lang):
        raise ValueError(f"lang: {row.lang!r} is not an ISO 639 code")
    if row.url and not is_address(row.url):
        raise ValueError("url: not an http or https address")
    when = When(row.date, row.date) if row.date else None
    if when:
        when.bounds()
    own_id = row.id if ID.fullmatch(row.id) else hashlib.sha256(row.id.encode()).hexdigest()[:20]
    return Statement(
        id=f"{source_id}-{own_id}",
        kind=StatementKind.CLAIM,
        text=" ".join(row.text.split()),
        language=row.language,
        claimant=Party(row.claimant.strip()) if row.claimant.strip() else UNKNOWN,
        citations=[Citation(source_id, url=row.url or None)],
        refutation_on_record=False,
        when=when,
        wordings={row.language: [row.title.strip()]} if row.title.strip() and row.title.strip() != row.text.strip() else {},
        appearances=[row.url] if row.url else [],
    )


def lines_of(path: Path) -> Iterator[tuple[int, bytes | dict[str, str]]]:
    """A file's lines, each with its number: JSON as it stands there, CSV as fields by their names.

    Raises:
        InvalidRecord: if the file cannot be read.
    """
    text = read_text(path)
    if path.suffix.lower() == ".csv":
        rows = csv.DictReader(io.StringIO(text, newline=""))
        try:
            yield from ((rows.line_num, {name: cell or "" for name, cell in row.items() if name}) for row in rows)
        except csv.Error as error:
            raise InvalidRecord([f"{path}: after line {rows.line_num}: {error}"]) from error
    else:
        yield from ((number, line.encode()) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def decode_line(fields: bytes | dict[str, str], kind: type[LineT]) -> LineT:
    """A line of `lines_of` as a struct. Raises `msgspec.MsgspecError` if it does not fit."""
    return msgspec.json.decode(fields, type=kind) if isinstance(fields, bytes) else msgspec.convert(fields, kind)


def read_text(path: Path) -> str:
    """A file's text, which has to be UTF-8. Raises `InvalidRecord` if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRecord([f"{path}: cannot be read: {error}"]) from error
