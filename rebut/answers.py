"""Answers to claims and documents as a service tells them.

Fields that a newer service adds are passed over; a test compares these structs with the service's own.
"""

from __future__ import annotations

import msgspec

from rebut.records import ApartView, CitationView, RefutationView, ReviewView, StatementView
from rebut.states import Problem
from rebut.words import CommonRating, FormKind, Frame, Reason, RelationKind, Slot, TextFormat, VerdictKind


class MatchedRefutation(RefutationView, frozen=True):
    """The same for a claim: `applies_to_claim` is true only if the claim surely repeats the statement, None if that is open."""

    applies_to_claim: bool | None = None


class Span(msgspec.Struct, frozen=True):
    """A part of a text, with its place in Unicode code points."""

    text: str
    start: int
    end: int


class Difference(msgspec.Struct, frozen=True):
    """What the claim has where the statement has something else."""

    slot: Slot
    claim: Span | None
    statement: Span | None


class Against(msgspec.Struct, frozen=True):
    """The text that the claim was judged against."""

    form: FormKind
    text: str
    language: str


class Relation(msgspec.Struct, frozen=True):
    """What a claim does with a statement; `probability` 0..1."""

    kind: RelationKind
    probability: float
    differences: list[Difference]
    against: Against
    judged: Span


class Matched(msgspec.Struct, frozen=True):
    """The wording that the claim came closest to."""

    form: FormKind
    text: str
    language: str
    refutation_id: str | None = None


class Features(msgspec.Struct, frozen=True):
    """What is alike between claim and wording, figure by figure."""

    cosine: float
    english: float
    overlap: float
    ngrams: float


class Explanation(msgspec.Struct, frozen=True):
    """What a probability was made of."""

    features: dict[str, float]
    weights: dict[str, float]
    intercept: float
    retrieval: Features
    fused: float


class Match(msgspec.Struct, frozen=True):
    """A statement that the claim comes close to; `probability` (0..1) that it is the one that the claim is about."""

    statement: StatementView
    matched: Matched
    relation: Relation | None
    probability: float
    cosine: float
    bm25: float
    citations: list[CitationView]
    refutations: list[MatchedRefutation]
    refutation_note: str | None = None
    reviews: list[ReviewView] = []
    explanation: Explanation | None = None
    apart: ApartView = ApartView()


class NearestMiss(msgspec.Struct, frozen=True):
    """The closest statement when none fits, and why it was rejected; `review`: a person should look at it."""

    statement: StatementView
    matched: Matched
    relation: Relation | None
    probability: float
    cosine: float
    bm25: float
    reason: str
    review: bool
    explanation: Explanation | None = None


class Verdict(msgspec.Struct, frozen=True):
    """What the matches together mean, in a kind and in one plain sentence."""

    kind: VerdictKind
    sentence: str
    rating: CommonRating | None
    polarity_judged: bool


class ClaimView(msgspec.Struct, frozen=True):
    """The claim as it was understood."""

    text: str
    language: str
    frame: Frame | None = None


class ClaimPart(msgspec.Struct, frozen=True):
    """One of several claims of a message, with the ids of those of the answer's matches that it has."""

    claim: Span
    verdict: Verdict
    statements: list[str]


class Checkpoint(msgspec.Struct, frozen=True):
    """The ledger of all changes as it stood: how many entries, and the base64 root of the Merkle tree over them."""

    sequence: int
    hash: str


class ProducedBy(msgspec.Struct, frozen=True):
    """What made the answer; `tiers` stands for the lists of whom to believe."""

    service: str
    encoder: str
    index: str
    relation_model: str | None = None
    checkpoint: Checkpoint | None = None
    tiers: str | None = None


class Answer(msgspec.Struct, frozen=True, tag_field="result", tag="answer"):
    """The answer to one claim; `matches` best first."""

    claim: ClaimView
    verdict: Verdict
    matches: list[Match]
    nearest_miss: NearestMiss | None
    produced_by: ProducedBy
    parts: list[ClaimPart] = []
    filter_note: str | None = None


class BatchAnswer(msgspec.Struct, frozen=True):
    """An answer or a problem for each claim, in the order asked."""

    results: list[Answer | Problem]


class Worth(msgspec.Struct, frozen=True):
    """How much a sentence is worth checking (0..1), and why."""

    points: float
    reasons: list[Reason]


class Context(msgspec.Struct, frozen=True):
    """The sentence before, without which this one matches nothing."""

    text: str
    start: int | None
    end: int | None
    read_as: str


class Again(msgspec.Struct, frozen=True):
    """A further sentence that comes closest to a finding's statement; `refutations_apply` is None if that is open."""

    text: str
    language: str
    start: int | None
    end: int | None
    context: Context | None
    verdict: VerdictKind
    probability: float
    relation: RelationKind | None
    refutations_apply: bool | None
    differences: list[Difference]
    number: int = 0


class Finding(msgspec.Struct, frozen=True):
    """A sentence that known statements fit, with its place in the document; `again`: further ones of the same statement."""

    text: str
    language: str
    start: int | None
    end: int | None
    importance: float
    worth: Worth
    context: Context | None
    verdict: Verdict
    matches: list[Match]
    again: list[Again] = []
    number: int = 0


class Unmatched(msgspec.Struct, frozen=True):
    """A sentence that is worth checking and that no known statement fits."""

    text: str
    language: str
    start: int | None
    end: int | None
    worth: Worth
    number: int = 0


class TextAnswer(msgspec.Struct, frozen=True):
    """The answer to a document; `findings` the most important first, `extracted` the text of a PDF or DOCX file."""

    format: TextFormat
    characters: int
    sentences: int
    findings: list[Finding]
    unmatched: list[Unmatched]
    produced_by: ProducedBy | None
    filter_note: str | None = None
    extracted: str | None = None
