"""A learned linear map of an encoder's vectors, in which rewordings and translations of one claim lie closer together.

`training/projection.py` learns it; docs/why/retrieval.md has what it brings. Encoders without one keep their vectors.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from index.models.runtime import FloatArray

PROJECTIONS = Path(__file__).with_name("projections")
AT_ONCE = 4096
"""Vectors that are mapped at once, so that many of them take little memory."""
SHORTEST = 1e-9


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
        mapped = self._mapped(vectors)
        return np.asarray(mapped / np.maximum(np.linalg.norm(mapped, axis=1, keepdims=True), SHORTEST), np.float32)

    def lengths(self, vectors: FloatArray) -> FloatArray:
        """How long each mapped vector is before its length is made 1, float32, shape (n,)."""
        parts = [vectors[start : start + AT_ONCE] for start in range(0, len(vectors), AT_ONCE)]
        lengths = [np.linalg.norm(self._mapped(part), axis=1) for part in parts]
        return np.concatenate([*lengths, np.zeros(0)]).astype(np.float32)

    def cosines(self, mapped: FloatArray, vectors: FloatArray, lengths: FloatArray) -> FloatArray:
        """Of a mapped vector and others that are not mapped yet, float32, shape (n,): for this they need not be.

        Each other's does not depend on which there are beside it.

        Args:
            lengths: as `lengths` gives them.
        """
        products = np.einsum("ij,j->i", vectors, self._matrix.T @ mapped) + self._shift @ mapped
        return np.asarray(products / np.maximum(lengths, SHORTEST), np.float32)

    def _mapped(self, vectors: FloatArray) -> FloatArray:
        return vectors @ self._matrix.T + self._shift


def load_projection(encoder: str, dimension: int, folder: Path = PROJECTIONS) -> Projection:
    """The projection for an encoder by its name; one that changes nothing if there is none."""
    path = folder / f"{encoder}.npz"
    if not path.exists():
        return Projection(np.eye(dimension, dtype=np.float32), np.zeros(dimension, np.float32))
    with np.load(path) as parts:
        return Projection(parts["matrix"].astype(np.float32), parts["shift"].astype(np.float32))
