"""What every home of a `VectorIndex` must do. A new one joins by a line in `HOMES`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.errors import EncodingFailed, IndexInvalid
from index.search.codes import Found
from index.search.protocols import VectorIndex
from index.search.rows import FloatArray, RowArray
from index.search.vectors import FaissVectorIndex, Sizes
from tests.milvus import home_on

DIMENSION = 32


class Coded(FaissVectorIndex):
    """Looks at codes first, few as there are."""

    sizes = Sizes(coded=20, gathered=2)


class InLists(FaissVectorIndex):
    """Reads lists of codes, so many that nothing is missed."""

    sizes = Sizes(coded=20, in_lists=40, gathered=2, found=Found(1.0, 1.0))


HOMES: dict[str, type[VectorIndex] | None] = {"process": FaissVectorIndex, "coded": Coded, "in lists": InLists, "milvus": None}
Made = Callable[[], VectorIndex]


@pytest.fixture(params=HOMES)
def home(request: pytest.FixtureRequest) -> type[VectorIndex]:
    return HOMES[request.param] or home_on(request.getfixturevalue("milvus"), dimension=DIMENSION).vectors


@pytest.fixture
def index(home: type[VectorIndex]) -> VectorIndex:
    return home(DIMENSION)  # type: ignore[call-arg]


def unit_vectors(rows: int, dimension: int = DIMENSION, seed: int = 7) -> FloatArray:
    vectors = np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def assert_as_brute_force(index: VectorIndex, held: dict[int, FloatArray], k: int, allowed: list[int] | None = None) -> None:
    """Ids and values are those of a search that looks at every vector; rows that are equally near come in any order."""
    queries = unit_vectors(5, seed=8)
    cosines, rows = index.search(queries, k, None if allowed is None else np.array(allowed, np.int64))
    considered = [row for row in held if allowed is None or row in allowed]
    for number, query in enumerate(queries):
        expected = {row: float(held[row] @ query) for row in considered}
        best = sorted(considered, key=lambda row: -expected[row])[:k]
        found = rows[number].tolist()
        assert len(set(found)) == len(found) == len(best)
        nearest = [expected[row] for row in best]
        np.testing.assert_allclose([expected[row] for row in found], nearest, atol=1e-6)
        np.testing.assert_allclose(cosines[number], nearest, atol=1e-6)
    assert cosines.dtype == np.float32


@pytest.mark.parametrize("allowed", [None, [3, 500, 7, 8, 9, 999], list(range(0, 1000, 3)), []])
@pytest.mark.parametrize("k", [0, 1, 10, 100, 5000])
def test_search_equals_brute_force(index: VectorIndex, allowed: list[int] | None, k: int) -> None:
    vectors = unit_vectors(1000)
    assert index.add(vectors).tolist() == list(range(1000))
    assert_as_brute_force(index, dict(enumerate(vectors)), k, allowed)


def test_rows_are_names_for_good(index: VectorIndex, tmp_path: Path) -> None:
    vectors, held = unit_vectors(60), {}
    held.update(zip(index.add(vectors[:40]).tolist(), vectors[:40], strict=True))
    removed = [0, 3, 4, 17, 39]
    index.remove(np.array(removed))
    for row in removed:
        del held[row]
    assert index.rows == 35
    assert_as_brute_force(index, held, 50)
    assert_as_brute_force(index, held, 50, [0, 1, 2, 3, 17, 20, 39])
    index.save(tmp_path / "saved")
    again = type(index).load(tmp_path / "saved")
    for one in (index, again):
        assert one.add(vectors[40:]).tolist() == list(range(40, 60)), "the last row was removed, its number is still taken"
    held.update({row: vectors[row] for row in range(40, 60)})
    for one in (index, again):
        assert_as_brute_force(one, held, 60)
        np.testing.assert_array_equal(one.vectors(np.array([45, 1])), vectors[[45, 1]])


def test_what_is_removed_is_gone(index: VectorIndex) -> None:
    index.add(unit_vectors(9))
    index.remove(np.array([2, 5]))
    index.remove(np.array([5, 2, 5]))
    index.remove(np.array([], np.int64))
    assert index.rows == 7
    with pytest.raises(IndexError, match="row 5 was removed"):
        index.vectors(np.array([1, 5]))
    index.remove(np.arange(9))
    assert index.rows == 0
    assert index.search(unit_vectors(2), 3)[1].shape == (2, 0)


def test_a_copy_is_changed_unnoticed(index: VectorIndex) -> None:
    vectors = unit_vectors(120)
    index.add(vectors[:80])
    index.remove(np.array([4]))
    before = {row: vectors[row] for row in range(80) if row != 4}
    one, other = index.copy(), index.copy()
    one.remove(np.array([7, *range(20, 60)]))
    assert one.add(vectors[80:100]).tolist() == list(range(80, 100))
    again = one.copy()
    again.remove(np.array([85, 3]))
    assert other.add(vectors[100:]).tolist() == list(range(80, 100))
    first = {row: vectors[row] for row in range(100) if row not in (4, 7, *range(20, 60))}
    for changed, held in (
        (index, before),
        (one, first),
        (again, {row: first[row] for row in first if row not in (85, 3)}),
        (other, before | {row: vectors[row + 20] for row in range(80, 100)}),
    ):
        for k in (1, 10, 100):
            assert_as_brute_force(changed, held, k)
        assert_as_brute_force(changed, held, 10, [3, 7, 8, 30, 81, 85] if len(held) != 79 else [3, 7, 8])


def test_what_is_selected_stands_in_the_order_that_was_asked_for(index: VectorIndex) -> None:
    vectors = unit_vectors(60)
    index.add(vectors[:40])
    index.remove(np.array([4]))
    index.add(vectors[40:])
    rows = [50, 3, 2, 41, 59, 0]
    chosen = index.select(np.array(rows))
    assert_as_brute_force(chosen, dict(enumerate(vectors[rows])), 9)
    assert chosen.add(vectors[:1]).tolist() == [6]
    with pytest.raises(IndexError, match="row 4 was removed"):
        index.select(np.array([3, 4]))


def test_equal_vectors_are_all_found(index: VectorIndex) -> None:
    index.add(np.repeat(unit_vectors(2), 5, axis=0))
    cosines, rows = index.search(unit_vectors(1), 5)
    assert sorted(rows[0].tolist()) == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(cosines, 1, atol=1e-6)
    assert set(index.search(unit_vectors(1), 3)[1][0].tolist()) < {0, 1, 2, 3, 4}


def test_one_query_is_answered_as_among_others(index: VectorIndex) -> None:
    index.add(unit_vectors(500))
    queries = unit_vectors(40, seed=9)
    cosines, rows = index.search(queries, 10)
    for number in np.random.default_rng(1).permutation(40):
        alone = index.search(queries[number : number + 1], 10)
        np.testing.assert_array_equal(alone[1][0], rows[number])
        np.testing.assert_allclose(alone[0][0], cosines[number], atol=1e-6)


def test_an_empty_index_finds_nothing(index: VectorIndex, tmp_path: Path) -> None:
    assert (index.rows, index.dimension) == (0, DIMENSION)
    assert index.add(np.zeros((0, DIMENSION), np.float32)).shape == (0,)
    index.save(tmp_path / "saved")
    for one in (index, type(index).load(tmp_path / "saved")):
        cosines, rows = one.search(unit_vectors(3), 5)
        assert cosines.shape == rows.shape == (3, 0)
        assert one.vectors(np.array([], np.int64)).shape == (0, DIMENSION)


@pytest.mark.parametrize(
    "vectors",
    [
        unit_vectors(2, dimension=31),
        unit_vectors(2)[0],
        unit_vectors(2).astype(np.float64),
        np.full((1, DIMENSION), np.nan, np.float32),
        np.full((1, DIMENSION), np.inf, np.float32),
    ],
)
def test_bad_vectors_are_refused(index: VectorIndex, vectors: FloatArray) -> None:
    index.add(unit_vectors(9))
    with pytest.raises(EncodingFailed):
        index.search(vectors, 5)
    with pytest.raises(EncodingFailed):
        index.search(vectors, 5, np.array([1]))
    with pytest.raises(EncodingFailed):
        index.add(vectors)
    assert index.add(unit_vectors(1)).tolist() == [9], "nothing was added"


@pytest.mark.parametrize("rows", [[-1], [9], [0, 100]])
@pytest.mark.parametrize(
    "use",
    [
        lambda index, rows: index.vectors(rows),
        lambda index, rows: index.remove(rows),
        lambda index, rows: index.search(unit_vectors(1), 3, rows),
    ],
)
def test_rows_that_were_never_given(index: VectorIndex, rows: list[int], use: Callable[[VectorIndex, RowArray], object]) -> None:
    index.add(unit_vectors(9))
    with pytest.raises(IndexError, match=r"0\.\.8"):
        use(index, np.array(rows))
    assert index.rows == 9


def test_what_cannot_be_read_is_invalid(home: type[VectorIndex], tmp_path: Path) -> None:
    with pytest.raises(IndexInvalid, match="missing"):
        home.load(tmp_path / "missing")
