"""A base whose statements and labelled claims are made of words, and relation models with a known fault."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from index.kinds import RefutationKind, RelationKind, StatementKind
from index.models.cross_encoder import CLASSES
from index.models.runtime import FloatArray
from index.readers.seeds import read_seeds
from index.records import Citation, Document, Party, Refutation, Source, Statement
from service.evaluation.refit import LabelledClaim
from service.settings import BUNDLED_SEEDS
from tests.conftest import ROOT
from tests.fakes import WordRelations

SOURCE = Source("made", "A base", "Nobody", "made.example", "en")
CITED = [Citation("made", "Made", 1)]


def word(number: int) -> str:
    """A word of its own for each number."""
    return "".join(random.Random(number).choices("abcdefghijklmnopqrstuvwxyz", k=9))


def statement(number: int) -> str:
    return " ".join(["town", *(word(10 * number + place) for place in range(6)), "gets", str(100 + number)])


def document(statements: int) -> Document:
    """Statements, each denied."""
    known = [
        Statement(f"made-{n}", StatementKind.CLAIM, statement(n), "en", Party("unknown"), CITED, True) for n in range(statements)
    ]
    denials = [
        Refutation(
            f"denial-{n}",
            RefutationKind.DENIAL,
            f"Spokesman {word(9000 + n)} rejects it",
            "en",
            Party("x"),
            CITED,
            denies=[f"made-{n}"],
        )
        for n in range(statements)
    ]
    return Document(SOURCE, known, denials)


def claims(statements: int) -> list[LabelledClaim]:
    """A repetition, a denial and another figure of each, and as many claims about none."""
    found = []
    for n in range(statements):
        text = statement(n)
        found += [
            LabelledClaim(text.removeprefix("town "), "en", f"made-{n}", RelationKind.REPEATS),
            LabelledClaim(text.replace("gets", "never gets"), "en", f"made-{n}", RelationKind.DENIES),
            LabelledClaim(text.replace(str(100 + n), str(500 + n)), "en", f"made-{n}", RelationKind.DIFFERS),
            LabelledClaim(" ".join(word(5000 + 10 * n + place) for place in range(7)), "en"),
        ]
    return found


class Mistaken(WordRelations):
    """Takes denials for reversals, by a hair."""

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> FloatArray:
        found = super().probabilities(pairs)
        denies, reverses = CLASSES.index(RelationKind.DENIES), CLASSES.index(RelationKind.REVERSES)
        denying = found[:, denies] > 0.5
        found[denying, denies], found[denying, reverses] = 0.43, 0.495
        return np.asarray(found, np.float32)


def example(section: str) -> list[str]:
    """The lines of the first example of a file in a section of docs/how-to/evaluate.md."""
    page = (ROOT / "docs" / "how-to" / "evaluate.md").read_text("utf-8")
    return page.partition(f"## {section}")[2].partition("```jsonl\n")[2].partition("```")[0].splitlines()


def bundled_ids() -> set[str]:
    """Ids of the statements that come with the package."""
    files = sorted(BUNDLED_SEEDS.glob("*.toml"))
    return {statement.id for document in read_seeds(files, {}) for statement in document.statements}
