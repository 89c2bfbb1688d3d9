"""BM25 over words, by row: how often each document has each word, weighed when asked."""

from __future__ import annotations

import copy
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self

import msgspec
import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from index.errors import IndexInvalid
from index.search.rows import FloatArray, RowArray, Rows

K1, B = 1.5, 0.75
"""BM25's saturation and length normalisation, at their customary values (Robertson and Zaragoza, 2009)."""


class Counts(NamedTuple):
    """How often documents have words, by word.

    Attributes:
        places: word -> its place.
        starts: place -> where the rows that have the word start; those of the next word follow.
        rows: the rows, int64.
        counts: how often each has the word, float32.
        having: place -> how many of the rows are still held.
    """

    places: dict[str, int]
    starts: list[int]
    rows: RowArray
    counts: FloatArray
    having: RowArray

    @classmethod
    def of(cls, places: dict[str, int], words: RowArray, rows: RowArray, counts: FloatArray) -> Counts:
        """From triples: the word's place, the row, and how often; what occurs twice is added up."""
        shape = (int(rows.max(initial=-1)) + 1, len(places))
        by_word = scipy.sparse.csc_array((counts, (rows, words)), shape)
        having = np.diff(by_word.indptr).astype(np.int64)
        return cls(places, by_word.indptr.tolist(), by_word.indices.astype(np.int64), by_word.data, having)

    def words(self) -> RowArray:
        """The place of the word of each count."""
        return np.repeat(np.arange(len(self.places)), np.diff(self.starts))

    def without(self, struck: NDArray[np.bool_]) -> Counts:
        """The same after these rows, which `struck` tells by row, were removed; their counts stay, but are of nothing held."""
        gone = np.flatnonzero(struck[self.rows])
        places = np.searchsorted(self.starts, gone, side="right") - 1
        return self._replace(having=self.having - np.bincount(places, minlength=len(self.having)))

    def span(self, word: str) -> slice:
        """Where the rows that have the word stand."""
        place = self.places.get(word)
        return slice(0) if place is None else slice(self.starts[place], self.starts[place + 1])


NOTHING = Counts({}, [0], np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.int64))


