"""What the command line prints besides answers: loads, the state of the service, evaluations, the self-test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from index.kinds import State
from service.cli.show import out, way_back
from service.cli.show_calibration import describe

if TYPE_CHECKING:
    from index.readers.preview import Change
    from index.readers.reports import FileReport, Skipped
    from index.search.folders import Manifest
    from index.store.conflicts import Conflict
    from index.store.reports import Counts, Kept
    from index.store.store import StatementStore
    from service.check.alike import Alike
    from service.check.own_calibration import Stored
    from service.evaluation.answers import AnsweringEvaluation
    from service.evaluation.pairs import PairEvaluation
    from service.evaluation.retrieval import Evaluation
    from service.evaluation.selftest import SelfTest
    from service.evaluation.selftest.report import Tally
    from service.settings import Settings

SHOWN = 20
"""Lines of one sort that a report prints at most."""
IDS_SHOWN = 8
"""Ids that a report prints on one line at most."""
DIGITS = 12
"""Of a seed file's SHA-256 that are shown: its version."""
NOT_TRIED = "not tried (no statement allows it)"
"""What a report says of a change that was made to no statement."""


def show_loaded(reports: Sequence[FileReport], skipped: Sequence[Skipped], *, dry_run: bool = False) -> None:
    """Print how many records were added, changed, left as they were and skipped, and what of the files was not read."""
    if dry_run:
        out.print("Nothing was written. With this load there would be:", highlight=False)
    for field, name in (("added", "added"), ("changed", "changed"), ("unchanged", "left as they were")):
        ids = [id_ for report in reports for id_ in getattr(report.loaded, field)]
        listed = ", ".join(ids[:IDS_SHOWN]) + (", …" if len(ids) > IDS_SHOWN else "")
        out.print(f"{len(ids):6} {name}{': ' + listed if ids and field != 'unchanged' else ''}", highlight=False)
    kept = [one for report in reports for one in report.loaded.kept]
    if kept:
        out.print(f"{len(kept):6} kept as they are: somebody changed them here, and the file says something else:", highlight=False)
        _lines([_left(one) for one in kept])
    if conflicts := [one for report in reports for one in report.loaded.conflicts]:
        what = "stay as their publishers have them; what the file says otherwise waits for an editor (`rebut conflicts`):"
        out.print(f"{len(conflicts):6} {what}", highlight=False)
        _lines([_left(one) for one in conflicts])
    _lines([_described(change) for report in reports for change in report.changes])
    if repeated := sum(report.repeated for report in reports):
        out.print(f"{repeated:6} reviews stand there once more", highlight=False)
    if notes := [note for report in reports for note in report.notes]:
        out.print("to be known:", highlight=False)
        _lines(notes)
    if skipped:
        _skipped(skipped)
    for report in reports:
        if report.loaded.act is not None:
            out.print(way_back(report.loaded.act), highlight=False, soft_wrap=True)


def _left(one: Kept) -> str:
    state = one.state.value if one.state else "left out"
    told = "its content was erased" if one.state is State.ERASED else "the same text"
    return f"{one.record_id} ({state}): {'; '.join(one.differences) or told}"


def _described(change: Change) -> str:
    sort = f"changed: {'; '.join(change.differences)}" if change.differences else f"new: {change.text}"
    return f"{change.place}: {change.record_id}: {sort}"


def show_alike(pairs: Sequence[Alike]) -> None:
    """Print the statements that seem to mean the same, and how to merge them."""
    out.print(f"{len(pairs):6} seem to mean the same as statements on record{':' if pairs else ''}", highlight=False)
    for pair in pairs[:SHOWN]:
        out.print(f"  • {escape(pair.text)} [dim]({pair.probability:.2f})[/]", highlight=False, soft_wrap=True)
        out.print(f"    {escape(pair.other)}", highlight=False, soft_wrap=True)
        out.print(f"    rebut merge {pair.statement_id} {pair.other_id} --why …", highlight=False, soft_wrap=True)


