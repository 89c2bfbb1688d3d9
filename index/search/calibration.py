"""From a candidate's similarity to the probability that it is the statement the claim is about.

Logistic models, fitted on claims whose statements are known (`training/calibration.py`), for each choice of packaged
encoders. docs/why/calibration.md tells how they and the two thresholds were chosen, and what was measured with them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import msgspec
import structlog

from index.search.fusion import Candidate

log = structlog.get_logger(__name__)

MODELS = Path(__file__).with_name("calibration.json")
FALLBACK = "rebut-e5-small + all-MiniLM-L6-v2"
"""Encoders without models of their own are judged by the models of these."""


class Model(msgspec.Struct, frozen=True):
    """A logistic model.

    Attributes:
        intercept: log odds when all features are 0.
        weights: log odds a unit, by feature: a figure of the candidate or of its features.
    """

    intercept: float
    weights: dict[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """What it makes of features, 0..1."""
        log_odds = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


class Explanation(msgspec.Struct, frozen=True):
    """What a probability was made of: log odds = intercept + the sum of each feature's value times its weight."""

    features: dict[str, float]
    weights: dict[str, float]
    intercept: float


class Calibration(msgspec.Struct, frozen=True):
    """What an encoder's, or two encoders', candidates are worth.

    Attributes:
        english: for claims that the English encoder compared, too.
        other: for all others.
        threshold: the probability from which a statement is answered: 96.5% of the covered claims that the models
            were fitted on reach it; 97.4% of the covered development claims did, and 3.4% of the unrelated ones
            (docs/why/calibration.md).
        review: the lower one from which the nearest miss is suggested for a person to look at; 99% reach it.
    """

    english: Model
    other: Model
    threshold: float
    review: float

    def model(self, candidate: Candidate) -> Model:
        """The model that judges this candidate."""
        return self.english if candidate.in_english else self.other

    def probability(self, candidate: Candidate) -> float:
        """The probability, 0..1, that the claim is about this statement."""
        return self.model(candidate).probability(features_of(candidate))

    def explanation(self, candidate: Candidate) -> Explanation:
        """What the probability was made of."""
        model, features = self.model(candidate), features_of(candidate)
        return Explanation({name: features[name] for name in model.weights}, dict(model.weights), model.intercept)


def features_of(candidate: Candidate) -> dict[str, float]:
    """What a model may weigh."""
    return msgspec.structs.asdict(candidate.features) | {"fused": candidate.fused, "behind_best": candidate.behind_best}


def load_calibration(encoders: str, path: Path = MODELS) -> Calibration:
    """The models for encoders by name; if they have none of their own the defaults', with a warning in the log."""
    models = msgspec.json.decode(path.read_bytes(), type=dict[str, Calibration])
    if encoders not in models:
        log.warning("these encoders are not calibrated: probabilities are rough", encoders=encoders, used=FALLBACK)
    return models.get(encoders, models[FALLBACK])
