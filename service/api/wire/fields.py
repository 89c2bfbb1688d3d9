"""Part of an answer: the fields that a client names, as in Google's partial responses, and each source once.

`verdict,matches(statement/text,probability)` is a mask: names by commas, `/` for what is inside, parentheses for several of it,
`*` for all. It goes through lists.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

Mask = dict[str, "Mask"]
"""Field -> what to keep of it; empty for all."""

LONGEST_MASK = 2_000
DEEPEST = 20
ALL = "*"
TOKEN = re.compile(r"\s*([^\s,/()]+|[,/()])")


def read_mask(text: str) -> Mask:
    """Parse a mask.

    Raises:
        ValueError: if it is none; the message says where it ends to make sense.
    """
    if len(text) > LONGEST_MASK:
        raise ValueError(f"has {len(text)} characters, more than the {LONGEST_MASK} allowed")
    tokens = [*TOKEN.findall(text), ""]
    mask, at = _fields(tokens, 0, 0)
    if tokens[at]:
        raise ValueError(f"cannot be read from {tokens[at]!r} on; write it like verdict,matches(statement/text,probability)")
    return mask


def _fields(tokens: list[str], at: int, depth: int) -> tuple[Mask, int]:
    """The fields from a token on, by commas; and the place of the token after them."""
    if depth > DEEPEST:
        raise ValueError("is nested too deeply")
    mask: Mask = {}
    while True:
        at = _field(mask, tokens, at, depth)
        if tokens[at] != ",":
            return mask, at
        at += 1


def _field(into: Mask, tokens: list[str], at: int, depth: int) -> int:
    """Put one field, with what is inside, into a mask; returns the place of the token after it."""
    name = tokens[at]
    if not name or name in ",/()":
        raise ValueError(f"a field's name is missing before {name!r}" if name else "a field's name is missing at its end")
    inner: Mask = {}
    at += 1
    if tokens[at] == "/":
        if depth >= DEEPEST:
            raise ValueError("is nested too deeply")
        at = _field(inner, tokens, at + 1, depth + 1)
    elif tokens[at] == "(":
        inner, at = _fields(tokens, at + 1, depth + 1)
        if tokens[at] != ")":
            raise ValueError("a ')' is missing")
        at += 1
    into[name] = _both(into[name], inner) if name in into else inner
    return at


def _both(one: Mask, other: Mask) -> Mask:
    if not one or not other:
        return {}
    return {
        name: _both(one[name], other[name]) if name in one and name in other else one.get(name, other.get(name, {}))
        for name in one | other
    }


def refuse_unknown_fields(mask: Mask, kind: type) -> None:
    """Refuse a mask that names what the answer has not.

    Raises:
        ValueError: naming the field, and those that there are.
    """
    _refuse(mask, _type_of(kind), "")


@cache
def _type_of(kind: type) -> inspect.Type:
    return inspect.type_info(kind)


def _refuse(mask: Mask, told: inspect.Type, path: str) -> None:
    known = fields_inside(told)
    for name, inner in mask.items():
        if name == ALL or known is None:
            continue
        if name not in known:
            allowed = f"; the fields are {', '.join(known)}" if known else "; it has none"
            raise ValueError(f"{path}{name} is not a field of the answer{allowed}")
        if inner:
            _refuse(inner, known[name], f"{path}{name}/")


def fields_inside(told: inspect.Type) -> dict[str, inspect.Type] | None:
    """The fields of a type, or of what a list or a union holds; None where any name may stand."""
    match told:
        case inspect.StructType():
            tag = {str(told.tag_field): inspect.AnyType()} if told.tag_field else {}
            return tag | {field.encode_name: field.type for field in told.fields}
        case inspect.Metadata():
            return fields_inside(told.type)
        case inspect.ListType():
            return fields_inside(told.item_type)
        case inspect.UnionType():
            inside = [fields_inside(one) for one in told.types]
            return {name: kind for some in inside for name, kind in (some or {}).items()}
        case inspect.DictType() | inspect.AnyType():
            return None
    return {}


def masked(told: Any, mask: Mask) -> Any:
    """What a mask keeps of a value made of dicts and lists."""
    if not mask:
        return told
    if isinstance(told, list):
        return [masked(one, mask) for one in told]
    if not isinstance(told, dict):
        return told
    kept = {name: mask.get(name, mask.get(ALL)) for name in told}
    return {name: masked(told[name], inner) for name, inner in kept.items() if inner is not None}


def compact(told: Any) -> dict[str, Any]:
    """An answer with each source once, in `sources` by id: `source` becomes `source_id`. Fields that are null are left out."""
    sources: dict[str, Any] = {}
    small = _without_sources(told, sources)
    return {**small, "sources": dict(sorted(sources.items()))}


def _without_sources(told: Any, sources: dict[str, Any]) -> Any:
    if isinstance(told, list):
        return [_without_sources(one, sources) for one in told]
    if not isinstance(told, dict):
        return told
    small = {}
    for name, value in told.items():
        if name == "source" and isinstance(value, dict) and "id" in value:
            sources[value["id"]] = value
            small["source_id"] = value["id"]
        elif value is not None:
            small[name] = _without_sources(value, sources)
    return small


class Shape(msgspec.Struct, frozen=True):
    """How much of an answer a client wants.

    Attributes:
        mask: a `Mask`, the fields to keep; empty for all.
        compact: whether each source stands in it once.
    """

    mask: dict[str, Any] = {}
    compact: bool = False

    def of(self, answer: msgspec.Struct) -> Any:
        """The answer in this shape: itself, or what is left of it as dicts and lists."""
        if not self.mask and not self.compact:
            return answer
        told = masked(msgspec.to_builtins(answer), self.mask)
        return compact(told) if self.compact else told
