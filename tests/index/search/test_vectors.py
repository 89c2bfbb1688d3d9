from __future__ import annotations

import re
from pathlib import Path

import faiss
import numpy as np
import pytest

from index.errors import IndexInvalid
from index.search.rows import FloatArray
from index.search.vectors import CODES, PRESENT, VECTORS, FaissVectorIndex, Sizes
from tests.contracts.test_vector_index import Coded, unit_vectors


class Scanned(FaissVectorIndex):
    """Looks at all codes."""

    sizes = Sizes(coded=1000, gathered=100)


class InLists(FaissVectorIndex):
    """Looks at the codes of some lists."""

    sizes = Sizes(coded=1000, in_lists=1000, gathered=100)


@pytest.mark.parametrize("content", [b"", b"rubbish", b"IxFI"])
@pytest.mark.parametrize("name", [VECTORS, CODES, f"{PRESENT}.npy"])
def test_a_damaged_file_is_invalid(tmp_path: Path, name: str, content: bytes) -> None:
    index = Coded(32)
    index.add(unit_vectors(30))
    index.save(tmp_path / "saved")
    (tmp_path / "saved" / name).write_bytes(content)
    with pytest.raises(IndexInvalid, match="cannot be read"):
        Coded.load(tmp_path / "saved")


def test_rows_and_codes_of_other_vectors_are_invalid(tmp_path: Path) -> None:
    for name, count in (("saved", 30), ("other", 31)):
        index = Coded(32)
        index.add(unit_vectors(count))
        index.save(tmp_path / name)
    (tmp_path / "other" / CODES).replace(tmp_path / "saved" / CODES)
    with pytest.raises(IndexInvalid, match="31 codes for 30 vectors"):
        Coded.load(tmp_path / "saved")
    np.save(tmp_path / "saved" / f"{PRESENT}.npy", np.ones(8, bool))
    with pytest.raises(IndexInvalid, match="30 vectors for 8 rows"):
        Coded.load(tmp_path / "saved")


def test_what_faiss_says_of_a_missing_neighbour_never_comes_back() -> None:
    """FAISS fills up with row -1, which numpy would read as the last one."""
    bare = faiss.IndexFlatIP(32)
    bare.add(unit_vectors(3))
    assert -1 in bare.search(unit_vectors(1), 5)[1]
    index = FaissVectorIndex(32)
    index.add(unit_vectors(4))
    index.remove(np.array([1]))
    for allowed in (None, np.arange(4)):
        cosines, rows = index.search(unit_vectors(1), 5, allowed)
        assert sorted(rows[0].tolist()) == [0, 2, 3]
        assert (np.abs(cosines) <= 1 + 1e-6).all()


def themed_vectors(rows: int, seed: int) -> FloatArray:
    """Vectors that lie together in themes, all of them in one narrow cone, as those of an encoder do."""
    dice, themes = np.random.default_rng(seed), np.random.default_rng(1).normal(size=(60, 96))
    vectors = 3 + themes[dice.integers(0, 60, rows)] + 0.7 * dice.normal(size=(rows, 96))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@pytest.mark.parametrize("home", [Scanned, InLists])
@pytest.mark.parametrize("kept", [None, 0.5, 0.1])
def test_what_is_nearest_is_found_by_codes(home: type[FaissVectorIndex], kept: float | None, tmp_path: Path) -> None:
    vectors, queries = themed_vectors(12_000, 2), themed_vectors(100, 3)
    index = home(96)
    index.add(vectors)
    assert index.lists == (1 if home is Scanned else 219)
    index.remove(np.arange(0, 12_000, 7))
    held = np.flatnonzero(np.arange(12_000) % 7)
    allowed = None if kept is None else np.flatnonzero(np.random.default_rng(4).random(12_000) < kept)
    considered = held if allowed is None else np.intersect1d(held, allowed)
    expected = considered[np.argsort(-(queries @ vectors[considered].T), axis=1)[:, :10]]
    index.save(tmp_path / "saved")
    for one in (index, home.load(tmp_path / "saved")):
        assert one.lists == (1 if home is Scanned else one.lists)
        found = one.search(queries, 10, allowed)[1]
        share = np.mean([len({*some} & {*others}) / 10 for some, others in zip(found.tolist(), expected.tolist(), strict=True)])
        assert share >= (0.995 if kept is None else 0.99)


def own_memory() -> float:
    """What this process holds that is not a file's, in MB."""
    found = re.search(r"RssAnon:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1000


def test_vectors_stay_on_disk(tmp_path: Path) -> None:
    index = FaissVectorIndex(1024)
    index.add(unit_vectors(15_000, 1024))
    index.save(tmp_path / "saved")
    del index
    before = own_memory()
    loaded = FaissVectorIndex.load(tmp_path / "saved")
    loaded.search(unit_vectors(1, 1024), 50)
    loaded.copy().search(unit_vectors(1, 1024), 50, np.arange(0, 15_000, 2))
    assert own_memory() - before < 15, "of the 61 MB of vectors none is copied"