def show_conflicts(waiting: Sequence[Conflict]) -> None:
    """Print what waits for a decision."""
    if not waiting:
        out.print("nothing waits")
    for one in waiting:
        out.print(
            f"[bold]{one.id}[/] {escape(f'{one.kind.value} {one.record_id}, {one.by.why}, {one.time[:10]}')}", highlight=False
        )
        for line in [str(change.told()) for change in one.changes] or ["it says so by now"]:
            out.print(f"  {escape(line)}", highlight=False, soft_wrap=True)


def _lines(lines: Sequence[str]) -> None:
    for line in lines[:SHOWN]:
        out.print(f"  • {line}", markup=False, highlight=False, soft_wrap=True)
    if len(lines) > SHOWN:
        out.print(f"  … and {len(lines) - SHOWN} more", highlight=False)


def _skipped(skipped: Sequence[Skipped]) -> None:
    out.print(f"{len(skipped):6} skipped:", highlight=False)
    for item in skipped[:SHOWN]:
        out.print(f"  • {item.place}: {item.reason}", markup=False, highlight=False, soft_wrap=True)
    if len(skipped) > SHOWN:
        out.print(f"  … and {len(skipped) - SHOWN} more: `--skipped FILE` lists them all", highlight=False)


def show_seeds(loaded: Mapping[str, str], there: Mapping[str, str], otherwise: Sequence[Kept]) -> None:
    """Print which version of each seed file was loaded, and what stands otherwise than the files say."""
    for name in sorted({*loaded, *there}):
        out.print(_seed_file(name, loaded.get(name), there.get(name)), markup=False, highlight=False, soft_wrap=True)
    out.print(f"{len(otherwise):6} records are otherwise here{':' if otherwise else ''}", highlight=False)
    for one in otherwise:
        out.print(f"  • {_left(one)}", markup=False, highlight=False, soft_wrap=True)


def _seed_file(name: str, loaded: str | None, there: str | None) -> str:
    told = f"{name}: version {(there or loaded or '')[:DIGITS]}"
    if there is None:
        return f"{told} was loaded; the file is not there any more, and its records stay"
    if there == loaded:
        return f"{told}, loaded"
    return f"{told}, to be loaded at the next start{f' in place of {loaded[:DIGITS]}' if loaded else ''}"


def show_built(manifest: Manifest) -> None:
    """Print what the index is made of."""
    out.print(f"index {manifest.version}: {manifest.rows} rows of {manifest.dimension} dimensions by {manifest.encoder}")


