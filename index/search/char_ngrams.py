"""How much two texts share of their spelling, whatever the script: typos, inflections, names in Cyrillic and Latin."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
import scipy.sparse
from anyascii import anyascii
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.utils import murmurhash3_32

from index.errors import IndexInvalid
from index.search.rows import FloatArray, RowArray, Rows

BUCKETS = 2**18
"""n-grams are numbered by a hash: nothing but their counts has to be kept. With half as many, unlike ones begin to meet
(docs/why/retrieval.md)."""
RUN = 4
"""Characters in an n-gram; others were within 0.002 MAP@5 (docs/why/retrieval.md, "Tried and left")."""


def _ascii(text: str) -> str:
    return str(anyascii(text)).casefold()


class HashedNgramIndex:
    """See `index.search.protocols.NgramIndex`; in memory. Counts are kept; rows are weighed when asked for."""

    def __init__(self) -> None:
        self._rows = Rows()
        self._counts = scipy.sparse.csr_array((0, BUCKETS), dtype=np.float32)
        self._runs = HashingVectorizer(analyzer="char_wb", ngram_range=(RUN, RUN), preprocessor=_ascii).build_analyzer()
        self._weigh()

    @property
    def rows(self) -> int:
        """See `NgramIndex.rows`."""
        return self._rows.held

    def add(self, texts: Sequence[str]) -> RowArray:
        """See `NgramIndex.add`; takes time for each n-gram of all that is held."""
        added = self._rows.give(len(texts))
        buckets = [self._buckets(text) for text in texts]
        places = np.concatenate([*buckets, np.zeros(0, np.int64)]), np.repeat(added, [len(some) for some in buckets])
        new = scipy.sparse.csr_array((np.ones(len(places[0]), np.float32), places[::-1]), (len(self._rows.present), BUCKETS))
        self._counts.resize(new.shape)
        self._counts = self._counts + new
        self._weigh()
        return added

    def remove(self, rows: RowArray) -> None:
        """See `NgramIndex.remove`; takes time for each n-gram of all that is held."""
        self._rows.strike(rows)
        kept = scipy.sparse.dia_array((self._rows.present[None, :].astype(np.float32), [0]), (len(self._rows.present),) * 2)
        self._counts = scipy.sparse.csr_array(kept @ self._counts)
        self._counts.eliminate_zeros()
        self._weigh()

    def cosines(self, text: str, rows: RowArray) -> FloatArray:
        """See `NgramIndex.cosines`."""
        self._rows.check(rows)
        own, counts = np.unique(self._buckets(text), return_counts=True)
        weights = np.zeros(BUCKETS, np.float32)
        weights[own] = counts * self._squares[own]  # of the rarities: both sides are weighed at once
        others = self._counts[rows]
        products = others @ weights
        others.data *= others.data
        lengths = np.sqrt(others @ self._squares) * np.sqrt((np.square(counts) * self._squares[own]).sum())
        return np.asarray(products / np.maximum(lengths, 1e-9), np.float32)

    def _buckets(self, text: str) -> RowArray:
        return np.array([abs(murmurhash3_32(run)) % BUCKETS for run in self._runs(text)], np.int64)

    def _weigh(self) -> None:
        seen = np.bincount(self._counts.indices, minlength=BUCKETS)
        self._squares = np.square(np.log1p((self._rows.held - seen + 0.5) / (seen + 0.5))).astype(np.float32)

    def save(self, path: Path) -> None:
        """See `NgramIndex.save`; a file."""
        counts = {name: getattr(self._counts, name) for name in ("data", "indices", "indptr")}
        with path.open("wb") as file:
            np.savez(file, present=self._rows.present, **counts)

    @classmethod
    def load(cls, path: Path) -> Self:
        """See `NgramIndex.load`."""
        loaded = cls()
        try:
            with path.open("rb") as file, np.load(file) as parts:
                loaded._rows = Rows(parts["present"])
                counts = parts["data"], parts["indices"], parts["indptr"]
            loaded._counts = scipy.sparse.csr_array(counts, (len(loaded._rows.present), BUCKETS))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise IndexInvalid(f"{path} cannot be read: {error}") from error
        loaded._weigh()
        return loaded
