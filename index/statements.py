"""The domain: what is known, who said it, where it is written, and what stands against it.

These structs are the one definition of a record. Seed files are decoded into them, the store keeps them whole, the retriever
indexes their forms, and the service shows them.
"""

from __future__ import annotations

import calendar
import datetime as dt
import enum
import re
from typing import NamedTuple

import msgspec


class StatementKind(enum.Enum):
    """What sort of statement it is."""

    ACCUSATION = "accusation"
    """One side accuses another."""
    STATEMENT = "statement"
    """An official says or announces something."""
    EVENT = "event"
    """Something that happened."""
    CONTEXT = "context"
    """A background fact."""
    ASSESSMENT = "assessment"
    """An analyst's reading."""


class RefutationKind(enum.Enum):
    """What sort of answer a refutation is."""

    DENIAL = "denial"
    COUNTER_STATEMENT = "counter-statement"
    FACT = "fact"


class Stance(enum.Enum):
    """How a refutation answers a statement."""

    DENIES = "denies"
    """An official denial of just that."""
    COUNTERS = "counters"
    """It stands against the statement without naming it."""


class FormKind(enum.Enum):
    """Which part of a record a searchable text is."""

    TEXT = "text"
    WORDING = "wording"
    REFUTATION = "refutation"


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A date or a period, as precise as its source and never more.

    Attributes:
        edtf: ISO 8601-2 (EDTF) date `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, interval `A/B`, or open interval `A/..` or `../B`.
        text: how a person says it ("since late June 2024").
    """

    edtf: str
    text: str

    def bounds(self) -> tuple[dt.date, dt.date]:
        """First and last day covered; an open end is `date.min` or `date.max`.

        Raises:
            ValueError: if `edtf` is malformed, no such day exists, or the interval ends before it begins.
        """
        start, separator, end = self.edtf.partition("/")
        first = dt.date.min if separator and start == ".." else _days(start)[0]
        last = dt.date.max if separator and end == ".." else _days(end if separator else start)[1]
        if last < first:
            raise ValueError(f"{self.edtf!r} ends before it begins")
        return first, last


def _days(edtf: str) -> tuple[dt.date, dt.date]:
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", edtf):
        raise ValueError(f"{edtf!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = [*map(int, edtf.split("-")), 0, 0][:3]
    first = dt.date(year, month or 1, day or 1)
    if day:
        return first, first
    last_month = month or 12
    return first, dt.date(year, last_month, calendar.monthrange(year, last_month)[1])


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who makes a statement (claimant) or issues a refutation (issuer).

    Attributes:
        name: a person, an institution, or a capital that stands for its government.
        role: the office or function in which it speaks.
        side: whose side that is, a lower-case word such as `ukraine`, `belarus`, `russia`, `west`, `analyst`.
    """

    name: str
    role: str | None = None
    side: str | None = None


class Citation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where something is written.

    Attributes:
        source_id: the source document's id.
        section: the heading it stands under ("Introduction" for what comes before the first one).
        paragraph: counted from 1 within the item, or within the section if there is no item.
        item: the sub-heading within the section, as printed.
        quotation: the words of an official, verbatim, where the source itself quotes them.
    """

    source_id: str
    section: str
    paragraph: int
    item: str | None = None
    quotation: str | None = None


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A document that statements are taken from.

    Attributes:
        site: the publisher's host name.
        item: the publisher's own number for the document.
        url: the document's address, if known for certain.
        language: ISO 639 code.
    """

    id: str
    title: str
    publisher: str
    site: str
    language: str
    item: str | None = None
    url: str | None = None
    published: When | None = None


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something that somebody said or that is recorded as a fact, once, however often it is repeated.

    Attributes:
        text: one self-contained sentence.
        language: ISO 639 code of `text`.
        refutation_on_record: whether any refutation answers it; a record says so explicitly.
        wordings: ways people say it, by ISO 639 code.
    """

    id: str
    kind: StatementKind
    text: str
    language: str
    claimant: Party
    citations: list[Citation]
    refutation_on_record: bool
    when: When | None = None
    places: list[str] = []
    topics: list[str] = []
    wordings: dict[str, list[str]] = {}


class Refutation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an official said, or what is on record, against statements.

    Attributes:
        denies: ids of the statements of which this is an official denial.
        counters: ids of the statements it stands against without naming them.
    """

    id: str
    kind: RefutationKind
    text: str
    language: str
    issuer: Party
    citations: list[Citation]
    denies: list[str] = []
    counters: list[str] = []
    when: When | None = None
    wordings: dict[str, list[str]] = {}

    def stances(self) -> dict[str, Stance]:
        """Statement id -> how this answers it; denials first."""
        denied = dict.fromkeys(self.denies, Stance.DENIES)
        return denied | {id_: Stance.COUNTERS for id_ in self.counters if id_ not in denied}


class Form(NamedTuple):
    """One searchable text of a record.

    Attributes:
        record_id: id of a statement, or of a refutation where `kind` is `REFUTATION`.
        language: ISO 639 code.
    """

    record_id: str
    kind: FormKind
    language: str
    text: str


def forms_of(record: Statement | Refutation) -> list[Form]:
    """All searchable texts of a record, its own text first."""
    refutes = isinstance(record, Refutation)
    own = FormKind.REFUTATION if refutes else FormKind.TEXT
    reworded = FormKind.REFUTATION if refutes else FormKind.WORDING
    forms = [Form(record.id, own, record.language, record.text)]
    for language, wordings in record.wordings.items():
        forms += [Form(record.id, reworded, language, wording) for wording in wordings]
    return forms
