"""The matcher: claims to answers. Read `Matcher.match` from top to bottom to see all that happens to a claim."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import msgspec

from index.records import Dossier
from index.search.calibration import Calibration, Explanation
from index.search.fusion import Candidate
from index.search.retriever import Query, Retriever
from index.store.store import StatementFilter, StatementStore
from index.text.cleaning import claims_nothing
from index.text.language import detect_language
from service import VERSION
from service.check.answers import Answer, Claim, Match, NearestMiss, Outcome, ProducedBy, Timings
from service.check.confidence import Confidence, load_confidence
from service.check.reading import Reading, read
from service.check.relation import Judge, Relation, question_of
from service.check.verdict import decide

ALL_WORDS = 0.8
"""Overlap of words from which on a search lists a statement even if it's improbable that the text is a claim about it: with less,
searches for a name listed statements that merely share its commonest word (tests/service/integrations/test_google.py)."""

MOST_LOOKED_AT = 8
"""Candidates of a claim that get a second look, if it does not ask for more matches (docs/why/retrieval.md, "A second look")."""

TOO_SHORT = "a text of one or two words claims nothing; write the whole claim"


class Shortlist(msgspec.Struct, frozen=True):
    """What of a claim's candidates gets a second look.

    Attributes:
        vague: whether the claim has too few words to say anything: nothing matches it then.
        looked: the candidates that may match, best first, each with retrieval's probability that the claim is about it.
    """

    claim: Claim
    reading: Reading
    vague: bool
    looked: list[tuple[Candidate, float]]


class Judged(msgspec.Struct, frozen=True):
    """A candidate after the second look.

    Attributes:
        relation: how the claim relates to it; None where relations are turned off and for vague claims.
        retrieval: the probability that the claim is about it, by retrieval alone.
        probability: the same by both.
    """

    candidate: Candidate
    dossier: Dossier
    relation: Relation | None
    retrieval: float
    probability: float


class Matcher:
    """Finds what is known about claims. Safe to use from several threads."""

    def __init__(
        self,
        store: StatementStore,
        retriever: Retriever,
        calibration: Calibration,
        judge: Judge | None = None,
        confidence: Confidence | None = None,
    ) -> None:
        """Take the parts.

        Args:
            judge: without one, how claims relate to what they match is left open.
            confidence: instead of the one that the package carries.
        """
        self._store = store
        self._retriever = retriever
        self._calibration = calibration
        self.judge = judge
        self._confidence = confidence or load_confidence()

    @property
    def thresholds(self) -> tuple[float, float]:
        """The probabilities from which on a statement is answered, and from which on a nearest miss is suggested for review."""
        model = self._confidence if self.judge else self._calibration
        return model.threshold, model.review

    def match(self, claims: Sequence[Claim]) -> Outcome:
        """Answer claims; each gets the same answer whatever is asked beside it.

        Raises:
            InvalidInput: if a filter's value cannot be used.
            StoreUnavailable: if the store cannot be read.
            EncodingFailed: if the encoder gives no usable vectors.
            JudgingFailed: if the relation model gives no usable probabilities.
        """
        readings = [read(claim.text, claim.language) for claim in claims]
        stored = self._store.matching({claim.only for claim in claims} - {StatementFilter()})
        queries = [
            Query(reading.words.text, reading.language, stored.ids.get(claim.only))
            for claim, reading in zip(claims, readings, strict=True)
        ]
        found = self._retriever.retrieve(queries, stored.version)
        retrieved = time.perf_counter()
        shortlists = [self._shortlist(*one) for one in zip(claims, readings, found.candidates, strict=True)]
        dossiers = self._store.dossiers({candidate.statement_id for one in shortlists for candidate, _ in one.looked})
        looked_up = time.perf_counter()
        judged = self._judged(shortlists, dossiers)
        told = time.perf_counter()
        model = self.judge.model.fingerprint if self.judge else None
        produced_by = ProducedBy(f"rebut {VERSION}", found.encoder, found.index_version, model)
        answers = [self._answer(one, ranked, produced_by) for one, ranked in zip(shortlists, judged, strict=True)]
        records_ms = 1000 * (time.perf_counter() - told + looked_up - retrieved)
        timings = Timings(found.encode_ms, found.search_ms, records_ms, 1000 * (told - looked_up))
        return Outcome(answers, timings, found.index_version)

    def search(self, text: str, allowed: frozenset[str] | None) -> list[str]:
        """Ids of the statements that a search for this text lists, best first.

        These are the ones that the text is about, as a claim, and the ones with nearly all its words: a search is often a name.

        Args:
            allowed: ids of the only statements to consider; None for all.
        """
        found = self._retriever.retrieve([Query(text, detect_language(text), allowed)]).candidates[0]
        model = self._calibration
        return [c.statement_id for c in found if c.features.overlap >= ALL_WORDS or model.probability(c) >= model.threshold]

    def _shortlist(self, claim: Claim, reading: Reading, candidates: Sequence[Candidate]) -> Shortlist:
        least = self._threshold(claim)
        if self.judge:
            least = min(least, self._confidence.looked_at_from)
        vague = claims_nothing(reading.words.text)
        rated = [(one, self._calibration.probability(one)) for one in candidates[: max(claim.limit, MOST_LOOKED_AT)]]
        looked = [one for place, one in enumerate(rated) if not place or (one[1] >= least and not vague)]
        return Shortlist(claim, reading, vague, looked)

    def _judged(self, shortlists: Sequence[Shortlist], dossiers: Mapping[str, Dossier]) -> list[list[Judged]]:
        """The candidates of each claim after the second look, best first: all are judged together."""
        wanted = [
            question_of(one.reading, candidate.passage, dossiers[candidate.statement_id])
            for one in shortlists
            for candidate, _ in one.looked
            if self.judge and not one.vague
        ]
        relations = iter(self.judge.relations(wanted) if self.judge else [])
        found = []
        for one in shortlists:
            seen = []
            for candidate, retrieval in one.looked:
                relation = next(relations) if self.judge and not one.vague else None
                probability = 0.0 if one.vague else self._confidence.second_look(retrieval, relation) if relation else retrieval
                seen.append(Judged(candidate, dossiers[candidate.statement_id], relation, retrieval, probability))
            found.append(sorted(seen, key=lambda judged: -judged.probability))
        return found

    def _answer(self, one: Shortlist, ranked: Sequence[Judged], produced_by: ProducedBy) -> Answer:
        threshold = self._threshold(one.claim)
        matches = [self._match(one, judged) for judged in ranked if judged.probability >= threshold and not one.vague]
        matches = matches[: one.claim.limit]
        miss = self._nearest_miss(one, ranked[0], threshold) if ranked and not matches else None
        verdict = decide(matches, one.reading.language, polarity_judged=self.judge is not None)
        return Answer(one.claim, one.reading.language, one.reading.frame, verdict, matches, miss, produced_by)

    def _threshold(self, claim: Claim) -> float:
        return self.thresholds[0] if claim.min_probability is None else claim.min_probability

    def _match(self, one: Shortlist, judged: Judged) -> Match:
        relation, probability = judged.relation, judged.probability
        applies = self._confidence.refutations_apply(probability, relation) if relation else None
        explanation = self._explanation(judged) if one.claim.explain else None
        return Match(judged.dossier, judged.candidate, probability, relation, applies, explanation)

    def _nearest_miss(self, one: Shortlist, judged: Judged, threshold: float) -> NearestMiss:
        below = f"its probability, {judged.probability:.3f}, is below the {threshold:.3f} that a match needs"
        review = not one.vague and judged.probability >= self.thresholds[1]
        return NearestMiss(
            dossier=judged.dossier,
            candidate=judged.candidate,
            probability=judged.probability,
            relation=judged.relation if review else None,
            reason=TOO_SHORT if one.vague else below,
            review=review,
            explanation=self._explanation(judged) if one.claim.explain else None,
        )

    def _explanation(self, judged: Judged) -> Explanation:
        """What the probability was made of."""
        retrieval = self._calibration.explanation(judged.candidate)
        if judged.relation is None:
            return retrieval
        return self._confidence.explanation(retrieval, judged.retrieval, judged.relation)
