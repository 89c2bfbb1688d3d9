"""The domain: what is known, who said it, where it is written, and what stands against it.

These structs are the one definition of a record. Seed files are decoded into them, the store keeps them whole, the retriever
indexes their passages, and the service shows them.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import NamedTuple

import msgspec

from index.errors import NoDate, Reason
from index.kinds import PassageKind, Rated, RefutationKind, Stance, StatementKind, Tier


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
            ValueError: if `edtf` is malformed (`NoDate`), no such day exists, or the interval ends before it begins.
        """
        start, separator, end = self.edtf.partition("/")
        first = dt.date.min if separator and start == ".." else _days(start)[0]
        last = dt.date.max if separator and end == ".." else _days(end if separator else start)[1]
        if last < first:
            raise NoDate(Reason("%(date)s ends before it begins", {"date": repr(self.edtf)}))
        return first, last


def _days(edtf: str) -> tuple[dt.date, dt.date]:
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", edtf):
        raise NoDate(Reason("%(date)s is not YYYY, YYYY-MM or YYYY-MM-DD", {"date": repr(edtf)}))
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
        person: whether it is a single person, not an institution or a group.
    """

    name: str
    role: str | None = None
    side: str | None = None
    person: bool = False


UNKNOWN = Party("unknown")
"""The claimant where nobody is named."""


class Citation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where something is written.

    Attributes:
        source_id: the source document's id.
        section: the heading it stands under ("Introduction" for what comes before the first one). Always given in a seed file.
        paragraph: counted from 1 within the item, or within the section if there is no item. Always given in a seed file.
        item: the sub-heading within the section, as printed.
        quotation: the words of an official, verbatim, where the source itself quotes them.
        url: the address of the very page, where the source is a site rather than a document.
    """

    source_id: str
    section: str | None = None
    paragraph: int | None = None
    item: str | None = None
    quotation: str | None = None
    url: str | None = None


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A document, or a fact-checker's site, that statements are taken from.

    Attributes:
        site: the publisher's host name.
        item, url: the publisher's own number for the document; its address, if known for certain.
        language: ISO 639 code, `und` for a site, whose pages tell their own.
        tier: how far the desk believes it; None to go by the lists (`index/tiers.py`).
    """

    id: str
    title: str
    publisher: str
    site: str
    language: str
    item: str | None = None
    url: str | None = None
    published: When | None = None
    tier: Tier | None = None


def host(source: Source) -> str:
    """The host name of a source's site without "www."."""
    return source.site.lower().removeprefix("www.")


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something that somebody said or that is recorded as a fact, once, however often it is repeated.

    Attributes:
        text: one self-contained sentence.
        language: ISO 639 code of `text`.
        refutation_on_record: whether any `Refutation` record answers it; a record says so explicitly. Reviews do not count.
        wordings: ways people say it, by ISO 639 code.
        appearances: addresses where it was made, the first known one first.
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
    appearances: list[str] = []


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


class Rating(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a review rates a statement.

    Attributes:
        rated: what that means.
        original: the rating in the publisher's own words.
        value: the publisher's figure, on the scale from `worst` (false) to `best` (true).
    """

    rated: Rated
    original: str | None = None
    value: float | None = None
    worst: float | None = None
    best: float | None = None


class Review(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A fact-checker's review of a statement, whatever it found. It is a refutation only if it found the statement false.

    Attributes:
        citation: where it is published: the publisher's site and the address on it; or the table that it stands in, without one.
        language: ISO 639 code of the review.
        explanation: why it is rated so, as the table that it was loaded from says.
        via: the host that it was fetched from, if that is not its publisher's own.
    """

    id: str
    statement_id: str
    citation: Citation
    reviewer: Party
    language: str
    rating: Rating
    title: str | None = None
    when: When | None = None
    explanation: str | None = None
    via: str | None = None

    @property
    def refutes(self) -> bool:
        """Whether it says that the statement is false. Misleading or unproven is not enough."""
        return self.rating.rated in (Rated.FALSE, Rated.MOSTLY_FALSE)

    def refutation(self) -> Refutation | None:
        """As a refutation; None if it does not refute."""
        if not self.refutes:
            return None
        said = f"{self.reviewer.name}: {self.rating.original or self.rating.rated.value.replace('-', ' ')}"
        return Refutation(
            id=self.id,
            kind=RefutationKind.REVIEW,
            text=f"{said} – {self.title}" if self.title else said,
            language=self.language,
            issuer=self.reviewer,
            citations=[self.citation],
            denies=[self.statement_id],
            when=self.when,
        )


class Apart(msgspec.Struct, frozen=True):
    """What is on record about a statement and does not count, as `Dossier` has it; reviews are among the reviews only."""

    refutations: list[Refutation] = []
    reviews: list[Review] = []


class Dossier(msgspec.Struct, frozen=True):
    """A statement with all that is on record about it, as it stood at one moment.

    Attributes:
        refutations: those that count: denials first, then reviews that refute, then what counters.
        reviews: those that count, whatever they found, the newest first.
        sources: each source that anything in here cites, by id.
        added: when the statement came into the store, UTC.
        changed: when it, or what stands against it, last changed, UTC.
        apart: what does not count.
        tiers: id of a refutation or review -> how far it is to be believed.
    """

    statement: Statement
    refutations: list[Refutation]
    reviews: list[Review]
    sources: dict[str, Source]
    added: dt.datetime
    changed: dt.datetime
    apart: Apart = Apart()
    tiers: dict[str, Tier] = {}


class Document(msgspec.Struct, frozen=True):
    """A source document with everything taken from it."""

    source: Source
    statements: list[Statement]
    refutations: list[Refutation]


class Batch(msgspec.Struct, frozen=True):
    """Records that are loaded together, each id once; `tables` are ids of the table whose rows they are, its own first."""

    sources: list[Source]
    statements: list[Statement]
    reviews: list[Review]
    tables: list[str] = []


class Passage(NamedTuple):
    """One searchable text of a record.

    Attributes:
        record_id: id of a statement, or of a refutation where `kind` is `REFUTATION`.
        language: ISO 639 code.
    """

    record_id: str
    kind: PassageKind
    language: str
    text: str


def passages_of(record: Statement | Refutation) -> list[Passage]:
    """All searchable texts of a record, its own text first."""
    refutes = isinstance(record, Refutation)
    own = PassageKind.REFUTATION if refutes else PassageKind.TEXT
    reworded = PassageKind.REFUTATION if refutes else PassageKind.WORDING
    passages = [Passage(record.id, own, record.language, record.text)]
    for language, wordings in record.wordings.items():
        passages += [Passage(record.id, reworded, language, wording) for wording in wordings]
    return passages
