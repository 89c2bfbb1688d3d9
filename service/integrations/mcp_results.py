"""What assistants get: an answer's short form first, a page at a time, never more than they can take in.

Every name is the HTTP API's. What is left out is left out whole; lists that were cut are told in `left_out`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from service.api.wire.fields import Mask, masked, read_mask

LARGEST_BYTES = 30_000
"""Of an answer's JSON, which goes out twice: as text and as structured content. Assistants stop at about 25,000 tokens; the bundled
statements as JSON have 2.4 bytes a token, by the tokenizer of multilingual-e5, and more in other languages."""

SHORTEST_CUT = 200
"""Characters that a text keeps at least where nothing else is left to cut."""

MOST_UNMATCHED = 20
"""Sentences without a known statement that the short form lists."""

CITED = "citations(source(id,title,publisher,url),section,item,paragraph,quotation,url)"
PUBLISHED = "citation(url,source/title)"
MATCH = (
    "statement(id,text,kind,claimant,when),relation(kind,probability,differences),probability,"
    f"{CITED},refutations(id,text,kind,issuer,when,stance,applies_to_claim,{CITED}),refutation_note,"
    f"reviews(reviewer,title,when,rating,refutes,tier,{PUBLISHED}),apart/reviews(reviewer,rating,tier,{PUBLISHED})"
)
AGAIN = "text,start,end,context/text,verdict,relation,refutations_apply"
SHORT_ANSWER = read_mask(
    f"result,claim(language,frame),verdict,matches({MATCH}),parts,filter_note,"
    "nearest_miss(statement(id,text,claimant),relation(kind,probability,differences),probability,reason,review)"
)
SHORT_TEXT = read_mask(
    f"sentences,findings(text,start,end,verdict,context/text,matches({MATCH}),again({AGAIN})),unmatched(text,start,end),filter_note"
)
SEEN_BEFORE = read_mask("statement(id,text),relation,probability,refutations(id,stance,applies_to_claim),refutation_note")
"""What is told of a match whose statement another sentence matched before."""


def short_answer(answer: msgspec.Struct) -> dict[str, Any]:
    """An answer to a claim, as an assistant needs it to tell a person."""
    return _short(answer, SHORT_ANSWER)


def short_text(answer: msgspec.Struct) -> dict[str, Any]:
    """An answer to a text, likewise; each statement's sources and refutations stand at its first finding only."""
    told = _short(answer, SHORT_TEXT)
    left = told["unmatched"][MOST_UNMATCHED:]
    told["unmatched"] = told["unmatched"][:MOST_UNMATCHED]
    return told | ({"left_out": {"unmatched": len(left)}} if left else {})


def _short(answer: msgspec.Struct, mask: Mask) -> dict[str, Any]:
    told: dict[str, Any] = without_nulls(masked(msgspec.to_builtins(answer), mask))
    return told


def without_nulls(told: Any) -> Any:
    """A value without the fields that are null."""
    if isinstance(told, list):
        return [without_nulls(one) for one in told]
    if isinstance(told, dict):
        return {name: without_nulls(value) for name, value in told.items() if value is not None}
    return told


def page_of(told: dict[str, Any], listed: str, start: int) -> dict[str, Any]:
    """As much of an answer's list as fits, from a place on, with `next_cursor` if there is more; the rest of it is cut to fit, too.

    Args:
        listed: the field that has the list.
        start: how many of it the pages before had.
    """
    everything = told[listed][start:]
    rest = {name: value for name, value in told.items() if name != listed}
    if start:
        rest = {name: value for name, value in rest.items() if name not in ("unmatched", "left_out")}
    around = _size(rest | {listed: [], "next_cursor": str(start + len(everything))})
    fitting = _count_that_fits(_first_in_full(everything), LARGEST_BYTES - around)
    paged = rest | {listed: _first_in_full(everything[:fitting])}
    if fitting < len(everything):
        paged["next_cursor"] = str(start + fitting)
    return cut(paged)


def _count_that_fits(items: list[Any], room: int) -> int:
    """How many of the items have room; one at least."""
    fitting = 0
    for item in items:
        room -= _size(item) + 1
        if room < 0:
            break
        fitting += 1
    return max(fitting, 1)


def _first_in_full(findings: list[Any]) -> list[Any]:
    """Findings in whose matches a statement that came before is told in short."""
    seen: set[str] = set()
    return [_told_once(one, seen) for one in findings]


def _told_once(finding: Any, seen: set[str]) -> Any:
    if not (isinstance(finding, dict) and "matches" in finding):
        return finding
    matches = []
    for match in finding["matches"]:
        id_ = match["statement"]["id"]
        matches.append(masked(match, SEEN_BEFORE) if id_ in seen else match)
        seen.add(id_)
    return finding | {"matches": matches}


def cut(told: dict[str, Any]) -> dict[str, Any]:
    """The same, if it fits; else its longest lists are halved until it does, and then its longest texts."""
    left_out: dict[str, int] = dict(told.get("left_out", {}))
    while _size(told | {"left_out": left_out}) > LARGEST_BYTES:
        lists = [found for found in _inside(told) if isinstance(found[1][found[2]], list) and len(found[1][found[2]]) > 1]
        if lists:
            path, holder, key = max(lists, key=lambda one: _size(one[1][one[2]]))
            kept = len(holder[key]) // 2
            left_out[path] = left_out.get(path, 0) + len(holder[key]) - kept
            holder[key] = holder[key][:kept]
        elif not _cut_longest_text(told):
            break
    return told | ({"left_out": left_out} if left_out else {})


def _cut_longest_text(told: dict[str, Any]) -> bool:
    """Halve the longest text; returns whether there was one worth it."""
    texts = [(holder, key) for _, holder, key in _inside(told) if isinstance(holder[key], str)]
    holder, key = max(texts, key=lambda one: len(one[0][one[1]]), default=({"": ""}, ""))
    text = holder[key]
    if len(text) < 2 * SHORTEST_CUT:
        return False
    holder[key] = text[: len(text) // 2] + " …"
    return True


def _inside(told: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every value inside of dicts and lists: the names that lead there, what holds it, and its key or place."""
    items = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, value in items:
        inner = f"{path}/{key}".strip("/") if isinstance(key, str) else path
        yield inner, told, key
        yield from _inside(value, inner)


def _size(told: Any) -> int:
    return len(msgspec.json.encode(told))
