from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from index.readers.rows import LabelledText
from service.app import Parts
from service.evaluation.answers import evaluate_answering
from service.evaluation.curve import picture
from service.evaluation.metrics import CurvePoint
from tests.service.cli.test_main import rebut

CLAIMS = [
    LabelledText("right", "The North masses troops at the river"),
    LabelledText("wrong", "The South is buying tanks"),
    LabelledText("unrelated", "Bananas grow in Ecuador"),
]


def test_covered_and_unrelated_claims_are_counted_apart(parts: Parts) -> None:
    relevant = {"right": {"north-masses-troops"}, "wrong": {"north-masses-troops"}}
    told = evaluate_answering(parts.matcher, CLAIMS, relevant)
    assert (told.claims, told.covered) == (3, 2)
    assert told.unrelated_empty == 1
    assert [point.coverage for point in told.curve] == sorted(point.coverage for point in told.curve)
    assert told.curve[-1] == CurvePoint(told.curve[-1].threshold, 1.0, pytest.approx(2 / 3))
    assert told.review.threshold < told.answer.threshold
    assert told.review.coverage >= told.answer.coverage


def test_the_picture_marks_the_points_and_is_well_formed() -> None:
    svg = picture([CurvePoint(0.9, 0.5, 0.0), CurvePoint(0.1, 1.0, 0.2)], [("answer", CurvePoint(0.4, 0.8, 0.1))])
    root = ElementTree.fromstring(svg)
    names = [element.tag.rpartition("}")[2] for element in root]
    assert (names.count("polyline"), names.count("circle")) == (1, 1)
    assert any("answer, from 0.40" in (element.text or "") for element in root)
    (curve,) = (element for element in root if element.tag.endswith("polyline"))
    first, last = (tuple(map(float, point.split(","))) for point in curve.attrib["points"].split())
    assert first[0] < last[0]  # more coverage to the right
    assert first[1] > last[1]  # more risk further up


@pytest.mark.slow
def test_the_command_tells_and_draws(built: Path, tmp_path: Path) -> None:
    queries, qrels = tmp_path / "queries.jsonl", tmp_path / "qrels.tsv"
    asked = {"troops": "Ukraine is massing troops at the Belarusian border", "other": "A bakery in Lyon won a prize for its bread"}
    queries.write_text("\n".join(json.dumps({"id": id_, "text": text}) for id_, text in asked.items()))
    qrels.write_text("troops\tukraine-troops-zhytomyr-border\t1\n")
    arguments = [f"--queries={queries}", f"--qrels={qrels}"]
    told = rebut(built, "eval", *arguments, f"--curve={tmp_path / 'curve.svg'}")
    assert told.returncode == 0, told.stderr
    assert "answered 100.0%" in told.stdout
    assert "expected calibration error" in told.stdout
    assert "polyline" in (tmp_path / "curve.svg").read_text()
    assert json.loads(rebut(built, "eval", *arguments, "--json").stdout)["claims"] == 2
    wrong = rebut(built, "eval", *arguments, "--results=x")
    assert wrong.returncode == 2
    assert "--queries and --qrels" in wrong.stderr
