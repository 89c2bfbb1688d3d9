"""`rebut eval` and `rebut selftest`: how well the service does on labelled data, and on its own statements changed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import rich_click as click

from index.errors import InvalidRecord
from service.cli.gate import measure_gate
from service.cli.show import progress_bars, show_json, show_problems
from service.cli.show_reports import show_answering, show_evaluation, show_pairs, show_selftest
from service.settings import read_settings

if TYPE_CHECKING:
    from service.evaluation.retrieval import Evaluation

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command("eval")
@click.option(
    "--corpus", type=FILE, help="Known statements: JSON lines or CSV with id, text, title, lang; without it, what is loaded."
)
@click.option("--queries", type=FILE, help="Incoming claims: JSON lines or CSV with id, text, lang.")
@click.option(
    "--qrels", type=FILE, help="Which claim is about which statement: claim id, statement id, 1; or TREC's four columns; or BEIR's."
)
@click.option("--pairs", type=FILE, help="Instead of these three: pairs of texts, JSON lines or CSV with a, b, label.")
@click.option("--gate", type=FILE, help="Instead of these: claims with the answers wanted, JSON lines; exits 1 if one is missed.")
@click.option("--depth", type=click.IntRange(1, 1000), help="With a corpus: how many statements of each ranking to keep (10).")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--results", type=OUTPUT, help="Write each query's ranking here.")
@click.option("--curve", type=OUTPUT, help="Without a corpus: draw the risk-coverage curve into this SVG file.")
def evaluate(as_json: bool, depth: int | None, **files: Path | None) -> None:
    """Measure the service on your own labelled data.

    With `--corpus`, `--queries` and `--qrels`, the retriever: MAP@k, MRR, success@k, by language. The corpus's vectors are kept in
    the data folder: a second run takes seconds.

    With `--queries` and `--qrels` alone, the answers of the service as it is loaded: how many of the claims that are about a known
    statement are answered, how many of the others are not, how many answers are wrong, and whether the probabilities mean what they
    say. A query without a line in the qrels is about nothing known.

    With `--pairs`, the relation model: how often it agrees with the labels. `a` is the known statement, `b` the claim.

    With `--gate`, whether the service answers as wanted; meant for continuous integration. A line is a `text` and any of
    `statement` (an id, or null for none), `relation`, `verdict` and `refutations_apply`. Each claim that is not answered so is
    printed, and the exit code is 1. It is 2 for a file that cannot be read.
    """
    given = {name: path for name, path in files.items() if path}
    asked = given.keys() | ({"depth"} if depth else set())
    for needed, optional, measure in MEASUREMENTS:
        if needed <= asked <= needed | optional:
            try:
                measure(Asked(given, as_json, depth))
            except InvalidRecord as error:
                show_problems(error.problems, "Nothing was measured.")
                sys.exit(1)
            return
    raise click.UsageError(
        "give --corpus, --queries and --qrels (--results and --depth go with them), "
        "or --queries and --qrels (--curve goes with these), or --pairs alone, or --gate alone"
    )


class Asked(NamedTuple):
    """What a measurement was asked for: its files by their options' names, and how to print."""

    files: Mapping[str, Path]
    as_json: bool
    depth: int | None = None


def measure_pairs(asked: Asked) -> None:
    """`rebut eval --pairs`: how often the relation model agrees with the labels."""
    from index.models.cross_encoder import CrossEncoderModel
    from service.evaluation.pairs import evaluate_pairs

    with progress_bars() as progress:
        told = evaluate_pairs(asked.files["pairs"], CrossEncoderModel(threads=read_settings().threads), progress)
    if asked.as_json:
        show_json(told)
    else:
        show_pairs(told)


def measure_retrieval(asked: Asked) -> None:
    """`rebut eval --corpus --queries --qrels`: how well a corpus of one's own is searched."""
    files = asked.files
    told = _retrieval(files["corpus"], files["queries"], files["qrels"], asked.depth)
    if "results" in files:
        files["results"].write_bytes(b"\n".join(msgspec.json.encode(result) for result in told.results) + b"\n")
    if asked.as_json:
        show_json({name: getattr(told, name) for name in told.__struct_fields__ if name != "results"})
    else:
        show_evaluation(told)


def _retrieval(corpus: Path, queries: Path, qrels: Path, depth: int | None) -> Evaluation:
    from index.models.encoders import load_encoders
    from index.models.files import sha256_of
    from service.api.logs import configure_logging
    from service.evaluation.retrieval import KEPT, evaluate, read_labelled

    settings = read_settings()
    configure_logging("pretty")
    labelled = read_labelled(corpus, queries, qrels)
    with progress_bars() as progress:
        loaded = load_encoders(settings.encoder, settings.english_encoder, settings.encoder_cache, progress, settings.threads)
        return evaluate(labelled, loaded, settings.data_dir / "evaluations" / sha256_of(corpus)[:16], progress, depth or KEPT)


def measure_answers(asked: Asked) -> None:
    """`rebut eval --queries --qrels`: whether claims are rightly answered by what is loaded, or rightly not."""
    from service.api.logs import configure_logging
    from service.app import assemble
    from service.evaluation.answers import evaluate_answering
    from service.evaluation.curve import picture
    from service.evaluation.retrieval import read_queries

    files = asked.files
    configure_logging("pretty")
    claims, relevant = read_queries(files["queries"], files["qrels"])
    with progress_bars() as progress:
        parts = assemble(read_settings(), progress=progress)
        told = evaluate_answering(parts.matcher, claims, relevant, progress, parts.store.owners())
    parts.store.close()
    if "curve" in files:
        files["curve"].write_text(picture(told.curve, [("answer", told.answer), ("review", told.review)]), encoding="utf-8")
    if asked.as_json:
        show_json(told)
    else:
        show_answering(told)


MEASUREMENTS: tuple[tuple[set[str], set[str], Callable[[Asked], None]], ...] = (
    ({"pairs"}, set(), measure_pairs),
    ({"gate"}, set(), lambda asked: measure_gate(asked.files, asked.as_json)),
    ({"corpus", "queries", "qrels"}, {"results", "depth"}, measure_retrieval),
    ({"queries", "qrels"}, {"curve"}, measure_answers),
)
"""The files that a measurement needs, the options that go with it besides, and what runs it."""


@click.command("selftest")
@click.argument("ids", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print every probe as JSON.")
def selftest(ids: tuple[str, ...], as_json: bool) -> None:
    """Change stored statements in known ways and show whether they are still found and rightly judged.

    All statements, or those with these IDS. Nothing is stored.
    """
    from index.store.store import StatementFilter
    from service.api.logs import configure_logging
    from service.app import assemble
    from service.evaluation import selftest as probes
    from service.opening import open_store

    settings = read_settings()
    configure_logging("pretty")
    store = open_store(settings)
    everything = StatementFilter()
    statements = [store.statement(id_) for id_ in ids or sorted(store.matching([everything])[everything])]
    names = probes.names_in(store, statements)
    store.close()
    with progress_bars() as progress:
        tests = probes.selftest(assemble(settings, progress=progress).matcher, statements, names)
    if as_json:
        show_json(tests)
    else:
        show_selftest(tests)
