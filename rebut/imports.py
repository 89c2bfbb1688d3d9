"""What became of an imported file, as a service tells it.

Fields that a newer service adds are passed over; a test compares these structs with the service's own.
"""

from __future__ import annotations

import msgspec

from rebut.words import State


class Kept(msgspec.Struct, frozen=True):
    """A record that stays as it is, and what the file says otherwise; `state` is None if it is not there."""

    record_id: str
    state: State | None
    differences: list[str]


class Skipped(msgspec.Struct, frozen=True):
    """What was not loaded: the file with the line or element in it, and why."""

    place: str
    reason: str


class Change(msgspec.Struct, frozen=True):
    """What would become of one record; `differences` is empty if it is new."""

    place: str
    record_id: str
    text: str
    differences: list[str] = []


class Alike(msgspec.Struct, frozen=True):
    """A new statement and one on record that seem to mean the same; `probability` 0..1."""

    statement_id: str
    text: str
    other_id: str
    other: str
    probability: float


class ImportReport(msgspec.Struct, frozen=True):
    """What became of a file, or would become of it.

    `act` undoes it as a whole (None if nothing changed); `kept` stays as somebody left it here, `conflicts` as its publishers have
    it; `changes` are the first records of a dry run, `alike` what was looked for with `alike=True`.
    """

    dry_run: bool
    act: int | None
    added: list[str]
    changed: list[str]
    unchanged: int
    kept: list[Kept]
    conflicts: list[Kept]
    skipped: list[Skipped]
    repeated: int
    notes: list[str]
    changes: list[Change]
    alike: list[Alike] | None = None
