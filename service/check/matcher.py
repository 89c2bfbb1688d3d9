"""The matcher: claims to answers. Read `Matcher.match` from top to bottom to see all that happens to a claim."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from index.records import Citation, Refutation, RelationKind, Review, Source, Statement, passages_of
from index.search.calibration import Calibration, features_of
from index.search.fusion import Candidate
from index.search.retriever import Query, Retriever
from index.store.store import StatementFilter, StatementStore
from index.text.cleaning import claims_nothing
from index.text.language import detect_language
from service import VERSION
from service.api.wire import (
    Answer,
    CheckRequest,
    CitationView,
    ClaimView,
    Explanation,
    Match,
    Matched,
    MatchedRefutation,
    NearestMiss,
    ProducedBy,
    ReviewView,
    StatementView,
    refutation_note,
)
from service.check.relation import Judge, Question, Relation, official_denial
from service.check.slots import Phrase
from service.check.verdict import judge

APPLIES_FROM = 0.7
"""Refutations are said to apply to a claim that repeats the statement from this probability on that it is about the statement and
repeats it, if no difference speaks against that; else it is left open (docs/why/relation.md)."""

TOO_SHORT = "a text of one or two words claims nothing; write the whole claim"

ALL_WORDS = 0.8
"""Overlap of words from which on a search lists a statement even if it's improbable that the text is a claim about it."""


class Timings(msgspec.Struct, frozen=True):
    """Where the time of one call went, in milliseconds."""

    encode_ms: float
    search_ms: float
    records_ms: float
    relation_ms: float


class Outcome(msgspec.Struct, frozen=True):
    """The answers, in the order asked, and what producing them took."""

    answers: list[Answer]
    timings: Timings
    index_version: str


class Records(msgspec.Struct, frozen=True):
    """The stored records behind a set of candidates."""

    statements: dict[str, Statement]
    refutations: dict[str, list[Refutation]]
    reviews: dict[str, list[Review]]
    sources: dict[str, Source]


