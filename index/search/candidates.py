"""Candidates: a claim's text beside all statements that any of the searches comes near to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.models.encoders import ENGLISH, Encoders
from index.search.catalogue import Allowed
from index.search.features import Compared, EncodedQuery, StoredPassages, figures_of
from index.search.fusion import Candidate, Fusion, in_order
from index.search.snapshot import Snapshot
from index.text.cleaning import clean, windows
from index.text.words import analyse

POOL = 50
"""Rows that each of the searches contributes to the candidates of one claim (docs/why/retrieval.md, "Candidates")."""


def encode(index: Snapshot, encoders: Encoders, texts: Sequence[tuple[str, str]]) -> list[list[EncodedQuery]]:
    """Each text, given with its language, and the windows of a long one; all are encoded at once.

    Raises:
        EncodingFailed: if an encoder gives no usable vectors.
    """
    parts = [(windows(clean(text)), language) for text, language in texts]
    vectors = iter(encoders.main.encode([part for some, _ in parts for part in some]))
    in_english = [part for some, language in parts if language == ENGLISH for part in some]
    in_second = iter(encoders.english.encode(in_english) if encoders.english else ())
    return [
        [
            EncodedQuery(
                part,
                words=analyse(part, language),
                vector=(vector := next(vectors)),
                projected=index.projection(vector[None, :])[0],
                english=next(in_second, None) if language == ENGLISH else None,
            )
            for part in some
        ]
        for some, language in parts
    ]


def candidates(
    index: Snapshot, parts: Sequence[EncodedQuery], fusion: Fusion, only: frozenset[str] | None, pool: int = POOL
) -> list[Candidate]:
    """The candidates of one claim, best first: those of all its parts.

    Args:
        only: ids of the only statements to consider; None for all.
        pool: the texts that each of the searches takes, the nearest first.
    """
    allowed, found = index.catalogue.allowed(only), list[Candidate]()
    for part in parts:
        statement_ids = nearest(index, part, allowed, pool)
        if only is not None:
            statement_ids &= only  # a refutation leads to others, too
        found += fusion.fuse(index.catalogue, compare(index, part, statement_ids, fusion.expected_english))
    return in_order(index.catalogue, found)


def nearest(index: Snapshot, part: EncodedQuery, allowed: Allowed, pool: int = POOL) -> set[str]:
    """The statements that what comes nearest by any of the searches leads to."""
    catalogue = index.catalogue
    rows = index.vectors.search(part.vector[None, :], pool, allowed.vectors)[1][0]
    documents = index.words.search(part.words, pool, allowed.words, catalogue.document_order)[1]
    found = [rows, catalogue.document_rows[documents]]
    if part.english is not None:
        places = index.english.search(part.english[None, :], pool, allowed.english)[1][0]
        found.append(catalogue.english_rows[places])
    return catalogue.statements_at(np.concatenate(found).tolist())


def compare(index: Snapshot, part: EncodedQuery, statement_ids: set[str], expected_english: tuple[float, float]) -> Compared:
    """Each of the statements beside the claim, passage by passage.

    Args:
        expected_english: see `Fusion.expected_english`.
    """
    rows = index.catalogue.rows_leading_to(statement_ids)
    places = index.catalogue.english_places[rows] if part.english is not None else np.full(len(rows), -1)
    english = index.english.vectors(places[places >= 0])
    stored = StoredPassages(index.vectors.vectors(rows), index.lengths[rows], english, places >= 0)
    bm25, full = index.words.scores(part.words, index.catalogue.document_places[rows])
    ngrams = index.ngrams.cosines(part.text, rows)
    figures = figures_of(part, stored, index.projection, bm25 / (full or 1), ngrams, expected_english)
    return Compared(part, statement_ids, rows, figures, bm25)
