"""Answers in part, and with each source once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.api.wire.answers import Answer, BatchAnswer
from service.api.wire.fields import compact, masked, read_mask, refuse_unknown_fields

Client = TestClient[Litestar]
CLAIM = {"text": "North is massing troops near the river"}


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("a", {"a": {}}),
        (" a , b ", {"a": {}, "b": {}}),
        ("a/b/c", {"a": {"b": {"c": {}}}}),
        ("a(b,c/d),e", {"a": {"b": {}, "c": {"d": {}}}, "e": {}}),
        ("a/b,a/c", {"a": {"b": {}, "c": {}}}),
        ("a/b,a", {"a": {}}),
        ("a(b(c))", {"a": {"b": {"c": {}}}}),
        ("*/b", {"*": {"b": {}}}),
    ],
)
def test_masks(text: str, mask: dict[str, Any]) -> None:
    assert read_mask(text) == mask


@pytest.mark.parametrize(
    "text", ["a(", "a)", "a(b", "a,", ",a", "a//b", "a/", "(a)", "a b", "a()", "a/" * 900 + "a", "a(" * 900 + "a" * 9999]
)
def test_what_is_no_mask_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"missing|cannot be read|nested|characters"):
        read_mask(text)


def test_a_mask_goes_through_lists_and_stars() -> None:
    told = {"a": [{"b": 1, "c": 2}, {"b": 3}], "d": {"b": 4, "c": 5}}
    assert masked(told, read_mask("a/b")) == {"a": [{"b": 1}, {"b": 3}]}
    assert masked(told, read_mask("*/c")) == {"a": [{"c": 2}, {}], "d": {"c": 5}}
    assert masked(told, {}) == told


def test_a_mask_names_what_there_is() -> None:
    refuse_unknown_fields(read_mask("result,verdict/kind,matches(citations/source/title,explanation/features/x)"), Answer)
    refuse_unknown_fields(read_mask("results(result,verdict,status)"), BatchAnswer)
    for wrong, said in [
        ("verdikt", "verdikt is not a field of the answer; the fields are result, claim, verdict"),
        ("matches/statement/titel", "matches/statement/titel is not a field of the answer; the fields are id, text"),
        ("verdict/kind/x", "verdict/kind/x is not a field of the answer; it has none"),
    ]:
        with pytest.raises(ValueError, match=said):
            refuse_unknown_fields(read_mask(wrong), Answer)


def test_fields_of_an_answer(reading_client: Client) -> None:
    asked = "/v1/claims/check?fields=verdict/kind,matches(statement/id,citations/source/title)"
    assert reading_client.post(asked, json=CLAIM).json() == {
        "verdict": {"kind": "officially_refuted"},
        "matches": [{"statement": {"id": "north-masses-troops"}, "citations": [{"source": {"title": "A paper"}}]}],
    }
    listed = reading_client.get("/v1/statements?fields=items(id,added),total&limit=1").json()
    assert (set(listed), set(listed["items"][0]), listed["total"]) == ({"items", "total"}, {"id", "added"}, 3)
    batch = reading_client.post("/v1/claims/check/batch?fields=results/verdict/kind", json={"claims": [CLAIM]}).json()
    assert batch == {"results": [{"verdict": {"kind": "officially_refuted"}}]}
    text = reading_client.post("/v1/texts/check?fields=findings/text", json=CLAIM).json()
    assert text == {"findings": [CLAIM]}
    streamed = reading_client.post("/v1/texts/check/stream?fields=sentences", json=CLAIM).text
    assert json.loads(streamed.split("event: result")[1].split("data: ")[1].split("\r\n")[0]) == {"sentences": 1}


def test_a_compact_answer_has_each_source_once_and_all_else(reading_client: Client) -> None:
    full = reading_client.post("/v1/claims/check", json=CLAIM)
    small = reading_client.post("/v1/claims/check?compact=true", json=CLAIM)
    told = small.json()
    assert list(told["sources"]) == ["paper-1"]
    assert small.text.count("A paper") == 1 < full.text.count("A paper")
    assert "null" not in small.text
    assert told["matches"][0]["refutations"][0]["citations"][0]["source_id"] == "paper-1"
    assert _whole(told, told.pop("sources")) == _without_nulls(full.json())


def _whole(told: Any, sources: dict[str, Any]) -> Any:
    """A compact answer with its sources where they belong."""
    if isinstance(told, list):
        return [_whole(one, sources) for one in told]
    if not isinstance(told, dict):
        return told
    whole = {name: _whole(value, sources) for name, value in told.items() if name != "source_id"}
    return whole | ({"source": sources[told["source_id"]]} if "source_id" in told else {})


def _without_nulls(told: Any) -> Any:
    if isinstance(told, list):
        return [_without_nulls(one) for one in told]
    return {name: _without_nulls(value) for name, value in told.items() if value is not None} if isinstance(told, dict) else told


def test_compact_takes_parts_of_an_answer() -> None:
    told = {"a": [{"source": {"id": "s", "t": 1}}, {"source": {"id": "s", "t": 1}}], "b": None, "source": "text"}
    assert compact(told) == {"a": [{"source_id": "s"}] * 2, "source": "text", "sources": {"s": {"id": "s", "t": 1}}}
