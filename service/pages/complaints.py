"""What is wrong with a field that people fill in, in their language. The API tells the same in English.

The domain says why as a `Reason`, whose text is known in all languages; of what others say (msgspec, Python) only English is known,
and what it means for people is told instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from index.errors import Reason
from index.kinds import Rated
from service.api.wire.states import FieldProblem
from service.languages import ENGLISH
from service.languages.spoken import N_, RIGHT_TO_LEFT, comma, gettext, language
from service.pages.dates import number
from service.pages.labels import words

ISOLATED = "\u2068{}\u2069"
"""What was typed, in a sentence that is written in the other direction."""

SENTENCES = [
    ("text must not be blank", N_("The box is empty: write or paste what was said.")),
    ("page Expected `int`.*", N_("The list has no such page.")),
    ("answer_id Expected `str` .*", N_("This is not the address of an answer: it may be mistyped, or a part of it is missing.")),
    ("revocation_token .*", N_("The secret is not the one of this answer.")),
    (
        r"text has (?P<number>\d+) characters, more than the (?P<most>\d+) allowed",
        N_("This is too long: it has %(number)s characters, and %(most)s are allowed."),
    ),
    (
        "text must not contain the control character (?P<character>.*)",
        N_("The text has a character that cannot be shown: %(character)s."),
    ),
    (r"\$ is larger than is allowed", N_("Send less at once, or a part of it.")),
    (r"(\$|text) is not a form's text in UTF-8", N_("The form did not arrive whole: send it again.")),
]
"""A field and what the API says of it, as a pattern -> what is told instead, in whole sentences."""
OTHERS = [
    ("why Expected `str` of length >= 1", N_("is missing: it stands in the ledger for good")),
    (r"expires Expected `str` .*", N_("is not a day, such as 2026-11-30")),
    (r"\S+ Expected `str` of length >= 1", N_("is missing")),
    (r"\S+ is required", N_("is missing")),
    (r"\S+ Expected `str` of length <= (?P<most>\d+)", N_("has more than %(most)s characters")),
    (r"\S+ Expected `(int|float)( \| null)?`, got `.*`", N_("is not a number")),
    (r"\S+ Expected `.*`, got `null`", N_("is missing")),
    (r"\S+ (Invalid enum value|must be one of|must be) .*", N_("choose one of those that are offered")),
    (r"\S+ Expected `(int|float)` [<>]=? .*", N_("is too small or too large")),
    (r"\S+ Expected `.*", N_("cannot be used as it is written")),
    (r"(when|published)\S* .*(out of range|must be in).*", N_("there is no such day")),
]
"""The same of what others than the domain say, told after the field's name."""
NAMES = {
    "text": N_("Text"),
    "kind": N_("Sort of statement"),
    "claimant": N_("Who says it"),
    "issuer": N_("Who says so"),
    "reviewer": N_("Who reviewed it"),
    "when": N_("Date"),
    "published": N_("When it was published"),
    "citations": N_("Where it is written"),
    "citation": N_("Where it is published"),
    "language": N_("Language"),
    "places": N_("Places"),
    "topics": N_("Topics"),
    "appearances": N_("Where it was made"),
    "wordings": N_("How people say it"),
    "answers": N_("What it answers"),
    "statement_id": N_("The statement's id"),
    "rating": N_("What they found"),
    "explanation": N_("Why it is rated so"),
    "title": N_("Title"),
    "publisher": N_("Publisher"),
    "site": N_("Site"),
    "url": N_("Link"),
    "tier": N_("How far it is believed"),
    "id": N_("Id"),
    "state": N_("Then it is"),
    "expires": N_("Last day on which it is answered"),
    "superseded_by": N_("What stands for it"),
    "why": N_("Why"),
    "file": N_("The file"),
    "encoding": N_("Encoding"),
    "into": N_("Another statement"),
    "name": N_("Name"),
    "role": N_("Role"),
    "side": N_("Side"),
    "source_id": N_("Source"),
    "section": N_("Section"),
    "paragraph": N_("Paragraph"),
    "quotation": N_("Quotation, word for word"),
    "value": N_("Figure"),
    "worst": N_("The worst there is"),
    "best": N_("The best there is"),
    "original": N_("In their own words"),
    "claim": N_("What is claimed"),
    "date": N_("Date"),
    "lang": N_("Language"),
    "place": N_("Places"),
    "q": N_("Search"),
    "topic": N_("Topics"),
    "source": N_("Source"),
    "sort": N_("Sorted by"),
    "review_url": N_("Where it is published"),
    "review_title": N_("Title of the review"),
    "review_date": N_("When it was published"),
    "rating_value": N_("Figure"),
    "rating_worst": N_("The worst there is"),
    "rating_best": N_("The best there is"),
}
"""What forms call the fields of records, and parts of them; then columns of tables, where these are called otherwise."""
COUNT = re.compile(r"\d{1,3}(,\d{3})+")
"""A number as Python writes it with its groups of digits apart."""


