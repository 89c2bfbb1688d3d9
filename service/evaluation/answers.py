"""Measure abstention on the statements that are loaded: which claims are answered, and how many answers are wrong.

The figures are coverage, risk and the expected calibration error of the probabilities. Claims about nothing known belong to the
labelled claims, too: not answering them is right."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from index.kinds import RelationKind
from index.progress import Progress, no_progress
from index.readers.rows import LabelledText
from service.check.answers import Answer, Claim
from service.check.matcher import Matcher
from service.evaluation.metrics import CurvePoint, calibration_error, risk_at, risk_coverage
from service.evaluation.qrels import unmatched_labels

AT_ONCE = 64


class AnsweringEvaluation(msgspec.Struct, frozen=True):
    """How many claims are answered, and how many of the answers are right.

    Attributes:
        covered: claims that are about a known statement.
        answer: what answering from the threshold on means, as the service does.
        review: the same for the threshold from which on a nearest miss is suggested for review.
        covered_answered: share of the covered claims that are answered, 0..1.
        unrelated_empty: share of the other claims that are not answered, 0..1.
        calibration_error: of the best answer's probability that it is the right statement, 0..1; see `metrics.calibration_error`.
        curve: the risk-coverage curve.
        notes: what of the labels names nothing, a line each.
    """

    encoder: str
    index: str
    claims: int
    covered: int
    answer: CurvePoint
    review: CurvePoint
    covered_answered: float
    unrelated_empty: float
    calibration_error: float
    curve: list[CurvePoint]
    notes: list[str] = []


def evaluate_answering(
    matcher: Matcher,
    claims: Sequence[LabelledText],
    relevant: Mapping[str, Collection[str]],
    progress: Progress = no_progress,
    loaded: Collection[str] | None = None,
) -> AnsweringEvaluation:
    """Ask all claims; those without a relevant statement are about nothing known.

    Args:
        loaded: ids of all statements that there are, to tell which labels name none of them; None not to tell.

    Raises:
        StoreUnavailable, EncodingFailed, JudgingFailed: as `Matcher.match`.
    """
    answers: list[Answer] = []
    for start in range(0, len(claims), AT_ONCE):
        some = [Claim(text=row.text, language=row.lang or None, min_probability=0.0) for row in claims[start : start + AT_ONCE]]
        answers += matcher.match(some).answers
        progress("asking", len(answers), len(claims))
    best = [_best(answer) for answer in answers]
    right = [id_ in relevant.get(row.id, ()) for row, (id_, _) in zip(claims, best, strict=True)]
    told = [probability for _, probability in best]
    threshold, review = matcher.thresholds
    covered = [row.id in relevant for row in claims]
    answered = [probability >= threshold for probability in told]
    return AnsweringEvaluation(
        encoder=answers[0].produced_by.encoder,
        index=answers[0].produced_by.index,
        claims=len(claims),
        covered=sum(covered),
        answer=risk_at(threshold, told, right),
        review=risk_at(review, told, right),
        covered_answered=_share([is_ for is_, about in zip(answered, covered, strict=True) if about]),
        unrelated_empty=1 - _share([is_ for is_, about in zip(answered, covered, strict=True) if not about]),
        calibration_error=calibration_error(told, right),
        curve=risk_coverage(told, right),
        notes=[] if loaded is None else list(unmatched_labels(relevant, {row.id for row in claims}, loaded, "loaded")),
    )


def _best(answer: Answer) -> tuple[str, float]:
    """Id and probability of the likeliest statement; statements merely on the same topic do not count. Without any: "" and 0."""
    telling = [match for match in answer.matches if match.relation is None or match.relation.kind is not RelationKind.RELATED]
    found = max(telling, key=lambda match: match.probability, default=None)
    return (found.candidate.statement_id, found.probability) if found else ("", 0.0)


def _share(outcomes: Sequence[bool]) -> float:
    return sum(outcomes) / len(outcomes) if outcomes else 0.0
