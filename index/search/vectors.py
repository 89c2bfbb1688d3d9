"""Vectors and nearest-neighbour search: the only module that knows FAISS.

Exact inner-product search. FAISS itself checks little (a wrong dimension is an out-of-bounds read under `python -O`;
a NaN or too large a k gives row -1), so everything is checked here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

import faiss
import numpy as np

from index.errors import EncodingFailed, IndexInvalid
from index.search.rows import FloatArray, RowArray, Rows

VECTORS, PRESENT = "vectors.faiss", "present.npy"


class FlatVectorIndex:
    """See `index.search.protocols.VectorIndex`; in memory, exact.

    FAISS numbers what it holds without gaps: there a row's place is how many rows before it are still held.
    """

    def __init__(self, dimension: int) -> None:
        """Make an empty index. FAISS is held to one thread: its others would only wait for the cores that encode.

        With two threads a search of 38,000 rows took 47 ms beside the encoders, with one 7 ms (docs/why/retrieval.md).
        """
        faiss.omp_set_num_threads(1)
        self._index: faiss.Index = faiss.IndexFlatIP(dimension)
        self._rows = Rows()
        self._place_rows()

    def _place_rows(self) -> None:
        self._row_at = np.flatnonzero(self._rows.present)
        self._place_of = np.cumsum(self._rows.present) - 1

    @property
    def rows(self) -> int:
        """See `VectorIndex.rows`."""
        return len(self._row_at)

    @property
    def dimension(self) -> int:
        """See `VectorIndex.dimension`."""
        return int(self._index.d)

    def add(self, vectors: FloatArray) -> RowArray:
        """See `VectorIndex.add`."""
        self._index.add(self._checked(vectors))
        added = self._rows.give(len(vectors))
        self._place_rows()
        return added

    def remove(self, rows: RowArray) -> None:
        """See `VectorIndex.remove`; takes time for each vector that stays."""
        self._index.remove_ids(faiss.IDSelectorBatch(self._place_of[self._rows.strike(rows)]))
        self._place_rows()

    def search(self, queries: FloatArray, k: int, allowed: RowArray | None = None) -> tuple[FloatArray, RowArray]:
        """See `VectorIndex.search`. Allowed rows are gathered and searched: fewer than all are quicker than all."""
        checked = self._checked(queries)
        considered = self._row_at if allowed is None else self._rows.only_held(allowed)
        k = min(k, len(considered))
        if k < 1:
            return np.zeros((len(checked), 0), np.float32), np.zeros((len(checked), 0), np.int64)
        if allowed is None:
            cosines, places = self._index.search(checked, k)
        else:
            among = checked @ self._held(considered).T
            places = np.argsort(-among, axis=1, kind="stable")[:, :k]
            cosines = np.take_along_axis(among, places, axis=1)
        return cosines, considered[places]

    def vectors(self, rows: RowArray) -> FloatArray:
        """See `VectorIndex.vectors`."""
        self._rows.check(rows)
        return self._held(rows)

    def _held(self, rows: RowArray) -> FloatArray:
        return np.asarray(self._index.reconstruct_batch(self._place_of[rows]), np.float32).reshape(len(rows), self.dimension)

    def save(self, path: Path) -> None:
        """See `VectorIndex.save`; a folder."""
        path.mkdir()
        faiss.write_index(self._index, str(path / VECTORS))
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
        loaded._index, loaded._rows = index, Rows(present)
        loaded._place_rows()
        return loaded

    def _checked(self, vectors: FloatArray) -> FloatArray:
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension or vectors.dtype != np.float32:
            expected = f"(n, {self.dimension}) of float32"
            raise EncodingFailed(f"vectors have shape {vectors.shape} of {vectors.dtype}, expected {expected}")
        if not np.isfinite(vectors).all():
            raise EncodingFailed("a vector is not finite")
        return np.ascontiguousarray(vectors)
