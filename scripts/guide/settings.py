"""The page of settings, from their struct."""

from __future__ import annotations

import re
from inspect import getdoc

import msgspec

from service.settings import BUILT_GUIDE, BUNDLED_SEEDS, PREFIX, Settings

HEAD = """# Settings

Environment variables, read once at the start. An unknown or impossible one stops the start with a message that says what is
allowed. `rebut info` shows those in force. This page is made from `service/settings.py` by `make reference`.

| setting | default | allowed | what it is |
|---|---|---|---|
"""
INSTEAD = {str(BUNDLED_SEEDS): "the bundled ones", str(BUILT_GUIDE): "the built one"}
"""Defaults that are folders of this checkout -> how they are told."""


def page() -> str:
    """The page."""
    told = described()
    rows = [
        f"| `{PREFIX}{field.name.upper()}` | {_default(field.default)} | {_allowed(field.type)} | {told[field.name]} |"
        for field in msgspec.structs.fields(Settings)
    ]
    return HEAD + "\n".join(rows) + "\n"


def described() -> dict[str, str]:
    """Each setting's line in the struct's docstring."""
    text = (getdoc(Settings) or "").partition("Attributes:")[2]
    return {
        name: " ".join(said.split()).rstrip(".") for name, said in re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", text, re.MULTILINE)
    }


def _default(value: object) -> str:
    text = INSTEAD.get(str(value), "")
    return text or (f"`{value}`" if str(value) else "empty")


def _allowed(kind: object) -> str:
    """The range or the words that a setting's type allows."""
    for meta in getattr(kind, "__metadata__", ()):
        if meta.description:
            return str(meta.description)
        if meta.pattern:
            words = re.fullmatch(r"\^\(([a-z|]+)\)\$", meta.pattern)
            return " or ".join(f"`{word}`" for word in words[1].split("|")) if words else "an address without a slash at its end"
        if meta.min_length:
            return "not empty"
        low = f"{meta.ge:,}" if meta.ge is not None else f"more than {meta.gt:,}"
        return f"{low} to {meta.le:,}" if meta.le is not None else f"{low} or more"
    return ""
