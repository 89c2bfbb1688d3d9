"""Fusion: from the features of a claim's candidates, passage by passage, to one figure a statement, and their order.

The weights are learned (`training/fusion.py`) and kept in `fusion.json`. docs/why/retrieval.md has what they and the
constants below were chosen on, and what is reached with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from index.records import Passage
from index.search.catalogue import Catalogue, id_order
from index.search.features import Compared, Features

REFUTATION_HANDICAP = 0.04
"""Taken from a row's score where it is a refutation's text: a statement that says the same thing itself comes first
(docs/why/retrieval.md, "Passages")."""

SUPPORTING_PASSAGES, SUPPORT = 3, 0.75
"""A record's score: `SUPPORT` parts the mean of its best passages, the rest its best one. One lucky wording is not
enough. A statement's score is its own, or that of a refutation that answers it if that is higher
(docs/why/retrieval.md, "Passages")."""

TIED_TO = 5
"""Decimals to which scores are told apart for the order: sums of float32 differ in their seventh digit from processor to
processor, and chance must not decide between equals."""

WEIGHTS = Path(__file__).with_name("fusion.json")


class Candidate(msgspec.Struct, frozen=True):
    """A statement and the passage that leads to it.

    Attributes:
        passage: the statement's best passage for the claim; of kind `REFUTATION`, a passage of a refutation that
            answers it.
        features: of claim and passage.
        in_english: whether the claim was compared by the English encoder, too.
        bm25: of the passage's record, in the passage's language, for the claim's words, 0 or more.
        fused: what a claim's candidates are ranked by.
        behind_best: how far `fused` is behind the best candidate's, 0 or more.
    """

    statement_id: str
    passage: Passage
    features: Features
    in_english: bool
    bm25: float
    fused: float
    behind_best: float = 0.0

    @property
    def cosine(self) -> float:
        """Of claim and passage, -1..1."""
        return self.features.cosine


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
        expected_english: intercept and slope of the English cosine as a function of the cosine: what a passage in
            another language is credited with when an English claim is compared with passages in several languages.
    """

    english: Weights
    other: Weights
    expected_english: tuple[float, float]

    def fuse(self, catalogue: Catalogue, compared: Compared) -> list[Candidate]:
        """Each compared statement with its score and its best passage, in no order."""
        in_english = compared.query.english is not None
        weights = np.array(msgspec.structs.astuple(self.english if in_english else self.other), np.float32)
        scores = (compared.figures * weights).sum(axis=1) - REFUTATION_HANDICAP * catalogue.refutation[compared.rows]
        by_row = dict(zip(compared.rows.tolist(), scores.tolist(), strict=True))
        places = {row: place for place, row in enumerate(by_row)}
        figures, bm25 = compared.figures.tolist(), compared.bm25.tolist()
        found = []
        for id_ in compared.statement_ids:
            records = [(supported([by_row[row] for row in rows]), rows) for rows in catalogue.rows_of(id_)]
            fused, rows = max(records, key=lambda record: record[0])
            row = max(rows, key=by_row.__getitem__)
            place = places[row]
            found.append(Candidate(id_, catalogue.passages[row], Features(*figures[place]), in_english, bm25[place], fused))
        return found


def supported(scores: Sequence[float]) -> float:
    """What the passages of one record, by their scores, say for a statement."""
    if len(scores) == 1:
        return scores[0]
    best = sorted(scores, reverse=True)[:SUPPORTING_PASSAGES]
    return (1 - SUPPORT) * best[0] + SUPPORT * sum(best) / len(best)


def load_fusion(path: Path = WEIGHTS) -> Fusion:
    """The weights that the package carries."""
    return msgspec.json.decode(path.read_bytes(), type=Fusion)


def in_order(catalogue: Catalogue, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Best first, each statement once, as the part of the claim that comes closest to it found it.

    Of equal ones, what a refutation denies comes before what it counters, then the lower record id. Of statements
    that say the same in the same words (twins), the one with the lowest record id leads; the best one's score counts
    for all.
    """
    closest: dict[str, Candidate] = {}
    best: dict[str, float] = {}
    for one in candidates:
        known, leader = closest.get(one.statement_id), catalogue.leader(one.statement_id)
        if known is None or one.fused > known.fused:
            closest[one.statement_id] = one
        best[leader] = max(best.get(leader, -np.inf), one.fused)
    equals: dict[float, list[Candidate]] = {}
    for one in closest.values():
        equals.setdefault(-round(best[catalogue.leader(one.statement_id)], TIED_TO), []).append(one)
    ranked = [one for score in sorted(equals) for one in _by_record(catalogue, equals[score])]
    return [msgspec.structs.replace(one, behind_best=max(0.0, ranked[0].fused - one.fused)) for one in ranked]


def _by_record(catalogue: Catalogue, equals: list[Candidate]) -> list[Candidate]:
    if len(equals) == 1:  # as most are: taking ids apart costs time
        return equals
    return sorted(equals, key=lambda one: (catalogue.answer_place(one.passage, one.statement_id), id_order(one.statement_id)))
