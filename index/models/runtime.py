"""Run a model: ONNX Runtime on the processor, for the encoders and for both halves of the relation model.

Models take texts of equal length only, so that there is no padding: what a text gives is the same whatever is beside it
(`quantise.py` says what else that takes). `by_length` makes such batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import RebutError

FloatArray = NDArray[np.float32]

BATCH_SIZE = 32
"""The most texts that are run at once."""
BATCH_TOKENS = 4096
"""The most tokens that are run at once: 32 texts of 512 tokens took a gigabyte that is never given back."""


class Model:
    """A model in memory. Several threads may run it at once: ONNX Runtime keeps no state between runs."""

    def __init__(self, path: Path, failure: type[RebutError], threads: int = 0) -> None:
        """Load a model.

        Args:
            path: an ONNX file with one output.
            failure: what to raise where ONNX Runtime fails; its own exceptions have no kind in common.
            threads: processor threads for one run; 0 for as many as there are cores.

        Raises:
            RebutError: of the kind `failure`, if it cannot be loaded.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads leave the cores to the others
        options.log_severity_level = 3
        self._path, self._failure = path, failure
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise failure(f"{path} cannot be loaded: {error}") from error

    def run(self, **inputs: NDArray[np.generic]) -> FloatArray:
        """The model's output, float32.

        Args:
            inputs: by name; their first axis is the text, their second the token.

        Raises:
            RebutError: of the kind `failure`, if it cannot be run.
        """
        try:
            (found,) = self._session.run(None, inputs)
        except Exception as error:
            raise self._failure(f"{self._path} cannot be run: {error}") from error
        return np.asarray(found, np.float32)


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
