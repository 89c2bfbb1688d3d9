from __future__ import annotations

from pathlib import Path

import numpy as np

from index.search.projection import PROJECTIONS, Projection, load_projection
from tests.contracts.test_vector_index import unit_vectors


def test_a_projection_maps_and_normalises(tmp_path: Path) -> None:
    np.savez(tmp_path / "some.npz", matrix=np.array([[0, 2], [1, 0]], np.float16), shift=np.array([0, 3], np.float16))
    projection = load_projection("some", 2, tmp_path)
    np.testing.assert_allclose(projection(np.array([[1, 0], [0, 1]], np.float32)), [[0, 1], [2 / 13**0.5, 3 / 13**0.5]], atol=1e-6)


def test_another_map_has_another_fingerprint(tmp_path: Path) -> None:
    for name, shift in (("one", 0), ("same", 0), ("other", 1e-3)):
        np.savez(tmp_path / f"{name}.npz", matrix=np.eye(2), shift=np.array([0, shift]))
    one, same, other = (load_projection(name, 2, tmp_path).fingerprint for name in ("one", "same", "other"))
    assert one == same != other


def test_an_encoder_without_one_keeps_its_vectors() -> None:
    vectors = np.array([[0.6, 0.8], [1, 0]], np.float32)
    np.testing.assert_allclose(load_projection("unheard-of", 2)(vectors), vectors, atol=1e-6)


def test_the_default_encoders_is_finite_and_close_to_the_identity() -> None:
    with np.load(PROJECTIONS / "multilingual-e5-small.npz") as parts:
        matrix = parts["matrix"].astype(np.float64)
    assert matrix.shape == (384, 384)
    assert np.isfinite(matrix).all()
    assert 0 < np.linalg.norm(matrix - np.eye(384)) < np.linalg.norm(np.eye(384))


def test_cosines_need_no_mapped_vectors() -> None:
    dice = np.random.default_rng(1)
    projection = Projection(dice.normal(size=(8, 8)).astype(np.float32), dice.normal(size=8).astype(np.float32))
    vectors = unit_vectors(30, 8)
    claim = projection(unit_vectors(1, 8, seed=3))[0]
    found = projection.cosines(claim, vectors, projection.lengths(vectors))
    np.testing.assert_allclose(found, projection(vectors) @ claim, atol=1e-6)
    np.testing.assert_array_equal(projection.cosines(claim, vectors[7:8], projection.lengths(vectors)[7:8]), found[7:8])
    assert projection.lengths(vectors[:0]).shape == (0,)
