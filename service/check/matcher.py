"""The matcher: claims to answers. Read `Matcher.match` from top to bottom to see all that happens to a claim."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol

import msgspec

from index.kinds import RelationKind
from index.records import Dossier
from index.search.calibration import Calibration
from index.search.fusion import Candidate
from index.search.retriever import Query, Retriever
from index.store.store import StatementFilter, StatementStore
from index.text.language import detect_language
from service.build import service_name
from service.check.answers import Answer, Claim, Match, NearestMiss, Outcome, Part, ProducedBy, Timings, on_record
from service.check.assertions import assertions_of, told_apart
from service.check.confidence import Confidence, load_confidence
from service.check.contradictions import without_contradictions
from service.check.reading import Reading, read
from service.check.relation import Judge, Relation, question_of
from service.check.verdict import decide, nothing_to_compare

ALL_WORDS = 0.8
"""Overlap of words from which on a search lists a statement even if it's improbable that the text is a claim about it: with less,
searches for a name listed statements that merely share its commonest word (tests/service/integrations/test_google.py)."""

MOST_LOOKED_AT = 4
"""Candidates of a claim that get a second look; further ones only if retrieval alone would answer them (docs/why/retrieval.md,
"A second look")."""

NEAR_BEST = 0.2
"""Share of the best candidate's probability that another one needs for a second look: one with less is never the one that is meant
(docs/why/retrieval.md, "A second look")."""


class Shortlist(msgspec.Struct, frozen=True):
    """What of a claim's candidates gets a second look.

    Attributes:
        looked: the candidates that may match, best first, each with retrieval's probability that the claim is about it.
        threshold: the probability that a match needs.
        related_from: the one that a match needs which the claim is merely on the topic of.
        review: the lower one that a nearest miss needs to be suggested for review.
    """

    claim: Claim
    reading: Reading
    looked: list[tuple[Candidate, float]]
    threshold: float
    related_from: float
    review: float

    def known(self, dossiers: Mapping[str, Dossier]) -> Shortlist:
        """The same as the records are now: without what was retired since the index was made, and with no text that is not on
        record any more."""
        here = [(candidate, rated) for candidate, rated in self.looked if candidate.statement_id in dossiers]
        return msgspec.structs.replace(self, looked=[(on_record(one, dossiers[one.statement_id]), rated) for one, rated in here])


class Ranked(msgspec.Struct, frozen=True):
    """All that got a second look, as matches, best first."""

    shortlist: Shortlist
    ranked: list[Match]

    def matches(self) -> list[Match]:
        """Those that are answered."""
        one = self.shortlist
        merely = [bool(match.relation and match.relation.kind is RelationKind.RELATED) for match in self.ranked]
        least = [one.related_from if topical else one.threshold for topical in merely]
        return [match for match, needed in zip(self.ranked, least, strict=True) if match.probability >= needed][: one.claim.limit]


class Matching(Protocol):
    """What answers claims: the matcher itself, or a place in the line of those that share it."""

    @property
    def thresholds(self) -> tuple[float, float]:
        """See `Matcher.thresholds`."""
        ...

    def match(self, claims: Sequence[Claim]) -> Outcome:
        """See `Matcher.match`."""
        ...


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
        self._store, self._tiers = store, store.tiers.fingerprint()
        self._retriever = retriever
        self._calibration = calibration
        self.judge = judge
        self._confidence = confidence or load_confidence()

    @property
    def thresholds(self) -> tuple[float, float]:
        """The probabilities from which on a statement is answered, and from which on a nearest miss is suggested for review."""
        model = self._confidence if self.judge else self._calibration
        return model.threshold, model.review

    def match(self, claims: Sequence[Claim], *, everything: bool = False) -> Outcome:
        """Answer claims; each gets the same answer whatever is asked beside it.

        Args:
            everything: also by statements that nobody who counts has reviewed; else those are asked where no other one fits.

        Raises:
            InvalidInput: if a filter's value cannot be used.
            StoreUnavailable: if the store cannot be read.
            EncodingFailed: if the encoder gives no usable vectors.
            JudgingFailed: if the relation model gives no usable probabilities.
        """
        counting = None if everything else self._store.counting.statements()
        messages = [_readings(claim) for claim in claims]
        readings = [(claim, reading) for claim, some in zip(claims, messages, strict=True) for reading in some]
        fitting = self._store.matching({claim.only for claim in claims} - {StatementFilter()})
        queries = [
            Query(
                reading.words.text,
                reading.language,
                both(fitting.get(claim.only), counting),
                most=max(claim.limit, self._most_looked_at),
            )
            for claim, reading in readings
        ]
        found = self._retriever.retrieve(queries)
        retrieved = time.perf_counter()
        shortlists = [self._shortlist(*one, some) for one, some in zip(readings, found.candidates, strict=True)]
        told_of = {candidate.statement_id for one in shortlists for candidate, _ in one.looked}
        dossiers, checkpoint = self._store.told(told_of)
        shortlists = [one.known(dossiers) for one in shortlists]
        looked_up = time.perf_counter()
        relations = self._relations(shortlists, dossiers)
        told = time.perf_counter()
        model = self.judge.model.fingerprint if self.judge else None
        produced_by = ProducedBy(service_name(), found.encoder, found.index_version, model, checkpoint, self._tiers)
        ranked = iter([Ranked(one, self._ranked(one, relations, dossiers)) for one in shortlists])
        answers = [self._answer(*islice(ranked, len(some)), produced_by=produced_by) for some in messages]
        answers = [self._told_of_filter(answer, fitting.get(answer.claim.only)) for answer in answers]
        records_ms = 1000 * (time.perf_counter() - told + looked_up - retrieved)
        timings = Timings(found.encode_ms, found.search_ms, records_ms, 1000 * (told - looked_up), together=len(claims))
        outcome = Outcome(answers, timings, found.index_version)
        return outcome if counting is None else self._with_what_does_not_count(outcome)

    def _with_what_does_not_count(self, outcome: Outcome) -> Outcome:
        """The outcome; where nothing that counts is known, with what else there is."""
        again = [place for place, one in enumerate(outcome.answers) if not one.matches]
        if not again:
            return outcome
        apart = self.match([outcome.answers[place].claim for place in again], everything=True)
        answers = list(outcome.answers)
        for place, answer in zip(again, apart.answers, strict=True):
            answers[place] = answer
        timings = msgspec.structs.replace(outcome.timings.plus(apart.timings), together=len(answers))
        return msgspec.structs.replace(outcome, answers=answers, timings=timings)

    def search(self, text: str, allowed: frozenset[str] | None) -> list[str]:
        """Ids of the statements that a search for this text lists, best first.

        These are the ones that the text is about, as a claim, and the ones with nearly all its words: a search is often a name.

        Args:
            allowed: ids of the only statements to consider; None for all.
        """
        allowed = both(allowed, self._store.counting.statements())
        found = self._retriever.retrieve([Query(text, detect_language(text), allowed)]).candidates[0]
        model = self._calibration
        return [c.statement_id for c in found if c.features.overlap >= ALL_WORDS or model.probability(c) >= model.threshold]

    @property
    def _most_looked_at(self) -> int:
        return MOST_LOOKED_AT if self.judge else 0

    def _shortlist(self, claim: Claim, reading: Reading, candidates: Sequence[Candidate]) -> Shortlist:
        """What gets a second look: the first candidates if the best is likely enough, and further ones that retrieval answers."""
        threshold, review = self.thresholds
        alone, related_from = self._calibration.threshold, max(threshold, self._confidence.related_from)
        if claim.min_probability is not None:
            threshold = related_from = claim.min_probability
            alone = min(alone, threshold)
        rated = [(one, self._calibration.probability(one)) for one in candidates]
        least = min(threshold, self._confidence.looked_at_from) if self.judge else alone
        if not reading.nothing and not (rated and rated[0][1] >= least):
            return Shortlist(claim, reading, rated[:1], threshold, related_from, review)
        near = NEAR_BEST * rated[0][1] if rated else 0.0
        looked = [one for place, one in enumerate(rated) if one[1] >= alone or (place < self._most_looked_at and one[1] >= near)]
        return Shortlist(claim, reading, looked or rated[:1], threshold, related_from, review)

    def _relations(self, shortlists: Sequence[Shortlist], dossiers: Mapping[str, Dossier]) -> Iterator[Relation]:
        """How each claim relates to what gets a second look, one after the other: all are judged together."""
        if self.judge is None:
            return iter(())
        questions = [
            question_of(one.reading, candidate.passage, dossiers[candidate.statement_id])
            for one in shortlists
            for candidate, _ in one.looked
            if not one.reading.nothing
        ]
        return iter(self.judge.relations(questions))

    def _ranked(self, one: Shortlist, relations: Iterator[Relation], dossiers: Mapping[str, Dossier]) -> list[Match]:
        """All that got a second look, as matches, best first."""
        found = []
        for candidate, retrieval in one.looked:
            relation = None if one.reading.nothing or self.judge is None else next(relations)
            explanation = self._calibration.explanation(candidate) if one.claim.explain else None
            probability = 0.0 if one.reading.nothing else retrieval
            match = Match(dossiers[candidate.statement_id], candidate, probability, relation, None, explanation)
            found.append(self._confidence.second_look(match, relation) if relation else match)
        return without_contradictions(sorted(found, key=lambda match: -match.probability))

    def _answer(self, whole: Ranked, *pieces: Ranked, produced_by: ProducedBy) -> Answer:
        """The answer to a message.

        Args:
            pieces: the claims that it makes, if it makes several.
        """
        claim, reading = whole.shortlist.claim, whole.shortlist.reading
        polarity_judged = self.judge is not None
        matches, several = told_apart(reading, whole.matches(), [(one.shortlist.reading, one.matches()) for one in pieces])
        parts = [
            Part(piece.shown(0), decide(own, reading.language, polarity_judged=polarity_judged), own) for piece, own in several
        ]
        verdict = decide(matches, reading.language, polarity_judged=polarity_judged, parts=[own for _, own in several])
        miss = self._nearest_miss(whole) if whole.ranked and not matches else None
        return Answer(claim, reading.language, reading.frame, verdict, matches, parts, miss, produced_by)

    def _told_of_filter(self, answer: Answer, fitting: frozenset[str] | None) -> Answer:
        """The answer, which says so if the claim's filter is passed by no statement; None is no filter."""
        if fitting is None or fitting:
            return answer
        verdict = nothing_to_compare(answer.language, polarity_judged=answer.verdict.polarity_judged)
        return msgspec.structs.replace(answer, verdict=verdict, filtered_out=True)

    def _nearest_miss(self, whole: Ranked) -> NearestMiss:
        one, nearest = whole.shortlist, whole.ranked[0]
        merely = nearest.relation is not None and nearest.relation.kind is RelationKind.RELATED
        needed = one.related_from if merely else one.threshold
        below = f"its probability, {nearest.probability:.3f}, is below the {needed:.3f} that a match needs"
        review = not one.reading.nothing and nearest.probability >= one.review
        return NearestMiss(
            dossier=nearest.dossier,
            candidate=nearest.candidate,
            probability=nearest.probability,
            relation=nearest.relation if review else None,
            reason=one.reading.nothing.value if one.reading.nothing else below,
            review=review,
            explanation=nearest.explanation,
        )


def both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """What passes two filters; None restricts nothing."""
    return other if one is None else one if other is None else one & other


def _readings(claim: Claim) -> list[Reading]:
    """What is judged of a message: all of it, and if it makes several claims, each of them."""
    whole = read(claim.text, claim.language)
    return [whole, *(assertions_of(whole) if claim.split else ())]
