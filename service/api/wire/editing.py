"""Changes of records, and records as editors see them: as `index/records.py` has them, whatever their state."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import msgspec
from msgspec import UNSET, Meta, UnsetType

from index.kinds import RecordKind, State
from index.ledger.entries import Entry, Record
from index.store.recorded import Standing
from service.editing.changes import Standings
from service.editing.whys import LONGEST_WHY

Why = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_WHY,
        description="Why; it stands in the ledger for good",
        examples=["a typo"],
    ),
]
WhereTo = Annotated[
    Literal["draft", "in-review", "published", "retired"],
    Meta(description="How far the record is; only published ones are answered"),
]
RecordId = Annotated[str, Meta(max_length=200)]
Day = Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="The last day on which it is answered")]


class NewRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A record to add, or what one is to say from now on."""

    record: Annotated[
        dict[str, Any],
        Meta(description="The fields of the record, as docs/reference/seed-format.md has them; `id` may be left out"),
    ]
    why: Why
    state: WhereTo | UnsetType = UNSET
    superseded_by: RecordId | UnsetType | None = UNSET
    expires: Day | UnsetType | None = UNSET

    def standings(self) -> Standings:
        """Where the record is to stand."""
        state = self.state if self.state is UNSET else State(self.state)
        return Standings(state=state, superseded_by=self.superseded_by, expires=self.expires)


class RecordPatch(NewRecord, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to change of a record."""

    record: Annotated[
        dict[str, Any], Meta(description="A JSON merge patch (RFC 7396) of the record: null takes a field away, lists come whole")
    ] = {}


class RecordView(msgspec.Struct, frozen=True):
    """A record as it stands.

    Attributes:
        sequence: that of its last entry in the ledger.
        act: the number by which its last change can be undone.
        record: what it says; null once it is erased.
    """

    kind: RecordKind
    id: str
    revision: int
    state: State
    superseded_by: str | None
    expires: str | None
    sequence: int
    act: int
    time: str
    record: dict[str, Any] | None

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """The view of a record after an entry."""
        entry = standing.entry
        return cls(
            kind=entry.kind,
            id=entry.record_id,
            revision=entry.revision,
            state=entry.state,
            superseded_by=entry.superseded_by,
            expires=entry.expires,
            sequence=entry.sequence,
            act=entry.act,
            time=entry.time,
            record=fields_of(standing.record),
        )


def fields_of(record: Record | None) -> dict[str, Any] | None:
    """A record's fields as JSON has them."""
    fields: dict[str, Any] | None = msgspec.to_builtins(record)
    return fields


def public(entry: Entry) -> bool:
    """Whether what a record said after an entry was there for all to read."""
    return entry.state is State.PUBLISHED
