"""Open tables: CSV with any delimiter, XLSX, JSON lines and lists of JSON objects, in any encoding.

Gives the head line and the rows, each with its line in the file; what they mean is told by `columns` and `table_records`.
"""

from __future__ import annotations

import ast
import csv
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from index.errors import InvalidRecord, Reason
from index.readers import reasons, workbooks
from index.readers.columns import Field, field_of, key_of
from index.readers.decoding import Undecodable, decode
from index.readers.feeds import BrokenOff, read_feed
from index.readers.quoting import allow_long_cells, closed
from index.readers.workbooks import text_of

DELIMITERS = ",;\t|"
HEAD_LINES = 20
"""How far down the head line is looked for: sheets have titles and notes above it."""
LISTS = ("data", "results", "rows", "items", "claims", "records", "statements", "entries", "hydra:member")
"""Names under which a JSON object holds its list."""


class Row(NamedTuple):
    """One row.

    Attributes:
        number: its line in the file, the row of a sheet, or its place in a JSON list, from 1.
        cells: position of a column -> what it holds: nothing, a text, several, or a text and the address that it links to.
        value: the JSON that it was read from.
        problem: why it cannot be read, if so.
    """

    number: int
    cells: dict[int, list[str]]
    value: object = None
    problem: Reason | None = None


class Table(NamedTuple):
    """A table.

    Attributes:
        names: the columns' names.
        rows: gives the rows, each time anew.
        size: how many rows or lines there are, about.
        place: what a row's number counts: `line`, `row` or `element`.
        notes: what of the file was not read.
    """

    names: list[str]
    rows: Callable[[], Iterator[Row]]
    size: int
    place: str = "line"
    notes: list[Reason] = []  # noqa: RUF012


def read_table(path: Path, encoding: str | None = None) -> Table:
    """Open a table.

    Raises:
        InvalidRecord: if it cannot be read.
    """
    try:
        raw = path.read_bytes()
        if raw.startswith(b"PK\x03\x04"):
            return _workbook(path)
        text = decode(raw, encoding).text
    except Undecodable as error:
        raise InvalidRecord([reasons.UNREADABLE.of(why=error.said)]) from error
    except OSError as error:
        raise InvalidRecord([reasons.UNREADABLE.of(why=str(error))]) from error
    if path.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        return _json_lines(text) if path.suffix.lower() != ".json" or are_json_lines(text) else _json_list(path, text, encoding)
    return _delimited(text)


def are_json_lines(text: str) -> bool:
    """Whether its first two lines are JSON objects each."""
    lines = [line for line in islice(io.StringIO(text), HEAD_LINES) if line.strip()][:2]
    try:
        return len(lines) == 2 and all(isinstance(msgspec.json.decode(line), dict) for line in lines)
    except msgspec.DecodeError:
        return False


def _delimited(text: str) -> Table:
    text, delimiter = _delimiter(text)
    text, unclosed = closed(text, delimiter)
    above = _head([cells for _, cells in islice(_lines(text, delimiter), HEAD_LINES)])
    head = next(islice(_lines(text, delimiter), above, None), (0, []))
    packed = [name for name in head[1] if key_of(name) == "claimreview"]
    notes = [_not_read("line", number) for number, cells in islice(_lines(text, delimiter), above) if any(cells)]
    notes += [reasons.UNCLOSED.of(place=place_of("line", number)) for number in unclosed]

    def rows() -> Iterator[Row]:
        for number, cells in islice(_lines(text, delimiter), above + 1, None):
            extra = [cell for cell in cells[len(head[1]) :] if cell.strip()]
            problem = reasons.CELLS.of(cells=len(cells), head=len(head[1]), delimiter=repr(delimiter))
            value = _unpacked(dict(zip(head[1], cells, strict=False)), packed) if packed else None
            yield Row(number, {place: [cell] for place, cell in enumerate(cells) if cell}, value, problem if extra else None)

    return Table(head[1], rows, text.count("\n") + 1, notes=notes)


def _not_read(place: str, number: int) -> Reason:
    return reasons.ABOVE.of(place=place_of(place, number))


def place_of(place: str, number: int) -> Reason:
    """What to call a row's place.

    Args:
        place: as `Table` has it.
    """
    return reasons.PLACES[place].of(number=str(number))


def _unpacked(cells: dict[str, str], names: list[str]) -> object:
    """A row that holds ClaimReviews of Google's answers, as JSON or as Python writes it; None for any other.

    Args:
        names: the columns that may hold them.
    """
    packed = next((name for name in names if cells.get(name, "").lstrip().startswith(("[", "{"))), None)
    if packed is None:
        return None
    for read in (msgspec.json.decode, ast.literal_eval):
        with suppress(msgspec.MsgspecError, ValueError, SyntaxError, MemoryError, RecursionError):
            reviews = read(cells[packed])
            return {**cells, packed: reviews if isinstance(reviews, list) else [reviews]}
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
        head = lines[_head(lines)] if lines else []
        return sum(field_of(cell) is not None for cell in head), len(head)

    return text, max(DELIMITERS, key=worth)


