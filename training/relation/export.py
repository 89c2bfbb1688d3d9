"""Export a trained model: ONNX, int8, with `model.json` that describes and pins the files.

    python -m training.relation.export --model FOLDER --base FOLDER [--start FOLDER --share 0.6] --out index/models/relation

The weights of the int8 model's probabilities and of the cues are fitted on claims that were not trained on: the model is too sure
of the pairs it was trained on. The sum of the package's own `model.json` is pinned in `index/models/pinned.py`, which is then
written, too.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegressionCV
from torch import Tensor, nn

from index.models.cross_encoder import CLASSES as KINDS
from index.models.cross_encoder import (
    DESCRIPTION,
    FILES,
    FOLDER,
    JOINT,
    SEPARATE,
    TOKENIZER,
    Combination,
    CrossEncoderModel,
    Cue,
    Description,
    log_probabilities,
)
from index.models.export import export_onnx
from index.models.files import sha256_of
from index.models.quantise import quantise
from index.models.tokenizer import PieceTokenizer
from service.check.relation import as_judged
from service.check.slots import Phrase, Slots
from training.labelled import HELD_OUT, kind_of, seed_base
from training.relation.cross_encoder import CLASSES, MOST_TOKENS, CrossEncoder, joined
from training.relation.pair import Pair, read_pairs
from training.relation.pin import MODULE, pin

NAME = "rebut-relation-8"
PAIRS = Path(__file__).with_name("pairs")
Feed = dict[str, NDArray[Any]]
"""Inputs of a half of the model, by name."""
SAMPLES_A_FILE = 8
FREEDOM = (0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Strengths of regularisation; cross-validation chooses the one with the best probabilities."""


class Example(msgspec.Struct, frozen=True):
    """A claim beside a statement, and the right relation."""

    claim: Phrase
    statement: Phrase
    relation: str


def export(model: CrossEncoder, tokenizer: PieceTokenizer, out: Path, kept: Path | None) -> None:
    """Write both halves of the model in int8, rounded so that they come close to the full ones on our own pairs.

    Args:
        kept: a first half to take instead of making it anew, where its layers were not trained.

    Texts of one length are run together, so neither half takes a mask: nothing is padded.
    """
    model.eval()
    pairs = sample_pairs()
    ids = tokenizer.ids([pair.claim for pair in pairs] + [pair.statement for pair in pairs])
    separate: list[Feed] = [{"ids": np.array([row], np.int64)} for row in ids]
    with torch.no_grad():
        states = [
            model.separate(torch.tensor(feed["ids"]), torch.ones(feed["ids"].shape, dtype=torch.long))[0] for feed in separate
        ]
    both = [joined([claim], [text]) for claim, text in zip(states[: len(pairs)], states[len(pairs) :], strict=True)]
    joint: list[Feed] = [{"states": row.numpy(), "sides": sides.numpy()} for row, sides, _ in both]
    if kept:
        shutil.copyfile(kept, out / SEPARATE)
    else:
        _export(_Separate(model), separate, "states", out / SEPARATE)
    _export(_Joint(model), joint, "logits", out / JOINT)