class Found(msgspec.Struct, frozen=True):
    """What was found for one claim.

    Attributes:
        threshold: the probability that a match needs.
        matching: the candidates that reach it, with their probabilities, best first.
        nearest: the best candidate, if none does.
        review: whether that is near enough that a person should look at it.
    """

    request: CheckRequest
    language: str
    threshold: float
    matching: list[tuple[Candidate, float]]
    nearest: tuple[Candidate, float] | None
    review: bool

    @property
    def shown(self) -> list[Candidate]:
        """The candidates that the answer shows: those that match, or the nearest one."""
        return [self.nearest[0]] if self.nearest else [candidate for candidate, _ in self.matching]

    @property
    def judged(self) -> list[Candidate]:
        """Those of which it is told how the claim relates to them."""
        return self.shown if self.matching or self.review else []


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

    def match(self, requests: Sequence[CheckRequest]) -> Outcome:
        """Answer claims.

        Raises:
            InvalidInput: if a filter's value cannot be used.
            StoreUnavailable: if the store cannot be read.
            EncodingFailed: if the encoder gives no usable vectors.
            JudgingFailed: if the relation model gives no usable probabilities.
        """
        languages = [request.language or detect_language(request.text) for request in requests]
        allowed = self._allowed(requests)
        queries = [Query(*query) for query in zip((r.text for r in requests), languages, allowed, strict=True)]
        found = self._retriever.retrieve(queries)
        started = time.perf_counter()
        by_request = [self._found(*one) for one in zip(requests, languages, found.candidates, strict=True)]
        records = self._records(one.shown for one in by_request)
        read = time.perf_counter()
        relations = self._relations(by_request, records)
        judged = time.perf_counter()
        model = self.judge.model.fingerprint if self.judge else None
        produced_by = ProducedBy(f"rebut {VERSION}", found.encoder, found.index_version, model)
        answers = [self._answer(*one, records, produced_by) for one in zip(by_request, relations, strict=True)]
        records_ms = 1000 * (time.perf_counter() - judged + read - started)
        timings = Timings(found.encode_ms, found.search_ms, records_ms, 1000 * (judged - read))
        return Outcome(answers, timings, found.index_version)

    def _found(self, request: CheckRequest, language: str, candidates: Sequence[Candidate]) -> Found:
        threshold = self._calibration.threshold if request.min_probability is None else request.min_probability
        vague = claims_nothing(request.text)
        rated = [(one, 0.0 if vague else self._calibration.probability(one)) for one in candidates[: request.limit]]
        matching = [(candidate, probability) for candidate, probability in rated if probability >= threshold]
        nearest = None if matching or not rated else rated[0]
        review = nearest is not None and nearest[1] >= self._calibration.review
        return Found(request, language, threshold, matching, nearest, review)

    def search(self, text: str, allowed: frozenset[str] | None) -> list[str]:
        """Ids of the statements that a search for this text lists, best first.

        These are the ones that the text is about, as a claim, and the ones with nearly all its words: a search is often a name.

        Args:
            allowed: ids of the only statements to consider; None for all.
        """
        found = self._retriever.retrieve([Query(text, detect_language(text), allowed)]).candidates[0]
        model = self._calibration
        return [c.statement_id for c in found if c.features.overlap >= ALL_WORDS or model.probability(c) >= model.threshold]

    def _allowed(self, requests: Sequence[CheckRequest]) -> list[frozenset[str] | None]:
        """Each request's statements to consider; None where it has no filter."""
        asked = [StatementFilter(claimant=r.claimant, place=r.place, topic=r.topic, date=r.date) for r in requests]
        fitting = {filters: frozenset(self._store.statement_ids(filters)) for filters in set(asked) - {StatementFilter()}}
        return [fitting.get(filters) for filters in asked]

    def _records(self, shown: Iterable[Sequence[Candidate]]) -> Records:
        ids = {candidate.statement_id for candidates in shown for candidate in candidates}
        statements = self._store.statements_by_id(ids)
        refutations = self._store.refutations_of(ids)
        reviews = self._store.reviews_of(ids)
        cited: list[Citation] = [citation for statement in statements.values() for citation in statement.citations]
        cited += [citation for some in refutations.values() for refutation in some for citation in refutation.citations]
        cited += [review.citation for some in reviews.values() for review in some]
        sources = self._store.sources_by_id(citation.source_id for citation in cited)
        return Records(statements, refutations, reviews, sources)

    def _relations(self, found: Sequence[Found], records: Records) -> list[dict[str, Relation]]:
        """How each claim relates to its `judged` candidates, by statement: all are judged together."""
        if self.judge is None:
            return [{} for _ in found]
        questions = [self._question(one, candidate, records) for one in found for candidate in one.judged]
        judged = iter(self.judge.judge(questions))
        return [{candidate.statement_id: next(judged) for candidate in one.judged} for one in found]

    def _question(self, found: Found, candidate: Candidate, records: Records) -> Question:
        statement = records.statements[candidate.statement_id]
        stances = [
            refutation.stances().get(statement.id)
            for refutation in records.refutations.get(statement.id, [])
            if refutation.id == candidate.passage.record_id
        ]
        denial = official_denial(candidate.passage, stances[0] if stances else None)
        return Question(Phrase(found.request.text, found.language), passages_of(statement)[0], denial)

    def _answer(self, found: Found, relations: Mapping[str, Relation], records: Records, produced_by: ProducedBy) -> Answer:
        matches = [
            self._match(found.request, candidate, probability, relations.get(candidate.statement_id), records)
            for candidate, probability in found.matching
        ]
        nearest = self._nearest_miss(found, *found.nearest, relations, records) if found.nearest else None
        verdict = judge(matches, polarity_judged=self.judge is not None)
        return Answer(ClaimView(found.request.text, found.language), verdict, matches, nearest, produced_by)

    def _match(
        self, request: CheckRequest, candidate: Candidate, probability: float, relation: Relation | None, records: Records
    ) -> Match:
        statement = records.statements[candidate.statement_id]
        refutations = records.refutations.get(statement.id, [])
        applies = None if relation is None else relation.kind is RelationKind.REPEATS
        if relation and applies and (relation.differences or probability * relation.probability < APPLIES_FROM):
            applies = None
        views = [MatchedRefutation.of(item, statement.id, records.sources) for item in refutations]
        return Match(
            statement=StatementView.of(statement),
            matched=Matched.of(candidate.passage),
            relation=relation,
            probability=probability,
            cosine=candidate.cosine,
            bm25=candidate.bm25,
            citations=[CitationView.of(citation, records.sources) for citation in statement.citations],
            refutations=[msgspec.structs.replace(view, applies_to_claim=applies) for view in views],
            refutation_note=refutation_note(refutations),
            reviews=[ReviewView.of(review, records.sources) for review in records.reviews.get(statement.id, [])],
            explanation=self._explanation(candidate) if request.explain else None,
        )

    def _nearest_miss(
        self, found: Found, candidate: Candidate, probability: float, relations: Mapping[str, Relation], records: Records
    ) -> NearestMiss:
        return NearestMiss(
            statement=StatementView.of(records.statements[candidate.statement_id]),
            matched=Matched.of(candidate.passage),
            relation=relations.get(candidate.statement_id),
            probability=probability,
            cosine=candidate.cosine,
            bm25=candidate.bm25,
            reason=TOO_SHORT
            if claims_nothing(found.request.text)
            else f"its probability, {probability:.3f}, is below the {found.threshold:.3f} that a match needs",
            review=found.review,
            explanation=self._explanation(candidate) if found.request.explain else None,
        )

    def _explanation(self, candidate: Candidate) -> Explanation:
        model, features = self._calibration.model(candidate), features_of(candidate)
        return Explanation(
            features={name: features[name] for name in model.weights},
            weights=dict(model.weights),
            intercept=model.intercept,
            retrieval=candidate.features,
            fused=candidate.fused,
        )
