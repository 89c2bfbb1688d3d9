"""Erasing: what records ever said is taken out of the store, and what merges moved of it out of other statements. Hashes stay.

What is to be taken is worked out before anything is written, so that it can be told beforehand, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from index.errors import InvalidInput, Reason, UnknownRecord
from index.kinds import RecordKind, State
from index.ledger.entries import Head, Record
from index.records import Refutation, Statement, passages_of
from index.store.conflicts import forget
from index.store.dialects import holds
from index.store.ledger import Erased, Holder
from index.store.moved import STATEMENT, TEXT, Moved, moved_from
from index.store.recorded import contents_of, heads_of, history_of, needed_by, records_of
from index.store.tables import chunks, contents, kept_answers, requests
from index.store.writing import Act, Put

Id = tuple[RecordKind, str]
SEARCHED = 50
"""Texts that one query looks for."""
MOST = 100
"""Records with the same text that are told at most."""


class Cleaning(NamedTuple):
    """How a statement is cleaned of what a merge moved into it.

    Attributes:
        record: what it says from then on; None if that stays.
        erases: hashes of its contents that are erased.
    """

    head: Head
    record: Statement | None
    erases: list[str]


class Plan(NamedTuple):
    """What is to be erased.

    Attributes:
        whole: hashes of all contents of the records that are erased whole.
        texts: what they said, as it was searched.
    """

    ids: list[Id]
    whole: list[str]
    cleanings: list[Cleaning]
    texts: list[str]


class _Named(msgspec.Struct, frozen=True):
    id: str


class _Content(msgspec.Struct, frozen=True):
    record: _Named


def planned(connection: sa.Connection, ids: Sequence[Id]) -> Plan:
    """What erasing these records takes.

    Raises:
        UnknownRecord: if there is none of one of them.
        InvalidInput: if others need one.
    """
    whole, texts = list[str](), dict[str, None]()
    for kind, id_ in ids:
        if not (history := history_of(connection, kind, id_)):
            raise UnknownRecord(kind.value, id_)
        if why := needed_by(connection, kind, id_):
            raise InvalidInput(id_, Reason("cannot be erased: %(why)s", {"why": why}))
        said = records_of(connection, kind, [entry.content for entry in history])
        whole += said
        texts |= dict.fromkeys(text for record in said.values() for text in _texts(record))
    moved = moved_from(connection, [id_ for kind, id_ in ids if kind is STATEMENT])
    others = [one for one in moved if (STATEMENT, one.into) not in ids]
    return Plan(list(ids), whole, [cleaning for one in others for cleaning in _cleaned(connection, one, texts)], list(texts))


def _cleaned(connection: sa.Connection, moved: Moved, texts: dict[str, None]) -> Iterator[Cleaning]:
    """How a statement is cleaned, if it has anything of that in any of its revisions. Adds to `texts` what is taken."""
    head = heads_of(connection, STATEMENT, [moved.into])[moved.into]
    since = [entry.content for entry in history_of(connection, STATEMENT, moved.into)[moved.since - 1 :]]
    said = records_of(connection, STATEMENT, since)
    having = {hash_: one for hash_, one in said.items() if isinstance(one, Statement) and moved.in_it(one)}
    now = having.get(head.content or "")
    record = moved.taken_out_of(now) if now else None
    if record == now and now:  # its own text is all that it has of that: it stays
        having.pop(head.content or "")
        record = None
    texts |= dict.fromkeys(text for one in having.values() for text in _texts(one) if (TEXT, text.casefold()) in moved.parts)
    if having:
        yield Cleaning(head, record, sorted(having))


def _texts(record: Record) -> Iterator[str]:
    if isinstance(record, Statement | Refutation):
        yield from (passage.text for passage in passages_of(record))


def told(connection: sa.Connection, plan: Plan) -> Erased:
    """What a plan takes, and what still says the same after it."""
    cleaned = [one.head.record_id for one in plan.cleanings]
    gone = {*plan.whole, *(hash_ for one in plan.cleanings for hash_ in one.erases)}
    ours = {text.casefold() for text in plan.texts}
    own = [one.head for one in plan.cleanings if one.record and ours.intersection(map(str.casefold, _texts(one.record)))]
    others = {(head.kind, head.record_id): head for head in (*own, *_holding(connection, plan.texts, gone))}
    holders = [Holder(kind, id_, head.state) for (kind, id_), head in others.items()]
    return Erased(plan.ids, cleaned, sorted(holders, key=lambda one: (one.kind.value, one.record_id)), plan.texts)


def _holding(connection: sa.Connection, texts: Iterable[str], gone: set[str]) -> Iterator[Head]:
    """The records that say one of these texts in a content that stays, of whatever revision."""
    found: dict[str, str] = {}
    for some in chunks(texts, SEARCHED):
        needles = [msgspec.json.encode(text).decode() for text in some]
        holding = sa.select(contents).where(sa.or_(*(holds(connection, contents.c.content, needle) for needle in needles)))
        rows = connection.execute(holding.where(contents.c.sha256.not_in(gone)).order_by(contents.c.sha256).limit(MOST))
        found |= {row.sha256: msgspec.json.decode(row.content, type=_Content).record.id for row in rows}
    for kind in RecordKind:
        for id_, head in heads_of(connection, kind, found.values()).items():
            if any(found.get(entry.content or "") == id_ for entry in history_of(connection, kind, id_)):
                yield head


def erase(act: Act, plan: Plan) -> None:
    """Take it out of the store."""
    for kind, id_ in plan.ids:
        act.put(kind, [Put(record_id=id_, state=State.ERASED)])
        forget(act.connection, kind, id_)
    for one in plan.cleanings:
        act.put(STATEMENT, [_put(one)])
    gone = [*plan.whole, *(hash_ for one in plan.cleanings for hash_ in one.erases)]
    for some in chunks(contents_of(act.connection, gone)):
        act.connection.execute(sa.delete(contents).where(contents.c.sha256.in_(some)))
    for kind, id_ in [*plan.ids, *((STATEMENT, one.head.record_id) for one in plan.cleanings)]:
        _forget_told(act.connection, kind, id_)


def _put(cleaning: Cleaning) -> Put:
    head = cleaning.head
    return Put(
        record_id=head.record_id,
        record=cleaning.record,
        state=head.state,
        superseded_by=head.superseded_by,
        expires=head.expires,
        erases=cleaning.erases,
    )


def _forget_told(connection: sa.Connection, kind: RecordKind, record_id: str) -> None:
    """Delete the kept answers that tell of a record, and the requests that changed it."""
    telling = kept_answers.c.answer.contains(f'"{record_id}"', autoescape=True)  # JSON, which has the record's id
    connection.execute(sa.delete(kept_answers).where(telling))
    sequences = [entry.sequence for entry in history_of(connection, kind, record_id)]
    connection.execute(sa.delete(requests).where(requests.c.sequence.in_(sequences)))
