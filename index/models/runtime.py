"""Run a model: ONNX Runtime on the processor, for the encoders and for both halves of the relation model.

Models take texts of equal length only, so that there is no padding: what a text gives is the same whatever is beside it
(`quantise.py` says what else that takes). `by_length` makes such batches. Each is run on one thread, and several of them at once:
two threads that share one batch wait for each other at each of its some hundred steps (docs/why/models.md, "Threads").
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.errors import RebutError

FloatArray = NDArray[np.float32]
Inputs = Mapping[str, NDArray[np.generic]]
"""Of a batch, by name; their first axis is the text, their second the token."""
T = TypeVar("T")

BATCH_SIZE = 8
"""The most texts in a batch: on one thread 16 take no less time each than 4."""
BATCH_TOKENS = 1024
"""The most tokens in a batch, unless one text has more: 32 texts of 512 tokens took a gigabyte that is never given back."""


class Model:
    """A model in memory. Several threads may run it at once: ONNX Runtime keeps no state between runs."""

    def __init__(self, path: Path, failure: type[RebutError], threads: int = 0) -> None:
        """Load a model.

        Args:
            path: an ONNX file with one output.
            failure: what to raise where ONNX Runtime fails; its own exceptions have no kind in common.
            threads: batches that are run at once; 0 for as many as there are cores.

        Raises:
            RebutError: of the kind `failure`, if it cannot be loaded.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._path, self._failure = path, failure
        self._workers = _workers(threads or _cores())
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise failure(f"{path} cannot be loaded: {error}") from error

    def run(self, batches: Iterable[Inputs]) -> Iterator[FloatArray]:
        """The model's output for each batch, float32, in their order.

        Raises:
            RebutError: of the kind `failure`, if it cannot be run.
        """
        every = list(batches)
        return self._workers.map(self._run, every) if len(every) > 1 else map(self._run, every)

    def _run(self, inputs: Inputs) -> FloatArray:
        try:
            (found,) = self._session.run(None, dict(inputs))
        except Exception as error:
            raise self._failure(f"{self._path} cannot be run: {error}") from error
        return np.asarray(found, np.float32)


def _cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _workers(threads: int) -> ThreadPoolExecutor:
    """Shared by all models; what is given to them waits for nothing."""
    return ThreadPoolExecutor(threads, "models")


@cache
def _beside() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_name_prefix="models beside")


def both(one: Callable[[], T], other: Callable[[], T]) -> tuple[T, T]:
    """What two calls give, which are made at once; neither of them may call this."""
    later = _beside().submit(other)
    return one(), later.result()


def by_length(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Batches of equal length: the positions of each, the longest ones first.

    Args:
        lengths: of each text, in tokens.
    """
    order = sorted(range(len(lengths)), key=lambda position: lengths[position], reverse=True)
    start = 0
    while start < len(order):
        length = lengths[order[start]]
        most = max(1, min(BATCH_SIZE, BATCH_TOKENS // max(length, 1)))
        batch = [position for position in order[start : start + most] if lengths[position] == length]
        yield batch
        start += len(batch)
