"""What commands print about relations: differences side by side, labelled pairs, the self-test."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.check.relation import Relation
from service.check.slots import Span
from service.evaluation.answers import AnsweringEvaluation
from service.evaluation.pairs import PairEvaluation
from service.evaluation.selftest import Change, SelfTest

KINDS = {
    "repeats": "[green]repeats[/] it",
    "denies": "[red]denies[/] it",
    "reverses": "[red]turns it round[/]",
    "differs": "[yellow]differs[/] in a detail",
    "related": "is merely on the [dim]same topic[/]",
}


def show_relation(out: Console, relation: Relation) -> None:
    """How the claim relates to a match, and the words that differ."""
    out.print(f"   the claim {KINDS[relation.kind.value]} · probability {relation.probability:.2f}", highlight=False)
    for difference in relation.differences:
        ours, theirs = _words(difference.claim), _words(difference.statement)
        out.print(f"     {difference.slot.value}: {ours} [dim]where the statement has[/] {theirs}", highlight=False)


def _words(span: Span | None) -> str:
    return "nothing" if span is None else f"“[bold]{escape(span.text)}[/]”"


def show_pairs(out: Console, told: PairEvaluation) -> None:
    """Accuracy and the confusion matrix."""
    title = f"{told.pairs} pairs · {told.model} · {told.milliseconds_a_pair:.1f} ms a pair · accuracy {told.accuracy:.1%}"
    table = Table("label", *[f"found {label}" for label in told.confusion], title=title, box=None, padding=(0, 1))
    for label, found in told.confusion.items():
        table.add_row(label, *map(str, found.values()))
    out.print(table)


def show_selftest(out: Console, tests: Sequence[SelfTest]) -> None:
    """Each kind of change: how many statements stood it; then every probe that did not."""
    table = Table("change", "tried", "found", "and judged right", box=None, padding=(0, 1))
    for change in Change:
        tried = [probe for test in tests for probe in test.probes if probe.change is change]
        table.add_row(change.value, str(len(tried)), str(sum(p.found for p in tried)), str(sum(p.survives for p in tried)))
    out.print(table)
    for test in tests:
        for probe in test.probes:
            if not probe.survives:
                got = probe.relation.value if probe.relation else "judged" if probe.found else "not found"
                out.print(
                    f"{test.statement_id}: {probe.change.value}: expected {probe.expected.value}, {got}: {probe.text}",
                    markup=False,
                    highlight=False,
                )


def show_answering(out: Console, told: AnsweringEvaluation) -> None:
    """What the two thresholds mean, and whether the probabilities mean what they say."""
    table = Table(
        "", "from probability", "claims answered", "of these wrong", title=f"{told.claims} claims", box=None, padding=(0, 1)
    )
    for name, point in (("answer", told.answer), ("suggest for review", told.review)):
        table.add_row(name, f"{point.threshold:.3f}", f"{point.coverage:.1%}", f"{point.risk:.1%}")
    out.print(table)
    out.print(f"about a known statement: {told.covered}, answered {told.covered_answered:.1%}")
    unrelated = told.claims - told.covered
    out.print(
        f"about none: {unrelated}, not answered {told.unrelated_empty:.1%}" if unrelated else "about none: no claim was given"
    )
    out.print(f"expected calibration error: {told.calibration_error:.3f}")
