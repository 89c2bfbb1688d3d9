"""Write refutations as schema.org has them: one ClaimReview for each refutation of a statement."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import msgspec

from index.kinds import Rated, RefutationKind, Stance
from index.readers.ratings import meaning
from index.records import UNKNOWN, Citation, Dossier, Party, Refutation, Review, Source, Statement, When, host
from index.records import Rating as StoredRating

CONTEXT = "https://schema.org"
LD_JSON = "application/ld+json"
WORST, BEST = 1, 5
"""schema.org's scale, where none is given."""
STANCE_WORDS = {Stance.DENIES: "Denied", Stance.COUNTERS: "Countered"}


class Organization(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="@type", tag="Organization"):
    """An institution, a group, or a publisher."""

    name: str
    url: str | None = None


class Person(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="@type", tag="Person", rename="camel"):
    """A single person."""

    name: str
    job_title: str | None = None


class CreativeWork(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="@type", tag="CreativeWork", rename="camel"):
    """A document or a post."""

    name: str | None = None
    url: str | None = None
    publisher: Organization | None = None
    date_published: str | None = None


class Claim(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="@type", tag="Claim", rename="camel"):
    """The statement that is refuted: who made it, when and where."""

    author: Organization | Person | None = None
    date_published: str | None = None
    appearance: list[CreativeWork] = []
    first_appearance: CreativeWork | None = None


class ReviewRating(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="@type", tag="Rating", rename="camel"):
    """How it is rated: in words, and, where who rates it gives one, by a figure between worst (false) and best (true)."""

    alternate_name: str
    rating_value: float | None = None
    best_rating: float | None = None
    worst_rating: float | None = None


class ClaimReview(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="@type", tag="ClaimReview", rename="camel"):
    """One refutation of one statement."""

    url: str
    claim_reviewed: str
    item_reviewed: Claim
    review_rating: ReviewRating
    author: Organization | Person
    in_language: str
    name: str | None = None
    date_published: str | None = None
    citation: list[CreativeWork] = []


class Graph(msgspec.Struct, frozen=True):
    """The refutations of one statement, as JSON-LD."""

    context: str = msgspec.field(name="@context")
    reviews: list[ClaimReview] = msgspec.field(name="@graph")


class DataFeedItem(msgspec.Struct, frozen=True, tag_field="@type", tag="DataFeedItem", rename="camel"):
    """A refuted statement in the feed: when it came in, when it or what stands against it last changed, and the refutations."""

    date_created: str
    date_modified: str
    item: list[ClaimReview]


class DataFeed(msgspec.Struct, frozen=True, tag_field="@type", tag="DataFeed", rename="camel"):
    """The feed of all refuted statements; `dateModified` is missing while there are none."""

    name: str
    data_feed_element: list[DataFeedItem]
    date_modified: str | None = None
    context: str = msgspec.field(name="@context", default=CONTEXT)


def claim_reviews(dossier: Dossier, base: str) -> list[ClaimReview]:
    """A ClaimReview for each refutation of a statement.

    Args:
        base: the service's own address without a slash at its end; a refutation without an address of its own gets the page there.
    """
    claim = _claim(dossier.statement, dossier.sources)
    return [_claim_review(dossier, claim, refutation, base) for refutation in dossier.refutations]


def script(graph: Graph) -> str:
    """JSON-LD as an HTML element to put into a page; nothing in it can end the element."""
    encoded = msgspec.json.encode(graph).decode()
    for character in "<>&\u2028\u2029":
        encoded = encoded.replace(character, f"\\u{ord(character):04x}")
    return f'<script type="{LD_JSON}">{encoded}</script>'


def address_of(answer: Refutation | Review, dossier: Dossier, base: str) -> str:
    """Where a person can read a refutation or a review: its page, its document, or this service's page of the statement."""
    citation = answer.citation if isinstance(answer, Review) else answer.citations[0]
    here = f"{base}/statements/{quote(dossier.statement.id, safe='')}#{quote(answer.id, safe='')}"
    return citation.url or dossier.sources[citation.source_id].url or here


def _claim_review(dossier: Dossier, claim: Claim, refutation: Refutation, base: str) -> ClaimReview:
    review = next((review for review in dossier.reviews if review.id == refutation.id), None)
    return ClaimReview(
        url=address_of(refutation, dossier, base),
        claim_reviewed=dossier.statement.text,
        item_reviewed=claim,
        review_rating=_rating(review.rating) if review else ReviewRating(words_of(refutation, dossier.statement.id)),
        author=_author(refutation, dossier.sources[refutation.citations[0].source_id]),
        in_language=refutation.language,
        name=review.title if review else refutation.text,
        date_published=_date(refutation.when),
        citation=[_work(citation, dossier.sources) for citation in refutation.citations if citation.section],
    )


def words_of(refutation: Refutation, statement_id: str) -> str:
    """What stands for a rating where nobody gave one: who denies or counters the statement. A figure would be ours, not theirs."""
    return f"{STANCE_WORDS[refutation.stances()[statement_id]]} by {refutation.issuer.name}"


def _author(refutation: Refutation, source: Source) -> Organization | Person:
    """Who reviewed, denies or counters the statement; never the publisher of a document that only tells of it."""
    issuer = refutation.issuer
    if issuer.person:
        return Person(issuer.name, issuer.role)
    return Organization(issuer.name, f"https://{host(source)}" if says_it_itself(refutation, source) else None)


def says_it_itself(refutation: Refutation, source: Source) -> bool:
    """Whether the source's site is that of who reviews, denies or counters."""
    published = refutation.kind is RefutationKind.REVIEW and refutation.citations[0].url is not None
    own = published or refutation.issuer.name == source.publisher
    return own and "." in host(source)


def _rating(rating: StoredRating) -> ReviewRating:
    """The reviewer's own rating: their words, and their figure unless it contradicts these."""
    words = rating.original or rating.rated.value.replace("-", " ")
    worst = WORST if rating.worst is None else rating.worst
    best = BEST if rating.best is None else rating.best
    figure = StoredRating(Rated.UNCLEAR, None, rating.value, worst, best)
    if rating.value is not None and meaning(figure) is rating.rated:
        return ReviewRating(words, rating.value, best, worst)
    return ReviewRating(words)


def _claim(statement: Statement, sources: Mapping[str, Source]) -> Claim:
    works = [CreativeWork(url=address) for address in statement.appearances]
    works = works or [_work(citation, sources) for citation in statement.citations if citation.section]
    return Claim(_party(statement.claimant), _date(statement.when), works, works[0] if works else None)


def _party(party: Party) -> Organization | Person | None:
    if party == UNKNOWN:
        return None
    return Person(party.name, party.role) if party.person else Organization(party.name)


def _publisher(source: Source) -> Organization:
    return Organization(source.publisher, f"https://{host(source)}" if "." in host(source) else None)


def _work(citation: Citation, sources: Mapping[str, Source]) -> CreativeWork:
    source = sources[citation.source_id]
    return CreativeWork(source.title, citation.url or source.url, _publisher(source), _date(source.published))


def _date(when: When | None) -> str | None:
    """A date as precise as it is known; a period is none."""
    return when.edtf if when and "/" not in when.edtf else None
