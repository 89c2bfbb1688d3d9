"""Speed of the relation model: `make bench-relation`.

Five candidates of one claim in one batch, as a check of one claim has them, beside the bare encoding of that claim: on a shared
machine the ratio says more than the milliseconds.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from index.models.cross_encoder import CrossEncoderModel
from index.models.encoders import Encoders, load_encoder
from index.search.retriever import Query, Retriever
from service.opening import open_store
from service.settings import Settings
from tests.bench.check import ENCODERS, machine
from tests.quality.claims import DEVELOPMENT, read_claims

CANDIDATES = 5
ROUNDS = 200


def main() -> None:
    """Measure and print."""
    claims = read_claims(DEVELOPMENT)[:ROUNDS]
    encoder, model = load_encoder("rebut-e5-small", ENCODERS), CrossEncoderModel()
    with tempfile.TemporaryDirectory() as data:
        store = open_store(Settings(data_dir=Path(data)))
        found = Retriever(store, Encoders(encoder), Path(data) / "index").retrieve(
            [Query(claim.text, claim.language) for claim in claims]
        )
        texts = {id_: dossier.statement.text for id_, dossier in store.dossiers(store.owners()).items()}
        store.close()
    judging, encoding = [], []
    for claim, candidates in zip(claims, found.candidates, strict=True):
        pairs = [(claim.text, texts[candidate.statement_id]) for candidate in candidates[:CANDIDATES]]
        started = time.perf_counter()
        model.probabilities(pairs)
        judged = time.perf_counter()
        encoder.encode([claim.text])
        judging.append(1000 * (judged - started))
        encoding.append(1000 * (time.perf_counter() - judged))
    table = Table("figure", "five candidates judged", "claim encoded", "ratio", "target", title=machine())
    for share in (50, 95, 99):
        one, other = np.percentile(judging, share), np.percentile(encoding, share)
        target = "25 ms" if share == 50 else ""
        table.add_row(f"p{share}", f"{one:.1f} ms", f"{other:.1f} ms", f"{one / other:.2f}", target)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
