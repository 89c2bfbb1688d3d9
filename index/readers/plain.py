"""Read the plain format: statements a line each; labelled sets: a corpus, queries, which query is about what; pairs of texts.

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
from index.lexical import detect_language
from index.readers.claimreview import is_address, slug
from index.readers.seeds import ID, LANGUAGE, Document
from index.relations import Label
from index.statements import UNKNOWN, Citation, Party, Source, Statement, StatementKind, When

LineT = TypeVar("LineT")

SOURCE_ID = "corpus"


class Row(msgspec.Struct, frozen=True):
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


class LabelledPair(msgspec.Struct, frozen=True):
    """A line of a set of pairs; other fields are ignored.

    Attributes:
        a: the known statement, or the text that comes first.
        b: the claim that is held against it.
    """

    a: str
    b: str
    label: Label


def read_pairs(path: Path) -> list[LabelledPair]:
    """Read labelled pairs.

    Raises:
        InvalidRecord: naming the file, the line and what is wrong with it.
    """
    problems, pairs = [], []
    for number, fields in _lines(path):
        try:
            pairs.append(_decode(fields, LabelledPair))
        except msgspec.MsgspecError as error:
            problems.append(f"{path}: line {number}: {error}; the labels are {', '.join(label.value for label in Label)}")
    if problems or not pairs:
        raise InvalidRecord(problems or [f"{path}: holds nothing"])
    return pairs


def read_rows(path: Path) -> list[Row]:
    """Read a corpus or queries.

    Raises:
        InvalidRecord: naming the file, the line and what is wrong with it.
    """
    problems: list[str] = []
    rows: dict[str, Row] = {}
    for number, fields in _lines(path):
        try:
            row = _decode(fields, Row)
        except msgspec.MsgspecError as error:
            problems.append(f"{path}: line {number}: {error}")
            continue
        if row.id in rows:
            problems.append(f"{path}: line {number}: id: {row.id!r} is used twice")
        if not row.text.strip():
            problems.append(f"{path}: line {number}: text: empty text")
        rows[row.id] = row
    if problems or not rows:
        raise InvalidRecord(problems or [f"{path}: holds nothing"])
    return list(rows.values())


def read_qrels(path: Path) -> dict[str, set[str]]:
    """Read which query is about which statements: query id, statement id, and 1, by tabs (or commas in a CSV file).

    Raises:
        InvalidRecord: naming the file, the line and what is wrong with it.
    """
    relevant: dict[str, set[str]] = {}
    problems = []
    for number, line in enumerate(_read(path).splitlines(), 1):
        cells = line.split("," if path.suffix.lower() == ".csv" else "\t")
        if len(cells) < 2:
            problems.append(f"{path}: line {number}: expected a query's id and a statement's id, got {line!r}")
        elif cells[-1].strip() != "0":
            relevant.setdefault(cells[0].strip(), set()).add(cells[1].strip())
    if problems or not relevant:
        raise InvalidRecord(problems or [f"{path}: holds nothing"])
    return relevant


def as_document(rows: list[Row]) -> Document:
    """A corpus as a source document, so that it can be loaded into a store like any other."""
    source = Source(SOURCE_ID, "Labelled corpus", "unknown", "unknown", "und")
    statements = [
        Statement(
            id=row.id,
            kind=StatementKind.STATEMENT,
            text=row.text,
            language=row.language,
            claimant=Party("unknown"),
            citations=[Citation(SOURCE_ID, "unknown", 1)],
            refutation_on_record=False,
            wordings={row.language: [row.title]} if row.title.strip() and row.title != row.text else {},
        )
        for row in rows
    ]
    return Document(source, statements, [])


class StatementRow(Row, frozen=True):
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
    """Read lines as statements of a source, each by itself: its number, and the statement or what is wrong with the line.

    Raises:
        InvalidRecord: if the file cannot be read.
    """
    for number, fields in _lines(path):
        try:
            yield number, _statement(_decode(fields, StatementRow), source_id)
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


def _lines(path: Path) -> Iterator[tuple[int, bytes | dict[str, str]]]:
    text = _read(path)
    if path.suffix.lower() == ".csv":
        rows = csv.DictReader(io.StringIO(text, newline=""))
        try:
            yield from ((rows.line_num, {name: cell or "" for name, cell in row.items() if name}) for row in rows)
        except csv.Error as error:
            raise InvalidRecord([f"{path}: after line {rows.line_num}: {error}"]) from error
    else:
        yield from ((number, line.encode()) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _decode(fields: bytes | dict[str, str], kind: type[LineT]) -> LineT:
    return msgspec.json.decode(fields, type=kind) if isinstance(fields, bytes) else msgspec.convert(fields, kind)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRecord([f"{path}: cannot be read: {error}"]) from error
