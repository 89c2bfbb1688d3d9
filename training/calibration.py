"""Fit retrieval's probabilities: `make calibrate`. Writes index/search/calibration.json.

Fitted on the bundled seeds with the calibration claims, and on a desk's base of many topics (`training.labelled`). The development
claims are not used, so that `make quality` measures on claims that the model has not seen.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression

from index.kinds import RelationKind
from index.models.encoders import Encoders, load_encoders
from index.records import Document
from index.search.calibration import MODELS, Calibration, Model, features_of
from index.search.fusion import Candidate
from index.search.retriever import Query, Retriever
from index.store.sql import SqlStore
from service.check.reading import read
from training.claim_sets import CALIBRATION, read_claims
from training.labelled import Labelled, desk_base, seed_base

FEATURES = ("fused", "behind_best", "overlap", "ngrams", "cosine")
FEW_FEATURES = ("fused", "behind_best")
"""For encoders other than the default ones: with all features, one alone gets weights that cancel each other out."""
CANDIDATES, FOLLOWING = 3, 0.3
"""The model is fitted on this many candidates of each claim (the others are hardly ever shown). Each after the first
has this weight: the first one's probability matters most."""
REVIEWED = 0.99
"""Share of covered calibration claims whose statement is answered or at least suggested for review."""
ANSWERED = 0.965
"""Share of covered calibration claims that the threshold lets through. They are worded more freely than what people
post: more of the covered development claims are answered (docs/why/calibration.md)."""
CHOICES = (("rebut-e5-small", "all-MiniLM-L6-v2"), ("rebut-e5-small", ""), ("all-MiniLM-L6-v2", ""))
"""The choices of packaged encoders that get models: the encoder for all languages, and the English one beside it."""
ENGLISH_ONLY = "all-MiniLM-L6-v2"


class Asked(msgspec.Struct, frozen=True):
    """A claim and its candidates.

    Attributes:
        expected: ids of the statements that it is about.
        undecided: one that it is merely on the topic of: neither right nor wrong.
    """

    expected: list[str]
    candidates: list[Candidate]
    undecided: str = ""


def main() -> None:
    """Fit models for each choice of packaged encoders."""
    fitted = {}
    for choice in CHOICES:
        encoders = load_encoders(*choice, Path("build/encoders"))
        english_only = choice[0] == ENGLISH_ONLY
        asked = [*seeds_asked(encoders, english_only=english_only), *desk_asked(encoders, english_only=english_only)]
        fitted[encoders.name] = fit(asked, FEATURES if choice == CHOICES[0] else FEW_FEATURES)
        print(f"{encoders.name}: {len(asked)} claims, {fitted[encoders.name]}")
    MODELS.write_bytes(msgspec.json.format(msgspec.json.encode(fitted)) + b"\n")


def seeds_asked(encoders: Encoders, *, english_only: bool) -> list[Asked]:
    """The calibration claims, asked of the bundled seeds."""
    claims = [claim for claim in read_claims(CALIBRATION) if not english_only or claim.language == "en"]
    found = retrieved(seed_base().documents, encoders, [claim.text for claim in claims])
    return [Asked(claim.expected, candidates) for claim, candidates in zip(claims, found, strict=True)]


def desk_asked(encoders: Encoders, *, english_only: bool) -> list[Asked]:
    """The claims of the desk's base."""
    base = desk_base(language="en" if english_only else None)
    claims = [claim for claim in base.claims if not english_only or claim.language == "en"]
    found = retrieved(base.documents, encoders, [claim.text for claim in claims])
    return [_asked(claim, candidates) for claim, candidates in zip(claims, found, strict=True)]


def _asked(claim: Labelled, candidates: list[Candidate]) -> Asked:
    if claim.relation is RelationKind.RELATED:
        return Asked([], candidates, claim.statement or "")
    return Asked([claim.statement] if claim.statement else [], candidates)


def retrieved(documents: list[Document], encoders: Encoders, texts: list[str]) -> list[list[Candidate]]:
    """The candidates of claims on a base of their own."""
    with tempfile.TemporaryDirectory() as scratch:
        store = SqlStore(f"sqlite:///{scratch}/rebut.sqlite")
        store.load(documents)
        readings = [read(text) for text in texts]
        retriever = Retriever(store, encoders, Path(scratch) / "index")
        found = retriever.retrieve([Query(reading.words.text, reading.language) for reading in readings]).candidates
        store.close()
    return found


def fit(asked: list[Asked], features: Sequence[str]) -> Calibration:
    """Fit the models on each claim's best candidates, right or wrong, then choose the thresholds."""
    judged = [
        (candidate, candidate.statement_id in one.expected, FOLLOWING if place else 1.0)
        for one in asked
        for place, candidate in enumerate(one.candidates[:CANDIDATES])
        if candidate.statement_id != one.undecided
    ]
    both = [[one for one in judged if one[0].in_english == in_english] for in_english in (True, False)]
    english, other = (fit_one(some, features) if some else None for some in both)
    fitted = Calibration(english or other, other or english, 0.5, 0.5)  # type: ignore[arg-type]
    best = [fitted.probability(one.candidates[0]) for one in asked if one.expected]
    return msgspec.structs.replace(fitted, threshold=passing(best, ANSWERED), review=passing(best, REVIEWED))


def passing(best: list[float], share: float) -> float:
    """The threshold that lets this share of the claims through."""
    return round(float(np.quantile(best, 1 - share)), 3)


def fit_one(judged: list[tuple[Candidate, bool, float]], features: Sequence[str]) -> Model:
    """Fit one logistic model."""
    values = np.array([[features_of(candidate)[name] for name in features] for candidate, _, _ in judged])
    scale = values.std(axis=0)
    model = LogisticRegression(C=10).fit(
        values / scale, [right for _, right, _ in judged], sample_weight=[counts for _, _, counts in judged]
    )
    weights = dict(zip(features, (float(weight) for weight in model.coef_[0] / scale), strict=True))
    return Model(float(model.intercept_[0]), weights)


if __name__ == "__main__":
    main()