def show_info(
    version: str,
    settings: Settings,
    counts: Counts,
    store: StatementStore,
    manifest: Manifest | None,
    own: Stored | None,
) -> None:
    """Print the version, the settings, how much is known and whether the index is up to date."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("[bold]version[/]", version)
    for field, value in settings.shown().items():
        table.add_row(f"REBUT_{field.upper()}", value)
    held = f"{counts.sources} sources, {counts.statements} statements, {counts.refutations} refutations, {counts.reviews} reviews"
    table.add_row("[bold]store[/]", held)
    loaded = escape(", ".join(f"{name} {sha256[:DIGITS]}" for name, sha256 in store.seed_versions().items()))
    table.add_row("[bold]seed files[/]", f"{loaded}: `rebut seeds` compares" if loaded else "none were loaded")
    table.add_row("[bold]tiers[/]", f"{store.tiers.fingerprint()}: `produced_by.tiers` of an answer")
    table.add_row("[bold]index[/]", _made(manifest, store.version()))
    table.add_row("[bold]calibration[/]", escape(describe(own) if own else "the packaged one"))
    out.print(table, highlight=False)


def _made(manifest: Manifest | None, store_version: str) -> str:
    if manifest is None:
        return "not built yet: run `rebut build`"
    made = f"{manifest.version}, {manifest.rows} rows"
    if manifest.store_version == store_version:
        return made
    return f"{made}, older than the records: brought up to date whenever it is read"


def show_pairs(told: PairEvaluation) -> None:
    """Print the accuracy and the confusion matrix of the relation model."""
    title = f"{told.pairs} pairs · {told.model} · {told.milliseconds_a_pair:.1f} ms a pair · accuracy {told.accuracy:.1%}"
    columns = next(iter(told.confusion.values()))
    table = _table("label", *[f"found {label}" for label in columns], "recall", title=title)
    for label, found in told.confusion.items():
        table.add_row(label, *map(str, found.values()), f"{told.recall[label]:.1%}")
    out.print(table)
    out.print(f"always saying the commonest label would be right for {told.majority:.1%}", highlight=False)
    if len(told.confusion) == 1:
        out.print("the file has one label only: nothing tells how often it is found for other pairs", highlight=False)


def show_evaluation(told: Evaluation) -> None:
    """Print the retriever's figures, over all queries and by language."""
    title = f"{told.statements} statements · {told.encoder} · {told.milliseconds_a_claim:.1f} ms a claim"
    scored = {"all": told.all, **(told.by_language if len(told.by_language) > 1 else {})}
    columns = [*[f"MAP@{k}" for k in told.all.map_at], "MRR", *[f"success@{k}" for k in told.all.success_at]]
    table = _table("queries", "", *columns, title=title)
    for name, scores in scored.items():
        figures = [*scores.map_at.values(), scores.mrr, *scores.success_at.values()]
        table.add_row(name, str(scores.queries), *[f"{figure:.3f}" for figure in figures])
    out.print(table)
    _notes(told.notes)


def _notes(notes: Sequence[str]) -> None:
    for note in notes:
        out.print(f"[yellow]to be known:[/] {escape(note)}", highlight=False, soft_wrap=True)


def show_answering(told: AnsweringEvaluation) -> None:
    """Print what the two thresholds mean, and whether the probabilities mean what they say."""
    table = _table("", "from probability", "claims answered", "of these wrong", title=f"{told.claims} claims")
    for name, point in (("answer", told.answer), ("suggest for review", told.review)):
        table.add_row(name, f"{point.threshold:.3f}", f"{point.coverage:.1%}", f"{point.risk:.1%}")
    out.print(table)
    out.print(f"about a known statement: {told.covered}, answered {told.covered_answered:.1%}")
    unrelated = told.claims - told.covered
    outcome = f"{unrelated}, not answered {told.unrelated_empty:.1%}" if unrelated else "no claim was given"
    out.print(f"about none: {outcome}")
    out.print(f"expected calibration error: {told.calibration_error:.3f}")
    _notes(told.notes)


def show_selftest(tests: Sequence[SelfTest]) -> None:
    """Print for each kind of change how many statements stood it; then every probe that did not, and what all this tells."""
    from service.evaluation.selftest.report import summary, tallies

    told = tallies(tests)
    table = _table("change", "tried", "found", "right")
    for tally in told:
        table.add_row(tally.change.value, *_counts(tally))
    out.print(table)
    for line in (*_fallen(tests), *summary(told)):
        out.print(line, markup=False, highlight=False, soft_wrap=True)


def _counts(tally: Tally) -> tuple[str, str, str]:
    if not tally.tried:
        return NOT_TRIED, "", ""
    return str(tally.tried), str(tally.found), "not judged" if tally.right is None else str(tally.right)


def _fallen(tests: Sequence[SelfTest]) -> Iterator[str]:
    for test in tests:
        for probe in test.probes:
            if not probe.survives:
                got = probe.relation.value if probe.relation else "judged" if probe.found else "not found"
                yield f"{test.statement_id}: {probe.change.value}: expected {probe.expected.value}, {got}: {probe.text}"


def _table(*columns: str, title: str | None = None) -> Table:
    return Table(*columns, title=title, box=None, padding=(0, 1))
