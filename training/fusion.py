"""Choose the weights of `index/search/fusion.json` on labelled claims.

    python -m training.fusion ../shared/data

The retriever's features of each query's candidates are computed once. Then all weights of a grid are tried on them. Those are taken
around which the mean of MAP@5 and success@5 over the sets is highest, their neighbours on the grid included: what is the best by
itself owes that to chance. A softmax fit was no better and put too much weight on single features. The parts of the sets that the
encoder was trained on are not used, because it looks better there than it is.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from scipy.ndimage import uniform_filter

from index.models.encoders import Encoders, load_encoders
from index.models.runtime import FloatArray
from index.search import fusion as ranking
from index.search.catalogue import Catalogue
from index.search.features import Compared
from index.search.fusion import Fused, Fusion, Weights, load_fusion
from index.search.passages import Record, id_order
from index.search.retriever import Query, Retriever
from index.store.sql import SqlStore
from service.evaluation.labelled import as_document, read_rows
from service.evaluation.qrels import read_qrels
from service.settings import Settings
from training.encoder_pairs import TRANSLATED
from training.sets import LabelledSet, all_sets, is_there

QUERIES = 200
"""At most this many queries of a set: beyond that, more of the same sort change little."""
ENGLISH = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)
OVERLAP = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)
NGRAMS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4)
"""The weights that are tried; the cosine's is 1. Claims with typing errors, of which these sets have few, need n-grams."""


class Judged(NamedTuple):
    """A query's candidates, by id: their figures, row by row, which are right, and how many should be."""

    figures: list[list[FloatArray]]
    right: FloatArray
    relevant: int


class Recorder(Fusion, frozen=True):
    """The fusion as it is, which remembers what it was given: one `Compared` for each part of each query."""

    seen: list[Compared] = msgspec.field(default_factory=list)

    def fuse(self, catalogue: Catalogue, compared: Compared) -> dict[str, Fused]:
        """See `Fusion.fuse`."""
        self.seen.append(compared)
        return super().fuse(catalogue, compared)


def main() -> int:
    """Choose and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--out", type=Path, default=ranking.WEIGHTS)
    parser.add_argument("--work", type=Path, default=Path("build/evaluations"), help="where stores and vectors are kept")
    options = parser.parse_args()
    fusion, settings = load_fusion(), Settings()
    encoders = load_encoders(settings.encoder, settings.english_encoder, Path("build/encoders"))
    english: list[list[Judged]] = []
    other: list[list[Judged]] = []
    pairs: list[FloatArray] = []
    for labelled in all_sets(options.data):
        if labelled.split == "train" or not is_there(labelled):
            continue
        judged, cosines = _judge(labelled, fusion, encoders, options.work)
        print(f"{labelled.name}: {len(judged)} queries", file=sys.stderr)
        (english if labelled.english else other).append(judged)
        pairs += cosines
    fusion = Fusion(english=_fit(english, ENGLISH), other=_fit(other, (0.0,)), expected_english=_line(np.concatenate(pairs)))
    options.out.write_bytes(msgspec.json.format(msgspec.json.encode(fusion)) + b"\n")
    print(options.out.read_text())
    return 0


def _judge(labelled: LabelledSet, fusion: Fusion, encoders: Encoders, work: Path) -> tuple[list[Judged], list[FloatArray]]:
    folder = work / labelled.corpus.parent.name / labelled.corpus.stem
    store = SqlStore(f"sqlite:///{folder / 'rebut.sqlite'}")
    store.load([as_document(read_rows(labelled.corpus))])
    recorder = Recorder(*msgspec.structs.astuple(fusion))
    retriever = Retriever(store, encoders, folder / "index", fusion=recorder)
    catalogue, relevant = retriever.live.current.catalogue, read_qrels(labelled.qrels)
    claims = [row for row in read_rows(labelled.queries) if row.id in relevant]
    claims = claims[TRANSLATED if labelled.name.startswith("translations") else 0 :][:QUERIES]
    judged, cosines = [], []
    for row in claims:
        recorder.seen.clear()
        retriever.retrieve([Query(row.text, row.language)])
        whole = recorder.seen[0]  # of a long text, not its windows
        figures, ids = _figures(catalogue, whole)
        first = {catalogue.leader(id_) for id_ in relevant[row.id] if Record(False, id_) in catalogue}
        judged.append(Judged(figures, np.array([float(id_ in first) for id_ in ids]), max(len(first), 1)))
        if whole.query.english is not None:
            cosines.append(np.concatenate([np.concatenate(group)[:, [0, 1]] for group in figures]))
    return judged, cosines


def _figures(catalogue: Catalogue, found: Compared) -> tuple[list[list[FloatArray]], list[str]]:
    """The figures of each candidate's rows, record by record, and the candidates' ids; twins are left out."""
    ids = [id_ for id_ in sorted(found.statement_ids, key=id_order) if catalogue.leader(id_) == id_]
    groups: dict[str, list[FloatArray]] = {}
    for start, end in pairwise([*catalogue.record_starts(found.rows).tolist(), len(found.rows)]):
        for id_ in catalogue.statements_led_to(found.rows.item(start)):
            groups.setdefault(id_, []).append(found.figures[start:end])
    return [groups[id_] for id_ in ids], ids


def _fit(sets: Sequence[Sequence[Judged]], english: Sequence[float]) -> Weights:
    """The weights around which the sets fare best."""
    grid = list(itertools.product(english, OVERLAP, NGRAMS))
    means = np.array([_mean(sets, np.array([1.0, *weights])) for weights in grid]).reshape(len(english), len(OVERLAP), len(NGRAMS))
    around = uniform_filter(means, 3, mode="nearest")
    best = int(around.argmax())
    print(f"{means.flat[best]:.4f}, {around.max():.4f} around it; the best one has {means.max():.4f}", file=sys.stderr)
    return Weights(1.0, *grid[best])


def _mean(sets: Sequence[Sequence[Judged]], weights: FloatArray) -> float:
    return float(np.mean([np.mean([_reached(one, weights) for one in judged]) for judged in sets]))


def _reached(one: Judged, weights: FloatArray) -> float:
    """The mean of average precision at 5 and success at 5."""
    scores = np.array([_score(groups, weights) for groups in one.figures])
    right = one.right[np.argsort(-scores, kind="stable")[:5]]
    precision = float((right * np.cumsum(right) / np.arange(1, len(right) + 1)).sum()) / one.relevant
    return (precision + float(right.any())) / 2


def _score(groups: Sequence[FloatArray], weights: FloatArray) -> float:
    """A statement's score, as `ranking` puts the best passages of its best record together."""
    best = (np.sort(figures @ weights)[::-1][: ranking.SUPPORTING_PASSAGES] for figures in groups)
    return max(float((1 - ranking.SUPPORT) * some[0] + ranking.SUPPORT * some.mean()) for some in best)


def _line(pairs: FloatArray) -> tuple[float, float]:
    """Intercept and slope of the English cosine over the cosine."""
    slope, intercept = np.polyfit(pairs[:, 0], pairs[:, 1], 1)
    return round(float(intercept), 3), round(float(slope), 3)


if __name__ == "__main__":
    sys.exit(main())
