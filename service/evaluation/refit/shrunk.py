"""Corrections of a model that exists: fitted by penalised likelihood, the penalty chosen by cross-validation over groups.

A correction of 0 leaves the model as it is; that is also what comes out where the claims do not surely tell that another
one is better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Array = npt.NDArray[np.float64]

STRENGTHS = (1.0, 4.0, 16.0, 64.0)
"""Penalties that are tried: half of it times the sum of the squared corrections, each by what it does to the log odds of a typical
case."""
LEAST_GAIN = 0.003
"""Log loss a case; a model that would gain less stays as it is."""
FOLDS = 5
SURELY_NOT = 1e-12
"""The least probability that a logarithm is taken of."""


class Problem(msgspec.Struct, frozen=True, eq=False):
    """What a model said of cases whose right answer is known.

    Attributes:
        logits: by the model as it is, shape (cases, answers).
        effects: what a unit of each correction adds to them, shape (cases, answers, corrections).
        right: the right answer's column, shape (cases,).
        counts: how much each case counts, shape (cases,).
        groups: of each case; cases of one group are never on both sides in cross-validation.
    """

    logits: Array
    effects: Array
    right: npt.NDArray[np.int64]
    counts: Array
    groups: list[str]

    def some(self, chosen: npt.NDArray[np.bool_]) -> Problem:
        """The chosen cases."""
        groups = [group for group, taken in zip(self.groups, chosen, strict=True) if taken]
        return Problem(self.logits[chosen], self.effects[chosen], self.right[chosen], self.counts[chosen], groups)


class Correction(msgspec.Struct, frozen=True):
    """What was fitted.

    Attributes:
        values: one a correction, all 0 for a model that stays as it is.
        strength: the penalty that was chosen; None where the model stays.
        before, after: mean log loss of the model as it is, and in cross-validation with the correction.
    """

    values: tuple[float, ...]
    strength: float | None
    before: float
    after: float


def correct(problem: Problem) -> Correction:
    """Fit corrections, or leave the model where the claims do not surely tell better."""
    before = losses(problem)
    if len(set(problem.groups)) < FOLDS:
        return left(problem)
    tried = {strength: held_out_losses(problem, strength) for strength in STRENGTHS}
    best = min(tried, key=lambda strength: float(tried[strength].sum()))
    found = solve(problem, best)
    if found[0] <= -1 or not surely_less(tried[best], before, problem.groups):
        return left(problem)
    return Correction(tuple(found.tolist()), best, *(float(some.sum() / problem.counts.sum()) for some in (before, tried[best])))


def left(problem: Problem) -> Correction:
    """The model as it is."""
    loss = float(losses(problem).sum() / max(problem.counts.sum(), SURELY_NOT))
    return Correction((0.0,) * problem.effects.shape[2], None, loss, loss)


def surely_less(after: Array, before: Array, groups: Sequence[str]) -> bool:
    """Whether losses became less by more than `LEAST_GAIN`, and more than one standard error, group by group."""
    places = {group: place for place, group in enumerate(dict.fromkeys(groups))}
    gains = np.bincount([places[group] for group in groups], before - after)
    return bool(gains.sum() > max(gains.std() * np.sqrt(len(gains)), LEAST_GAIN * len(groups)))


def held_out_losses(problem: Problem, strength: float) -> Array:
    """The loss of each case, with corrections fitted on the other folds."""
    folds, found = folds_of(problem.groups), np.zeros(len(problem.groups))
    for fold in range(FOLDS):
        held = folds == fold
        found[held] = losses(problem.some(held), solve(problem.some(~held), strength))
    return found


def folds_of(groups: Sequence[str]) -> npt.NDArray[np.int64]:
    """The fold of each case: groups whole, the largest dealt out first."""
    order = {group: place for place, (group, _) in enumerate(Counter(groups).most_common())}
    return np.array([order[group] % FOLDS for group in groups], np.int64)


def solve(problem: Problem, strength: float) -> Array:
    """The corrections with the least penalised loss."""
    reach = problem.effects.max(axis=1) - problem.effects.min(axis=1)
    penalty = strength * (reach**2).mean(axis=0)
    right = np.arange(len(problem.right)), problem.right

    def cost(values: Array) -> tuple[float, Array]:
        told = probabilities(problem, values)
        loss = float(-np.log(np.maximum(told[right], SURELY_NOT)) @ problem.counts + penalty @ values**2 / 2)
        told[right] -= 1
        return loss, np.tensordot(told * problem.counts[:, None], problem.effects, 2) + penalty * values

    return np.asarray(minimize(cost, np.zeros(problem.effects.shape[2]), jac=True, method="BFGS").x)


def losses(problem: Problem, values: Array | None = None) -> Array:
    """The log loss of each case, as often as it counts; of the model as it is, or with corrections."""
    told = probabilities(problem, np.zeros(problem.effects.shape[2]) if values is None else values)
    right = told[np.arange(len(problem.right)), problem.right]
    return np.asarray(-np.log(np.maximum(right, SURELY_NOT)) * problem.counts)


def probabilities(problem: Problem, values: Array) -> Array:
    """Of each answer, with corrections."""
    logits = problem.logits + problem.effects @ values
    powers = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
