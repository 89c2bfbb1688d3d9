"""Tables of JSON: a list of objects, or an object a line, whichever program wrote it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path

import msgspec

from index.errors import InvalidRecord, Reason
from index.readers import reasons
from index.readers.columns import Field, field_of, key_of
from index.readers.feeds import BrokenOff, read_feed
from index.readers.table import HEAD_LINES, Row, Table
from index.readers.workbooks import text_of

LISTS = ("data", "results", "rows", "items", "claims", "records", "statements", "entries", "hydra:member")
"""Names under which a JSON object holds its list."""
WRAPPERS = frozenset({"fields", "attributes", "properties", "_source", "node", "acf", "rendered", "$date", "$oid"})
"""Names under which programs put a record's own fields, or its value: Airtable, Strapi, WordPress, Elasticsearch, MongoDB."""
DEEPEST = 3
"""Objects around a list: `{"response": {"data": {"items": […]}}}`."""
UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)

Values = Callable[[], Iterator[tuple[int, object, Reason | None]]]


def are_json_lines(text: str) -> bool:
    """Whether its first two lines are JSON objects each, or lists of them."""
    lines = [line for line in islice(io.StringIO(text), HEAD_LINES) if line.strip()][:2]
    try:
        return len(lines) == 2 and all(_is_object(parsed(line)) for line in lines)
    except UNREADABLE:
        return False


def _is_object(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value))


def parsed(text: str) -> object:
    """JSON, also with the NaN that Python and JavaScript write where nothing is. Raises one of `UNREADABLE`."""
    try:
        return msgspec.json.decode(text.encode("utf-8", "surrogatepass"))
    except msgspec.MsgspecError:
        if "NaN" in text or "Infinity" in text:
            return json.loads(text, parse_constant=lambda _: None)
        raise


def json_lines(text: str) -> Table:
    """A table of JSON lines."""

    def values() -> Iterator[tuple[int, object, Reason | None]]:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    yield number, parsed(line), None
                except UNREADABLE as error:
                    yield number, None, Reason(str(error))

    return _json_table(values, text.count("\n") + 1, "line")


def json_list(path: Path, text: str, encoding: str | None) -> Table:
    """A table of a JSON list; what stands before the damage of a damaged one.

    Raises:
        InvalidRecord: if it is no JSON.
    """
    try:
        items = objects_of(parsed(text))
    except UNREADABLE as error:
        return _damaged_list(path, encoding, error)
    return _json_table(lambda: ((number, item, None) for number, item in enumerate(items, 1)), len(items), "element")


def objects_of(whole: object) -> list[object]:
    """The list that a parsed file is, or holds a few objects deep. Of several, one that has claims and a usual name; an object that
    has a claim itself goes before lists with other names."""
    if not isinstance(whole, dict):
        return whole if isinstance(whole, list) else [whole]
    found = [*_lists(whole)]
    claimed = [(name, some) for name, some in found if any(map(has_claim, some[:HEAD_LINES]))]
    return next(
        chain(
            (some for name, some in claimed if name in LISTS),
            [[whole]] if has_claim(whole) else [],
            (some for _, some in claimed),
            (some for usual in LISTS for name, some in found if name == usual),
        ),
        [whole],
    )


def has_claim(item: object) -> bool:
    """Whether an object has the claim by a name that is known."""
    return any(field_of(name) is Field.CLAIM for name in flat(item))


def _lists(value: dict[str, object], depth: int = 0) -> Iterator[tuple[str, list[object]]]:
    """The lists of objects in an object and in the objects in it, each with its name; the outer ones first."""
    yield from ((name, one) for name, one in value.items() if isinstance(one, list) and one and isinstance(one[0], dict))
    if depth < DEEPEST:
        for inner in value.values():
            if isinstance(inner, dict):
                yield from _lists(inner, depth + 1)


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


def _json_table(values: Values, size: int, place: str) -> Table:
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


def flat(value: object, prefix: str = "", depth: int = 0) -> dict[str, list[str]]:
    """A JSON object's fields with their texts; those of an object inside have its name before theirs, but for `WRAPPERS`."""
    if not isinstance(value, dict) or depth > 3:
        return {}
    found: dict[str, list[str]] = {}
    for name, inner in value.items():
        items = inner if isinstance(inner, list) else [inner]
        if isinstance(inner, dict) and name in WRAPPERS:
            found |= flat(inner, prefix, depth + 1)
        elif isinstance(inner, dict) and (not prefix or not WRAPPERS.isdisjoint(inner)):
            found |= flat(inner, f"{prefix}{name} ", depth + 1)
        elif texts := [text_of(item) for item in items if not isinstance(item, dict | list) and item not in (None, "")]:
            found[(prefix if name in WRAPPERS else prefix + name).strip()] = texts
    return found
