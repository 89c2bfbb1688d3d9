"""Prepared encoders: what is made of a model's files, and whether it still is what was made.

A model's files are prepared once into a cache folder: collected (`sources.py`); exported to one ONNX model that pools and
normalises, too; quantised to int8. A prepared folder carries `prepared.json`, which names the sha256 of what it was made from, of
all its files, and of itself; each is verified when it is loaded.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from pathlib import Path

import msgspec
import numpy as np
import structlog

from index.errors import EncoderFilesInvalid
from index.models.files import sums_of
from index.models.sources import RECIPES, collect, source_sum
from index.models.tokenizer import Tokens, load_tokenizer
from index.progress import Progress

log = structlog.get_logger(__name__)

FORMAT = 2
"""Of prepared folders. Those of another format are prepared anew."""

RECORD, MODEL_FILE = "prepared.json", "model.onnx"
CALIBRATION = Path(__file__).with_name("calibration_texts.txt")
"""Texts that activations are looked at on: a language, a tab, a text; our own, from `training/`."""


class Exported(msgspec.Struct, frozen=True):
    """What running a model needs to know besides its files.

    Attributes:
        prompt: put before every text.
        lower_case: whether texts are put in lower case.
        most_tokens: texts are cut to so many.
    """

    prompt: str
    lower_case: bool
    most_tokens: Tokens


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
    most_tokens: Tokens
    files: dict[str, str]

    @property
    def digest(self) -> str:
        """Hex sha256 of all that stands here."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()

    @property
    def fingerprint(self) -> str:
        """16 hex digits that change whenever the vectors may change."""
        return self.digest[:16]

    def signed(self) -> bytes:
        """What stands in the file: the record and its own sum."""
        return msgspec.json.format(msgspec.json.encode(_Signed(**msgspec.structs.asdict(self), sha256=self.digest)))


class _Signed(Prepared, frozen=True):
    """A record with its own sum: one that was edited is told from one that was written here."""

    sha256: str

    def record(self) -> Prepared:
        return Prepared(**{name: getattr(self, name) for name in Prepared.__struct_fields__})


class _Mark(msgspec.Struct, frozen=True):
    """What tells the format of a `prepared.json`; earlier ones had no number, or no sum of their own."""

    format: int = 0
    sha256: str = ""


def prompted(text: str, how: Exported | Prepared) -> str:
    """A text as the model wants it."""
    whole = (how.prompt + text).strip()
    return whole.lower() if how.lower_case else whole


def prepared_folder(name: str, cache: Path, progress: Progress) -> Path:
    """Where an encoder's files are; they are made if they are not there, or were made by another version of this program.

    Raises:
        EncoderUnavailable: if the files cannot be had.
    """
    folder = folder_of(name, cache)
    if not (folder / RECORD).exists() or _is_outdated(folder):
        log.info("preparing an encoder, once: this takes minutes", name=name, folder=str(folder))
        _prepare(name, folder, progress)
    return folder


def folder_of(name: str, cache: Path) -> Path:
    """Where an encoder's files belong; names that differ only in what a folder cannot be called get different ones."""
    if re.fullmatch(r"\w[\w.-]*", name):
        return cache / name
    plain = re.sub(r"[^\w.-]+", "--", name).strip("-.")
    return cache / f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _is_outdated(folder: Path) -> bool:
    try:
        mark = msgspec.json.decode((folder / RECORD).read_bytes(), type=_Mark)
    except (OSError, msgspec.MsgspecError):
        return False  # it is damaged; `verify` says so
    return mark.format != FORMAT or not mark.sha256


def verify(name: str, folder: Path) -> Prepared:
    """The record of a prepared folder, all of whose files are what it says.

    Raises:
        EncoderFilesInvalid: if one is not, or if the folder was made from something else than it would be made from now.
    """
    try:
        signed = msgspec.json.decode((folder / RECORD).read_bytes(), type=_Signed)
        actual = sums_of(folder, without=RECORD)
    except (OSError, msgspec.MsgspecError) as error:
        raise EncoderFilesInvalid(f"{folder} is damaged ({error}); delete it and it is prepared again") from error
    prepared = signed.record()
    changed = sorted(dict(actual.items() ^ prepared.files.items())) + [RECORD] * (prepared.digest != signed.sha256)
    if changed:
        told = ", ".join(changed)
        raise EncoderFilesInvalid(f"{folder} has changed since it was prepared ({told}); delete it and it is prepared again")
    if prepared.name != name:
        raise EncoderFilesInvalid(f"{folder} holds the encoder {prepared.name!r}, not {name!r}; delete it and it is prepared again")
    recipe = RECIPES.get(name)
    if recipe is not None and recipe.source_sha256 != prepared.source_sha256:
        raise EncoderFilesInvalid(f"{folder} was made from another file than expected; delete it and it is prepared again")
    if recipe is None and Path(name).is_dir() and source_sum(Path(name)) != prepared.source_sha256:
        raise EncoderFilesInvalid(f"{name} has changed since {folder} was prepared from it; delete that and it is prepared again")
    return prepared


def _prepare(name: str, folder: Path, progress: Progress) -> None:
    """Build the folder beside its place, then rename it: a half-made one is never seen."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".preparing-") as scratch:
        plain, full, ready = Path(scratch, "plain"), Path(scratch, "full.onnx"), Path(scratch, "ready")
        ready.mkdir()
        progress(f"preparing {name}: collecting", 0, 4)
        source = collect(name, plain)
        from index.models import export, quantise  # these import torch, which takes seconds

        progress(f"preparing {name}: exporting to ONNX", 1, 4)
        told = export.export(plain, full, ready)
        exported = msgspec.structs.replace(told, prompt=told.prompt + source.prompt)
        progress(f"preparing {name}: quantising to int8", 2, 4)
        quantise.quantise(full, ready / MODEL_FILE, _samples(name, ready, exported))
        progress(f"preparing {name}: recording", 3, 4)
        record = Prepared(FORMAT, name, source.told, source.sha256, files=sums_of(ready), **msgspec.structs.asdict(exported))
        (ready / RECORD).write_bytes(record.signed())
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


def _samples(name: str, ready: Path, exported: Exported) -> list[dict[str, np.ndarray[tuple[int, ...], np.dtype[np.int64]]]]:
    """The calibration texts, in the languages that the model knows, as its inputs."""
    recipe = RECIPES.get(name)
    rows = [line.split("\t", 1) for line in CALIBRATION.read_text("utf-8").splitlines()]
    texts = [text for language, text in rows if recipe is None or recipe.language in ("", language)]
    ids = load_tokenizer(ready, exported.most_tokens).ids([prompted(text, exported) for text in texts])
    return [{"ids": np.array([row], np.int64)} for row in ids]
