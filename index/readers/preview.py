"""What a load would do, record by record, for a person to look at before it is done."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from index.errors import Reason
from index.ledger.differences import differences, short
from index.readers import reasons
from index.readers.table_records import Record
from index.records import Review, Statement
from index.store.reports import LoadReport
from index.store.store import StatementStore

SHOWN = 10
"""Records of one sort that are described."""


class Change(msgspec.Struct, frozen=True):
    """What would become of one record.

    Attributes:
        file: what it is called.
        where: the line or element in it.
        what: the claim, or the rating with who gives it.
        said: what would change, field by field; empty if the record is new.
    """

    file: str
    where: Reason
    record_id: str
    what: str | Reason
    said: list[Reason] = []

    @property
    def place(self) -> str:
        """The file, and the line or element in it, in English."""
        return f"{self.file}: {self.where}"

    @property
    def text(self) -> str:
        """The claim, or the rating with who gives it, in English; cut if it is long."""
        return short(str(self.what))

    @property
    def differences(self) -> list[str]:
        """What would change, in English."""
        return [str(one) for one in self.said]


class Preview:
    """Remembers what a file says, until it is known what is new in it."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._records: dict[str, tuple[Reason, Statement | Review]] = {}

    def add(self, place: Reason, record: Record) -> None:
        """Remember a record; of one that stands there again, the first."""
        _, statement, review = record
        self._records.setdefault(statement.id, (place, statement))
        if review:
            self._records.setdefault(review.id, (place, review))

    def statements(self, ids: Iterable[str]) -> list[Statement]:
        """The statements among records with these ids."""
        found = (self._records[id_][1] for id_ in ids if id_ in self._records)
        return [record for record in found if isinstance(record, Statement)]

    def changes(self, store: StatementStore, loaded: LoadReport) -> list[Change]:
        """The first records that would be added, then those that would be changed."""
        added = [id_ for id_ in loaded.added if id_ in self._records][:SHOWN]
        changed = [id_ for id_ in loaded.changed if id_ in self._records][:SHOWN]
        about = {one.id if isinstance(one, Statement) else one.statement_id for _, one in map(self._records.__getitem__, changed)}
        dossiers = list(store.dossiers(about).values())
        stored: dict[str, Statement | Review] = {dossier.statement.id: dossier.statement for dossier in dossiers}
        stored |= {review.id: review for dossier in dossiers for review in dossier.reviews}
        return [self._change(id_, None) for id_ in added] + [self._change(id_, stored.get(id_)) for id_ in changed]

    def _change(self, id_: str, before: Statement | Review | None) -> Change:
        place, record = self._records[id_]
        what = record.text if isinstance(record, Statement) else _rated(record)
        said = [change.told() for change in differences(before, record)] if before else []
        return Change(self._file, place, id_, what, said)


def _rated(review: Review) -> Reason:
    reviewer, rating = review.reviewer.name, review.rating
    if rating.original:
        return reasons.RATED.of(reviewer=reviewer, words=rating.original, rated=rating.rated)
    return reasons.RATED_WITHOUT_WORDS.of(reviewer=reviewer, rated=rating.rated)
