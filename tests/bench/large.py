"""Speed with many statements: `python -m tests.bench.large FILE [STATEMENTS]`.

FILE holds JSON lines with a text (the plain format), gzipped or not. A sample is loaded into an empty store and encoded; then texts
that are not among them are asked, one at a time, in process. Each figure stands beside the bare encoder's.
"""

from __future__ import annotations

import gzip
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from index.models.encoders import BATCH_SIZE, load_encoders
from index.readers.rows import LabelledText
from index.search.retriever import Query, Retriever
from index.store.sql import SqlStore
from service.evaluation.labelled import as_document
from service.settings import Settings
from tests.bench.check import ENCODERS, machine

STATEMENTS, ASKED = 15_000, 400


def main() -> None:
    """Load, ask and print."""
    path, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else STATEMENTS
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        rows = [msgspec.json.decode(line, type=LabelledText) for line in lines]
    chosen = random.Random(1).sample(rows, count + ASKED)
    known, asked = chosen[:count], chosen[count:]
    settings = Settings()
    encoders = load_encoders(settings.encoder, settings.english_encoder, ENCODERS)
    sample = [row.text for row in known[: 16 * BATCH_SIZE]]
    bare_rate = len(sample) / seconds(lambda: encoders.main.encode(sample))
    with tempfile.TemporaryDirectory() as folder:
        store = SqlStore(f"sqlite:///{folder}/rebut.sqlite")
        reading = seconds(lambda: store.load([as_document(known)]))
        started = time.perf_counter()
        retriever = Retriever(store, encoders, Path(folder) / "index")
        encoding = time.perf_counter() - started
        retriever.retrieve([Query(asked[0].text, asked[0].language)])
        whole = [1000 * seconds(lambda row=row: retriever.retrieve([Query(row.text, row.language)])) for row in asked]
        bare = [1000 * seconds(lambda row=row: encoders.main.encode([row.text])) for row in asked]
        store.close()
    table = Table("figure", "measured", "bare encoder", "ratio", "target", title=f"{count:,} statements; {machine()}")
    for name, share in (("p50", 50), ("p95", 95), ("p99", 99)):
        one, other = np.percentile(whole, share), np.percentile(bare, share)
        table.add_row(f"claim, {name}", f"{one:.1f} ms", f"{other:.1f} ms", f"{one / other:.2f}", "20 ms" if share == 50 else "")
    rate = count / (reading + encoding)
    table.add_row("load", f"{rate:.0f} statements/s", f"{bare_rate:.0f} texts/s", f"{rate / bare_rate:.2f}", "300/s")
    Console(width=120).print(table)


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
