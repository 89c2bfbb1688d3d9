"""The catalogue: which row of the indexes stands for which text of which record, and where it leads to."""

from __future__ import annotations

import bisect
import copy
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from index.kinds import PassageKind, Stance
from index.models.encoders import ENGLISH
from index.records import Passage
from index.search.rows import RowArray
from index.text.cleaning import bare_words

Answers = Mapping[str, Mapping[str, Stance]]
"""Refutation id -> ids of the statements that it answers, with how."""

Order = tuple[bool, tuple[list[int | str], str]]

SUMS = 2**256
GAP = 32
"""Bits of a document's order that are left free for those that come between it and the one before."""


class Record(NamedTuple):
    """A statement or a refutation."""

    refutes: bool
    id: str

    def order(self) -> Order:
        """What records are sorted by: statements first, then by id."""
        return self.refutes, id_order(self.id)


class Allowed(NamedTuple):
    """The only rows to consider in each index; None for all."""

    vectors: RowArray | None = None
    english: RowArray | None = None
    words: RowArray | None = None


class Change(NamedTuple):
    """What a change of records does to the indexes.

    Attributes:
        gone, gone_english, gone_documents: what to remove from those with a row a passage, from the English one, and from the
            one of words.
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

    Rows are as in `index.search.rows`: a record that changes gives up its rows and gets new ones.

    Attributes:
        passages: by row, the removed ones too.
        led_to: row -> ids of the statements that it leads to; those that a refutation denies before those that it counters.
        rows_of: statement id -> rows that lead to it, by the record that they belong to: itself or a refutation that answers it.
        refutation: whether each row is a refutation's text, bool, shape (rows,).
        english_rows: place in the English index -> row.
        english_places: row -> place in the English index, -1 for rows in other languages.
        document_rows: place in the index of words -> one of the document's rows; a document is all passages of a record in one
            language together.
        document_places: row -> place in the index of words.
        document_order: place in the index of words -> a number; by these the documents stand as if all were numbered anew.
        twins: statement id -> the lowest id of the statements whose texts have the same words.
        held: how many rows there are, the removed ones not counted.
        unsettled: how many rows were added or removed since all were numbered in their order.
    """

    def __init__(self) -> None:
        """Without any record."""
        self.passages: list[Passage] = []
        self.led_to: list[tuple[str, ...]] = []
        self.rows_of: dict[str, dict[Record, range]] = {}
        self.refutation = np.zeros(0, bool)
        self.english_rows = self.english_places = self.document_rows = self.document_places = np.zeros(0, np.int64)
        self.document_order = np.zeros(0, np.int64)
        self.twins: dict[str, str] = {}
        self.held = self.unsettled = 0
        self._records: dict[Record, range] = {}
        self._answers: dict[str, dict[str, Stance]] = {}
        self._same: dict[bytes, list[str]] = {}  # digest of a text's words -> the statements, by id
        self._numbers: dict[str, int] = {}  # statement id -> its number in `_leading`
        self._leading = np.zeros((2, 0), np.int64)  # rows, and the numbers of statements that they lead to
        self._sum = 0
        self._settled = 0  # documents that stand in their order; the others, in theirs:
        self._later: list[tuple[int, Order, int]] = []  # the place before which it belongs, its record's order, its own place

    @property
    def content(self) -> str:
        """Names what all records say and answer, whatever the order in which they came: 64 hex digits."""
        return f"{self._sum:064x}"

    def __contains__(self, record: object) -> bool:
        """Whether a record is held."""
        return record in self._records

    def records(self) -> tuple[list[Passage], Answers]:
        """All passages, in the order that rows have in a catalogue made anew, and all answers."""
        in_order = sorted(self._records, key=Record.order)
        return [self.passages[row] for one in in_order for row in self._records[one]], self._answers

    def changed(self, passages: Sequence[Passage], answers: Answers, away: Iterable[Record] = ()) -> tuple[Catalogue, Change]:
        """The catalogue after records were added, changed or taken away, and what that does to the indexes.

        Args:
            passages: all of each record that was added or changed, its own text first.
            answers: all of each refutation among them.
            away: records that are no longer there; those that never were are passed over.
        """
        grouped: dict[Record, list[Passage]] = {}
        for passage in passages:
            grouped.setdefault(record_of(passage), []).append(passage)
        in_order = sorted({*grouped, *(one for one in away if one in self._records)}, key=Record.order)
        gone = np.array([row for one in in_order for row in self._records.get(one, ())], np.int64)
        new = copy.copy(self)
        for name in ("passages", "led_to", "rows_of", "twins", "_records", "_answers", "_same", "_numbers"):
            setattr(new, name, copy.copy(getattr(self, name)))
        for one in in_order:
            if one in self._records:
                new._forget(one)
            if one in grouped:
                new._learn(one, grouped[one], answers.get(one.id, {}) if one.refutes else {})
        return new, new._number(gone)

    def _forget(self, record: Record) -> None:
        rows = self._records.pop(record)
        self.held -= len(rows)
        self._sum = (self._sum - self._digest(record, rows)) % SUMS
        (self._answers if record.refutes else self.twins).pop(record.id)
        for id_ in self.led_to[rows[0]]:
            self.rows_of[id_] = {other: some for other, some in self.rows_of[id_].items() if other != record}
            if not self.rows_of[id_]:
                del self.rows_of[id_]
        if not record.refutes:
            same = _words(self.passages[rows[0]])
            left = [id_ for id_ in self._same[same] if id_ != record.id]
            self._same[same] = left
            if left and self.twins[left[0]] == record.id:
                self.twins |= dict.fromkeys(left, left[0])
            if not left:
                del self._same[same]

    def _learn(self, record: Record, passages: Sequence[Passage], answers: Mapping[str, Stance]) -> None:
        rows = self._records[record] = range(len(self.passages), len(self.passages) + len(passages))
        self.held += len(rows)
        self.passages += passages
        led_to = [record.id]
        if record.refutes:
            led_to = sorted(answers, key=lambda id_: (answers[id_] is not Stance.DENIES, id_order(id_)))
            self._answers[record.id] = {id_: answers[id_] for id_ in led_to}
        self.led_to += [tuple(led_to)] * len(rows)
        self._sum = (self._sum + self._digest(record, rows)) % SUMS
        for id_ in led_to:
            self._numbers.setdefault(id_, len(self._numbers))
            leading = self.rows_of.get(id_, {}) | {record: rows}
            self.rows_of[id_] = dict(sorted(leading.items(), key=lambda item: item[0].order())) if len(leading) > 1 else leading
        if not record.refutes:
            twins = list(self._same.get(_words(passages[0]), ()))
            bisect.insort(twins, record.id, key=id_order)
            self._same[_words(passages[0])] = twins
            self.twins |= dict.fromkeys(twins if twins[0] == record.id else [record.id], twins[0])

    def _digest(self, record: Record, rows: range) -> int:
        said = [self.passages[row] for row in rows]
        answered = sorted(self._answers.get(record.id, {}).items()) if record.refutes else []
        return int.from_bytes(hashlib.sha256(msgspec.json.encode((said, answered))).digest())

    def _number(self, gone: RowArray) -> Change:
        """Give the passages that are new their places in all indexes."""
        first, settled = len(self.refutation), len(self.document_rows)
        fresh = self.passages[first:]
        english = np.flatnonzero([passage.language == ENGLISH for passage in fresh])
        groups: dict[tuple[Record, str], list[int]] = {}
        for place, passage in enumerate(fresh):
            groups.setdefault((record_of(passage), passage.language), []).append(place)
        documents = list(groups.values())
        english_places, document_places = np.full(len(fresh), -1), np.zeros(len(fresh), np.int64)
        english_places[english] = len(self.english_rows) + np.arange(len(english))
        for number, places in enumerate(documents, settled):
            document_places[places] = number
        pairs = [(row, self._numbers[id_]) for row, ids in enumerate(self.led_to[first:], first) for id_ in ids]
        self._leading = np.hstack([self._leading, np.array(pairs, np.int64).reshape(-1, 2).T])
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
            return record_of(self.passages[self.document_rows[document]]).order()

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
        """The rows of each index that lead to any of these statements, among them removed ones; all for None."""
        if statement_ids is None:
            return Allowed()
        known = [number for number in map(self._numbers.get, statement_ids) if number is not None]
        wanted, leading = np.zeros(len(self._numbers), bool), np.zeros(len(self.passages), bool)
        wanted[known] = True
        leading[self._leading[0][wanted[self._leading[1]]]] = True
        rows = np.flatnonzero(leading)
        english = self.english_places[rows]
        return Allowed(rows, english[english >= 0], np.flatnonzero(leading[self.document_rows]))

    def statements_at(self, rows: Iterable[int]) -> set[str]:
        """The statements that these rows lead to."""
        return {id_ for row in rows for id_ in self.led_to[row]}

    def rows_leading_to(self, statement_ids: Iterable[str]) -> RowArray:
        """The rows that lead to any of these statements, ascending."""
        rows = {row for id_ in statement_ids for some in self.rows_of[id_].values() for row in some}
        return np.array(sorted(rows), dtype=np.int64)

    def in_order(self) -> tuple[RowArray, RowArray, RowArray]:
        """What is held, in the order of a catalogue made anew: rows, places in the English index, places in the index of words."""
        rows = np.array([row for one in sorted(self._records, key=Record.order) for row in self._records[one]], np.int64)
        english = self.english_places[rows]
        return rows, english[english >= 0], np.array(list(dict.fromkeys(self.document_places[rows].tolist())), np.int64)


def is_refutation(passage: Passage) -> bool:
    """Whether the passage is the text of a refutation rather than of a statement."""
    return passage.kind is PassageKind.REFUTATION


def record_of(passage: Passage) -> Record:
    """The record that a passage belongs to."""
    return Record(is_refutation(passage), passage.record_id)


def id_order(record_id: str) -> tuple[list[int | str], str]:
    """What ids are sorted by: numbers in them by their value, so that claim-9 comes before claim-10."""
    parts = re.split(r"([0-9]+)", record_id)
    return [int(part) if part.isdecimal() and place % 2 else part for place, part in enumerate(parts)], record_id


def _words(passage: Passage) -> bytes:
    return hashlib.sha256(bare_words(passage.text).encode()).digest()
