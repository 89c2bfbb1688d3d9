"""Ranking: from what is alike between a claim and the passages of a statement to one figure a statement.

The weights are learned (`training/fusion.py`) and kept in `fusion.json`; docs/why/retrieval.md has the measurements.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from index.models.encoders import FloatArray
from index.records import Passage
from index.search.char_ngrams import CharNgrams
from index.search.snapshot import Snapshot
from index.search.vectors import RowArray

POOL = 50
"""Rows that each of the searches contributes to the candidates of one claim."""

REFUTATION_HANDICAP = 0.04
"""Taken from a row's score where it is a refutation's text: a statement that says the same thing itself comes first."""

SUPPORTING_FORMS, SUPPORT = 3, 0.75
"""A record's score: `SUPPORT` parts the mean of its best passages, the rest its best one. One lucky wording is not enough. A
statement's score is its own, or that of a refutation that answers it if that is higher."""

WEIGHTS = Path(__file__).with_name("fusion.json")


class Features(msgspec.Struct, frozen=True):
    """How a claim and a passage are alike; each figure higher for closer.

    Attributes:
        cosine: of their vectors, -1..1.
        projected: the same after the learned `Projection`, in which rewordings and translations lie closer, -1..1.
        english: cosine of their vectors by the English encoder, -1..1; 0 if either is in another language.
        overlap: BM25 of the passage's record, in the passage's language, as a share of what one
            with each of the claim's words gets.
        ngrams: cosine of their ngrams, 0..1.
    """

    cosine: float
    projected: float
    english: float
    overlap: float
    ngrams: float


class Weights(msgspec.Struct, frozen=True):
    """What each figure of a `Features` counts; the score is their weighted sum."""

    cosine: float
    projected: float
    english: float
    overlap: float
    ngrams: float


class Fusion(msgspec.Struct, frozen=True):
    """The learned weights.

    Attributes:
        english: for English claims, if there is an English encoder.
        other: for all others.
        expected_english: intercept and slope of the English cosine as a function of the cosine: what a passage in another
            language is credited with when an English claim is compared with passages in several languages.
    """

    english: Weights
    other: Weights
    expected_english: tuple[float, float]


def load_fusion(path: Path = WEIGHTS) -> Fusion:
    """The weights that the package carries."""
    return msgspec.json.decode(path.read_bytes(), type=Fusion)


class Probe(msgspec.Struct, frozen=True):
    """A claim, or a part of a long one, ready to be compared.

    Attributes:
        vector: float32, shape (dimension,), length 1.
        projected: the same after the index's projection.
        english: the same by the English encoder; None for claims in other languages and without that encoder.
        ngrams: the text's n-grams.
    """

    text: str
    language: str
    vector: FloatArray
    projected: FloatArray
    english: FloatArray | None
    ngrams: CharNgrams


class Candidate(msgspec.Struct, frozen=True):
    """A statement and the passage that leads to it.

    Attributes:
        passage: the statement's best passage for the claim; of kind `REFUTATION`, a passage of a refutation that answers it.
        features: of claim and passage.
        in_english: whether the claim was compared by the English encoder, too.
        bm25: of the passage's record, in the passage's language, for the claim's words, 0 or more.
        fused: what a claim's candidates are ranked by.
        behind: how far `fused` is behind the best candidate's, 0 or more.
    """

    statement_id: str
    passage: Passage
    features: Features
    in_english: bool
    bm25: float
    fused: float
    behind: float = 0.0

    @property
    def cosine(self) -> float:
        """Of claim and passage, -1..1."""
        return self.features.cosine


class Compared(NamedTuple):
    """A probe beside the statements that it may be about.

    Attributes:
        rows: the rows that lead to any of the statements, ascending.
        figures: each row's `Features`, float32, shape (len(rows), 5).
        bm25: of each row's record, in the row's language, float32, shape (len(rows),).
    """

    statement_ids: Collection[str]
    rows: RowArray
    figures: FloatArray
    bm25: FloatArray


def compare(snapshot: Snapshot, fusion: Fusion, probe: Probe, only: frozenset[str] | None = None) -> Compared:
    """Find what comes nearest by any of the searches, and compare it by all figures; `only` as for `rank`."""
    allowed = None if only is None else snapshot.rows_leading_to(only)
    bm25, full = snapshot.lexical.scores(probe.text, probe.language)
    bm25 = bm25[snapshot.lexical_places]
    reached = {id_ for row in _nearest(snapshot, probe, bm25, allowed) for id_ in snapshot.led_to[row]}
    statement_ids = reached if only is None else reached & only
    rows = snapshot.rows_leading_to(statement_ids)
    cosines = snapshot.vectors.vectors(rows) @ probe.vector
    projected = snapshot.projected[rows] @ probe.projected
    english = _english(snapshot, fusion, probe, rows, cosines)
    overlaps = bm25[rows] / full if full else np.zeros(len(rows), np.float32)
    figures = np.column_stack([cosines, projected, english, overlaps, snapshot.ngrams.cosines(probe.ngrams, rows)])
    return Compared(statement_ids, rows, figures, bm25[rows])


