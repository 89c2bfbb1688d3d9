"""How close int8 vectors come to full precision, how much they depend on their neighbours, and how fast they are.

    python -m tests.bench.runtime [FILE ...]

Beside our models runs what ONNX Runtime's own dynamic quantisation makes of the same weights, padded and masked, in the same run:
on a shared machine the ratio says more than the milliseconds. Without files (JSON lines, possibly gzipped, with `text` and `lang`
or `language`) the development claims are taken.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn

from index.models import export, prepare, sources
from index.models.encoders import SentenceEncoder, load_encoder
from index.models.runtime import FloatArray
from index.models.tokenizer import load_tokenizer
from tests.bench.check import ENCODERS, machine
from tests.quality.claims import DEVELOPMENT, read_claims

MOST_TEXTS = 320
BATCH_SIZE = 32
ONE_BY_ONE = 60
ROUNDS = 5

Encode = Callable[[Sequence[str]], FloatArray]


class Masked(nn.Module):
    """Token ids and mask to unit vectors, as sentence-transformers exports it."""

    def __init__(self, model: nn.Module, types: bool) -> None:
        super().__init__()
        self.model, self.types = model, types

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        features = {"input_ids": ids, "attention_mask": mask, **({"token_type_ids": torch.zeros_like(ids)} if self.types else {})}
        return nn.functional.normalize(self.model(features)["sentence_embedding"], dim=-1)


class Plain:
    """A model that takes padded batches, by ONNX Runtime as it is by default: with all cores for a batch."""

    def __init__(self, path: Path, prepared: prepare.Prepared, folder: Path) -> None:
        self.model, self.prepared = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]), prepared
        self.tokenizer = load_tokenizer(folder, prepared.most_tokens)

    def encode(self, texts: Sequence[str]) -> FloatArray:
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        vectors = np.zeros((len(texts), 384), np.float32)
        for start in range(0, len(order), BATCH_SIZE):
            some = order[start : start + BATCH_SIZE]
            rows = self.tokenizer.ids([prepare.prompted(texts[place], self.prepared) for place in some])
            mask = (np.arange(max(map(len, rows))) < np.array([len(row) for row in rows])[:, None]).astype(np.int64)
            ids = np.ones(mask.shape, np.int64)
            ids[mask == 1] = np.concatenate(rows)
            vectors[some] = self.model.run(None, {"ids": ids, "mask": mask})[0]
        return vectors


def plain_models(name: str, scratch: Path) -> tuple[Path, Path]:
    """The full-precision model, and what dynamic quantisation makes of it."""
    sources.collect(name, scratch / "plain")
    model = export._load(scratch / "plain")
    inputs = {"ids": torch.randint(5, 100, (2, 17)), "mask": torch.ones((2, 17), dtype=torch.long)}
    types = "token_type_ids" in model.tokenizer.model_input_names
    export.export_onnx(Masked(model, types), inputs, "vectors", scratch / "full.onnx")
    quantize_dynamic(str(scratch / "full.onnx"), str(scratch / "dynamic.onnx"), weight_type=QuantType.QInt8)
    return scratch / "full.onnx", scratch / "dynamic.onnx"


def seconds(encode: Encode, batches: Iterable[Sequence[str]]) -> float:
    started = time.perf_counter()
    for batch in batches:
        encode(batch)
    return time.perf_counter() - started


def compare(name: str, texts: list[str], table: Table) -> None:
    """Measure one encoder and its rivals."""
    ours: SentenceEncoder = load_encoder(name, ENCODERS)
    folder = ENCODERS / name
    prepared = prepare.verify(name, folder)
    with tempfile.TemporaryDirectory() as scratch:
        full_path, dynamic_path = plain_models(name, Path(scratch))
        reference = Plain(full_path, prepared, folder).encode(texts)
        ways: dict[str, Encode] = {"dynamic": Plain(dynamic_path, prepared, folder).encode, "ours": ours.encode}
        batches = [texts[start : start + BATCH_SIZE] for start in range(0, len(texts), BATCH_SIZE)]
        single = [[text] for text in texts[:ONE_BY_ONE]]
        took = {way: (list[float](), list[float](), list[float]()) for way in ways}
        for _ in range(ROUNDS):
            for way, encode in ways.items():
                for times, work in zip(took[way], (single, batches, [texts]), strict=True):
                    times.append(seconds(encode, work))
        for way, encode in ways.items():
            together, alone = encode(texts), np.concatenate([encode([text]) for text in texts[:ONE_BY_ONE]])
            cosine = (together * reference).sum(axis=1)
            one, by32, all_ = (min(times) for times in took[way])
            ratios = [f"{np.median(np.array(a) / np.array(b)):.2f}" for a, b in zip(took["dynamic"], took[way], strict=True)]
            table.add_row(
                name,
                way,
                f"{cosine.mean():.5f} / {cosine.min():.5f}",
                f"{np.abs(together[:ONE_BY_ONE] - alone).max():.0e}",
                f"{1000 * one / ONE_BY_ONE:.1f} ms x{ratios[0]}",
                f"{len(texts) / by32:.0f}/s x{ratios[1]}",
                f"{len(texts) / all_:.0f}/s x{ratios[2]}",
            )


def read_texts(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Texts in all languages, as many of each as of any other where there are so many; and English ones."""
    rows: list[tuple[str, str]] = [] if paths else [(claim.language, claim.text) for claim in read_claims(DEVELOPMENT)]
    for path in map(Path, paths):
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found = [json.loads(line) for line in content.splitlines()]
        rows += [(row.get("lang") or row.get("language", ""), row["text"]) for row in found]
    by_language: dict[str, list[str]] = {}
    for language, text in rows:
        by_language.setdefault(language, []).append(text)
    share = MOST_TEXTS // max(len(by_language), 1) + 1
    return [text for texts in by_language.values() for text in texts[:share]][:MOST_TEXTS], by_language["en"][:MOST_TEXTS]


def main() -> None:
    """Measure and print."""
    texts, english = read_texts(sys.argv[1:])
    columns = [
        "cosine to full, mean / worst",
        "alone - together, at most",
        "one text",
        "batches of 32",
        f"all {len(texts)} / {len(english)}",
    ]
    table = Table("encoder", "int8", *columns, title=machine())
    compare("all-MiniLM-L6-v2", english, table)
    compare("rebut-e5-small", texts, table)
    Console(width=180).print(table)


if __name__ == "__main__":
    main()
