"""The verdict: what the matches together mean for the claim, with one plain sentence that says it.

Nothing is turned round: that a claim denies a refuted statement does not make the claim true, and the sentence says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.kinds import RefutationKind, RelationKind
from service.check.answers import Match, Verdict, VerdictKind
from service.check.relation import Relation

NOT_JUDGED = "Whether the claim repeats, denies or changes it is not judged."
UNSURE = "It is not sure enough to say that this stands against the claim, too: compare the two."
NOTHING = "No known statement fits the claim."
NO_REFUTATION = "no official refutation on record in this source"
"""What an answer says where a statement has no refutation: nothing is ever invented."""


APPLIES_FROM = 0.7
"""Refutations are said to apply to a claim that repeats the statement from this probability on that it is about the statement and
repeats it, if no difference speaks against that; else it is left open (docs/why/relation.md)."""


def refutations_apply(relation: Relation, probability: float) -> bool | None:
    """Whether what stands against a statement stands against the claim, too: only if the claim surely repeats it.

    Args:
        probability: that the claim is about the statement.

    Returns:
        None if the claim repeats it, but less surely than `APPLIES_FROM`, or with a difference that speaks against it.
    """
    if relation.kind is not RelationKind.REPEATS:
        return False
    return None if relation.differences or probability * relation.probability < APPLIES_FROM else True


def decide(matches: Sequence[Match], *, polarity_judged: bool) -> Verdict:
    """The verdict on a claim by its matches, best first."""
    if not matches:
        return Verdict(VerdictKind.NO_KNOWN_STATEMENT, NOTHING, polarity_judged)
    if not polarity_judged:
        sentence = f"The claim comes closest to {_named(matches[0])}; {_against(matches[0])}. {NOT_JUDGED}"
        return Verdict(VerdictKind.KNOWN_STATEMENT, sentence, polarity_judged)
    found = telling(matches)
    if not found:
        sentence = f"No known statement says this; {_named(matches[0])} is on the same topic."
        return Verdict(VerdictKind.NO_KNOWN_STATEMENT, sentence, polarity_judged)
    kind, sentence = _said(*found[0])
    return Verdict(kind, sentence, polarity_judged)


def telling(matches: Sequence[Match]) -> list[tuple[Match, Relation]]:
    """The matches that the claim is not merely on the topic of; first the one that the verdict follows."""
    found = [(match, match.relation) for match in matches if match.relation and match.relation.kind is not RelationKind.RELATED]
    return sorted(found, key=lambda pair: -pair[0].probability * pair[1].probability)


def _said(match: Match, relation: Relation) -> tuple[VerdictKind, str]:
    named, against = _named(match), _against(match)
    if relation.kind is RelationKind.REPEATS and match.dossier.refutations and match.refutations_apply is None:
        return VerdictKind.KNOWN_STATEMENT, f"The claim seems to repeat {named}; {against}. {UNSURE}"
    if relation.kind is RelationKind.REPEATS:
        return _repeated(match), f"The claim repeats {named}; {against}."
    if relation.kind is RelationKind.DIFFERS:
        return (
            VerdictKind.DIFFERS_IN_DETAIL,
            f"The claim changes a detail of {named}; what is on record was not said of this version.",
        )
    does = "denies" if relation.kind is RelationKind.DENIES else "turns round"
    return (
        VerdictKind.CONTRADICTS_KNOWN_STATEMENT,
        f"The claim {does} {named}. That does not make the claim true or false by itself.",
    )


def _repeated(match: Match) -> VerdictKind:
    if not match.dossier.refutations:
        return VerdictKind.KNOWN_WITHOUT_REFUTATION
    return VerdictKind.OFFICIALLY_REFUTED if match.officially_denied else VerdictKind.CONTESTED


def _named(match: Match) -> str:
    statement = match.dossier.statement
    return f"a known {statement.kind.value} by {statement.claimant.name}"


def _against(match: Match) -> str:
    refutations = match.dossier.refutations
    reviewed = sum(refutation.kind is RefutationKind.REVIEW for refutation in refutations)
    official = len(refutations) - reviewed
    counted = [f"{official} official refutation{'s' if official > 1 else ''} on record"] if official else []
    counted += [f"rated as false by {reviewed} fact-check{'s' if reviewed > 1 else ''}"] if reviewed else []
    return ", ".join(counted) or NO_REFUTATION
