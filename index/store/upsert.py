"""How files get into the store: what is new is added, what is different is changed, what a person changed is left.

A person's change wins over an import: where a file says something else than it did when it was last imported, and somebody
changed the record meanwhile, the record stays, and the difference is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from index.kinds import RecordKind, State
from index.ledger.differences import differences
from index.ledger.entries import KINDS, Head, RecordT, about, cites
from index.records import Batch, Document, Refutation, Review, Source, Statement
from index.store.identity import Identities
from index.store.recorded import heads_of, records_of
from index.store.reports import Kept, LoadReport
from index.store.writing import Act, Put


class Import:
    """One import. `finish` ends it."""

    def __init__(self, act: Act, report: LoadReport) -> None:
        self._act, self._report = act, report
        self._identities = Identities(act.connection)
        self._left: set[str] = set()

    def document(self, document: Document) -> None:
        """Add or update every record of a document."""
        self._take(Source, [document.source])
        self._take(Statement, document.statements)
        self._take(Refutation, document.refutations)

    def batch(self, batch: Batch) -> None:
        """Add or update what a batch holds; sources that are there, and statements of other sources, stay as they are."""
        self._load(self._identities.sorted_out(batch))

    def finish(self) -> None:
        """Take what had to wait until the whole file was read."""
        self._load(self._identities.resolved())

    def _load(self, batch: Batch) -> None:
        self._take(Source, batch.sources, keep=lambda _old, _new: True)
        self._take(Statement, batch.statements, keep=lambda old, new: _owner(old) != _owner(new))
        self._take(Review, batch.reviews)

    def _take(
        self, model: type[RecordT], records: Sequence[RecordT], keep: Callable[[RecordT, RecordT], bool] = lambda _old, _new: False
    ) -> None:
        """Import records of one kind.

        Args:
            keep: whether a record stays as it is, and is not told of.
        """
        kind = KINDS[model]
        heads = heads_of(self._act.connection, kind, [record.id for record in records])
        hashes = {one for head in heads.values() for one in (head.content, head.imported)}
        said: Mapping[str, RecordT] = records_of(self._act.connection, kind, hashes)  # type: ignore[assignment]
        unpublished = self._unpublished(records)
        kept = [record for record in records if not self._left_out(record, heads.get(record.id), unpublished)]
        puts = [self._put(record, heads.get(record.id), said, keep) for record in kept]
        self._act.put(kind, [put for put in puts if put])

    def _left_out(self, record: RecordT, head: Head | None, unpublished: set[str]) -> bool:
        """Whether a record refers to what is not published; then that is told."""
        lost = unpublished.intersection(cites(record)) | unpublished.intersection(about(record))
        if lost:
            told = f"it refers to {min(lost)!r}, which is not published here"
            self._left.add(record.id)
            self._report.kept.append(Kept(record.id, head.state if head else None, [told]))
        return bool(lost)

    def _unpublished(self, records: Sequence[RecordT]) -> set[str]:
        """Ids of cited sources that somebody retired here, and of what was left out because of that."""
        heads = heads_of(self._act.connection, RecordKind.SOURCE, {id_ for record in records for id_ in cites(record)})
        return {id_ for id_, head in heads.items() if head.state is not State.PUBLISHED} | self._left

    def _put(
        self, record: RecordT, head: Head | None, said: Mapping[str, RecordT], keep: Callable[[RecordT, RecordT], bool]
    ) -> Put | None:
        put = Put(record_id=record.id, record=record, expires=head.expires if head else None)
        if head is None or head.undone:
            self._report.added.append(record.id)
            return put
        old, imported = said.get(head.content or ""), said.get(head.imported or "")
        if old is not None and keep(old, record):
            return None
        if imported == record or (old == record and head.state is State.PUBLISHED):
            self._report.unchanged.append(record.id)
        elif head.as_imported:
            self._report.changed.append(record.id)
            return put
        else:
            told = [change.told() for change in differences(old, record)] if old is not None else []
            self._report.kept.append(Kept(record.id, head.state, told))
        return None


def _owner(statement: Statement) -> str:
    return statement.citations[0].source_id
