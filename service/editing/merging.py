"""Merging two statements that mean the same: one stands for both, under both ids."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from index.errors import Reason, UnknownRecord
from index.kinds import RecordKind, State
from index.ledger.entries import By
from index.records import Refutation, Review, Statement, passages_of
from index.rules import broken_rules
from index.store.ledger import Ledger
from index.store.recorded import current, linked_to
from index.store.writing import Act, Put
from service.editing.errors import Conflict, RecordRefused

RecordT = TypeVar("RecordT", Review, Refutation)


def merge(ledger: Ledger, merged_id: str, into_id: str, by: By) -> int | None:
    """Let one statement stand for two. It gets the words, appearances and citations of the other, and what is on record about it;
    the other is retired, superseded by it. All of it is one act, which is undone whole.

    Returns:
        The act's number.

    Raises:
        UnknownRecord: if one of them is not there.
        Conflict: if they are the same, or not both published.
        RecordRefused: if what comes of it breaks a rule.
    """
    with ledger.acting(by) as act:
        merged, into = _published(act, merged_id), _published(act, into_id)
        if merged_id == into_id:
            raise Conflict(Reason("into: is the statement itself"))
        both = _both(into, merged)
        if broken := broken_rules(both):
            raise RecordRefused(broken, Statement)
        _put(act, RecordKind.STATEMENT, both)
        linked = linked_to(act.connection, RecordKind.STATEMENT, [merged_id])
        for kind, moved in ((RecordKind.REFUTATION, _answering), (RecordKind.REVIEW, _reviewing)):
            for record in current(act.connection, kind, sorted(linked.get(kind, ()))).values():
                _put(act, kind, moved(record, merged_id, into_id))
        act.put(RecordKind.STATEMENT, [Put(record_id=merged_id, state=State.RETIRED, superseded_by=into_id)])
        return act.number


def _published(act: Act, statement_id: str) -> Statement:
    head = act.head(RecordKind.STATEMENT, statement_id)
    if head is None or head.state is State.ERASED:
        raise UnknownRecord("statement", statement_id)
    record = act.standing(head.sequence).record
    if head.state is not State.PUBLISHED or not isinstance(record, Statement):
        told = {"id": repr(statement_id), "state": head.state.value}
        raise Conflict(Reason("the statement %(id)s is %(state)s: only published ones are merged", told))
    return record


def _both(into: Statement, merged: Statement) -> Statement:
    """A statement with what another one has besides."""
    said = {passage.text.casefold() for passage in passages_of(into)}
    wordings = {language: list(texts) for language, texts in into.wordings.items()}
    for passage in passages_of(merged):
        if passage.text.casefold() not in said:
            said.add(passage.text.casefold())
            wordings.setdefault(passage.language, []).append(passage.text)
    return msgspec.structs.replace(
        into,
        wordings=wordings,
        refutation_on_record=into.refutation_on_record or merged.refutation_on_record,
        citations=[*into.citations, *(one for one in merged.citations if one not in into.citations)],
        appearances=list(dict.fromkeys([*into.appearances, *merged.appearances])),
        topics=list(dict.fromkeys([*into.topics, *merged.topics])),
        places=list(dict.fromkeys([*into.places, *merged.places])),
    )


def _answering(record: object, merged_id: str, into_id: str) -> Refutation | None:
    """A refutation of the one as one of the other."""
    if not isinstance(record, Refutation) or merged_id not in record.stances():
        return None
    denies = list(dict.fromkeys(into_id if id_ == merged_id else id_ for id_ in record.denies))
    counters = list(dict.fromkeys(into_id if id_ == merged_id else id_ for id_ in record.counters))
    return msgspec.structs.replace(record, denies=denies, counters=[id_ for id_ in counters if id_ not in denies])


def _reviewing(record: object, merged_id: str, into_id: str) -> Review | None:
    """A review of the one as one of the other."""
    if not isinstance(record, Review) or record.statement_id != merged_id:
        return None
    return msgspec.structs.replace(record, statement_id=into_id)


def _put(act: Act, kind: RecordKind, record: Statement | Refutation | Review | None) -> None:
    """Write what a record says now; it stays in its state."""
    if record is None or (head := act.head(kind, record.id)) is None or head.state is State.ERASED:
        return
    put = Put(record_id=record.id, record=record, state=head.state, superseded_by=head.superseded_by, expires=head.expires)
    act.put(kind, [put])
