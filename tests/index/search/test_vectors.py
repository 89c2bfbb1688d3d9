from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.errors import EncodingFailed, IndexInvalid
from index.models.encoders import FloatArray
from index.search.vectors import VectorIndex


def unit_vectors(rows: int, dimension: int = 32, seed: int = 7) -> FloatArray:
    vectors = np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def brute_force(vectors: FloatArray, query: FloatArray, k: int, allowed: list[int]) -> tuple[list[float], list[int]]:
    cosines = {row: float(vectors[row] @ query) for row in allowed}
    best = sorted(cosines, key=lambda row: -cosines[row])[:k]
    return [cosines[row] for row in best], best


@pytest.mark.parametrize("allowed", [None, [3, 500, 7, 8, 9, 999], list(range(0, 1000, 3))])
@pytest.mark.parametrize("k", [1, 10, 100])
def test_search_equals_brute_force(allowed: list[int] | None, k: int) -> None:
    vectors, queries = unit_vectors(1000), unit_vectors(20, seed=8)
    rows = None if allowed is None else np.array(allowed)
    cosines, found = VectorIndex.build(vectors).search(queries, k, rows)
    for number, query in enumerate(queries):
        expected_cosines, expected = brute_force(vectors, query, k, allowed or list(range(1000)))
        assert found[number].tolist() == expected
        np.testing.assert_allclose(cosines[number], expected_cosines, atol=1e-6)


def test_more_than_there_are() -> None:
    cosines, rows = VectorIndex.build(unit_vectors(9)).search(unit_vectors(2), 50)
    assert cosines.shape == (2, 9)
    assert sorted(rows[0].tolist()) == list(range(9))


def test_saved_equals_reloaded(tmp_path: Path) -> None:
    vectors, queries = unit_vectors(100), unit_vectors(5, seed=9)
    index = VectorIndex.build(vectors)
    index.save(tmp_path / "vectors.faiss")
    again = VectorIndex.load(tmp_path / "vectors.faiss")
    assert (again.rows, again.dimension) == (100, 32)
    for one, other in zip(index.search(queries, 10), again.search(queries, 10), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(again.vectors(np.array([5, 2])), vectors[[5, 2]])


def test_an_empty_index_finds_nothing() -> None:
    index = VectorIndex.build(np.zeros((0, 32), np.float32))
    cosines, rows = index.search(unit_vectors(3), 5)
    assert cosines.shape == rows.shape == (3, 0)


def test_an_empty_selection_finds_nothing() -> None:
    cosines, rows = VectorIndex.build(unit_vectors(9)).search(unit_vectors(2), 5, np.array([], np.int64))
    assert cosines.shape == rows.shape == (2, 0)


@pytest.mark.parametrize(
    "queries",
    [
        unit_vectors(2, dimension=31),
        unit_vectors(2)[0],
        unit_vectors(2).astype(np.float64),
        np.full((1, 32), np.nan, np.float32),
        np.full((1, 32), np.inf, np.float32),
    ],
)
def test_bad_queries_are_refused(queries: FloatArray) -> None:
    with pytest.raises(EncodingFailed):
        VectorIndex.build(unit_vectors(9)).search(queries, 5)


@pytest.mark.parametrize("rows", [[-1], [9], [0, 100]])
def test_rows_that_do_not_exist(rows: list[int]) -> None:
    with pytest.raises(IndexError, match=r"0\.\.8"):
        VectorIndex.build(unit_vectors(9)).vectors(np.array(rows))


@pytest.mark.parametrize("content", [b"", b"rubbish", b"IxFI"])
def test_a_damaged_file_is_invalid(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "vectors.faiss").write_bytes(content)
    with pytest.raises(IndexInvalid):
        VectorIndex.load(tmp_path / "vectors.faiss")
