"""What a claim cannot do at once: repeat two statements that mirror each other, or a refutation and what it stands against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import msgspec

from index.kinds import RelationKind
from index.records import Statement
from index.text.words import analyse
from service.check.answers import Match
from service.check.names import in_other_order

SAME_WORDS = 0.75
"""Share of the words of two statements that both have, from which on they may be each other's mirror."""


def without_contradictions(matches: Sequence[Match]) -> list[Match]:
    """The matches, best first: where the claim cannot repeat one of them beside another, nothing applies by it.

    That is so for the less sure one of two mirrored statements, and for what a refutation stands against that the claim repeats.
    """
    repeated = {match.relation.against.record_id for match in matches if match.relation}
    return [
        msgspec.structs.replace(match, refutations_apply=None)
        if _repeats(match) and (_stands_against(repeated, match) or _mirrors_any(match, matches[:place]))
        else match
        for place, match in enumerate(matches)
    ]


def _stands_against(repeated: Collection[str], match: Match) -> bool:
    """Whether a refutation of the statement is among these records."""
    return any(refutation.id in repeated for refutation in match.dossier.refutations)


def _mirrors_any(match: Match, surer: Sequence[Match]) -> bool:
    return any(_repeats(one) and mirrored(one.dossier.statement, match.dossier.statement) for one in surer)


def mirrored(one: Statement, other: Statement) -> bool:
    """Whether two statements have nearly the same words, and two names in the other order."""
    if one.language != other.language:
        return False
    ours, theirs = (Counter(analyse(statement.text, statement.language)) for statement in (one, other))
    if (ours & theirs).total() < SAME_WORDS * max(ours.total(), theirs.total()):
        return False
    return in_other_order(one.text, one.language, other.text, other.language)


def _repeats(match: Match) -> bool:
    return match.relation is not None and match.relation.kind is RelationKind.REPEATS
