"""The words with which a statement is changed, read from `words.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec

FILE = Path(__file__).with_name("words.toml")


class Known(msgspec.Struct, frozen=True):
    """Parties and places that are known whatever the base names."""

    parties: list[list[str]]
    places: list[str]


class Names(msgspec.Struct, frozen=True):
    """How names are told from other words in capitals; see `words.toml`."""

    never: list[str]
    peoples: list[str]
    unchanged: list[str]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All tables of `words.toml`; most are by language (ISO 639)."""

    denied: dict[str, list[str]]
    asked: dict[str, list[str]]
    attributed: dict[str, list[str]]
    added: dict[str, list[str]]
    suspected: dict[str, list[str]]
    signed: dict[str, list[str]]
    posted: dict[str, list[str]]
    alike: dict[str, str]
    numbers: dict[str, list[str]]
    units: dict[str, dict[str, str]]
    months: dict[str, list[str]]
    short: dict[str, dict[str, str]]
    percent: dict[str, list[str]]
    names: Names
    located: dict[str, list[str]]
    together: dict[str, list[str]]
    articles: dict[str, list[str]]
    clause: dict[str, str]
    denying: dict[str, list[str]]
    known: Known


def _read() -> Words:
    content: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return msgspec.convert(content, Words)


WORDS = _read()
DENIED = {language: frames[0] for language, frames in WORDS.denied.items()}
"""By language, the first frame that denies: the statement stands in it as it is."""
