"""Postings: for each word, which rows have it and how often."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from index.errors import IndexInvalid
from index.search import arrays
from index.search.counts import NO_COUNTS, Counts, FeatureArray
from index.search.rows import FloatArray, RowArray

Row32Array = NDArray[np.int32]
"""Rows as they are kept: half the memory."""

WORDS = "words"


class Postings(NamedTuple):
    """By word. They never change, but for how many of the rows are still held.

    Attributes:
        places: word -> its place.
        starts: place -> where the rows that have the word start; those of the next word follow.
        rows: the rows, ascending for each word; removed ones, too.
        counts: how often each has the word.
        peaks: place -> the highest of its counts.
        having: place -> how many of the rows are still held.
    """

    places: dict[str, int]
    starts: RowArray
    rows: Row32Array
    counts: FloatArray
    peaks: FloatArray
    having: RowArray

    @classmethod
    def of(cls, places: dict[str, int], counts: Counts, first: int = 0, having: RowArray | None = None) -> Postings:
        """The counts by row, the other way round.

        Args:
            places: the numbers of the words in `counts`.
            first: the first row's number.
            having: how many of the rows that have each word are held; None for all.
        """
        by_row = scipy.sparse.csr_array((counts.counts, counts.features, counts.starts), (counts.rows, len(places)))
        by_word = by_row.tocsc()
        starts, peaks = by_word.indptr.astype(np.int64), np.zeros(len(places), np.float32)
        met = np.flatnonzero(np.diff(starts))
        if len(met):
            peaks[met] = np.maximum.reduceat(by_word.data, starts[met])
        rows = by_word.indices.astype(np.int32) + np.int32(first)
        return cls(places, starts, rows, by_word.data, peaks, np.diff(starts) if having is None else having)

    def span(self, place: int) -> slice:
        """Where the rows that have the word of this place stand."""
        return slice(self.starts.item(place), self.starts.item(place + 1))

    def without(self, features: FeatureArray) -> Postings:
        """The same after rows were removed that have these words, a word as often as it is had."""
        return self._replace(having=self.having - np.bincount(features, minlength=len(self.places)))

    def save(self, folder: Path, more: Mapping[str, arrays.Array]) -> None:
        """Write it into a folder that does not exist yet, with arrays of other names."""
        words = np.frombuffer(msgspec.json.encode(list(self.places)), np.uint8)
        arrays.save(folder, {WORDS: words, **{f"word_{name}": getattr(self, name) for name in self._fields[1:]}, **more})

    @classmethod
    def load(cls, folder: Path) -> Postings:
        """Read what was saved.

        Raises:
            IndexInvalid: if it is missing or cannot be read.
        """
        try:
            words = msgspec.json.decode(arrays.mapped(folder, WORDS).tobytes(), type=list[str])
        except msgspec.MsgspecError as error:
            raise IndexInvalid(f"{folder / WORDS}.npy cannot be read: {error}") from error
        kept = (arrays.mapped(folder, f"word_{name}") for name in cls._fields[1:])
        return cls({word: place for place, word in enumerate(words)}, *kept)


NO_POSTINGS = Postings.of({}, NO_COUNTS)
