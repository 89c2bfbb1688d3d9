"""A learned linear map of an encoder's vectors, in which rewordings and translations of one claim lie closer together.

`training/projection.py` learns it; docs/why/retrieval.md has what it brings. Encoders without one keep their vectors.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from index.models.runtime import FloatArray

PROJECTIONS = Path(__file__).with_name("projections")


class Projection:
    """Vectors to vectors of the same dimension.

    Attributes:
        fingerprint: 16 hex digits that change whenever what it maps to may change.
    """

    def __init__(self, matrix: FloatArray, shift: FloatArray) -> None:
        """Map by x -> matrix x + shift; shapes (dimension, dimension) and (dimension,)."""
        self._matrix = matrix
        self._shift = shift
        self.fingerprint = hashlib.sha256(matrix.tobytes() + shift.tobytes()).hexdigest()[:16]

    def __call__(self, vectors: FloatArray) -> FloatArray:
        """Map vectors, shape (n, dimension); the results have length 1."""
        mapped = vectors @ self._matrix.T + self._shift
        return np.asarray(mapped / np.maximum(np.linalg.norm(mapped, axis=1, keepdims=True), 1e-9), np.float32)


def load_projection(encoder: str, dimension: int, folder: Path = PROJECTIONS) -> Projection:
    """The projection for an encoder by its name; one that changes nothing if there is none."""
    path = folder / f"{encoder}.npz"
    if not path.exists():
        return Projection(np.eye(dimension, dtype=np.float32), np.zeros(dimension, np.float32))
    with np.load(path) as parts:
        return Projection(parts["matrix"].astype(np.float32), parts["shift"].astype(np.float32))
