"""What a store's ledger does, and the values that it gives. `sql_ledger.py` has the one that there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

import msgspec

from index.errors import Reason
from index.kinds import Action, RecordKind, State
from index.ledger.differences import FieldChange
from index.ledger.entries import By, Entry, Head, Record
from index.ledger.notes import Checkpoint, PublicKey
from index.ledger.signatures import Stretch
from index.records import Dossier
from index.store.overview import ActSummary
from index.store.recorded import Standing
from index.store.writing import Act


class Recorded(NamedTuple):
    """An entry and its hash."""

    entry: Entry
    hash: str


class Revision(NamedTuple):
    """One revision of a record.

    Attributes:
        record: what it said; None if that was erased.
        changes: what differs from the revision before, field by field; empty if either was erased.
    """

    entry: Entry
    hash: str
    record: Record | None
    changes: list[FieldChange]


class Proof(NamedTuple):
    """That an entry is in the ledger.

    Attributes:
        hashes: from the leaf upwards (RFC 6962), for the tree over as many entries as the checkpoint says.
        note: the signed checkpoint; None if nobody signs.
    """

    recorded: Recorded
    checkpoint: Checkpoint
    hashes: list[bytes]
    note: str | None


class Undone(msgspec.Struct, frozen=True):
    """What an undo did.

    Attributes:
        act: its own number; None if there was nothing to be undone.
        undone: kind and id of each record that is as it was before.
        kept: the same of those that are not -> why.
    """

    act: int | None
    undone: list[tuple[RecordKind, str]]
    kept: dict[tuple[RecordKind, str], Reason]


class Holder(msgspec.Struct, frozen=True):
    """A record that says the same as one that is erased, now or in an earlier revision."""

    kind: RecordKind
    record_id: str
    state: State


class Erased(msgspec.Struct, frozen=True):
    """What erasing takes.

    Attributes:
        records: kind and id of what is erased whole.
        cleaned: ids of the statements out of which is taken what a merge moved there of it.
        holders: what says one of its texts by itself, and stays as it is.
        texts: what was searched of it, of which somebody may still hold a vector.
    """

    records: list[tuple[RecordKind, str]]
    cleaned: list[str]
    holders: list[Holder]
    texts: list[str]


class Totals(msgspec.Struct, frozen=True):
    """How much there is.

    Attributes:
        entries: of the ledger.
        records: how many records of a kind are in a state; those that there are none of are left out.
    """

    entries: int
    records: dict[tuple[RecordKind, State], int]


class Finding(msgspec.Struct, frozen=True):
    """Something that is not as the ledger says.

    Attributes:
        place: where: a table with the row, or the ledger with the sequence.
        what: what is wrong.
    """

    place: str
    what: str


class Ledger(Protocol):
    """The ledger. Each call sees it as it stood at one moment; each may raise `StoreUnavailable`."""

    @property
    def public_key(self) -> PublicKey | None:
        """What checkpoints are checked with; None if nobody signs them."""
        ...

    def acting(self, by: By, action: Action = Action.EDIT) -> AbstractContextManager[Act]:
        """A transaction that changes records: all of it counts at the end of the block, or nothing if the block fails."""
        ...

    def checkpoint(self) -> tuple[Checkpoint, str | None] | None:
        """The ledger as it stands, and that signed; None before the first entry."""
        ...

    def totals(self) -> Totals:
        """How many entries and records there are."""
        ...

    def head(self, kind: RecordKind, record_id: str) -> Head | None:
        """How a record stands, whatever its state; None if there is none."""
        ...

    def standing(self, kind: RecordKind, record_id: str) -> Standing:
        """The same with what it says, and its last entry.

        Raises:
            UnknownRecord: if there is none.
        """
        ...

    def history(self, kind: RecordKind, record_id: str) -> list[Revision]:
        """All revisions of a record, the first one first.

        Raises:
            UnknownRecord: if there is none.
        """
        ...

    def entries(self, after: int, limit: int) -> list[Recorded]:
        """The entries that follow a sequence, at most `limit`."""
        ...

    def acts(self, action: Action, before: int | None, limit: int) -> list[ActSummary]:
        """The acts of a sort, such as imports, the last one first.

        Args:
            before: only acts with a lower number; None for all.
        """
        ...

    def entries_of(self, number: int, limit: int) -> list[Entry]:
        """The first entries of an act; none if there is no act with that number."""
        ...

    def unpublished(self, state: State, limit: int) -> list[Standing]:
        """The records in a state, the last changed first."""
        ...

    def proof(self, sequence: int) -> Proof:
        """That an entry is in the ledger as it stands.

        Raises:
            UnknownRecord: if there is no such entry.
        """
        ...

    def dossier_as_of(self, statement_id: str, moment: str) -> Dossier:
        """All that was on record about a statement.

        Args:
            moment: the last sequence to be counted (`57`), a day, of which all is counted, or a time in RFC 3339.

        Raises:
            UnknownRecord: if it was not published then.
            InvalidInput: if the moment is none.
        """
        ...

    def undo(self, number: int, by: By, *, may_tier: bool = True) -> Undone:
        """Undo an act, given by the sequence of any of its entries: each record gets a revision as the one before was.

        What was changed since, and what others need, is kept.

        Args:
            may_tier: whether who undoes it may say whom to believe; else sources that would be believed otherwise are kept.

        Raises:
            UnknownRecord: if there is no such act.
        """
        ...

    def erase(self, kind: RecordKind, record_id: str, by: By, also: Sequence[tuple[RecordKind, str]] = ()) -> Erased:
        """Take the content of all revisions of a record out of the store for good; hashes stay.

        What a merge moved of it into other statements is taken out of all revisions of these, too.

        Args:
            also: other records to be erased in the same act.

        Raises:
            UnknownRecord: if there is no such record.
            InvalidInput: if others need it.
        """
        ...

    def erasing(self, kind: RecordKind, record_id: str, also: Sequence[tuple[RecordKind, str]] = ()) -> Erased:
        """What `erase` would take, and what would still say the same; nothing is changed. Raises as that does."""
        ...

    def retire_expired(self, today: str) -> int:
        """Retire what was to be answered until a day before this one; returns how many records."""
        ...

    def verify(
        self, key: PublicKey | None = None, against: Sequence[str] = (), earlier: Sequence[PublicKey] = ()
    ) -> Iterator[Finding]:
        """Look for what is not as it was written: in the ledger, its checkpoints, and all records.

        Args:
            key: what signed the checkpoints, instead of the store's own.
            against: checkpoints that were kept elsewhere: the ledger must continue them.
            earlier: what signed before the key was replaced, in any order.
        """
        ...

    def signed(self) -> list[Stretch]:
        """Which key the checkpoints say they are signed with, in their order."""
        ...
