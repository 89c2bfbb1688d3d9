"""BM25 over words: how often each document has each word, weighed when asked.

A search reads which documents have the query's words, rare words first, until those left to read can no longer lift another
document among the best (MaxScore: Turtle and Flood, "Query evaluation: strategies and optimizations", 1995), or so many were read
that common words alone would decide. What comes near then gets its whole BM25. So a query costs the same whatever the number of
documents.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from index.search import arrays
from index.search.counts import Counts, GrowingCounts, arranged, together
from index.search.postings import NO_POSTINGS, Postings
from index.search.rows import FloatArray, RowArray, Rows

K1, B = 1.5, 0.75
"""BM25's saturation and length normalisation, at their customary values (Robertson and Zaragoza, 2009)."""

READ_FIRST, READ_MOST = 8_000, 32_000
"""Rows that are read of the rarest words before it is looked whether that is enough; and of all words, except the rarest one."""
WEIGHED = 20
"""Times as many documents as are asked for that get their whole BM25."""
SLACK = 1 + 1e-5
"""By how much a bound has to be higher for sums of float32."""


class Term(NamedTuple):
    """A word of a query that documents have.

    Attributes:
        weight: what it counts: its rarity, as often as the query has it.
        parts: the postings that know it, with its place in them.
        rows: how many rows stand there for it.
    """

    weight: float
    parts: list[tuple[Postings, int]]
    rows: int


class Partial(NamedTuple):
    """Rows, ascending, and what they have of BM25 by the words that were read."""

    rows: RowArray
    bm25: FloatArray

    def reached(self, k: int) -> float:
        """What the k best have at least."""
        return float(np.partition(self.bm25, -k)[-k]) if len(self.rows) >= k else 0.0


