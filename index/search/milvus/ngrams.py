"""Character n-grams that Milvus keeps: a sparse vector of counts a text, fetched for the texts that are compared."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import scipy.sparse

from index.search.char_ngrams import BUCKETS, buckets_of
from index.search.milvus import saved
from index.search.milvus.collections import Kind, Layout
from index.search.milvus.entries import Entries, Entry
from index.search.milvus.keys import NOTHING, KeyArray, KeyedRows, key_of
from index.search.rows import FloatArray, RowArray

COUNTS = "counts"
KIND = Kind(COUNTS)
LAYOUT = Layout("SPARSE_INVERTED_INDEX")


class MilvusNgramIndex:
    """See `index.search.protocols.NgramIndex`; the counts stand in Milvus, here there is the key of each row.

    Attributes:
        entries: where; `at` makes a class for each place.
    """

    entries: ClassVar[Entries]

    @classmethod
    def at(cls, entries: Entries) -> type[Self]:
        """The kind of index that keeps its counts there."""
        return type(cls.__name__, (cls,), {"entries": entries})

    def __init__(self) -> None:
        self._keyed = KeyedRows()
        self._having = np.zeros(BUCKETS, np.int64)
        self._buckets = buckets_of()

    @property
    def rows(self) -> int:
        """See `NgramIndex.rows`."""
        return self._keyed.rows.held

    @property
    def needed(self) -> KeyArray:
        """The keys of all that is held."""
        return self._keyed.held()

    def add(self, texts: Sequence[str]) -> RowArray:
        """See `NgramIndex.add`."""
        counted = [np.unique(self._buckets(text), return_counts=True) for text in texts]

        def make(places: Sequence[int], _: Layout) -> Iterable[Entry]:
            return ({COUNTS: _floats(*counted[place])} for place in places)

        keys = np.array([_key(*one) for one in counted], np.int64)
        self.entries.add(keys, make, LAYOUT)
        self._having = self._having + _having([buckets for buckets, _ in counted])
        return self._keyed.give(keys)

    def remove(self, rows: RowArray) -> None:
        """See `NgramIndex.remove`; asks Milvus for the counts."""
        gone = np.unique(self._keyed.rows.only_held(rows))
        counts = self._counts(gone)
        self._keyed.rows.strike(gone)
        self._having = self._having - np.bincount(counts.indices, minlength=BUCKETS)

    def copy(self) -> Self:
        """See `NgramIndex.copy`."""
        twin = copy.copy(self)
        twin._keyed = self._keyed.copy()
        return twin

    def select(self, rows: RowArray) -> Self:
        """See `NgramIndex.select`."""
        self._keyed.rows.check(rows)
        rest = self.copy()
        rest.remove(np.setdiff1d(np.flatnonzero(self._keyed.rows.present), rows))
        chosen = type(self)()
        chosen._keyed.give(self._keyed.keys[rows])
        chosen._having = rest._having
        return chosen

    def cosines(self, text: str, rows: RowArray) -> FloatArray:
        """See `NgramIndex.cosines`."""
        self._keyed.rows.check(rows)
        squares = np.square(np.log1p((self.rows - self._having + 0.5) / (self._having + 0.5))).astype(np.float32)
        own, counts = np.unique(self._buckets(text), return_counts=True)
        weights = np.zeros(BUCKETS, np.float32)
        weights[own] = counts * squares[own]  # of the rarities: both sides are weighed at once
        others = self._counts(rows)
        products = others @ weights
        others.data *= others.data
        lengths = np.sqrt(others @ squares) * np.sqrt((np.square(counts) * squares[own]).sum())
        return np.asarray(products / np.maximum(lengths, 1e-9), np.float32)

    def _counts(self, rows: RowArray) -> scipy.sparse.csr_array:
        """The counts of these rows, in their order, as a matrix; shape (rows, `BUCKETS`)."""
        keys = self._keyed.keys[rows]
        distinct = np.unique(keys[keys != NOTHING])
        fetched = zip(distinct.tolist(), self.entries.fetch(distinct, [COUNTS]), strict=True)
        by_key = {key: sorted(entry[COUNTS].items()) for key, entry in fetched}
        found = [by_key.get(key, []) for key in keys.tolist()]
        starts = np.cumsum([0, *map(len, found)])
        flat = np.array([pair for pairs in found for pair in pairs], np.float64).reshape(-1, 2)
        return scipy.sparse.csr_array((flat[:, 1].astype(np.float32), flat[:, 0].astype(np.int64), starts), (len(rows), BUCKETS))

    def save(self, path: Path) -> None:
        """See `NgramIndex.save`; a file."""
        saved.save(path, self._keyed, {"having": self._having})

    @classmethod
    def load(cls, path: Path) -> Self:
        """See `NgramIndex.load`."""
        loaded = cls()
        loaded._keyed, (loaded._having,) = saved.load(path, ("having",))
        return loaded

    def tend(self, now: float) -> None:
        """See `MilvusVectorIndex.tend`."""
        needed = self.needed
        if len(needed):
            self.entries.check(needed)
            self.entries.tidy(needed, now)


def _having(buckets: Sequence[RowArray]) -> RowArray:
    return np.bincount(np.concatenate([*buckets, np.zeros(0, np.int64)]), minlength=BUCKETS)


def _floats(buckets: RowArray, counts: RowArray) -> dict[int, float]:
    return dict(zip(buckets.tolist(), counts.astype(float).tolist(), strict=True))


def _key(buckets: RowArray, counts: RowArray) -> int:
    return key_of(np.stack([buckets, counts]).astype("<i8").tobytes()) if len(buckets) else NOTHING
