"""What is asked of the matcher, and what it answers: values that know nothing of HTTP."""

from __future__ import annotations

import enum

import msgspec

from index.kinds import RefutationKind
from index.ledger.notes import Checkpoint
from index.records import Dossier, Refutation, Statement, passages_of
from index.search.calibration import Explanation
from index.search.fusion import Candidate
from index.store.store import StatementFilter
from service.check.mentions import Span
from service.check.reading import Frame
from service.check.relation import Relation


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim to check.

    Attributes:
        language: ISO 639 code; None to detect it.
        limit: the most matches to return.
        min_probability: matches below it are left out; None for the calibrated threshold.
        only: which statements to consider.
        explain: whether each match tells what its probability was made of.
        split: whether several claims in one message are told apart.
    """

    text: str
    language: str | None = None
    limit: int = 5
    min_probability: float | None = None
    only: StatementFilter = StatementFilter()
    explain: bool = False
    split: bool = True


class Match(msgspec.Struct, frozen=True):
    """A statement that the claim comes close to.

    Attributes:
        candidate: the passage that the claim came closest to, and its figures.
        probability: that this is the statement the claim is about, 0..1, calibrated.
        relation: how the claim relates to it; None where relations are turned off.
        refutations_apply: whether what stands against the statement stands against the claim, too. None: not judged, or not
            sure enough.
        explanation: what the probability was made of, where the claim asked for it.
    """

    dossier: Dossier
    candidate: Candidate
    probability: float
    relation: Relation | None
    refutations_apply: bool | None
    explanation: Explanation | None

    @property
    def officially_denied(self) -> bool:
        """Whether an official denied the statement itself; a fact-checker's review is no official denial."""
        statement_id = self.dossier.statement.id
        official = (one for one in self.dossier.refutations if one.kind is not RefutationKind.REVIEW)
        return any(statement_id in refutation.denies for refutation in official)


class NearestMiss(msgspec.Struct, frozen=True):
    """The closest statement where none fits, and why it was rejected.

    Attributes:
        relation: how the claim relates to it; None unless `review`, or where relations are turned off.
        review: whether it is probable enough that a person should look at it.
    """

    dossier: Dossier
    candidate: Candidate
    probability: float
    relation: Relation | None
    reason: str
    review: bool
    explanation: Explanation | None


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


class CommonRating(enum.Enum):
    """What fact-checkers' ratings of a statement come to together, the worst first."""

    FALSE = "false"
    MISLEADING = "misleading"
    MIXED = "mixed"
    TRUE = "true"
    DISPUTED = "disputed"
    """Some rate it false, others true."""


class Verdict(msgspec.Struct, frozen=True):
    """The verdict and one plain sentence that says it.

    Attributes:
        sentence: in the claim's language, where answers are given in it; else in English.
        rating: what fact-checkers' ratings of what the claim repeats come to; None where there are none, or they do not apply.
        polarity_judged: whether it was judged if the claim repeats or denies what it matches (a setting turns that off).
    """

    kind: VerdictKind
    sentence: str
    rating: CommonRating | None
    polarity_judged: bool


class Part(msgspec.Struct, frozen=True):
    """One of several claims that a message makes.

    Attributes:
        claim: where it stands in the message.
        matches: those of the answer's matches that it has, best first; at least one.
    """

    claim: Span
    verdict: Verdict
    matches: list[Match]


class ProducedBy(msgspec.Struct, frozen=True):
    """What made the answer. With the same records, the same make the same answer again.

    Attributes:
        service: name and version of the service.
        encoder: name and fingerprint of the encoder.
        index: version of the index.
        relation_model: name and fingerprint of the model that judged the relations; None where relations are turned off.
        checkpoint: how the ledger stood when the records were read; None before its first entry.
        tiers: fingerprint of the lists of whom to believe, and of whether unknown ones count; what the desk set for a source is in
            the ledger. None in an answer that an older version kept.
    """

    service: str
    encoder: str
    index: str
    relation_model: str | None
    checkpoint: Checkpoint | None = None
    tiers: str | None = None


class Answer(msgspec.Struct, frozen=True):
    """The answer to one claim; without matches, `nearest_miss` is set if the store holds any statement.

    Attributes:
        language: ISO 639 code of the claim, given or detected.
        frame: what the message says about the claim, which was taken off before it was judged; None for most.
        matches: best first; of a message with several claims, those of all of them.
        parts: the claims of a message that makes several of which statements are known, in their order; else empty.
        filtered_out: whether no statement passes the claim's filter: then nothing was compared with it.
    """

    claim: Claim
    language: str
    frame: Frame | None
    verdict: Verdict
    matches: list[Match]
    parts: list[Part]
    nearest_miss: NearestMiss | None
    produced_by: ProducedBy
    filtered_out: bool = False


class Timings(msgspec.Struct, frozen=True):
    """Where the time of one call went, in milliseconds; of all claims that were matched together.

    Attributes:
        wait_ms: until the first claims were begun.
        together: the most claims that were matched at once.
    """

    encode_ms: float
    search_ms: float
    records_ms: float
    relation_ms: float
    wait_ms: float = 0.0
    together: int = 0

    def plus(self, other: Timings) -> Timings:
        """The time of both, one after the other."""
        return Timings(
            self.encode_ms + other.encode_ms,
            self.search_ms + other.search_ms,
            self.records_ms + other.records_ms,
            self.relation_ms + other.relation_ms,
            self.wait_ms + other.wait_ms,
            max(self.together, other.together),
        )


class Outcome(msgspec.Struct, frozen=True):
    """The answers, in the order asked, and what producing them took."""

    answers: list[Answer]
    timings: Timings
    index_version: str


def on_record(candidate: Candidate, dossier: Dossier) -> Candidate:
    """A candidate whose passage is on record: the statement's own text, where the one that led to it was changed, retired or erased
    since the index was made."""
    records: list[Statement | Refutation] = [dossier.statement, *dossier.refutations, *dossier.apart.refutations]
    if any(candidate.passage in passages_of(one) for one in records if one.id == candidate.passage.record_id):
        return candidate
    return msgspec.structs.replace(candidate, passage=passages_of(dossier.statement)[0])
