"""Vectors and nearest-neighbour search: with `codes.py`, the only modules that know FAISS.

FAISS itself checks little (a wrong dimension is an out-of-bounds read under `python -O`; a NaN or too large a k gives row -1), so
everything is checked here.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import NamedTuple, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import EncodingFailed, IndexInvalid
from index.search import arrays
from index.search.codes import Codes, Found, selector, untyped
from index.search.rows import FloatArray, RowArray, Rows

VECTORS, CODES, PRESENT = "vectors.faiss", "codes.faiss", "present"

COMPARED, LEAST_COMPARED = 20, 1000
"""Of what the codes find: times as many rows as are asked for that are compared exactly, and the fewest."""
SPARE = 10
"""Rows beyond those asked for that are compared exactly, too: FAISS's products differ in their last bits with
other queries beside."""
GATHERED = 0.01
"""Share of all rows: where a filter keeps fewer, these are compared one by one."""


class Sizes(NamedTuple):
    """What is done with how many vectors.

    Attributes:
        coded: from so many on there are codes.
        in_lists: from so many on these are in many lists.
        gathered: up to so many that a filter keeps are compared one by one, whatever their share.
        found: what is to be found where there are lists.
    """

    coded: int = 20_000
    in_lists: int = 500_000
    gathered: int = 1_000
    found: Found = Found()


class FaissVectorIndex:
    """See `index.search.protocols.VectorIndex`; in memory, or mapped from disk.

    Most vectors are FAISS's, which numbers them without gaps and which copies share; those that were added since stand beside
    them. Removed ones stay where they are and are passed over; `select` and `save` leave them out. With few vectors a search
    looks at all of them; with more, at their codes, and then at the vectors themselves of what seems nearest.

    Attributes:
        sizes: what is few and more.
    """

    sizes = Sizes()

    def __init__(self, dimension: int) -> None:
        """Make an empty index. FAISS is held to one thread: its others would only wait for the cores that encode.

        With two threads a search of 38,000 rows took 47 ms beside the encoders, with one 7 ms (docs/why/retrieval.md).
        """
        faiss.omp_set_num_threads(1)
        self._rows = Rows()
        self._recent = np.zeros((0, dimension), np.float32)
        self._hold(faiss.IndexFlatIP(dimension), np.zeros(0, np.int64), None)

    def _hold(self, most: faiss.IndexFlat, rows: RowArray, codes: Codes | None) -> None:
        self._most, self._most_rows, self._codes = most, rows, codes
        values = faiss.rev_swig_ptr(most.get_xb(), most.ntotal * most.d) if most.ntotal else np.zeros(0, np.float32)
        self._vectors = values.reshape(most.ntotal, most.d)  # FAISS's own memory, or the file's

    @property
    def rows(self) -> int:
        """See `VectorIndex.rows`."""
        return self._rows.held

    @property
    def dimension(self) -> int:
        """See `VectorIndex.dimension`."""
        return int(self._most.d)

    @property
    def lists(self) -> int:
        """In how many lists the codes are; 0 if there are no codes."""
        return self._codes.lists if self._codes else 0

    def add(self, vectors: FloatArray) -> RowArray:
        """See `VectorIndex.add`; after the first time it takes time for each vector added since."""
        checked = self._checked(vectors)
        added = self._rows.give(len(vectors))
        if len(self._most_rows) or len(self._recent):
            self._recent = np.concatenate([self._recent, checked])
        else:
            self._hold(_flat(checked), added, self._coded(checked))
        return added

    def _coded(self, vectors: FloatArray) -> Codes | None:
        if len(vectors) < self.sizes.coded:
            return None
        return Codes.of(vectors, self.sizes.found if len(vectors) >= self.sizes.in_lists else None)

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
        """See `VectorIndex.search`."""
        checked = self._checked(queries)
        considered = None if allowed is None else self._rows.only_held(allowed)
        k = max(0, min(k, self.rows if considered is None else len(considered)))
        cosines, rows = np.zeros((len(checked), k), np.float32), np.zeros((len(checked), k), np.int64)
        for place, near in enumerate(self._near(checked, k, considered) if k and len(checked) else ()):
            values = self.cosines(checked[place], near)
            best = np.argsort(-values, kind="stable")[:k]
            cosines[place], rows[place] = values[best], near[best]
        return cosines, rows

    def cosines(self, vector: FloatArray, rows: RowArray) -> FloatArray:
        """Of a vector and each of these rows, which are held; a row's does not depend on which others there are."""
        return np.asarray(np.einsum("ij,j->i", self._held(rows), vector), np.float32)

    def _near(self, queries: FloatArray, k: int, considered: RowArray | None) -> list[RowArray]:
        """For each query the k nearest of the considered rows, or of all, and some others of them."""
        if considered is not None and len(considered) <= max(self.sizes.gathered, GATHERED * self.rows):
            return [considered] * len(queries)
        wanted = self._rows.present if considered is None else np.zeros(len(self._rows.present), bool)
        if considered is not None:
            wanted[considered] = True
        recent = self._first_recent + np.flatnonzero(wanted[self._first_recent :])
        allowed = None if considered is None else wanted[self._most_rows]
        enough = min(k, (self.rows if considered is None else len(considered)) - len(recent))
        found = self._coded_near(queries, k, allowed) if self._codes else self._flat_near(queries, k, allowed)
        for place, near in enumerate(found):
            if len(near) < enough:
                found[place] = self._flat_near(queries[place : place + 1], k, allowed)[0]
        return [np.concatenate([near, recent]) for near in found]

    def _coded_near(self, queries: FloatArray, k: int, allowed: NDArray[np.bool_] | None) -> list[RowArray]:
        assert self._codes
        reach = min(max(COMPARED * k, LEAST_COMPARED), len(self._most_rows))
        return [self._rows.only_held(self._most_rows[self._codes.near(query, reach, allowed)]) for query in queries]

    def _flat_near(self, queries: FloatArray, k: int, allowed: NDArray[np.bool_] | None) -> list[RowArray]:
        """For each query the k nearest of the large part's rows that are held, and some others, or all that there are."""
        parameters = None if allowed is None else untyped.SearchParameters(sel=selector(allowed))
        reach = min(k + SPARE, len(self._most_rows))
        while True:
            places = self._most.search(queries, reach, params=parameters)[1] if reach else np.zeros((len(queries), 0), np.int64)
            near = [self._rows.only_held(self._most_rows[some[some >= 0]]) for some in places]
            if reach >= len(self._most_rows) or min(map(len, near)) >= k:
                return near
            reach = min(2 * reach, len(self._most_rows))

    @property
    def _first_recent(self) -> int:
        return len(self._rows.present) - len(self._recent)

    def vectors(self, rows: RowArray) -> FloatArray:
        """See `VectorIndex.vectors`."""
        self._rows.check(rows)
        return self._held(rows)

    def _held(self, rows: RowArray) -> FloatArray:
        recent = rows >= self._first_recent
        if not recent.any():
            return np.asarray(self._vectors[np.searchsorted(self._most_rows, rows)])
        found = np.zeros((len(rows), self.dimension), np.float32)
        found[recent] = self._recent[rows[recent] - self._first_recent]
        found[~recent] = self._vectors[np.searchsorted(self._most_rows, rows[~recent])]
        return found

    def save(self, path: Path) -> None:
        """See `VectorIndex.save`; a folder."""
        arrays.save(path, {PRESENT: self._rows.present})
        vectors = self._held(np.flatnonzero(self._rows.present))
        faiss.write_index(_flat(vectors), str(path / VECTORS))
        as_it_is = not len(self._recent) and len(vectors) == len(self._most_rows)
        codes = self._codes if as_it_is else self._coded(vectors)
        if codes:
            codes.write(path / CODES)

    @classmethod
    def load(cls, path: Path) -> Self:
        """See `VectorIndex.load`; the vectors stay on disk, and processes share what is read of them."""
        present = arrays.mapped(path, PRESENT)
        try:
            most = untyped.read_index(str(path / VECTORS), faiss.IO_FLAG_MMAP_IFC)
            codes = Codes.load(path / CODES) if (path / CODES).exists() else None
        except (RuntimeError, OSError) as error:
            raise IndexInvalid(f"{path} cannot be read: {error}") from error
        if most.ntotal != np.count_nonzero(present):
            raise IndexInvalid(f"{path}: {most.ntotal} vectors for {np.count_nonzero(present)} rows")
        if codes and codes.count != most.ntotal:
            raise IndexInvalid(f"{path}: {codes.count} codes for {most.ntotal} vectors")
        loaded = cls(most.d)
        loaded._rows = Rows(present)
        loaded._hold(most, np.flatnonzero(present), codes)
        return loaded

    def _checked(self, vectors: FloatArray) -> FloatArray:
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension or vectors.dtype != np.float32:
            expected = f"(n, {self.dimension}) of float32"
            raise EncodingFailed(f"vectors have shape {vectors.shape} of {vectors.dtype}, expected {expected}")
        if not np.isfinite(vectors).all():
            raise EncodingFailed("a vector is not finite")
        return np.ascontiguousarray(vectors)


def _flat(vectors: FloatArray) -> faiss.IndexFlat:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index