def rank(snapshot: Snapshot, fusion: Fusion, probe: Probe, only: frozenset[str] | None = None) -> list[Candidate]:
    """The candidates for a probe, best first, among the statements in `only` (None for all)."""
    compared = compare(snapshot, fusion, probe, only)
    weights = fusion.english if probe.english is not None else fusion.other
    scores = compared.figures @ np.array(msgspec.structs.astuple(weights), np.float32)
    scores -= REFUTATION_HANDICAP * snapshot.refutation[compared.rows]
    by_row = dict(zip(compared.rows.tolist(), scores.tolist(), strict=True))
    places = {row: place for place, row in enumerate(by_row)}
    found = []
    for statement_id in compared.statement_ids:
        fused, row = _best_record(by_row, snapshot.rows_of[statement_id].values())
        at = places[row]
        features = Features(*map(float, compared.figures[at]))
        found.append(
            Candidate(statement_id, snapshot.passages[row], features, probe.english is not None, float(compared.bm25[at]), fused)
        )
    return in_order(snapshot, found)


def in_order(snapshot: Snapshot, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Best first. Of statements that say the same in the same words, the first recorded leads; the better one's score counts."""
    best: dict[str, float] = {}
    for candidate in candidates:
        leader = snapshot.twins[candidate.statement_id]
        best[leader] = max(best.get(leader, -np.inf), candidate.fused)

    def place(candidate: Candidate) -> tuple[float, int, int]:
        leads = snapshot.led_to_place(candidate.passage, candidate.statement_id)
        return -best[snapshot.twins[candidate.statement_id]], leads, snapshot.order[candidate.statement_id]

    ranked = sorted(candidates, key=place)
    return [msgspec.structs.replace(candidate, behind=max(0.0, ranked[0].fused - candidate.fused)) for candidate in ranked]


def _nearest(snapshot: Snapshot, probe: Probe, bm25: FloatArray, allowed: RowArray | None) -> RowArray:
    """The rows that come nearest by one of the searches."""
    _, by_meaning = snapshot.vectors.search(probe.vector[None, :], POOL, allowed)
    found = [by_meaning[0], _best_rows(bm25, allowed)]
    if probe.english is not None and snapshot.english is not None:
        places = snapshot.english_places if allowed is None else snapshot.english_places[allowed]
        among = None if allowed is None else places[places >= 0]
        _, by_english = snapshot.english.search(probe.english[None, :], POOL, among)
        found.append(snapshot.english_rows[by_english[0]])
    return np.unique(np.concatenate(found))


def _english(snapshot: Snapshot, fusion: Fusion, probe: Probe, rows: RowArray, cosines: FloatArray) -> FloatArray:
    """Each row's cosine by the English encoder; for rows in other languages, what is expected of their cosine."""
    if probe.english is None or snapshot.english is None:
        return np.zeros(len(rows), np.float32)
    places = snapshot.english_places[rows]
    intercept, slope = fusion.expected_english
    english = np.asarray(intercept + slope * cosines, np.float32)
    english[places >= 0] = snapshot.english.vectors(places[places >= 0]) @ probe.english
    return english


def _best_record(scores: Mapping[int, float], groups: Iterable[Sequence[int]]) -> tuple[float, int]:
    """The score of the best of several records, each given by its rows, and its best row."""
    supported = ((*_support([scores[row] for row in rows]), rows) for rows in groups)
    fused, place, rows = max(supported, key=lambda one: one[0])
    return fused, rows[place]


def _support(scores: Sequence[float]) -> tuple[float, int]:
    """What the passages of one record, by their scores, say for a statement: its score, and the place of the best passage."""
    best = sorted(scores, reverse=True)[:SUPPORTING_FORMS]
    return (1 - SUPPORT) * best[0] + SUPPORT * sum(best) / len(best), scores.index(best[0])


def _best_rows(bm25: FloatArray, allowed: RowArray | None) -> RowArray:
    """The rows with the highest BM25 above 0, at most `POOL`."""
    rows = np.flatnonzero(bm25) if allowed is None else allowed[bm25[allowed] > 0]
    if len(rows) > POOL:
        rows = rows[np.argpartition(-bm25[rows], POOL)[:POOL]]
    return rows
