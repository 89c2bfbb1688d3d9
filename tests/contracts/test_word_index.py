"""What every home of a `WordIndex` must do. A new one joins by a line in `HOMES`."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexInvalid
from index.search.bm25 import Bm25Index
from index.search.protocols import WordIndex
from index.search.rows import RowArray
from tests.milvus import home_on


class Read(Bm25Index):
    """Reads word by word, few rows as there are."""

    few = 0


HOMES: dict[str, type[WordIndex] | None] = {"process": Bm25Index, "word by word": Read, "milvus": None}
K1, B = 1.5, 0.75
DOCUMENTS = [["troop", "at", "the", "border"], ["the", "border", "is", "closed"], ["gas"], ["войск", "у", "границ"], []]


@pytest.fixture(params=HOMES)
def home(request: pytest.FixtureRequest) -> type[WordIndex]:
    return HOMES[request.param] or home_on(request.getfixturevalue("milvus")).words


@pytest.fixture
def index(home: type[WordIndex]) -> WordIndex:
    return home()


def rarity(word: str, documents: Mapping[int, Sequence[str]]) -> float:
    having = sum(word in other for other in documents.values())
    return math.log(1 + (len(documents) - having + 0.5) / (having + 0.5))


def by_hand(documents: Mapping[int, Sequence[str]], query: Sequence[str]) -> dict[int, float]:
    """BM25 as in Lucene, from its definition; of the documents by row."""
    mean = sum(map(len, documents.values())) / len(documents)
    scores = {}
    for row, document in documents.items():
        found = [(word, document.count(word)) for word in query if word in document]
        norm = K1 * (1 - B + B * len(document) / mean)
        scores[row] = sum(rarity(word, documents) * count / (count + norm) for word, count in found)
    return scores


def assert_as_by_hand(index: WordIndex, held: Mapping[int, Sequence[str]], query: Sequence[str], k: int = 1000) -> None:
    expected = by_hand(held, query)
    scores, full = index.scores(query, np.array(list(held)))
    np.testing.assert_allclose(scores, [expected[row] for row in held], atol=1e-4)
    assert full == pytest.approx(sum(rarity(word, held) for word in query) / (1 + K1), abs=1e-4)
    for allowed in (None, [row for row in held if row % 3]):
        found, rows = index.search(query, k, None if allowed is None else np.array(allowed, np.int64))
        matching = [row for row in held if expected[row] > 0 and (allowed is None or row in allowed)]
        np.testing.assert_allclose(found, sorted((expected[row] for row in matching), reverse=True)[:k], atol=1e-4)
        np.testing.assert_allclose(found, [expected[row] for row in rows.tolist()], atol=1e-4)
        assert set(rows.tolist()) <= set(matching)


def written(seed: int, count: int) -> list[list[str]]:
    dice = random.Random(seed)
    return [[f"w{int(dice.expovariate(0.15))}" for _ in range(dice.randrange(0, 30))] for _ in range(count)]


@pytest.mark.parametrize("query", [["troop", "border"], ["the", "the", "border"], ["zebra"], ["the", "zebra"], []])
def test_scores_are_those_of_the_definition(index: WordIndex, query: list[str]) -> None:
    assert index.add(DOCUMENTS).tolist() == [0, 1, 2, 3, 4]
    assert_as_by_hand(index, dict(enumerate(DOCUMENTS)), query)


def test_frequencies_and_mean_length_follow_what_is_added_and_removed(index: WordIndex, tmp_path: Path) -> None:
    held: dict[int, list[str]] = {}
    for seed in range(3):
        documents = written(seed, 40)
        held.update(zip(index.add(documents).tolist(), documents, strict=True))
        gone = random.Random(seed).sample(sorted(held), 12) + ([max(held)] if seed == 2 else [])
        index.remove(np.array(gone))
        held = {row: document for row, document in held.items() if row not in gone}
        assert index.rows == len(held)
        for query in written(10 + seed, 5):
            assert_as_by_hand(index, held, query)
            assert_as_by_hand(index, held, query, k=7)
    index.save(tmp_path / "saved")
    again = type(index).load(tmp_path / "saved")
    for one in (index, again):
        assert one.add([["w1", "new"]]).tolist() == [120], "the last row was removed, its number is still taken"
    held[120] = ["w1", "new"]
    for one in (index, again):
        for query in (["new"], ["w1", "w2", "w3"]):
            assert_as_by_hand(one, held, query)


def test_a_copy_is_changed_unnoticed(index: WordIndex) -> None:
    documents = written(1, 120)
    index.add(documents[:80])
    index.remove(np.array([4]))
    before = {row: documents[row] for row in range(80) if row != 4}
    one, other = index.copy(), index.copy()
    one.remove(np.array([7, *range(20, 60)]))
    assert one.add(documents[80:100]).tolist() == list(range(80, 100))
    again = one.copy()
    again.remove(np.array([85, 3]))
    assert other.add(documents[100:]).tolist() == list(range(80, 100))
    first = {row: documents[row] for row in range(100) if row not in (4, 7, *range(20, 60))}
    for changed, held in (
        (index, before),
        (one, first),
        (again, {row: first[row] for row in first if row not in (85, 3)}),
        (other, before | {row: documents[row + 20] for row in range(80, 100)}),
    ):
        for query in written(2, 5):
            assert_as_by_hand(changed, held, query)
            assert_as_by_hand(changed, held, query, k=7)


def test_what_is_selected_is_as_if_nothing_else_had_ever_been(index: WordIndex) -> None:
    documents = written(1, 60)
    index.add(documents[:40])
    index.remove(np.array([4]))
    index.add(documents[40:])
    rows = [50, 3, 2, 41, 59, 0]
    chosen = index.select(np.array(rows))
    other = type(index)()
    other.add([documents[row] for row in rows])
    for query in written(2, 5):
        assert_as_by_hand(chosen, {place: documents[row] for place, row in enumerate(rows)}, query)
        for one, same in zip(chosen.search(query, 4), other.search(query, 4), strict=True):
            np.testing.assert_array_equal(one, same)
    assert chosen.add([["w1"]]).tolist() == [6]
    with pytest.raises(IndexError, match="row 4 was removed"):
        index.select(np.array([3, 4]))


def test_what_is_removed_is_as_if_it_had_never_been(index: WordIndex) -> None:
    other = type(index)()
    index.add([*DOCUMENTS, ["border", "border", "zebra"]])
    index.remove(np.array([5, 5]))
    index.remove(np.array([5]))
    other.add(DOCUMENTS)
    for query in (["border"], ["zebra"]):
        for one, same in zip(index.search(query, 9), other.search(query, 9), strict=True):
            np.testing.assert_array_equal(one, same)
        assert index.scores(query, np.arange(5))[1] == other.scores(query, np.arange(5))[1]
    assert index.search(["zebra"], 9, np.array([5]))[1].shape == (0,)
    with pytest.raises(IndexError, match="row 5 was removed"):
        index.scores(["zebra"], np.array([5]))


def test_of_equal_documents_the_lower_rows_come_or_those_that_are_to_come_first(index: WordIndex) -> None:
    index.add([["b"], ["a", "c"], ["a", "c"], ["a"], ["a", "c"], ["a", "c"]])
    assert index.search(["a"], 3)[1].tolist() == [3, 1, 2]
    assert index.search(["a"], 3, np.array([5, 4, 2, 0]))[1].tolist() == [2, 4, 5]
    assert index.search(["a"], 2, np.array([5, 4, 2]))[1].tolist() == [2, 4]
    assert index.search(["a"], 0)[1].tolist() == []
    assert index.search(["a"], 3, order=np.array([0, 9, 8, 7, 6, 5]))[1].tolist() == [3, 5, 4]
    assert index.search(["a"], 2, np.array([1, 2, 4]), np.array([0, 9, 8, 7, 6, 5]))[1].tolist() == [4, 2]


def test_common_words_hide_no_document(index: WordIndex) -> None:
    dice, common = random.Random(5), [f"c{number}" for number in range(8)]
    index.add([[word for word in common if dice.random() < 0.6] + [f"r{dice.randrange(400)}"] for _ in range(3000)])
    index.remove(np.arange(0, 3000, 9))
    held = np.flatnonzero(np.arange(3000) % 9)
    for query in ([*common, "r1"], common, ["r1", "r2", "c0"], ["c0", "c0", "r3", "unheard"]):
        for allowed in (None, held[::2], held[::40]):
            considered = held if allowed is None else allowed
            scores, _ = index.scores(query, considered)
            best = sorted(zip(-scores, considered, strict=True))[:20]
            found, rows = index.search(query, 20, allowed)
            assert rows.tolist() == [row for score, row in best if score]
            np.testing.assert_array_equal(found, [-score for score, _ in best if score])


def test_a_query_leaves_no_trace(index: WordIndex) -> None:
    index.add(written(1, 50))
    queries = written(2, 20)
    first = [index.search(query, 10) for query in queries]
    for number in random.Random(3).sample(range(20), 20):
        for one, same in zip(index.search(queries[number], 10), first[number], strict=True):
            np.testing.assert_array_equal(one, same)


def test_an_empty_index_finds_nothing(index: WordIndex, tmp_path: Path) -> None:
    assert index.add([]).shape == (0,)
    index.save(tmp_path / "saved")
    for one in (index, type(index).load(tmp_path / "saved")):
        assert one.rows == 0
        assert one.search(["border"], 5)[1].shape == (0,)
        assert one.scores(["border"], np.array([], np.int64))[0].shape == (0,)
    index.add([[], []])
    assert index.search(["border"], 5)[1].shape == (0,)
    index.remove(np.array([0, 1]))
    assert index.search(["border"], 5)[1].shape == (0,)


@pytest.mark.parametrize("rows", [[-1], [5], [0, 100]])
@pytest.mark.parametrize(
    "use",
    [
        lambda index, rows: index.scores(["gas"], rows),
        lambda index, rows: index.remove(rows),
        lambda index, rows: index.search(["gas"], 3, rows),
    ],
)
def test_rows_that_were_never_given(index: WordIndex, rows: list[int], use: Callable[[WordIndex, RowArray], object]) -> None:
    index.add(DOCUMENTS)
    with pytest.raises(IndexError, match=r"0\.\.4"):
        use(index, np.array(rows))
    assert index.rows == 5


@pytest.mark.parametrize("content", [None, b"", b"PK", b"PK\x03\x04 and rubbish"])
def test_what_cannot_be_read_is_invalid(index: WordIndex, tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "saved").write_bytes(content)
    with pytest.raises(IndexInvalid, match="cannot be read"):
        type(index).load(tmp_path / "saved")
