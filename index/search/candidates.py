"""Candidates: a claim's text beside all statements that any of the searches comes near to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from index.models.encoders import ENGLISH, Encoders
from index.search.catalogue import Allowed
from index.search.features import Compared, EncodedQuery, StoredPassages, figures_of
from index.search.fusion import Candidate, Fusion
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
    every = [part for some, _ in parts for part in some]
    in_english = [part for some, language in parts if language == ENGLISH for part in some]
    vectors, in_second = map(iter, encoders.encode(every, in_english))
    return [
        [
            EncodedQuery(
                part,
                words=analyse(part, language),
                vector=next(vectors),
                english=next(in_second, None) if language == ENGLISH else None,
            )
            for part in some
        ]
        for some, language in parts
    ]


def candidates(
    index: Snapshot, claims: Sequence[tuple[Sequence[EncodedQuery], int]], fusion: Fusion, only: frozenset[str] | None, pool: int
) -> list[list[Candidate]]:
    """The candidates of each claim, best first. All are searched for together.

    Args:
        claims: the parts of each, and how many candidates it gets at most.
        only: ids of the only statements to consider; None for all.
        pool: the texts that each of the searches takes, the nearest first.
    """
    parts = [part for some, _ in claims for part in some]
    found = nearest(index, parts, index.catalogue.allowed(only), pool)
    if only is not None:
        found = [ids & only for ids in found]  # a refutation leads to others, too
    compared = (compare(index, part, ids, fusion.expected_english) for part, ids in zip(parts, found, strict=True))
    return [fusion.ranked(index.catalogue, list(islice(compared, len(some))), most) for some, most in claims]


def nearest(index: Snapshot, parts: Sequence[EncodedQuery], allowed: Allowed, pool: int = POOL) -> list[set[str]]:
    """For each text, the statements that what comes nearest by any of the searches leads to."""
    catalogue = index.catalogue
    documents = [index.words.search(part.words, pool, allowed.words, catalogue.document_order)[1] for part in parts]
    found = [[catalogue.document_rows[some]] for some in documents]
    if parts:
        near = index.vectors.search(np.stack([part.vector for part in parts]), pool, allowed.vectors)[1]
        found = [[*some, rows] for some, rows in zip(found, near, strict=True)]
    english = {place: part.english for place, part in enumerate(parts) if part.english is not None}
    if english:
        near = index.english.search(np.stack([*english.values()]), pool, allowed.english)[1]
        for place, rows in zip(english, near, strict=True):
            found[place].append(catalogue.english_rows[rows])
    return [catalogue.statements_at(np.concatenate(some).tolist()) for some in found]


def compare(index: Snapshot, part: EncodedQuery, statement_ids: set[str], expected_english: tuple[float, float]) -> Compared:
    """Each of the statements beside the claim, passage by passage.

    Args:
        expected_english: see `Fusion.expected_english`.
    """
    rows = index.catalogue.rows_leading_to(statement_ids)
    places = index.catalogue.english_places[rows] if part.english is not None else np.full(len(rows), -1)
    english = index.english.vectors(places[places >= 0])
    stored = StoredPassages(index.vectors.vectors(rows), english, places >= 0)
    bm25, full = index.words.scores(part.words, index.catalogue.document_places[rows])
    ngrams = index.ngrams.cosines(part.text, rows)
    figures = figures_of(part, stored, bm25 / (full or 1), ngrams, expected_english)
    return Compared(part, statement_ids, rows, figures, bm25)
