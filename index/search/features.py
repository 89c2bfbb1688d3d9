"""Features: how a claim and a passage are alike, in four figures. docs/why/retrieval.md has what each brings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from index.search.rows import FloatArray, RowArray


class Features(msgspec.Struct, frozen=True):
    """How a claim and a passage are alike; each figure higher for closer.

    Attributes:
        cosine: of their vectors, -1..1.
        english: cosine of their vectors by the English encoder, -1..1; for a passage in another language what is
            expected of its cosine; 0 if the claim is in another language.
        overlap: of the claim's words, BM25 of all passages that the passage's record has in its language, divided by the
            BM25 of a text of mean length with each of these words once: 0 without a common word, about 1 with all of them.
        ngrams: cosine of their character n-grams, 0..1.
    """

    cosine: float
    english: float
    overlap: float
    ngrams: float


class EncodedQuery(msgspec.Struct, frozen=True):
    """A claim, or a part of a long one, ready to be compared.

    Attributes:
        words: of the text, as `index.text.words.analyse` gives them.
        vector: float32, shape (dimension,), length 1.
        english: the same by the English encoder; None for claims in other languages and without that encoder.
    """

    text: str
    words: Sequence[str]
    vector: FloatArray
    english: FloatArray | None


class StoredPassages(NamedTuple):
    """What the index holds of n passages.

    Attributes:
        vectors: float32, shape (n, dimension), each of length 1.
        english: the same by the English encoder, of the English ones only, in their order.
        in_english: which those are, bool, shape (n,).
    """

    vectors: FloatArray
    english: FloatArray
    in_english: np.ndarray[tuple[int], np.dtype[np.bool_]]


class Compared(NamedTuple):
    """A query beside the statements that it may be about.

    Attributes:
        rows: the rows that lead to any of the statements, ascending.
        figures: each row's `Features`, float32, shape (len(rows), 4).
        bm25: of each row's record, in the row's language, 0 or more, float32, shape (len(rows),).
    """

    query: EncodedQuery
    statement_ids: Collection[str]
    rows: RowArray
    figures: FloatArray
    bm25: FloatArray


def figures_of(
    query: EncodedQuery,
    passages: StoredPassages,
    overlaps: FloatArray,
    ngrams: FloatArray,
    expected_english: tuple[float, float],
) -> FloatArray:
    """The features of a query beside n passages.

    Args:
        overlaps, ngrams: those figures, float32, shape (n,).
        expected_english: see `Fusion.expected_english`.

    Returns:
        `Features`, in the order of their fields, float32, shape (n, 4). Which other passages there are changes
        none of a passage's.
    """
    cosines = _cosines(passages.vectors, query.vector)
    english = np.zeros(len(cosines), np.float32)
    if query.english is not None:
        intercept, slope = expected_english
        english += np.float32(intercept) + np.float32(slope) * cosines
        english[passages.in_english] = _cosines(passages.english, query.english)
    return np.column_stack([cosines, english, overlaps, ngrams])


def _cosines(vectors: FloatArray, vector: FloatArray) -> FloatArray:
    """Each row's cosine with the vector, float32, shape (rows,).

    A matrix product gives a row other last bits with other rows beside it, and then chance decides between equals.
    """
    return np.asarray(np.einsum("ij,j->i", vectors, vector), np.float32)
