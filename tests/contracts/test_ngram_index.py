"""What every home of an `NgramIndex` must do. A new one joins by a line in `HOMES`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexInvalid
from index.search.char_ngrams import HashedNgramIndex
from index.search.protocols import NgramIndex
from index.search.rows import RowArray
from tests.milvus import home_on

HOMES: dict[str, type[NgramIndex] | None] = {"process": HashedNgramIndex, "milvus": None}
PLAIN = ["lukashenko spoke in gomel", "the wheat harvest", "a wheat field", "", "harvest harvest harvest"]
QUERIES = ["lukashenko in gomel", "harvest of wheat", "the", "xyz", ""]


@pytest.fixture(params=HOMES)
def home(request: pytest.FixtureRequest) -> type[NgramIndex]:
    return HOMES[request.param] or home_on(request.getfixturevalue("milvus")).ngrams


@pytest.fixture
def index(home: type[NgramIndex]) -> NgramIndex:
    return home()


def grams(text: str) -> Counter[str]:
    """Runs of four characters within words that are fenced by spaces; a shorter word counts whole."""
    found: Counter[str] = Counter()
    for word in text.casefold().split():
        fenced = f" {word} "
        found.update([fenced[at : at + 4] for at in range(max(1, len(fenced) - 3))])
    return found


def by_hand(query: str, text: str, texts: list[str]) -> float:
    frequencies = {gram: sum(gram in grams(other) for other in texts) for gram in {*grams(query), *grams(text)}}
    rarity = {gram: math.log1p((len(texts) - count + 0.5) / (count + 0.5)) for gram, count in frequencies.items()}
    one, other = ({gram: count * rarity[gram] for gram, count in grams(side).items()} for side in (query, text))
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return sum(value * other.get(gram, 0.0) for gram, value in one.items()) / lengths if lengths else 0.0


def assert_as_by_hand(index: NgramIndex, held: Mapping[int, str]) -> None:
    rows = list(held)[::-1]
    for query in QUERIES:
        expected = [by_hand(query, held[row], list(held.values())) for row in rows]
        assert index.cosines(query, np.array(rows)) == pytest.approx(expected, abs=1e-5)


def test_cosines_are_those_of_the_definition(index: NgramIndex) -> None:
    assert index.add(PLAIN).tolist() == [0, 1, 2, 3, 4]
    assert_as_by_hand(index, dict(enumerate(PLAIN)))


def test_rarities_follow_what_is_added_and_removed(index: NgramIndex, tmp_path: Path) -> None:
    held = dict(zip(index.add(PLAIN).tolist(), PLAIN, strict=True))
    index.remove(np.array([1, 4, 4]))
    index.remove(np.array([1]))
    del held[1], held[4]
    assert index.rows == 3
    assert_as_by_hand(index, held)
    index.save(tmp_path / "saved")
    again = type(index).load(tmp_path / "saved")
    for one in (index, again):
        assert one.add(["harvest in gomel", "the field"]).tolist() == [5, 6], "the last row was removed, its number is still taken"
    held |= {5: "harvest in gomel", 6: "the field"}
    for one in (index, again):
        assert_as_by_hand(one, held)


def test_a_copy_is_changed_unnoticed(index: NgramIndex) -> None:
    held = dict(zip(index.add(PLAIN).tolist(), PLAIN, strict=True))
    one = index.copy()
    one.remove(np.array([1]))
    one.add(["harvest in gomel", "the field"])
    again = one.copy()
    again.remove(np.array([5, 0]))
    assert_as_by_hand(index, held)
    changed = {row: text for row, text in (held | {5: "harvest in gomel", 6: "the field"}).items() if row != 1}
    assert_as_by_hand(one, changed)
    assert_as_by_hand(again, {row: text for row, text in changed.items() if row not in (5, 0)})


def test_what_is_selected_is_as_if_nothing_else_had_ever_been(index: NgramIndex) -> None:
    index.add(PLAIN)
    index.remove(np.array([3]))
    index.add(["harvest in gomel", "the field"])
    chosen = index.select(np.array([6, 0, 5, 2]))
    assert_as_by_hand(chosen, dict(enumerate(["the field", PLAIN[0], "harvest in gomel", PLAIN[2]])))
    assert chosen.add(["text"]).tolist() == [4]
    with pytest.raises(IndexError, match="row 3 was removed"):
        index.select(np.array([3]))


def test_one_row_is_compared_as_among_others(index: NgramIndex) -> None:
    index.add(PLAIN)
    together = index.cosines(QUERIES[0], np.arange(5))
    for row in (3, 0, 4, 1, 2):
        assert index.cosines(QUERIES[0], np.array([row]))[0] == together[row]


def test_names_meet_across_scripts_and_typos(index: NgramIndex) -> None:
    index.add(["Lukashenko spoke in Gomel", "The wheat harvest", "Зеленский выступил в Киеве", ""])
    cyrillic = index.cosines("Лукашенко в Гомеле", np.arange(4))
    assert cyrillic.argmax() == 0
    assert cyrillic[0] > 0.3
    assert index.cosines("Lukashenka", np.arange(4)).argmax() == 0
    assert index.cosines("Zelenskii", np.arange(4)).argmax() == 2


def test_an_empty_index(index: NgramIndex, tmp_path: Path) -> None:
    assert index.add([]).shape == (0,)
    index.save(tmp_path / "saved")
    for one in (index, type(index).load(tmp_path / "saved")):
        assert one.rows == 0
        assert one.cosines("x", np.array([], np.int64)).shape == (0,)
        assert one.add(["text"]).tolist() == [0]
        one.remove(np.array([0]))
        assert one.rows == 0


@pytest.mark.parametrize("rows", [[-1], [5], [0, 100]])
@pytest.mark.parametrize("use", [lambda index, rows: index.cosines("x", rows), lambda index, rows: index.remove(rows)])
def test_rows_that_were_never_given(index: NgramIndex, rows: list[int], use: Callable[[NgramIndex, RowArray], object]) -> None:
    index.add(PLAIN)
    with pytest.raises(IndexError, match=r"0\.\.4"):
        use(index, np.array(rows))
    assert index.rows == 5


def test_removed_rows_cannot_be_compared(index: NgramIndex) -> None:
    index.add(PLAIN)
    index.remove(np.array([2]))
    with pytest.raises(IndexError, match="row 2 was removed"):
        index.cosines("x", np.array([2]))


@pytest.mark.parametrize("content", [None, b"", b"PK", b"PK\x03\x04 and rubbish"])
def test_what_cannot_be_read_is_invalid(index: NgramIndex, tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "saved").write_bytes(content)
    with pytest.raises(IndexInvalid, match="cannot be read"):
        type(index).load(tmp_path / "saved")
