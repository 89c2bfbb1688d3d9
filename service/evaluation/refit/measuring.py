"""What a refit is worth: figures with the packaged values, and with values that were fitted on other claims."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from index.kinds import RelationKind
from service.check.confidence import Confidence
from service.evaluation.refit.fitting import Judging, Part, Values, about_problem, applies_problem, fit, relation_problem
from service.evaluation.refit.looking import Asked, Looked, judged_by
from service.evaluation.refit.shrunk import FOLDS, Problem, folds_of, losses


class Figures(msgspec.Struct, frozen=True):
    """Shares of claims, 0..1, and mean losses; None where no claim tells.

    Attributes:
        relation_right: of the claims whose relation is known and whose statement was looked at, how many were judged so.
        refuted_told: of the claims that repeat a refuted statement, for how many refutations were said to apply.
        wrongly_told: of all claims, for how many they were wrongly said to.
        unrelated_answered: of the claims about nothing known, how many were answered.
        relation_loss, about_loss, applies_loss: log loss a claim of the probabilities of each part.
    """

    relation_right: float | None
    refuted_told: float | None
    wrongly_told: float | None
    unrelated_answered: float | None
    relation_loss: float | None
    about_loss: float | None
    applies_loss: float | None

    def loss(self, part: Part) -> float:
        """The log loss of a part; 0 where no claim tells."""
        found: float | None = getattr(self, f"{part.value}_loss")
        return found or 0.0


def figures(asked: Sequence[tuple[Asked, Confidence]]) -> Figures:
    """The figures over claims, each as it was judged and with the confidence to use for it."""
    each = [_figures_of(one, confidence) for one, confidence in asked]
    return Figures(
        *(_mean([found for one in each if (found := getattr(one, name)) is not None]) for name in Figures.__struct_fields__)
    )


def cross_validated(asked: Sequence[Asked], packaged: Values, judging: Judging, parts: Collection[Part]) -> Figures:
    """The figures where each claim is answered by values that were fitted without it, and without others about its statement.

    Args:
        parts: what is fitted.
    """
    folds = folds_of([one.group for one in asked])
    answered: list[tuple[Asked, Confidence]] = []
    for fold in range(FOLDS):
        values = fit([one for one, at in zip(asked, folds, strict=True) if at != fold], packaged, judging, parts).values
        held = judged_by(judging(values.combination), [one for one, at in zip(asked, folds, strict=True) if at == fold])
        answered += [(one, values.confidence) for one in held]
    return figures(answered)


def _figures_of(one: Asked, confidence: Confidence) -> Figures:
    """The figures of one claim: each 0 or 1, a loss, or None."""
    claim = one.claim
    answered = [
        looked for looked in one.looked if confidence.about_statement(looked.retrieval, looked.relation) >= confidence.threshold
    ]
    told = [looked for looked in answered if looked.refuted and _applies(looked, confidence)]
    rightly = claim.relation in (RelationKind.REPEATS, None)
    asked_for = claim.relation is RelationKind.REPEATS and one.refuted
    telling = [looked for looked in answered if looked.relation.kind is not RelationKind.RELATED]
    return Figures(
        relation_right=_relation_right(one),
        refuted_told=float(any(looked.right for looked in told)) if asked_for else None,
        wrongly_told=float(any(not (looked.right and rightly) for looked in told)),
        unrelated_answered=None if claim.covered else float(bool(telling)),
        relation_loss=_loss(relation_problem([one])),
        about_loss=_loss(about_problem([one], confidence)),
        applies_loss=_loss(applies_problem([one], confidence)),
    )


def _applies(looked: Looked, confidence: Confidence) -> bool | None:
    about = confidence.about_statement(looked.retrieval, looked.relation)
    return confidence.refutations_apply(about, looked.relation)


def _relation_right(one: Asked) -> float | None:
    found = [looked.relation.kind for looked in one.looked if looked.right]
    return float(found[0] is one.claim.relation) if found and one.claim.relation else None


def _loss(problem: Problem) -> float | None:
    return float(losses(problem).sum()) if problem.groups else None


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
