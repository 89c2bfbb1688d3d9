"""What a store tells of itself, of a load, and in lists."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec

from index.kinds import State
from index.records import Statement


class Counts(msgspec.Struct, frozen=True):
    """How many records the store holds."""

    sources: int
    statements: int
    refutations: int
    reviews: int


class Kept(msgspec.Struct, frozen=True):
    """A record that stays as a person left it, though a file now says something else.

    Attributes:
        state: None if it is not here, since what it refers to was retired.
        differences: what the file would change, field by field, a line each; or why it is left out.
    """

    record_id: str
    state: State | None
    differences: list[str]


class LoadReport(msgspec.Struct, frozen=True):
    """Ids of the records that a load added, changed, and left as they were.

    Attributes:
        kept: those that stay though the file says something else, because somebody changed them.
        act: the number by which the load can be undone; None if it changed nothing.
    """

    added: list[str]
    changed: list[str]
    unchanged: list[str]
    kept: list[Kept] = []
    act: int | None = None


class Listed(NamedTuple):
    """A statement; when it came into the store, and when it or what stands against it last changed (UTC)."""

    statement: Statement
    added: dt.datetime
    changed: dt.datetime


class Listing(NamedTuple):
    """A page of the statements that fit a filter, and how many fit it on all pages."""

    total: int
    statements: list[Listed]


class FilterValues(NamedTuple):
    """What filters can find, by name: claimants' names, roles and sides, and places, case-folded; topics as they are."""

    claimants: list[str]
    places: list[str]
    topics: list[str]
