"""Int8 for a float ONNX model, with a scale for each token: what a text gives does not depend on the texts beside it.

A linear layer `x @ W` becomes `(round(x * smooth / s) @ Q) * s * t`: `s` is the scale of one token's row, found when the model
runs, `t` that of an output's column, `smooth` a fixed factor for each input channel. ONNX Runtime's own dynamic
quantisation takes one `s` over all that runs together, so that a text's vector depends on its neighbours.

* Weights have 7 bits (-64..64). Processors with AVX2 but without VNNI add two products in 16 bits, and only so they never overflow:
  the integer sums are the same on every processor.
* `smooth` moves what a channel has too much of from the activations into the weights (Xiao et al., SmoothQuant, ICML 2023).
* Weights are rounded one input channel after another, each rounding's error being made up for by the channels still to come
  (Frantar et al., GPTQ, ICLR 2023). Both are found on sample inputs.
* Tables of embeddings have 8 bits and a scale for each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from index.models.runtime import FloatArray

Sample = Mapping[str, NDArray[np.generic]]
"""A model's inputs, by name."""

MOST = 64
"""The largest weight: 2 * 255 * 64 < 2 ** 15."""
MIDDLE, SPAN = 128, 127
"""Activations are 128 - 127 .. 128 + 127."""
SMOOTH = 0.5
"""How much of a channel's size goes into the weights. all-MiniLM-L6-v2 without GPTQ keeps cosine .9979 with 0.5, .9967 with 0.7."""
DAMPING = 0.01
"""Part of the mean diagonal that is added to it, so that the Hessian can be inverted; GPTQ's own choice."""
BLOCK = 128
"""Channels rounded before their errors are made up for in all later ones at once; it saves time and changes nothing else."""
LARGE_TABLE = 1_000_000
"""Tables with fewer numbers stay as they are."""
OURS = "rebut."
"""Before the names of the tensors that are made here."""


class Observed(msgspec.Struct):
    """What went into a linear layer: the largest magnitude of each channel, and the sum of `x^T x` over all tokens."""

    largest: FloatArray
    gram: NDArray[np.float64]


def quantise(plain: Path, out: Path, samples: Iterable[Sample]) -> None:
    """Write the int8 model.

    Args:
        plain: a float ONNX model.
        samples: inputs, by name, such as the model will be given.
    """
    model = onnx.load(str(plain))
    _quantise_tables(model)
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    layers: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        if _is_linear(node, weights):
            layers.setdefault(node.input[0], []).append(node)
    observed = _observe(model, list(layers), samples)
    graph = _Graph(model)
    for name, reading in layers.items():
        graph.replace_linear(name, reading, observed[name])
    graph.finish()
    onnx.save(model, str(out))


