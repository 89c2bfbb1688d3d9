"""What files say of somebody else's reviews: it waits until an editor takes or leaves it, and changes nothing before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple, Protocol

import msgspec
import sqlalchemy as sa

from index.errors import InvalidInput, Reason, UnknownRecord
from index.kinds import Action, RecordKind, State
from index.ledger.differences import FieldChange, differences
from index.ledger.entries import MODELS, By, Record, canonical, hash_of
from index.store.database import Database
from index.store.recorded import current, heads_of, uncitable
from index.store.tables import conflicts
from index.store.writing import TIME, Act, Put

ID_DIGITS = 16


class Conflict(msgspec.Struct, frozen=True):
    """What a file says of a record that it may not change.

    Attributes:
        id: the same for the same record and the same saying.
        by: who loaded the file, and as what.
        time: when that was first loaded.
        taken: whether it was taken; None while nobody has decided.
        changes: what it would change of the record as it is now, field by field.
    """

    id: str
    kind: RecordKind
    record_id: str
    by: By
    time: str
    taken: bool | None
    decided_by: str | None
    decided: str | None
    changes: list[FieldChange]


class Conflicts(Protocol):
    """The conflicts. Safe to use from several threads; each method raises StoreUnavailable."""

    def waiting(self, after: str | None, limit: int) -> list[Conflict]:
        """Those that wait for a decision, the oldest first, from the first one past the id `after`."""
        ...

    def count(self) -> int:
        """How many wait for a decision."""
        ...

    def decide(self, conflict_id: str, *, take: bool, by: By) -> Conflict:
        """Take what the file says, or leave it for good.

        Raises:
            UnknownRecord: if there is no such conflict, or its record is gone.
            InvalidInput: if it was decided before, or what the file says cites a source that is not published any more.
        """
        ...


class Said(NamedTuple):
    """What a file says of a record."""

    kind: RecordKind
    record: Record

    @property
    def id(self) -> str:
        """See `Conflict.id`."""
        return conflict_id(self.kind, canonical(self.record))


def conflict_id(kind: RecordKind, written: bytes) -> str:
    """See `Conflict.id`.

    Args:
        written: the record as the table has it, canonical JSON.
    """
    return hash_of(canonical([kind.value, hash_of(written)]))[:ID_DIGITS]


def note(act: Act, said: Iterable[Said]) -> set[str]:
    """Note what a file says, once. Returns the ids of the records of which an editor left the same before."""
    left: set[str] = set()
    for one in said:
        before = act.connection.execute(sa.select(conflicts.c.taken).where(conflicts.c.id == one.id)).first()
        if before is None:
            row = {"id": one.id, "kind": one.kind.value, "record_id": one.record.id, "record": canonical(one.record).decode()}
            act.connection.execute(sa.insert(conflicts), [row | {"who": act.by.who, "why": act.by.why, "time": act.time}])
        elif before.taken is False:
            left.add(one.record.id)
        elif before.taken:
            act.connection.execute(sa.update(conflicts).where(conflicts.c.id == one.id).values(taken=None))
    return left


def forget(connection: sa.Connection, kind: RecordKind, record_id: str) -> None:
    """Delete what files said of a record that is erased."""
    connection.execute(sa.delete(conflicts).where(conflicts.c.kind == kind.value, conflicts.c.record_id == record_id))


class SqlConflicts(Conflicts):
    """See `Conflicts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, after: str | None, limit: int) -> list[Conflict]:
        """See `Conflicts`."""
        shown = sa.or_(conflicts.c.taken.is_(None), conflicts.c.id == after)  # which may have been decided meanwhile
        query = sa.select(conflicts).where(shown).order_by(conflicts.c.time, conflicts.c.id)
        with self._database.connect() as connection:
            rows = list(connection.execute(query))
            places = {row.id: place for place, row in enumerate(rows, 1)}
            start = places.get(after or "", 0)
            return [_told(connection, row) for row in rows[start : start + limit]]

    def count(self) -> int:
        """See `Conflicts`."""
        query = sa.select(sa.func.count()).select_from(conflicts).where(conflicts.c.taken.is_(None))
        with self._database.connect() as connection:
            return connection.execute(query).scalar_one()

    def decide(self, conflict_id: str, *, take: bool, by: By) -> Conflict:
        """See `Conflicts`."""
        with self._database.connect(write=True) as connection:
            act = Act(connection, self._database.signer, by, Action.IMPORT)
            row = connection.execute(sa.select(conflicts).where(conflicts.c.id == conflict_id)).first()
            if row is None:
                raise UnknownRecord("conflict", conflict_id)
            if row.taken is not None:
                raise InvalidInput("take", Reason("it was taken before") if row.taken else Reason("it was left before"))
            told = _told(connection, row)
            if take:
                _take(act, told.kind, _record(row))
            decided = {"taken": take, "decided_by": by.who, "decided": dt.datetime.now(dt.UTC).strftime(TIME)}
            connection.execute(sa.update(conflicts).where(conflicts.c.id == conflict_id).values(decided))
            act.close()
        self._database.announce()
        return msgspec.structs.replace(told, **decided)


def _take(act: Act, kind: RecordKind, record: Record) -> None:
    head = heads_of(act.connection, kind, [record.id]).get(record.id)
    if head is None or head.state is State.ERASED:
        raise UnknownRecord(kind.value, record.id)
    if head.state is State.PUBLISHED and (why := uncitable(act.connection, record)):
        raise InvalidInput("take", why)
    if current(act.connection, kind, [record.id]).get(record.id) != record:
        put = Put(record_id=record.id, record=record, state=head.state, superseded_by=head.superseded_by, expires=head.expires)
        act.put(kind, [put])


def _told(connection: sa.Connection, row: sa.Row[tuple[object, ...]]) -> Conflict:
    kind, record = RecordKind(row.kind), _record(row)
    now = current(connection, kind, [record.id]).get(record.id)
    by = By(row.who, row.why)
    return Conflict(row.id, kind, record.id, by, row.time, row.taken, row.decided_by, row.decided, differences(now, record))


def _record(row: sa.Row[tuple[object, ...]]) -> Record:
    record: Record = msgspec.json.decode(row.record, type=MODELS[RecordKind(row.kind)])
    return record
