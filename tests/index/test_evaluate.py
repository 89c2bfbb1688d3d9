from __future__ import annotations

import pytest

from index.evaluate import average_precision, reciprocal_rank, score, success

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
