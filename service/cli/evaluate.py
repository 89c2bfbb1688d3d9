"""The three measurements of `rebut eval`: run, then printed or written."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.table import Table

from index.models.encoders import Progress
from service.settings import read_settings

if TYPE_CHECKING:
    from service.evaluation.retrieval import Evaluation

Bars = Callable[[], AbstractContextManager[Progress]]
"""Makes a progress bar, which a context shows."""


def pairs(out: Console, bars: Bars, file: Path, as_json: bool) -> None:
    """`rebut eval --pairs`: how often the relation model agrees with the labels."""
    from index.models.cross_encoder import CrossEncoderModel
    from service.cli.show import show_pairs
    from service.evaluation.pairs import evaluate_pairs

    with bars() as progress:
        told = evaluate_pairs(file, CrossEncoderModel(threads=read_settings().threads), progress)
    if as_json:
        out.print_json(msgspec.json.encode(told).decode())
    else:
        show_pairs(out, told)


def retriever(out: Console, bars: Bars, files: tuple[Path, Path, Path], as_json: bool, results: Path | None) -> None:
    """`rebut eval --corpus --queries --qrels`: how well a corpus of one's own is searched."""
    from index.models.encoders import load_encoders, sha256_of
    from service.api.logs import configure_logging
    from service.evaluation import retrieval

    settings = read_settings()
    configure_logging("pretty")
    labelled = retrieval.read_labelled(*files)
    with bars() as progress:
        loaded = load_encoders(settings.encoder, settings.english_encoder, settings.encoder_cache, progress, settings.threads)
        folder = settings.data_dir / "evaluations" / sha256_of(files[0])[:16]
        told = retrieval.evaluate(labelled, loaded, folder, progress)
    if results:
        results.write_bytes(b"\n".join(msgspec.json.encode(result) for result in told.results) + b"\n")
    if as_json:
        figures = {name: getattr(told, name) for name in told.__struct_fields__ if name != "results"}
        out.print_json(msgspec.json.encode(figures).decode())
    else:
        _show_evaluation(out, told)


def answering(out: Console, bars: Bars, queries: Path, qrels: Path, as_json: bool, curve: Path | None) -> None:
    """`rebut eval --queries --qrels`: whether claims are rightly answered by what is loaded, or rightly not."""
    from service.api.logs import configure_logging
    from service.app import assemble
    from service.cli.show import show_answering
    from service.evaluation.answers import evaluate_answering
    from service.evaluation.curve import picture
    from service.evaluation.retrieval import read_asked

    configure_logging("pretty")
    claims, relevant = read_asked(queries, qrels)
    with bars() as progress:
        parts = assemble(read_settings(), progress=progress)
        told = evaluate_answering(parts.matcher, claims, relevant, progress)
    parts.store.close()
    if curve:
        curve.write_text(picture(told.curve, [("answer", told.answer), ("review", told.review)]), encoding="utf-8")
    if as_json:
        out.print_json(msgspec.json.encode(told).decode())
    else:
        show_answering(out, told)


def _show_evaluation(out: Console, told: Evaluation) -> None:
    title = f"{told.statements} statements · {told.encoder} · {told.milliseconds_a_claim:.1f} ms a claim"
    scored = {"all": told.all, **(told.by_language if len(told.by_language) > 1 else {})}
    columns = [*[f"MAP@{k}" for k in told.all.map_at], "MRR", *[f"success@{k}" for k in told.all.success_at]]
    table = Table("queries", "", *columns, title=title, box=None, padding=(0, 1))
    for name, scores in scored.items():
        figures = [*scores.map_at.values(), scores.mrr, *scores.success_at.values()]
        table.add_row(name, str(scores.queries), *[f"{figure:.3f}" for figure in figures])
    out.print(table)
