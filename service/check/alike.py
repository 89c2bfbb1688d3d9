"""Statements that mean the same as others on record, in other words or another language: to be offered for merging.

Each is asked like a claim. It means the same as what it surely repeats, if that repeats it as well: a claim with less detail
repeats a longer one, but not the other way round. How often that is right: docs/how-to/load-statements.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from index.kinds import RelationKind
from index.records import Dossier, Statement, passages_of
from service.check.answers import Claim, Match
from service.check.matcher import Matching
from service.check.reading import read
from service.check.relation import Judge, question_of

NEAREST = 3
"""Matches of a statement that are looked at, itself among them."""
MOST = 200
"""Statements that are looked at after one import: each costs as much as an answer."""


class Alike(msgspec.Struct, frozen=True):
    """Two statements that seem to mean the same.

    Attributes:
        statement_id, text: the new one.
        other_id, other: the one that was on record.
        probability: that the new one is about the other, 0..1.
    """

    statement_id: str
    text: str
    other_id: str
    other: str
    probability: float


def alike(matching: Matching, judge: Judge | None, statements: Sequence[Statement]) -> list[Alike]:
    """The pairs among new statements and those on record, each once, the surest first; none where relations are turned off."""
    if judge is None or not statements:
        return []
    asked = [Claim(text=one.text, language=one.language, limit=NEAREST, split=False) for one in statements]
    answers = matching.match(asked).answers
    repeated = [
        (one, match)
        for one, answer in zip(statements, answers, strict=True)
        for match in answer.matches
        if match.refutations_apply and match.dossier.statement.id != one.id
    ]
    now = dt.datetime.min
    back = [
        question_of(
            read(match.dossier.statement.text, match.dossier.statement.language),
            passages_of(one)[0],
            Dossier(one, [], [], {}, now, now),
        )
        for one, match in repeated
    ]
    found: dict[frozenset[str], Alike] = {}
    for (one, match), relation in zip(repeated, judge.relations(back) if back else [], strict=True):
        if relation.kind is RelationKind.REPEATS:
            found.setdefault(frozenset((one.id, match.dossier.statement.id)), _alike(one, match))
    return sorted(found.values(), key=lambda pair: -pair.probability)


def _alike(one: Statement, match: Match) -> Alike:
    return Alike(one.id, one.text, match.dossier.statement.id, match.dossier.statement.text, match.probability)
