from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest

from index.errors import IndexInvalid
from index.search.vectors import PRESENT, VECTORS, FlatVectorIndex
from tests.contracts.test_vector_index import unit_vectors


@pytest.mark.parametrize("content", [b"", b"rubbish", b"IxFI"])
@pytest.mark.parametrize("name", [VECTORS, PRESENT])
def test_a_damaged_file_is_invalid(tmp_path: Path, name: str, content: bytes) -> None:
    index = FlatVectorIndex(32)
    index.add(unit_vectors(9))
    index.save(tmp_path / "saved")
    (tmp_path / "saved" / name).write_bytes(content)
    with pytest.raises(IndexInvalid, match="cannot be read"):
        FlatVectorIndex.load(tmp_path / "saved")


def test_rows_of_other_vectors_are_invalid(tmp_path: Path) -> None:
    index = FlatVectorIndex(32)
    index.add(unit_vectors(9))
    index.save(tmp_path / "saved")
    np.save(tmp_path / "saved" / PRESENT, np.ones(8, bool))
    with pytest.raises(IndexInvalid, match="9 vectors for 8 rows"):
        FlatVectorIndex.load(tmp_path / "saved")


def test_what_faiss_says_of_a_missing_neighbour_never_comes_back() -> None:
    """FAISS fills up with row -1, which numpy would read as the last one."""
    bare = faiss.IndexFlatIP(32)
    bare.add(unit_vectors(3))
    assert -1 in bare.search(unit_vectors(1), 5)[1]
    index = FlatVectorIndex(32)
    index.add(unit_vectors(4))
    index.remove(np.array([1]))
    for allowed in (None, np.arange(4)):
        cosines, rows = index.search(unit_vectors(1), 5, allowed)
        assert sorted(rows[0].tolist()) == [0, 2, 3]
        assert (np.abs(cosines) <= 1 + 1e-6).all()
