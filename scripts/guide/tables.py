"""The page of what tables may hold: the names of columns, and the words of ratings, from the readers' own lists."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from index.kinds import Rated

READERS = Path(__file__).resolve().parent.parent.parent / "index" / "readers"
HEAD = """# Columns and ratings

What `rebut load` reads in tables and reviews by itself. Case, accents, spaces, underscores and hyphens do not matter.
[Load statements](../how-to/load-statements.md) tells how to name other columns. This page is made from `index/readers` by
`make reference`.

## Columns

"""
RATINGS = """

## Ratings

What a fact-checker's label is read as. Only `false` and `mostly-false` refute. {count} labels in {languages} languages are
known; these are the English ones, `index/readers/ratings.toml` has all. What is not known is `unclear`.

"""


def page() -> str:
    """The page."""
    columns, ratings = _read("columns.toml"), _read("ratings.toml")
    meanings = {rated.value: ratings[rated.value] for rated in Rated}
    languages = {language for told in meanings.values() for language in told}
    count = sum(len(labels) for told in meanings.values() for labels in told.values())
    rows = [f"| `{field}` | {_list(names)} |" for field, names in columns["field"].items()]
    labels = [f"| `{meaning}` | {_list(told.get('en', []))} |" for meaning, told in meanings.items()]
    parts = [HEAD, _table("field", "names", rows), RATINGS.format(count=f"{count:,}", languages=len(languages))]
    return "".join([*parts, _table("meaning", "labels", labels)]) + "\n"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((READERS / name).read_text("utf-8"))


def _table(first: str, second: str, rows: list[str]) -> str:
    return "\n".join([f"| {first} | {second} |", "|---|---|", *rows])


def _list(names: list[str]) -> str:
    return ", ".join(name.replace("|", "\\|") for name in names)
