"""CharNgrams: how much two texts share of their spelling, whatever the script: typos, inflections, names in Cyrillic and Latin.

Texts are transliterated to ASCII; the runs of four ngrams within their words are weighed by rarity, and compared by cosine.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import scipy.sparse
from anyascii import anyascii
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer

from index.errors import IndexInvalid

FloatArray = NDArray[np.float32]
RowArray = NDArray[np.int64]

BUCKETS = 2**18
"""n-grams are numbered by a hash: nothing but their rarities has to be kept. With half as many, unlike ones begin to meet."""


def _ascii(text: str) -> str:
    return str(anyascii(text)).casefold()


class CharNgrams(NamedTuple):
    """A text's n-grams.

    Attributes:
        buckets: their numbers.
        weights: how much each counts, float32; the sum of their squares is 1.
    """

    buckets: NDArray[np.int32]
    weights: FloatArray


class CharNgramIndex:
    """Texts by row, comparable by their ngrams."""

    def __init__(self, matrix: scipy.sparse.csr_array, rarities: FloatArray) -> None:
        self._matrix = matrix
        self._rarities = rarities
        self._counter = HashingVectorizer(
            analyzer="char_wb",
            ngram_range=(4, 4),
            n_features=BUCKETS,
            norm=None,
            alternate_sign=False,
            preprocessor=_ascii,
            dtype=np.float32,
        )

    @classmethod
    def build(cls, texts: Sequence[str]) -> CharNgramIndex:
        """Index texts, row by row."""
        index = cls(scipy.sparse.csr_array((0, BUCKETS), dtype=np.float32), np.ones(BUCKETS, np.float32))
        if texts:
            counts = scipy.sparse.csr_array(index._counter.transform(texts))
            frequencies = np.bincount(counts.indices, minlength=BUCKETS)
            index._rarities = np.log1p((len(texts) - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
            index._matrix = index._weighed(counts)
        return index

    @property
    def rows(self) -> int:
        """How many texts there are."""
        return int(self._matrix.shape[0])

    def ngrams(self, texts: Sequence[str]) -> list[CharNgrams]:
        """Texts as what is compared with the rows; many at once cost little more than one."""
        if not texts:  # scikit-learn will not count in nothing
            return []
        weighed = self._weighed(scipy.sparse.csr_array(self._counter.transform(texts)))
        ends = zip(weighed.indptr[:-1].tolist(), weighed.indptr[1:].tolist(), strict=True)
        return [CharNgrams(weighed.indices[start:end], weighed.data[start:end]) for start, end in ends]

    def cosines(self, ngrams: CharNgrams, rows: RowArray) -> FloatArray:
        """Cosines (0..1) of a text and of these rows' texts, float32, shape (len(rows),)."""
        dense = np.zeros(BUCKETS, np.float32)
        dense[ngrams.buckets] = ngrams.weights
        return np.asarray(self._matrix[rows] @ dense, np.float32)

    def _weighed(self, counts: scipy.sparse.csr_array) -> scipy.sparse.csr_array:
        weighed = counts.astype(np.float32)
        weighed.data *= self._rarities[weighed.indices]
        lengths = np.sqrt(weighed.multiply(weighed).sum(axis=1))
        weighed.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(weighed.indptr)).astype(np.float32)
        return weighed

    def save(self, path: Path) -> None:
        """Write to a file."""
        matrix = self._matrix
        np.savez(path, data=matrix.data, indices=matrix.indices, indptr=matrix.indptr, rarities=self._rarities)

    @classmethod
    def load(cls, path: Path) -> CharNgramIndex:
        """Read from a file.

        Raises:
            IndexInvalid: if it cannot be read.
        """
        try:
            with np.load(path) as parts:
                indptr = parts["indptr"]
                matrix = scipy.sparse.csr_array((parts["data"], parts["indices"], indptr), shape=(len(indptr) - 1, BUCKETS))
                return cls(matrix, parts["rarities"])
        except (OSError, ValueError, KeyError) as error:
            raise IndexInvalid(f"{path} cannot be read: {error}") from error
