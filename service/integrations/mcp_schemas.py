"""The tools' schemas: of arguments without references, which some clients cannot follow; of answers with nothing required."""

from __future__ import annotations

from typing import Any

import msgspec


def input_schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """A struct's JSON schema, an object at its root as the protocol asks, each reference replaced by what it means."""
    components = msgspec.json.schema(kind)["$defs"]
    schema: dict[str, Any] = _inlined(components[kind.__name__], components)
    return schema


def _inlined(schema: Any, components: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(one, components) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        meant = components[schema["$ref"].rpartition("/")[2]]
        schema = {**meant, **{name: value for name, value in schema.items() if name != "$ref"}}
    return {name: _inlined(value, components) for name, value in schema.items()}


def output_schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The JSON schema of a struct of which parts may be left out, and of what tells that there is more."""
    components = {name: _nothing_required(schema) for name, schema in msgspec.json.schema(kind)["$defs"].items()}
    root = components[kind.__name__]
    more = {
        "next_cursor": {"type": ["string", "null"], "description": "Send it as `cursor` for more; null or missing at the end"},
        "left_out": {
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "description": "How many were left out of which lists, so that the answer can be taken in",
        },
    }
    return {**root, "properties": {**root["properties"], **more}, "$defs": components}


def _nothing_required(schema: Any) -> Any:
    return {name: value for name, value in schema.items() if name != "required"}
