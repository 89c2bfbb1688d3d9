"""What became of an imported file, as clients see it."""

from __future__ import annotations

from typing import Annotated, Self

import msgspec
from msgspec import Meta

from index.readers.loading import FileReport, Skipped
from index.readers.preview import Change
from index.store.reports import Kept
from service.check.alike import Alike


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
            kept=loaded.kept,
            conflicts=loaded.conflicts,
            skipped=report.skipped,
            repeated=report.repeated,
            notes=report.notes,
            changes=report.changes,
            alike=alike,
        )


class MergeInto(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The statement that stands for both from now on, and why."""

    into: Annotated[str, Meta(min_length=1, max_length=200, description="Its id")]
    why: Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S", description="Why; it stands in the ledger for good")]


class Merged(msgspec.Struct, frozen=True):
    """The statement that was merged, and the one that stands for it; the number by which that is undone."""

    merged: str
    into: str
    act: int | None
