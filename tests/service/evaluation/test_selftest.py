from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from index.kinds import RelationKind
from service.app import Parts
from service.evaluation.selftest import EXPECTED, Change, ProbeResult, SelfTest, names_in, selftest
from service.evaluation.selftest.report import summary, tallies
from tests.service.cli.test_main import rebut

TANKS = "south-buys-tanks"


def run(parts: Parts, ids: Iterable[str]) -> list[SelfTest]:
    statements = [parts.store.statement(id_) for id_ in ids]
    return selftest(parts.matcher, statements, names_in(parts.store, statements))


def test_every_change_is_tried_or_told_as_not_tried(parts: Parts) -> None:
    (told,) = run(parts, ["wheat-harvest-record"])
    tried = {probe.change for probe in told.probes}
    assert set(told.not_tried) == set(Change) - tried
    assert set(told.not_tried) == {
        Change.SWAPPED_ACTORS,
        Change.DATE,
        Change.PLACE,
        Change.SHORT_FIGURES,
        Change.WORDING,
        Change.TRANSLATION,
    }


def test_names_come_from_the_whole_base_whatever_is_tested(parts: Parts) -> None:
    (told,) = run(parts, ["north-masses-troops"])
    swap = next(probe for probe in told.probes if probe.change is Change.SWAPPED_ACTORS)
    assert (swap.text, swap.relation) == ("North says that South masses troops at the river.", RelationKind.REVERSES)
    wording, translation = (
        next(probe for probe in told.probes if probe.change is change) for change in (Change.WORDING, Change.TRANSLATION)
    )
    assert (wording.language, wording.relation) == ("en", RelationKind.REPEATS)
    assert (translation.language, translation.text) == ("ru", "Север стягивает войска к реке")


def test_found_and_survived_are_counted(parts: Parts) -> None:
    tested = run(parts, [TANKS, "north-masses-troops"])
    assert [test.statement_id for test in tested] == [TANKS, "north-masses-troops"]
    for test in tested:
        assert test.found == sum(probe.found for probe in test.probes)
        assert test.survived == sum(probe.survives for probe in test.probes)
        assert all(probe.found and probe.relation is probe.expected for probe in test.probes if probe.survives)
    dated = next(probe for probe in tested[0].probes if probe.change is Change.DATE)
    assert (dated.text, dated.found, dated.survives) == ("South bought forty tanks in March 2020.", True, True)


def test_twice_the_same(parts: Parts) -> None:
    assert run(parts, [TANKS]) == run(parts, [TANKS])


def test_over_http_nothing_is_stored(client: TestClient[Litestar], parts: Parts) -> None:
    version = parts.store.version()
    told = client.post(f"/v1/statements/{TANKS}/selftest")
    assert told.status_code == 200
    assert told.json()["statement_id"] == TANKS
    tried = [probe["change"] for probe in told.json()["probes"]]
    assert tried[:3] == ["negation", "number", "date"]
    assert {"attribution", "link", "typo"} < set(tried)
    assert told.json()["not_tried"] == ["swapped actors", "unit", "place", "short figures", "wording", "translation"]
    assert parts.store.version() == version
    missing = client.post("/v1/statements/nothing/selftest")
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:rebut:problem:unknown-record")


def results(change: Change, right: int, wrong: int, *, judged: bool = True) -> list[ProbeResult]:
    expected = EXPECTED[change]
    held = [(True, expected if judged else None)] * right + [(False, RelationKind.RELATED if judged else None)] * wrong
    return [ProbeResult(change, "x", "en", True, expected, relation, good) for good, relation in held]


def test_the_summary_says_nothing_good_of_what_was_hardly_or_not_tried() -> None:
    probes = [
        *results(Change.NEGATION, 9, 1),
        *results(Change.NUMBER, 8, 2),
        *results(Change.DATE, 9, 0),
    ]
    lines = list(summary(tallies([SelfTest("s", probes, 29, 26, [])])))
    assert lines[:3] == [
        "Goes well, nine of ten or more right: negation (9 of 10).",
        "Does not go well, fewer right: number (8 of 10).",
        "Tried fewer than 10 times, too few to tell: date (9 of 9).",
    ]
    assert lines[3].startswith("Not tried, no statement allows it, nothing is known about it: swapped actors, unit, place, ")
    assert len(lines) == 4


def test_a_base_without_statements_is_nothing_to_speak_well_of() -> None:
    (line,) = summary(tallies([]))
    assert line.startswith("Not tried")
    assert all(change.value in line for change in Change)


def test_without_relations_the_summary_speaks_of_finding_only() -> None:
    lines = list(summary(tallies([SelfTest("s", results(Change.EMOJI, 10, 0, judged=False), 10, 10, [])])))
    assert lines[0] == "Relations are turned off: it was tested only whether statements are found."
    assert lines[1] == "Goes well, nine of ten or more found: emoji (10 of 10)."


@pytest.mark.slow
@pytest.mark.usefixtures("e5")
def test_the_command(built: Path) -> None:
    told = rebut(built, "selftest", "belarus-joined-sco")
    assert told.returncode == 0, told.stderr
    rows = {line.split("  ")[0].strip(): line for line in told.stdout.splitlines()}
    assert "not tried (no statement allows it)" in rows["unit"]
    assert "not tried" not in rows["negation"]
    assert "Goes well" not in told.stdout
    assert "Tried fewer than 10 times, too few to tell: negation" in told.stdout
    (test,) = json.loads(rebut(built, "selftest", "belarus-joined-sco", "--json").stdout)
    assert test["statement_id"] == "belarus-joined-sco"
    assert {probe["change"] for probe in test["probes"]} >= {"negation", "date", "typo", "translation"}
    wrong = rebut(built, "selftest", "nothing")
    assert wrong.returncode == 1
    assert "no statement has the id 'nothing'" in wrong.stderr
