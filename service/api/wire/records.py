"""Records as clients see them. Parties, dates, ratings and sources go over the wire as `index/records.py` has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Self

import msgspec

from index.kinds import RefutationKind, Stance, StatementKind, Tier
from index.records import Citation, Dossier, Party, Rating, Refutation, Review, Source, Statement, When
from index.store.reports import Listed, Listing
from service.check.verdict import NO_REFUTATION


def in_utc(moment: dt.datetime) -> dt.datetime:
    """A moment of the store's, which has no zone, as UTC to the second."""
    return moment.replace(microsecond=0, tzinfo=dt.UTC)


class StatementView(msgspec.Struct, frozen=True):
    """A known statement, without its wordings."""

    id: str
    text: str
    language: str
    kind: StatementKind
    claimant: Party
    when: When | None
    places: list[str]
    topics: list[str]

    @classmethod
    def of(cls, statement: Statement) -> Self:
        """The view of a stored statement."""
        return cls(**{field: getattr(statement, field) for field in cls.__struct_fields__})


class ListedStatement(StatementView, frozen=True, kw_only=True):
    """A statement in a list.

    Attributes:
        added: when it came in.
        changed: when it, or what stands against it, last changed.
    """

    added: dt.datetime
    changed: dt.datetime

    @classmethod
    def listed(cls, one: Listed) -> Self:
        """The view of a listed statement."""
        view = msgspec.structs.asdict(StatementView.of(one.statement))
        return cls(**view, added=in_utc(one.added), changed=in_utc(one.changed))


class CitationView(msgspec.Struct, frozen=True):
    """Where something is written, with the document itself."""

    source: Source
    section: str | None
    item: str | None
    paragraph: int | None
    quotation: str | None
    url: str | None

    @classmethod
    def of(cls, citation: Citation, sources: Mapping[str, Source]) -> Self:
        """The view of a citation whose document is among `sources`."""
        source = sources[citation.source_id]
        return cls(source, citation.section, citation.item, citation.paragraph, citation.quotation, citation.url)


class RefutationView(msgspec.Struct, frozen=True):
    """A refutation as it stands against one statement.

    Attributes:
        tier: how far its source is believed.
    """

    id: str
    text: str
    kind: RefutationKind
    issuer: Party
    when: When | None
    stance: Stance
    citations: list[CitationView]
    tier: Tier = Tier.KNOWN  # what a kept answer says that is older

    @classmethod
    def of(cls, refutation: Refutation, dossier: Dossier) -> Self:
        """The view of a refutation as it stands against the dossier's statement."""
        return cls(
            id=refutation.id,
            text=refutation.text,
            kind=refutation.kind,
            issuer=refutation.issuer,
            when=refutation.when,
            stance=refutation.stances()[dossier.statement.id],
            citations=[CitationView.of(citation, dossier.sources) for citation in refutation.citations],
            tier=dossier.tiers[refutation.id],
        )


class ReviewView(msgspec.Struct, frozen=True):
    """A fact-checker's review of a statement, whatever it found.

    Attributes:
        rating: what was found, in the publisher's own terms and normalised.
        refutes: whether it found the statement false; if so, and if it counts, it stands among the refutations, too.
        tier: how far the reviewer is believed.
        via: the site that it was fetched from, if that is not the reviewer's own.
    """

    id: str
    reviewer: Party
    title: str | None
    language: str
    when: When | None
    rating: Rating
    refutes: bool
    citation: CitationView
    tier: Tier = Tier.KNOWN
    via: str | None = None

    @classmethod
    def of(cls, review: Review, dossier: Dossier) -> Self:
        """The view of a review in a dossier."""
        same = {field: getattr(review, field) for field in cls.__struct_fields__ if field not in ("citation", "tier")}
        return cls(**same, citation=CitationView.of(review.citation, dossier.sources), tier=dossier.tiers[review.id])


class ApartView(msgspec.Struct, frozen=True):
    """What is on record and does not count, since nobody knows its publishers: it reaches no verdict.

    Attributes:
        refutations: without reviews.
    """

    refutations: list[RefutationView] = []
    reviews: list[ReviewView] = []

    @classmethod
    def of(cls, dossier: Dossier) -> Self:
        """The view of what stands apart in a dossier."""
        refutations = [RefutationView.of(one, dossier) for one in dossier.apart.refutations]
        return cls(refutations, [ReviewView.of(one, dossier) for one in dossier.apart.reviews])


class StatementDetail(msgspec.Struct, frozen=True):
    """A statement with all that is known about it.

    Attributes:
        apart: what does not count.
        added: when it came in.
        changed: when it, or what stands against it, last changed.
    """

    statement: StatementView
    wordings: dict[str, list[str]]
    citations: list[CitationView]
    refutations: list[RefutationView]
    refutation_note: str | None
    reviews: list[ReviewView]
    appearances: list[str]
    added: dt.datetime
    changed: dt.datetime
    apart: ApartView = msgspec.field(default_factory=ApartView)

    @classmethod
    def of(cls, dossier: Dossier) -> Self:
        """The view of all that is on record about a statement."""
        statement, sources = dossier.statement, dossier.sources
        return cls(
            statement=StatementView.of(statement),
            wordings=statement.wordings,
            citations=[CitationView.of(citation, sources) for citation in statement.citations],
            refutations=[RefutationView.of(refutation, dossier) for refutation in dossier.refutations],
            refutation_note=refutation_note(dossier),
            reviews=[ReviewView.of(review, dossier) for review in dossier.reviews],
            appearances=statement.appearances,
            added=in_utc(dossier.added),
            changed=in_utc(dossier.changed),
            apart=ApartView.of(dossier),
        )


class StatementPage(msgspec.Struct, frozen=True):
    """Statements by id; pass `next_cursor` as `cursor` for the next page, null on the last.

    Attributes:
        total: how many there are on all pages.
        filter_note: says so where no statement passes the filter, and what may be meant; only there.
    """

    items: list[ListedStatement]
    next_cursor: str | None
    total: int = 0
    filter_note: str | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def of(cls, found: Listing, limit: int, filter_note: str | None = None) -> Self:
        """A page of at most `limit` statements, made from one more, if there are more."""
        items = [ListedStatement.listed(one) for one in found.statements[:limit]]
        return cls(items, items[-1].id if len(found.statements) > limit else None, found.total, filter_note or msgspec.UNSET)


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

    @classmethod
    def of(cls, refutation: Refutation, sources: Mapping[str, Source]) -> Self:
        """The view of a refutation whose documents are among `sources`."""
        same = {field: getattr(refutation, field) for field in cls.__struct_fields__ if field != "citations"}
        return cls(**same, citations=[CitationView.of(citation, sources) for citation in refutation.citations])


class Sources(msgspec.Struct, frozen=True):
    """All source documents, by id, each with how far it is believed, and how many there are."""

    items: list[Source]
    total: int = 0


def refutation_note(dossier: Dossier) -> str | None:
    """What an answer says where a statement has no refutation."""
    return None if dossier.refutations else NO_REFUTATION
