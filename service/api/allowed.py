"""What is allowed where a request is wrong: the names of fields, and the values of an enumeration."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from typing import Any

from msgspec import inspect

from service.api.wire.fields import fields_inside

LONGEST_NAME = 100
"""Characters of a name that are compared with what there is: a hostile one may have millions."""


def among(name: str, allowed: Iterable[str], what: str) -> str:
    """What is said after a name that is unknown: the one that is probably meant, and all that there are."""
    names = list(allowed)
    if not names:
        return f"; there are no {what}"
    meant = get_close_matches(name[:LONGEST_NAME], names, 1)
    return f"{f'; did you mean {meant[0]!r}?' if meant else ';'} the {what} are {', '.join(names)}"


@cache
def _inside(kind: Any) -> inspect.Type:
    return inspect.type_info(kind)


def unknown_field(kind: Any, path: str, name: str) -> str:
    """What is said of a field that is not known: the fields that there are at this path of msgspec's (`$.claims[0]`)."""
    return f"is not a known field{among(name, fields_inside(_at(kind, path)) or (), 'fields')}"


def values_at(kind: Any, path: str) -> list[str]:
    """The values that an enumeration at a path of msgspec's has; none where there is no enumeration."""
    return [one for some in _enumerations(_at(kind, path)) for one in some]


def unknown_value(kind: Any, path: str, reason: str) -> str:
    """What is said of a value that an enumeration does not have."""
    values = values_at(kind, path)
    given = re.search(r"'(.*)'", reason, re.DOTALL)
    return f"{reason}{among(given[1] if given else '', values, 'values')}" if values else reason


def _at(kind: Any, path: str) -> inspect.Type:
    """The type at a path of msgspec's."""
    told = _inside(kind)
    for name in re.findall(r"\.([^.\[\]]+)", path):
        told = (fields_inside(told) or {}).get(name, inspect.AnyType())
    return told


def _enumerations(told: inspect.Type) -> Iterable[list[str]]:
    match told:
        case inspect.EnumType():
            yield [str(one.value) for one in told.cls]
        case inspect.Metadata():
            yield from _enumerations(told.type)
        case inspect.UnionType():
            for one in told.types:
                yield from _enumerations(one)
        case inspect.ListType():
            yield from _enumerations(told.item_type)
