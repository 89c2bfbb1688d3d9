"""A record as the fields of a form, and back: what a form has becomes a merge patch, as the API takes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from index.errors import RebutError
from index.kinds import RecordKind
from index.readers.dates import read_date, spoken
from index.text.language import detect_language

Typed = dict[str, str]
"""The fields of a form, as somebody typed them or is shown them."""
Fields = dict[str, Any]

PARTY = ("name", "role", "side")
CITED = ("source_id", "url", "section", "paragraph", "item", "quotation")
FIGURES = ("value", "worst", "best")
BLANK = "new"
"""What stands in the place of a language's code where wordings in another one may be added."""


class Sort(NamedTuple):
    """A sort of field.

    Attributes:
        show: a field's name and value -> what the form shows.
        read: the name and the whole form -> the value; None takes the field away.
        always: whether every form has it; else it stays where a form has none.
    """

    show: Callable[[str, Any], Typed]
    read: Callable[[str, Typed], Any]
    always: bool = True


def _text(name: str, typed: Typed) -> str:
    return typed.get(name, "").strip()


def _optional(name: str, typed: Typed) -> str | None:
    return _text(name, typed) or None


def _lines(name: str, typed: Typed) -> list[str]:
    return [line.strip() for line in typed.get(name, "").splitlines() if line.strip()]


def _number(text: str, kind: type[int] | type[float]) -> object:
    """A figure; what is none stays as it is, and is refused by the rules."""
    try:
        return kind(text.replace(",", ".")) if text else None
    except ValueError:
        return text


def _show_party(name: str, value: Any) -> Typed:
    shown = {f"{name}.{part}": str(value.get(part, "")) for part in PARTY}
    return shown | ({f"{name}.person": "yes"} if value.get("person") else {})


def _read_party(name: str, typed: Typed) -> Fields:
    rest = {part: _optional(f"{name}.{part}", typed) for part in PARTY[1:]}
    return {"name": _text(f"{name}.name", typed), **rest, "person": f"{name}.person" in typed or None}


def _show_when(name: str, value: Any) -> Typed:
    edtf, text = value["edtf"], value["text"]
    return {f"{name}.edtf": edtf, f"{name}.text": "" if text == _in_words(edtf) else text}


def _read_when(name: str, typed: Typed) -> Fields | None:
    """A date in any form in which tables have them; without words of its own it is told in plain ones."""
    written, words = _text(f"{name}.edtf", typed), _text(f"{name}.text", typed)
    if not written and not words:
        return None
    try:
        edtf = read_date(written or words, typed.get("language", "")).edtf
    except (ValueError, RebutError):
        edtf = written
    return {"edtf": edtf, "text": words or _in_words(edtf)}


def _in_words(edtf: str) -> str:
    try:
        return spoken(edtf)
    except (ValueError, IndexError):
        return edtf


def _show_citation(name: str, value: Any) -> Typed:
    return {f"{name}.{part}": str(value[part]) for part in CITED if value.get(part) is not None}


def _read_citation(name: str, typed: Typed) -> Fields:
    cited: Fields = {part: text for part in CITED if (text := _text(f"{name}.{part}", typed))}
    return cited | ({"paragraph": _number(cited["paragraph"], int)} if "paragraph" in cited else {})


def _show_citations(name: str, value: Any) -> Typed:
    return {field: text for place, one in enumerate(value) for field, text in _show_citation(f"{name}.{place}", one).items()}


def _read_citations(name: str, typed: Typed) -> list[Fields]:
    return [cited for place in places(name, typed) if (cited := _read_citation(f"{name}.{place}", typed))]


def places(name: str, typed: Typed) -> list[int]:
    """The places of a field that comes several times, in which anything stands."""
    found = (re.match(rf"{name}\.(\d{{1,4}})\.", field) for field, text in typed.items() if text.strip())
    return sorted({int(one[1]) for one in found if one})


def _show_wordings(name: str, value: Any) -> Typed:
    return {f"{name}.{language}": "\n".join(texts) for language, texts in value.items()}


