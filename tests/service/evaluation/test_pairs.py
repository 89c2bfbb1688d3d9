from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from index.errors import InvalidRecord
from index.kinds import RelationKind
from index.models.cross_encoder import CLASSES
from service.evaluation.labelled import Label
from service.evaluation.pairs import evaluate_pairs, found_labels
from tests.fakes import WordRelations
from tests.service.cli.test_main import rebut

PAIRS = [
    ("a dog runs", "a dog runs", "entailment"),
    ("a dog runs", "a dog is not runs", "contradiction"),
    ("a dog runs", "cats sleep all day", "neutral"),
    ("the cat saw the dog", "the dog saw the cat", "neutral"),
    ("a dog runs", "nothing in common here", "entailment"),
]


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    file = tmp_path / "pairs.jsonl"
    file.write_text("\n".join(json.dumps({"a": a, "b": b, "label": label, "more": 1}) for a, b, label in PAIRS))
    return file


def test_accuracy_and_confusion(pairs: Path) -> None:
    told = evaluate_pairs(pairs, WordRelations())
    assert (told.pairs, told.accuracy) == (5, 0.8)
    assert told.confusion == {
        "contradiction": {"contradiction": 1, "entailment": 0, "neutral": 0},
        "entailment": {"contradiction": 0, "entailment": 1, "neutral": 1},
        "neutral": {"contradiction": 0, "entailment": 0, "neutral": 2},
    }


def test_what_accuracy_is_worth_is_told(pairs: Path) -> None:
    told = evaluate_pairs(pairs, WordRelations())
    assert told.majority == 0.4
    assert told.recall == {"contradiction": 1.0, "entailment": 0.5, "neutral": 1.0}


def test_a_file_with_one_label_is_not_right_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "one.jsonl"
    texts = [("a dog runs", "a dog runs"), ("a dog runs", "a dog runs fast"), ("a dog runs", "cats sleep all day")]
    file.write_text("\n".join(json.dumps({"a": a, "b": b, "label": "entailment"}) for a, b in texts))
    told = evaluate_pairs(file, WordRelations())
    assert told.accuracy == pytest.approx(2 / 3)
    assert told.confusion == {"entailment": {"entailment": 2, "other": 1}}
    assert (told.majority, told.recall) == (1.0, {"entailment": pytest.approx(2 / 3)})


def test_a_is_the_statement_and_b_the_claim(pairs: Path) -> None:
    model = WordRelations()
    evaluate_pairs(pairs, model)
    assert model.judged[1] == ("a dog is not runs", "a dog runs")


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ([Label.ENTAILMENT, Label.CONTRADICTION, Label.NEUTRAL], Label.NEUTRAL),
        ([Label.ENTAILMENT, Label.CONTRADICTION], Label.CONTRADICTION),
        ([Label.PARAPHRASE, Label.NEGATED], Label.PARAPHRASE),
        ([Label.ENTAILMENT, Label.NON_ENTAILMENT], Label.NON_ENTAILMENT),
        ([Label.ENTAILMENT], None),
        ([Label.DIFFERS], Label.DIFFERS),
        ([Label.REPEATS, Label.DIFFERS, Label.DENIES], Label.DIFFERS),
    ],
)
def test_the_labels_of_a_set_decide_what_is_told_apart(labels: list[Label], found: Label | None) -> None:
    row = {RelationKind.REPEATS: 0.3, RelationKind.DENIES: 0.1, RelationKind.DIFFERS: 0.6}
    probabilities = np.array([[row.get(kind, 0.0) for kind in CLASSES]], np.float32)
    assert found_labels(probabilities, labels) == [found]


@pytest.mark.parametrize(
    ("line", "said"),
    [('{"a": "x", "b": "y", "label": "maybe"}', "line 1"), ('{"a": "x"}', "line 1"), ("not json", "line 1"), ("", "holds nothing")],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(line)
    with pytest.raises(InvalidRecord, match=said):
        evaluate_pairs(file, WordRelations())


@pytest.mark.slow
def test_the_command(pairs: Path, tmp_path: Path) -> None:
    told = rebut(tmp_path, "eval", f"--pairs={pairs}")
    assert told.returncode == 0, told.stderr
    assert "5 pairs" in told.stdout
    assert "recall" in told.stdout
    assert "always saying the commonest label would be right for 40.0%" in told.stdout
    figures = json.loads(rebut(tmp_path, "eval", f"--pairs={pairs}", "--json").stdout)
    assert figures["pairs"] == sum(sum(row.values()) for row in figures["confusion"].values()) == 5
    both = rebut(tmp_path, "eval", f"--pairs={pairs}", f"--corpus={pairs}")
    assert both.returncode == 2
    assert "--pairs alone" in both.stderr
