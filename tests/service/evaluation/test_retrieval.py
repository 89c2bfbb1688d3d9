from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.errors import InvalidRecord
from index.models.encoders import Encoders
from service.evaluation.retrieval import evaluate, read_labelled
from tests.fakes import WordEncoder
from tests.service.cli.test_main import rebut

CORPUS = [("s1", "troops gather at the river"), ("s2", "wheat harvest breaks records"), ("s3", "танки куплены весной")]
QUERIES = [("q1", "river troops gather", "en"), ("q2", "records of the wheat harvest", "en"), ("q3", "весной танки", "ru")]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    corpus, queries, qrels = tmp_path / "corpus.jsonl", tmp_path / "queries.jsonl", tmp_path / "qrels.tsv"
    corpus.write_text("\n".join(json.dumps({"id": id_, "text": text}) for id_, text in CORPUS))
    queries.write_text("\n".join(json.dumps({"id": id_, "text": text, "lang": lang}) for id_, text, lang in QUERIES))
    qrels.write_text("q1\ts1\t1\nq2\ts2\t1\nq3\ts2\t1\n")
    return corpus, queries, qrels


def test_figures_by_language_and_every_ranking(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    told = evaluate(read_labelled(*files), Encoders(WordEncoder()), tmp_path / "kept")
    assert (told.statements, told.all.queries) == (3, 3)
    assert told.by_language["en"].map_at[1] == 1
    assert told.by_language["ru"].map_at[1] == 0
    assert told.all.map_at[1] == pytest.approx(2 / 3)
    assert [(result.id, result.expected, result.found[0]) for result in told.results] == [
        ("q1", ["s1"], "s1"),
        ("q2", ["s2"], "s2"),
        ("q3", ["s2"], "s3"),
    ]


def test_a_second_run_encodes_only_the_queries(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    evaluate(read_labelled(*files), Encoders(WordEncoder()), tmp_path / "kept")
    again = WordEncoder()
    evaluate(read_labelled(*files), Encoders(again), tmp_path / "kept")
    assert sorted(again.encoded) == sorted(text for _, text, _ in QUERIES)


@pytest.mark.parametrize(
    ("swapped", "told"), [((1, 0, 2), "names no query of .*corpus.jsonl"), ((0, 1, 3), "names no statement of .*corpus.jsonl")]
)
def test_labels_that_fit_no_file_are_told(
    files: tuple[Path, Path, Path], tmp_path: Path, swapped: tuple[int, ...], told: str
) -> None:
    elsewhere = tmp_path / "elsewhere.tsv"
    elsewhere.write_text("q1\tx1\t1\n")
    corpus, queries, qrels = ((*files, elsewhere)[place] for place in swapped)
    with pytest.raises(InvalidRecord, match=told):
        read_labelled(corpus, queries, qrels)


def test_rankings_are_as_deep_as_is_asked_for(tmp_path: Path) -> None:
    corpus, queries, qrels = tmp_path / "corpus.jsonl", tmp_path / "queries.jsonl", tmp_path / "qrels.txt"
    corpus.write_text("\n".join(json.dumps({"_id": f"d{n}", "text": f"river number {n}"}) for n in range(80)))
    queries.write_text(json.dumps({"_id": "q", "text": "river", "lang": "en"}))
    qrels.write_text("q 0 d79 1\nq 0 d1 0\n")
    labelled = read_labelled(corpus, queries, qrels)
    assert labelled.relevant == {"q": {"d79"}}
    found = {depth: evaluate(labelled, Encoders(WordEncoder()), tmp_path / "kept", depth=depth) for depth in (10, 70, 1000)}
    assert [len(told.results[0].found) for told in found.values()] == [10, 70, 80]
    assert list(found[10].all.success_at) == [1, 5, 10]
    assert list(found[1000].all.success_at) == [1, 5, 10, 1000]
    assert found[1000].all.success_at[1000] == 1


def test_labels_that_name_nothing_are_told(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    files[2].write_text("q1\ts1\t1\nq2\ts99\t1\nq77\ts1\t1\n")
    told = evaluate(read_labelled(*files), Encoders(WordEncoder()), tmp_path / "kept")
    assert told.notes[0] == "1 of the 3 queries that have labels are not among the queries: q77"
    assert told.notes[1] == "1 of the 2 statements that labels name are not in the corpus: s99"


@pytest.mark.slow
@pytest.mark.usefixtures("e5")
def test_the_command(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    arguments = [f"--{name}={path}" for name, path in zip(("corpus", "queries", "qrels"), files, strict=True)]
    told = rebut(tmp_path, "eval", *arguments, f"--results={tmp_path / 'results.jsonl'}")
    assert told.returncode == 0, told.stderr
    assert "MAP@5" in told.stdout
    assert "success@10" in told.stdout
    assert len((tmp_path / "results.jsonl").read_text().splitlines()) == 3
    figures = json.loads(rebut(tmp_path, "eval", *arguments, "--json").stdout)
    assert figures["all"]["map_at"]["1"] == pytest.approx(2 / 3)
    files[2].write_text("query-id\tcorpus-id\tscore\nq1\ts1\t1\nq2\ts9\t1\n")
    deeper = rebut(tmp_path, "eval", *arguments, "--depth", "25")
    assert "success@25" in deeper.stdout
    assert "to be known: 1 of the 2 statements that labels name are not in the corpus: s9" in deeper.stdout
    files[0].write_text("{\n" * 3000)
    many = rebut(tmp_path, "eval", *arguments)
    assert (many.returncode, "Nothing was measured" in many.stderr, "… and 2990 more" in many.stderr) == (1, True, True)
    assert len(many.stderr.splitlines()) < 15
    files[2].write_text("q1\n")
    files[0].write_text('{"id": "s1", "text": "x"}')
    wrong = rebut(tmp_path, "eval", *arguments)
    assert wrong.returncode == 1
    assert "qrels.tsv: line 1" in wrong.stderr
