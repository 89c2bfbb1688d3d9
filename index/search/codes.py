"""Codes of vectors, one bit a coordinate (RaBitQ), to find quickly what may be nearest; vectors.py compares that exactly.

Source: Gao and Long, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound", 2024, as FAISS has it. All codes
stand in one list, or in many of which those near the query are read. The form without lists takes no filter, so it is not used.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from index.search.rows import FloatArray, RowArray

untyped: Any = faiss
"""FAISS where its types tell less than it takes and gives."""
BLOCK = 32
"""Codes that are scanned at once."""
LISTS = 2.0
"""Lists, as a multiple of the root of how many vectors there are."""
TRAINED, TURNS = 64, 10
"""Vectors a list, and turns, by which the lists' centres are found."""
ASKED, NEAREST, FEW = 200, 100, 10
"""Vectors by which it is measured how many lists have to be read, and of their nearest others how many, and the nearest of these,
are to be found. A filter that keeps a tenth leaves about `FEW` of the `NEAREST`."""


class Found(NamedTuple):
    """Shares of what is nearest that stand in the lists that are read: of the `FEW` and of the `NEAREST`."""

    few: float = 0.998
    nearest: float = 0.993


class Codes:
    """Codes of vectors by place, from 0 on in the order of the vectors."""

    def __init__(self, index: faiss.IndexIVFRaBitQFastScan) -> None:
        self._index = index

    @classmethod
    def of(cls, vectors: FloatArray, in_lists: Found | None) -> Self:
        """The codes of vectors, float32, shape (n, dimension), each of length 1.

        Args:
            in_lists: in many lists, of which so many are read that this is found; None for one list.
        """
        count, dimension = vectors.shape
        lists = max(1, int(LISTS * count**0.5)) if in_lists else 1
        quantizer = faiss.IndexFlatL2(dimension)
        index = faiss.IndexIVFRaBitQFastScan(quantizer, dimension, lists, faiss.METRIC_L2, BLOCK)
        index.cp.niter, index.cp.max_points_per_centroid, index.cp.min_points_per_centroid = TURNS, TRAINED, 1
        index.train(vectors if in_lists else vectors.mean(axis=0, keepdims=True))
        index.add(vectors)
        index.nprobe = _enough(quantizer, vectors, in_lists) if in_lists else 1
        return cls(index)

    @property
    def count(self) -> int:
        """How many codes there are."""
        return int(self._index.ntotal)

    @property
    def lists(self) -> int:
        """How many lists there are."""
        return int(self._index.nlist)

    @property
    def read(self) -> int:
        """How many of them are read for a query."""
        return int(self._index.nprobe)

    def near(self, query: FloatArray, count: int, allowed: NDArray[np.bool_] | None) -> RowArray:
        """The places of what seems nearest to a query, ascending, so many or fewer.

        Args:
            query: float32, shape (dimension,), of length 1.
            allowed: for each place, whether it may come; None for all.
        """
        parameters = None if allowed is None else untyped.SearchParametersIVF(nprobe=self.read, sel=selector(allowed))
        places = self._index.search(query[None, :], count, params=parameters)[1][0]
        return np.sort(places[places >= 0])

    def write(self, path: Path) -> None:
        """Write them to a file."""
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what was written.

        Raises:
            RuntimeError: if it cannot be read.
        """
        return cls(untyped.read_index(str(path)))


def selector(allowed: NDArray[np.bool_]) -> faiss.IDSelector:
    """FAISS's form of which places may come."""
    found: faiss.IDSelector = untyped.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
    return found


def _enough(quantizer: faiss.Index, vectors: FloatArray, found: Found) -> int:
    """How many lists have to be read, measured on some of the vectors and their nearest others."""
    some = np.sort(np.random.default_rng(1).permutation(len(vectors))[:ASKED])
    asked, count = vectors[some], min(NEAREST + 1, len(vectors))
    nearest = faiss.knn(asked, vectors, count)[1][:, 1:]  # the first one is the vector itself
    order = quantizer.search(asked, quantizer.ntotal)[1]
    homes = quantizer.search(vectors[nearest.ravel()], 1)[1].reshape(nearest.shape)
    ranks = np.take_along_axis(np.argsort(order, axis=1), homes, axis=1)
    return 1 + int(np.ceil(max(np.quantile(ranks[:, :FEW], found.few), np.quantile(ranks, found.nearest))))
