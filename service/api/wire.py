"""What goes over the wire. Unknown fields are refused, so that a typo is not silently ignored."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

import msgspec
from msgspec import Meta

from index.errors import InvalidInput
from index.records import (
    Citation,
    Party,
    Passage,
    PassageKind,
    Rating,
    Refutation,
    RefutationKind,
    Review,
    Source,
    Stance,
    Statement,
    StatementKind,
    When,
)
from index.search.fusion import Features
from service.check.relation import Relation

Language = Annotated[str, Meta(pattern="^[a-z]{2,3}$", description="ISO 639 code, lower case", examples=["en"])]
Probability = Annotated[float, Meta(ge=0, le=1, description="0 to 1, calibrated")]


class CheckRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A claim to check. The filters narrow the statements that are considered."""

    text: Annotated[
        str,
        Meta(
            min_length=1,
            description="The claim, in any language. The longest allowed length is a setting (5,000 characters).",
            examples=["Ukraine is massing troops on the Belarusian border near Zhytomyr"],
        ),
    ]
    limit: Annotated[int, Meta(ge=1, le=50, description="The most matches to return")] = 5
    language: Annotated[Language | None, Meta(description="Of the text; detected if not given")] = None
    min_probability: Annotated[
        Probability | None, Meta(description="Matches below it are left out; by default the calibrated threshold")
    ] = None
    claimant: Annotated[str | None, Meta(description="Part of the claimant's name, role or side, in any case")] = None
    topic: Annotated[str | None, Meta(description="A topic, exactly", examples=["border"])] = None
    date: Annotated[
        str | None,
        Meta(description="EDTF date or interval that the statement's period overlaps", examples=["2024-06/.."]),
    ] = None
    place: Annotated[str | None, Meta(description="Part of a place's name, in any case", examples=["Gomel"])] = None
    explain: Annotated[bool, Meta(description="Add to each match what its probability was made of")] = False

    def __post_init__(self) -> None:
        """Refuse what no search can use; the message starts with the field's name."""
        if not self.text.strip():
            raise ValueError("text: must not be blank")
        for field in ("text", "claimant", "topic", "date", "place"):
            for character in getattr(self, field) or "":
                if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\r\t":
                    sort = "lone surrogate" if unicodedata.category(character) == "Cs" else "control character"
                    raise ValueError(f"{field}: must not contain the {sort} U+{ord(character):04X}")
        try:
            When(self.date or "../..", "").bounds()
        except ValueError as error:
            raise ValueError(f"date: {error}") from error

    def refuse_longer(self, longest: int) -> None:
        """Refuse a text of more than `longest` characters.

        Raises:
            InvalidInput: if it has more.
        """
        if len(self.text) > longest:
            raise InvalidInput("text", f"has {len(self.text)} characters, more than the {longest} allowed")


class ClaimView(msgspec.Struct, frozen=True):
    """The claim as it was understood."""

    text: str
    language: str


class VerdictKind(enum.Enum):
    """What the matches together mean for the claim."""

    OFFICIALLY_REFUTED = "officially_refuted"
    """It repeats a statement that an official denied."""
    CONTESTED = "contested"
    """It repeats a statement against which something else is on record."""
    KNOWN_WITHOUT_REFUTATION = "known_without_refutation"
    """It repeats a statement against which nothing is on record."""
    CONTRADICTS_KNOWN_STATEMENT = "contradicts_known_statement"
    """It denies a statement or turns it round; which of the two is true is not said."""
    DIFFERS_IN_DETAIL = "differs_in_detail"
    """It is about a known event, but says another number, date, place, party or modality."""
    KNOWN_STATEMENT = "known_statement"
    """It comes close to a statement; whether it repeats it was not judged, or is not sure enough to say that refutations apply."""
    NO_KNOWN_STATEMENT = "no_known_statement"
    """No statement fits, or those that fit are merely on its topic."""


class Verdict(msgspec.Struct, frozen=True):
    """The verdict and one plain sentence that says it.

    Attributes:
        polarity_judged: whether it was judged if the claim repeats or denies what it matches (a setting turns that off).
    """

    kind: VerdictKind
    sentence: str
    polarity_judged: bool


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


class Matched(msgspec.Struct, frozen=True):
    """The wording that the claim came closest to.

    Attributes:
        refutation_id: set if it is a refutation's text: the claim resembles the answer to the statement, not the statement.
    """

    form: PassageKind
    text: str
    language: str
    refutation_id: str | None

    @classmethod
    def of(cls, passage: Passage) -> Self:
        """The view of a searchable text."""
        return cls(
            passage.kind, passage.text, passage.language, passage.record_id if passage.kind is PassageKind.REFUTATION else None
        )


class RefutationView(msgspec.Struct, frozen=True):
    """A refutation as it stands against one statement."""

    id: str
    text: str
    kind: RefutationKind
    issuer: Party
    when: When | None
    stance: Stance
    citations: list[CitationView]

    @classmethod
    def of(cls, refutation: Refutation, statement_id: str, sources: Mapping[str, Source]) -> Self:
        """The view of a refutation as it stands against the statement."""
        return cls(
            id=refutation.id,
            text=refutation.text,
            kind=refutation.kind,
            issuer=refutation.issuer,
            when=refutation.when,
            stance=refutation.stances()[statement_id],
            citations=[CitationView.of(citation, sources) for citation in refutation.citations],
        )


