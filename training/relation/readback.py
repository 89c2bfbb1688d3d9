"""The float model that the shipped int8 files stand for: where the next training starts.

    python -m training.relation.readback --base FOLDER --out FOLDER [--joint 8]

Each matrix is its whole numbers times their scales. The base gives the embeddings and the layers that training left as they were
(exactly), so it may keep more pieces of the vocabulary than the shipped model has.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from index.models.cross_encoder import FOLDER, JOINT, SEPARATE
from index.models.quantise import OURS
from index.models.runtime import FloatArray
from training.relation.cross_encoder import CrossEncoder

PRODUCT = "MatMulIntegerToFloat"


def matrices(path: Path) -> list[tuple[str, FloatArray]]:
    """The linear layers' outputs and matrices, shape (channels, outputs), in the order in which they are computed."""
    model = onnx.load(str(path))
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    found = []
    for node in model.graph.node:
        if node.op_type == PRODUCT:
            smooth = tensors[node.input[0].removesuffix(".bytes") + ".smooth"]
            out = node.output[0].removeprefix(OURS).removesuffix(".product")
            whole, scale = tensors[node.input[1]].astype(np.float32), tensors[node.input[3]]
            found.append((out, whole * scale * smooth[:, None]))
    return found


def names_of(model: CrossEncoder) -> list[str]:
    """The matrices of the model's state in the order in which they are computed."""
    within = (
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
        "intermediate.dense",
        "output.dense",
    )
    layers = len(model.bert.encoder.layer)
    return [f"bert.encoder.layer.{layer}.{part}.weight" for layer in range(layers) for part in within]


def read_back(base: Path, folder: Path = FOLDER) -> CrossEncoder:
    """The float model.

    Raises:
        ValueError: if the files do not hold the layers that the base's architecture has.
    """
    both = [pair for name in (SEPARATE, JOINT) for pair in matrices(folder / name)]
    separate = len(matrices(folder / SEPARATE)) // 6
    model = CrossEncoder.from_base(base, separate, len(both) // 6 - separate)
    state = model.state_dict()
    frozen = {name: value.clone() for name, value in state.items()}
    for name, (out, matrix) in zip(names_of(model), both, strict=True):
        if not re.search(rf"/{name.split('.')[-2]}(_1)?/MatMul", out) or state[name].shape != matrix.T.shape:
            raise ValueError(f"{out} stands where {name} should be")
        state[name] = torch.from_numpy(np.ascontiguousarray(matrix.T))
    for path in (folder / SEPARATE, folder / JOINT):
        for tensor in onnx.load(str(path)).graph.initializer:
            name = tensor.name.removeprefix("model.")
            if name in state and "embeddings" not in name:
                state[name] = torch.from_numpy(numpy_helper.to_array(tensor).copy())
    for name in state:
        if _unchanged(name):
            state[name] = frozen[name]
    model.load_state_dict(state)
    return model


def deepened(model: CrossEncoder, base: Path, joint: int) -> CrossEncoder:
    """The model with more joint layers: those that it lacks are the base's, untrained."""
    deeper = CrossEncoder.from_base(base, model.bert.config.separate_layers, joint)
    deeper.load_state_dict(deeper.state_dict() | model.state_dict())
    return deeper


def _unchanged(name: str) -> bool:
    """Whether no training has touched the weights: the embeddings and the first two layers."""
    return name.startswith(("bert.embeddings.", "bert.encoder.layer.0.", "bert.encoder.layer.1."))


def main() -> None:
    """Read the arguments and write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="what training.relation.base wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--joint", type=int, help="joint layers that the model is to have, if more than it has")
    options = parser.parse_args()
    model = read_back(options.base)
    (deepened(model, options.base, options.joint) if options.joint else model).save(options.out)


if __name__ == "__main__":
    main()