class Bm25Index:
    """See `index.search.protocols.WordIndex`; in memory.

    The counts stand by word, in two parts: most of them, which copies share, and those that were added since. How rare a
    word is and what a count is worth in its document are worked out for each query, from what is held of both parts.
    """

    def __init__(self) -> None:
        self._rows = Rows()
        self._lengths = np.zeros(0, np.int64)
        self._most = self._recent = NOTHING
        self._weigh()

    @property
    def rows(self) -> int:
        """See `WordIndex.rows`."""
        return self._held

    def add(self, documents: Sequence[Sequence[str]]) -> RowArray:
        """See `WordIndex.add`; after the first time it takes time for each word added since."""
        part = self._recent if self._most.places else self._most
        places = dict(part.places)
        words = [places.setdefault(word, len(places)) for document in documents for word in document]
        added, lengths = self._rows.give(len(documents)), np.array([len(words) for words in documents], np.int64)
        kept = np.flatnonzero(self._rows.present[part.rows])
        grown = Counts.of(
            places,
            np.concatenate([part.words()[kept], np.array(words, np.int64)]),
            np.concatenate([part.rows[kept], np.repeat(added, lengths)]),
            np.concatenate([part.counts[kept], np.ones(len(words), np.float32)]),
        )
        self._most, self._recent = (self._most, grown) if self._most.places else (grown, self._recent)
        self._lengths = np.concatenate([self._lengths, lengths])
        self._weigh()
        return added

    def remove(self, rows: RowArray) -> None:
        """See `WordIndex.remove`; takes a look at each count."""
        struck = np.zeros(len(self._lengths), bool)
        struck[self._rows.strike(rows)] = True
        self._lengths = np.where(struck, 0, self._lengths)
        self._most, self._recent = self._most.without(struck), self._recent.without(struck)
        self._weigh()

    def copy(self) -> Self:
        """See `WordIndex.copy`."""
        twin = copy.copy(self)
        twin._rows = self._rows.copy()
        return twin

    def select(self, rows: RowArray) -> Self:
        """See `WordIndex.select`."""
        self._rows.check(rows)
        numbers = np.full(len(self._lengths), -1)
        numbers[rows] = np.arange(len(rows))
        chosen = type(self)()
        chosen._rows.give(len(rows))
        chosen._lengths, chosen._most = self._lengths[rows], self._gathered(numbers)
        chosen._weigh()
        return chosen

    def search(
        self, words: Sequence[str], k: int, allowed: RowArray | None = None, order: RowArray | None = None
    ) -> tuple[FloatArray, RowArray]:
        """See `WordIndex.search`."""
        scores, _ = self._scores(words)
        rows = np.flatnonzero(scores > 0) if allowed is None else self._rows.only_held(allowed)
        values = scores[rows]
        if 0 < k < len(rows):
            reach = values >= np.partition(values, -k)[-k]
            rows, values = rows[reach], values[reach]
        best = np.lexsort((rows if order is None else order[rows], -values))[: min(k, int(np.count_nonzero(values)))]
        return values[best], rows[best]

    def scores(self, words: Sequence[str], rows: RowArray) -> tuple[FloatArray, float]:
        """See `WordIndex.scores`."""
        self._rows.check(rows)
        scores, full = self._scores(words)
        return scores[rows], full

    def _scores(self, words: Sequence[str]) -> tuple[FloatArray, float]:
        """BM25 of every row ever given, 0 for those that were removed, and what a full match would get."""
        parts = (self._most, self._recent)
        held = [sum(int(part.having[place]) for part in parts if (place := part.places.get(word, -1)) >= 0) for word in words]
        having = np.array(held, np.float32)
        rarities = np.log1p((self._held - having + 0.5) / (having + 0.5))
        rows, values = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        for word, rarity in zip(words, rarities, strict=True):
            for part in parts:
                span = part.span(word)
                rows.append(part.rows[span])
                counts = part.counts[span]
                values.append(rarity * (counts / (counts + self._norms[rows[-1]])))
        scores = np.bincount(np.concatenate(rows), np.concatenate(values), len(self._lengths))
        return scores.astype(np.float32), float(rarities.sum()) / (1 + K1)

    def _weigh(self) -> None:
        """Work out how many documents there are, and what each one's length does to its counts: a removed one's are worth 0."""
        self._held = self._rows.held
        mean = max(int(self._lengths.sum()), 1) / max(self._held, 1)
        norms = (K1 * (1 - B + B * self._lengths / mean)).astype(np.float32)
        self._norms = np.where(self._rows.present, norms, np.float32(np.inf))

    def _gathered(self, numbers: RowArray) -> Counts:
        """Both parts as one. A row that is held gets its number of these; what is removed, or gets -1, is left out."""
        places = dict(self._most.places)
        moved = np.array([places.setdefault(word, len(places)) for word in self._recent.places], np.int64)
        words = np.concatenate([self._most.words(), moved[self._recent.words()]])
        rows = np.where(self._rows.present, numbers, -1)[np.concatenate([self._most.rows, self._recent.rows])]
        counts, kept = np.concatenate([self._most.counts, self._recent.counts]), rows >= 0
        return Counts.of(places, words[kept], rows[kept], counts[kept])

    def save(self, path: Path) -> None:
        """See `WordIndex.save`; a file."""
        whole = self._gathered(np.arange(len(self._lengths)))
        words = np.frombuffer(msgspec.json.encode(list(whole.places)), np.uint8)
        starts, rows, counts = np.array(whole.starts, np.int64), whole.rows.astype(np.int32), whole.counts
        present, lengths = self._rows.present, self._lengths
        with path.open("wb") as file:
            np.savez(file, words=words, starts=starts, rows=rows, counts=counts, present=present, lengths=lengths)

    @classmethod
    def load(cls, path: Path) -> Self:
        """See `WordIndex.load`."""
        loaded = cls()
        try:
            with path.open("rb") as file, np.load(file) as parts:
                words = msgspec.json.decode(parts["words"].tobytes(), type=list[str])
                loaded._rows, loaded._lengths = Rows(parts["present"]), parts["lengths"]
                places = {word: place for place, word in enumerate(words)}
                starts, rows = parts["starts"], parts["rows"].astype(np.int64)
                loaded._most = Counts(places, starts.tolist(), rows, parts["counts"], np.diff(starts))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, msgspec.MsgspecError) as error:
            raise IndexInvalid(f"{path} cannot be read: {error}") from error
        loaded._weigh()
        return loaded
