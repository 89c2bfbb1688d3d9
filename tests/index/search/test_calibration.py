from __future__ import annotations

import math
from pathlib import Path

import msgspec
import pytest

from index.kinds import PassageKind
from index.models.sources import RECIPES
from index.records import Passage
from index.search.calibration import FALLBACK, MODELS, Calibration, Model, features_of, load_calibration
from index.search.features import Features
from index.search.fusion import Candidate


def candidate(fused: float, in_english: bool = True) -> Candidate:
    return Candidate("x", Passage("x", PassageKind.TEXT, "en", "text"), Features(0.9, 0.0, 0.5, 0.1), in_english, 1.0, fused)


NEVER = Model(-30.0, {})


def test_the_probability_is_the_logistic_function_of_the_features() -> None:
    model = Calibration(Model(-10.0, {"fused": 12.0, "overlap": -4.0}), NEVER, 0.5, 0.2)
    assert model.probability(candidate(1.0)) == pytest.approx(1 / (1 + math.exp(10 - 12 + 2)))
    assert features_of(candidate(1.0))["ngrams"] == 0.1


def test_claims_that_only_one_encoder_compared_have_a_model_of_their_own() -> None:
    model = Calibration(NEVER, Model(0.0, {"behind_best": 1.0}), 0.5, 0.2)
    assert model.probability(candidate(1.0, in_english=False)) == 0.5
    assert model.probability(candidate(1.0)) < 1e-9


def test_extreme_scores_stay_probabilities() -> None:
    model = Calibration(Model(0.0, {"fused": 1000.0}), NEVER, 0.5, 0.2)
    assert 0 < model.probability(candidate(-1e9)) < 1e-9
    assert 1 - 1e-9 < model.probability(candidate(1e9)) <= 1


def test_every_packaged_encoder_has_a_model_and_others_get_the_defaults() -> None:
    models = msgspec.json.decode(MODELS.read_bytes(), type=dict[str, Calibration])
    assert models.keys() == {*RECIPES, FALLBACK}
    for name, model in models.items():
        assert load_calibration(name) == model
        assert model.english.weights["fused"] > 0
        assert model.other.weights["fused"] > 0
        assert 0.02 < model.review < model.threshold < 0.9
    assert load_calibration("someone/elses-model") == models[FALLBACK]


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "calibration.json").write_text('{"rebut-e5-small": {}}')
    with pytest.raises(msgspec.ValidationError):
        load_calibration("x", tmp_path / "calibration.json")
