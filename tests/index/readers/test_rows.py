from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import InvalidRecord
from index.readers.rows import LabelledText
from service.evaluation.labelled import as_document, read_rows
from service.evaluation.qrels import read_qrels


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_json_lines_and_csv_say_the_same(tmp_path: Path) -> None:
    lines = '{"id": "1", "text": "One, two", "title": "T", "lang": "en", "x": 3}\n\n{"id": "2", "text": "Гроза"}\n'
    table = '\ufeffid,text,title,lang\n1,"One, two",T,en\n2,Гроза,,\n'
    rows = read_rows(write(tmp_path, "a.jsonl", lines))
    assert (
        rows == read_rows(write(tmp_path, "a.csv", table)) == [LabelledText("1", "One, two", "T", "en"), LabelledText("2", "Гроза")]
    )
    assert [row.language for row in rows] == ["en", "ru"]


def test_lines_end_only_where_lines_end(tmp_path: Path) -> None:
    (row,) = read_rows(write(tmp_path, "a.jsonl", '{"id": "1", "text": "One\u2028two"}\r\n'))
    assert row.text == "One\u2028two"
    (row,) = read_rows(write(tmp_path, "a.CSV", 'id,text\n1,"One\ntwo"\n'))
    assert row.text == "One\ntwo"
    (row,) = read_rows(write(tmp_path, "a.csv", "id,text\n1," + "x" * 200_000))
    assert len(row.text) == 200_000


def test_qrels(tmp_path: Path) -> None:
    assert read_qrels(write(tmp_path, "q.tsv", "a\t1\t1\na\t2\t1\nb\t3\t0\nc\t4\n")) == {"a": {"1", "2"}, "c": {"4"}}
    assert read_qrels(write(tmp_path, "q.csv", "a,1,1\n")) == {"a": {"1"}}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "holds nothing"),
        ("{", "line 1: is not valid JSON"),
        ("words", "line 1: is not valid JSON"),
        ('{"id": "1"}', "line 1: Object missing required field `text`"),
        ('{"id": "1", "text": "a"}\n{"id": "1", "text": "b"}', "line 2: id: '1' is used twice"),
        ('{"id": "1", "text": " "}', "line 1: text: empty text"),
        ('{"id": 1, "text": "a"}', "line 1: id: Expected `str`, got `int`"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(InvalidRecord, match=problem):
        read_rows(write(tmp_path, "a.jsonl", text))


def test_bad_qrels_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidRecord, match="line 1: expected"):
        read_qrels(write(tmp_path, "q.tsv", "only-one-cell\n"))
    with pytest.raises(InvalidRecord, match="cannot be read"):
        read_qrels(tmp_path / "missing.tsv")


def test_a_title_is_a_wording() -> None:
    document = as_document(
        [LabelledText("1", "Text", "Title", "en"), LabelledText("2", "Same", "Same", "en"), LabelledText("3", "Only", "", "en")]
    )
    assert [statement.wordings for statement in document.statements] == [{"en": ["Title"]}, {}, {}]
