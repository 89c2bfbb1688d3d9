"""Words that Milvus keeps: a sparse vector a document.

Milvus finds by the inner product of a query's rarities with each document's impacts: f / (f + k1 (1 - b + b l / m)), see
`index.search.protocols.WordIndex`. The mean length m moves with each document, so impacts are made with the mean of some time, and
what is found gets its true BM25 here. That is exact: a true BM25 is at most so many times the one by impacts as the true mean is
of the other, so it is known when no other document can be among the best. Rarities are worked out here for each query.

Milvus has a BM25 of its own, but its words are others, its statistics are those of each segment, and they forget nothing that is
removed: its scores are not the same.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import murmurhash3_32

from index.search.bm25 import K1, B
from index.search.milvus import saved
from index.search.milvus.collections import Kind, Layout
from index.search.milvus.entries import FURTHEST, Entries, Entry, Found
from index.search.milvus.keys import NOTHING, KeyArray, KeyedRows, key_of
from index.search.rows import FloatArray, RowArray

IMPACTS, NORM = "impacts", "norm"
KIND = Kind(IMPACTS, numbers=(NORM,))
PLACES = 2**32 - 1
"""Places of a sparse vector in Milvus. A word's is its hash: two words of a vocabulary of 100,000 share one about once."""
DRIFT = 1.2
"""With a mean length so many times the one that impacts were made with, or the other way round, they are made anew."""
SLACK = 1 + 1e-5
"""Sums of float32 may be off by as much."""


class Statistics(NamedTuple):
    """Of all that is held.

    Attributes:
        documents: how many there are.
        length: words in all of them together.
        having: a word's place -> how many documents have it.
    """

    documents: int
    length: int
    having: Counter[int]

    @property
    def mean(self) -> float:
        """Words in a document."""
        return max(self.length, 1) / max(self.documents, 1)

    def changed(self, lengths: RowArray, words: Counter[int], sign: int) -> Statistics:
        """With more documents (sign 1) or fewer (-1), of these lengths, where so many have each word."""
        having = self.having.copy()
        for word, count in words.items():
            having[word] += sign * count
        return Statistics(self.documents + sign * len(lengths), self.length + sign * int(lengths.sum()), +having)


