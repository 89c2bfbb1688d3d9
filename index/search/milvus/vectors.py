"""Vectors that Milvus keeps."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from index.errors import EncodingFailed
from index.search.milvus import saved
from index.search.milvus.collections import Kind, Layout
from index.search.milvus.entries import FURTHEST, Entries, Entry, Found
from index.search.milvus.keys import KeyArray, KeyedRows, key_of
from index.search.rows import FloatArray, RowArray

VECTOR = "vector"
EXACT, GRAPH = Layout("FLAT"), Layout("HNSW")
"""Kinds of index: one that looks at every vector, and one that looks at few and finds nearly all (docs/why/scale.md)."""


def kind(dimension: int) -> Kind:
    """What the entries are."""
    return Kind(VECTOR, dimension)


class MilvusVectorIndex:
    """See `index.search.protocols.VectorIndex`; the vectors stand in Milvus, here there is the key of each row.

    Attributes:
        entries: where; `at` makes a class for each place.
        exact_to: with more entries they are not all looked at.
    """

    entries: ClassVar[Entries]
    exact_to: ClassVar[int] = 50_000

    @classmethod
    def at(cls, entries: Entries, exact_to: int = exact_to) -> type[Self]:
        """The kind of index that keeps its vectors there."""
        return type(cls.__name__, (cls,), {"entries": entries, "exact_to": exact_to})

    def __init__(self, dimension: int) -> None:
        """Make an empty index."""
        self._dimension = dimension
        self._keyed = KeyedRows()

    @property
    def rows(self) -> int:
        """See `VectorIndex.rows`."""
        return self._keyed.rows.held

    @property
    def dimension(self) -> int:
        """See `VectorIndex.dimension`."""
        return self._dimension

    @property
    def needed(self) -> KeyArray:
        """The keys of all that is held."""
        return self._keyed.held()

    def add(self, vectors: FloatArray) -> RowArray:
        """See `VectorIndex.add`."""
        self._check(vectors)
        keys = np.array([key_of(vector.astype("<f4").tobytes()) for vector in vectors], np.int64)

        def make(places: Sequence[int], _: Layout) -> Iterable[Entry]:
            return ({VECTOR: vectors[place]} for place in places)

        self.entries.add(keys, make, self._layout(len(keys)))
        return self._keyed.give(keys)

    def remove(self, rows: RowArray) -> None:
        """See `VectorIndex.remove`."""
        self._keyed.rows.strike(rows)

    def copy(self) -> Self:
        """See `VectorIndex.copy`."""
        twin = copy.copy(self)
        twin._keyed = self._keyed.copy()
        return twin

    def select(self, rows: RowArray) -> Self:
        """See `VectorIndex.select`."""
        self._keyed.rows.check(rows)
        chosen = type(self)(self.dimension)
        chosen._keyed.give(self._keyed.keys[rows])
        return chosen

    def search(self, queries: FloatArray, k: int, allowed: RowArray | None = None) -> tuple[FloatArray, RowArray]:
        """See `VectorIndex.search`; Milvus passes over what is not allowed, and may find fewer of many."""
        self._check(queries)
        considered, only, but = self._keyed.considered(allowed)
        k = min(k, int(np.count_nonzero(considered)))
        if k < 1 or not len(queries):
            return np.zeros((len(queries), 0), np.float32), np.zeros((len(queries), 0), np.int64)
        reach = min(2 * k, FURTHEST)
        while True:
            found = self.entries.nearest(list(queries), reach, only, but)
            best = [self._best(one, k, considered) for one in found]
            fewest = min(len(rows) for _, rows in best)
            if fewest == k or reach == FURTHEST or all(len(one.keys) < reach for one in found):
                break
            reach = min(4 * reach, FURTHEST)
        return np.array([cosines[:fewest] for cosines, _ in best]), np.array([rows[:fewest] for _, rows in best])

    def _best(self, found: Found, k: int, considered: NDArray[np.bool_]) -> tuple[FloatArray, RowArray]:
        rows, places = self._keyed.rows_of(found.keys, considered)
        cosines = found.products[places]
        best = np.argsort(-cosines, kind="stable")[:k]
        return cosines[best], rows[best]

    def vectors(self, rows: RowArray) -> FloatArray:
        """See `VectorIndex.vectors`."""
        self._keyed.rows.check(rows)
        distinct, places = np.unique(self._keyed.keys[rows], return_inverse=True)
        entries = self.entries.fetch(distinct, [VECTOR])
        found = np.array([entry[VECTOR] for entry in entries], np.float32).reshape(-1, self.dimension)
        return np.asarray(found[places])

    def save(self, path: Path) -> None:
        """See `VectorIndex.save`; a file."""
        saved.save(path, self._keyed, {"dimension": np.array(self.dimension)})

    @classmethod
    def load(cls, path: Path) -> Self:
        """See `VectorIndex.load`."""
        keyed, (dimension,) = saved.load(path, ("dimension",))
        loaded = cls(int(dimension))
        loaded._keyed = keyed
        return loaded

    def tend(self, now: float) -> None:
        """See that Milvus has what is needed; look at more or fewer vectors as their number grows; remove what nobody needs.

        Args:
            now: seconds, of a clock that only goes on.

        Raises:
            IndexUnavailable: if Milvus cannot be reached.
            IndexInvalid: if entries are missing.
        """
        needed = self.needed
        if not len(needed):
            return
        layout = self.entries.check(needed)
        if layout is not None and layout != self._layout(len(needed)) and self.entries.writes:
            self.entries.rebuild(self._layout(len(needed)), lambda entry: entry, now)
        self.entries.tidy(needed, now)

    def _layout(self, entries: int) -> Layout:
        return EXACT if entries <= self.exact_to else GRAPH

    def _check(self, vectors: FloatArray) -> None:
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension or vectors.dtype != np.float32:
            expected = f"(n, {self.dimension}) of float32"
            raise EncodingFailed(f"vectors have shape {vectors.shape} of {vectors.dtype}, expected {expected}")
        if not np.isfinite(vectors).all():
            raise EncodingFailed("a vector is not finite")
