"""The verdict: what the matches together mean for the claim, with one plain sentence that says it."""

from __future__ import annotations

from collections.abc import Sequence

from index.statements import RefutationKind
from service.schemas import Match, Verdict, VerdictKind

NOT_JUDGED = "Whether the claim repeats, denies or changes it is not judged yet."


def judge(matches: Sequence[Match]) -> Verdict:
    """Judge a claim by its matches, best first. How it relates to them (its polarity) is not judged yet."""
    if not matches:
        return Verdict(VerdictKind.NO_KNOWN_STATEMENT, "No known statement fits the claim.")
    best = matches[0]
    reviewed = sum(refutation.kind is RefutationKind.REVIEW for refutation in best.refutations)
    official = len(best.refutations) - reviewed
    counted = [f"{official} official refutation{'s' if official > 1 else ''} on record"] if official else []
    counted += [f"rated as false by {reviewed} fact-check{'s' if reviewed > 1 else ''}"] if reviewed else []
    against = ", ".join(counted) or best.refutation_note
    sentence = f"The claim comes closest to a known {best.statement.kind.value} by {best.statement.claimant.name}; {against}."
    return Verdict(VerdictKind.KNOWN_STATEMENT, f"{sentence} {NOT_JUDGED}")
