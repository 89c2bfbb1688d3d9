"""The matcher: claims to answers. Read `Matcher.match` from top to bottom to see all that happens to a claim."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import msgspec

from index.records import Dossier
from index.search.calibration import Calibration
from index.search.fusion import Candidate
from index.search.retriever import Query, Retriever
from index.store.store import StatementFilter, StatementStore
from index.text.cleaning import claims_nothing
from index.text.language import detect_language
from service import VERSION
from service.check.answers import Answer, Claim, Match, NearestMiss, Outcome, ProducedBy, Timings
from service.check.reading import Reading, read
from service.check.relation import Judge, Relation, question_of
from service.check.verdict import decide, refutations_apply

ALL_WORDS = 0.8
"""Overlap of words from which on a search lists a statement even if it's improbable that the text is a claim about it: with less,
searches for a name listed statements that merely share its commonest word (tests/service/integrations/test_google.py)."""

TOO_SHORT = "a text of one or two words claims nothing; write the whole claim"


class Shortlist(msgspec.Struct, frozen=True):
    """What of a claim's candidates is answered.

    Attributes:
        threshold: the probability that a match needs.
        matching: the candidates that reach it, with their probabilities, best first.
        nearest: the best candidate, if none does.
        review: whether that is near enough that a person should look at it.
        shown: the candidates that the answer shows: those that match, or the nearest one.
        judged: those of which it is told how the claim relates to them.
    """

    claim: Claim
    reading: Reading
    threshold: float
    matching: list[tuple[Candidate, float]]
    nearest: tuple[Candidate, float] | None
    review: bool
    shown: list[Candidate]
    judged: list[Candidate]


class Matcher:
    """Finds what is known about claims. Safe to use from several threads."""

    def __init__(self, store: StatementStore, retriever: Retriever, calibration: Calibration, judge: Judge | None = None) -> None:
        """Take the parts; without a judge, how claims relate to what they match is left open."""
        self._store = store
        self._retriever = retriever
        self._calibration = calibration
        self.judge = judge

    @property
    def thresholds(self) -> tuple[float, float]:
        """The probabilities from which on a statement is answered, and from which on a nearest miss is suggested for review."""
        return self._calibration.threshold, self._calibration.review

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
        dossiers = self._store.dossiers({candidate.statement_id for one in shortlists for candidate in one.shown})
        looked_up = time.perf_counter()
        relations = self._relations(shortlists, dossiers)
        judged = time.perf_counter()
        model = self.judge.model.fingerprint if self.judge else None
        produced_by = ProducedBy(f"rebut {VERSION}", found.encoder, found.index_version, model)
        answers = []
        for one, by_statement in zip(shortlists, relations, strict=True):
            matches = [self._match(one, *rated, by_statement, dossiers) for rated in one.matching]
            verdict = decide(matches, one.reading.language, polarity_judged=self.judge is not None)
            miss = self._nearest_miss(one, by_statement, dossiers)
            answers.append(Answer(one.claim, one.reading.language, one.reading.frame, verdict, matches, miss, produced_by))
        records_ms = 1000 * (time.perf_counter() - judged + looked_up - retrieved)
        timings = Timings(found.encode_ms, found.search_ms, records_ms, 1000 * (judged - looked_up))
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
        threshold = self._calibration.threshold if claim.min_probability is None else claim.min_probability
        vague = claims_nothing(reading.words.text)
        rated = [(one, 0.0 if vague else self._calibration.probability(one)) for one in candidates[: claim.limit]]
        matching = [(candidate, probability) for candidate, probability in rated if probability >= threshold]
        nearest = None if matching or not rated else rated[0]
        review = nearest is not None and nearest[1] >= self._calibration.review
        shown = [nearest[0]] if nearest else [candidate for candidate, _ in matching]
        return Shortlist(claim, reading, threshold, matching, nearest, review, shown, shown if matching or review else [])

    def _relations(self, shortlists: Sequence[Shortlist], dossiers: Mapping[str, Dossier]) -> list[dict[str, Relation]]:
        """How each claim relates to its `judged` candidates, by statement id: all are judged together."""
        if self.judge is None:
            return [{} for _ in shortlists]
        questions = [
            question_of(one.reading, candidate.passage, dossiers[candidate.statement_id])
            for one in shortlists
            for candidate in one.judged
        ]
        judged = iter(self.judge.relations(questions))
        return [{candidate.statement_id: next(judged) for candidate in one.judged} for one in shortlists]

    def _match(
        self,
        one: Shortlist,
        candidate: Candidate,
        probability: float,
        relations: Mapping[str, Relation],
        dossiers: Mapping[str, Dossier],
    ) -> Match:
        relation = relations.get(candidate.statement_id)
        applies = None if relation is None else refutations_apply(relation, probability)
        explanation = self._calibration.explanation(candidate) if one.claim.explain else None
        return Match(dossiers[candidate.statement_id], candidate, probability, relation, applies, explanation)

    def _nearest_miss(
        self, one: Shortlist, relations: Mapping[str, Relation], dossiers: Mapping[str, Dossier]
    ) -> NearestMiss | None:
        if one.nearest is None:
            return None
        candidate, probability = one.nearest
        below = f"its probability, {probability:.3f}, is below the {one.threshold:.3f} that a match needs"
        return NearestMiss(
            dossier=dossiers[candidate.statement_id],
            candidate=candidate,
            probability=probability,
            relation=relations.get(candidate.statement_id),
            reason=TOO_SHORT if claims_nothing(one.reading.words.text) else below,
            review=one.review,
            explanation=self._calibration.explanation(candidate) if one.claim.explain else None,
        )
