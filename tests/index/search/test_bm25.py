from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexInvalid
from index.search.bm25 import K1, B, LexicalIndex
from index.text.language import detect_language
from index.text.words import analyse

TEXTS = [("troops at the border", "en"), ("the border is closed", "en"), ("gas", "en"), ("войска у границы", "ru")]


def by_hand(texts: list[tuple[str, str]], query: list[str]) -> list[float]:
    """BM25 as in Lucene, from its definition."""
    documents = [analyse(text, language) for text, language in texts]
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for word in query:
            frequency = sum(word in other for other in documents)
            rarity = math.log(1 + (len(documents) - frequency + 0.5) / (frequency + 0.5))
            count = document.count(word)
            score += rarity * count / (count + K1 * (1 - B + B * len(document) / mean)) if count else 0.0
        scores.append(score)
    return scores


def test_scores_equal_the_definition() -> None:
    scores, full = LexicalIndex.build(TEXTS).scores("Troops, border!", "en")
    np.testing.assert_allclose(scores, by_hand(TEXTS, ["troop", "border"]), rtol=1e-5)
    rarities = [math.log(1 + (4 - n + 0.5) / (n + 0.5)) for n in (1, 2)]
    assert full == pytest.approx(sum(rarities) / (1 + K1))


def test_words_that_no_text_has_score_nothing_but_count() -> None:
    scores, full = LexicalIndex.build(TEXTS).scores("zebra", "en")
    assert scores.tolist() == [0, 0, 0, 0]
    assert full > 0


def test_a_text_without_words() -> None:
    scores, full = LexicalIndex.build(TEXTS).scores("!?", "und")
    assert (scores.tolist(), full) == ([0, 0, 0, 0], 0)


def test_an_empty_index() -> None:
    index = LexicalIndex.build([])
    assert not index.scores("border", "en")[0].any()


def test_saved_equals_reloaded(tmp_path: Path) -> None:
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path / "lexical")
    again = LexicalIndex.load(tmp_path / "lexical")
    assert again.rows == 4
    np.testing.assert_array_equal(index.scores("войска", "ru")[0], again.scores("войска", "ru")[0])


def test_a_damaged_folder_is_invalid(tmp_path: Path) -> None:
    with pytest.raises(IndexInvalid):
        LexicalIndex.load(tmp_path / "missing")
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path / "lexical")
    for path in (tmp_path / "lexical").iterdir():
        path.write_bytes(path.read_bytes()[:10])
    with pytest.raises(IndexInvalid):
        LexicalIndex.load(tmp_path / "lexical")


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "Soldiers moving", "soldier moves"),
        ("ru", "Войсками границы", "войска граница"),
        ("uk", "військами кордону", "військами кордони"),
        ("be", "мяжой беларусаў", "мяжой беларусам"),
        ("ru", "Лёд", "лед"),
        ("uk", "п’ять", "п'ять"),
        ("sw", "Habari", "habari"),
    ],
)
def test_forms_of_a_word_are_one(language: str, one: str, other: str) -> None:
    assert analyse(one, language) == analyse(other, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ukraine moves troops to the border", "en"),
        ("Украина стягивает войска к границе", "ru"),
        ("Україна стягує війська до кордону", "uk"),
        ("Украіна сцягвае войскі да мяжы", "be"),
        ("Ukraina gromadzi wojska przy granicy", "pl"),
        ("Die Ukraine zieht Truppen an der Grenze zusammen", "de"),
        ("L'Ukraine masse des troupes à la frontière", "fr"),
        ("أوكرانيا تحشد قواتها على الحدود", "ar"),
        ("1234 !!", "und"),
        ("", "und"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["\n", "a\nb", "\u202e", "🙂", "\x00", "ﷺ" * 300])
def test_odd_texts_are_no_trouble(text: str) -> None:
    assert detect_language(text)


def test_the_same_texts_make_the_same_files_in_every_process(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from index.search.bm25 import LexicalIndex; "
    code += "LexicalIndex.build(TEXTS).save(Path(sys.argv[1]))"
    code = code.replace("TEXTS", repr([("wheat harvest in the north", "en"), ("танки у границы", "ru"), ("", "en")]))
    for seed in ("1", "2"):  # of Python's hashes, by which words are ordered in a set
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / seed)], env=environment, check=True)
    one, other = ({path.name: path.read_bytes() for path in (tmp_path / seed).iterdir()} for seed in ("1", "2"))
    assert one == other
