"""What the command line prints: answers to claims and to documents, progress, what went wrong.

`show_reports.py` prints the rest: loads, the state of the service, evaluations. Types are imported for the type checker only,
so that `rebut --help` does not wait for the models.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from index import progress
    from rebut import answers as told
    from rebut import records as told_records
    from service.api.wire import answers, records, texts
    from service.check import mentions

    # what is printed comes from the models here, or from a running service: the same names, other structs
    Answer = answers.Answer | told.Answer
    Citation = records.CitationView | told_records.CitationView
    Match = answers.Match | told.Match
    NearestMiss = answers.NearestMiss | told.NearestMiss
    Relation = answers.Relation | told.Relation
    Finding = texts.Finding | told.Finding
    TextAnswer = texts.TextAnswer | told.TextAnswer
    Span = mentions.Span | told.Span

KINDS = {
    "repeats": "[green]repeats[/] it",
    "denies": "[red]denies[/] it",
    "reverses": "[red]turns it round[/]",
    "differs": "[yellow]differs[/] in a detail",
    "related": "is merely on the [dim]same topic[/]",
}
"""What is told of a claim, by its relation to the statement."""
OF_THIS = {True: "", False: " [dim](the statement, not the claim)[/]", None: " [dim](the statement; perhaps the claim, too)[/]"}
"""What is told of a refutation, by whether it applies to the claim."""

MOST_PROBLEMS = 10
"""Problems of a file that are printed: the others are most often the same."""

out = Console()
err = Console(stderr=True)


@contextmanager
def progress_bars() -> Iterator[progress.Progress]:
    """Show a progress bar on standard error while a step reports progress; a step that reports none shows nothing."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bars:
        task = bars.add_task("", total=None, visible=False)

        def report(doing: str, done: int, total: int) -> None:
            bars.update(task, description=doing, completed=done, total=total, visible=done < total)

        yield report


def show_json(told: object) -> None:
    """Print a value as indented JSON."""
    out.print_json(msgspec.json.encode(told).decode(), indent=2)


def show_error(message: str) -> None:
    """Print on standard error why a command failed."""
    err.print("[bold red]Error:[/]", end=" ")
    err.print(message, markup=False, highlight=False, soft_wrap=True)


def show_problems(problems: Sequence[str], outcome: str = "Nothing was loaded.") -> None:
    """Print on standard error what is wrong with records that were refused."""
    err.print(f"[bold red]{outcome}[/] What is wrong:", highlight=False)
    for problem in problems[:MOST_PROBLEMS]:
        err.print(f"  • {problem}", markup=False, highlight=False, soft_wrap=True)
    if len(problems) > MOST_PROBLEMS:
        err.print(f"  … and {len(problems) - MOST_PROBLEMS} more", highlight=False)


def show_answer(answer: Answer) -> None:
    """Print the verdict, the matches, and the nearest miss if nothing matched."""
    out.print(f"\n[bold]{escape(answer.verdict.sentence)}[/]\n")
    for part in answer.parts:
        out.print(f"  “{escape(part.claim.text)}”: {escape(part.verdict.sentence)}\n", highlight=False)
    _matches(answer.matches)
    if answer.nearest_miss:
        _nearest_miss(answer.nearest_miss)
    produced = answer.produced_by
    out.print(f"[dim]{produced.service} · {produced.encoder} · index {produced.index}[/]", highlight=False)


def _nearest_miss(miss: NearestMiss) -> None:
    out.print(f"Nearest miss: [italic]{escape(miss.statement.text)}[/]\n  rejected: {miss.reason}")
    if miss.review:
        out.print("  near enough that a person should look at it")
    if miss.relation:
        _relation(miss.relation)


def show_document(answer: TextAnswer, document: str) -> None:
    """Print the findings, the most important first, then the sentences worth checking without a known statement."""
    found = sum(1 + len(finding.again) for finding in answer.findings)
    open_ = len(answer.unmatched)
    out.print(f"\n[bold]{answer.sentences} sentences: {found} with known statements, {open_} worth checking without one.[/]\n")
    for finding in answer.findings:
        _finding(finding, document)
    if answer.unmatched:
        out.print("[bold]Worth checking, nothing known:[/]")
    for sentence in answer.unmatched:
        reasons = ", ".join(reason.value for reason in sentence.worth.reasons)
        out.print(f"  {_line(document, sentence.start)}: {escape(sentence.text)} [dim]({reasons})[/]", highlight=False)


