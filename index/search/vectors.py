"""Vectors and nearest-neighbour search: the only module that knows FAISS.

Exact inner-product search. FAISS itself checks little (a wrong dimension is an out-of-bounds read under `python -O`;
a NaN or too large a k gives row -1), so everything is checked here.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Self

import faiss
import numpy as np

from index.errors import EncodingFailed, IndexInvalid
from index.search.rows import FloatArray, RowArray, Rows

VECTORS, PRESENT = "vectors.faiss", "present.npy"


class FlatVectorIndex:
    """See `index.search.protocols.VectorIndex`; in memory, exact.

    Most vectors are FAISS's, which numbers them without gaps and which copies share; those that were added since stand beside
    them. Removed ones stay where they are and are passed over; `select` and `save` leave them out.
    """

    def __init__(self, dimension: int) -> None:
        """Make an empty index. FAISS is held to one thread: its others would only wait for the cores that encode.

        With two threads a search of 38,000 rows took 47 ms beside the encoders, with one 7 ms (docs/why/retrieval.md).
        """
        faiss.omp_set_num_threads(1)
        self._most: faiss.Index = faiss.IndexFlatIP(dimension)
        self._most_rows = np.zeros(0, np.int64)
        self._recent = np.zeros((0, dimension), np.float32)
        self._rows = Rows()

    @property
    def rows(self) -> int:
        """See `VectorIndex.rows`."""
        return self._rows.held

    @property
    def dimension(self) -> int:
        """See `VectorIndex.dimension`."""
        return int(self._most.d)

    def add(self, vectors: FloatArray) -> RowArray:
        """See `VectorIndex.add`; after the first time it takes time for each vector added since."""
        checked = self._checked(vectors)
        added = self._rows.give(len(vectors))
        if len(self._most_rows) or len(self._recent):
            self._recent = np.concatenate([self._recent, checked])
        else:
            self._most = _flat(checked)
            self._most_rows = added
        return added

    def remove(self, rows: RowArray) -> None:
        """See `VectorIndex.remove`."""
        self._rows.strike(rows)

    def copy(self) -> Self:
        """See `VectorIndex.copy`."""
        twin = copy.copy(self)
        twin._rows = self._rows.copy()
        return twin

    def select(self, rows: RowArray) -> Self:
        """See `VectorIndex.select`."""
        chosen = type(self)(self.dimension)
        chosen.add(self.vectors(rows))
        return chosen

    def search(self, queries: FloatArray, k: int, allowed: RowArray | None = None) -> tuple[FloatArray, RowArray]:
        """See `VectorIndex.search`. Allowed rows are gathered and searched: fewer than all are quicker than all."""
        checked = self._checked(queries)
        considered = None if allowed is None else self._rows.only_held(allowed)
        k = min(k, self.rows if considered is None else len(considered))
        if k < 1:
            return np.zeros((len(checked), 0), np.float32), np.zeros((len(checked), 0), np.int64)
        if considered is None:
            cosines, rows = self._nearest(checked, k)
        else:
            cosines, rows = checked @ self._held(considered).T, np.tile(considered, (len(checked), 1))
        best = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(cosines, best, axis=1), np.take_along_axis(rows, best, axis=1)

    def _nearest(self, queries: FloatArray, k: int) -> tuple[FloatArray, RowArray]:
        """The k nearest rows, and perhaps others, in no order; a removed one has the cosine minus infinity."""
        reach, held = k, np.count_nonzero(self._rows.present[self._most_rows])
        while True:
            cosines, places = self._most.search(queries, min(reach, len(self._most_rows)))
            rows = self._most_rows[places]
            enough = np.count_nonzero(self._rows.present[rows], axis=1) >= min(k, held)
            if enough.all():
                break
            reach *= 2
        cosines = np.hstack([cosines, queries @ self._recent.T])
        rows = np.hstack([rows, np.tile(self._first_recent + np.arange(len(self._recent)), (len(queries), 1))])
        return np.where(self._rows.present[rows], cosines, -np.inf).astype(np.float32), rows

    @property
    def _first_recent(self) -> int:
        return len(self._rows.present) - len(self._recent)

    def vectors(self, rows: RowArray) -> FloatArray:
        """See `VectorIndex.vectors`."""
        self._rows.check(rows)
        return self._held(rows)

    def _held(self, rows: RowArray) -> FloatArray:
        found = np.zeros((len(rows), self.dimension), np.float32)
        recent = rows >= self._first_recent
        found[recent] = self._recent[rows[recent] - self._first_recent]
        places = np.searchsorted(self._most_rows, rows[~recent])
        found[~recent] = np.asarray(self._most.reconstruct_batch(places)).reshape(-1, self.dimension)
        return found

    def save(self, path: Path) -> None:
        """See `VectorIndex.save`; a folder."""
        path.mkdir()
        faiss.write_index(_flat(self._held(np.flatnonzero(self._rows.present))), str(path / VECTORS))
        np.save(path / PRESENT, self._rows.present)

    @classmethod
    def load(cls, path: Path) -> Self:
        """See `VectorIndex.load`."""
        try:
            index, present = faiss.read_index(str(path / VECTORS)), np.load(path / PRESENT)
        except (RuntimeError, OSError, ValueError, EOFError) as error:
            raise IndexInvalid(f"{path} cannot be read: {error}") from error
        if index.ntotal != np.count_nonzero(present):
            raise IndexInvalid(f"{path}: {index.ntotal} vectors for {np.count_nonzero(present)} rows")
        loaded = cls(index.d)
        loaded._most, loaded._most_rows, loaded._rows = index, np.flatnonzero(present), Rows(present)
        return loaded

    def _checked(self, vectors: FloatArray) -> FloatArray:
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension or vectors.dtype != np.float32:
            expected = f"(n, {self.dimension}) of float32"
            raise EncodingFailed(f"vectors have shape {vectors.shape} of {vectors.dtype}, expected {expected}")
        if not np.isfinite(vectors).all():
            raise EncodingFailed("a vector is not finite")
        return np.ascontiguousarray(vectors)


def _flat(vectors: FloatArray) -> faiss.Index:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index