def _quantise_tables(model: onnx.ModelProto) -> None:
    graph = _Graph(model)
    sizes = {tensor.name: int(np.prod(tensor.dims)) for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Gather" and sizes.get(node.input[0], 0) >= LARGE_TABLE:
            graph.replace_table(node)
    graph.finish()


def _is_linear(node: onnx.NodeProto, weights: Mapping[str, onnx.TensorProto]) -> bool:
    return node.op_type == "MatMul" and node.input[1] in weights and len(weights[node.input[1]].dims) == 2


def _observe(model: onnx.ModelProto, names: list[str], samples: Iterable[Sample]) -> dict[str, Observed]:
    """Run the float model and look at what goes into its linear layers."""
    import onnxruntime

    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(watched.SerializeToString(), options, providers=["CPUExecutionProvider"])
    seen: dict[str, list[FloatArray]] = {name: [] for name in names}
    for sample in samples:
        for name, found in zip(names, session.run(names, dict(sample)), strict=True):
            seen[name].append(found.reshape(-1, found.shape[-1]))
    return {name: _summed(np.concatenate(seen.pop(name))) for name in names}


def _summed(rows: FloatArray) -> Observed:
    return Observed(np.abs(rows).max(axis=0), (rows.T @ rows).astype(np.float64))


def smoothing(observed: Observed, weights: FloatArray) -> FloatArray:
    """The factor for each input channel, shape (channels,), float32.

    Args:
        weights: of all layers with this input, shape (channels, outputs).
    """
    activation, weight = np.maximum(observed.largest, 1e-5), np.maximum(np.abs(weights).max(axis=1), 1e-5)
    return np.asarray(weight ** (1 - SMOOTH) / activation**SMOOTH, np.float32)


def rounded(weights: FloatArray, gram: NDArray[np.float64]) -> tuple[NDArray[np.int8], FloatArray]:
    """GPTQ: whole numbers and the scale of each column, whose product comes close to the weights on what `gram` was summed over.

    Args:
        weights: shape (channels, outputs).
        gram: shape (channels, channels).
    """
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / MOST
    damped = gram + np.eye(len(gram)) * max(DAMPING * np.diag(gram).mean(), 1e-9)
    after = np.linalg.cholesky(np.linalg.inv(damped)).T.astype(np.float32)
    left, whole = weights.astype(np.float32), np.empty(weights.shape, np.int8)
    for start in range(0, len(left), BLOCK):
        block = slice(start, start + BLOCK)
        whole[block], errors = _rounded_block(left[block], after[block, block], scale)
        left[start + BLOCK :] -= after[block, start + BLOCK :].T @ errors
    return whole, scale.astype(np.float32)


def _rounded_block(weights: FloatArray, after: FloatArray, scale: FloatArray) -> tuple[NDArray[np.int8], FloatArray]:
    """Some channels rounded in turn, and each one's error in units of its diagonal."""
    left, whole, errors = weights.copy(), np.empty(weights.shape, np.int8), np.empty_like(weights)
    for channel, row in enumerate(left):
        whole[channel] = np.clip(np.round(row / scale), -MOST, MOST)
        errors[channel] = (row - whole[channel] * scale) / after[channel, channel]
        left[channel + 1 :] -= np.outer(after[channel, channel + 1 :], errors[channel])
    return whole, errors


class _Graph:
    """The model's graph while nodes are exchanged."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._model = model
        self._instead: dict[str, list[onnx.NodeProto]] = {}
        self._tensors = {tensor.name: tensor for tensor in model.graph.initializer}

    def replace_linear(self, name: str, layers: list[onnx.NodeProto], observed: Observed) -> None:
        """Exchange all layers that read one tensor; it is made whole numbers once."""
        weights = [numpy_helper.to_array(self._tensors[layer.input[1]]) for layer in layers]
        smooth = smoothing(observed, np.concatenate(weights, axis=1))
        gram = observed.gram * np.outer(smooth, smooth)
        before = self._activation(name, smooth)
        for layer, matrix in zip(layers, weights, strict=True):
            whole, scale = rounded(np.asarray(matrix / smooth[:, None], np.float32), gram)
            self._instead[layer.output[0]] = [*before, *self._product(name, layer.output[0], whole, scale)]
            before = []

    def _activation(self, name: str, smooth: FloatArray) -> list[onnx.NodeProto]:
        """A tensor's rows as bytes around `MIDDLE`, and the scale of each."""
        own = f"{OURS}{name}"
        factor, part, least = self._add(f"{own}.smooth", smooth), self._number("part", 1 / SPAN), self._number("least", 1e-9)
        one, middle = self._number("one", 1.0), self._add(f"{OURS}middle", np.uint8(MIDDLE))
        return [
            helper.make_node("Mul", [name, factor], [f"{own}.smoothed"]),
            helper.make_node("Abs", [f"{own}.smoothed"], [f"{own}.sizes"]),
            helper.make_node("ReduceMax", [f"{own}.sizes"], [f"{own}.largest"], axes=[-1], keepdims=1),
            helper.make_node("Mul", [f"{own}.largest", part], [f"{own}.part"]),
            helper.make_node("Max", [f"{own}.part", least], [f"{own}.scale"]),
            helper.make_node("Div", [f"{own}.smoothed", f"{own}.scale"], [f"{own}.scaled"]),
            helper.make_node("QuantizeLinear", [f"{own}.scaled", one, middle], [f"{own}.bytes"]),
        ]

    def _product(self, name: str, out: str, whole: NDArray[np.int8], scale: FloatArray) -> list[onnx.NodeProto]:
        """The bytes of a tensor times a matrix of whole numbers, as floats."""
        own, activation = f"{OURS}{out}", f"{OURS}{name}"
        inputs = [f"{activation}.bytes", self._add(f"{own}.whole", whole), self._number("one", 1.0)]
        inputs += [
            self._add(f"{own}.scale", scale),
            f"{OURS}middle",
            self._add(f"{OURS}zeros{len(scale)}", np.zeros(len(scale), np.int8)),
        ]
        return [
            helper.make_node("MatMulIntegerToFloat", inputs, [f"{own}.product"], domain="com.microsoft"),
            helper.make_node("Mul", [f"{own}.product", f"{activation}.scale"], [out]),
        ]

    def replace_table(self, node: onnx.NodeProto) -> None:
        """Keep a table of embeddings as bytes with a scale for each row."""
        table, own = numpy_helper.to_array(self._tensors[node.input[0]]), f"{OURS}{node.input[0]}"
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-9) / SPAN
        whole = self._add(f"{own}.whole", np.round(table / scale).astype(np.int8))
        scales = self._add(f"{own}.scale", scale.astype(np.float32))
        ids, out = node.input[1], node.output[0]
        self._instead[out] = [
            helper.make_node("Gather", [whole, ids], [f"{OURS}{out}.bytes"]),
            helper.make_node("Cast", [f"{OURS}{out}.bytes"], [f"{OURS}{out}.floats"], to=onnx.TensorProto.FLOAT),
            helper.make_node("Gather", [scales, ids], [f"{OURS}{out}.scale"]),
            helper.make_node("Mul", [f"{OURS}{out}.floats", f"{OURS}{out}.scale"], [out]),
        ]

    def _number(self, name: str, value: float) -> str:
        return self._add(f"{OURS}{name}", np.float32(value))

    def _add(self, name: str, array: NDArray[np.generic] | np.generic) -> str:
        self._tensors[name] = numpy_helper.from_array(np.asarray(array), name)
        return name

    def finish(self) -> None:
        """Put the new nodes where the old ones stood, and leave out the tensors that nothing reads any more."""
        graph = self._model.graph
        nodes = [new for old in graph.node for new in self._instead.get(old.output[0], [old])]
        read = {name for node in nodes for name in node.input}
        del graph.node[:], graph.initializer[:], graph.value_info[:]
        graph.node.extend(nodes)
        graph.initializer.extend(tensor for name, tensor in self._tensors.items() if name in read)
        if all(opset.domain != "com.microsoft" for opset in self._model.opset_import):
            self._model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
