"""Read labelled sets in the plain format: a corpus of statements, queries, which query is about which statement; pairs of texts.

JSON lines or CSV (by the file's ending), described in docs/how-to/evaluate.md.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from index.errors import InvalidRecord
from index.lexical import detect_language
from index.readers.seeds import Document
from index.relations import Label
from index.statements import Citation, Party, Source, Statement, StatementKind

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
            pairs.append(_decoded(fields, LabelledPair))
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
            row = _decoded(fields, Row)
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
        cells = line.split("," if path.suffix == ".csv" else "\t")
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


def _decoded(fields: bytes | dict[str, str], kind: type[LineT]) -> LineT:
    return msgspec.json.decode(fields, type=kind) if isinstance(fields, bytes) else msgspec.convert(fields, kind)


def _lines(path: Path) -> Iterator[tuple[int, bytes | dict[str, str]]]:
    text = _read(path)
    if path.suffix == ".csv":
        yield from enumerate(({name: cell or "" for name, cell in row.items() if name} for row in _csv(text)), 2)
    else:
        yield from ((number, line.encode()) for number, line in enumerate(text.splitlines(), 1) if line.strip())


def _csv(text: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(text.splitlines())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRecord([f"{path}: cannot be read: {error}"]) from error
