from __future__ import annotations

import pytest

from service.evaluation.metrics import (
    CurvePoint,
    average_precision,
    calibration_error,
    reciprocal_rank,
    risk_at,
    risk_coverage,
    score,
    success,
)

RANKED = ["a", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize(
    ("relevant", "k", "expected"),
    [
        ({"a"}, 1, 1.0),
        ({"b"}, 1, 0.0),
        ({"b"}, 5, 1 / 2),
        ({"f"}, 5, 0.0),
        ({"a", "c"}, 5, (1 + 2 / 3) / 2),
        ({"a", "z"}, 5, 1 / 2),
        ({"z"}, 5, 0.0),
    ],
)
def test_average_precision(relevant: set[str], k: int, expected: float) -> None:
    assert average_precision(RANKED, relevant, k) == pytest.approx(expected)


def test_reciprocal_rank_and_success() -> None:
    assert reciprocal_rank(RANKED, {"c", "e"}) == pytest.approx(1 / 3)
    assert reciprocal_rank(RANKED, {"z"}) == 0
    assert success(RANKED, {"c"}, 3)
    assert not success(RANKED, {"c"}, 2)


def test_means_are_over_the_queries_that_have_an_answer() -> None:
    rankings = {"one": ["a", "b"], "two": ["b", "a"], "three": ["c"], "unjudged": ["a"]}
    scores = score(rankings, {"one": {"a"}, "two": {"a"}, "three": {"z"}})
    assert scores.queries == 3
    assert scores.map_at[1] == pytest.approx(1 / 3)
    assert scores.map_at[5] == scores.mrr == pytest.approx(1.5 / 3)
    assert scores.success_at == {1: pytest.approx(1 / 3), 5: pytest.approx(2 / 3), 10: pytest.approx(2 / 3)}


def test_nothing_to_score() -> None:
    assert score({}, {}).queries == 0
    assert score({}, {}).mrr == 0


def test_the_risk_coverage_curve_has_a_point_for_each_probability() -> None:
    told, right = [0.9, 0.9, 0.6, 0.2], [True, True, False, True]
    assert risk_coverage(told, right) == [
        CurvePoint(0.9, 0.5, 0.0),
        CurvePoint(0.6, 0.75, pytest.approx(1 / 3)),
        CurvePoint(0.2, 1.0, 0.25),
    ]
    assert risk_at(0.95, told, right) == CurvePoint(0.95, 0.0, 0.0)


def test_the_calibration_error_is_the_mean_distance_within_bins() -> None:
    assert calibration_error([1.0, 1.0, 0.05], [True, True, False]) == pytest.approx(0.05 / 3)
    assert calibration_error([0.75, 0.75, 0.25, 0.25], [True, False, False, False]) == pytest.approx(0.25)
    assert calibration_error([0.7, 0.1], [True, False], bins=1) == pytest.approx(0.1)
