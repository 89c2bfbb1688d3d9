"""Measure the service's relation model on labelled pairs of texts: accuracy and confusion matrix."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import numpy as np

from index.models.cross_encoder import CLASSES, PairScorer
from index.models.runtime import FloatArray
from index.progress import Progress, no_progress
from service.evaluation.labelled import Label, meanings, read_pairs

AT_ONCE = 256


class PairEvaluation(msgspec.Struct, frozen=True):
    """How often the model agrees with the labels.

    Attributes:
        accuracy: share of the pairs whose label was found, 0..1.
        confusion: the label that a pair has -> the label that was found -> how many pairs.
    """

    model: str
    pairs: int
    accuracy: float
    confusion: dict[str, dict[str, int]]
    milliseconds_a_pair: float


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
    confusion = {label.value: {other.value: 0 for other in labels} for label in labels}
    for pair, label in zip(pairs, found, strict=True):
        confusion[pair.label.value][label.value] += 1
    right = sum(confusion[label.value][label.value] for label in labels)
    return PairEvaluation(model.fingerprint, len(pairs), right / len(pairs), confusion, taken)


def found_labels(probabilities: FloatArray, labels: list[Label]) -> list[Label]:
    """The likeliest of the labels for each row of `PairScorer.probabilities`."""
    covered = meanings(labels)
    table = np.array([[kind in covered[label] for kind in CLASSES] for label in labels], np.float32)
    return [labels[int(place)] for place in (probabilities @ table.T).argmax(axis=1)]
