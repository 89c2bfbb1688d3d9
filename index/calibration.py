"""From a candidate's similarity to the probability that it is the statement the claim is about.

A logistic model, fitted on claims whose statements are known (`tests/quality/calibrate.py`), one for each packaged encoder.
docs/why/calibration.md tells how it was chosen and measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import msgspec
import structlog

from index.retriever import Candidate

log = structlog.get_logger(__name__)

MODELS = Path(__file__).with_name("calibration.json")
FALLBACK = "multilingual-e5-small"
"""Whose model an encoder gets that has none of its own."""


class Calibration(msgspec.Struct, frozen=True):
    """A fitted model.

    Attributes:
        intercept: log odds when all features are 0.
        weights: log odds a unit, by feature.
        threshold: the probability from which a statement is answered, chosen on the claims that the model was fitted on.
    """

    intercept: float
    weights: Mapping[str, float]
    threshold: float

    def probability(self, candidate: Candidate) -> float:
        """The probability, 0..1, that the claim is about this statement."""
        features = self.features(candidate)
        log_odds = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))

    def features(self, candidate: Candidate) -> dict[str, float]:
        """What the model weighs."""
        return {name: float(getattr(candidate, name)) for name in self.weights}


def load_calibration(encoder: str, path: Path = MODELS) -> Calibration:
    """The model for an encoder; the default encoder's, with a warning in the log, if it has none of its own."""
    models = msgspec.json.decode(path.read_bytes(), type=dict[str, Calibration])
    if encoder not in models:
        log.warning("this encoder is not calibrated: probabilities are rough", encoder=encoder, used=FALLBACK)
    return models.get(encoder, models[FALLBACK])
