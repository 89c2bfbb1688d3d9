"""What the indexes cost where they are kept: `python -m tests.bench.homes FILE [STATEMENTS]`.

FILE holds JSON lines with a text (the plain format), gzipped or not. So many are loaded into the process's own home and into a
Milvus Lite that is started for it; then texts that are not among them are asked of both. Printed are the calls and the bytes that a
claim costs on Milvus, the memory that a statement takes in the process, and whether both answer the same. No times: Milvus Lite is
not Milvus. The models are stand-ins with the real dimension.
"""

from __future__ import annotations

import gzip
import random
import sys
import tempfile
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from index.models.encoders import Encoders
from index.readers.rows import LabelledText
from index.search.fusion import Candidate
from index.search.home import Home, ProcessHome
from index.search.milvus.connection import Connection
from index.search.milvus.home import MilvusHome
from index.search.retriever import Query, Retriever
from index.store.sql import SqlStore
from service.evaluation.labelled import as_document
from tests.contracts.test_live_index import ChanceEncoder
from tests.milvus import MilvusLite

STATEMENTS, ASKED, DIMENSION = 2_000, 20, 384


class Counted(Connection):
    """A connection that counts its calls and what their answers carry."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.calls: Counter[str] = Counter()
        self.carried = 0

    def ask(self, call: str, *values: Any, **named: Any) -> Any:
        """See `Connection.ask`."""
        answer = super().ask(call, *values, **named)
        self.calls[call] += 1
        if call in ("get", "search"):
            hits = [hit["entity"] for hits in answer for hit in hits] if call == "search" else answer
            self.carried += sum(size(value) for hit in hits for value in hit.values())
        return answer


def size(value: object) -> int:
    """Bytes of a field's value: 4 a number of a dense vector, 8 a number of a sparse one with its place, 8 a key."""
    return 4 * len(value) if isinstance(value, list) else 8 * len(value) if isinstance(value, dict) else 8


def store_of(path: Path, rows: list[LabelledText]) -> SqlStore:
    """A store of these statements."""
    store = SqlStore(f"sqlite:///{path}")
    store.load([as_document(rows)])
    return store


def made(store: SqlStore, encoders: Encoders, folder: Path, home: Home) -> tuple[Retriever, int]:
    """A retriever on a home, and the bytes that it took in the process: what FAISS holds is not among them."""
    tracemalloc.start()
    retriever = Retriever(store, encoders, folder, home=home)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return retriever, taken


def ranking(candidates: list[list[Candidate]]) -> list[list[tuple[str, float]]]:
    """What was found, with its scores to the decimals that decide the order."""
    return [[(one.statement_id, round(one.fused, 5)) for one in some] for some in candidates]


def main() -> None:
    """Load, ask and print."""
    path, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else STATEMENTS
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        rows = [msgspec.json.decode(line, type=LabelledText) for line in lines]
    chosen = random.Random(1).sample(rows, count + ASKED)
    encoder = ChanceEncoder()
    encoder.dimension = DIMENSION
    encoders, tenth = Encoders(encoder), count // 10
    with tempfile.TemporaryDirectory() as scratch, MilvusLite(Path(scratch)).running() as url:
        folder, connection = Path(scratch), Counted(url)
        few, store = store_of(folder / "few.sqlite", chosen[:tenth]), store_of(folder / "all.sqlite", chosen[:count])
        homes: dict[str, Callable[[str], Home]] = {
            "its own home, without FAISS": lambda _: ProcessHome(),
            "Milvus": lambda name: MilvusHome(connection, name, encoders),
        }
        grown, retrievers = {}, []
        for number, (name, home) in enumerate(homes.items()):
            made(few, encoders, folder / f"warm{number}", home("few"))
            _, before = made(few, encoders, folder / f"few{number}", home("few"))
            retriever, after = made(store, encoders, folder / f"all{number}", home("all"))
            grown[name] = (after - before) / (count - tenth)
            retrievers.append(retriever)
        connection.calls.clear()
        connection.carried = 0
        queries = [Query(row.text, row.lang or "en") for row in chosen[count:]]
        expected, found = (one.retrieve(queries).candidates for one in retrievers)
        few.close()
        store.close()
    table = Table("figure", "measured", title=f"{count} statements, {len(queries)} claims")
    table.add_row("the same candidates and scores", str(ranking(expected) == ranking(found)))
    for call, calls in sorted(connection.calls.items()):
        table.add_row(f"calls a claim: {call}", f"{calls / len(queries):.1f}")
    table.add_row("carried a claim", f"{connection.carried / len(queries) / 1000:.0f} kB")
    table.add_row("candidates a claim", f"{np.mean([len(one) for one in found]):.0f}")
    for name, taken in grown.items():
        table.add_row(f"memory a statement, {name}", f"{taken / 1000:.2f} kB")
    Console().print(table)


if __name__ == "__main__":
    main()
