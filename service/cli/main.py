"""The command line: `rebut serve`, `mcp`, `check`, `build`, `load`, `info`, `eval` and `selftest`."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import rich_click as click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from index.errors import InvalidInput, InvalidRecord, RebutError
from index.models import encoders
from service import VERSION
from service.settings import SettingsInvalid, read_settings

if TYPE_CHECKING:
    from index.readers.loading import FileReport, Skipped
    from service.api.wire import Answer, CheckRequest, Match

RequestT = TypeVar("RequestT", bound="CheckRequest")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, writable=True, path_type=Path)
SHOWN = 20
"""Lines of one sort that a report prints at most."""
OF_THIS = {True: "", False: " [dim](the statement, not the claim)[/]", None: " [dim](the statement; perhaps the claim, too)[/]"}
"""What is told of a refutation, by whether it applies to the claim."""

out = Console()
err = Console(stderr=True)
click.rich_click.TEXT_MARKUP = "markdown"


class FileOrUrl(click.Path):
    """A file that exists, as a path; or an address, as it is given."""

    name = "file or url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See click."""
        if str(value).startswith(("http://", "https://")):
            return value
        return super().convert(value, param, ctx)


@contextmanager
def _progress() -> Iterator[encoders.Progress]:
    """A progress bar on standard error for each thing that reports steps; nothing is shown for what reports none."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bars:
        task = bars.add_task("", total=None, visible=False)

        def report(doing: str, done: int, total: int) -> None:
            bars.update(task, description=doing, completed=done, total=total, visible=done < total)

        yield report


class Rebut(click.RichGroup):
    """The command group; errors raised on purpose become one readable message and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except InvalidRecord as error:
            err.print("[bold red]Nothing was loaded.[/] What is wrong:", highlight=False)
            for problem in error.problems:
                err.print(f"  • {problem}", markup=False, highlight=False, soft_wrap=True)
        except (RebutError, SettingsInvalid, OSError) as error:
            err.print("[bold red]Error:[/]", end=" ")
            err.print(str(error), markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


@click.group(cls=Rebut, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="rebut")
def main() -> None:
    """Claim verification: the closest known statements, their sources and their official refutations.

    Settings are environment variables that start with `REBUT_`; `rebut info` shows them all.
    """


@main.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 for any free one.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the HTTP API. The first start prepares the encoder, which takes about a minute."""
    import uvicorn

    from service.api.logs import configure_logging
    from service.app import assemble, create_app

    settings = read_settings()
    configure_logging(settings.log_format)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn shuts down gracefully, then raises it once more
    with _progress() as progress:
        parts = assemble(settings, progress=progress)
    config = uvicorn.Config(
        create_app(parts),
        host=host or settings.host,
        port=settings.port if port is None else port,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    uvicorn.Server(config).run()


@main.command()
@click.argument("claim", required=False)
@click.option("--file", type=FILE, help="Check a whole document instead: plain text, Markdown (.md) or HTML (.html).")
@click.option(
    "--format", "text_format", type=click.Choice(["plain", "markdown", "html"]), help="The document's, if its name misleads."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as the API gives it.")
@click.option("--limit", type=click.IntRange(1, 50), help="The most matches to show: 5, or 1 for each sentence of a document.")
@click.option("--language", help="The claim's language (ISO 639 code); detected if not given.")
@click.option("--min-probability", type=click.FloatRange(0, 1), help="Leave out matches below it.")
@click.option("--claimant", help="Only statements of this claimant (part of name, role or side).")
@click.option("--topic", help="Only statements on this topic.")
@click.option("--date", help="Only statements about this date or period, such as 2024-06 or 2024-06/2024-10.")
@click.option("--place", help="Only statements about this place (part of its name).")
@click.option("--explain", is_flag=True, help="Show what each probability was made of.")
def check(claim: str | None, file: Path | None, text_format: str | None, as_json: bool, **options: object) -> None:
    """Check one CLAIM, or a whole document with `--file`.

    Put the claim in quotation marks; `-` reads it from standard input.
    """
    from service.api.logs import configure_logging

    if (claim is None) == (file is None) or (text_format and not file):
        raise click.UsageError("give either a CLAIM or a --file; --format goes with --file")
    configure_logging("pretty")
    given = {name: value for name, value in options.items() if value is not None}
    if file:
        _check_file(file, text_format, as_json, given)
    else:
        _check_claim(sys.stdin.read() if claim == "-" else str(claim), as_json, given)


def _check_claim(text: str, as_json: bool, given: dict[str, object]) -> None:
    from service.api.wire import CheckRequest
    from service.app import assemble

    settings = read_settings()
    request = _decode({"text": text, **given}, CheckRequest, "claim", settings.max_claim_characters)
    with _progress() as progress:
        answer = assemble(settings, progress=progress).matcher.match([request]).answers[0]
    if as_json:
        out.print_json(msgspec.json.encode(answer).decode(), indent=2)
    else:
        _show(answer)


def _check_file(file: Path, text_format: str | None, as_json: bool, given: dict[str, object]) -> None:
    from service.api.text_wire import TextRequest
    from service.app import assemble
    from service.check.texts.findings import answer_text
    from service.cli.texts import format_of, read_document, show_text

    settings = read_settings()
    text = read_document(file)
    fields = {"text": text, "format": text_format or format_of(file).value, **given}
    request = _decode(fields, TextRequest, "document", settings.max_text_characters)
    with _progress() as progress:
        answer = answer_text(assemble(settings, progress=progress).matcher, request, settings.max_text_characters, progress)
    if as_json:
        out.print_json(msgspec.json.encode(answer).decode(), indent=2)
    else:
        show_text(out, answer, text, _show_match)


def _decode(fields: dict[str, object], kind: type[RequestT], name: str, longest: int) -> RequestT:
    """The request that the options make; what is wrong with them is wrong usage."""
    from service.api.problems import InvalidBody, decode

    try:
        request = decode(fields, kind)
        request.refuse_longer(longest)
    except InvalidBody as error:
        raise click.UsageError(str(error)) from error
    except InvalidInput as error:
        raise click.UsageError(f"the {name} {error.reason}") from error
    return request


def _show(answer: Answer) -> None:
    from service.cli.show import show_relation

    out.print(f"\n[bold]{escape(answer.verdict.sentence)}[/]\n")
    for number, match in enumerate(answer.matches, 1):
        _show_match(number, match)
    if answer.nearest_miss:
        miss = answer.nearest_miss
        out.print(f"Nearest miss: [italic]{escape(miss.statement.text)}[/]\n  rejected: {miss.reason}")
        if miss.review:
            out.print("  near enough that a person should look at it")
        if miss.relation:
            show_relation(out, miss.relation)
    produced = answer.produced_by
    out.print(f"[dim]{produced.service} · {produced.encoder} · index {produced.index}[/]", highlight=False)


def _show_match(number: int, match: Match) -> None:
    from service.cli.show import show_relation

    statement = match.statement
    when = f" · {statement.when.text}" if statement.when else ""
    out.print(f"[bold]{number}. {escape(statement.text)}[/]", highlight=False)
    by = escape(f"{statement.claimant.name}{when}")
    out.print(f"   {statement.kind.value} by {by} · probability {match.probability:.2f}", highlight=False)
    if match.relation:
        show_relation(out, match.relation)
    matched = escape(f"{match.matched.form.value} ({match.matched.language}): “{match.matched.text}”")
    out.print(f"   matched {matched}", highlight=False)
    for citation in match.citations:
        paragraph = f"¶{citation.paragraph}" if citation.paragraph else None
        where = citation.url or " / ".join(filter(None, (citation.section, citation.item, paragraph)))
        cited = escape(f"{citation.source.publisher}: “{citation.source.title}”, {where}")
        out.print(f"   [cyan]source[/] {cited}", highlight=False)
    for review in match.reviews:
        rating = review.rating.original or review.rating.rated.value
        told = escape(f"{review.reviewer.name}: {rating} ({review.rating.rated.value}), {review.citation.url}")
        out.print(f"   [magenta]reviewed[/] {told}", highlight=False)
    for refutation in match.refutations:
        of_this = OF_THIS[refutation.applies_to_claim]
        said = escape(f"{refutation.issuer.name}: {refutation.text}")
        out.print(f"   [red]{refutation.stance.value}[/]{of_this} {said}", highlight=False)
    if match.refutation_note:
        out.print(f"   [yellow]{match.refutation_note}[/]")
    if match.explanation:
        parts = [
            f"{name} {value:.3f} × {match.explanation.weights[name]:.2f}" for name, value in match.explanation.features.items()
        ]
        out.print(f"   [dim]log odds = {match.explanation.intercept:.2f} + {' + '.join(parts)}[/]", highlight=False)
    out.print()


@main.command()
def mcp() -> None:
    """Serve a language-model assistant over standard input and output (Model Context Protocol); assistants start this."""
    import anyio

    from service.api.logs import configure_logging
    from service.app import assemble
    from service.integrations.mcp import create_server, serve_stdio

    settings = read_settings()
    configure_logging(settings.log_format)
    with _progress() as progress:
        parts = assemble(settings, progress=progress)
    anyio.run(serve_stdio, create_server(parts.matcher, parts.store, settings))
    parts.store.close()


@main.command()
def build() -> None:
    """Prepare the encoder, load the seed files and build the index, so that `serve` starts at once."""
    from service.api.logs import configure_logging
    from service.app import assemble

    settings = read_settings()
    configure_logging(settings.log_format)
    with _progress() as progress:
        manifest = assemble(settings, progress=progress).retriever.manifest
    out.print(f"index {manifest.version}: {manifest.rows} rows of {manifest.dimension} dimensions by {manifest.encoder}")


@main.command()
@click.argument(
    "files", nargs=-1, required=True, type=FileOrUrl(exists=True, dir_okay=False, path_type=Path), metavar="FILE_OR_URL..."
)
@click.option("--skipped", "list_of_skipped", type=OUTPUT, help="Write what was skipped, and why, here (JSON lines).")
def load(files: tuple[Path | str, ...], list_of_skipped: Path | None) -> None:
    """Add or update statements; nothing is ever deleted. A running service takes them up with its next request.

    Seed files (TOML) are loaded first, together: all or nothing. Of a ClaimReview feed (JSON), a page with embedded ClaimReview
    (HTML), CSV and JSON lines, what is good is loaded, and what is not is reported. An address is fetched first: at most
    1 GB, in at most 15 minutes.
    """
    from index.readers.loading import FileReport, Format, format_of, load_file
    from index.readers.seeds import read_seeds
    from service.app import open_store
    from service.integrations.fetch import fetched

    store, _ = open_store(read_settings())
    with _progress() as progress, fetched(files, progress) as found:
        seeds = [path for path in found.values() if format_of(path) is Format.SEEDS]
        reports = [FileReport(store.load(read_seeds(seeds, store.owners())), [], 0)] if seeds else []
        reports += [load_file(store, path, name, progress) for name, path in found.items() if path not in seeds]
    skipped = [item for report in reports for item in report.skipped]
    if list_of_skipped:
        list_of_skipped.write_bytes(b"".join(msgspec.json.encode(item) + b"\n" for item in skipped))
    _show_reports(reports, skipped)
    if any(report.skipped and not any(msgspec.structs.astuple(report.loaded)) for report in reports):
        sys.exit(1)  # a file of which nothing could be used


def _show_reports(reports: Sequence[FileReport], skipped: Sequence[Skipped]) -> None:
    for field, name in (("added", "added"), ("changed", "changed"), ("unchanged", "left as they were")):
        ids = [id_ for report in reports for id_ in getattr(report.loaded, field)]
        listed = ", ".join(ids[:8]) + (", …" if len(ids) > 8 else "")
        out.print(f"{len(ids):6} {name}{': ' + listed if ids and field != 'unchanged' else ''}", highlight=False)
    if repeated := sum(report.repeated for report in reports):
        out.print(f"{repeated:6} reviews stand there once more", highlight=False)
    if skipped:
        out.print(f"{len(skipped):6} skipped:", highlight=False)
        for item in skipped[:SHOWN]:
            out.print(f"  • {item.place}: {item.reason}", markup=False, highlight=False, soft_wrap=True)
        if len(skipped) > SHOWN:
            out.print(f"  … and {len(skipped) - SHOWN} more: `--skipped FILE` lists them all", highlight=False)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def info(as_json: bool) -> None:
    """Show the settings, how much is known, and what the index was made of."""
    from index.search.manifest import read_manifest
    from service.app import open_store

    settings = read_settings()
    store, _ = open_store(settings)
    counts = store.counts()
    manifest = read_manifest(settings.data_dir / "index")
    if as_json:
        told = {"version": VERSION, "settings": settings, "store": counts, "store_version": store.version(), "index": manifest}
        out.print_json(msgspec.json.encode(told, enc_hook=str).decode())
        return
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("[bold]version[/]", VERSION)
    for field in settings.__struct_fields__:
        table.add_row(f"REBUT_{field.upper()}", str(getattr(settings, field)))
    held = f"{counts.sources} sources, {counts.statements} statements, {counts.refutations} refutations, {counts.reviews} reviews"
    table.add_row("[bold]store[/]", held)
    made = "not built yet: run `rebut build`" if manifest is None else f"{manifest.version}, {manifest.rows} rows"
    if manifest is not None and manifest.store_version != store.version():
        made += ", older than the records: rebuilt with the next start or request"
    table.add_row("[bold]index[/]", made)
    out.print(table, highlight=False)


@main.command("eval")
@click.option(
    "--corpus", type=FILE, help="Known statements: JSON lines or CSV with id, text, title, lang; without it, what is loaded."
)
@click.option("--queries", type=FILE, help="Incoming claims: JSON lines or CSV with id, text, lang.")
@click.option("--qrels", type=FILE, help="Which claim is about which statement: claim id, statement id, 1.")
@click.option("--pairs", type=FILE, help="Instead of these three: pairs of texts, JSON lines or CSV with a, b, label.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--results", type=OUTPUT, help="Write each query's ranking here.")
@click.option("--curve", type=OUTPUT, help="Without a corpus: draw the risk-coverage curve into this SVG file.")
def evaluate(
    corpus: Path | None,
    queries: Path | None,
    qrels: Path | None,
    pairs: Path | None,
    as_json: bool,
    results: Path | None,
    curve: Path | None,
) -> None:
    """Measure the service on your own labelled data.

    With `--corpus`, `--queries` and `--qrels`, the retriever: MAP@k, MRR, success@k, by language. The corpus's vectors are kept in
    the data folder: a second run takes seconds.

    With `--queries` and `--qrels` alone, the answers of the service as it is loaded: how many of the claims that are about a known
    statement are answered, how many of the others are not, how many answers are wrong, and whether the probabilities mean what they
    say. A query without a line in the qrels is about nothing known.

    With `--pairs`, the relation model: how often it agrees with the labels. `a` is the known statement, `b` the claim.
    """
    from service.cli import evaluate as measured

    if pairs and not (corpus or queries or qrels or results or curve):
        measured.pairs(out, _progress, pairs, as_json)
    elif corpus and queries and qrels and not (pairs or curve):
        measured.retriever(out, _progress, (corpus, queries, qrels), as_json, results)
    elif queries and qrels and not (corpus or pairs or results):
        measured.answering(out, _progress, queries, qrels, as_json, curve)
    else:
        raise click.UsageError(
            "give --corpus, --queries and --qrels (--results goes with them), "
            "or --queries and --qrels (--curve goes with these), or --pairs alone"
        )


@main.command("selftest")
@click.argument("ids", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print every probe as JSON.")
def test_statements(ids: tuple[str, ...], as_json: bool) -> None:
    """Change stored statements in known ways and show whether they are still found and rightly judged.

    All statements, or those with these IDS. Nothing is stored.
    """
    from index.store.store import StatementFilter
    from service.api.logs import configure_logging
    from service.app import assemble, open_store
    from service.cli.show import show_selftest
    from service.evaluation.selftest import selftest

    settings = read_settings()
    configure_logging("pretty")
    store, _ = open_store(settings)
    statements = [store.statement(id_) for id_ in ids or sorted(store.statement_ids(StatementFilter()))]
    store.close()
    with _progress() as progress:
        parts = assemble(settings, progress=progress)
        tests = selftest(parts.matcher, statements)
    if as_json:
        out.print_json(msgspec.json.encode(tests).decode())
    else:
        show_selftest(out, tests)
