"""The page of routes and schemas, from the OpenAPI document."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

HEAD = """# Routes and schemas

Every route, parameter and field, from the [OpenAPI document](openapi.json) (3.1), which follows the code. A running service has the
same at `/docs`, to be tried there. [API](api.md) tells what the fields mean. Bodies are JSON where nothing else is said. This page
is made by `make reference`.
"""
Node = dict[str, Any]
WIDTH = 132
"""Characters of a line."""


def page(document: Path) -> str:
    """The page: each route, then each schema."""
    api = json.loads(document.read_text("utf-8"))
    routes = [route(path, method, told) for path, methods in api["paths"].items() for method, told in methods.items()]
    schemas = [schema(name, told) for name, told in sorted(api["components"]["schemas"].items())]
    return "\n\n".join([HEAD.strip(), *routes, "## Schemas", *schemas]) + "\n"


def route(path: str, method: str, told: Node) -> str:
    """A route: what it does, what it takes, what it gives."""
    parts = [f"## {method.upper()} {path}", *_paragraphs(told.get("description", ""))]
    rows = [
        f"| `{one['name']}` | {one['in']} | {kind(one.get('schema', {}))} | {_line(one.get('description', ''))} |"
        for one in told.get("parameters", [])
    ]
    if rows:
        parts.append("\n".join(["| parameter | in | type | what |", "|---|---|---|---|", *rows]))
    if body := told.get("requestBody"):
        parts.append(f"Takes {_content(body)}.")
    given = [f"| {status} | {_line(one.get('description', ''))} | {_content(one)} |" for status, one in told["responses"].items()]
    parts.append("\n".join(["| status | when | body |", "|---|---|---|", *given]))
    return "\n\n".join(part for part in parts if part)


def _content(node: Node) -> str:
    told = [(media, kind(one.get("schema", {}))) for media, one in node.get("content", {}).items()]
    return ", ".join(named if media == "application/json" else f"`{media}`: {named}" for media, named in told)


def schema(name: str, told: Node) -> str:
    """A schema: its fields, or the values that it allows."""
    parts = [f"### {name}", *_paragraphs(told.get("description", ""))]
    if values := told.get("enum"):
        parts.append("\n".join(["| value |", "|---|", *(f"| `{value}` |" for value in values)]))
    required = told.get("required", [])
    rows = [
        f"| `{field}` | {kind(one)} | {'yes' if field in required else ''} | {_line(one.get('description', ''))} |"
        for field, one in told.get("properties", {}).items()
    ]
    if rows:
        parts.append("\n".join(["| field | type | required | what |", "|---|---|---|---|", *rows]))
    return "\n\n".join(part for part in parts if part)


def kind(node: Node) -> str:
    """A type in a few words; of a schema, a link to it."""
    if reference := node.get("$ref"):
        name = reference.rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for several in ("oneOf", "anyOf", "allOf"):
        if several in node:
            return " or ".join(dict.fromkeys(kind(one) for one in node[several]))
    if values := node.get("enum"):
        return ", ".join(f"`{value}`" for value in values)
    if "const" in node:
        return f"`{node['const']}`"
    named = node.get("type", "anything")
    if named == "array":
        return f"list of {kind(node.get('items', {}))}"
    return f"{' or '.join(named) if isinstance(named, list) else named}{_range(node)}"


def _range(node: Node) -> str:
    low, high = node.get("minimum", node.get("minLength")), node.get("maximum", node.get("maxLength"))
    if low is None and high is None:
        return ""
    unit = " characters" if "maxLength" in node or "minLength" in node else ""
    told = f"{low} to {high}" if low is not None and high is not None else f"at least {low}" if high is None else f"at most {high}"
    return f", {told}{unit}"


def _paragraphs(text: str) -> list[str]:
    return [textwrap.fill(" ".join(one.split()), WIDTH, break_on_hyphens=False) for one in text.split("\n\n")]


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
