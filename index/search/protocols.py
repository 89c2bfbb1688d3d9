"""What an index of vectors, of words and of character n-grams can do, whoever keeps it.

The retriever knows no more of them than this; `tests/contracts` says it as tests, which every home of one must pass.
Rows are as in `index.search.rows`. An index must not be changed while it is searched; searching from several threads
is safe.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, Self

from index.search.rows import FloatArray, RowArray


class Stored(Protocol):
    """Entries by row."""

    @property
    def rows(self) -> int:
        """How many entries there are, the removed ones not counted."""
        ...

    def remove(self, rows: RowArray) -> None:
        """Remove entries: they are never found again. One that was removed before stays removed.

        Raises:
            IndexError: if a row was never given; then none is removed.
        """
        ...

    def copy(self) -> Self:
        """The same entries by the same rows; what one adds or removes, the other does not notice.

        What was there at the first `add`, after `select` or `load`, is shared and not copied: an index is changed by changing
        its copy, while the index itself is searched.
        """
        ...

    def select(self, rows: RowArray) -> Self:
        """A new index of these entries alone, numbered from 0 in this order.

        Raises:
            IndexError: if a row was never given, or was removed.
        """
        ...

    def save(self, path: Path) -> None:
        """Write all of it to a path that does not exist yet: a file, or a folder, as the home likes."""
        ...

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what was saved: the same rows, and the next one added gets the number that it would have got.

        Raises:
            IndexInvalid: if it is missing or cannot be read.
        """
        ...


class VectorIndex(Stored, Protocol):
    """Unit vectors by row, searchable by cosine."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def add(self, vectors: FloatArray) -> RowArray:
        """Add vectors; gives their rows.

        Args:
            vectors: float32, shape (n, dimension), each of Euclidean length 1.

        Raises:
            EncodingFailed: if they have another shape or type, or are not finite; then none is added.
        """
        ...

    def search(self, queries: FloatArray, k: int, allowed: RowArray | None = None) -> tuple[FloatArray, RowArray]:
        """The nearest rows to each query, best first. Where k parts rows of equal cosine, any of them come.

        Of very many rows a few of the nearest may be missed (docs/why/retrieval.md, "Vectors"); what comes has its true cosine.

        Args:
            queries: float32, shape (queries, dimension), each of Euclidean length 1.
            k: how many; fewer come back if there are fewer.
            allowed: the only rows to consider, each at most once; removed ones are passed over. None for all.

        Returns:
            Cosines (-1..1, float32) and rows, both of shape (queries, min(k, considered rows)).

        Raises:
            EncodingFailed: if the queries have another shape or type, or are not finite.
            IndexError: if an allowed row was never given.
        """
        ...

    def vectors(self, rows: RowArray) -> FloatArray:
        """The vectors of these rows, float32, shape (len(rows), dimension).

        Raises:
            IndexError: if a row was never given, or was removed.
        """
        ...


class WordIndex(Stored, Protocol):
    """Documents by row, each given by its words, searchable by BM25.

    BM25 is Lucene's: a word that n of the N documents have counts ln(1 + (N - n + 0.5) / (n + 0.5)), times
    f / (f + k1 (1 - b + b l / m)) in a document of l words that has it f times, where m is the mean of all l. A word
    that a query has twice counts twice. N, n and m follow what is added and removed.
    """

    def add(self, documents: Sequence[Sequence[str]]) -> RowArray:
        """Add documents; gives their rows. One without words is never found, but counts in N and m."""
        ...

    def search(
        self, words: Sequence[str], k: int, allowed: RowArray | None = None, order: RowArray | None = None
    ) -> tuple[FloatArray, RowArray]:
        """The documents with the highest BM25, best first.

        Of very many documents a few may be missed (docs/why/retrieval.md, "Words"); what comes has its true BM25.

        Args:
            words: the query's, in any order.
            k: how many; fewer come back if fewer have any of the words.
            allowed: the only rows to consider, each at most once; removed ones are passed over. None for all.
            order: a number for each row ever given; of equal documents the one with the lower number comes first. None for the row.

        Returns:
            BM25 (above 0, float32) and rows, both of shape (found,).

        Raises:
            IndexError: if an allowed row was never given.
        """
        ...

    def scores(self, words: Sequence[str], rows: RowArray) -> tuple[FloatArray, float]:
        """BM25 of these rows (0 or more, float32, shape (len(rows),)), and what a full match would get.

        A full match is a document of mean length that has each of the words once; a word that no document has counts
        like the rarest. 0 for a query without words.

        Raises:
            IndexError: if a row was never given, or was removed.
        """
        ...


class NgramIndex(Stored, Protocol):
    """Texts by row, comparable by how much they share of their spelling.

    Texts are transliterated to ASCII and case-folded. Each run of four characters within a word that is fenced by
    spaces (a shorter word with its spaces whole) counts as often as the text has it, times ln(1 + (N - n + 0.5) / (n
    + 0.5)) if n of the N texts have it; N and n follow what is added and removed.
    """

    def add(self, texts: Sequence[str]) -> RowArray:
        """Add texts; gives their rows."""
        ...

    def cosines(self, text: str, rows: RowArray) -> FloatArray:
        """Cosines (0..1) of a text and of these rows' texts, float32, shape (len(rows),).

        Raises:
            IndexError: if a row was never given, or was removed.
        """
        ...
