"""What a store tells of itself, and of a load."""

from __future__ import annotations

import msgspec

from index.kinds import State


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
