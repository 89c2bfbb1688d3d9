"""What a record refers to must be there, and published where the record is."""

from __future__ import annotations

from collections.abc import Iterator

from index.errors import Reason
from index.kinds import RecordKind, State
from index.ledger.entries import Record, about, cites
from index.rules import Broken
from index.store.recorded import GONE
from index.store.writing import Act, Put

NO_SOURCE = Reason("no source has the id %(id)s")
NOT_THERE = {
    RecordKind.SOURCE: Reason("no source that is not retired has the id %(id)s"),
    RecordKind.STATEMENT: Reason("no statement that is not retired has the id %(id)s"),
    RecordKind.REFUTATION: Reason("no refutation that is not retired has the id %(id)s"),
    RecordKind.REVIEW: Reason("no review that is not retired has the id %(id)s"),
}


def missing_references(act: Act, kind: RecordKind, record: Record, put: Put) -> Iterator[Broken]:
    """What a record refers to, and is not there."""
    if put.state is not State.RETIRED:
        yield from _sources(act, record, put.state)
        yield from _statements(act, kind, record)
    if put.superseded_by is not None:
        heads = act.heads(kind, [put.superseded_by])
        if put.superseded_by == record.id:
            yield Broken("superseded_by", Reason("is the record itself"))
        elif put.superseded_by not in heads or heads[put.superseded_by].state in GONE:
            yield Broken("superseded_by", NOT_THERE[kind].of(id=repr(put.superseded_by)))


def _sources(act: Act, record: Record, state: State) -> Iterator[Broken]:
    field, heads = "citation" if hasattr(record, "citation") else "citations", act.heads(RecordKind.SOURCE, cites(record))
    for id_ in cites(record):
        if id_ not in heads or heads[id_].state in GONE:
            yield Broken(field, NO_SOURCE.of(id=repr(id_)))
        elif state is State.PUBLISHED and heads[id_].state is not State.PUBLISHED:
            yield Broken(field, Reason("the source %(id)s is not published", {"id": repr(id_)}))


def _statements(act: Act, kind: RecordKind, record: Record) -> Iterator[Broken]:
    heads = act.heads(RecordKind.STATEMENT, about(record))
    for id_ in about(record):
        if id_ not in heads or heads[id_].state is State.ERASED:
            field = (
                "statement_id" if kind is RecordKind.REVIEW else "denies" if id_ in getattr(record, "denies", ()) else "counters"
            )
            yield Broken(field, Reason("no statement has the id %(id)s", {"id": repr(id_)}))
