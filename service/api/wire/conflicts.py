"""Conflicts as editors see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import msgspec

from index.kinds import RecordKind
from index.store.conflicts import Conflict
from service.api.wire.editing import Why


class Change(msgspec.Struct, frozen=True):
    """A field of the record as it is, and as the file says; null if it has none there."""

    field: str
    before: Any
    after: Any


class ConflictView(msgspec.Struct, frozen=True):
    """What a file says of a record that it may not change.

    Attributes:
        loaded_by: who loaded the file, and as what, first.
        taken: null while nobody has decided.
    """

    id: str
    kind: RecordKind
    record_id: str
    loaded_by: str
    loaded_as: str
    time: str
    changes: list[Change]
    taken: bool | None
    decided_by: str | None
    decided: str | None

    @classmethod
    def of(cls, one: Conflict) -> Self:
        """The view of a conflict."""
        changes = [Change(change.field, change.before, change.after) for change in one.changes]
        return cls(
            id=one.id,
            kind=one.kind,
            record_id=one.record_id,
            loaded_by=one.by.who,
            loaded_as=one.by.why,
            time=one.time,
            changes=changes,
            taken=one.taken,
            decided_by=one.decided_by,
            decided=one.decided,
        )


class ConflictPage(msgspec.Struct, frozen=True):
    """Conflicts, the oldest first; pass `next_cursor` as `cursor` for the next page, null on the last."""

    items: list[ConflictView]
    next_cursor: str | None

    @classmethod
    def of(cls, found: Sequence[Conflict], limit: int) -> Self:
        """A page of at most `limit` conflicts, made from one more, if there are more."""
        items = [ConflictView.of(one) for one in found[:limit]]
        return cls(items, items[-1].id if len(found) > limit else None)


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether what the file says is taken, and why."""

    take: bool
    why: Why
