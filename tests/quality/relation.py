"""Measure how claims are said to relate to statements: part of `make quality`.

Every claim is POSTed to the service as a client would. Right is a claim whose statement is among the matches, with the right
relation. The figures, and which kind was taken for which, are compared with `relation-scores.json`; `--record` writes them down.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
from litestar.testing import TestClient
from rich.console import Console
from rich.table import Table

from index.kinds import RelationKind
from service.api.wire.answers import Answer, BatchAnswer, Match
from service.app import assemble, create_app
from service.settings import Settings
from tests.quality.claims import HERE

DEVELOPMENT = HERE / "relations.jsonl"
SCORES = HERE / "relation-scores.json"
TOLERANCE = 0.02
TARGETS = {"right_english": 0.88, "right_other": 0.80, "wrong_refutation": 0.01}
MEANING = {
    "right_english": "relation right, English claims",
    "right_other": "relation right, claims in other languages",
    "judged_english": "relation right where the statement was found, English claims",
    "judged_other": "relation right where the statement was found, other languages",
    "wrong_refutation": "claims with a refutation wrongly said to apply (lower is better)",
    "slot_shown": "changed details whose slot is among the differences shown",
}
LOWER_IS_BETTER = {"wrong_refutation"}
NOT_FOUND = "not found"


class Other(msgspec.Struct, frozen=True):
    """Another statement that a claim is about, and how."""

    statement: str
    relation: RelationKind


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A claim, the statement it is about, and how; no statement: it is about none.

    Attributes:
        slot: the part that makes the difference.
        also: other statements that it is about, too.
    """

    id: str
    text: str
    language: str
    statement: str | None
    relation: RelationKind | None
    slot: str | None
    also: list[Other] = []


class Scores(msgspec.Struct, frozen=True):
    """What was measured; `confusion` and `languages` count claims that are about a statement."""

    command: str
    claims: int
    scores: dict[str, float]
    confusion: dict[str, dict[str, int]]
    languages: dict[str, float]


def main() -> int:
    """Measure, print, compare; the exit code is 1 if a figure fell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="write the figures to relation-scores.json")
    parser.add_argument("--wrong", action="store_true", help="list the claims that were judged wrongly")
    options = parser.parse_args()
    claims = [msgspec.json.decode(line, type=Claim) for line in DEVELOPMENT.read_bytes().splitlines() if line]
    answers = ask(claims)
    told = measure(claims, answers)
    if options.wrong:
        show_wrong(claims, answers)
    if options.record:
        SCORES.write_bytes(msgspec.json.format(msgspec.json.encode(told)) + b"\n")
    return report(told, msgspec.json.decode(SCORES.read_bytes(), type=Scores))


def ask(claims: Sequence[Claim]) -> list[Answer]:
    """The service's answers."""
    with tempfile.TemporaryDirectory() as scratch:
        parts = assemble(Settings(data_dir=Path(scratch), encoders_dir="build/encoders", relation="on", deadline_seconds=3600))
        with TestClient(create_app(parts)) as client:
            body = client.post("/v1/claims/check/batch", json={"claims": [{"text": claim.text} for claim in claims]}).content
        parts.store.close()
    return [result for result in msgspec.json.decode(body, type=BatchAnswer).results if isinstance(result, Answer)]


def match_of(claim: Claim, answer: Answer) -> Match | None:
    """The match with the statement that the claim is about."""
    return next((match for match in answer.matches if match.statement.id == claim.statement), None)


def found_kind(claim: Claim, answer: Answer) -> str:
    """The relation that was found, by its name."""
    match = match_of(claim, answer)
    return match.relation.kind.value if match and match.relation else NOT_FOUND


