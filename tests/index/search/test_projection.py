from __future__ import annotations

from pathlib import Path

import numpy as np

from index.search.projection import PROJECTIONS, load_projection


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
