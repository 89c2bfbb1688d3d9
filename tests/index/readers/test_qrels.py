"""Relevance labels and texts as the field writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import InvalidRecord
from index.readers.rows import LabelledText
from service.evaluation.labelled import read_rows
from service.evaluation.qrels import read_qrels, unmatched_labels

WANTED = {"q1": {"d1", "d2"}, "q2": {"d3"}}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("beir.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t2\nq2\td3\t1\nq2\td4\t0\nq3\td1\t-1\n"),
        ("trec.txt", "q1 0 d1 1\nq1 0 d2 2\nq2 0 d3 1\nq2 0 d4 0\nq3 0 d1 -1\n"),
        ("trec.qrels", "q1\t0\td1\t1\r\nq1\tQ0\td2\t1\r\n\r\nq2\t0\td3\t1\r\nq3\t0\td1\t0\r\n"),
        ("topics.txt", "topic iter docno rel\nq1 0 d1 1\nq1 0 d2 1\nq2 0 d3 1\n"),
        ("two.tsv", "query_id\tdoc_id\nq1\td1\nq1\td2\nq2\td3\n"),
        ("three.txt", "q1 d1 1.0\nq1 d2 0.5\nq2 d3 1\nq2 d4 0.0\n"),
        ("table.csv", '"query-id","corpus-id","score"\n"q1","d1","1"\nq1,d2,1\nq2,d3,1\nq2,d4,0\n'),
        ("trec.csv", "q1,0,d1,1\nq1,0,d2,1\nq2,0,d3,1\n"),
        (
            "hub.jsonl",
            '{"query-id":"q1","corpus-id":"d1","score":1}\n{"query-id":"q1","corpus-id":"d2","score":2}\n'
            '{"query-id":"q2","corpus-id":"d3","score":1}\n{"query-id":"q2","corpus-id":"d9","score":-1}\n',
        ),
    ],
)
def test_labels_of_every_kind(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    assert read_qrels(tmp_path / name) == WANTED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("q1 0 d1 yes\n", "line 1: the last column must be a number, got 'yes'"),
        ("q1 0 d1 1\nquery-id 0 d2 score\n", "line 2: the last column must be a number, got 'score'"),
        ("q1 0 d1 nan\n", "line 1: the last column must be a number"),
        ("q1 0 d1 1 run\n", "line 1: expected a query's id, a statement's id and 1 "),
        ("q1\t\t1\n", "line 1: expected"),
        ("q1 0 d1 0\nq2 0 d1 -1\n", "holds no label above 0"),
        ('{"query-id": "q1"}\n', "line 1: Object missing required field `corpus-id`"),
        ("", "holds nothing"),
        ("query-id corpus-id score\n", "holds no label above 0"),
    ],
)
def test_what_is_no_label_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "q.txt").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidRecord, match=said):
        read_qrels(tmp_path / "q.txt")


def test_texts_as_beir_has_them(tmp_path: Path) -> None:
    lines = (
        '{"_id": "d1", "title": "T", "text": "One", "metadata": {"url": "x"}}\n{"_id": 2, "text": "Two"}\n'
        '{"_id": "d3", "title": "Only a title", "text": ""}\n{"id": "4", "text": "Vier", "lang": "de-AT"}\n'
    )
    (tmp_path / "corpus.jsonl").write_text(lines, encoding="utf-8")
    assert read_rows(tmp_path / "corpus.jsonl") == [
        LabelledText("d1", "One", "T"),
        LabelledText("2", "Two"),
        LabelledText("d3", "Only a title", "Only a title"),
        LabelledText("4", "Vier", "", "de"),
    ]
    (tmp_path / "queries.tsv").write_text("_id\ttext\n1\tOne \n", encoding="utf-8")
    assert read_rows(tmp_path / "queries.tsv") == [LabelledText("1", "One ")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"text": "x"}', "Object missing required field `id` \\(or `_id`\\)"),
        ('{"_id": "", "text": "x"}', "Object missing required field"),
        ('{"_id": "1", "title": " ", "text": " "}', "text: empty text"),
        ('{"_id": "1", "text": "x", "lang": "xx"}', "lang: 'xx' names no language"),
        ('{"_id": null, "text": "x"}', "Object missing required field"),
    ],
)
def test_what_is_wrong_with_a_text_is_named(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "a.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(InvalidRecord, match=f"line 1: {said}"):
        read_rows(tmp_path / "a.jsonl")


def test_labels_that_name_nothing_are_told() -> None:
    relevant = {"q1": {"d1"}, "q2": {"d1", "d8"}, "q3": {"d9"}, "q8": {"d1"}}
    assert list(unmatched_labels(relevant, {"q1", "q2", "q3"}, {"d1"}, "in the corpus")) == [
        "1 of the 4 queries that have labels are not among the queries: q8",
        "2 of the 3 statements that labels name are not in the corpus: d8, d9",
        "1 queries cannot be answered rightly: no statement that their labels name is in the corpus: q3",
    ]
    assert list(unmatched_labels({"q1": {"d1"}}, {"q1"}, {"d1"}, "loaded")) == []
