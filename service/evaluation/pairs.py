"""Measure the service's relation model on labelled pairs of texts: accuracy and confusion matrix."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from index.models.cross_encoder import CLASSES, PairScorer
from index.models.runtime import FloatArray
from index.progress import Progress, no_progress
from service.evaluation.labelled import Label, meanings, read_pairs

AT_ONCE = 256
OTHER = "other"
"""What is found for a pair that is not of a file's only label."""


class PairEvaluation(msgspec.Struct, frozen=True):
    """How often the model agrees with the labels.

    Attributes:
        accuracy: share of the pairs whose label was found, 0..1.
        confusion: the label that a pair has -> the label that was found -> how many pairs. Where the file has one label only,
            `OTHER` stands for all that it does not cover.
        majority: share of the commonest label: the accuracy of always saying that, 0..1.
        recall: label -> share of its pairs for which it was found, 0..1.
    """

    model: str
    pairs: int
    accuracy: float
    confusion: dict[str, dict[str, int]]
    milliseconds_a_pair: float
    majority: float
    recall: dict[str, float]


def evaluate_pairs(path: Path, model: PairScorer, progress: Progress = no_progress) -> PairEvaluation:
    """Evaluate. Of the file's labels, the one found for a pair is the one whose kinds of relation are likeliest together.

    Raises:
        InvalidRecord: if the file cannot be read.
    """
    pairs = read_pairs(path)
    labels = sorted({pair.label for pair in pairs}, key=lambda label: label.value)
    started = time.perf_counter()
    rows = []
    for start in range(0, len(pairs), AT_ONCE):
        rows.append(model.probabilities([(pair.b, pair.a) for pair in pairs[start : start + AT_ONCE]]))
        progress("judging", min(start + AT_ONCE, len(pairs)), len(pairs))
    taken = 1000 * (time.perf_counter() - started) / len(pairs)
    found = found_labels(np.concatenate(rows), labels)
    confusion = _confusion([pair.label for pair in pairs], found)
    right = {name: counted[name] for name, counted in confusion.items()}
    sizes = {name: sum(counted.values()) for name, counted in confusion.items()}
    return PairEvaluation(
        model=model.fingerprint,
        pairs=len(pairs),
        accuracy=sum(right.values()) / len(pairs),
        confusion=confusion,
        milliseconds_a_pair=taken,
        majority=max(sizes.values()) / len(pairs),
        recall={name: right[name] / sizes[name] for name in confusion},
    )


def _confusion(labels: Sequence[Label], found: Sequence[Label | None]) -> dict[str, dict[str, int]]:
    names = sorted({label.value for label in labels})
    columns = [*names, *([OTHER] if len(names) == 1 else [])]
    confusion = {name: dict.fromkeys(columns, 0) for name in names}
    for label, one in zip(labels, found, strict=True):
        confusion[label.value][one.value if one else OTHER] += 1
    return confusion


def found_labels(probabilities: FloatArray, labels: list[Label]) -> list[Label | None]:
    """The likeliest of the labels for each row of `PairScorer.probabilities`.

    A single label has something to be told from: all that it does not cover, which is None. Else every pair would be right.
    """
    covered = [meanings(labels)[label] for label in labels]
    chosen: list[Label | None] = [*labels]
    if len(labels) == 1:
        covered, chosen = [*covered, frozenset(CLASSES) - covered[0]], [*labels, None]
    table = np.array([[kind in kinds for kind in CLASSES] for kinds in covered], np.float32)
    return [chosen[int(place)] for place in (probabilities @ table.T).argmax(axis=1)]
