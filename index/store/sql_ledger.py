"""The ledger in the store's database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from index.errors import UnknownRecord
from index.kinds import Action, RecordKind, State
from index.ledger.differences import differences
from index.ledger.entries import By, Entry, Head, Record, record_in
from index.ledger.merkle import inclusion_proof
from index.ledger.notes import Checkpoint, PublicKey
from index.ledger.signatures import Stretch, stretches
from index.records import Dossier, Refutation, Statement
from index.store import erasing, overview, undoing
from index.store.database import Database
from index.store.ledger import Erased, Finding, Ledger, Proof, Recorded, Revision, Totals, Undone
from index.store.overview import ActSummary
from index.store.past import dossier_at, sequence_at
from index.store.recorded import Standing, entry_in, head_in, heads_of, records_of, standing
from index.store.reports import Owner
from index.store.tables import checkpoints, contents, heads, ledger, refutations, statements
from index.store.verifying import Verification
from index.store.writing import Act, origin_of
from index.tiers import EVERYBODY, Tiers


class SqlLedger(Ledger):
    """See `Ledger`. Each method runs in one transaction of its own."""

    def __init__(self, database: Database, tiers: Tiers = EVERYBODY) -> None:
        self._database, self._tiers = database, tiers

    @property
    def public_key(self) -> PublicKey | None:
        """See `Ledger`."""
        with self._database.connect() as connection:
            return self._database.signer.public(origin_of(connection)) if self._database.signer else None

    @contextmanager
    def acting(self, by: By, action: Action = Action.EDIT) -> Iterator[Act]:
        """See `Ledger`."""
        with self._database.connect(write=True) as connection:
            act = Act(connection, self._database.signer, by, action)
            yield act
            act.close()
        if act.anything:
            self._database.announce()

    def checkpoint(self) -> tuple[Checkpoint, str | None] | None:
        """See `Ledger`."""
        with self._database.connect() as connection:
            return checkpoint_of(connection)

    def totals(self) -> Totals:
        """See `Ledger`."""
        with self._database.connect() as connection:
            last = checkpoint_of(connection)
            counted = connection.execute(
                sa.select(heads.c.kind, heads.c.state, sa.func.count()).group_by(heads.c.kind, heads.c.state)
            )
            records = {(RecordKind(kind), State(state)): number for kind, state, number in counted}
        return Totals(last[0].sequence if last else 0, records)

    def head(self, kind: RecordKind, record_id: str) -> Head | None:
        """See `Ledger`."""
        with self._database.connect() as connection:
            row = connection.execute(sa.select(heads).where(heads.c.kind == kind.value, heads.c.record_id == record_id)).first()
            return head_in(row) if row else None

    def standing(self, kind: RecordKind, record_id: str) -> Standing:
        """See `Ledger`."""
        with self._database.connect() as connection:
            head = heads_of(connection, kind, [record_id]).get(record_id)
            if head is None:
                raise UnknownRecord(kind.value, record_id)
            return standing(connection, head.sequence)

    def history(self, kind: RecordKind, record_id: str) -> list[Revision]:
        """See `Ledger`."""
        query = sa.select(ledger.c.entry, ledger.c.hash).where(ledger.c.kind == kind.value, ledger.c.record_id == record_id)
        with self._database.connect() as connection:
            recorded = [Recorded(entry_in(row.entry), row.hash) for row in connection.execute(query.order_by(ledger.c.sequence))]
            said = records_of(connection, kind, [one.entry.content for one in recorded])
        if not recorded:
            raise UnknownRecord(kind.value, record_id)
        found: list[Revision] = []
        for entry, hash_ in recorded:
            record = said.get(entry.content or "")
            found.append(Revision(entry, hash_, record, differences(_before(found), record) if _comparable(found, record) else []))
        return found

    def entries(self, after: int, limit: int) -> list[Recorded]:
        """See `Ledger`."""
        query = sa.select(ledger.c.entry, ledger.c.hash).where(ledger.c.sequence > after).order_by(ledger.c.sequence).limit(limit)
        with self._database.connect() as connection:
            return [Recorded(entry_in(row.entry), row.hash) for row in connection.execute(query)]

    def acts(self, action: Action, before: int | None, limit: int) -> list[ActSummary]:
        """See `Ledger`."""
        with self._database.connect() as connection:
            return overview.acts(connection, action, before, limit)

    def entries_of(self, number: int, limit: int) -> list[Entry]:
        """See `Ledger`."""
        with self._database.connect() as connection:
            return overview.entries_of(connection, number, limit)

    def unpublished(self, state: State, limit: int) -> list[Standing]:
        """See `Ledger`."""
        with self._database.connect() as connection:
            return overview.unpublished(connection, state, limit)

    def proof(self, sequence: int) -> Proof:
        """See `Ledger`."""
        with self._database.connect() as connection:
            row = connection.execute(sa.select(ledger.c.entry, ledger.c.hash).where(ledger.c.sequence == sequence)).first()
            stands = checkpoint_of(connection)
            if row is None or stands is None:
                raise UnknownRecord("entry of the ledger", str(sequence))
            hashes = connection.execute(sa.select(ledger.c.hash).order_by(ledger.c.sequence)).scalars()
            leaves = [bytes.fromhex(one) for one in hashes]
        proof = inclusion_proof(sequence - 1, leaves)
        return Proof(Recorded(entry_in(row.entry), row.hash), stands[0], proof, stands[1])

    def dossier_as_of(self, statement_id: str, moment: str) -> Dossier:
        """See `Ledger`."""
        with self._database.connect() as connection:
            return self._tiers.told_apart(dossier_at(connection, statement_id, sequence_at(connection, moment)))

    def undo(self, number: int, by: By, *, may_tier: bool = True) -> Undone:
        """See `Ledger`."""
        with self.acting(by, Action.UNDO) as act:
            return undoing.undo(act, number, may_tier=may_tier)

    def erase(self, kind: RecordKind, record_id: str, by: By, also: Sequence[tuple[RecordKind, str]] = ()) -> Erased:
        """See `Ledger`."""
        with self.acting(by, Action.ERASE) as act:
            plan = erasing.planned(act.connection, list(dict.fromkeys([(kind, record_id), *also])))
            told = erasing.told(act.connection, plan)
            erasing.erase(act, plan)
        return told

    def erasing(self, kind: RecordKind, record_id: str, also: Sequence[tuple[RecordKind, str]] = ()) -> Erased:
        """See `Ledger`."""
        with self._database.connect() as connection:
            return erasing.told(connection, erasing.planned(connection, list(dict.fromkeys([(kind, record_id), *also]))))

    def retire_expired(self, today: str) -> int:
        """See `Ledger`."""
        with self._database.connect() as connection:
            if not undoing.expired(connection, today):
                return 0
        with self.acting(By("rebut", "its last day is past"), Action.EXPIRE) as act:
            undoing.retire(act, undoing.expired(act.connection, today))
            return act.sequence - act.number + 1

    def verify(
        self, key: PublicKey | None = None, against: Sequence[str] = (), earlier: Sequence[PublicKey] = ()
    ) -> Iterator[Finding]:
        """See `Ledger`."""
        with self._database.connect() as connection:
            yield from Verification(connection, key or self.public_key, against, earlier).findings()

    def signed(self) -> list[Stretch]:
        """See `Ledger`."""
        query = sa.select(checkpoints.c.size, checkpoints.c.note).order_by(checkpoints.c.size)
        with self._database.connect() as connection:
            return stretches(((row.size, row.note) for row in connection.execute(query)), origin_of(connection))


def checkpoint_of(connection: sa.Connection) -> tuple[Checkpoint, str | None] | None:
    """See `Ledger.checkpoint`."""
    last = connection.execute(sa.select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)).first()
    return (Checkpoint(last.size, last.root), last.note) if last else None


def _before(found: Sequence[Revision]) -> Record | None:
    return found[-1].record if found else None


def _comparable(found: Sequence[Revision], record: Record | None) -> bool:
    """Whether it can be told what a revision changed: neither it nor the one before was erased."""
    return record is not None and (not found or found[-1].record is not None)


def owners(connection: sa.Connection) -> dict[str, Owner]:
    """See `StatementStore.owners`."""
    found: dict[str, Owner] = {}
    for kind, table in ((RecordKind.STATEMENT, statements), (RecordKind.REFUTATION, refutations)):
        rows = connection.execute(sa.select(table.c.id, table.c.source_id))
        found |= {row.id: Owner(kind.value, row.source_id) for row in rows}
        held = sa.select(contents.c.content).join(heads, contents.c.sha256 == heads.c.content)
        hidden = held.where(heads.c.kind == kind.value, heads.c.record_id.not_in(sa.select(table.c.id)))
        for content in connection.execute(hidden).scalars():
            record = record_in(content, kind)
            if isinstance(record, Statement | Refutation):
                found[record.id] = Owner(kind.value, record.citations[0].source_id)
    return found
