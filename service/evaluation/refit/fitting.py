"""Fit an operator's own combination and confidence on top of the packaged ones.

A scale and a bias for each kind of relation; a scale and an intercept for each of the two models of `Confidence`; the thresholds,
where there are claims enough to tell.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Collection, Iterator, Sequence

import msgspec
import numpy as np

from index.kinds import RelationKind
from index.models.cross_encoder import CLASSES, Combination
from index.search.calibration import Model
from service.check.confidence import Confidence, applies_features, log_odds
from service.check.relation import Judge
from service.evaluation.refit.looking import Asked, Looked, judged_by, kind_to_find
from service.evaluation.refit.shrunk import SURELY_NOT, Correction, Problem, correct, left

ANSWERED, REVIEWED = 0.96, 0.985
"""Shares of the claims about a statement that are answered, and answered or suggested for review; the packaged thresholds are
chosen by them, too."""
WRONGLY = 0.005
"""Share of all claims for which refutations may wrongly be said to apply."""
ENOUGH = 50
"""Claims from which on a threshold is chosen anew; of so many, it is half their own and half the packaged one."""
EVEN = 0.5
"""No threshold for answering is raised beyond it, and none at all where no claim about nothing known is answered: easy claims, all
of them sure, must not silence what is likelier than not."""
FOLLOWING = 0.3
"""What a claim's candidates after the first count, in the packaged models, too."""

Judging = Callable[[Combination], Judge]


class Part(enum.Enum):
    """What is fitted, in this order."""

    RELATION = "relation"
    ABOUT = "about"
    APPLIES = "applies"


class Values(msgspec.Struct, frozen=True):
    """What decides how sure answers are."""

    combination: Combination
    confidence: Confidence


class Choice(msgspec.Struct, frozen=True):
    """What was fitted of each part."""

    relation: Correction
    about: Correction
    applies: Correction


class Fit(msgspec.Struct, frozen=True):
    """The values to use, and how they came about."""

    values: Values
    choice: Choice


def fit(asked: Sequence[Asked], packaged: Values, judging: Judging, parts: Collection[Part] = tuple(Part)) -> Fit:
    """Fit on claims that were judged by the packaged values.

    Args:
        judging: makes the judge that uses a combination.
        parts: what may be fitted; the rest stays as packaged.
    """
    relation = _correction(relation_problem(asked), Part.RELATION in parts)
    combination = combined(packaged.combination, relation)
    if relation.strength is not None:
        asked = judged_by(judging(combination), asked)
    about = _correction(about_problem(asked, packaged.confidence), Part.ABOUT in parts)
    confidence = msgspec.structs.replace(packaged.confidence, about=corrected(packaged.confidence.about, about))
    applies = _correction(applies_problem(asked, confidence), Part.APPLIES in parts)
    confidence = msgspec.structs.replace(confidence, applies=corrected(confidence.applies, applies))
    return Fit(Values(combination, with_thresholds(confidence, asked)), Choice(relation, about, applies))


def _correction(problem: Problem, wanted: bool) -> Correction:
    return correct(problem) if wanted else left(problem)


def relation_problem(asked: Sequence[Asked]) -> Problem:
    """Which kind of relation it is; the corrections are the scale, then the bias of each kind."""
    cases = [(one, looked, kind) for one in asked for looked in one.looked if (kind := kind_to_find(one, looked))]
    kinds = np.array([looked.relation.kinds for _, looked, _ in cases]).reshape(-1, len(CLASSES))
    logits = np.log(np.maximum(kinds, SURELY_NOT))
    biases = np.broadcast_to(np.eye(len(CLASSES)), (len(cases), len(CLASSES), len(CLASSES)))
    right = np.array([CLASSES.index(kind) for _, _, kind in cases], np.int64)
    groups = [one.group for one, _, _ in cases]
    return Problem(logits, np.concatenate([logits[:, :, None], biases], axis=2), right, np.ones(len(cases)), groups)


def about_problem(asked: Sequence[Asked], confidence: Confidence) -> Problem:
    """Whether claims are about the candidates."""
    cases = [(one, looked, looked.right) for one in asked for looked in one.looked if one.claim.covered or not looked.right]
    return _yes_or_no(cases, [confidence.about_statement(looked.retrieval, looked.relation) for _, looked, _ in cases])


def applies_problem(asked: Sequence[Asked], confidence: Confidence) -> Problem:
    """Whether claims that are said to repeat a statement do."""
    cases = [(one, looked, looked.right and one.claim.relation is RelationKind.REPEATS) for one, looked in repeating(asked)]
    return _yes_or_no(cases, [sureness(confidence, looked) for _, looked, _ in cases])