class Bm25Index:
    """See `index.search.protocols.WordIndex`; in memory, or mapped from disk.

    The counts stand by row and by word, each in two parts: most of them, which copies share, and those that were added since.
    How rare a word is and what a count is worth in its document are worked out for each query, from what is held of both parts.

    Attributes:
        few: with so many rows, adding up what was read in an array of all of them is quicker than sorting it.
    """

    few = 20_000

    def __init__(self) -> None:
        self._rows = Rows()
        self._held = self._length = 0
        self._lengths = np.zeros(0, np.int32)
        self._counts = GrowingCounts()
        self._most = self._recent = NO_POSTINGS

    @property
    def rows(self) -> int:
        """See `WordIndex.rows`."""
        return self._held

    def add(self, documents: Sequence[Sequence[str]]) -> RowArray:
        """See `WordIndex.add`; after the first time it takes time for each word added since."""
        most, part = self._counts.most.rows, self._recent if self._counts.most.rows else self._most
        places = dict(part.places)
        numbers = [np.array([places.setdefault(word, len(places)) for word in document], np.int64) for document in documents]
        new = Counts.of(numbers)
        having = np.pad(part.having, (0, len(places) - len(part.places))) + np.bincount(new.features, minlength=len(places))
        self._counts = self._counts.with_rows(new)
        if most:
            self._recent = Postings.of(places, self._counts.recent, most, having)
        else:
            self._most = Postings.of(places, new)
        lengths = np.array([len(document) for document in documents], np.int32)
        self._lengths = np.concatenate([self._lengths, lengths])
        return self._given(lengths)

    def _given(self, lengths: NDArray[np.int32]) -> RowArray:
        self._held += len(lengths)
        self._length += int(lengths.sum(dtype=np.int64))
        return self._rows.give(len(lengths))

    def remove(self, rows: RowArray) -> None:
        """See `WordIndex.remove`."""
        struck = self._rows.strike(rows)
        most, recent = self._counts.found(struck)
        self._most, self._recent = self._most.without(most.features), self._recent.without(recent.features)
        self._held -= len(struck)
        self._length -= int(self._lengths[struck].sum(dtype=np.int64))

    def copy(self) -> Self:
        """See `WordIndex.copy`."""
        twin = copy.copy(self)
        twin._rows = self._rows.copy()
        return twin

    def select(self, rows: RowArray) -> Self:
        """See `WordIndex.select`."""
        self._rows.check(rows)
        chosen = type(self)()
        chosen._given(self._lengths[rows])
        chosen._lengths = self._lengths[rows]
        places, counts = self._gathered(rows)
        chosen._counts, chosen._most = GrowingCounts(counts), Postings.of(places, counts)
        return chosen

    def search(
        self, words: Sequence[str], k: int, allowed: RowArray | None = None, order: RowArray | None = None
    ) -> tuple[FloatArray, RowArray]:
        """See `WordIndex.search`."""
        only = None if allowed is None else np.sort(self._rows.only_held(allowed))
        terms = sorted(self._terms(words), key=lambda term: term.rows)
        if len(self._lengths) <= self.few and sum(term.rows for term in terms) <= READ_FIRST:
            rows, values = self._all(terms, only)
        else:
            rows = self._promising(terms, max(k, 1), only)
            values = self._bm25(terms, rows)
        found = np.flatnonzero(values)
        rows, values = rows[found], values[found]
        best = np.lexsort((rows if order is None else order[rows], -values))[:k]
        return values[best], rows[best]

    def scores(self, words: Sequence[str], rows: RowArray) -> tuple[FloatArray, float]:
        """See `WordIndex.scores`."""
        self._rows.check(rows)
        full = float(self._rarities([self._having(word) for word in words]).sum()) / (1 + K1)
        return self._bm25(self._terms(words), rows), full

    def _knowing(self, word: str) -> list[tuple[Postings, int]]:
        return [(part, place) for part in (self._most, self._recent) if (place := part.places.get(word)) is not None]

    def _having(self, word: str) -> int:
        """How many documents have a word."""
        return sum(part.having.item(place) for part, place in self._knowing(word))

    def _rarities(self, having: Sequence[int]) -> FloatArray:
        counts = np.array(having, np.float32)
        return np.asarray(np.log1p((self._held - counts + 0.5) / (counts + 0.5)), np.float32)

    def _terms(self, words: Sequence[str]) -> list[Term]:
        """The words of a query that any document has."""
        asked = [(word, times, having) for word, times in Counter(words).items() if (having := self._having(word))]
        rarities = self._rarities([having for _, _, having in asked]).tolist()
        return [self._term(word, times * rarity) for (word, times, _), rarity in zip(asked, rarities, strict=True)]

    def _term(self, word: str, weight: float) -> Term:
        parts = self._knowing(word)
        return Term(weight, parts, sum(part.starts.item(place + 1) - part.starts.item(place) for part, place in parts))

    def _bound(self, term: Term) -> float:
        """The most that a word can add to a document's BM25."""
        peak = max(part.peaks.item(place) for part, place in term.parts)
        shortest = K1 * (1 - B + B * peak / self._mean)  # a document that has it so often is at least so long
        return term.weight * peak / (peak + shortest) * SLACK

    @property
    def _mean(self) -> float:
        return max(self._length, 1) / max(self._held, 1)

    def _promising(self, terms: Sequence[Term], k: int, only: RowArray | None) -> RowArray:
        """The rows of the best documents that are held, and of some others; the rarest word is the first of the terms."""
        if only is not None and len(only) <= min(sum(term.rows for term in terms), READ_FIRST):
            return only
        read, partial = 0, Partial(np.zeros(0, np.int64), np.zeros(0, np.float32))
        bounds = [self._bound(term) for term in terms]
        for most in (READ_FIRST, READ_MOST):
            more = _within(terms, most)
            partial, read = (self._added(partial, terms[read:more], only), more) if more > read else (partial, read)
            reached, left = partial.reached(k), sum(bounds[read:])
            if reached > left:
                break
        near = np.flatnonzero(partial.bm25 * SLACK + left >= reached)
        if len(near) > WEIGHED * k and left:
            near = near[np.argpartition(-partial.bm25[near], WEIGHED * k)[: WEIGHED * k]]
        return partial.rows[near]

    def _added(self, partial: Partial, terms: Sequence[Term], only: RowArray | None) -> Partial:
        """The same after these words were read, too."""
        rows, values = self._read(terms, only)
        return _summed(np.concatenate([partial.rows, rows]), np.concatenate([partial.bm25, values]))

    def _all(self, terms: Sequence[Term], only: RowArray | None) -> tuple[RowArray, FloatArray]:
        """The rows that are held and have any of these words, ascending, with their BM25."""
        rows, values = self._read(terms, only)
        bm25 = np.bincount(rows, values, len(self._lengths)).astype(np.float32)
        found = np.flatnonzero(bm25)
        return found, bm25[found]

    def _read(self, terms: Sequence[Term], only: RowArray | None) -> tuple[RowArray, FloatArray]:
        """Which rows that are held have each of these words, and what it adds to their BM25."""
        if not terms:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        spans = [(part, part.span(place), term.weight) for term in terms for part, place in term.parts]
        rows = np.concatenate([part.rows[span] for part, span, _ in spans])
        counts = np.concatenate([part.counts[span] for part, span, _ in spans])
        weights = np.repeat(
            np.array([weight for *_, weight in spans], np.float32), [span.stop - span.start for _, span, _ in spans]
        )
        if only is not None or self._held < len(self._lengths):
            kept = self._rows.present[rows] if only is None else _among(rows, only)
            rows, counts, weights = rows[kept], counts[kept], weights[kept]
        return rows, self._worth(rows, counts, weights)

    def _worth(self, rows: RowArray, counts: FloatArray, weights: FloatArray) -> FloatArray:
        """What so many of a word add to the BM25 of each row."""
        norms = np.float32(K1 * B / self._mean) * self._lengths[rows].astype(np.float32) + np.float32(K1 * (1 - B))
        return np.asarray(weights * (counts / (counts + norms)), np.float32)

    def _bm25(self, terms: Sequence[Term], rows: RowArray) -> FloatArray:
        """BM25 of rows that are held; each row's does not depend on which others there are."""
        bm25 = np.zeros(len(rows))
        for part, found in zip((self._most, self._recent), self._counts.found(rows), strict=True):
            if not len(found.places):
                continue
            weights = np.zeros(len(part.places), np.float32)
            for term in terms:
                for known, place in term.parts:
                    if known is part:
                        weights[place] = term.weight
            weighed = weights[found.features]
            met = np.flatnonzero(weighed)
            places = found.places[met]
            bm25 += np.bincount(places, self._worth(rows[places], found.counts[met], weighed[met]), len(rows))
        return bm25.astype(np.float32)

    def _gathered(self, rows: RowArray) -> tuple[dict[str, int], Counts]:
        """The counts of these rows in one part, with the places of its words."""
        places = dict(self._most.places)
        moved = np.array([places.setdefault(word, len(places)) for word in self._recent.places], np.int32)
        most, recent = self._counts.found(rows)
        return places, arranged(together([most, recent._replace(features=moved[recent.features])]), len(rows))

    def save(self, path: Path) -> None:
        """See `WordIndex.save`; a folder."""
        held = np.flatnonzero(self._rows.present)
        places, counts = self._gathered(held)
        counts = counts.spread(held, len(self._rows.present))
        more = {**counts._asdict(), "present": self._rows.present, "lengths": self._lengths}
        Postings.of(places, counts).save(path, more)

    @classmethod
    def load(cls, path: Path) -> Self:
        """See `WordIndex.load`."""
        loaded = cls()
        loaded._most = Postings.load(path)
        loaded._counts = GrowingCounts(Counts.load(path))
        loaded._rows, loaded._lengths = Rows(arrays.mapped(path, "present")), arrays.mapped(path, "lengths")
        loaded._held = loaded._rows.held
        loaded._length = int(loaded._lengths[loaded._rows.present].sum(dtype=np.int64))
        return loaded


def _within(terms: Sequence[Term], most: int) -> int:
    """How many terms, from the first one on, have so many rows together: at least one."""
    sums = np.cumsum([term.rows for term in terms])
    return min(len(terms), max(1, int(np.searchsorted(sums, most, side="right"))))


def _summed(rows: RowArray, values: FloatArray) -> Partial:
    """Each row once, with the sum of its values, which are not negative."""
    packed = np.sort(rows.astype(np.int64) << 32 | values.view(np.uint32))  # quicker than `argsort`
    rows = packed >> 32
    starts = np.flatnonzero(np.concatenate([[True], rows[1:] != rows[:-1]])[: len(rows)])
    values = packed.astype(np.uint32).view(np.float32)  # the lower half
    return Partial(rows[starts], np.add.reduceat(values, starts) if len(starts) else values)


def _among(rows: RowArray, only: RowArray) -> NDArray[np.bool_]:
    """Whether each row is one of the others, which ascend."""
    if not len(only):
        return np.zeros(len(rows), bool)
    return np.asarray(only[np.minimum(np.searchsorted(only, rows), len(only) - 1)] == rows)
