"""How much two texts share of their spelling, whatever the script: typos, inflections, names in Cyrillic and Latin."""

from __future__ import annotations

import copy
import zipfile
from collections.abc import Callable, Sequence
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


def buckets_of() -> Callable[[str], RowArray]:
    """What gives the numbers of a text's n-grams, each as often as the text has it; int64, below `BUCKETS`."""
    runs = HashingVectorizer(analyzer="char_wb", ngram_range=(RUN, RUN), preprocessor=_ascii).build_analyzer()
    return lambda text: np.array([abs(murmurhash3_32(run)) % BUCKETS for run in runs(text)], np.int64)


class HashedNgramIndex:
    """See `index.search.protocols.NgramIndex`; in memory.

    Counts are kept, in two parts: most rows, which copies share, and those that were added since. Rows are weighed when asked for.
    """

    def __init__(self) -> None:
        self._rows = Rows()
        self._most = self._recent = scipy.sparse.csr_array((0, BUCKETS), dtype=np.float32)
        self._having = np.zeros(BUCKETS, np.int64)
        self._buckets = buckets_of()
        self._weigh()

    @property
    def rows(self) -> int:
        """See `NgramIndex.rows`."""
        return self._rows.held

    def add(self, texts: Sequence[str]) -> RowArray:
        """See `NgramIndex.add`; after the first time it takes time for each n-gram added since."""
        buckets = [self._buckets(text) for text in texts]
        places = (
            np.repeat(np.arange(len(texts)), [len(some) for some in buckets]),
            np.concatenate([*buckets, np.zeros(0, np.int64)]),
        )
        new = scipy.sparse.csr_array((np.ones(len(places[0]), np.float32), places), (len(texts), BUCKETS))
        if self._most.shape[0]:
            self._recent = scipy.sparse.csr_array(scipy.sparse.vstack([self._recent, new]))
        else:
            self._most = new
        self._having = self._having + np.bincount(new.indices, minlength=BUCKETS)
        added = self._rows.give(len(texts))
        self._weigh()
        return added

    def remove(self, rows: RowArray) -> None:
        """See `NgramIndex.remove`."""
        gone = self._counts(self._rows.strike(rows))
        self._having = self._having - np.bincount(gone.indices, minlength=BUCKETS)
        self._weigh()

    def copy(self) -> Self:
        """See `NgramIndex.copy`."""
        twin = copy.copy(self)
        twin._rows = self._rows.copy()
        return twin

    def select(self, rows: RowArray) -> Self:
        """See `NgramIndex.select`."""
        self._rows.check(rows)
        chosen = type(self)()
        chosen._rows.give(len(rows))
        chosen._hold(self._counts(rows))
        return chosen

    def cosines(self, text: str, rows: RowArray) -> FloatArray:
        """See `NgramIndex.cosines`."""
        self._rows.check(rows)
        own, counts = np.unique(self._buckets(text), return_counts=True)
        weights = np.zeros(BUCKETS, np.float32)
        weights[own] = counts * self._squares[own]  # of the rarities: both sides are weighed at once
        others = self._counts(rows)
        products = others @ weights
        others.data *= others.data
        lengths = np.sqrt(others @ self._squares) * np.sqrt((np.square(counts) * self._squares[own]).sum())
        return np.asarray(products / np.maximum(lengths, 1e-9), np.float32)

    def _counts(self, rows: RowArray) -> scipy.sparse.csr_array:
        """The counts of these rows, in their order, as a matrix of their own."""
        first = self._most.shape[0]
        recent = rows >= first
        if not recent.any():
            return self._most[rows]
        both = scipy.sparse.vstack([self._most[rows[~recent]], self._recent[rows[recent] - first]])
        order = np.concatenate([np.flatnonzero(~recent), np.flatnonzero(recent)])
        return scipy.sparse.csr_array(scipy.sparse.csr_array(both)[np.argsort(order)])

    def _hold(self, counts: scipy.sparse.csr_array) -> None:
        self._most = counts
        self._having = np.bincount(counts.indices, minlength=BUCKETS)
        self._weigh()

    def _weigh(self) -> None:
        self._squares = np.square(np.log1p((self._rows.held - self._having + 0.5) / (self._having + 0.5))).astype(np.float32)

    def save(self, path: Path) -> None:
        """See `NgramIndex.save`; a file."""
        held = np.flatnonzero(self._rows.present)
        whole = self._counts(held)
        starts = np.zeros(len(self._rows.present) + 1, np.int64)
        starts[held + 1] = np.diff(whole.indptr)
        counts = {"data": whole.data, "indices": whole.indices, "indptr": np.cumsum(starts)}
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
            loaded._hold(scipy.sparse.csr_array(counts, (len(loaded._rows.present), BUCKETS)))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise IndexInvalid(f"{path} cannot be read: {error}") from error
        return loaded