class MilvusWordIndex:
    """See `index.search.protocols.WordIndex`; the documents stand in Milvus, here there are their keys and lengths.

    Attributes:
        entries: where; `at` makes a class for each place.
    """

    entries: ClassVar[Entries]

    @classmethod
    def at(cls, entries: Entries) -> type[Self]:
        """The kind of index that keeps its documents there."""
        return type(cls.__name__, (cls,), {"entries": entries})

    def __init__(self) -> None:
        self._keyed = KeyedRows()
        self._lengths = np.zeros(0, np.int64)
        self._all = Statistics(0, 0, Counter())

    @property
    def rows(self) -> int:
        """See `WordIndex.rows`."""
        return self._all.documents

    @property
    def needed(self) -> KeyArray:
        """The keys of all that is held."""
        return self._keyed.held()

    def add(self, documents: Sequence[Sequence[str]]) -> RowArray:
        """See `WordIndex.add`."""
        counted = [Counter(map(place_of, document)) for document in documents]
        lengths = np.array([len(document) for document in documents], np.int64)
        new = self._all.changed(lengths, _having(counted), 1)

        def make(places: Sequence[int], layout: Layout) -> Iterable[Entry]:
            return (entry_of(counted[place], int(lengths[place]), _mean(layout)) for place in places)

        keys = np.array([_key(words) for words in counted], np.int64)
        self.entries.add(keys, make, _layout(new.mean))
        self._lengths, self._all = np.concatenate([self._lengths, lengths]), new
        return self._keyed.give(keys)

    def remove(self, rows: RowArray) -> None:
        """See `WordIndex.remove`; asks Milvus which words the documents have."""
        gone = np.unique(self._keyed.rows.only_held(rows))
        counted = self._counted(gone)
        self._keyed.rows.strike(gone)
        self._all = self._all.changed(self._lengths[gone], _having(counted), -1)

    def copy(self) -> Self:
        """See `WordIndex.copy`."""
        twin = copy.copy(self)
        twin._keyed = self._keyed.copy()
        return twin

    def select(self, rows: RowArray) -> Self:
        """See `WordIndex.select`."""
        self._keyed.rows.check(rows)
        rest = self.copy()
        rest.remove(np.setdiff1d(np.flatnonzero(self._keyed.rows.present), rows))
        chosen = type(self)()
        chosen._keyed.give(self._keyed.keys[rows])
        chosen._lengths, chosen._all = self._lengths[rows], rest._all
        return chosen

    def search(
        self, words: Sequence[str], k: int, allowed: RowArray | None = None, order: RowArray | None = None
    ) -> tuple[FloatArray, RowArray]:
        """See `WordIndex.search`."""
        considered, only, but = self._keyed.considered(allowed)
        known = [place for place in map(place_of, words) if place in self._all.having]
        if k < 1 or not known or not considered.any():
            return np.zeros(0, np.float32), np.zeros(0, np.int64)
        weights = Counter[int]()
        for place, rarity in zip(known, self._rarities(known).tolist(), strict=True):
            weights[place] += rarity
        most = max(1.0, self._all.mean / _mean(self.entries.layout_lately())) * SLACK
        reach = 2 * k
        while True:
            reach = min(reach, FURTHEST)
            found = self.entries.nearest([dict(weights)], reach, only, but, [IMPACTS, NORM])[0]
            values, rows = self._weighed(found, known, considered)
            if len(found.keys) < reach or reach == FURTHEST:
                break
            if len(values) >= k and np.partition(values, -k)[-k] > most * found.products[-1]:
                break
            reach *= 2
        best = np.lexsort((rows if order is None else order[rows], -values))[:k]
        return values[best], rows[best]

    def _weighed(self, found: Found, words: Sequence[int], considered: NDArray[np.bool_]) -> tuple[FloatArray, RowArray]:
        """The rows of what was found, and their BM25."""
        rows, places = self._keyed.rows_of(found.keys, considered)
        counts = np.array([[_count(entry, word) for word in words] for entry in found.entries], np.float32).reshape(-1, len(words))
        return self._bm25(words, counts[places], rows), rows

    def scores(self, words: Sequence[str], rows: RowArray) -> tuple[FloatArray, float]:
        """See `WordIndex.scores`."""
        self._keyed.rows.check(rows)
        asked = [place_of(word) for word in words]
        counted = self._counted(rows)
        counts = np.array([[words[word] for word in asked] for words in counted], np.float32).reshape(len(rows), len(asked))
        return self._bm25(asked, counts, rows), float(self._rarities(asked).sum()) / (1 + K1)

    def _rarities(self, words: Sequence[int]) -> FloatArray:
        having = np.array([self._all.having[word] for word in words], np.float32)
        return np.asarray(np.log1p((self._all.documents - having + 0.5) / (having + 0.5)), np.float32)

    def _bm25(self, words: Sequence[int], counts: FloatArray, rows: RowArray) -> FloatArray:
        """BM25 of rows that have each of the words so often, shape (rows, words)."""
        norms = norm_of(self._lengths[rows], self._all.mean).astype(np.float32)
        values = self._rarities(words) * (counts / (counts + norms[:, None]))
        sums = np.zeros(len(rows))
        for column in values.T:  # one after the other: whatever stands beside it, a row gets the same
            sums += column
        return sums.astype(np.float32)

    def _counted(self, rows: RowArray) -> list[Counter[int]]:
        """How often each of these rows has its words."""
        keys = self._keyed.keys[rows]
        distinct = np.unique(keys[keys != NOTHING])
        entries = self.entries.fetch(distinct, [IMPACTS, NORM])
        counted = {key: _counts(entry) for key, entry in zip(distinct.tolist(), entries, strict=True)}
        return [counted.get(key, Counter()) for key in keys.tolist()]

    def save(self, path: Path) -> None:
        """See `WordIndex.save`; a file."""
        having = np.array(list(self._all.having.items()), np.int64).reshape(-1, 2)
        saved.save(path, self._keyed, {"lengths": self._lengths, "having": having})

    @classmethod
    def load(cls, path: Path) -> Self:
        """See `WordIndex.load`."""
        loaded = cls()
        loaded._keyed, (loaded._lengths, having) = saved.load(path, ("lengths", "having"))
        held = loaded._lengths[loaded._keyed.rows.present]
        loaded._all = Statistics(len(held), int(held.sum()), Counter(dict(having.tolist())))
        return loaded

    def tend(self, now: float) -> None:
        """See `MilvusVectorIndex.tend`; impacts are made anew where the mean length is another by now."""
        needed = self.needed
        if not len(needed):
            return
        layout, wanted = self.entries.check(needed), _layout(self._all.mean)
        if layout is not None and not 1 / DRIFT <= wanted.mean / layout.mean <= DRIFT and self.entries.writes:
            self.entries.rebuild(wanted, lambda entry: entry | _with_mean(entry, _mean(wanted)), now)
        self.entries.tidy(needed, now)


def _layout(mean: float) -> Layout:
    return Layout("SPARSE_INVERTED_INDEX", max(round(1000 * mean), 1))


def _mean(layout: Layout) -> float:
    return layout.mean / 1000


def place_of(word: str) -> int:
    """A word's place in a sparse vector."""
    return int(murmurhash3_32(word, positive=True)) % PLACES


def norm_of(lengths: RowArray, mean: float) -> NDArray[np.float64]:
    """What is added to a count in BM25's denominator, by the document's length."""
    return np.asarray(K1 * (1 - B + B * lengths / mean), np.float64)


def entry_of(words: Counter[int], length: int, mean: float) -> Entry:
    """A document's entry: its impacts, and what was added to each count, so that the counts can be had back."""
    norm = np.float32(norm_of(np.array(length), mean))
    return {IMPACTS: {word: float(count / (count + norm)) for word, count in words.items()}, NORM: float(norm)}


def _count(entry: Entry, word: int) -> int:
    impact: float = entry[IMPACTS].get(word, 0.0)
    norm: float = entry[NORM]
    return round(impact * norm / (1 - impact))


def _counts(entry: Entry) -> Counter[int]:
    return Counter({word: _count(entry, word) for word in entry[IMPACTS]})


def _with_mean(entry: Entry, mean: float) -> Entry:
    words = _counts(entry)
    return entry_of(words, words.total(), mean)


def _having(counted: Sequence[Counter[int]]) -> Counter[int]:
    """How many of the documents have each word."""
    return Counter(word for words in counted for word in words)


def _key(words: Counter[int]) -> int:
    return key_of(np.array(sorted(words.items()), "<i8").tobytes()) if words else NOTHING
