from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from index.models.e5_weights import read_packed_model
from index.models.sources import RECIPES
from index.models.tokenizer import FIRST, LAST, UNKNOWN, PieceTokenizer, sentencepiece_model


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    recipe = RECIPES["rebut-e5-small"]
    found = importlib.util.find_spec(recipe.package)
    assert found
    assert found.origin
    path = tmp_path_factory.mktemp("pieces") / "pieces.model"
    path.write_bytes(sentencepiece_model(read_packed_model(Path(found.origin).parent / recipe.file).pieces))
    return path


def test_the_token_ids_are_xlm_robertas(whole: Path) -> None:
    tokenizer = PieceTokenizer(whole, 512)
    hello, spaced, wide, narrow, nothing = tokenizer.ids(["Hello world", "Hello   world\n", "ｈｅｌｌｏ  ", "hello", " "])
    assert hello == [FIRST, 35378, 8999, LAST]
    assert spaced == hello
    assert wide == narrow
    assert nothing == [FIRST, LAST]


def test_what_no_piece_spells_is_unknown_and_long_texts_are_cut(whole: Path) -> None:
    assert UNKNOWN in PieceTokenizer(whole, 512).ids(["\U00013000"])[0]
    (cut,) = PieceTokenizer(whole, 5).ids(["one two three four five six"])
    assert (len(cut), cut[0], cut[-1]) == (5, FIRST, LAST)
    assert PieceTokenizer(whole, 5).ids([]) == []


def test_a_smaller_vocabulary_spells_with_shorter_pieces(tmp_path: Path) -> None:
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁ab", -1.0), ("▁", -2.0), ("a", -2.0), ("b", -2.0)]
    (tmp_path / "m").write_bytes(sentencepiece_model(pieces))
    assert PieceTokenizer(tmp_path / "m", 9).ids(["ab", "aba"]) == [[0, 4, 2], [0, 4, 6, 2]]


def test_no_model_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        PieceTokenizer(tmp_path / "none", 9)
