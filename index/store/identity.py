"""Finding a record again whose text was corrected.

A review is known by its publisher and address, or by the table and the statement that a row of it rates; a statement by its only
review. A row's reviewer is known in other tables, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from index.kinds import PUBLISHER, RecordKind, State
from index.ledger.entries import Record, review_key, table_review_key
from index.records import Batch, Review, Source, Statement
from index.store.recorded import current, heads_of, linked_to
from index.store.same_table import reviews_of_tables
from index.store.tables import chunks, keys
from index.store.writing import dangling
from index.tiers import plain


class Reviewed(NamedTuple):
    """A review with what it came with; without its statement where that is loaded already."""

    source: Source
    statement: Statement | None
    review: Review


class Rated(msgspec.Struct):
    """What is known of a statement that rows of one table rate.

    Attributes:
        ids: of the reviews that such rows had before.
        waiting: reviews of which it is not known yet which of these they are.
        placed: reviews that are known by their address: where one of these rows was loaded without it, they stand for that one.
    """

    ids: set[str] = msgspec.field(default_factory=set)
    waiting: list[tuple[Source, Review]] = msgspec.field(default_factory=list)
    placed: list[tuple[Source, Review]] = msgspec.field(default_factory=list)


class Identities:
    """Sorts out which reviews of a file are known under another id.

    A page can review several claims. So a review whose very id is known is that one; the others wait until all of the file was
    seen, and where one is left over on either side, they are the same. A review without an address is known by its table and its
    statement: a row of this table gives it one, and the reviewer whom it did not name. If a review on record has that address
    already, it stands for the other one from then on.

    Attributes:
        replaced: id of a review without an address -> that of the one that stands for it, known once all is resolved.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._seen: dict[str, set[str]] = {}
        self._here: set[str] = set()
        self._waiting: dict[str, list[tuple[Source, Review]]] = {}
        self._rated: dict[str, Rated] = {}
        self._held: dict[str, Statement] = {}  # what only reviews that wait are about
        self.replaced: dict[str, str] = {}

    def sorted_out(self, batch: Batch) -> Batch:
        """What of a batch can be loaded at once; what is of a known address or row, but not known, waits."""
        sources = self._cited(batch)
        known = self._known(review_key(review) for review in batch.reviews if review.citation.url)
        rows = self._rows(batch, sources)
        here, later = list[Review](), set[str]()
        for review in batch.reviews:
            source, key = sources[review.citation.source_id], review_key(review)
            at = known.get(key, set()) if review.citation.url else set[str]()
            ids = rows.get(review.id, set())
            rated = self._rated.setdefault(review.statement_id, Rated()) if ids else Rated()
            rated.ids |= ids
            if at:
                rated.placed.append((source, review))
            if review.id in at or (not at and (review.id in ids or not ids - self._here)):
                self._seen.setdefault(key, set()).add(review.id)
                self._here.add(review.id)
                here.append(review)
            else:
                (self._waiting.setdefault(key, []) if at else rated.waiting).append((source, review))
                later.add(review.statement_id)
        needed = {review.statement_id for review in here}
        now = [statement for statement in batch.statements if statement.id not in later - needed]
        now += [self._held.pop(id_) for id_ in sorted(needed & self._held.keys())]
        self._held |= {statement.id: statement for statement in batch.statements if statement.id in later - needed}
        return Batch(batch.sources, now, self._as_cited_here(here, sources))

    def _cited(self, batch: Batch) -> dict[str, Source]:
        """The sources that a batch brings, and those on record that its reviews cite, by id.

        Raises:
            StoreUnavailable: if a review cites one that is neither.
        """
        found = {source.id: source for source in batch.sources}
        missing = {one.citation.source_id for one in batch.reviews} - found.keys()
        on_record = current(self._connection, RecordKind.SOURCE, missing)
        found |= {id_: source for id_, source in on_record.items() if isinstance(source, Source)}
        if missing := missing - found.keys():
            raise dangling(RecordKind.SOURCE, missing)
        return found

    def resolved(self) -> Batch:
        """What waited, each under the id by which it is known."""
        known = self._known(self._waiting)
        found: list[Reviewed] = []
        placed: dict[str, str] = {}  # id in the file -> id on record
        for key, waiting in self._waiting.items():
            left = known.get(key, set()) - self._seen.get(key, set())
            if len(waiting) == len(left) == 1:
                found.append(self._found(self._reviewed(*waiting[0]), left.pop()))
                placed[waiting[0][1].id] = found[-1].review.id
            else:  # one page, and another of its claims
                for source, review in waiting:
                    rated = self._rated.setdefault(review.statement_id, Rated())
                    rated.placed = [one for one in rated.placed if one[1].id != review.id]
                    rated.waiting.append((source, review))
        for rated in self._rated.values():
            found += self._rows_resolved(rated, placed)
        sources = {one.source.id: one.source for one in found}
        statements = {one.statement.id: one.statement for one in found if one.statement}
        return Batch(list(sources.values()), list(statements.values()), self._as_cited_here([one.review for one in found], sources))

    def _reviewed(self, source: Source, review: Review) -> Reviewed:
        return Reviewed(source, self._held.get(review.statement_id), review)

    def _rows_resolved(self, rated: Rated, placed: Mapping[str, str]) -> list[Reviewed]:
        """Reviews that rows of one table have of one statement, as those on record: what has an address is one that has none."""
        here = current(self._connection, RecordKind.REVIEW, rated.ids - self._here - {*placed.values()})
        left = {id_: one for id_, one in here.items() if isinstance(one, Review)}
        at_others = [one for one in rated.placed if placed.get(one[1].id, one[1].id) not in rated.ids]
        same = self._paired([*rated.waiting, *at_others], left)
        for _, review in at_others:
            id_ = placed.get(review.id, review.id)
            other = current(self._connection, RecordKind.REVIEW, [id_]).get(id_)
            if (old := same.get(review.id)) and isinstance(other, Review) and other.statement_id == left[old].statement_id:
                self.replaced[old] = id_
        found = [self._reviewed(source, review) for source, review in rated.waiting]
        return [self._found(one, same[one.review.id]) if one.review.id in same else one for one in found]

    def _paired(self, ours: Sequence[tuple[Source, Review]], left: Mapping[str, Review]) -> dict[str, str]:
        """Id in the file -> id on record: by who says it; what is then left on either side, if one of the two names nobody."""
        cited = current(self._connection, RecordKind.SOURCE, {one.citation.source_id for one in left.values()})
        free = {id_: _said_by(one, cited.get(one.citation.source_id)) for id_, one in left.items()}
        found: dict[str, str] = {}
        waiting: list[tuple[Review, str]] = []
        for source, review in ours:
            name = _said_by(review, source)
            same = next((id_ for id_ in sorted(free) if free[id_] == name and _fit(review, left[id_])), None)
            if same:
                found[review.id] = same
                free.pop(same)
            else:
                waiting.append((review, name))
        fitting = [id_ for id_ in free if any(_fit(review, left[id_]) for review, _ in waiting)]
        if len(waiting) == len(fitting) == 1 and not (waiting[0][1] and free[fitting[0]]):
            found[waiting[0][0].id] = fitting[0]
        return found

    def _as_cited_here(self, reviews: list[Review], sources: Mapping[str, Source]) -> list[Review]:
        """The reviews; those without an address cite what they cite here: a table that tells no address takes none away."""
        here = current(self._connection, RecordKind.REVIEW, [review.id for review in reviews if review.citation.url is None])
        found = list[Review]()
        for review in reviews:
            old = here.get(review.id)
            if isinstance(old, Review) and old.citation.source_id != review.citation.source_id:
                self._seen.setdefault(review_key(old), set()).add(old.id)
                named = _said_by(review, sources[review.citation.source_id])
                reviewer = review.reviewer if named else old.reviewer
                found.append(msgspec.structs.replace(review, citation=old.citation, reviewer=reviewer, via=old.via))
            else:
                found.append(review)
        return found

    def _rows(self, batch: Batch, sources: Mapping[str, Source]) -> dict[str, set[str]]:
        """Id of a review in the file -> ids of those that rows had of its statement: rows of its table; and of any other one from
        the same site, or of this desk, those that name the same reviewer."""
        keys_of = {one.id: [table_review_key(table, one.statement_id) for table in batch.tables] for one in batch.reviews}
        known = self._known(key for some in keys_of.values() for key in some)
        found = {id_: {one for key in some for one in known.get(key, ())} for id_, some in keys_of.items()}
        new = [one for one in batch.reviews if one.citation.url is None and one.id not in found[one.id]]
        named = [(one, name, source) for one in new if (name := _said_by(one, source := sources[one.citation.source_id]))]
        others = reviews_of_tables(self._connection, {one.statement_id for one, _, _ in named})
        for review, name, source in named:
            of_it = others.get(review.statement_id, [])
            found[review.id] |= {one.id for one, table in of_it if table.site == source.site and plain(one.reviewer.name) == name}
        heads = heads_of(self._connection, RecordKind.REVIEW, {one for some in found.values() for one in some})
        return {id_: {one for one in some if one == id_ or not heads[one].undone} for id_, some in found.items()}

    def _known(self, wanted: Iterable[str]) -> dict[str, set[str]]:
        """Key -> ids of the reviews that ever had it."""
        found: dict[str, set[str]] = {}
        for some in chunks(set(wanted)):
            query = sa.select(keys.c.key, keys.c.record_id).where(keys.c.key.in_(some), keys.c.kind == RecordKind.REVIEW.value)
            for row in self._connection.execute(query):
                found.setdefault(row.key, set()).add(row.record_id)
        return found

    def _found(self, waits: Reviewed, review_id: str) -> Reviewed:
        """The same review under the id that it has, and its statement likewise if nothing else depends on that."""
        old = current(self._connection, RecordKind.REVIEW, [review_id]).get(review_id)
        if not isinstance(old, Review):  # its content was erased
            return Reviewed(waits.source, None, msgspec.structs.replace(waits.review, id=review_id))
        review = msgspec.structs.replace(waits.review, id=review_id)
        if waits.statement is None or not self._corrects(waits.statement, old):
            return Reviewed(waits.source, waits.statement, review)
        statement = msgspec.structs.replace(waits.statement, id=old.statement_id)
        return Reviewed(waits.source, statement, msgspec.structs.replace(review, statement_id=old.statement_id))

    def _corrects(self, statement: Statement, review: Review) -> bool:
        """Whether the statement is that of the known review with another text: only this review brought it and depends on it."""
        heads = heads_of(self._connection, RecordKind.STATEMENT, [statement.id, review.statement_id])
        if statement.id in heads or heads[review.statement_id].state is State.ERASED:
            return False
        old = current(self._connection, RecordKind.STATEMENT, [review.statement_id])[review.statement_id]
        linked = linked_to(self._connection, RecordKind.STATEMENT, [review.statement_id])
        alone = linked == {RecordKind.REVIEW: {review.id}}
        return alone and isinstance(old, Statement) and old.citations[0].source_id == statement.citations[0].source_id


def _nobody_named(review: Review, source: Source) -> bool:
    """Whether a table named no reviewer: then its own name stands there, or the site of the review's address."""
    return review.reviewer.name in ((source.site,) if source.id.startswith(PUBLISHER) else (source.title, source.publisher))


def _said_by(review: Review, source: Record | None) -> str:
    """Who says it, without case; empty if a table named nobody."""
    return "" if isinstance(source, Source) and _nobody_named(review, source) else plain(review.reviewer.name)


def _fit(review: Review, old: Review) -> bool:
    """Whether they can be the same: not if either has an address already."""
    return review.citation.url is None or old.citation.url is None
