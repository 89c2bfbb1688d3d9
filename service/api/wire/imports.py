"""What became of an imported file, as clients see it."""

from __future__ import annotations

from typing import Annotated, Self

import msgspec
from msgspec import Meta

from index.kinds import State
from index.readers import preview, reports
from index.readers.reports import FileReport
from index.store import reports as stored
from service.api.wire.editing import Why
from service.check.alike import Alike


class Kept(msgspec.Struct, frozen=True):
    """A record that stays as a person left it, though a file now says something else.

    Attributes:
        state: None if it is not here, since what it refers to was retired.
        differences: what the file would change, field by field, a line each; or why it is left out.
    """

    record_id: str
    state: State | None
    differences: list[str]

    @classmethod
    def of(cls, kept: stored.Kept) -> Self:
        """The view of a record that stays."""
        return cls(kept.record_id, kept.state, kept.differences)


class Skipped(msgspec.Struct, frozen=True):
    """What was not loaded.

    Attributes:
        place: the file, and the element or line in it.
        reason: why.
    """

    place: str
    reason: str

    @classmethod
    def of(cls, skipped: reports.Skipped) -> Self:
        """The view of what was skipped."""
        return cls(skipped.place, skipped.reason)


class Change(msgspec.Struct, frozen=True):
    """What would become of one record.

    Attributes:
        place: the file, and the line or element in it.
        text: the claim, or the rating with who gives it.
        differences: what would change, field by field; empty if the record is new.
    """

    place: str
    record_id: str
    text: str
    differences: list[str] = []

    @classmethod
    def of(cls, change: preview.Change) -> Self:
        """The view of a change."""
        return cls(change.place, change.record_id, change.text, change.differences)


class ImportReport(msgspec.Struct, frozen=True):
    """What became of a file, or would become of it.

    Attributes:
        dry_run: whether nothing was written.
        act: the number by which the import is undone; null if it changed nothing.
        added: ids of the records; so `changed`.
        unchanged: how many records are here as the file has them.
        kept: records that stay as somebody left them here.
        conflicts: records that stay as their publishers have them: what the file says waits at `/v1/conflicts`.
        skipped: the lines or elements that were not loaded, and why.
        repeated: how many reviews stand in the file once more.
        notes: what else is to be known: columns that are not read, ratings that are not known, publishers that do not count.
        changes: of a dry run, the first records that would be added or changed, with their lines.
        alike: new statements that seem to mean the same as others on record, to be merged; null if that was not asked for.
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

    @classmethod
    def of(cls, report: FileReport, alike: list[Alike] | None, *, dry_run: bool) -> Self:
        """The view of a report."""
        loaded = report.loaded
        return cls(
            dry_run=dry_run,
            act=loaded.act,
            added=loaded.added,
            changed=loaded.changed,
            unchanged=len(loaded.unchanged),
            kept=[Kept.of(one) for one in loaded.kept],
            conflicts=[Kept.of(one) for one in loaded.conflicts],
            skipped=[Skipped.of(one) for one in report.skipped],
            repeated=report.repeated,
            notes=report.notes,
            changes=[Change.of(one) for one in report.changes],
            alike=alike,
        )


class MergeInto(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The statement that stands for both from now on, and why."""

    into: Annotated[str, Meta(min_length=1, max_length=200, description="Its id")]
    why: Why


class Merged(msgspec.Struct, frozen=True):
    """The statement that was merged, and the one that stands for it; the number by which that is undone."""

    merged: str
    into: str
    act: int | None
