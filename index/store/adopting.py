"""Records that were in a store before it had a ledger get their first entries."""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa

from index.errors import StoreUnavailable
from index.kinds import Action, RecordKind
from index.ledger.entries import MODELS, By
from index.ledger.notes import Signer
from index.store import shown, tables
from index.store.writing import Act, Put

ADOPTED = By("rebut", "imported: it was in the store before there was a ledger")


def adopt(connection: sa.Connection, signer: Signer | None) -> None:
    """Give every record its first entry.

    Raises:
        StoreUnavailable: if a record cannot be read.
    """
    act = Act(connection, signer, ADOPTED, Action.ADOPT)
    for kind, table in shown.TABLES.items():
        rows = sorted(connection.execute(sa.select(table)).all(), key=lambda row: str(row.id))
        for some in tables.chunks(rows):
            puts = [_put(kind, row) for row in some]
            act.put(kind, puts)
            for row, put in zip(some, puts, strict=True):
                if put.record is not None and (text := shown.text_of(put.record)) != row.record:  # as another version wrote it
                    connection.execute(sa.update(table).where(table.c.id == row.id).values(record=text))
    act.close()


def _put(kind: RecordKind, row: sa.Row[tuple[object, ...]]) -> Put:
    try:
        record = msgspec.json.decode(row.record, type=MODELS[kind])
    except msgspec.MsgspecError as error:
        raise StoreUnavailable(f"the {kind.value} {row.id!r} cannot be read: {error}") from error
    if kind is not RecordKind.STATEMENT:
        return Put(record_id=row.id, record=record)
    return Put(record_id=row.id, record=record, added=_time(row.added), changed=_time(row.changed))


def _time(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
