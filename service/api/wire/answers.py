"""Answers to claims as clients see them."""

from __future__ import annotations

import enum
from typing import Self

import msgspec

from index.kinds import PassageKind, RelationKind
from index.records import Passage, Refutation
from index.search.features import Features
from service.api.wire.records import (
    ApartView,
    CitationView,
    RefutationView,
    ReviewView,
    StatementView,
    refutation_note,
)
from service.api.wire.states import Problem
from service.check import answers
from service.check import relation as judging
from service.check.answers import ProducedBy, Verdict
from service.check.mentions import Span
from service.check.reading import Frame
from service.check.slots import Difference

NOTHING_PASSES = "no statement passes the filter"
"""What an answer says where its claim's filter leaves nothing to compare."""


class ClaimView(msgspec.Struct, frozen=True):
    """The claim as it was understood.

    Attributes:
        frame: what the message says about the claim, taken off before it was judged: `attribution` (others say so), `question`
            (is it true?) or `denial` (it is false); null for most.
    """

    text: str
    language: str
    frame: Frame | None = None


class FormKind(enum.Enum):
    """Which part of a record a passage is."""

    TEXT = "text"
    WORDING = "wording"
    REFUTATION = "refutation"


class Against(msgspec.Struct, frozen=True):
    """The text that the claim was judged against; the statement's spans are offsets into it."""

    form: FormKind
    text: str
    language: str


class Relation(msgspec.Struct, frozen=True):
    """What a claim does with a statement.

    Attributes:
        probability: that it is this kind of relation, 0..1, calibrated.
        differences: what it rests on, side by side; for `repeats`, what speaks against it; empty for `related`.
        against: the statement's own text; the text of an official denial where the claim repeats that.
        judged: the part of the claim that was judged: of a long one, the part that comes closest; without what stands around it.
    """

    kind: RelationKind
    probability: float
    differences: list[Difference]
    against: Against
    judged: Span

    @classmethod
    def of(cls, relation: judging.Relation) -> Self:
        """The view of a judged relation."""
        passage = relation.against
        against = Against(FormKind(passage.kind.value), passage.text, passage.language)
        return cls(relation.kind, relation.probability, relation.differences, against, relation.judged)


class Matched(msgspec.Struct, frozen=True):
    """The wording that the claim came closest to.

    Attributes:
        refutation_id: set if it is a refutation's text: the claim resembles the answer to the statement, not the statement.
    """

    form: FormKind
    text: str
    language: str
    refutation_id: str | None

    @classmethod
    def of(cls, passage: Passage) -> Self:
        """The view of a searchable text."""
        refutation_id = passage.record_id if passage.kind is PassageKind.REFUTATION else None
        return cls(FormKind(passage.kind.value), passage.text, passage.language, refutation_id)


class MatchedRefutation(RefutationView, frozen=True):
    """A refutation as it stands against a statement that a claim matches.

    Attributes:
        applies_to_claim: whether it stands against the claim, too: only if the claim surely repeats the statement. Null: not
            judged, or the claim repeats it less surely or with a difference that speaks against it.
    """

    applies_to_claim: bool | None = None

    @classmethod
    def against(cls, refutation: Refutation, match: answers.Match) -> Self:
        """The view of a refutation of the match's statement."""
        view = cls.of(refutation, match.dossier)
        return msgspec.structs.replace(view, applies_to_claim=match.refutations_apply)


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

    @classmethod
    def of(cls, told: answers.Match | answers.NearestMiss) -> Self | None:
        """The view of what a probability was made of; None if the claim did not ask for it."""
        made, candidate = told.explanation, told.candidate
        return cls(made.features, made.weights, made.intercept, candidate.features, candidate.fused) if made else None


class Match(msgspec.Struct, frozen=True):
    """A statement that the claim comes close to.

    Attributes:
        relation: how the claim relates to it; null where a setting turns that off.
        probability: that this is the statement the claim is about, 0..1.
        cosine: of claim and wording, -1..1.
        bm25: for the claim's words, of all that the record says in the wording's language, 0 or more.
        refutation_note: says so where no official refutation is on record.
        reviews: all that fact-checkers found about the statement, not only what refutes it.
        apart: what is on record and does not count, since nobody knows its publishers.
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
    apart: ApartView = msgspec.field(default_factory=ApartView)

    @classmethod
    def of(cls, match: answers.Match) -> Self:
        """The view of a match."""
        dossier, candidate = match.dossier, match.candidate
        statement, sources = dossier.statement, dossier.sources
        return cls(
            statement=StatementView.of(statement),
            matched=Matched.of(candidate.passage),
            relation=Relation.of(match.relation) if match.relation else None,
            probability=match.probability,
            cosine=candidate.cosine,
            bm25=candidate.bm25,
            citations=[CitationView.of(citation, sources) for citation in statement.citations],
            refutations=[MatchedRefutation.against(one, match) for one in dossier.refutations],
            refutation_note=refutation_note(dossier),
            reviews=[ReviewView.of(review, dossier) for review in dossier.reviews],
            explanation=Explanation.of(match),
            apart=ApartView.of(dossier),
        )


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

    @classmethod
    def of(cls, miss: answers.NearestMiss) -> Self:
        """The view of a nearest miss."""
        candidate = miss.candidate
        return cls(
            statement=StatementView.of(miss.dossier.statement),
            matched=Matched.of(candidate.passage),
            relation=Relation.of(miss.relation) if miss.relation else None,
            probability=miss.probability,
            cosine=candidate.cosine,
            bm25=candidate.bm25,
            reason=miss.reason,
            review=miss.review,
            explanation=Explanation.of(miss),
        )


class ClaimPart(msgspec.Struct, frozen=True):
    """One of several claims that a message makes.

    Attributes:
        claim: where it stands in the message.
        statements: ids of those of the answer's matches that it has, best first.
    """

    claim: Span
    verdict: Verdict
    statements: list[str]

    @classmethod
    def of(cls, part: answers.Part) -> Self:
        """The view of a part."""
        return cls(part.claim, part.verdict, [match.dossier.statement.id for match in part.matches])


class Answer(msgspec.Struct, frozen=True, tag_field="result", tag="answer"):
    """The answer to one claim; `matches` is empty and `nearest_miss` set when nothing fits.

    On the wire, `result` tells it from a problem in a batch.

    Attributes:
        parts: the claims of a message that makes several known ones, in their order; `matches` has those of all. Else empty.
        filter_note: says so where no statement passes the claim's filter, and what may be meant; only there.
    """

    claim: ClaimView
    verdict: Verdict
    matches: list[Match]
    nearest_miss: NearestMiss | None
    produced_by: ProducedBy
    parts: list[ClaimPart] = []
    filter_note: str | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def of(cls, answer: answers.Answer, filter_note: str = NOTHING_PASSES) -> Self:
        """The view of an answer.

        Args:
            filter_note: what to say if no statement passes the claim's filter.
        """
        matches = [Match.of(match) for match in answer.matches]
        nearest_miss = NearestMiss.of(answer.nearest_miss) if answer.nearest_miss else None
        claim = ClaimView(answer.claim.text, answer.language, answer.frame)
        parts = [ClaimPart.of(part) for part in answer.parts]
        note = filter_note if answer.filtered_out else msgspec.UNSET
        return cls(claim, answer.verdict, matches, nearest_miss, answer.produced_by, parts, note)


class BatchAnswer(msgspec.Struct, frozen=True):
    """An answer or a problem for each claim, in the order asked."""

    results: list[Answer | Problem]
