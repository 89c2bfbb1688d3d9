"""Vectors and nearest-neighbour search: the only module that knows FAISS.

Exact inner-product search. FAISS itself checks little (a wrong dimension is an out-of-bounds read under `python -O`; a NaN or
too large a k gives row -1), so everything is checked here.
"""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import EncodingFailed, IndexInvalid

FloatArray = NDArray[np.float32]
RowArray = NDArray[np.int64]


class VectorIndex:
    """Unit vectors by row, searchable by cosine."""

    def __init__(self, index: faiss.Index) -> None:
        """Wrap an index. FAISS is held to one thread: a claim at a time, its others only wait for the cores that encode.

        With two threads a search of 38,000 rows took 47 ms beside the encoders, with one 7 ms.
        """
        faiss.omp_set_num_threads(1)
        self._index = index

    @classmethod
    def build(cls, vectors: FloatArray) -> VectorIndex:
        """Index vectors, row by row.

        Args:
            vectors: float32, shape (rows, dimension), each of Euclidean length 1.

        Raises:
            EncodingFailed: if they have another shape or are not finite.
        """
        checked = _checked(vectors, None)
        index = faiss.IndexFlatIP(checked.shape[1])
        index.add(checked)
        return cls(index)

    @property
    def rows(self) -> int:
        """How many vectors there are."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def search(self, queries: FloatArray, k: int, allowed: RowArray | None = None) -> tuple[FloatArray, RowArray]:
        """The nearest rows to each query, best first.

        Args:
            queries: float32, shape (queries, dimension), each of Euclidean length 1.
            k: how many; fewer come back if there are fewer.
            allowed: the only rows to consider, each at most once; None for all.

        Returns:
            Cosines (-1..1) and rows, both of shape (queries, min(k, considered rows)).

        Raises:
            EncodingFailed: if the queries have another shape or are not finite.
        """
        checked = _checked(queries, self.dimension)
        considered = self.rows if allowed is None else len(allowed)
        k = min(k, considered)
        if k < 1:
            return np.zeros((len(checked), 0), np.float32), np.zeros((len(checked), 0), np.int64)
        if allowed is None:
            found: tuple[FloatArray, RowArray] = self._index.search(checked, k)
            return found
        among = checked @ self.vectors(allowed).T
        order = np.argsort(-among, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(among, order, axis=1), allowed[order]

    def vectors(self, rows: RowArray) -> FloatArray:
        """The vectors of these rows, float32, shape (len(rows), dimension)."""
        if len(rows) and (rows.min() < 0 or rows.max() >= self.rows):
            raise IndexError(f"rows must lie in 0..{self.rows - 1}")
        return np.asarray(self._index.reconstruct_batch(rows), dtype=np.float32).reshape(len(rows), self.dimension)

    def mean(self) -> FloatArray:
        """The mean of all vectors, float32, shape (dimension,)."""
        return np.asarray(self.vectors(np.arange(self.rows)).mean(axis=0), np.float32)

    def save(self, path: Path) -> None:
        """Write to a file."""
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """Read from a file.

        Raises:
            IndexInvalid: if FAISS cannot read it.
        """
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise IndexInvalid(f"{path} cannot be read: {error}") from error


def _checked(vectors: FloatArray, dimension: int | None) -> FloatArray:
    if vectors.ndim != 2 or vectors.shape[1] != (dimension or vectors.shape[1]) or vectors.dtype != np.float32:
        expected = f"(n, {dimension or 'dimension'}) of float32"
        raise EncodingFailed(f"vectors have shape {vectors.shape} of {vectors.dtype}, expected {expected}")
    if not np.isfinite(vectors).all():
        raise EncodingFailed("a vector is not finite")
    return np.ascontiguousarray(vectors)
