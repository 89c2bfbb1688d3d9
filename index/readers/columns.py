"""Tell what a table's columns hold by their names, in the languages of `columns.toml`."""

from __future__ import annotations

import enum
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import InvalidRecord, Reason
from index.readers import reasons

LONGEST_NAME = 300
"""Characters of a name that are looked at: no label has more, but what stands in place of a name may have millions."""
NAMES = Path(__file__).with_name("columns.toml")


class Field(enum.Enum):
    """What a column can hold; the value is its name for `--map`."""

    ID = "id"
    CLAIM = "claim"
    TITLE = "title"
    """Another way to say the claim."""
    HEADING = "heading"
    """The review's title if the table has reviews and no other title of them, else another way to say the claim."""
    WORDINGS = "wordings"
    CLAIMANT = "claimant"
    DATE = "date"
    """When the claim was made."""
    LANGUAGE = "language"
    TOPIC = "topic"
    PLACE = "place"
    URL = "url"
    """Where the claim was made."""
    LINK = "link"
    """The review's address if the table has ratings and no other address of it, else the claim's."""
    REVIEW_URL = "review_url"
    RATING = "rating"
    RATING_VALUE = "rating_value"
    RATING_WORST = "rating_worst"
    RATING_BEST = "rating_best"
    REVIEWER = "reviewer"
    REVIEW_TITLE = "review_title"
    REVIEW_DATE = "review_date"
    EXPLANATION = "explanation"
    NONE = "none"
    """It is not to be read."""


SEVERAL = {Field.WORDINGS, Field.TOPIC, Field.PLACE, Field.URL}
"""Fields that several columns may hold together."""
ALWAYS = {
    *(Field.CLAIM, Field.WORDINGS, Field.CLAIMANT, Field.LANGUAGE, Field.TOPIC, Field.PLACE),
    *(Field.RATING, Field.REVIEWER, Field.REVIEW_URL, Field.EXPLANATION),
}
"""Fields that a note in brackets behind the name, or "fact check" before it, does not make another: of a date it may."""
NOTE = re.compile(r"\s*[(\[（].*")
BEFORE = re.compile(r"^\s*(?:fact[\W_]*check|fc)[\W_]+", re.IGNORECASE)
VAGUE = {"text", "tekst", "treść", "texte", "texto", "statement", "citation", "текст", "тэкст", "النص"}
"""Names of the claim that may be the review's with a note."""
OF_A_REVIEW = {Field.RATING, Field.RATING_VALUE, Field.REVIEWER, Field.REVIEW_TITLE, Field.EXPLANATION}


class Export(NamedTuple):
    """A known export.

    Attributes:
        columns: key of a name -> what it holds there.
        always: what every row says besides.
        spare: keys of columns that say nothing more than others.
        own: whether desks export so what is their own.
    """

    name: str
    has: frozenset[str]
    columns: dict[str, Field]
    always: dict[Field, str]
    spare: frozenset[str]
    own: bool


class ExportWithoutHead(NamedTuple):
    """A known export whose first line is a row already.

    Attributes:
        first: what its first cell looks like.
        names: what its columns are called.
    """

    first: str
    names: list[str]


class Columns(NamedTuple):
    """What a table's columns hold.

    Attributes:
        fields: position of a column, from 0 -> what it holds; unknown ones are not there.
        unknown: names of the columns that are not read.
        always: what every row says besides.
        export: whether it is a known export.
        of_others: whether it is one of what others published.
        strict_language: whether languages are codes, as they have to be in a column that is called `lang`.
    """

    fields: dict[int, Field]
    unknown: list[str]
    always: dict[Field, str]
    strict_language: bool = False
    export: bool = False
    of_others: bool = False


def recognise(names: Sequence[str], mapped: Mapping[str, str] | None = None) -> Columns:
    """Tell what the columns hold.

    Args:
        names: the head line.
        mapped: column's name -> the field that it holds, whatever it is called.

    Raises:
        InvalidRecord: if no column holds the claim, or a mapped column or field does not exist.
    """
    said = _mapped(names, mapped or {})
    keys = [key_of(name) for name in names]
    export = next((one for one in _exports() if one.has <= set(keys)), None)
    found: dict[int, tuple[Field, int]] = {}
    for place, key in enumerate(keys):
        if place in said:
            found[place] = (said[place], -1)
        elif export and key in export.columns:
            found[place] = (export.columns[key], 0)
        elif label := _label(names[place]):
            found[place] = label
    fields = _one_each(found)
    _settle(fields)
    if Field.CLAIM not in fields.values():
        raise InvalidRecord([no_claim(names)])
    spare = export.spare if export else frozenset()
    unknown = [name for place, name in enumerate(names) if place not in fields and name.strip() and keys[place] not in spare]
    read: dict[int, Field] = {place: field for place, field in fields.items() if field is not Field.NONE}
    strict = any(keys[place] == "lang" for place, field in read.items() if field is Field.LANGUAGE)
    always = export.always if export else {}
    return Columns(read, unknown, always, strict, export=export is not None, of_others=export is not None and not export.own)


