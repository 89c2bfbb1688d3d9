"""What assistants send: read generously, as they send numbers as texts and null for what they do not mean."""

from __future__ import annotations

import enum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from index.errors import InvalidInput
from index.kinds import StatementKind
from service.api.allowed import values_at
from service.api.problems import T, decode
from service.api.wire.requests import OF_CLAIMANT, OF_ISSUER, OF_PLACE, OF_TOPIC, CheckRequest, Date, Name, TextRequest

KEPT_AS_THEY_ARE = frozenset({"text"})
"""Fields whose spaces belong to them."""
NOT_GIVEN: tuple[object, ...] = (None, "")
"""What assistants send for a field that they do not mean."""


class Detail(enum.Enum):
    """How much of an answer an assistant gets."""

    SHORT = "short"
    FULL = "full"


HowMuch = Annotated[
    Detail, Meta(description="short: what to tell a person; full: all figures, wordings and explanations, as the HTTP API has them")
]
Cursor = Annotated[Name | None, Meta(description="The previous answer's `next_cursor`; all else as before", examples=["12"])]


class ClaimQuery(CheckRequest, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A claim to check, and how much to tell."""

    detail: HowMuch = Detail.SHORT
    cursor: Cursor = None


class TextQuery(TextRequest, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text to check, and how much to tell."""

    detail: HowMuch = Detail.SHORT
    cursor: Cursor = None


class StatementQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which statement to read."""

    statement_id: Annotated[
        str, Meta(max_length=200, description="Its id, as in a match or a list", examples=["belarus-joined-sco"])
    ]


class StatementsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which statements to list."""

    claimant: Annotated[Name | None, Meta(description=OF_CLAIMANT)] = None
    place: Annotated[Name | None, Meta(description=OF_PLACE)] = None
    topic: Annotated[Name | None, Meta(description=OF_TOPIC)] = None
    issuer: Annotated[Name | None, Meta(description=OF_ISSUER)] = None
    date: Annotated[Date | None, Meta(description="EDTF date or interval to overlap with", examples=["2024-06/.."])] = None
    source: Annotated[Name | None, Meta(description="A source's id")] = None
    kind: Annotated[StatementKind | None, Meta(description="What sort of statement")] = None
    updated_since: Annotated[
        Date | None, Meta(description="A day or a time (UTC): added or changed then or later", examples=["2026-11-01"])
    ] = None
    limit: Annotated[int, Meta(ge=1, le=200, description="Statements on a page")] = 50
    cursor: Annotated[Name | None, Meta(description="The previous page's `next_cursor`")] = None


def read_arguments(arguments: dict[str, Any], takes: type[T]) -> T:
    """A tool's arguments: null and "" are not given, `"1"` and 1.0 are 1, and values of enumerations have any case.

    Raises:
        InvalidBody: naming the field, and what is allowed there.
    """
    given = {name: _plain(value, name, takes) for name, value in arguments.items() if value not in NOT_GIVEN}
    return decode(given, takes, strict=False)


def _plain(value: Any, name: str, takes: type) -> Any:
    if not isinstance(value, str) or name in KEPT_AS_THEY_ARE:
        return value
    stripped = value.strip()
    return stripped.lower() if stripped.lower() in values_at(takes, f"$.{name}") else stripped


def place_of(cursor: str | None) -> int:
    """How many of an answer's findings the pages before had.

    Raises:
        InvalidInput: if it is not a cursor of ours.
    """
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
        raise InvalidInput("cursor", f"{cursor[:20]!r} is not a `next_cursor` that this tool gave")
    return int(cursor)
