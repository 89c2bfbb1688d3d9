"""Fit the probabilities: `make calibrate`. Writes index/calibration.json from the calibration claims.

The development claims are not used, so that `make quality` measures on claims that the model has not seen.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression

from index.calibration import MODELS, Calibration
from index.encoders import RECIPES, load_encoder
from index.lexical import detect_language
from index.retriever import Candidate, Query, Retriever
from index.store import StatementStore
from service.app import open_store
from service.settings import Settings
from tests.quality.claims import CALIBRATION, Claim, read_claims

FEATURES = ("fused", "behind")
CANDIDATES = 3
"""Best candidates of each claim that the model is fitted on: what follows them is hardly ever shown."""
ANSWERED = 0.929
"""Share of covered calibration claims that the threshold lets through. They are worded more freely than what people post: more
of the covered development claims are answered (docs/why/calibration.md)."""
LANGUAGES = {"all-MiniLM-L6-v2": {"en"}}
"""Languages of the claims an encoder is fitted on; all of them if not named."""


def main() -> None:
    """Fit a model for each packaged encoder."""
    models = {}
    for name in RECIPES:
        claims = [claim for claim in read_claims(CALIBRATION) if claim.language in LANGUAGES.get(name, {claim.language})]
        with tempfile.TemporaryDirectory() as scratch:
            settings = Settings(data_dir=Path(scratch))
            store, _ = open_store(settings)
            models[name] = fit(claims, candidates_of(claims, name, store, Path(scratch)))
            store.close()
        print(f"{name}: {len(claims)} claims, {models[name]}")
    MODELS.write_bytes(msgspec.json.format(msgspec.json.encode(models)) + b"\n")


def candidates_of(claims: list[Claim], encoder: str, store: StatementStore, scratch: Path) -> list[list[Candidate]]:
    """Each claim's candidates."""
    retriever = Retriever(store, load_encoder(encoder, Path("build/encoders")), scratch / "index")
    return retriever.retrieve([Query(claim.text, detect_language(claim.text)) for claim in claims]).candidates


def fit(claims: list[Claim], candidates: list[list[Candidate]]) -> Calibration:
    """Fit the logistic model on each claim's best candidates, right or wrong, then choose the threshold."""
    judged = [
        (candidate, candidate.statement_id in claim.expected)
        for claim, found in zip(claims, candidates, strict=True)
        for candidate in found[:CANDIDATES]
    ]
    rows = [[getattr(candidate, name) for name in FEATURES] for candidate, _ in judged]
    labels = [right for _, right in judged]
    values = np.array(rows)
    scale = values.std(axis=0)
    model = LogisticRegression(C=10).fit(values / scale, labels)
    weights = dict(zip(FEATURES, (float(weight) for weight in model.coef_[0] / scale), strict=True))
    fitted = Calibration(float(model.intercept_[0]), weights, 0.5)
    best = [fitted.probability(found[0]) for claim, found in zip(claims, candidates, strict=True) if claim.expected]
    return Calibration(fitted.intercept, weights, round(float(np.quantile(best, 1 - ANSWERED)), 3))


if __name__ == "__main__":
    main()