def no_claim(names: Sequence[str]) -> Reason:
    """What to say of a table without a claim."""
    seen = tuple(repr(name) for name in names if name.strip())
    return reasons.NO_CLAIM.of(columns=seen) if seen else reasons.NO_COLUMNS


def field_of(name: str) -> Field | None:
    """What a column of this name holds outside known exports."""
    found = _label(name)
    return found[0] if found else None


def _label(name: str) -> tuple[Field, int] | None:
    """What a column of this name holds, and how far down the list of that field's names it stands; below all if in part only."""
    if known := _labels().get(key_of(name)):
        return known
    part = BEFORE.sub("", NOTE.sub("", name[:LONGEST_NAME]))
    key = key_of(part)
    field, rank = _labels().get(key, (Field.NONE, 0))
    return (field, rank + len(_labels())) if part != name and field in ALWAYS and key not in _vague() else None


@cache
def _vague() -> frozenset[str]:
    return frozenset(map(key_of, VAGUE))


def key_of(name: str) -> str:
    """A name without case, accents, and all that is neither letter nor digit."""
    begun = unicodedata.normalize("NFKD", name[:LONGEST_NAME].casefold())
    return "".join(character for character in begun if character.isalnum())


def _mapped(names: Sequence[str], mapped: Mapping[str, str]) -> dict[int, Field]:
    problems = [f"--map: no column is called {name!r}" for name in mapped if key_of(name) not in map(key_of, names)]
    fields = {field.value: field for field in Field}
    problems += [
        f"--map: there is no field {field!r}, only {', '.join(fields)}" for field in mapped.values() if field not in fields
    ]
    if problems:
        raise InvalidRecord(problems)
    wanted = {key_of(name): fields[field] for name, field in mapped.items()}
    return {place: wanted[key] for place, key in enumerate(map(key_of, names)) if key in wanted}


def _one_each(found: Mapping[int, tuple[Field, int]]) -> dict[int, Field]:
    """Of columns for the same field, the one whose name stands first in the list; of some fields, all."""
    best: dict[Field, int] = {}
    for place, (field, rank) in found.items():
        if field not in best or rank < found[best[field]][1]:
            best[field] = place
    several = SEVERAL | {Field.NONE}
    return {place: field for place, (field, _) in found.items() if field in several or best[field] == place}


def _settle(fields: dict[int, Field]) -> None:
    """A column that only says "link" or "title" is the review's where there is a review without one, else the claim's: what a
    fact-checker writes above a review often denies the claim, and is no way to say it."""
    held = set(fields.values())
    reviewed = not OF_A_REVIEW.isdisjoint(held)
    for place, field in list(fields.items()):
        if field is Field.LINK:
            fields[place] = Field.REVIEW_URL if reviewed and Field.REVIEW_URL not in held else Field.URL
        elif field is Field.HEADING:
            fields[place] = Field.REVIEW_TITLE if reviewed and Field.REVIEW_TITLE not in held else Field.TITLE


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(NAMES.read_text(encoding="utf-8"))


@cache
def _labels() -> dict[str, tuple[Field, int]]:
    """Key of a name -> what it holds, and its place in the list of that field's names."""
    return {key_of(name): (Field(field), rank) for field, names in _tables()["field"].items() for rank, name in enumerate(names)}


@cache
def _exports() -> list[Export]:
    return [
        Export(
            name,
            frozenset(map(key_of, export["has"])),
            {key_of(column): Field(field.replace(" ", "_")) for column, field in export["columns"].items()},
            {Field(field): value for field, value in export.get("always", {}).items()},
            frozenset(map(key_of, export.get("spare", []))),
            export.get("own", False),
        )
        for name, export in _tables()["export"].items()
    ]


@cache
def exports_without_head() -> list[ExportWithoutHead]:
    """The known exports whose first line is a row already."""
    return [ExportWithoutHead(export["first"], export["columns"]) for export in _tables()["without-head"].values()]