def repeating(asked: Sequence[Asked]) -> Iterator[tuple[Asked, Looked]]:
    """The candidates that claims are said to repeat, where it is known whether they do."""
    for one in asked:
        for looked in one.looked:
            known = (one.claim.covered and one.claim.relation) or not looked.right
            if known and looked.relation.kind is RelationKind.REPEATS:
                yield one, looked


def sureness(confidence: Confidence, looked: Looked) -> float:
    """The probability that what stands against the candidate stands against the claim."""
    about = confidence.about_statement(looked.retrieval, looked.relation)
    return confidence.applies.probability(applies_features(about, looked.relation))


def _yes_or_no(cases: Sequence[tuple[Asked, Looked, bool]], told: Sequence[float]) -> Problem:
    """A problem of two answers, "no" first; the corrections are the scale and the intercept."""
    odds = np.array([log_odds(found) for found in told])
    nothing = np.zeros((len(cases), 2))
    effects = np.stack([nothing, np.stack([odds, np.ones(len(cases))], axis=1)], axis=1)
    counts = np.array([1.0 if looked.first else FOLLOWING for _, looked, _ in cases])
    right = np.array([yes for _, _, yes in cases], np.int64)
    return Problem(np.stack([np.zeros(len(cases)), odds], axis=1), effects, right, counts, [one.group for one, _, _ in cases])


def combined(packaged: Combination, correction: Correction) -> Combination:
    """The combination with a scale and biases."""
    by, *biases = correction.values
    scale = 1 + by
    return Combination(
        bias=[scale * old + new for old, new in zip(packaged.bias, biases, strict=True)],
        kinds={kind: [scale * weight for weight in row] for kind, row in packaged.kinds.items()},
        cues={cue: [scale * weight for weight in row] for cue, row in packaged.cues.items()},
    )


def corrected(packaged: Model, correction: Correction) -> Model:
    """The model with a scale and an intercept."""
    by, more = correction.values
    return Model((1 + by) * packaged.intercept + more, {name: (1 + by) * weight for name, weight in packaged.weights.items()})


def with_thresholds(confidence: Confidence, asked: Sequence[Asked]) -> Confidence:
    """The confidence with thresholds that the claims tell; as it is where they are too few."""
    told = [
        (confidence.about_statement(looked.retrieval, looked.relation), looked, one.claim) for one in asked for looked in one.looked
    ]
    right = [about for about, looked, claim in told if looked.right and claim.covered]
    if len(right) >= ENOUGH:
        pays = any(about >= confidence.threshold for about, _, claim in told if not claim.covered)
        threshold = _threshold(right, ANSWERED, confidence.threshold, pays)
        review = min(threshold, _threshold(right, REVIEWED, confidence.review, pays))
        confidence = msgspec.structs.replace(confidence, threshold=threshold, review=review)
    return msgspec.structs.replace(confidence, applies_from=applies_from(confidence, asked))


def _threshold(right: Sequence[float], share: float, packaged: float, may_rise: bool) -> float:
    """From where on that share of the right statements is answered, between this and the packaged threshold."""
    own = float(np.quantile(right, 1 - share))
    return min(shrunk(own, packaged, len(right)), max(packaged, EVEN) if may_rise else packaged)


def applies_from(confidence: Confidence, asked: Sequence[Asked]) -> float:
    """From where on refutations are said to apply: wrongly for no more than `WRONGLY` of the claims."""
    told = [
        (sureness(confidence, looked), looked.right and one.claim.relation is RelationKind.REPEATS)
        for one, looked in repeating(asked)
        if confidence.about_statement(looked.retrieval, looked.relation) >= confidence.threshold
    ]
    wrong = sorted((found for found, repeats in told if not repeats), reverse=True)
    allowed, repeated = int(WRONGLY * len(asked)), sum(repeats for _, repeats in told)
    if not allowed or repeated < ENOUGH:
        return confidence.applies_from
    own = wrong[allowed] + 0.001 if len(wrong) > allowed else 0.5
    return shrunk(min(own, 1.0), confidence.applies_from, repeated)


def shrunk(own: float, packaged: float, claims: int) -> float:
    """A threshold between its own and the packaged one, in log odds: the more claims, the more its own."""
    share = claims / (claims + ENOUGH)
    mixed = share * log_odds(own) + (1 - share) * log_odds(packaged)
    return round(1 / (1 + math.exp(-mixed)), 3)
