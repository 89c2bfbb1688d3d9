"""Records as a service tells them.

Fields that a newer service adds are passed over; a test compares these structs with the service's own.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from rebut.words import Rated, RefutationKind, Stance, StatementKind, Tier


class When(msgspec.Struct, frozen=True):
    """A date or a period: as EDTF, and as a person says it."""

    edtf: str
    text: str


class Party(msgspec.Struct, frozen=True):
    """Who makes a statement or issues a refutation."""

    name: str
    role: str | None = None
    side: str | None = None
    person: bool = False


class Source(msgspec.Struct, frozen=True):
    """A document, or a fact-checker's site."""

    id: str
    title: str
    publisher: str
    site: str
    language: str
    item: str | None = None
    url: str | None = None
    published: When | None = None
    tier: Tier | None = None


class CitationView(msgspec.Struct, frozen=True):
    """Where something is written, with the document itself."""

    source: Source
    section: str | None = None
    item: str | None = None
    paragraph: int | None = None
    quotation: str | None = None
    url: str | None = None


class StatementView(msgspec.Struct, frozen=True):
    """A known statement, without its wordings."""

    id: str
    text: str
    language: str
    kind: StatementKind
    claimant: Party
    when: When | None = None
    places: list[str] = []
    topics: list[str] = []


class ListedStatement(StatementView, frozen=True):
    """A statement in a list: when it came in, and when it or what stands against it last changed."""

    added: dt.datetime | None = None
    changed: dt.datetime | None = None


class RefutationView(msgspec.Struct, frozen=True):
    """A refutation as it stands against one statement; `tier` tells how far its source is believed."""

    id: str
    text: str
    kind: RefutationKind
    issuer: Party
    stance: Stance
    when: When | None = None
    citations: list[CitationView] = []
    tier: Tier = Tier.KNOWN


class Rating(msgspec.Struct, frozen=True):
    """How a review rates a statement: what that means, and in the publisher's own words and figures."""

    rated: Rated
    original: str | None = None
    value: float | None = None
    worst: float | None = None
    best: float | None = None


class ReviewView(msgspec.Struct, frozen=True):
    """A fact-checker's review of a statement, whatever it found.

    `tier` tells how far the reviewer is believed; `via` the site that it was fetched from, if that is not the reviewer's own.
    """

    id: str
    reviewer: Party
    language: str
    rating: Rating
    refutes: bool
    citation: CitationView
    title: str | None = None
    when: When | None = None
    tier: Tier = Tier.KNOWN
    via: str | None = None


class ApartView(msgspec.Struct, frozen=True):
    """What is on record and does not count, since nobody knows its publishers: it reaches no verdict."""

    refutations: list[RefutationView] = []
    reviews: list[ReviewView] = []


class StatementDetail(msgspec.Struct, frozen=True):
    """A statement with all that is known about it."""

    statement: StatementView
    wordings: dict[str, list[str]]
    citations: list[CitationView]
    refutations: list[RefutationView]
    refutation_note: str | None
    reviews: list[ReviewView]
    appearances: list[str]
    added: dt.datetime | None = None
    changed: dt.datetime | None = None
    apart: ApartView = ApartView()


class StatementPage(msgspec.Struct, frozen=True):
    """Statements by id, and how many there are on all pages."""

    items: list[ListedStatement]
    next_cursor: str | None
    total: int = 0
    filter_note: str | None = None


class RefutationDetail(msgspec.Struct, frozen=True):
    """A refutation and the ids of the statements it answers."""

    id: str
    text: str
    language: str
    kind: RefutationKind
    issuer: Party
    when: When | None
    denies: list[str]
    counters: list[str]
    citations: list[CitationView]


class Sources(msgspec.Struct, frozen=True):
    """All source documents, by id."""

    items: list[Source]
    total: int = 0
