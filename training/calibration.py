"""Fit the probabilities: `make calibrate`. Writes index/search/calibration.json from the calibration claims.

The development claims are not used, so that `make quality` measures on claims that the model has not seen.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression

from index.models.encoders import load_encoders
from index.search.calibration import MODELS, Calibration, Model, features_of
from index.search.fusion import Candidate
from index.search.retriever import Query, Retriever
from index.text.language import detect_language
from service.app import open_store
from service.settings import Settings
from training.claim_sets import CALIBRATION, Claim, read_claims

FEATURES = ("fused", "behind_best")
CANDIDATES, FOLLOWING = 3, 0.3
"""The model is fitted on this many candidates of each claim (the others are hardly ever shown). Each after the first
has this weight: the first one's probability matters most."""
REVIEWED = 0.99
"""Share of covered calibration claims whose statement is answered or at least suggested for review."""
ANSWERED = 0.965
"""Share of covered calibration claims that the threshold lets through. They are worded more freely than what people
post: more of the covered development claims are answered (docs/why/calibration.md)."""
CHOICES = (("multilingual-e5-small", "all-MiniLM-L6-v2"), ("multilingual-e5-small", ""), ("all-MiniLM-L6-v2", ""))
"""The choices of packaged encoders that get models: the encoder for all languages, and the English one beside it."""
ENGLISH_ONLY = "all-MiniLM-L6-v2"


def main() -> None:
    """Fit models for each choice of packaged encoders."""
    fitted = {}
    for choice in CHOICES:
        claims = [claim for claim in read_claims(CALIBRATION) if choice[0] != ENGLISH_ONLY or claim.language == "en"]
        with tempfile.TemporaryDirectory() as scratch:
            settings = Settings(data_dir=Path(scratch))
            store, _ = open_store(settings)
            encoders = load_encoders(*choice, Path("build/encoders"))
            retriever = Retriever(store, encoders, Path(scratch) / "index")
            queries = [Query(claim.text, detect_language(claim.text)) for claim in claims]
            fitted[encoders.name] = fit(claims, retriever.retrieve(queries).candidates)
            store.close()
        print(f"{encoders.name}: {len(claims)} claims, {fitted[encoders.name]}")
    MODELS.write_bytes(msgspec.json.format(msgspec.json.encode(fitted)) + b"\n")


def fit(claims: list[Claim], candidates: list[list[Candidate]]) -> Calibration:
    """Fit the models on each claim's best candidates, right or wrong, then choose the threshold."""
    judged = [
        (candidate, candidate.statement_id in claim.expected, FOLLOWING if place else 1.0)
        for claim, found in zip(claims, candidates, strict=True)
        for place, candidate in enumerate(found[:CANDIDATES])
    ]
    both = [[one for one in judged if one[0].in_english == in_english] for in_english in (True, False)]
    english, other = (fit_one(some) if some else None for some in both)
    fitted = Calibration(english or other, other or english, 0.5, 0.5)  # type: ignore[arg-type]
    best = [fitted.probability(found[0]) for claim, found in zip(claims, candidates, strict=True) if claim.expected]
    return msgspec.structs.replace(fitted, threshold=passing(best, ANSWERED), review=passing(best, REVIEWED))


def passing(best: list[float], share: float) -> float:
    """The threshold that lets this share of the claims through."""
    return round(float(np.quantile(best, 1 - share)), 3)


def fit_one(judged: list[tuple[Candidate, bool, float]]) -> Model:
    """Fit one logistic model."""
    values = np.array([[features_of(candidate)[name] for name in FEATURES] for candidate, _, _ in judged])
    scale = values.std(axis=0)
    model = LogisticRegression(C=10).fit(
        values / scale, [right for _, right, _ in judged], sample_weight=[counts for _, _, counts in judged]
    )
    weights = dict(zip(FEATURES, (float(weight) for weight in model.coef_[0] / scale), strict=True))
    return Model(float(model.intercept_[0]), weights)


if __name__ == "__main__":
    main()