def _finding(finding: Finding, document: str) -> None:
    out.print(f"[bold reverse] {_line(document, finding.start)} [/] {escape(finding.text)}", highlight=False)
    if finding.context:
        out.print(f"[yellow]matches only together with the sentence before:[/] {escape(finding.context.text)}", highlight=False)
    out.print(f"[bold]{finding.verdict.sentence}[/]", highlight=False)
    _matches(finding.matches)
    for again in finding.again:
        kind = again.verdict.value.replace("_", " ")
        before = f"[dim]{escape(again.context.text)}[/] " if again.context else ""
        out.print(f"  [dim]also {_line(document, again.start)}:[/] {before}{escape(again.text)} [dim]({kind})[/]", highlight=False)


def _line(document: str, start: int | None) -> str:
    return "line ?" if start is None else f"line {document.count(chr(10), 0, start) + 1}"


def _matches(matches: Iterable[Match]) -> None:
    for number, match in enumerate(matches, 1):
        show_match(number, match)


def show_match(number: int, match: Match) -> None:
    """Print a matching statement with its relation to the claim, its sources, reviews and refutations."""
    statement = match.statement
    when = f" · {statement.when.text}" if statement.when else ""
    by = escape(f"{statement.claimant.name}{when}")
    matched = escape(f"{match.matched.form.value} ({match.matched.language}): “{match.matched.text}”")
    out.print(f"[bold]{number}. {escape(statement.text)}[/]", highlight=False)
    out.print(f"   {statement.kind.value} by {by} · probability {match.probability:.2f}", highlight=False)
    if match.relation:
        _relation(match.relation)
    out.print(f"   matched {matched}", highlight=False)
    _record(match)
    if match.explanation:
        _explanation(match)
    out.print()


def _relation(relation: Relation) -> None:
    out.print(f"   the claim {KINDS[relation.kind.value]} · probability {relation.probability:.2f}", highlight=False)
    out.print(f"     compared {_words(relation.judged)}", highlight=False)
    for difference in relation.differences:
        ours, theirs = _words(difference.claim), _words(difference.statement)
        out.print(f"     {difference.slot.value}: {ours} [dim]where the statement has[/] {theirs}", highlight=False)


def _words(span: Span | None) -> str:
    return "nothing" if span is None else f"“[bold]{escape(span.text)}[/]”"


def _record(match: Match) -> None:
    """Print the sources, reviews and refutations that are on record."""
    for line in (*_sources(match), *_reviews(match), *_refutations(match)):
        out.print(f"   {line}", highlight=False)
    if match.refutation_note:
        out.print(f"   [yellow]{match.refutation_note}[/]")


def _sources(match: Match) -> Iterator[str]:
    for citation in match.citations:
        paragraph = f"¶{citation.paragraph}" if citation.paragraph else None
        where = citation.url or " / ".join(filter(None, (citation.section, citation.item, paragraph)))
        title = f"{citation.source.publisher}: “{citation.source.title}”"
        yield f"[cyan]source[/] {escape(', '.join(filter(None, (title, where))))}"


def _reviews(match: Match) -> Iterator[str]:
    for review in match.reviews:
        rated = review.rating.rated.value
        rating = review.rating.original or rated
        yield f"[magenta]reviewed[/] {escape(f'{review.reviewer.name}: {rating} ({rated}), {_place(review.citation)}')}"
    for review in match.apart.reviews:
        rating = review.rating.original or review.rating.rated.value
        yield f"[dim]not counted, unknown publisher: {escape(f'{review.reviewer.name}: {rating}, {_place(review.citation)}')}[/]"


def _place(citation: Citation) -> str:
    return citation.url or f"“{citation.source.title}”"


def _refutations(match: Match) -> Iterator[str]:
    for refutation in match.refutations:
        named = f"{refutation.issuer.name}: "
        said = escape(named + refutation.text.removeprefix(named))  # a review's text begins with its reviewer
        yield f"[red]{refutation.stance.value}[/]{OF_THIS[refutation.applies_to_claim]} {said}"


def _explanation(match: Match) -> None:
    """Print what the probability was made of."""
    told = match.explanation
    assert told is not None
    parts = [f"{name} {feature:.3f} × {told.weights[name]:.2f}" for name, feature in told.features.items()]
    out.print(f"   [dim]log odds = {told.intercept:.2f} + {' + '.join(parts)}[/]", highlight=False)


def way_back(act: int) -> str:
    """How to take back what was just done: a command that works as it stands there."""
    return f'to take this back: rebut undo {act} --why "taken back"'
