"""Finding a record again whose text was corrected.

A review is known by its publisher and address, or by the table and the statement that a row of it rates; a statement by its only
review.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from index.kinds import PUBLISHER, RecordKind, State
from index.ledger.entries import review_key, row_key, table_review_key
from index.records import Batch, Review, Source, Statement
from index.store.recorded import current, heads_of, linked_to, records_of
from index.store.tables import chunks, keys


class Reviewed(NamedTuple):
    """A review with what it came with; without its statement where that is loaded already."""

    source: Source
    statement: Statement | None
    review: Review


class Identities:
    """Sorts out which reviews of a file are known under another id.

    A page can review several claims. So a review whose very id is known is that one; the others wait until all of the file was
    seen, and where one is left over on either side, they are the same. A review without an address is known by its table and its
    statement: a row of this table gives it one, and the reviewer whom it did not name.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._seen: dict[str, set[str]] = {}
        self._waiting: dict[str, list[tuple[Source, Review]]] = {}
        self._held: dict[str, Statement] = {}  # what only reviews that wait are about

    def sorted_out(self, batch: Batch) -> Batch:
        """What of a batch can be loaded at once; what is of a known address or row, but not known, waits."""
        by_key = {review.id: review_key(review) for review in batch.reviews}
        by_row = {review.id: table_review_key(batch.table, review.statement_id) for review in batch.reviews if batch.table}
        known = self._known([*by_key.values(), *by_row.values()])
        sources = {source.id: source for source in batch.sources}
        here, later = list[Review](), set[str]()
        for review in batch.reviews:
            key = by_key[review.id] if known.get(by_key[review.id]) else by_row.get(review.id, by_key[review.id])
            if known.get(key) and review.id not in known[key]:
                self._waiting.setdefault(key, []).append((sources[review.citation.source_id], review))
                later.add(review.statement_id)
            else:
                self._seen.setdefault(by_key[review.id], set()).add(review.id)
                here.append(review)
        needed = {review.statement_id for review in here}
        now = [statement for statement in batch.statements if statement.id not in later - needed]
        now += [self._held.pop(id_) for id_ in sorted(needed & self._held.keys())]
        self._held |= {statement.id: statement for statement in batch.statements if statement.id in later - needed}
        return Batch(batch.sources, now, self._with_addresses(here, sources))

    def _with_addresses(self, reviews: list[Review], sources: Mapping[str, Source]) -> list[Review]:
        """The reviews; those without an address have the one that they have here: a table that tells none takes none away."""
        here = current(self._connection, RecordKind.REVIEW, [review.id for review in reviews if review.citation.url is None])
        found = list[Review]()
        for review in reviews:
            old = here.get(review.id)
            if isinstance(old, Review) and old.citation.url:
                self._seen.setdefault(review_key(old), set()).add(old.id)
                reviewer = old.reviewer if _nobody_named(review, sources[review.citation.source_id]) else review.reviewer
                found.append(msgspec.structs.replace(review, citation=old.citation, reviewer=reviewer, via=old.via))
            else:
                found.append(review)
        return found

    def resolved(self) -> Batch:
        """What waited, each under the id by which it is known."""
        known = self._known(self._waiting)
        found: list[Reviewed] = []
        for key, waiting in self._waiting.items():
            ours = [Reviewed(source, self._held.get(review.statement_id), review) for source, review in waiting]
            left = known.get(key, set()) - self._seen.get(key, set())
            if any(one.review.citation.url is None or review_key(one.review) != key for one in ours):
                found += self._given_addresses(ours, left)
            else:
                found += [self._found(ours[0], left.pop())] if len(ours) == len(left) == 1 else ours
        sources = {one.source.id: one.source for one in found}
        statements = {one.statement.id: one.statement for one in found if one.statement}
        return Batch(list(sources.values()), list(statements.values()), [one.review for one in found])

    def _given_addresses(self, ours: list[Reviewed], left: set[str]) -> list[Reviewed]:
        """Reviews that rows of one table have of one statement, as those without an address that are left: by the reviewer's name;
        what is then left on either side, if one of the two names nobody."""
        here = current(self._connection, RecordKind.REVIEW, left)
        free = {id_: one for id_, one in here.items() if isinstance(one, Review) and one.citation.url is None}
        found, others = list[Reviewed](), list[Reviewed]()
        for one in ours:
            same = next((id_ for id_, old in free.items() if old.reviewer.name == one.review.reviewer.name), None)
            if same:
                free.pop(same)
                found.append(self._found(one, same))
            else:
                others.append(one)
        if len(others) == len(free) == 1:
            ((id_, old),) = free.items()
            cited = current(self._connection, RecordKind.SOURCE, [old.citation.source_id]).get(old.citation.source_id)
            nobody = isinstance(cited, Source) and _nobody_named(old, cited)
            if nobody or _nobody_named(others[0].review, others[0].source):
                return [*found, self._found(others[0], id_)]
        return found + others

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


def table_of(connection: sa.Connection, own: str, rows: Mapping[str, str]) -> str:
    """See `StatementStore.table_of`."""
    by_key = {row_key(own_id): own_id for own_id in rows}
    known: dict[str, str] = {}
    for some in chunks(by_key):
        query = sa.select(keys.c.key, keys.c.record_id).where(keys.c.key.in_(some), keys.c.kind == RecordKind.STATEMENT.value)
        known |= {row.record_id: by_key[row.key] for row in connection.execute(query)}
    heads = heads_of(connection, RecordKind.STATEMENT, known)
    said = records_of(connection, RecordKind.STATEMENT, {one for head in heads.values() for one in (head.content, head.imported)})
    alike: Counter[str] = Counter()
    for id_, head in heads.items():
        texts = {one.text for hash_ in (head.content, head.imported) if isinstance(one := said.get(hash_ or ""), Statement)}
        if rows[known[id_]] in texts:
            alike[id_.removesuffix(f"-{known[id_]}")] += 1
    if own in alike or not alike:
        return own
    table, count = alike.most_common(1)[0]
    return table if 2 * count >= len(rows) else own
