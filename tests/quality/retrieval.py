"""Measure the retriever on the labelled sets that this machine has: `make quality-retrieval DATA=folder`.

Each set goes through `service.evaluation.retrieval`, which is what `rebut eval` runs, with the default configuration; one of
them also with its queries edited. The figures are compared with `retrieval.json`, and what was skipped is said; `--record`
writes them down as the new standard.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from index.models.encoders import Encoders, load_encoders
from service.evaluation.labelled import read_rows
from service.evaluation.retrieval import evaluate, read_labelled
from service.settings import Settings
from tests.quality.claims import HERE
from tests.quality.edits import EDITED, EDITS
from training.sets import LabelledSet, all_sets, is_there

RECORD = HERE / "retrieval.json"
TOLERANCE = 0.01
WORK = Path("build/evaluations")
FIGURES = ("map@1", "map@5", "mrr", "success@1", "success@5", "success@10")


class Recorded(msgspec.Struct):
    """`retrieval.json`."""

    command: str
    tolerance: float
    scores: dict[str, dict[str, float]]


def main() -> int:
    """Measure, print, compare; the exit code is 1 if a figure fell by more than the tolerance."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--record", action="store_true", help="write the figures to retrieval.json")
    parser.add_argument("--only", default="", help="only sets whose name contains this")
    options = parser.parse_args()
    settings = Settings()
    encoders = load_encoders(settings.encoder, settings.english_encoder, Path("build/encoders"))
    recorded = msgspec.json.decode(RECORD.read_bytes(), type=Recorded)
    wanted = [one for one in all_sets(options.data) if one.split != "train"]
    wanted += [_edited(one, edit) for one in wanted if one.name == EDITED and is_there(one) for edit in EDITS]
    wanted = [one for one in wanted if options.only in one.name]
    scores = {}
    for one in wanted:
        if is_there(one):
            scores[one.name] = _measure(one, encoders)
            print(one.name, scores[one.name], file=sys.stderr)
    if options.record:
        recorded.scores |= scores
        RECORD.write_bytes(msgspec.json.format(msgspec.json.encode(recorded)) + b"\n")
    return _report([one.name for one in wanted], scores, recorded)


def _edited(one: LabelledSet, edit: str) -> LabelledSet:
    """The set with each query edited."""
    dice = random.Random(1)
    rows = [msgspec.structs.replace(row, text=EDITS[edit](row.text, dice), lang="en") for row in read_rows(one.queries)]
    queries = WORK / f"{one.name}, {edit}.jsonl"
    queries.parent.mkdir(parents=True, exist_ok=True)
    queries.write_bytes(b"\n".join(map(msgspec.json.encode, rows)))
    return one._replace(name=f"{one.name}, {edit}", queries=queries)


def _measure(one: LabelledSet, encoders: Encoders) -> dict[str, float]:
    folder = WORK / one.corpus.parent.name / one.corpus.stem
    told = evaluate(read_labelled(one.corpus, one.queries, one.qrels), encoders, folder)
    figures = {f"map@{k}": told.all.map_at[k] for k in (1, 5)} | {"mrr": told.all.mrr}
    figures |= {f"success@{k}": told.all.success_at[k] for k in (1, 5, 10)}
    return {name: round(value, 4) for name, value in figures.items()}


def _report(wanted: list[str], scores: dict[str, dict[str, float]], recorded: Recorded) -> int:
    table = Table("set", *FIGURES, title="measured (recorded)")
    fallen = []
    for name in wanted:
        before = recorded.scores.get(name, {})
        if name not in scores:
            table.add_row(name, "skipped: its files are not there")
            continue
        table.add_row(name, *[f"{scores[name][figure]:.3f} ({before.get(figure, 0):.3f})" for figure in FIGURES])
        fallen += [f"{name} {figure}" for figure in FIGURES if scores[name][figure] < before.get(figure, 0) - recorded.tolerance]
    Console(width=132).print(table)
    if fallen:
        print(f"worse than recorded by more than {recorded.tolerance}: {', '.join(fallen)}", file=sys.stderr)
    return bool(fallen)


if __name__ == "__main__":
    sys.exit(main())
