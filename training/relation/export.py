"""Export a trained model: ONNX, int8, with `model.json` that describes and pins the files.

    python -m training.relation.export --model FOLDER --base FOLDER --calibration FILE --out index/relation_model

The temperature that makes the probabilities mean what they say, and the weights of the cues beside the model, are fitted on claims
that were not trained on, with the int8 model.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import msgspec
import numpy as np
import scipy.optimize
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic

from index.encoders import sha256_of
from index.readers.seeds import read_seeds
from index.relations import CLASSES as KINDS
from index.relations import DESCRIPTION, MODEL, TOKENIZER, Cue, Description, OnnxRelationModel, weighed
from service.settings import BUNDLED_SEEDS
from service.slots import Phrase, Slots
from training.relation.cross_encoder import CLASSES, MOST_TOKENS, CrossEncoder

PADDING = 1
NAME = "rebut-relation-1"
REGULARISED = 0.01


class Judged(msgspec.Struct, frozen=True):
    """A claim of the calibration set; no statement: it is about none."""

    text: str
    language: str
    statement: str | None
    relation: str | None


def export(model: CrossEncoder, out: Path) -> None:
    """Write the int8 model; a scale for each row of a matrix keeps it close to the full one."""
    model.eval()
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch, "plain.onnx")
        ids = torch.randint(4, 1000, (2, 24))
        torch.onnx.export(
            model,
            (ids, torch.ones_like(ids)),
            str(plain),
            input_names=["ids", "mask"],
            output_names=["logits"],
            dynamic_axes={"ids": {0: "pairs", 1: "tokens"}, "mask": {0: "pairs", 1: "tokens"}, "logits": {0: "pairs"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(str(plain), str(out), weight_type=QuantType.QInt8, per_channel=True)


def fit(model: OnnxRelationModel, calibration: Path) -> tuple[float, dict[Cue, float]]:
    """The temperature and the cues' weights with the least log loss on the calibration claims, lightly regularised."""
    documents = read_seeds(sorted(BUNDLED_SEEDS.glob("*.toml")), {})
    forms = {statement.id: Phrase(statement.text, statement.language) for doc in documents for statement in doc.statements}
    rows = [msgspec.json.decode(line, type=Judged) for line in calibration.read_bytes().splitlines() if line]
    rows = [row for row in rows if row.statement]
    pairs = [(Phrase(row.text, row.language), forms[str(row.statement)]) for row in rows]
    found = model.probabilities([(claim.text, statement.text) for claim, statement in pairs])
    slots = Slots()
    cues = [slots.cues(claim, statement) for claim, statement in pairs]
    right = np.array([[kind.value for kind in KINDS].index(str(row.relation)) for row in rows])

    def loss(parameters: NDArray[np.float64]) -> float:
        told = weighed(_tempered(found, float(np.exp(parameters[0]))), cues, dict(zip(Cue, parameters[1:], strict=True)))
        surprise = -np.log(told[np.arange(len(right)), right] + 1e-9).mean()
        return float(surprise + REGULARISED * (parameters[1:] ** 2).mean())

    best = scipy.optimize.minimize(loss, np.zeros(1 + len(Cue)), method="Powell").x
    return round(float(np.exp(best[0])), 3), {cue: round(float(weight), 2) for cue, weight in zip(Cue, best[1:], strict=True)}


def _tempered(probabilities: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    powers = np.maximum(probabilities, 1e-9) ** (1 / temperature)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def describe(out: Path, temperature: float, cues: dict[Cue, float]) -> None:
    """Write `model.json`."""
    shas = sha256_of(out / MODEL), sha256_of(out / TOKENIZER)
    described = Description(NAME, list(CLASSES), temperature, cues, MOST_TOKENS, PADDING, *shas)
    (out / DESCRIPTION).write_bytes(msgspec.json.format(msgspec.json.encode(described)) + b"\n")


def main() -> None:
    """Read the arguments and export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="what training.relation.train wrote")
    parser.add_argument("--base", type=Path, required=True, help="what training.relation.base wrote")
    parser.add_argument("--calibration", type=Path, required=True, help="claims with statement and relation, not trained on")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(options.base / "tokenizer.json", options.out / TOKENIZER)
    export(CrossEncoder.load(options.model), options.out / MODEL)
    describe(options.out, 1.0, {})
    describe(options.out, *fit(OnnxRelationModel(options.out), options.calibration))
    print((options.out / DESCRIPTION).read_text())


if __name__ == "__main__":
    main()
