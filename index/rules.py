"""What a record must keep to, whoever writes it: seed files and editors are held to the same. Every problem is told at once."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec

from index.errors import NoDate, Reason
from index.kinds import TABLE, RefutationKind
from index.records import Citation, Party, Refutation, Review, Source, Statement, When, passages_of

Record = Source | Statement | Refutation | Review
StructT = TypeVar("StructT", bound=msgspec.Struct)

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}")
HOST = re.compile(r"(?:[a-z0-9_\u0080-\U0010ffff-]+\.)+[a-z0-9_\u0080-\U0010ffff-]+\.?")
LONGEST_TEXT = 5_000
LONGEST_LABEL = 500
LONGEST_ID = 200
LONGEST_URL = 2_000
NO_ADDRESS = Reason("%(url)s is no http or https address")
MOST_PARAGRAPHS = 1_000_000
MOST_LISTED = 1_000
"""Citations, wordings, places and the like that one record may have: each wording is encoded, and all are shown."""
UNSEEN = ("Cc", "Cs")
"""Unicode categories of characters that no text should hold: controls, lone surrogates."""


class Broken(NamedTuple):
    """A rule that a record breaks: the field, and why; the field is empty where it is the record itself."""

    field: str
    said: Reason

    @property
    def reason(self) -> str:
        """Why, in English."""
        return str(self.said)

    def told(self) -> str:
        """In one line."""
        return f"{self.field}: {self.reason}" if self.field else self.reason


def decoded(value: object, model: type[StructT]) -> tuple[StructT | None, list[Broken]]:
    """Decode a struct, field by field and element by element, so that every field that cannot be read is told.

    Returns:
        The struct, or None with what is wrong.
    """
    if not isinstance(value, Mapping):
        return None, [Broken("", Reason(f"Expected `object`, got `{type(value).__name__}`"))]
    fields = {field.encode_name: field for field in msgspec.structs.fields(model)}
    broken = [Broken("", Reason(f"Object contains unknown field `{name}`")) for name in value if name not in fields]
    for name, field in fields.items():
        if name in value:
            broken += _of_field(name, value[name], field.type)
        elif field.required:
            broken.append(Broken("", Reason(f"Object missing required field `{name}`")))
    return (None, broken) if broken else (msgspec.convert(value, model), [])


def _of_field(name: str, value: object, wanted: Any) -> Iterator[Broken]:
    try:
        msgspec.convert({name: value}, dict[str, wanted])
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        reason, _, path = str(error).partition(" - at ")
        yield Broken(name + path.strip("`").removeprefix("$[...]"), Reason(reason))


STAND_INS: dict[str, object] = {
    "kind": "fact",
    "language": "en",
    "rating": {"rated": "unclear"},
    "citation": {"source_id": "x", "url": "https://x.example"},
    "citations": [{"source_id": "x", "url": "https://x.example"}],
    "denies": ["x"],
    "refutation_on_record": False,
    "claimant": {"name": "x"},
    "issuer": {"name": "x"},
    "reviewer": {"name": "x"},
}
"""What stands for a field that is missing or cannot be read, so that the others can be checked; a short text for the rest."""


def as_far_as_read(value: object, model: type[StructT], broken: list[Broken]) -> StructT | None:
    """A record with stand-ins for the fields that cannot be read; None if there is nothing to be read."""
    if not isinstance(value, Mapping):
        return None
    wrong = roots(broken)
    fields = msgspec.structs.fields(model)
    kept = {field.name: value[field.name] for field in fields if field.name in value and field.name not in wrong}
    needed = {field.name: STAND_INS.get(field.name, "x") for field in fields if field.required}
    kind = {"kind": "claim"} if model is Statement else {}
    return msgspec.convert(needed | kind | kept, model)


def roots(broken: list[Broken]) -> set[str]:
    """The names of the fields in which something is wrong."""
    named = [re.match(r"\w*", one.field) for one in broken]
    missing = [re.search(r"required field `(\w+)`", one.reason) for one in broken if not one.field]
    return {found[0] for found in named if found} | {found[1] for found in missing if found}


def broken_rules(record: Record) -> list[Broken]:
    """What of a record breaks a rule that decoding does not check. What it refers to is not looked up."""
    if isinstance(record, Source):
        return [*_source(record)]
    if isinstance(record, Review):
        return [*_review(record)]
    return [*_said(record)]


def _source(source: Source) -> Iterator[Broken]:
    yield from _id("id", source.id)
    yield from _when("published", source.published)
    labels = ("title", "publisher", "site", "language", "item")
    yield from (broken for name in labels for broken in _label(name, getattr(source, name)))
    yield from _address("url", source.url)


def _review(review: Review) -> Iterator[Broken]:
    yield from _id("id", review.id)
    yield from _when("when", review.when)
    yield from _party("reviewer", review.reviewer)
    yield from _language("language", review.language)
    yield from _label("via", review.via)
    for name, text in (("title", review.title), ("explanation", review.explanation), ("rating.original", review.rating.original)):
        yield from _text(name, text or "-", LONGEST_TEXT)
    figures = (review.rating.value, review.rating.worst, review.rating.best)
    if not all(math.isfinite(figure) for figure in figures if figure is not None):
        yield Broken("rating", Reason("has a figure that is none"))
    if review.citation.url is None and not review.citation.source_id.startswith(TABLE):
        yield Broken("citation", Reason("needs a url"))
    yield from _citation("citation", review.citation)


def _said(record: Statement | Refutation) -> Iterator[Broken]:
    """What statements and refutations have in common, and what they have not."""
    if crowded := list(_crowded(record)):
        yield from crowded
        return
    yield from _id("id", record.id)
    yield from _when("when", record.when)
    if not record.citations:
        yield Broken("citations", Reason("at least one is needed"))
    for citation in record.citations:
        placed = citation.source_id.startswith(TABLE) or (citation.section is not None and citation.paragraph is not None)
        if citation.url is None and not placed:
            yield Broken("citations", Reason("each needs a url, or a section and a paragraph"))
        yield from _citation("citations", citation)
    if isinstance(record, Statement):
        yield from _party("claimant", record.claimant)
        labels = [("places", place) for place in record.places] + [("topics", topic) for topic in record.topics]
        yield from (broken for name, label in labels for broken in _label(name, label))
        yield from (broken for address in record.appearances for broken in _address("appearances", address))
    else:
        yield from _party("issuer", record.issuer)
        yield from _answers(record)
    yield from _passages(record)


def _crowded(record: Statement | Refutation) -> Iterator[Broken]:
    """Lists that are too long; then nothing else is looked at."""
    said = {field.name: getattr(record, field.name) for field in msgspec.structs.fields(record)}
    lists = {name: value for name, value in said.items() if isinstance(value, list)}
    for name, values in (lists | {"wordings": [word for some in record.wordings.values() for word in some]}).items():
        if len(values) > MOST_LISTED:
            counted = {"number": len(values), "most": MOST_LISTED}
            yield Broken(name, Reason("has %(number)s entries, more than %(most)s", counted))


def _answers(refutation: Refutation) -> Iterator[Broken]:
    if refutation.kind is RefutationKind.REVIEW:
        yield Broken("kind", Reason("'review' is for reviews loaded from a ClaimReview feed"))
    for id_ in sorted(set(refutation.denies) & set(refutation.counters)):
        yield Broken("counters", Reason("%(id)s is also under denies", {"id": repr(id_)}))
    if not refutation.denies and not refutation.counters:
        yield Broken("denies", Reason("it answers no statement"))


def _passages(record: Statement | Refutation) -> Iterator[Broken]:
    passages = passages_of(record)
    for place, passage in enumerate(passages):
        yield from _text(passage.kind.value, passage.text, LONGEST_TEXT)
        yield from _language(passage.kind.value if place else "language", passage.language)
    for text, count in Counter(passage.text.casefold() for passage in passages).items():
        if count > 1:
            yield Broken("wordings", Reason("%(text)s stands there %(count)s times", {"text": repr(text), "count": count}))


def _citation(name: str, citation: Citation) -> Iterator[Broken]:
    if citation.paragraph is not None and not 1 <= citation.paragraph <= MOST_PARAGRAPHS:
        yield Broken(name, Reason("paragraphs count from 1, not %(number)s", {"number": citation.paragraph}))
    for label in (citation.section, citation.item):
        yield from _label(name, label)
    yield from _text(name, citation.quotation or "-", LONGEST_TEXT)
    yield from _address(name, citation.url)


def _party(name: str, party: Party) -> Iterator[Broken]:
    yield from (broken for label in (party.name, party.role, party.side) for broken in _label(name, label))


def _id(name: str, record_id: str) -> Iterator[Broken]:
    if not ID.fullmatch(record_id):
        yield Broken(name, Reason("use lower-case letters, digits and single hyphens, not %(id)s", {"id": repr(record_id)}))
    elif len(record_id) > LONGEST_ID:
        yield Broken(name, too_long(record_id, LONGEST_ID))


def _label(name: str, label: str | None) -> Iterator[Broken]:
    if label is not None:
        yield from _text(name, label, LONGEST_LABEL)


def _text(name: str, text: str, longest: int) -> Iterator[Broken]:
    if not text.strip():
        yield Broken(name, Reason("empty text"))
    if any(unicodedata.category(character) in UNSEEN for character in text):
        yield Broken(name, Reason("control character in %(text)s", {"text": repr(text)}))
    if len(text) > longest:
        yield Broken(name, too_long(text, longest))


def too_long(text: str, longest: int) -> Reason:
    """That a text has more characters than it may have."""
    return Reason("has %(number)s characters, more than %(most)s", {"number": len(text), "most": longest})


def _language(name: str, language: str) -> Iterator[Broken]:
    if not LANGUAGE.fullmatch(language):
        yield Broken(name, Reason("%(language)s is not an ISO 639 code", {"language": repr(language)}))


def _when(name: str, when: When | None) -> Iterator[Broken]:
    try:
        if when is not None:
            when.bounds()
            yield from _text(name, when.text or "-", LONGEST_LABEL)
    except ValueError as error:
        yield Broken(name, error.said if isinstance(error, NoDate) else Reason(str(error)))


def _address(name: str, url: str | None) -> Iterator[Broken]:
    if url is not None and not is_address(url):
        yield Broken(name, NO_ADDRESS.of(url=repr(url)))


def is_address(url: str) -> bool:
    """Whether it is an address of the web that can be shown as a link: http or https, with a host.

    The host has to be one for browsers, too: they end it at a backslash, and pass over a name before an `@`. So what stands there
    could seem to be of a site to which it does not lead.
    """
    try:
        parsed = urlsplit(url)
        host, _ = parsed.hostname or "", parsed.port
    except ValueError:
        return False
    plain = parsed.scheme in ("http", "https") and url.isprintable() and len(url) <= LONGEST_URL
    return plain and "@" not in parsed.netloc and HOST.fullmatch(host) is not None and all(map(_of_a_name, host))


def _of_a_name(character: str) -> bool:
    """Whether a host's name may hold a character: those of ASCII are letters, digits and what `HOST` allows."""
    return character.isascii() or unicodedata.category(character)[0] in "LMN"
