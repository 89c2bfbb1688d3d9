"""How much two texts share of their spelling, whatever the script: typos, inflections, names in Cyrillic and Latin."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from anyascii import anyascii
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.utils import murmurhash3_32

from index.search import arrays
from index.search.counts import Counts, GrowingCounts, arranged, together
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
    """See `index.search.protocols.NgramIndex`; in memory, or mapped from disk.

    Counts are kept, in two parts: most rows, which copies share, and those that were added since. Rows are weighed when asked for.
    """

    def __init__(self) -> None:
        self._rows = Rows()
        self._counts = GrowingCounts()
        self._having = np.zeros(BUCKETS, np.int64)
        self._buckets = buckets_of()
        self._weigh()

    @property
    def rows(self) -> int:
        """See `NgramIndex.rows`."""
        return self._rows.held

    def add(self, texts: Sequence[str]) -> RowArray:
        """See `NgramIndex.add`; after the first time it takes time for each n-gram added since."""
        new = Counts.of([self._buckets(text) for text in texts])
        self._counts = self._counts.with_rows(new)
        self._having = self._having + np.bincount(new.features, minlength=BUCKETS)
        added = self._rows.give(len(texts))
        self._weigh()
        return added

    def remove(self, rows: RowArray) -> None:
        """See `NgramIndex.remove`."""
        gone = together(self._counts.found(self._rows.strike(rows)))
        self._having = self._having - np.bincount(gone.features, minlength=BUCKETS)
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
        chosen._counts = GrowingCounts(self._selected(rows))
        chosen._having = np.bincount(chosen._counts.most.features, minlength=BUCKETS)
        chosen._weigh()
        return chosen

    def cosines(self, text: str, rows: RowArray) -> FloatArray:
        """See `NgramIndex.cosines`."""
        self._rows.check(rows)
        own, counts = np.unique(self._buckets(text), return_counts=True)
        weights = np.zeros(BUCKETS, np.float32)
        weights[own] = counts * self._squares[own]  # of the rarities: both sides are weighed at once
        products = squares = np.zeros(len(rows))
        for part in self._counts.found(rows):
            products = products + np.bincount(part.places, part.counts * weights[part.features], len(rows))
            squares = squares + np.bincount(part.places, part.counts * part.counts * self._squares[part.features], len(rows))
        lengths = np.sqrt(squares * (np.square(counts) * self._squares[own]).sum(dtype=np.float64))
        return np.asarray(products / np.maximum(lengths, 1e-9), np.float32)

    def _selected(self, rows: RowArray) -> Counts:
        return arranged(together(self._counts.found(rows)), len(rows))

    def _weigh(self) -> None:
        self._squares = np.square(np.log1p((self._rows.held - self._having + 0.5) / (self._having + 0.5))).astype(np.float32)

    def save(self, path: Path) -> None:
        """See `NgramIndex.save`; a folder."""
        held = np.flatnonzero(self._rows.present)
        counts = self._selected(held).spread(held, len(self._rows.present))
        arrays.save(path, {**counts._asdict(), "having": self._having, "present": self._rows.present})

    @classmethod
    def load(cls, path: Path) -> Self:
        """See `NgramIndex.load`."""
        loaded = cls()
        loaded._counts = GrowingCounts(Counts.load(path))
        loaded._having, loaded._rows = arrays.mapped(path, "having"), Rows(arrays.mapped(path, "present"))
        loaded._weigh()
        return loaded