class ReviewView(msgspec.Struct, frozen=True):
    """A fact-checker's review of a statement, whatever it found.

    Attributes:
        rating: what was found, in the publisher's own terms and normalised.
        refutes: whether it found the statement false; if so, it stands among the refutations, too.
    """

    id: str
    reviewer: Party
    title: str | None
    language: str
    when: When | None
    rating: Rating
    refutes: bool
    citation: CitationView

    @classmethod
    def of(cls, review: Review, sources: Mapping[str, Source]) -> Self:
        """The view of a review whose publisher is among `sources`."""
        same = {field: getattr(review, field) for field in cls.__struct_fields__ if field != "citation"}
        return cls(**same, citation=CitationView.of(review.citation, sources))


class MatchedRefutation(RefutationView, frozen=True):
    """A refutation as it stands against a statement that a claim matches.

    Attributes:
        applies_to_claim: whether it stands against the claim, too: only if the claim surely repeats the statement. Null: not
            judged, or the claim repeats it less surely or with a difference that speaks against it.
    """

    applies_to_claim: bool | None = None


def refutation_note(refutations: Sequence[Refutation]) -> str | None:
    """What an answer says where a statement has no refutation: nothing is ever invented."""
    return None if refutations else "no official refutation on record in this source"


class Explanation(msgspec.Struct, frozen=True):
    """What a probability was made of: log odds = intercept + the sum of each feature's value times its weight.

    Attributes:
        retrieval: what is alike between claim and wording, figure by figure.
        fused: the weighted figures of the best wordings in one; the order of the matches.
    """

    features: dict[str, float]
    weights: dict[str, float]
    intercept: float
    retrieval: Features
    fused: float


class Match(msgspec.Struct, frozen=True):
    """A statement that the claim comes close to.

    Attributes:
        relation: how the claim relates to it; null where a setting turns that off.
        probability: that this is the statement the claim is about, 0..1.
        cosine: of claim and wording, -1..1.
        bm25: for the claim's words, of all that the record says in the wording's language, 0 or more.
        refutation_note: says so where no official refutation is on record.
        reviews: all that fact-checkers found about the statement, not only what refutes it.
    """

    statement: StatementView
    matched: Matched
    relation: Relation | None
    probability: float
    cosine: float
    bm25: float
    citations: list[CitationView]
    refutations: list[MatchedRefutation]
    refutation_note: str | None
    reviews: list[ReviewView]
    explanation: Explanation | None = None


class NearestMiss(msgspec.Struct, frozen=True):
    """The closest statement when none fits, and why it was rejected.

    Attributes:
        relation: how the claim relates to it, for the person who looks at it; null unless `review`, or if a setting turns it off.
        review: whether it is probable enough that a person should look at it.
    """

    statement: StatementView
    matched: Matched
    relation: Relation | None
    probability: float
    cosine: float
    bm25: float
    reason: str
    review: bool
    explanation: Explanation | None = None


class ProducedBy(msgspec.Struct, frozen=True):
    """What made the answer: enough to reproduce it.

    Attributes:
        service: name and version of the service.
        encoder: name and fingerprint of the encoder.
        index: version of the index.
        relation_model: name and fingerprint of the model that judged the relations; null where a setting turns that off.
    """

    service: str
    encoder: str
    index: str
    relation_model: str | None


class Answer(msgspec.Struct, frozen=True, tag_field="result", tag="answer"):
    """The answer to one claim; `matches` is empty and `nearest_miss` set when nothing fits.

    On the wire, `result` tells it from a problem in a batch.
    """

    claim: ClaimView
    verdict: Verdict
    matches: list[Match]
    nearest_miss: NearestMiss | None
    produced_by: ProducedBy


class FieldProblem(msgspec.Struct, frozen=True):
    """One thing that is wrong with a request: the field's path, and the reason."""

    field: str
    reason: str


class Problem(msgspec.Struct, frozen=True, tag_field="result", tag="problem"):
    """An RFC 9457 problem; `result` tells it from an answer in a batch."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


class BatchRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Claims to check. Each is decoded by itself, so that a bad one does not sink the others."""

    claims: Annotated[
        list[Any],
        Meta(
            min_length=1,
            description="Each like the body of /v1/claims/check. How many are allowed is a setting (1,000).",
            examples=[[{"text": "Belarus is now a member of the SCO"}, {"text": "Minsk shut its border", "limit": 1}]],
        ),
    ]


class BatchAnswer(msgspec.Struct, frozen=True):
    """An answer or a problem for each claim, in the order asked."""

    results: list[Answer | Problem]


class StatementDetail(msgspec.Struct, frozen=True):
    """A statement with all that is known about it."""

    statement: StatementView
    wordings: dict[str, list[str]]
    citations: list[CitationView]
    refutations: list[RefutationView]
    refutation_note: str | None
    reviews: list[ReviewView]
    appearances: list[str]


class StatementPage(msgspec.Struct, frozen=True):
    """Statements by id; pass `next_cursor` as `cursor` for the next page, null on the last."""

    items: list[StatementView]
    next_cursor: str | None


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


class Part(msgspec.Struct, frozen=True):
    """One part of the service: whether it works, and why not."""

    ok: bool
    detail: str


class Readiness(msgspec.Struct, frozen=True):
    """Whether the service can answer, part by part."""

    ready: bool
    parts: dict[str, Part]


class Liveness(msgspec.Struct, frozen=True):
    """The process runs."""

    alive: bool
