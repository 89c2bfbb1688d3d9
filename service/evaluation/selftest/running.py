"""Checks changed statements as claims, and tells what the service made of each."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from index.kinds import RelationKind
from index.records import Statement
from index.store.store import StatementFilter, StatementStore
from service.check.answers import Answer, Claim
from service.check.matcher import Matching
from service.evaluation.selftest.changes import EXPECTED, Change, Probe
from service.evaluation.selftest.names import Names
from service.evaluation.selftest.probes import probes_of

AT_ONCE = 256
NAMES_FROM = 2000
"""Statements of the base whose names are learnt; of a larger one, the first by id and those that are tested."""


class ProbeResult(msgspec.Struct, frozen=True):
    """What the service made of a probe.

    Attributes:
        found: whether the statement is among the matches.
        expected: the relation that the change makes.
        relation: the one that was found; null if the statement was not, or relations are turned off.
        survives: whether the statement was found, with the expected relation unless relations are turned off.
    """

    change: Change
    text: str
    language: str
    found: bool
    expected: RelationKind
    relation: RelationKind | None
    survives: bool


class SelfTest(msgspec.Struct, frozen=True):
    """What the service made of one statement's probes.

    Attributes:
        found: in how many probes the statement was found.
        survived: in how many also the relation was right.
        not_tried: the changes that the statement does not allow: nothing is known about these.
    """

    statement_id: str
    probes: list[ProbeResult]
    found: int
    survived: int
    not_tried: list[Change]


def names_in(store: StatementStore, tested: Sequence[Statement]) -> Names:
    """What a base calls by name.

    Args:
        tested: statements that are read whatever the size of the base.
    """
    read = store.statements_page(StatementFilter(), None, NAMES_FROM)
    return Names({statement.id: statement for statement in (*read, *tested)}.values())


def selftest(matcher: Matching, statements: Sequence[Statement], names: Names) -> list[SelfTest]:
    """Test statements, in their order; nothing is stored.

    Raises:
        RebutError: if the service could not answer.
    """
    made = [(statement, probe) for statement in statements for probe in probes_of(statement, names)]
    results: dict[str, list[ProbeResult]] = {statement.id: [] for statement in statements}
    for start in range(0, len(made), AT_ONCE):
        some = made[start : start + AT_ONCE]
        answers = matcher.match([Claim(text=probe.text, language=probe.language) for _, probe in some]).answers
        for (statement, probe), answer in zip(some, answers, strict=True):
            results[statement.id].append(_result(statement, probe, answer))
    return [_summed(id_, tried) for id_, tried in results.items()]


def _result(statement: Statement, probe: Probe, answer: Answer) -> ProbeResult:
    matches = [match for match in answer.matches if match.candidate.statement_id == statement.id]
    relation = matches[0].relation.kind if matches and matches[0].relation else None
    expected = EXPECTED[probe.change]
    survives = bool(matches) and (relation is expected or not answer.verdict.polarity_judged)
    return ProbeResult(probe.change, probe.text, probe.language, bool(matches), expected, relation, survives)


def _summed(statement_id: str, tried: list[ProbeResult]) -> SelfTest:
    found, survived = sum(one.found for one in tried), sum(one.survives for one in tried)
    made = {one.change for one in tried}
    return SelfTest(statement_id, tried, found, survived, [change for change in Change if change not in made])
