"""What the command line prints of calibrations: what a refit changed, and which one is stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table

from service.cli.show import out

if TYPE_CHECKING:
    from service.check.own_calibration import Stored
    from service.evaluation.refit import Correction, Figures, Fit, Refit, Values

NOT_TOLD = "-"
THRESHOLDS = {
    "threshold": "answered from",
    "review": "suggested for review from",
    "applies_from": "refutations apply from",
}
SHARES = {
    "relation_right": "relation right",
    "refuted_told": "refuted repeats told",
    "wrongly_told": "wrongly told",
    "unrelated_answered": "unrelated answered",
}
LOSSES = {
    "relation_loss": "log loss: relation",
    "about_loss": "log loss: about the statement",
    "applies_loss": "log loss: refutations apply",
}


def describe(stored: Stored) -> str:
    """A stored calibration in words."""
    own = stored.calibration
    made = f"{own.id} of {own.made}, on {own.claims} claims" if own else str(stored.path)
    return f"{made}, ignored: {stored.ignored}" if stored.ignored else made


def show_refit(told: Refit, claims: int) -> None:
    """Print the figures and thresholds before and after, then what was fitted."""
    from service.evaluation.refit import WORTH_IT

    table = Table("in cross-validation", "packaged", "your own", title=f"{claims} claims", box=None, padding=(0, 1))
    for row in (*_figures(told.before, told.after), *_thresholds(told.packaged, told.fit.values)):
        table.add_row(*row)
    out.print(table)
    for line in _fitted(told.fit):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    if claims < WORTH_IT:
        out.print(f"With fewer than {WORTH_IT} claims, this tells little.", highlight=False)


def _figures(before: Figures, after: Figures) -> Iterator[tuple[str, str, str]]:
    for name, shown in SHARES.items():
        yield shown, _share(getattr(before, name)), _share(getattr(after, name))
    for name, shown in LOSSES.items():
        yield shown, _loss(getattr(before, name)), _loss(getattr(after, name))


def _share(share: float | None) -> str:
    return NOT_TOLD if share is None else f"{share:.1%}"


def _loss(loss: float | None) -> str:
    return NOT_TOLD if loss is None else f"{loss:.3f}"


def _thresholds(packaged: Values, own: Values) -> Iterator[tuple[str, str, str]]:
    for name, shown in THRESHOLDS.items():
        before, after = getattr(packaged.confidence, name), getattr(own.confidence, name)
        yield shown, f"{before:.3f}", f"{after:.3f}" if after != before else "as it was"


def _fitted(fit: Fit) -> Iterator[str]:
    """Each part that was looked at: its corrections, or that it stays."""
    from index.models.cross_encoder import CLASSES

    kinds = [f"bias of {kind.value}" for kind in CLASSES]
    yield from _part("relation", fit.choice.relation, kinds)
    yield from _part("whether a claim is about a statement", fit.choice.about, ["intercept"])
    yield from _part("whether refutations apply", fit.choice.applies, ["intercept"])


def _part(name: str, correction: Correction, biases: list[str]) -> Iterator[str]:
    if correction.strength is None:
        yield f"{name}: as packaged (log loss {correction.before:.3f})"
        return
    scale, *others = correction.values
    shown = ", ".join(f"{bias} {value:+.2f}" for bias, value in zip(biases, others, strict=True))
    yield f"{name}: scale {1 + scale:.2f}, {shown} (log loss {correction.before:.3f}, cross-validated {correction.after:.3f})"
