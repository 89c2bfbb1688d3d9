"""The whole refit: ask the claims, fit, measure."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import msgspec

from index.models.cross_encoder import Combination, PairScorer
from index.progress import Progress, no_progress
from service.check.own_calibration import Reweighed
from service.check.relation import Judge
from service.evaluation.refit.claims import LabelledClaim
from service.evaluation.refit.fitting import Fit, Part, Values, fit
from service.evaluation.refit.looking import Remembering, Service, look
from service.evaluation.refit.measuring import Figures, cross_validated, figures


class Refit(msgspec.Struct, frozen=True):
    """What came out.

    Attributes:
        before: with the packaged values.
        after: in cross-validation of the whole refit.
    """

    packaged: Values
    fit: Fit
    before: Figures
    after: Figures

    @property
    def changes(self) -> bool:
        """Whether anything is to be changed at all."""
        return self.fit.values != self.packaged


def refit(service: Service, claims: Sequence[LabelledClaim], progress: Progress = no_progress) -> Refit:
    """Refit on labelled claims; nothing is stored. A part whose refit does not lower its loss on other claims stays as packaged.

    Raises:
        StoreUnavailable, EncodingFailed, JudgingFailed: as `Matcher.match`.
    """
    model = Remembering(service.judge.model)
    packaged = Values(model.combination, service.confidence)

    def judging(combination: Combination) -> Judge:
        return with_model(service.judge, Reweighed(model, combination))

    asked = look(msgspec.structs.replace(service, judge=with_model(service.judge, model)), claims, progress)
    before = figures([(one, packaged.confidence) for one in asked])
    parts: list[Part] = []
    after = cross_validated(asked, packaged, judging, parts)
    for done, part in enumerate(Part, 1):
        tried = cross_validated(asked, packaged, judging, [*parts, part])
        if tried.loss(part) < after.loss(part):
            parts, after = [*parts, part], tried
        progress("cross-validating", done, len(Part))
    return Refit(packaged, fit(asked, packaged, judging, parts), before, after)


def with_model(judge: Judge, model: PairScorer) -> Judge:
    """A judge with another model, sharing all else: word lists take a while to read."""
    other = copy.copy(judge)
    other.model = model
    return other
