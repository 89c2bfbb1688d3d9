from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.errors import InvalidRecord
from index.readers.feeds import BrokenOff, read_feed, read_page

A, B = {"@type": "ClaimReview", "n": 1}, {"@type": "ClaimReview", "n": 2.5}


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "feed.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("value", "elements"),
    [
        ([A, None, B], [A, None, B]),
        ({"@type": "DataFeed", "dataFeedElement": [A, B], "name": "x"}, [A, B]),
        ({"@context": {"@graph": "x"}, "@graph": [A]}, [A]),
        ({"@type": "ItemList", "itemListElement": [{"item": A}]}, [{"item": A}]),
        ({"dataFeedElement": A}, [{"dataFeedElement": A}]),
        (A, [A]),
        ([], [[]]),
        (None, [None]),
    ],
)
def test_shapes_of_feeds(tmp_path: Path, value: object, elements: list[object]) -> None:
    for bom in (b"", b"\xef\xbb\xbf"):
        path = write(tmp_path, bom + json.dumps(value).encode())
        assert [element.value for element in read_feed(path)] == elements


@pytest.mark.parametrize("rest", [b'{"@type": "Cl', b'{"a": tru}]', b"1" * 5000 + b"]", b"}"])
def test_a_damaged_feed_gives_what_stands_before_the_damage(tmp_path: Path, rest: bytes) -> None:
    elements = read_feed(write(tmp_path, b'[{"n": 1}, ' + rest))
    assert next(elements).value == {"n": 1}
    with pytest.raises(BrokenOff, match="not valid JSON"):
        list(elements)


def test_bytes_that_are_not_utf_8_cost_nothing_but_themselves(tmp_path: Path) -> None:
    path = write(tmp_path, b'[{"a": "x\xffy"}, {"b": "\\ud800", "c": "' + "ю".encode() * 70_000 + b'"}, 12345678901234567890123]')
    first, second, third = [element.value for element in read_feed(path)]
    assert first == {"a": "x\ufffdy"}
    assert second == {"b": "\ud800", "c": "ю" * 70_000}
    assert third == 12345678901234567890123


@pytest.mark.parametrize("text", ["", "hello", "{", "\x00"])
def test_what_is_no_json_is_broken_from_the_start(tmp_path: Path, text: str) -> None:
    with pytest.raises(BrokenOff):
        list(read_feed(write(tmp_path, text)))


def test_missing_files(tmp_path: Path) -> None:
    for read in (read_feed, read_page):
        with pytest.raises(InvalidRecord, match="cannot be read"):
            list(read(tmp_path / "missing.json"))


def test_a_page(tmp_path: Path) -> None:
    page = f"""<!doctype html><title>x</title><script>var a = '<script type="application/ld+json">';</script>
    <script type="application/ld+json">{json.dumps(A)}</script>
    <SCRIPT TYPE='application/ld+json; charset=utf-8' id=x>//<![CDATA[
    {json.dumps(B)};
    //]]></SCRIPT>
    <script type=application/ld+json>{{"text": "raw
    line"}}</script>
    <script type="application/ld+json">{{broken</script><p>\xe9"""
    (element,) = read_page(write(tmp_path, page.encode("latin-1")))
    assert element.value == [A, B, {"text": "raw\n    line"}, None]
    (element,) = read_page(write(tmp_path, f'<script type="application/ld+json">{json.dumps(A)}</script><![bogus[x]]>'))
    assert element.value == [A]
