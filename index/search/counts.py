"""Counts: how often each row has each feature, a word or a run of letters, by its number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.search import arrays
from index.search.rows import FloatArray, RowArray

FeatureArray = NDArray[np.int32]


class Found(NamedTuple):
    """The counts of some rows, one after the other.

    Attributes:
        places: of which of the rows each is, as its place among them.
        features: of which feature.
        counts: how often the row has it.
    """

    places: RowArray
    features: FeatureArray
    counts: FloatArray


class Counts(NamedTuple):
    """By row. It never changes.

    Attributes:
        starts: row -> where its counts start; those of the next row follow.
        features: of which feature each is; each once for a row.
        counts: how often the row has it.
    """

    starts: RowArray
    features: FeatureArray
    counts: FloatArray

    @classmethod
    def of(cls, rows: Sequence[RowArray]) -> Counts:
        """From all features of each row, as often as it has them."""
        counted = [np.unique(features, return_counts=True) for features in rows]
        starts = np.cumsum([0, *(len(features) for features, _ in counted)], dtype=np.int64)
        features = np.concatenate([*(features for features, _ in counted), np.zeros(0, np.int64)])
        counts = np.concatenate([*(counts for _, counts in counted), np.zeros(0, np.int64)])
        return cls(starts, features.astype(np.int32), counts.astype(np.float32))

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.starts) - 1

    def found(self, rows: RowArray) -> Found:
        """The counts of these rows."""
        starts = self.starts[rows]
        sizes = self.starts[rows + 1] - starts
        places = np.repeat(np.arange(len(rows)), sizes)
        at = np.arange(len(places)) + np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
        return Found(places, self.features[at], self.counts[at])

    def joined(self, other: Counts) -> Counts:
        """The rows of both, those of the other one after one's own."""
        starts = np.concatenate([self.starts, self.starts[-1] + other.starts[1:]])
        return Counts(starts, np.concatenate([self.features, other.features]), np.concatenate([self.counts, other.counts]))

    def spread(self, rows: RowArray, given: int) -> Counts:
        """The same under these numbers, ascending, among so many rows of which the others have nothing."""
        sizes = np.zeros(given, np.int64)
        sizes[rows] = np.diff(self.starts)
        return self._replace(starts=np.concatenate([[0], np.cumsum(sizes)]))

    @classmethod
    def load(cls, folder: Path) -> Counts:
        """Read what was saved under the names of the fields.

        Raises:
            IndexInvalid: if it is missing or cannot be read.
        """
        return cls(*(arrays.mapped(folder, name) for name in cls._fields))


NO_COUNTS = Counts.of([])


class GrowingCounts(NamedTuple):
    """Counts in two parts: most rows, which copies share, and those that were added since.

    Attributes:
        recent: by row, from the first one after `most`; their features may have numbers of their own.
    """

    most: Counts = NO_COUNTS
    recent: Counts = NO_COUNTS

    def with_rows(self, added: Counts) -> GrowingCounts:
        """The same with more rows: the first that come are most of them."""
        return self._replace(recent=self.recent.joined(added)) if self.most.rows else GrowingCounts(added)

    def found(self, rows: RowArray) -> tuple[Found, Found]:
        """The counts of these rows, in each part; each count's place is that among all of the rows."""
        late = rows >= self.most.rows
        if not late.any():
            return self.most.found(rows), NO_COUNTS.found(rows[:0])
        early, later = np.flatnonzero(~late), np.flatnonzero(late)
        most, recent = self.most.found(rows[early]), self.recent.found(rows[later] - self.most.rows)
        return most._replace(places=early[most.places]), recent._replace(places=later[recent.places])


def arranged(found: Found, rows: int) -> Counts:
    """Found counts, in whatever order, as those of so many rows by themselves."""
    order = np.argsort(found.places, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(found.places, minlength=rows))])
    return Counts(starts.astype(np.int64), found.features[order], found.counts[order])


def together(parts: Sequence[Found]) -> Found:
    """Several as one."""
    return Found(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
