"""Bases with labelled claims, to fit probabilities on: what relation model and retriever were not trained on.

- the bundled seeds with `relations-calibration.jsonl`;
- a desk's base of many topics in nine languages: the statements and claims of `held-out.jsonl`, written pairs that are kept from
  training; as claims about none of them, those of other written pairs (`relation/pairs`).
"""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import msgspec

from index.kinds import RelationKind, StatementKind
from index.readers.seeds import read_seeds
from index.records import Citation, Document, Party, Source, Statement
from service.check.reading import read
from service.settings import BUNDLED_SEEDS
from training.relation.pair import Pair, read_pairs

FOLDER = Path(__file__).parent
SEED_CLAIMS, HELD_OUT, PAIRS = FOLDER / "relations-calibration.jsonl", FOLDER / "held-out.jsonl", FOLDER / "relation" / "pairs"
DESK = Source("desk", "A desk's base", "Desk", "desk.example", "und")
OTHERS = 900
"""Claims about no statement of the desk's base."""
BESIDE = 20_000
"""Statements that lie beside a base's own, about so many."""
WITH_TOPICS = ("[4-8][0-9]-*.jsonl", "[1-3][0-9][0-9]-*.jsonl", "40[0-3]-*.jsonl")
"""Files of pairs on many topics; the others are about the region of the seeds, or everyday scenes."""


UNRELATED = "unrelated"
"""Label of a claim that only shares words with the statement."""


class Labelled(msgspec.Struct, frozen=True):
    """A claim, the statement it is about, and how; no statement: it is about none."""

    text: str
    language: str
    statement: str | None = None
    relation: RelationKind | None = None


class Base(msgspec.Struct, frozen=True):
    """Documents to load and the claims to ask."""

    documents: list[Document]
    claims: list[Labelled]


def seed_base() -> Base:
    """The bundled seeds."""
    lines = SEED_CLAIMS.read_bytes().splitlines()
    documents = read_seeds(sorted(BUNDLED_SEEDS.glob("*.toml")), {})
    return Base(documents, [msgspec.json.decode(line, type=Labelled) for line in lines if line])


def desk_base(seed: int = 1, part: int = 0, parts: int = 1, language: str | None = None) -> Base:
    """A base of many topics, or one of several small ones that it is divided into; only in one language if one is given."""
    pairs, ids = [pair for pair in read_pairs(HELD_OUT) if language in (None, pair.statement_lang)], dict[str, str]()
    chosen = set(list(dict.fromkeys(pair.statement for pair in pairs))[part::parts])
    pairs = [pair for pair in pairs if pair.statement in chosen and not _asked(pair)]
    statements = []
    for pair in pairs:
        if pair.statement not in ids:
            ids[pair.statement] = f"held-out-{len(ids)}"
            statements.append(statement(ids[pair.statement], pair.statement, pair.statement_lang))
    claims = [_labelled(pair, ids[pair.statement]) for pair in pairs]
    others = random.Random(seed).sample(pairs_of_many_topics(), OTHERS // parts)
    return Base([Document(DESK, statements, [])], claims + [Labelled(pair.claim, pair.claim_lang) for pair in others])


def _labelled(pair: Pair, id_: str) -> Labelled:
    if pair.relation == UNRELATED:
        return Labelled(pair.claim, pair.claim_lang)
    return Labelled(pair.claim, pair.claim_lang, id_, RelationKind(pair.relation))


def kind_of(pair: Pair) -> RelationKind:
    """What the service is to say of the pair."""
    return RelationKind.RELATED if pair.relation == UNRELATED else RelationKind(pair.relation)


def _asked(pair: Pair) -> bool:
    """Whether the pair is labelled for what is said around the claim, which the service takes off: is it true that ...?"""
    return pair.relation == RelationKind.RELATED.value and read(pair.claim).frame is not None


def statement(id_: str, text: str, language: str) -> Statement:
    """A statement of a desk's base."""
    return Statement(id_, StatementKind.CLAIM, text, language, Party("unknown"), [Citation(DESK.id, "Base", 1)], False)


def others(path: Path) -> list[Statement]:
    """Claims of a gzipped file of JSON lines (`text`, `lang`), spread over it, as statements to lie beside those of a base."""
    with gzip.open(path, "rb") as lines:
        rows = [msgspec.json.decode(line) for line in lines]
    spread = rows[:: max(1, len(rows) // BESIDE)]
    return [statement(f"beside-{place}", row["text"], row["lang"]) for place, row in enumerate(spread)]


def pairs_of_many_topics() -> list[Pair]:
    """The written pairs that name their topic."""
    return [pair for names in WITH_TOPICS for path in sorted(PAIRS.glob(names)) for pair in read_pairs(path)]
