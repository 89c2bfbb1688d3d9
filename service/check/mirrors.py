"""Statements that say the same of two parties the other way round: a claim repeats at most one of the two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from index.kinds import RelationKind
from index.records import Statement
from index.text.words import analyse
from service.check.answers import Match
from service.check.names import in_other_order

SAME_WORDS = 0.75
"""Share of the words of two statements that both have, from which on they may be each other's mirror."""


def only_one_of_mirrors(matches: Sequence[Match]) -> list[Match]:
    """The matches, best first: of two mirrored statements that a claim seems to repeat, nothing applies by the less sure one."""
    return [
        msgspec.structs.replace(match, refutations_apply=None) if _mirrors_any(match, matches[:place]) else match
        for place, match in enumerate(matches)
    ]


def _mirrors_any(match: Match, surer: Sequence[Match]) -> bool:
    statement = match.dossier.statement
    return _repeats(match) and any(_repeats(one) and mirrored(one.dossier.statement, statement) for one in surer)


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
