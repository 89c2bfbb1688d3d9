"""BM25 over the words of texts, by row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from bm25s.tokenization import Tokenized
from numpy.typing import NDArray

from index.errors import IndexInvalid
from index.text.words import analyse

FloatArray = NDArray[np.float32]

K1, B = 1.5, 0.75
"""BM25's saturation and length normalisation, at their customary values (Robertson and Zaragoza, 2009)."""


class LexicalIndex:
    """BM25 (as in Lucene) over analysed texts, by row."""

    def __init__(self, index: bm25s.BM25) -> None:
        self._index = index
        self._document_frequencies = np.diff(index.scores["indptr"])

    @classmethod
    def build(cls, texts: Sequence[tuple[str, str]]) -> LexicalIndex:
        """Index (text, language) pairs, row by row."""
        index = bm25s.BM25(method="lucene", k1=K1, b=B)
        tokens = [analyse(text, language) for text, language in texts] or [
            [""]
        ]  # bm25s cannot index nothing: one empty text instead
        places = {word: place for place, word in enumerate(sorted({word for words in tokens for word in words}))}
        numbered = Tokenized(ids=[[places[word] for word in words] for words in tokens], vocab=places)
        index.index(numbered, show_progress=False)  # numbered by bm25s itself, words have another order in each process
        return cls(index)

    @property
    def rows(self) -> int:
        """How many texts there are."""
        return int(self._index.scores["num_docs"])

    def scores(self, text: str, language: str) -> tuple[FloatArray, float]:
        """Score every row.

        Returns:
            BM25 of every row (0 or more), float32, shape (rows,); and what a row of mean length that has each of the text's
            words once would get (words that no row has count like the rarest ones).
        """
        words = analyse(text, language)
        known = [word for word in words if word in self._index.vocab_dict]
        frequencies = np.zeros(len(words))
        ids = np.array([self._index.vocab_dict[word] for word in known], dtype=np.int64)
        frequencies[: len(ids)] = self._document_frequencies[ids]
        rarities = np.log1p((self.rows - frequencies + 0.5) / (frequencies + 0.5))
        full = float(rarities.sum()) / (1 + K1)
        if not known:
            return np.zeros(self.rows, np.float32), full
        return np.asarray(self._index.get_scores(known), dtype=np.float32), full

    def save(self, folder: Path) -> None:
        """Write into a folder."""
        self._index.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read from a folder.

        Raises:
            IndexInvalid: if it cannot be read.
        """
        try:
            return cls(bm25s.BM25.load(str(folder)))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexInvalid(f"{folder} cannot be read: {error}") from error
