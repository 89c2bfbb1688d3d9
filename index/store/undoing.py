"""Undoing an act, retiring what has had its day: each makes new revisions."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from index.errors import Reason, UnknownRecord
from index.kinds import RecordKind, State
from index.ledger.entries import Entry, Head, about
from index.ledger.replay import heads_of_history
from index.records import Source
from index.store.ledger import Undone
from index.store.recorded import entry_in, head_in, history_of, needed_by, records_of, uncitable
from index.store.tables import heads, ledger
from index.store.writing import Act, Put
from index.tiers import decisive

LAST_FIRST = (RecordKind.REVIEW, RecordKind.REFUTATION, RecordKind.STATEMENT, RecordKind.SOURCE)
"""The kinds, those that refer to others first."""


class Plan(NamedTuple):
    """How a record stood before an act; None if it was not there."""

    head: Head
    restored: Head | None

    @property
    def returns(self) -> bool:
        """Whether the record is to be answered again."""
        return self.restored is not None and self.restored.state is State.PUBLISHED


def undo(act: Act, number: int, *, may_tier: bool) -> Undone:
    """See `Ledger.undo`. What returns comes after what it refers to, what goes before that."""
    report = Undone(act.number, [], {})
    plans = [plan for id_, entries in _touched(act.connection, number).items() if (plan := _plan(act, id_, entries, report))]
    if not may_tier:
        plans = [plan for plan in plans if not _tiers(act, plan, report)]
    for kind in reversed(LAST_FIRST):
        _carry_out(act, kind, [plan for plan in plans if plan.returns], report)
    for kind in LAST_FIRST:
        _carry_out(act, kind, [plan for plan in plans if not plan.returns], report)
    return report if report.undone else Undone(None, [], report.kept)


def _carry_out(act: Act, kind: RecordKind, plans: list[Plan], report: Undone) -> None:
    puts = []
    for plan in plans:
        id_ = (plan.head.kind, plan.head.record_id)
        if id_[0] is not kind:
            continue
        if why := _missing(act, plan) if plan.returns else needed_by(act.connection, *id_):
            report.kept[id_] = why
        else:
            puts.append(_put(plan))
            report.undone.append(id_)
    act.put(kind, puts)


def _touched(connection: sa.Connection, number: int) -> dict[tuple[RecordKind, str], list[Entry]]:
    """Each record that an act changed, with the act's entries of it."""
    act = sa.select(ledger.c.act).where(ledger.c.sequence == number).scalar_subquery()
    found: dict[tuple[RecordKind, str], list[Entry]] = {}
    for text in connection.execute(sa.select(ledger.c.entry).where(ledger.c.act == act).order_by(ledger.c.sequence)).scalars():
        entry = entry_in(text)
        found.setdefault((entry.kind, entry.record_id), []).append(entry)
    if not found:
        raise UnknownRecord("entry of the ledger", str(number))
    return found


def _plan(act: Act, id_: tuple[RecordKind, str], entries: list[Entry], report: Undone) -> Plan | None:
    """What brings a record back to where it was before these entries; None if it is to stay."""
    revisions = history_of(act.connection, *id_)
    history, erased = heads_of_history(revisions), {one for entry in revisions for one in entry.erases}
    if history[-1].sequence != entries[-1].sequence:
        report.kept[id_] = Reason("it was changed since")
        return None
    if history[-1].state is State.ERASED:
        report.kept[id_] = Reason("its content was erased")
        return None
    before = entries[0].revision - 1
    restored = history[before - 1] if before else None
    if restored and restored.content in erased:
        report.kept[id_] = Reason("its content was erased")
        return None
    return Plan(history[-1], restored)


def _tiers(act: Act, plan: Plan, report: Undone) -> bool:
    """Whether a source would be believed otherwise; it is then told why it stays."""
    if plan.head.kind is not RecordKind.SOURCE or plan.restored is None:
        return False
    said = records_of(act.connection, RecordKind.SOURCE, [plan.head.content, plan.restored.content])
    if len({decisive(source) for source in said.values() if isinstance(source, Source)}) < 2:
        return False
    report.kept[plan.head.kind, plan.head.record_id] = Reason("whom to believe is said with the scope 'admin'")
    return True


def _missing(act: Act, plan: Plan) -> Reason | None:
    """Why a record cannot return: a source that it cites is not published, or it would return to a statement that was erased."""
    if plan.restored is None or plan.head.kind is RecordKind.SOURCE:
        return None
    said = records_of(act.connection, plan.head.kind, [plan.restored.content, plan.head.content])
    restored, now = said[plan.restored.content or ""], said.get(plan.head.content or "")
    if why := uncitable(act.connection, restored):
        return why
    left = {*about(restored)} - {*(about(now) if now else ())}
    gone = [id_ for id_, head in act.heads(RecordKind.STATEMENT, left).items() if head.state is State.ERASED]
    return Reason("the statement %(id)s was erased", {"id": repr(min(gone))}) if gone else None


def _put(plan: Plan) -> Put:
    head, restored = plan
    if restored is None:
        return Put(record_id=head.record_id, state=State.RETIRED, restores=0)
    return Put(
        record_id=head.record_id,
        content=restored.content,
        state=restored.state,
        superseded_by=restored.superseded_by,
        expires=restored.expires,
        restores=restored.revision,
        restored=restored,
    )


def expired(connection: sa.Connection, today: str) -> list[Head]:
    """The published records whose last day is past, those that refer to others first."""
    late = sa.select(heads).where(heads.c.state == State.PUBLISHED.value, heads.c.expires < today)
    found = [head_in(row) for row in connection.execute(late)]
    return sorted(found, key=lambda head: (LAST_FIRST.index(head.kind), head.record_id))


def retire(act: Act, due: list[Head]) -> None:
    """Retire records."""
    for kind in LAST_FIRST:
        ours = [head for head in due if head.kind is kind and not needed_by(act.connection, kind, head.record_id)]
        retired = [
            Put(record_id=head.record_id, state=State.RETIRED, superseded_by=head.superseded_by, expires=head.expires)
            for head in ours
        ]
        act.put(kind, retired)
