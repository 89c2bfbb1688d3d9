from __future__ import annotations

import json
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from index.kinds import StatementKind
from index.records import Citation, Party, Statement
from service.app import Parts
from service.evaluation.selftest import Change, probes_of, selftest
from tests.service.cli.test_main import rebut

STATEMENT = Statement(
    id="s",
    kind=StatementKind.ACCUSATION,
    text="Minsk says that Ukrainian forces moved 40 tanks to Gomel in June 2024.",
    language="en",
    claimant=Party("Minsk"),
    citations=[Citation("x", "y", 1)],
    refutation_on_record=False,
    wordings={"en": ["an English wording"], "ru": ["первая", "вторая"], "uk": []},
)


def test_each_change_in_words() -> None:
    assert {probe.change: (probe.text, probe.language) for probe in probes_of(STATEMENT)} == {
        Change.NEGATION: ("It is not true that: Minsk says that Ukrainian forces moved 40 tanks to Gomel in June 2024.", "en"),
        Change.SWAPPED_ACTORS: ("Kyiv says that Belarusian forces moved 40 tanks to Gomel in June 2024.", "en"),
        Change.NUMBER: ("Minsk says that Ukrainian forces moved 81 tanks to Gomel in June 2024.", "en"),
        Change.DATE: ("Minsk says that Ukrainian forces moved 40 tanks to Gomel in June 2021.", "en"),
        Change.PLACE: ("Minsk says that Ukrainian forces moved 40 tanks to Brest in June 2024.", "en"),
        Change.TYPO: ("Minsk says that Ukarinian forces moved 40 tanks to Gomel in June 2024.", "en"),
        Change.TRANSLATION: ("первая", "ru"),
    }


def test_what_a_statement_does_not_allow_is_not_tried(parts: Parts) -> None:
    (told,) = selftest(parts.matcher, [parts.store.statement("wheat-harvest-record")])
    assert [probe.change for probe in told.probes] == [Change.NEGATION, Change.TYPO]


def test_found_and_survived_are_counted(parts: Parts) -> None:
    tested = selftest(parts.matcher, [parts.store.statement(id_) for id_ in ("south-buys-tanks", "north-masses-troops")])
    assert [test.statement_id for test in tested] == ["south-buys-tanks", "north-masses-troops"]
    for test in tested:
        assert test.found == sum(probe.found for probe in test.probes)
        assert test.survived == sum(probe.survives for probe in test.probes)
        assert all(probe.found and probe.relation is probe.expected for probe in test.probes if probe.survives)
    dated = next(probe for probe in tested[0].probes if probe.change is Change.DATE)
    assert (dated.text, dated.found, dated.survives) == ("South bought forty tanks in March 2020.", True, True)


def test_over_http_nothing_is_stored(client: TestClient[Litestar], parts: Parts) -> None:
    version = parts.store.version()
    told = client.post("/v1/statements/south-buys-tanks/selftest")
    assert told.status_code == 200
    assert told.json()["statement_id"] == "south-buys-tanks"
    assert told.json()["probes"][0]["change"] == "negation"
    assert parts.store.version() == version
    missing = client.post("/v1/statements/nothing/selftest")
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:rebut:problem:unknown-record")


@pytest.mark.usefixtures("e5")
def test_the_command(built: Path) -> None:
    told = rebut(built, "selftest", "belarus-joined-sco")
    assert told.returncode == 0, told.stderr
    assert "swapped actors" in told.stdout
    (test,) = json.loads(rebut(built, "selftest", "belarus-joined-sco", "--json").stdout)
    assert test["statement_id"] == "belarus-joined-sco"
    assert {probe["change"] for probe in test["probes"]} >= {"negation", "date", "typo", "translation"}
    wrong = rebut(built, "selftest", "nothing")
    assert wrong.returncode == 1
    assert "no statement has the id 'nothing'" in wrong.stderr
