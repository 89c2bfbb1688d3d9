"""Measure the service on bases that it was neither trained nor calibrated on: `make quality-bases`.

Each folder of `bases/` is what a fact-checking desk keeps on one topic: 30 statements in five languages with reviews and denials,
and 150 claims with the statement that each is about and how. All is our own text; two readers labelled it. No training text comes
from these topics. They are no facts: reviewers, ratings and many of the events are invented.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from index.kinds import Rated, RefutationKind, RelationKind, StatementKind
from index.models.cross_encoder import CrossEncoderModel
from index.models.encoders import load_encoders
from index.records import Batch, Citation, Document, Party, Rating, Refutation, Review, Source, Statement, When
from index.search.calibration import load_calibration
from index.search.retriever import Retriever
from index.store.sql import SqlStore
from service.check.answers import Answer
from service.check.answers import Claim as Asked
from service.check.matcher import Matcher
from service.check.relation import Judge
from service.settings import Settings
from tests.quality.claims import HERE

BASES = HERE / "bases"
SOURCE = Source("desk", "A desk's base", "Desk", "desk.example", "und")
AT_ONCE = 50


class Reviewed(msgspec.Struct, frozen=True):
    """A statement of a base, and what the desk has on it."""

    id: str
    text: str
    language: str
    claimant: str
    when: str | None = None
    wordings: dict[str, list[str]] = {}
    review: dict[str, str] | None = None
    denial: dict[str, str] | None = None

    @property
    def refuted(self) -> bool:
        """Whether anything on record refutes it."""
        return bool(self.denial or (self.review and self.review["rated"] in ("false", "mostly-false")))


class Labelled(msgspec.Struct, frozen=True):
    """A claim, the statement it is about, and how; no statement: it is about none."""

    id: str
    text: str
    language: str
    statement: str | None
    relation: RelationKind | None
    kind: str
    also: list[dict[str, str]] = []


def read(path: Path, kind: type[Any]) -> list[Any]:
    """A file of JSON lines."""
    return [msgspec.json.decode(line, type=kind) for line in path.read_bytes().splitlines() if line]


def fill(store: SqlStore, base: Sequence[Reviewed]) -> None:
    """Load a base."""
    cited = [Citation(SOURCE.id, "Base", 1)]
    statements, refutations, reviews = [], [], []
    for one in base:
        when = When(one.when, one.when) if one.when else None
        party, denied = Party(one.claimant), one.denial is not None
        told = Statement(one.id, StatementKind.CLAIM, one.text, one.language, party, cited, denied, when, wordings=one.wordings)
        statements.append(told)
        if one.denial:
            issuer, text, language = (one.denial[name] for name in ("issuer", "text", "language"))
            kind = RefutationKind.DENIAL
            refutations.append(Refutation(f"{one.id}-denial", kind, text, language, Party(issuer), cited, denies=[one.id]))
        if one.review:
            rating = Rating(Rated(one.review["rated"]), one.review["rating"])
            reviewer, title = Party(one.review["reviewer"]), one.review["title"]
            reviews.append(Review(f"{one.id}-review", one.id, cited[0], reviewer, one.language, rating, title))
    store.load([Document(SOURCE, statements, refutations)])
    store.load_batches([Batch([], [], reviews)])


def share(outcomes: Sequence[bool]) -> float:
    """How many of the outcomes are true, 0..1."""
    return sum(outcomes) / len(outcomes) if outcomes else float("nan")


def measure(base: Sequence[Reviewed], claims: Sequence[Labelled], answers: Sequence[Answer]) -> dict[str, float]:
    """The figures of one base."""
    refuted = {one.id for one in base if one.refuted}
    about = [(claim, answer) for claim, answer in zip(claims, answers, strict=True) if claim.statement]
    found = [
        (claim, next((m for m in answer.matches if m.dossier.statement.id == claim.statement), None)) for claim, answer in about
    ]
    right = [(claim, match.relation.kind is claim.relation) for claim, match in found if match and match.relation]
    applied = [bool(m and m.refutations_apply) for c, m in found if c.relation is RelationKind.REPEATS and c.statement in refuted]
    return {
        "first": share([bool(a.matches) and a.matches[0].dossier.statement.id == c.statement for c, a in about]),
        "relation, English": share([is_right for claim, is_right in right if claim.language == "en"]),
        "relation, other": share([is_right for claim, is_right in right if claim.language != "en"]),
        "applied": share(applied),
        "wrongly applied": share([wrongly(claim, answer) for claim, answer in zip(claims, answers, strict=True)]),
        "unrelated empty": share([not a.matches for c, a in zip(claims, answers, strict=True) if c.statement is None]),
    }


def wrongly(claim: Labelled, answer: Answer) -> bool:
    """Whether a refutation is said to apply to a claim that does not repeat the refuted statement."""
    repeated = {one["statement"] for one in claim.also if one["relation"] == RelationKind.REPEATS.value}
    repeated |= {claim.statement or ""} if claim.relation is RelationKind.REPEATS else set()
    applying = {match.dossier.statement.id for match in answer.matches if match.refutations_apply and match.dossier.refutations}
    return bool(applying - repeated)


def main() -> int:
    """Measure each base, and print the figures."""
    settings = Settings()
    encoders = load_encoders(settings.encoder, settings.english_encoder, Path("build/encoders"))
    judge, calibration = Judge(CrossEncoderModel()), load_calibration(encoders.name)
    table = Table("base", title="Bases that nothing was trained or calibrated on", box=None, padding=(0, 1))
    for folder in sorted(path for path in BASES.iterdir() if path.is_dir()):
        base, claims = read(folder / "statements.jsonl", Reviewed), read(folder / "claims.jsonl", Labelled)
        with tempfile.TemporaryDirectory() as scratch:
            store = SqlStore(f"sqlite:///{scratch}/rebut.sqlite")
            fill(store, base)
            matcher = Matcher(store, Retriever(store, encoders, Path(scratch) / "index"), calibration, judge)
            asked = [Asked(text=claim.text) for claim in claims]
            answers = [a for start in range(0, len(asked), AT_ONCE) for a in matcher.match(asked[start : start + AT_ONCE]).answers]
            store.close()
        figures = measure(base, claims, answers)
        if not table.rows:
            for name in figures:
                table.add_column(name)
        table.add_row(folder.name, *[f"{figure:.3f}" for figure in figures.values()])
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
