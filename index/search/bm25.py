"""BM25 over words, by row: how often each document has each word, weighed when asked."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import msgspec
import numpy as np
import scipy.sparse

from index.errors import IndexInvalid
from index.search.rows import FloatArray, RowArray, Rows

K1, B = 1.5, 0.75
"""BM25's saturation and length normalisation, at their customary values (Robertson and Zaragoza, 2009)."""


class Bm25Index:
    """See `index.search.protocols.WordIndex`; in memory.

    The counts stand by word: of each word the rows that have it, and how often. What a count is worth in its document
    (its saturation) depends on the mean length alone and is worked out at each change; how rare a word is, at each
    query.
    """

    def __init__(self) -> None:
        self._rows = Rows()
        self._places: dict[str, int] = {}
        self._counts = scipy.sparse.csc_array((0, 0), dtype=np.float32)
        self._lengths = np.zeros(0, np.int64)
        self._weigh()

    @property
    def rows(self) -> int:
        """See `WordIndex.rows`."""
        return self._held

    def add(self, documents: Sequence[Sequence[str]]) -> RowArray:
        """See `WordIndex.add`; takes time for each word of all that is held."""
        places = [self._places.setdefault(word, len(self._places)) for words in documents for word in words]
        added, lengths = self._rows.give(len(documents)), np.array([len(words) for words in documents], np.int64)
        known = self._counts.tocoo()
        rows = np.concatenate([known.row, np.repeat(added, lengths)])
        columns = np.concatenate([known.col, np.array(places, np.int64)])
        counts = np.concatenate([known.data, np.ones(len(places), np.float32)])
        self._counts = scipy.sparse.csc_array((counts, (rows, columns)), (len(self._rows.present), len(self._places)))
        self._lengths = np.concatenate([self._lengths, lengths])
        self._weigh()
        return added

    def remove(self, rows: RowArray) -> None:
        """See `WordIndex.remove`; takes time for each word of all that is held."""
        self._lengths[self._rows.strike(rows)] = 0
        known = self._counts.tocoo()
        kept = self._rows.present[known.row]
        self._counts = scipy.sparse.csc_array((known.data[kept], (known.row[kept], known.col[kept])), known.shape)
        self._weigh()

    def search(self, words: Sequence[str], k: int, allowed: RowArray | None = None) -> tuple[FloatArray, RowArray]:
        """See `WordIndex.search`."""
        scores, _ = self._scores(words)
        rows = np.flatnonzero(scores > 0) if allowed is None else self._rows.only_held(allowed)
        values = scores[rows]
        if 0 < k < len(rows):
            reach = values >= np.partition(values, -k)[-k]
            rows, values = rows[reach], values[reach]
        best = np.lexsort((rows, -values))[: min(k, int(np.count_nonzero(values)))]
        return values[best], rows[best]

    def scores(self, words: Sequence[str], rows: RowArray) -> tuple[FloatArray, float]:
        """See `WordIndex.scores`."""
        self._rows.check(rows)
        scores, full = self._scores(words)
        return scores[rows], full

    def _scores(self, words: Sequence[str]) -> tuple[FloatArray, float]:
        """BM25 of every row ever given, and what a full match would get."""
        rarities = self._rarities(words)
        having, values = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        for word, rarity in zip(words, rarities, strict=True):
            start, end = self._span(word)
            having.append(self._counts.indices[start:end])
            values.append(rarity * self._saturations[start:end])
        scores = np.bincount(np.concatenate(having), np.concatenate(values), len(self._lengths))
        return scores.astype(np.float32), float(rarities.sum()) / (1 + K1)

    def _rarities(self, words: Sequence[str]) -> FloatArray:
        spans = [self._span(word) for word in words]
        having = np.array([end - start for start, end in spans], np.float32)
        return np.log1p((self._held - having + 0.5) / (having + 0.5))

    def _span(self, word: str) -> tuple[int, int]:
        """Where the rows that have the word stand among all counts."""
        place = self._places.get(word)
        return (0, 0) if place is None else (self._starts[place], self._starts[place + 1])

    def _weigh(self) -> None:
        self._held = self._rows.held
        self._starts: list[int] = self._counts.indptr.tolist()
        mean = max(int(self._lengths.sum()), 1) / max(self._held, 1)
        norms = (K1 * (1 - B + B * self._lengths / mean)).astype(np.float32)
        self._saturations = self._counts.data / (self._counts.data + norms[self._counts.indices])

    def save(self, path: Path) -> None:
        """See `WordIndex.save`; a file."""
        words = np.frombuffer(msgspec.json.encode(list(self._places)), np.uint8)
        counts = {name: getattr(self._counts, name) for name in ("data", "indices", "indptr")}
        with path.open("wb") as file:
            np.savez(file, words=words, present=self._rows.present, lengths=self._lengths, **counts)

    @classmethod
    def load(cls, path: Path) -> Self:
        """See `WordIndex.load`."""
        loaded = cls()
        try:
            with path.open("rb") as file, np.load(file) as parts:
                words = msgspec.json.decode(parts["words"].tobytes(), type=list[str])
                loaded._rows, loaded._lengths = Rows(parts["present"]), parts["lengths"]
                counts = parts["data"], parts["indices"], parts["indptr"]
            loaded._places = {word: place for place, word in enumerate(words)}
            loaded._counts = scipy.sparse.csc_array(counts, (len(loaded._lengths), len(words)))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, msgspec.MsgspecError) as error:
            raise IndexInvalid(f"{path} cannot be read: {error}") from error
        loaded._weigh()
        return loaded
