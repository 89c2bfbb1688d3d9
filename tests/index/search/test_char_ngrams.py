from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.errors import IndexInvalid
from index.search.char_ngrams import CharNgramIndex

TEXTS = ["Lukashenko spoke in Gomel", "The wheat harvest", "Зеленский выступил в Киеве", ""]


def grams(text: str) -> Counter[str]:
    """Runs of four ngrams within words that are fenced by spaces; a shorter word counts whole, as scikit-learn has it."""
    found: Counter[str] = Counter()
    for word in text.casefold().split():
        fenced = f" {word} "
        found.update([fenced[at : at + 4] for at in range(max(1, len(fenced) - 3))])
    return found


def by_hand(query: str, text: str, texts: list[str]) -> float:
    seen = Counter(gram for other in texts for gram in grams(other))
    frequencies = {gram: sum(gram in grams(other) for other in texts) for gram in {*seen, *grams(query)}}
    rarity = {gram: math.log1p((len(texts) - count + 0.5) / (count + 0.5)) for gram, count in frequencies.items()}
    one, other = ({gram: count * rarity[gram] for gram, count in grams(side).items()} for side in (query, text))
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return sum(value * other.get(gram, 0.0) for gram, value in one.items()) / lengths if lengths else 0.0


def cosines(index: CharNgramIndex, text: str, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
    return index.cosines(index.ngrams([text])[0], np.arange(index.rows) if rows is None else rows)


@pytest.mark.parametrize("query", ["lukashenko in gomel", "harvest of wheat", "the", "xyz"])
def test_cosines_are_those_of_the_definition(query: str) -> None:
    texts = ["lukashenko spoke in gomel", "the wheat harvest", "a wheat field", ""]
    found = cosines(CharNgramIndex.build(texts), query)
    assert found == pytest.approx([by_hand(query, text, texts) for text in texts], abs=1e-5)


def test_names_meet_across_scripts_and_typos() -> None:
    index = CharNgramIndex.build(TEXTS)
    cyrillic = cosines(index, "Лукашенко в Гомеле")
    assert cyrillic.argmax() == 0
    assert cyrillic[0] > 0.3
    assert cosines(index, "Lukashenka").argmax() == 0
    assert cosines(index, "Zelenskii").argmax() == 2


def test_saved_equals_reloaded(tmp_path: Path) -> None:
    index = CharNgramIndex.build(TEXTS)
    index.save(tmp_path / "ngrams.npz")
    again = CharNgramIndex.load(tmp_path / "ngrams.npz")
    rows = np.array([2, 0])
    assert again.rows == 4
    np.testing.assert_array_equal(cosines(again, "Gomel", rows), cosines(index, "Gomel", rows))


def test_nothing_indexed_is_nothing_found() -> None:
    assert cosines(CharNgramIndex.build([]), "x").shape == (0,)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ngrams.npz").write_bytes(b"PK")
    with pytest.raises(IndexInvalid, match="cannot be read"):
        CharNgramIndex.load(tmp_path / "ngrams.npz")


def test_many_texts_at_once_are_as_each_alone() -> None:
    index = CharNgramIndex.build(TEXTS)
    for text, ngrams in zip(TEXTS, index.ngrams(TEXTS), strict=True):
        np.testing.assert_allclose(index.cosines(ngrams, np.arange(4)), cosines(index, text))
    assert index.ngrams([]) == []
