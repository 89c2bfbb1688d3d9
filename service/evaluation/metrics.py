"""The figures: how good a ranking is (MAP, MRR, success), and how far probabilities can be trusted (risk, coverage, calibration).

The figures of a ranking are those of trec_eval: MAP@k (map_cut), MRR (recip_rank) and success@k; a query without any relevant
statement does not count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

MAP_AT = (1, 3, 5)
SUCCESS_AT = (1, 5, 10)


class Scores(msgspec.Struct, frozen=True):
    """Means over queries, each 0..1.

    Attributes:
        queries: how many queries counted.
        map_at: k -> mean average precision over the first k.
        mrr: mean reciprocal rank of the first relevant statement.
        success_at: k -> share of queries with a relevant statement among the first k.
    """

    queries: int
    map_at: dict[int, float]
    mrr: float
    success_at: dict[int, float]


def average_precision(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Mean, over the relevant statements, of the precision at each one's rank; those past rank k count as missed."""
    found, total = 0, 0.0
    for rank, statement_id in enumerate(ranked[:k], 1):
        if statement_id in relevant:
            found += 1
            total += found / rank
    return total / len(relevant)


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str]) -> float:
    """1 / rank of the first relevant statement, 0 if there is none."""
    return next((1 / rank for rank, statement_id in enumerate(ranked, 1) if statement_id in relevant), 0.0)


def success(ranked: Sequence[str], relevant: Collection[str], k: int) -> bool:
    """Whether a relevant statement is among the first k."""
    return any(statement_id in relevant for statement_id in ranked[:k])


def score(rankings: Mapping[str, Sequence[str]], relevant: Mapping[str, Collection[str]], depth: int = 0) -> Scores:
    """Score rankings.

    Args:
        depth: a deeper k to tell success and MAP at; 0 for none.
        rankings: query id -> statement ids, best first.
        relevant: query id -> ids of the statements it is about.
    """
    counted = [(ranking, relevant[query_id]) for query_id, ranking in rankings.items() if relevant.get(query_id)]

    deeper = (depth,) if depth > SUCCESS_AT[-1] else ()

    def mean(values: list[float]) -> float:
        return sum(values) / len(values) if values else 0.0

    return Scores(
        queries=len(counted),
        map_at={k: mean([average_precision(ranking, right, k) for ranking, right in counted]) for k in (*MAP_AT, *deeper)},
        mrr=mean([reciprocal_rank(ranking, right) for ranking, right in counted]),
        success_at={k: mean([float(success(ranking, right, k)) for ranking, right in counted]) for k in (*SUCCESS_AT, *deeper)},
    )


class CurvePoint(msgspec.Struct, frozen=True):
    """Coverage and risk of answering only from a probability on, over all claims.

    Attributes:
        coverage: share of claims that are answered, 0..1.
        risk: share of those whose answer is wrong, 0..1; 0 if none is answered.
    """

    threshold: float
    coverage: float
    risk: float


def risk_at(threshold: float, probabilities: Sequence[float], right: Sequence[bool]) -> CurvePoint:
    """Coverage and risk of answering the claims whose best answer has at least this probability (El-Yaniv and Wiener, 2010)."""
    answered = [good for probability, good in zip(probabilities, right, strict=True) if probability >= threshold]
    risk = 1 - sum(answered) / len(answered) if answered else 0.0
    return CurvePoint(threshold, len(answered) / len(probabilities), risk)


def risk_coverage(probabilities: Sequence[float], right: Sequence[bool]) -> list[CurvePoint]:
    """The risk-coverage curve: a point for every probability that occurs, from the highest on."""
    return [risk_at(threshold, probabilities, right) for threshold in sorted(set(probabilities), reverse=True)]


def calibration_error(probabilities: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error (Naeini et al., 2015): the mean distance, over equal bins, between the mean
    probability and the share of right answers, each bin weighed by its claims.
    """
    groups: dict[int, list[tuple[float, bool]]] = {}
    for probability, good in zip(probabilities, right, strict=True):
        groups.setdefault(min(int(probability * bins), bins - 1), []).append((probability, good))
    return sum(abs(sum(p for p, _ in group) - sum(good for _, good in group)) for group in groups.values()) / len(probabilities)