def sample_pairs() -> list[Pair]:
    """Pairs that we wrote, some of each file: activations are looked at on them."""
    files = [read_pairs(path) for path in sorted(PAIRS.glob("*.jsonl"))]
    return [pair for pairs in files for pair in pairs[:: max(1, len(pairs) // SAMPLES_A_FILE)][:SAMPLES_A_FILE]]


class _Separate(nn.Module):
    """The first half as a module of its own."""

    def __init__(self, model: CrossEncoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor) -> Tensor:
        return self.model.separate(ids, torch.ones_like(ids))


class _Joint(nn.Module):
    """The second half as a module of its own."""

    def __init__(self, model: CrossEncoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, states: Tensor, sides: Tensor) -> Tensor:
        return self.model.joint(states, sides, torch.ones_like(sides))


def _export(half: nn.Module, samples: Sequence[Feed], output: str, out: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch, "plain.onnx")
        inputs = {name: torch.from_numpy(np.concatenate([value, value])) for name, value in samples[0].items()}
        export_onnx(half, inputs, output, plain)
        quantise(plain, out, samples)


def examples() -> list[Example]:
    """The claims that are about a statement, of the bundled seeds and of the pairs held out, beside the statement's own text."""
    statements = {told.id: Phrase(told.text, told.language) for doc in seed_base().documents for told in doc.statements}
    seeds = [
        Example(Phrase(claim.text, claim.language), statements[claim.statement], claim.relation.value)
        for claim in seed_base().claims
        if claim.statement and claim.relation
    ]
    held_out = [
        Example(Phrase(pair.claim, pair.claim_lang), Phrase(pair.statement, pair.statement_lang), kind_of(pair).value)
        for pair in read_pairs(HELD_OUT)
    ]
    return seeds + held_out


def fit(model: CrossEncoderModel, some: Sequence[Example]) -> Combination:
    """The combination of the model's probabilities and the cues that fits the examples best."""
    slots = Slots()
    told = log_probabilities(
        model.probabilities([(as_judged(one.claim, one.statement, slots), one.statement.text) for one in some])
    )
    held = [slots.cues(one.claim, one.statement) for one in some]
    cues = np.array([[cue in holding for cue in Cue] for holding in held], np.float32)
    right = [[kind.value for kind in KINDS].index(one.relation) for one in some]
    fitted = LogisticRegressionCV(Cs=FREEDOM, cv=5, scoring="neg_log_loss", max_iter=4000).fit(np.hstack([told, cues]), right)
    weights = np.round(fitted.coef_.T, 3).tolist()
    by_kind, by_cue = weights[: len(KINDS)], weights[len(KINDS) :]
    bias = np.round(fitted.intercept_, 3).tolist()
    return Combination(bias, dict(zip(KINDS, by_kind, strict=True)), dict(zip(Cue, by_cue, strict=True)))


def unweighed() -> Combination:
    """The model's probabilities as they are."""
    nothing = [0.0] * len(KINDS)
    return Combination(nothing, {kind: [float(kind is other) for other in KINDS] for kind in KINDS}, dict.fromkeys(Cue, nothing))


def describe(out: Path, combination: Combination) -> None:
    """Write `model.json`."""
    sha256 = {name: sha256_of(out / name) for name in FILES}
    described = Description(NAME, list(CLASSES), combination, MOST_TOKENS, sha256)
    (out / DESCRIPTION).write_bytes(msgspec.json.format(msgspec.json.encode(described)) + b"\n")


def main() -> None:
    """Read the arguments and export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="what training.relation.train wrote")
    parser.add_argument("--base", type=Path, required=True, help="what training.relation.base wrote")
    parser.add_argument("--start", type=Path, help="what training resumed from, to be mixed with what it wrote")
    parser.add_argument("--share", type=float, default=0.6, help="of the trained weights in that mixture")
    parser.add_argument("--separate", type=Path, help="a first half to take as it is, where its layers were not trained")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    model = CrossEncoder.load(options.model)
    if options.start:
        model.mix(CrossEncoder.load(options.start), options.share)
    with tempfile.TemporaryDirectory() as scratch:
        ready = Path(scratch)
        shutil.copyfile(options.base / TOKENIZER, ready / TOKENIZER)
        export(model, PieceTokenizer(ready / TOKENIZER, MOST_TOKENS), ready, options.separate)
        describe(ready, unweighed())
        describe(ready, fit(CrossEncoderModel(ready), examples()))
        options.out.mkdir(parents=True, exist_ok=True)
        for path in ready.iterdir():
            shutil.copyfile(path, options.out / path.name)
    print((options.out / DESCRIPTION).read_text())
    if options.out.resolve() == FOLDER.resolve():
        print(f"{MODULE} pins {pin()}: commit it together with the model")


if __name__ == "__main__":
    main()