def _read_wordings(name: str, typed: Typed) -> Fields:
    codes = [field.removeprefix(f"{name}.") for field in typed if field.startswith(f"{name}.")]
    read: Fields = {code: _lines(f"{name}.{code}", typed) or None for code in codes if "." not in code}
    added = _lines(f"{name}.{BLANK}.texts", typed)
    if added:
        code = _text(f"{name}.{BLANK}.language", typed).lower() or detect_language(added[0])
        read[code] = [*(read.get(code) or []), *added]
    return read


def _show_rating(name: str, value: Any) -> Typed:
    return {f"{name}.{part}": str(found) for part, found in value.items()}


def _read_rating(name: str, typed: Typed) -> Fields:
    figures = {part: _number(_text(f"{name}.{part}", typed), float) for part in FIGURES}
    return {"rated": _text(f"{name}.rated", typed), "original": _optional(f"{name}.original", typed), **figures}


def _show_stance(name: str, value: Any) -> Typed:
    return {f"answers.{id_}": name for id_ in value}


def _read_stance(name: str, typed: Typed) -> list[str]:
    ids = [field.removeprefix("answers.") for field, stance in typed.items() if field.startswith("answers.") and stance == name]
    another = _text("another.id", typed)
    return ids + ([another] if another and typed.get("another.stance") == name and another not in ids else [])


TEXT = Sort(lambda name, value: {name: str(value)}, _text)
OPTIONAL = Sort(lambda name, value: {name: str(value)}, _optional)
LINES = Sort(lambda name, value: {name: "\n".join(value)}, _lines)
SPOKEN = Sort(TEXT.show, lambda name, typed: _text(name, typed).lower() or _heard(typed))
SAID = {"kind": TEXT, "text": TEXT, "language": SPOKEN}
WHEN = Sort(_show_when, _read_when)
WHO = Sort(_show_party, _read_party)
CITATIONS = Sort(_show_citations, _read_citations)
WORDINGS = Sort(_show_wordings, _read_wordings)
STANCE = Sort(_show_stance, _read_stance)

FIELDS: Mapping[RecordKind, Mapping[str, Sort]] = {
    RecordKind.STATEMENT: SAID
    | {"claimant": WHO, "when": WHEN, "places": LINES, "topics": LINES, "citations": CITATIONS, "appearances": LINES}
    | {"wordings": WORDINGS},
    RecordKind.REFUTATION: SAID
    | {"issuer": WHO, "when": WHEN, "citations": CITATIONS, "denies": STANCE, "counters": STANCE, "wordings": WORDINGS},
    RecordKind.REVIEW: {"statement_id": TEXT, "reviewer": WHO, "rating": Sort(_show_rating, _read_rating)}
    | {"citation": Sort(_show_citation, _read_citation), "title": OPTIONAL, "language": SPOKEN, "when": WHEN}
    | {"explanation": OPTIONAL},
    RecordKind.SOURCE: dict.fromkeys(("title", "publisher", "site", "language"), TEXT)
    | {"item": OPTIONAL, "url": OPTIONAL, "published": WHEN, "tier": OPTIONAL._replace(always=False)},
}


def typed_of(kind: RecordKind, record: Fields) -> Typed:
    """What a form shows of a record."""
    shown: Typed = {}
    for name, sort in FIELDS[kind].items():
        if record.get(name) is not None:
            shown |= sort.show(name, record[name])
    return shown


def patch_of(kind: RecordKind, typed: Typed) -> Fields:
    """What a form says, as a merge patch: fields that the form does not have stay."""
    return {name: sort.read(name, typed) for name, sort in FIELDS[kind].items() if sort.always or name in typed}


def _heard(typed: Typed) -> str:
    """The language of what was typed, where nobody says which it is."""
    text = next((typed[name] for name in ("text", "title", "explanation") if typed.get(name, "").strip()), "")
    return detect_language(text) if text else ""
