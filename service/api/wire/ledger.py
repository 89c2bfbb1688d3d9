"""The ledger as clients see it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, Self

import msgspec

from index.kinds import Action, RecordKind, State
from index.ledger.differences import FieldChange
from index.ledger.entries import Entry
from index.ledger.notes import Checkpoint
from index.store.ledger import Proof, Recorded, Revision
from service.api.wire.editing import fields_of, public


class LedgerEntry(msgspec.Struct, frozen=True):
    """An entry and its hash: the SHA-256 of the entry's canonical JSON (RFC 8785)."""

    entry: Entry
    hash: str


class LedgerPage(msgspec.Struct, frozen=True):
    """Entries in their order; pass `next_after` as `after` for those that follow. It is null where there are none yet."""

    items: list[LedgerEntry]
    next_after: int | None

    @classmethod
    def of(cls, found: Sequence[Recorded], limit: int) -> Self:
        """A page of at most `limit` entries, made from one more, if there are more."""
        items = [LedgerEntry(*one) for one in found[:limit]]
        return cls(items, items[-1].entry.sequence if len(found) > limit else None)


class InclusionProof(msgspec.Struct, frozen=True):
    """That an entry is in the ledger.

    Attributes:
        checkpoint: the tree that the proof leads to.
        hashes: from the leaf upwards, base64 (RFC 6962).
        note: the signed checkpoint; null if the ledger is not signed.
    """

    entry: LedgerEntry
    checkpoint: Checkpoint
    hashes: list[str]
    note: str | None

    @classmethod
    def of(cls, proof: Proof) -> Self:
        """The view of a proof."""
        hashes = [base64.b64encode(one).decode() for one in proof.hashes]
        return cls(LedgerEntry(*proof.recorded), proof.checkpoint, hashes, proof.note)


class RevisionView(msgspec.Struct, frozen=True):
    """One revision of a record.

    Attributes:
        fields: names of the fields that differ from the revision before.
        changes: the same with what they said; empty where either revision was erased, or was never published and an editor did
            not ask.
        record: what it said; null likewise.
    """

    revision: int
    sequence: int
    act: int
    action: Action
    time: str
    who: str
    why: str
    state: State
    superseded_by: str | None
    expires: str | None
    fields: list[str]
    changes: list[FieldChange]
    record: dict[str, Any] | None
    hash: str


class History(msgspec.Struct, frozen=True):
    """All revisions of a record, the first one first."""

    kind: RecordKind
    id: str
    revisions: list[RevisionView]

    @classmethod
    def of(cls, kind: RecordKind, record_id: str, found: Sequence[Revision], *, editor: bool) -> Self:
        """The view of a history: others than editors see what was published only."""
        before = [None, *(one.entry for one in found)]
        shown = [_revision(one, last, editor=editor) for one, last in zip(found, before, strict=False)]
        return cls(kind, record_id, shown)


def _revision(one: Revision, before: Entry | None, *, editor: bool) -> RevisionView:
    entry = one.entry
    seen = editor or public(entry)
    return RevisionView(
        revision=entry.revision,
        sequence=entry.sequence,
        act=entry.act,
        action=entry.action,
        time=entry.time,
        who=entry.who,
        why=entry.why,
        state=entry.state,
        superseded_by=entry.superseded_by,
        expires=entry.expires,
        fields=entry.fields,
        changes=one.changes if seen and (editor or before is None or public(before)) else [],
        record=fields_of(one.record) if seen else None,
        hash=one.hash,
    )
