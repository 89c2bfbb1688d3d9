"""Measure answers on the development claims: `make quality`.

Every claim is POSTed to the service as a client would. The figures are compared with `scores.json`: a figure that is worse by
more than the tolerance fails the run. `--record` writes the figures down as the new standard.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import msgspec
from litestar.testing import TestClient
from rich.console import Console
from rich.table import Table

from service.api.wire.answers import Answer, BatchAnswer
from service.app import assemble, create_app
from service.settings import Settings
from tests.quality.claims import DEVELOPMENT, HERE, Claim, read_claims

SCORES = HERE / "scores.json"
TOLERANCE = 0.02
TARGETS = {"first_english": 0.93, "first_other": 0.88, "unrelated_empty": 0.90, "covered_answered": 0.95}
MEANING = {
    "first_english": "right statement first, English claims",
    "first_other": "right statement first, claims in other languages",
    "unrelated_empty": "unrelated claims that come back empty",
    "covered_answered": "covered claims that are answered",
    "brier": "Brier score of the best candidate's probability (lower is better)",
}


def main() -> int:
    """Measure, print, compare; the exit code is 1 if a figure fell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="write the figures to scores.json")
    parser.add_argument("--wrong", action="store_true", help="list the claims that were not answered as expected")
    options = parser.parse_args()
    claims = read_claims(DEVELOPMENT)
    ranked, answered = ask(claims, 0.0), ask(claims, None)
    scores = measure(claims, ranked, answered)
    if options.wrong:
        show_wrong(claims, ranked, answered)
    if options.record:
        command = "make quality RECORD=--record"
        SCORES.write_bytes(msgspec.json.format(msgspec.json.encode({"command": command, "claims": len(claims), "scores": scores})))
    recorded = msgspec.json.decode(SCORES.read_bytes())["scores"]
    return report(len(claims), scores, recorded)


def ask(claims: list[Claim], min_probability: float | None) -> list[Answer]:
    """The service's answers."""
    with tempfile.TemporaryDirectory() as scratch:
        parts = assemble(Settings(data_dir=Path(scratch), encoders_dir="build/encoders"))
        with TestClient(create_app(parts)) as client:
            asked = [{"text": claim.text, "min_probability": min_probability} for claim in claims]
            body = client.post("/v1/claims/check/batch", json={"claims": asked}).content
    results = msgspec.json.decode(body, type=BatchAnswer).results
    return [result for result in results if isinstance(result, Answer)]


def measure(claims: list[Claim], ranked: list[Answer], answered: list[Answer]) -> dict[str, float]:
    """The figures; `ranked` are the answers without a threshold, `answered` those with the default one."""
    first: dict[bool, list[bool]] = {True: [], False: []}
    kept: dict[bool, list[bool]] = {True: [], False: []}
    errors = []
    for claim, ranking, answer in zip(claims, ranked, answered, strict=True):
        right = ranking.matches[0].statement.id in claim.expected
        errors.append((ranking.matches[0].probability - right) ** 2)
        kept[bool(claim.expected)].append(bool(answer.matches))
        if claim.expected:
            first[claim.language == "en"].append(right)
    return {
        "first_english": share(first[True]),
        "first_other": share(first[False]),
        "unrelated_empty": 1 - share(kept[False]),
        "covered_answered": share(kept[True]),
        "brier": sum(errors) / len(errors),
    }


def share(outcomes: list[bool]) -> float:
    """How many of the outcomes are true, 0..1."""
    return sum(outcomes) / len(outcomes)


def show_wrong(claims: list[Claim], ranked: list[Answer], answered: list[Answer]) -> None:
    """One line for each claim that was not answered as expected."""
    for claim, ranking, answer in zip(claims, ranked, answered, strict=True):
        best = ranking.matches[0]
        wrong = best.statement.id not in claim.expected if claim.expected else bool(answer.matches)
        if wrong or (claim.expected and not answer.matches):
            print(f"{claim.id} {best.probability:.2f} {best.statement.id} (expected {claim.expected}): {claim.text}")


def report(count: int, scores: dict[str, float], recorded: dict[str, float]) -> int:
    """Print the figures beside the recorded ones and the targets; 1 if one is worse than recorded by more than tolerated."""
    table = Table("figure", "measured", "recorded", "target", title=f"{count} development claims")
    fallen = []
    for name, value in scores.items():
        worse = value - recorded[name] if name == "brier" else recorded[name] - value
        if worse > TOLERANCE:
            fallen.append(name)
        table.add_row(MEANING[name], f"{value:.3f}", f"{recorded[name]:.3f}", f"{TARGETS[name]:.2f}" if name in TARGETS else "")
    Console().print(table)
    if fallen:
        print(f"worse than recorded by more than {TOLERANCE}: {', '.join(fallen)}", file=sys.stderr)
    return bool(fallen)


if __name__ == "__main__":
    sys.exit(main())
