"""Learn `index/search/projections/multilingual-e5-small.npz`: a linear map under which pairs that say the same come closer.

    python -m training.projection ../shared/data

Pairs are drawn towards each other and away from the rest of their batch (InfoNCE: van den Oord et al., 2018), the map towards the
identity. Only open-licensed and the project's own texts are used: the training part of CheckThat! 2021 task 2B (CC BY-SA 3.0
DE: claims and their titles, debate sentences and the claims they make), half of the NTREX-128 sentences that were translated
(CC BY-SA 4.0), the pairs of `training/relation/pairs` that say the same, the wordings of the bundled statements, and
`training/claims`: statements, each with what people and media say that repeats it, in one to five languages.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import torch
from torch.nn.functional import cross_entropy, normalize

from index.kinds import RelationKind
from index.models.encoders import load_encoder
from index.models.runtime import FloatArray
from index.progress import no_progress
from index.readers.seeds import read_seeds
from index.records import passages_of
from index.search.projection import PROJECTIONS
from service.evaluation.labelled import read_rows
from service.evaluation.qrels import read_qrels
from service.settings import BUNDLED_SEEDS

PAIRS = Path(__file__).with_name("relation") / "pairs"
CLAIMS = Path(__file__).with_name("claims")
ENCODER = "multilingual-e5-small"
STEPS, BATCH, RATE, TEMPERATURE, STAY, OWN, TOLD = 160, 256, 2e-3, 0.05, 0.05, 0.5, 3.0
"""Steps, pairs of a sort in each, learning rate, temperature; weights of the distance from the identity, of the bundled statements,
of the texts of `training/claims`."""
TRANSLATED = 500
"""Sentences taken of each language; the evaluation uses the others."""

Encode = Callable[[list[str]], torch.Tensor]
Pairs = tuple[torch.Tensor, torch.Tensor]
Groups = list[list[Pairs]]
"""For each record, its pairs of vectors. A batch draws one pair of a record, so that the rest of the batch are other records."""


class Told(msgspec.Struct, frozen=True):
    """A statement and what repeats it; each text by language, the same in all."""

    statement: dict[str, str]
    claims: list[dict[str, str]]

    def pairs(self) -> list[tuple[str, str]]:
        """Each claim beside the statement, and the statement beside itself, in every two languages."""
        repeated = [(one, other) for claim in self.claims for one in claim.values() for other in self.statement.values()]
        return repeated + list(itertools.combinations(self.statement.values(), 2))


def main() -> int:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    options = parser.parse_args()
    torch.manual_seed(0)
    random.seed(1)
    encoder = load_encoder(ENCODER, Path("build/encoders"))

    def encode(texts: list[str]) -> torch.Tensor:
        print(f"encoding {len(texts)} texts", file=sys.stderr)
        return torch.from_numpy(encoder.encode(texts, no_progress))

    sets = [*_debates(options.data / "checkthat-debates", encode), *_translations(options.data / "translations", encode)]
    sets.append(_repeating(encode))
    matrix, shift = _learn(sets, [(OWN, _own(encode)), (TOLD, _claims(encode))], encoder.dimension)
    PROJECTIONS.mkdir(exist_ok=True)
    np.savez_compressed(PROJECTIONS / f"{ENCODER}.npz", matrix=matrix.astype(np.float16), shift=shift.astype(np.float16))
    return 0


def _debates(folder: Path, encode: Encode) -> Iterator[Pairs]:
    corpus = read_rows(folder / "corpus.jsonl")
    relevant = read_qrels(folder / "qrels.train.tsv")
    texts, titles = encode([row.text for row in corpus]), encode([row.title or row.text for row in corpus])
    titled = [place for place, row in enumerate(corpus) if row.title and row.title != row.text]
    yield texts[titled], titles[titled]
    places = {row.id: place for place, row in enumerate(corpus)}
    claims = read_rows(folder / "queries.train.jsonl")
    pairs = [(at, places[id_]) for at, row in enumerate(claims) for id_ in sorted(relevant.get(row.id, ()))]
    queries = encode([row.text for row in claims])[[at for at, _ in pairs]]
    yield queries, texts[[place for _, place in pairs]]
    yield queries, titles[[place for _, place in pairs]]


def _translations(folder: Path, encode: Encode) -> Iterator[Pairs]:
    vectors = {"en": encode([row.text for row in read_rows(folder / "corpus.en.jsonl")[:TRANSLATED]])}
    for language in ("uk", "ru", "be"):
        vectors[language] = encode([row.text for row in read_rows(folder / f"queries.{language}.dev.jsonl")[:TRANSLATED]])
    for one, other in (("uk", "en"), ("ru", "en"), ("be", "en"), ("uk", "ru"), ("be", "uk")):
        yield vectors[one], vectors[other]


def _repeating(encode: Encode) -> Pairs:
    lines = [line for path in sorted(PAIRS.glob("*.jsonl")) for line in path.read_bytes().splitlines()]
    repeating = [pair for pair in map(msgspec.json.decode, lines) if pair["relation"] == RelationKind.REPEATS.value]
    return encode([pair["claim"] for pair in repeating]), encode([pair["statement"] for pair in repeating])


def _own(encode: Encode) -> Groups:
    """For each bundled record, up to 40 pairs of its passages."""
    documents = read_seeds(sorted(BUNDLED_SEEDS.glob("*.toml")), {})
    passages = [[passage.text for passage in passages_of(one)] for document in documents for one in document.statements]
    passages += [[passage.text for passage in passages_of(one)] for document in documents for one in document.refutations]
    pairs = [list(itertools.combinations(group, 2)) for group in passages]
    for group in pairs:
        random.shuffle(group)
    return _encoded([group[:40] for group in pairs], encode)


def _claims(encode: Encode) -> Groups:
    """For each statement of `claims`: it and what repeats it, and it in two languages."""
    lines = [line for path in sorted(CLAIMS.glob("*.jsonl")) for line in path.read_bytes().splitlines()]
    told = [msgspec.json.decode(line, type=Told) for line in lines]
    return _encoded([one.pairs() for one in told], encode)


def _encoded(groups: Sequence[Sequence[tuple[str, str]]], encode: Encode) -> Groups:
    texts = sorted({text for group in groups for pair in group for text in pair})
    vectors = dict(zip(texts, encode(texts), strict=True))
    return [[(vectors[one], vectors[other]) for one, other in group] for group in groups]


def _learn(sets: list[Pairs], groups: list[tuple[float, Groups]], dimension: int) -> tuple[FloatArray, FloatArray]:
    identity = torch.eye(dimension)
    matrix, shift = identity.clone().requires_grad_(True), torch.zeros(dimension, requires_grad=True)
    optimiser = torch.optim.Adam([matrix, shift], lr=RATE)
    decay = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / STEPS)
    for _ in range(STEPS):
        loss = STAY * ((matrix - identity) ** 2).sum()
        for one, other in sets:
            drawn = torch.randperm(len(one))[:BATCH]
            loss = loss + _contrast(one[drawn] @ matrix.T + shift, other[drawn] @ matrix.T + shift)
        for weight, records in groups:
            chosen = [random.choice(pairs) for pairs in records]
            ones, others = (torch.stack(side) for side in zip(*chosen, strict=True))
            loss = loss + weight * _contrast(ones @ matrix.T + shift, others @ matrix.T + shift)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        decay.step()
    return matrix.detach().numpy(), shift.detach().numpy()


def _contrast(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    alike = normalize(one, dim=1) @ normalize(other, dim=1).T / TEMPERATURE
    right = torch.arange(len(one))
    return (cross_entropy(alike, right) + cross_entropy(alike.T, right)) / 2


if __name__ == "__main__":
    sys.exit(main())
