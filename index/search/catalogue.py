"""The catalogue: which row of the indexes stands for which text of which record, and where it leads to."""

from __future__ import annotations

import bisect
import copy
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec
import numpy as np

from index.kinds import Stance
from index.models.encoders import ENGLISH
from index.records import Passage
from index.search.passages import Order, Passages, Record, id_order, is_refutation, record_of, words_hash
from index.search.rows import RowArray

Answers = Mapping[str, Mapping[str, Stance]]
"""Refutation id -> ids of the statements that it answers, with how."""

SUMS = 2**256
GAP = 32
"""Bits of a document's order that are left free for those that come between it and the one before."""


class Allowed(NamedTuple):
    """The only rows to consider in each index; None for all."""

    vectors: RowArray | None = None
    english: RowArray | None = None
    words: RowArray | None = None


class Change(NamedTuple):
    """What a change of records does to the indexes.

    Attributes:
        gone, gone_english, gone_documents: what to remove from those with a row a passage, the English one, and the one of words.
        passages: what to add, in the order of their rows.
        english: the ones of these that are in English, as places in `passages`.
        documents: the documents that these make, as places in `passages`.
    """

    gone: RowArray
    gone_english: RowArray
    gone_documents: RowArray
    passages: list[Passage]
    english: RowArray
    documents: list[list[int]]


