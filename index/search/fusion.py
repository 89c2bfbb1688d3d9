"""Fusion: from the features of a claim's candidates, passage by passage, to one figure a statement, and their order.

The weights are learned (`training/fusion.py`) and kept in `fusion.json`. docs/why/retrieval.md has what they and the
constants below were chosen on, and what is reached with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.records import Passage
from index.search.catalogue import Catalogue
from index.search.features import Compared, Features
from index.search.passages import id_order
from index.search.rows import FloatArray, RowArray

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


class Fused(NamedTuple):
    """What the best record that leads to a statement says for it.

    Attributes:
        score: see `SUPPORT`.
        place: of the record's best passage, among those that were compared.
        row: of that passage.
    """

    score: float
    place: int
    row: int


class Weights(msgspec.Struct, frozen=True):
    """What each figure of a `Features` counts; the score is their weighted sum."""

    cosine: float
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

    def ranked(self, catalogue: Catalogue, parts: Sequence[Compared], most: int) -> list[Candidate]:
        """The best statements, each once, as the part of the claim that comes closest to it found it; best first.

        Of equal ones, what a refutation denies comes before what it counters, then the lower record id. Of statements
        that say the same in the same words (twins), the one with the lowest record id leads; the best one's score counts
        for all.

        Args:
            parts: of the claim, each beside the statements that it may be about.
        """
        closest: dict[str, tuple[Fused, Compared]] = {}
        best: dict[str, float] = {}
        for part in parts:
            for id_, fused in self.fuse(catalogue, part).items():
                if id_ not in closest or fused.score > closest[id_][0].score:
                    closest[id_] = fused, part
                leader = catalogue.leader(id_)
                best[leader] = max(best.get(leader, -np.inf), fused.score)
        equals: dict[float, list[str]] = {}
        for id_ in closest:
            equals.setdefault(-round(best[catalogue.leader(id_)], TIED_TO), []).append(id_)
        ids: list[str] = []
        for score in sorted(equals):
            ids += _by_record(catalogue, [(id_, *closest[id_]) for id_ in equals[score]])
            if len(ids) >= most:
                break
        return [_candidate(catalogue, id_, *closest[id_], closest[ids[0]][0].score) for id_ in ids[:most]]

    def fuse(self, catalogue: Catalogue, compared: Compared) -> dict[str, Fused]:
        """The score of each compared statement, by id."""
        in_english = compared.query.english is not None
        weights = np.array(msgspec.structs.astuple(self.english if in_english else self.other), np.float32)
        scores = (compared.figures * weights).sum(axis=1) - REFUTATION_HANDICAP * catalogue.refutation[compared.rows]
        supported, places = by_record(scores, catalogue.record_starts(compared.rows))
        found: dict[str, Fused] = {}
        for score, place in zip(supported.tolist(), places.tolist(), strict=True):
            row = compared.rows.item(place)
            for id_ in catalogue.statements_led_to(row):
                known = found.get(id_)
                if known is None or score > known.score or (score == known.score and catalogue.is_before(row, known.row)):
                    found[id_] = Fused(score, place, row)
        return {id_: fused for id_, fused in found.items() if id_ in compared.statement_ids}


def by_record(scores: FloatArray, starts: RowArray) -> tuple[NDArray[np.float64], RowArray]:
    """What the passages of each record, by their scores, say for a statement.

    Args:
        scores: of passages, those of a record one after the other, shape (passages,).
        starts: where each record's passages start, shape (records,).

    Returns:
        The figure of each record, and the place of its best passage, both of shape (records,).
    """
    sizes = np.diff(np.append(starts, len(scores)))
    record = np.repeat(np.arange(len(starts)), sizes)
    order = np.lexsort((-scores, record))  # within each record the best first; of equal ones the first
    counted = np.where(np.arange(len(scores)) - starts[record] < SUPPORTING_PASSAGES, scores[order], 0.0)
    means = np.bincount(record, counted, len(starts)) / np.minimum(sizes, SUPPORTING_PASSAGES)
    best = order[starts]
    return np.asarray((1 - SUPPORT) * scores[best] + SUPPORT * means), best


def load_fusion(path: Path = WEIGHTS) -> Fusion:
    """The weights that the package carries."""
    return msgspec.json.decode(path.read_bytes(), type=Fusion)


def _by_record(catalogue: Catalogue, equals: list[tuple[str, Fused, Compared]]) -> list[str]:
    """The ids of statements with the same score, in their order."""
    if len(equals) == 1:  # as most are: taking ids apart costs time
        return [equals[0][0]]
    return [
        id_
        for id_, *_ in sorted(
            equals, key=lambda one: (catalogue.answer_place(catalogue.passages[one[1].row], one[0]), id_order(one[0]))
        )
    ]


def _candidate(catalogue: Catalogue, id_: str, fused: Fused, part: Compared, best: float) -> Candidate:
    features = Features(*part.figures[fused.place].tolist())
    in_english, bm25 = part.query.english is not None, part.bm25.item(fused.place)
    behind = max(0.0, best - fused.score)
    return Candidate(id_, catalogue.passages[fused.row], features, in_english, bm25, fused.score, behind)