def measure(claims: Sequence[Claim], answers: Sequence[Answer]) -> Scores:
    """The figures."""
    about = [(claim, answer) for claim, answer in zip(claims, answers, strict=True) if claim.relation]
    kinds = [kind.value for kind in RelationKind]
    confusion = {kind: dict.fromkeys([*kinds, NOT_FOUND], 0) for kind in kinds}
    for claim, answer in about:
        assert claim.relation
        confusion[claim.relation.value][found_kind(claim, answer)] += 1

    def right(english: bool | None = None, language: str = "", *, only_found: bool = False) -> float:
        some = [
            found_kind(claim, answer) == (claim.relation and claim.relation.value)
            for claim, answer in about
            if (claim.language == language or (claim.language == "en") is english)
            and not (only_found and found_kind(claim, answer) == NOT_FOUND)
        ]
        return sum(some) / len(some)

    scores = {
        "right_english": right(True),
        "right_other": right(False),
        "judged_english": right(True, only_found=True),
        "judged_other": right(False, only_found=True),
        "wrong_refutation": sum(map(wrongly_refuted, claims, answers)) / len(claims),
        "slot_shown": slot_shown(about),
    }
    languages = {language: right(language=language) for language in sorted({claim.language for claim in claims})}
    return Scores("make quality RECORD=--record", len(claims), scores, confusion, languages)


def wrongly_refuted(claim: Claim, answer: Answer) -> bool:
    """Whether a refutation is said to apply to a claim that does not repeat the refuted statement."""
    applying = {
        match.statement.id for match in answer.matches if any(refutation.applies_to_claim for refutation in match.refutations)
    }
    repeated = {other.statement for other in claim.also if other.relation is RelationKind.REPEATS}
    repeated |= {claim.statement} if claim.statement and claim.relation is RelationKind.REPEATS else set()
    return bool(applying - repeated)


def slot_shown(about: Sequence[tuple[Claim, Answer]]) -> float:
    """Of the claims rightly found to change a detail, how many show the part that the set names."""
    shown = []
    for claim, answer in about:
        match = match_of(claim, answer)
        if claim.relation is RelationKind.DIFFERS and match and match.relation and match.relation.kind is claim.relation:
            shown.append(claim.slot in {difference.slot.value for difference in match.relation.differences})
    return sum(shown) / len(shown)


def show_wrong(claims: Sequence[Claim], answers: Sequence[Answer]) -> None:
    """One line for each claim that was judged wrongly."""
    for claim, answer in zip(claims, answers, strict=True):
        expected = claim.relation.value if claim.relation else None
        if (expected and found_kind(claim, answer) != expected) or wrongly_refuted(claim, answer):
            mark = "REFUTED " if wrongly_refuted(claim, answer) else ""
            print(f"{claim.id} {mark}{found_kind(claim, answer)} (expected {expected}, {claim.statement}): {claim.text}")


def report(told: Scores, recorded: Scores) -> int:
    """Print the figures beside the recorded ones and the targets; 1 if one is worse than recorded by more than tolerated."""
    table = Table("figure", "measured", "recorded", "target", title=f"{told.claims} development claims and their relations")
    fallen = []
    for name, value in told.scores.items():
        worse = (value - recorded.scores[name]) * (1 if name in LOWER_IS_BETTER else -1)
        if worse > TOLERANCE:
            fallen.append(name)
        table.add_row(
            MEANING[name], f"{value:.3f}", f"{recorded.scores[name]:.3f}", f"{TARGETS[name]:.2f}" if name in TARGETS else ""
        )
    for language, value in told.languages.items():
        table.add_row(f"relation right, {language}", f"{value:.3f}", f"{recorded.languages[language]:.3f}", "")
    matrix = Table("is", *[f"found {kind}" for kind in next(iter(told.confusion.values()))])
    for kind, found in told.confusion.items():
        matrix.add_row(kind, *map(str, found.values()))
    Console().print(table, matrix)
    if fallen:
        print(f"worse than recorded by more than {TOLERANCE}: {', '.join(fallen)}", file=sys.stderr)
    return bool(fallen)


if __name__ == "__main__":
    sys.exit(main())