class Complaint(NamedTuple):
    """What is wrong with a field.

    Attributes:
        field: as the API names it.
        names: what forms call it, and the part of it that is meant; empty if nothing has to be said before the words.
        english: whether only English words are known for it, and that is not the reader's language.
    """

    field: str
    names: list[str]
    words: str
    english: bool = False

    @property
    def name(self) -> str:
        """The field and the part of it, in one."""
        return comma().join(self.names)

    @property
    def beside(self) -> str:
        """What stands beside the field: the part of it, if it has some, and what is wrong."""
        return _after(self.names[1], self.words) if self.names[1:] else self.words

    @property
    def root(self) -> str:
        """The field of a form that it belongs to."""
        return re.split(r"[.\[]", self.field, maxsplit=1)[0]

    def told(self) -> str:
        """In one line."""
        return _after(self.name, self.words) if self.names else self.words


def complaint(error: FieldProblem, said: Reason | None = None) -> Complaint:
    """What is wrong, in the reader's language if it is known there.

    Args:
        said: why, if the domain said so.
    """
    names, told = names_of(error.field), f"{error.field} {error.reason}"
    for patterns, before in ((SENTENCES, []), (OTHERS, names or [error.field])):
        for pattern, text in patterns:
            if found := re.fullmatch(pattern, told, re.DOTALL):
                values = {name: int(value) if value.isdecimal() else value for name, value in found.groupdict().items()}
                return Complaint(error.field, before, in_words(Reason(text, values)))
    if said is not None and is_known(said):
        return Complaint(error.field, names, in_words(said))
    return Complaint(error.field, [error.field], error.reason, english=language() != ENGLISH)


def names_of(field: str) -> list[str]:
    """What forms call a field, and the part of it that is meant (`citations[0].paragraph`); nothing for what they do not name."""
    parts = [part for part in re.split(r"[.\[\]]+", field) if part in NAMES]
    return [gettext(NAMES[part]) for part in [*parts[:1], *parts[1:][-1:]]]


def _after(heading: str, words: str) -> str:
    return gettext("%(heading)s:") % {"heading": heading} + f" {words}"


def is_known(reason: Reason) -> bool:
    """Whether a reason can be told in the reader's language: those with values can, since only ours have any."""
    return language() == ENGLISH or bool(reason.values) or gettext(reason.text) != reason.text


def in_words(reason: Reason | str) -> str:
    """A reason in the reader's language, if it is known there, else in English; what is a text already, as it is."""
    if isinstance(reason, str) or not reason.text:
        return str(reason)
    values: Mapping[str, str] = {name: _told(name, value) for name, value in reason.values.items()}
    return gettext(reason.text) % values if values else gettext(reason.text)


def _told(name: str, value: object) -> str:
    """A value; a field's name is that of the API in English, where it is no word of a sentence."""
    called = NAMES.get(str(value)) if name == "field" and language() != ENGLISH else None
    return gettext(called) if called else _shown(value)


def _shown(value: object) -> str:
    if isinstance(value, Reason):
        return in_words(value)
    if isinstance(value, tuple):
        return comma().join(map(_shown, value))
    if isinstance(value, Rated):
        return words(value)
    if isinstance(value, int) or COUNT.fullmatch(str(value)):
        return number(int(str(value).replace(",", "")))
    return ISOLATED.format(value) if language() in RIGHT_TO_LEFT else str(value)
