"""The gate: what counts as missed, what is refused, and what the command prints and exits with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from index.errors import InvalidRecord
from service.app import Parts
from service.cli.gate import line_of
from service.evaluation.gate import Difference, Miss, read_wanted, run_gate
from tests.service.cli.test_main import rebut
from tests.service.evaluation.labelled_base import bundled_ids, example

REPEATS = "North is massing troops near the river"
DENIES = "North is not massing troops near the river"
NONE = "Bananas grow quickly in sunny Ecuador"


def written(tmp_path: Path, *lines: Mapping[str, object] | str) -> Path:
    path = tmp_path / "gate.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def misses(parts: Parts, tmp_path: Path, **wanted: object) -> list[tuple[str, str, str]]:
    """What is missed of one claim."""
    report = run_gate(parts.matcher, read_wanted(written(tmp_path, wanted)))
    assert report.claims == 1
    return [msgspec.structs.astuple(one) for miss in report.missed for one in miss.differences]


@pytest.mark.parametrize(
    "wanted",
    [
        {"text": REPEATS, "statement": "north-masses-troops"},
        {"text": REPEATS, "relation": "repeats"},
        {"text": REPEATS, "statement": "north-masses-troops", "relation": "repeats", "language": "en", "note": "the plain one"},
        {"text": DENIES, "relation": "denies", "refutations_apply": False, "verdict": "contradicts_known_statement"},
        {"text": NONE, "statement": None, "verdict": "no_known_statement"},
    ],
)
def test_what_is_answered_as_wanted_is_not_missed(parts: Parts, tmp_path: Path, wanted: dict[str, object]) -> None:
    assert misses(parts, tmp_path, **wanted) == []


@pytest.mark.parametrize(
    ("wanted", "missed"),
    [
        ({"text": REPEATS, "statement": None}, [("statement", "none", "north-masses-troops")]),
        ({"text": NONE, "statement": "south-buys-tanks"}, [("statement", "south-buys-tanks", "none")]),
        ({"text": REPEATS, "relation": "denies"}, [("relation", "denies", "repeats")]),
        ({"text": DENIES, "verdict": "contested"}, [("verdict", "contested", "contradicts_known_statement")]),
        ({"text": DENIES, "refutations_apply": True}, [("refutations_apply", "true", "false")]),
        ({"text": DENIES, "refutations_apply": None}, [("refutations_apply", "null", "false")]),
        ({"text": NONE, "relation": "repeats"}, [("relation", "repeats", "none")]),
        ({"text": NONE, "refutations_apply": None}, [("refutations_apply", "null", "none")]),
        (
            {"text": DENIES, "statement": "south-buys-tanks", "relation": "denies"},
            [("statement", "south-buys-tanks", "north-masses-troops"), ("relation", "denies", "none")],
        ),
    ],
)
def test_what_is_not_is_missed(parts: Parts, tmp_path: Path, wanted: dict[str, object], missed: list[tuple[str, str, str]]) -> None:
    assert misses(parts, tmp_path, **wanted) == missed


def test_claims_are_counted_and_keep_their_lines(parts: Parts, tmp_path: Path) -> None:
    some = [{"text": f"{REPEATS} {n}", "statement": "north-masses-troops"} for n in range(120)]
    path = written(tmp_path, *some, "", {"text": REPEATS, "statement": "gone"})
    told: list[tuple[int, int]] = []
    report = run_gate(parts.matcher, read_wanted(path), lambda _, done, total: told.append((done, total)))
    assert (report.claims, [miss.line for miss in report.missed]) == (121, [122])
    assert told == [(100, 121), (121, 121)]


def test_every_bad_line_is_named(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "nonsense",
        {"text": "A", "verdict": "contested"},
        {"text": "B"},
        {"text": "C", "relation": "agrees"},
        {"text": "D", "verdct": "contested"},
        {"text": " ", "statement": None},
        {"text": "E", "statement": None, "relation": "repeats"},
        {"text": "F", "refutations_apply": "yes"},
    )
    with pytest.raises(InvalidRecord) as caught:
        read_wanted(path)
    assert [problem.split(": ")[1] for problem in caught.value.problems] == [f"line {n}" for n in (1, 3, 4, 5, 6, 7, 8)]
    for problem, word in zip(
        caught.value.problems, ("JSON", "nothing is wanted", "agrees", "verdct", "text", "null", "bool"), strict=True
    ):
        assert word in problem


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRecord, match="holds nothing"):
        read_wanted(written(tmp_path, "", ""))


def test_a_miss_is_one_line() -> None:
    miss = Miss(
        3, "One\nclaim\x1b" + " and so on" * 20, [Difference("relation", "denies", "repeats"), Difference("verdict", "a", "b")]
    )
    line = line_of(miss)
    assert line.startswith("line 3: relation: wanted denies, got repeats; verdict: wanted a, got b: One claim and so on")
    assert line.isprintable()
    assert len(line) < 200


def test_the_documentations_example_can_be_read(tmp_path: Path) -> None:
    wanted = read_wanted(written(tmp_path, *example("Guard it in continuous integration")))
    assert len(wanted) == 5
    assert {one.statement for _, one in wanted if isinstance(one.statement, str)} <= bundled_ids()


@pytest.mark.slow
@pytest.mark.usefixtures("e5")
def test_the_command_exits_as_it_says(built: Path, tmp_path: Path) -> None:
    text = "Ukraine is massing troops at the Belarusian border"
    good = {"text": text, "statement": "ukraine-troops-zhytomyr-border"}
    passed = rebut(built, "eval", f"--gate={written(tmp_path, good)}")
    assert (passed.returncode, passed.stdout) == (0, "1 of 1 claims are answered as wanted, 0 missed\n")
    path = written(tmp_path, good, {"text": text, "statement": None})
    missed = rebut(built, "eval", f"--gate={path}")
    assert missed.returncode == 1
    assert missed.stdout.splitlines() == [
        f"line 2: statement: wanted none, got ukraine-troops-zhytomyr-border: {text}",
        "1 of 2 claims are answered as wanted, 1 missed",
    ]
    as_json = rebut(built, "eval", f"--gate={path}", "--json")
    assert (as_json.returncode, json.loads(as_json.stdout)["missed"][0]["line"]) == (1, 2)


@pytest.mark.slow
def test_the_command_names_bad_lines(tmp_path: Path) -> None:
    told = rebut(tmp_path, "eval", f"--gate={written(tmp_path, 'nonsense', {'text': 'B'})}")
    assert told.returncode == 2
    assert "line 1" in told.stderr
    assert "line 2: nothing is wanted" in told.stderr
    alone = rebut(tmp_path, "eval", f"--gate={written(tmp_path, 'nonsense')}", f"--pairs={tmp_path / 'gate.jsonl'}")
    assert (alone.returncode, "--gate alone" in " ".join(alone.stderr.split())) == (2, True)