def _head(lines: Sequence[Sequence[str]]) -> int:
    """Which of the first lines is the head line: the first that names the claim, else the first that is not empty."""
    named = (place for place, cells in enumerate(lines) if any(field_of(cell) is Field.CLAIM for cell in cells))
    return next(named, next((place for place, cells in enumerate(lines) if any(cells)), 0))


def _workbook(path: Path) -> Table:
    filled = sheets_of(path)
    if not filled:
        raise InvalidRecord([reasons.EMPTY_WORKBOOK])
    heads = [[[texts[0] if texts else "" for texts in cells] for _, cells in rows[:HEAD_LINES]] for _, rows in filled]
    claimed = (place for place, lines in enumerate(heads) if field_named(lines[_head(lines)]))
    chosen = next(claimed, 0)
    title, rows = filled[chosen]
    above = _head(heads[chosen])
    notes = [reasons.OTHER_SHEET.of(sheet=repr(other), read=repr(title)) for other, _ in filled if other != title]
    notes += [_not_read("row", number) for number, cells in rows[:above] if any(cells)]

    def content() -> Iterator[Row]:
        for number, cells in rows[above + 1 :]:
            if any(cells):
                yield Row(number, {place: texts for place, texts in enumerate(cells) if texts})

    return Table(heads[chosen][above], content, len(rows), "row", notes)


def sheets_of(path: Path, seconds: int = workbooks.MOST_SECONDS) -> list[tuple[str, workbooks.SheetRows]]:
    """A workbook's sheets, read in a process of its own, with bounds.

    Args:
        seconds: of a processor, at most.

    Raises:
        InvalidRecord: if it cannot be read.
    """
    command = [sys.executable, "-I", str(Path(workbooks.__file__)), str(path), str(seconds)]
    one_thread = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # each reserves memory, which is bounded
    done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL, env=one_thread)
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip()
        plain = told and "\n" not in told
        raise InvalidRecord([told if plain else reasons.TOO_COMPLEX])
    return msgspec.json.decode(done.stdout, type=list[tuple[str, workbooks.SheetRows]])


def field_named(head: Sequence[str]) -> bool:
    """Whether a head line names the claim."""
    return any(field_of(cell) is Field.CLAIM for cell in head)


def _json_lines(text: str) -> Table:
    def values() -> Iterator[tuple[int, object, Reason | None]]:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    yield number, msgspec.json.decode(line.encode("utf-8", "surrogatepass")), None
                except (msgspec.MsgspecError, ValueError, RecursionError) as error:
                    yield number, None, Reason(str(error))

    return _json_table(values, text.count("\n") + 1, "line")


def _json_list(path: Path, text: str, encoding: str | None) -> Table:
    try:
        value = msgspec.json.decode(text.encode("utf-8", "surrogatepass"))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return _damaged_list(path, encoding, error)
    if isinstance(value, dict):
        value = next((value[name] for name in LISTS if isinstance(value.get(name), list)), [value])
    items = value if isinstance(value, list) else [value]
    return _json_table(lambda: ((number, item, None) for number, item in enumerate(items, 1)), len(items), "element")


def _damaged_list(path: Path, encoding: str | None, error: Exception) -> Table:
    """What stands before the damage; the element that has it is told as a problem."""
    elements: list[tuple[int, object, Reason | None]] = []
    try:
        elements.extend((one.number, one.value, None) for one in read_feed(path, encoding))
    except BrokenOff as broken:
        elements.append((len(elements) + 1, None, broken.said))
    if len(elements) < 2:
        raise InvalidRecord([reasons.NO_JSON.of(why=str(error))]) from error
    return _json_table(lambda: iter(elements), len(elements), "element")


def _json_table(values: Callable[[], Iterator[tuple[int, object, Reason | None]]], size: int, place: str) -> Table:
    places: dict[str, int] = {}
    for _, value, _ in values():
        for name in flat(value):
            places.setdefault(name, len(places))
    id_name = next((name for name in places if key_of(name) == "id"), None)

    def rows() -> Iterator[Row]:
        kind: type | None = None
        for number, value, wrong in values():
            fields, problem = flat(value), wrong
            id_ = value.get(id_name) if isinstance(value, dict) and id_name else None
            kind = kind or (type(id_) if id_ is not None else None)
            if problem is None and not isinstance(value, dict):
                problem = reasons.NO_OBJECT
            elif problem is None and id_ is not None and type(id_) is not kind:
                problem = reasons.ID_TYPE.of(type=type(id_).__name__, before=kind.__name__ if kind else "")
            yield Row(number, {places[name]: texts for name, texts in fields.items()}, value, problem)

    return Table(list(places), rows, size, place)


def flat(value: object, prefix: str = "") -> dict[str, list[str]]:
    """A JSON object's fields with their texts; those of an object inside stand under both names."""
    if not isinstance(value, dict):
        return {}
    found: dict[str, list[str]] = {}
    for name, inner in value.items():
        items = inner if isinstance(inner, list) else [inner]
        if isinstance(inner, dict) and not prefix:
            found |= flat(inner, f"{name} ")
        elif texts := [text_of(item) for item in items if not isinstance(item, dict | list | bool) and item not in (None, "")]:
            found[prefix + name] = texts
    return found