class Catalogue:
    """What the rows stand for. It never changes: `changed` gives another one.

    Rows are as in `index.search.rows`: a record that changes gives up its rows and gets new ones, one after the other.

    Attributes:
        passages: by row, the removed ones too.
        refutation: whether each row is a refutation's text, bool, shape (rows,).
        english_rows: place in the English index -> row.
        english_places: row -> place in the English index, -1 for rows in other languages.
        document_rows: place in the index of words -> one of the document's rows; a document is a record's passages in one language.
        document_places: row -> place in the index of words.
        document_order: place in the index of words -> a number; by these the documents stand as if all were numbered anew.
        held: how many rows there are, the removed ones not counted.
        unsettled: how many rows were added or removed since all were numbered in their order.
    """

    def __init__(self) -> None:
        """Without any record."""
        self.passages = Passages()
        self.refutation = np.zeros(0, bool)
        self.english_rows = self.english_places = self.document_rows = self.document_places = np.zeros(0, np.int64)
        self.document_order = np.zeros(0, np.int64)
        self.held = self.unsettled = 0
        self._first: tuple[dict[str, int], dict[str, int]] = ({}, {})  # id -> first row, of statements and of refutations
        self._ids: list[str] = []  # by row, its record's
        self._ends = np.zeros(0, np.int64)  # row -> the row after the last one of its record
        self._answers: dict[str, dict[str, Stance]] = {}
        self._answered: dict[str, list[str]] = {}  # statement id -> ids of the refutations that answer it, in their order
        self._same: dict[int, str | list[str]] = {}  # hash of a text's words -> the statement, or the statements, by id
        self._twins: dict[str, str] = {}  # of statements that have twins -> the lowest id of these
        self._sum = 0
        self._settled = 0  # documents that stand in their order; the others, in theirs:
        self._later: list[tuple[int, Order, int]] = []  # the place before which it belongs, its record's order, its own place

    def __contains__(self, record: Record) -> bool:
        """Whether it has the record."""
        return record.id in self._first[record.refutes]

    @property
    def content(self) -> str:
        """Names what all records say and answer, whatever the order in which they came: 64 hex digits."""
        return f"{self._sum:064x}"

    def leader(self, statement_id: str) -> str:
        """The lowest id of the statements whose texts have the same words."""
        return self._twins.get(statement_id, statement_id)

    def records(self) -> tuple[list[Passage], Answers]:
        """All passages, in the order that rows have in a catalogue made anew, and all answers."""
        return [self.passages[row] for rows in self._in_order() for row in rows], self._answers

    def changed(
        self, passages: Iterable[Passage], answers: Answers, away: Iterable[Record] = (), stored: Passages | None = None
    ) -> tuple[Catalogue, Change]:
        """The catalogue after records were added, changed or taken away, and what that does to the indexes.

        Args:
            passages: all of each record that was added or changed, its own text first.
            answers: all of each refutation among them.
            away: records that are no longer there; those that never were are passed over.
            stored: the same passages in the order of their rows, if there were none before and they are on disk.
        """
        grouped: dict[Record, list[Passage]] = {}
        for passage in passages:
            grouped.setdefault(record_of(passage), []).append(passage)
        in_order = sorted(grouped, key=Record.order)
        old = sorted({one for one in (*grouped, *away) if one in self}, key=Record.order)
        gone = np.array([row for one in old for row in self._rows(one)], np.int64)
        new = copy.copy(self)
        new._first = (dict(self._first[False]), dict(self._first[True]))
        for name in ("_answers", "_answered", "_same", "_twins"):
            setattr(new, name, copy.copy(getattr(self, name)))
        fresh = [passage for one in in_order for passage in grouped[one]]
        new.passages = stored or self.passages.with_more(fresh)
        sizes = [len(grouped[one]) for one in in_order]
        ends = len(self._ends) + np.cumsum(sizes, dtype=np.int64)
        new._ids = [*self._ids, *(passage.record_id for passage in fresh)]
        new._ends = np.concatenate([self._ends, np.repeat(ends, sizes)])
        for one in old:
            new._forget(one)
        for one, end in zip(in_order, ends.tolist(), strict=True):
            new._learn(one, end - len(grouped[one]), grouped[one][0], answers.get(one.id, {}))
        return new, new._number(gone, fresh)

    def _rows(self, record: Record) -> range:
        first = self._first[record.refutes].get(record.id)
        return range(0) if first is None else range(first, int(self._ends[first]))

    def _forget(self, record: Record) -> None:
        rows = self._rows(record)
        self.held -= len(rows)
        self._sum = (self._sum - self._digest(record)) % SUMS
        del self._first[record.refutes][record.id]
        if record.refutes:
            for id_ in self._answers.pop(record.id):
                self._answered[id_] = [other for other in self._answered[id_] if other != record.id]
            return
        same = words_hash(self.passages[rows[0]])
        self._say_the_same(same, [id_ for id_ in self._saying(same) if id_ != record.id])
        self._twins.pop(record.id, None)

    def _learn(self, record: Record, first: int, own: Passage, answers: Mapping[str, Stance]) -> None:
        """Learn of a record whose passages, its own text first, are there from this row on."""
        self._first[record.refutes][record.id] = first
        self.held += len(self._rows(record))
        if record.refutes:
            led_to = sorted(answers, key=lambda id_: (answers[id_] is not Stance.DENIES, id_order(id_)))
            self._answers[record.id] = {id_: answers[id_] for id_ in led_to}
            for id_ in led_to:
                self._answered[id_] = sorted([*self._answered.get(id_, ()), record.id], key=id_order)
        else:
            same = words_hash(own)
            self._say_the_same(same, sorted([*self._saying(same), record.id], key=id_order))
        self._sum = (self._sum + self._digest(record)) % SUMS

    def _saying(self, same: int) -> list[str]:
        found = self._same.get(same, [])
        return [found] if isinstance(found, str) else found

    def _say_the_same(self, same: int, ids: list[str]) -> None:
        if len(ids) > 1:
            self._same[same] = ids
            self._twins |= dict.fromkeys(ids, ids[0])
        elif ids:
            self._same[same] = ids[0]
            self._twins.pop(ids[0], None)
        else:
            del self._same[same]

    def _digest(self, record: Record) -> int:
        said = [self.passages[row] for row in self._rows(record)]
        answered = sorted(self._answers.get(record.id, {}).items()) if record.refutes else []
        return int.from_bytes(hashlib.sha256(msgspec.json.encode((said, answered))).digest())

    def _number(self, gone: RowArray, fresh: list[Passage]) -> Change:
        """Give the passages that are new their places in all indexes."""
        first, settled = len(self.refutation), len(self.document_rows)
        english = np.flatnonzero([passage.language == ENGLISH for passage in fresh])
        groups: dict[tuple[Record, str], list[int]] = {}
        for place, passage in enumerate(fresh):
            groups.setdefault((record_of(passage), passage.language), []).append(place)
        documents = list(groups.values())
        english_places, document_places = np.full(len(fresh), -1), np.zeros(len(fresh), np.int64)
        english_places[english] = len(self.english_rows) + np.arange(len(english))
        for number, places in enumerate(documents, settled):
            document_places[places] = number
        gone_english = self.english_places[gone]
        change = Change(gone, gone_english[gone_english >= 0], np.unique(self.document_places[gone]), fresh, english, documents)
        self.refutation = np.concatenate([self.refutation, np.array([is_refutation(passage) for passage in fresh], bool)])
        self.english_rows = np.concatenate([self.english_rows, first + english])
        self.english_places = np.concatenate([self.english_places, english_places])
        self.document_rows = np.concatenate([self.document_rows, first + np.array([some[0] for some in documents], np.int64)])
        self.document_places = np.concatenate([self.document_places, document_places])
        if first:
            self.unsettled += len(gone) + len(fresh)
        else:
            self._settled = len(self.document_rows)
        self._order(range(max(settled, self._settled), len(self.document_rows)))
        return change

    def _order(self, later: Iterable[int]) -> None:
        """Find the places of documents that came later among those that stand in their order."""

        def order_of(document: int) -> Order:
            return record_of(self.passages[int(self.document_rows[document])]).order()

        found = [(order_of(document), document) for document in later]
        settled = range(self._settled)
        self._later = sorted(
            [*self._later, *((bisect.bisect_left(settled, order, key=order_of), order, document) for order, document in found)]
        )
        self.document_order = np.arange(len(self.document_rows)) << GAP
        for number, (before, _, document) in enumerate(self._later):
            self.document_order[document] = (before << GAP) - (1 << GAP - 1) + number

    def answer_place(self, passage: Passage, statement_id: str) -> int:
        """Of a refutation's passage: the statement's place among those that it answers. 0 for a statement's own."""
        return list(self._answers[passage.record_id]).index(statement_id) if is_refutation(passage) else 0

    def allowed(self, statement_ids: frozenset[str] | None) -> Allowed:
        """The rows of each index that lead to any of these statements; all for None."""
        if statement_ids is None:
            return Allowed()
        rows = self.rows_leading_to(statement_ids)
        english = self.english_places[rows]
        return Allowed(rows, english[english >= 0], np.unique(self.document_places[rows]))

    def statements_at(self, rows: Iterable[int]) -> set[str]:
        """The statements that these rows lead to."""
        some = {*rows}
        refuting = {self._ids[row] for row in some if self.refutation[row]}
        led_to = {id_ for refutation_id in refuting for id_ in self._answers[refutation_id]}
        return led_to | {self._ids[row] for row in some if not self.refutation[row]}

    def statements_led_to(self, row: int) -> Collection[str]:
        """The statements that a row leads to: its own, or those that its refutation answers."""
        return self._answers[self._ids[row]] if self.refutation[row] else (self._ids[row],)

    def record_starts(self, rows: RowArray) -> RowArray:
        """Of rows that ascend, the places at which another record's begin."""
        ends = self._ends[rows]
        return np.flatnonzero(np.concatenate([[True], ends[1:] != ends[:-1]])[: len(rows)])

    def is_before(self, row: int, other: int) -> bool:
        """Whether a row's record comes before another row's."""
        return record_of(self.passages[row]).order() < record_of(self.passages[other]).order()

    def rows_leading_to(self, statement_ids: Collection[str]) -> RowArray:
        """The rows that lead to any of these statements, ascending."""
        statements, refutations = self._first
        answered = self._answered.keys() & statement_ids
        firsts = [first for id_ in statement_ids if (first := statements.get(id_)) is not None]
        firsts += {refutations[id_] for statement_id in answered for id_ in self._answered[statement_id]}
        starts = np.sort(np.array(firsts, np.int64))
        sizes = self._ends[starts] - starts
        return np.asarray(np.arange(sizes.sum()) + np.repeat(starts - (np.cumsum(sizes) - sizes), sizes), np.int64)

    def in_order(self) -> tuple[RowArray, RowArray, RowArray]:
        """What is held, in the order of a catalogue made anew: rows, places in the English index, places in the index of words."""
        rows = np.array([row for some in self._in_order() for row in some], np.int64)
        english = self.english_places[rows]
        return rows, english[english >= 0], np.array(list(dict.fromkeys(self.document_places[rows].tolist())), np.int64)

    def _in_order(self) -> Iterator[range]:
        """The rows of each record, in the order of a catalogue made anew."""
        for refutes, ids in enumerate(self._first):
            for id_ in sorted(ids, key=id_order):
                yield self._rows(Record(bool(refutes), id_))
