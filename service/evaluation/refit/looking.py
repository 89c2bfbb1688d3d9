"""What the service sees of labelled claims: the candidates that it looks at twice, and how it judges them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from index.kinds import RelationKind
from index.models.cross_encoder import PairScorer
from index.models.runtime import FloatArray
from index.progress import Progress, no_progress
from index.search.calibration import Calibration, Model
from index.search.retriever import Retriever
from index.store.store import StatementStore
from service.check.answers import Answer, Claim
from service.check.confidence import Confidence
from service.check.matcher import MOST_LOOKED_AT, Matcher
from service.check.reading import Frame, read
from service.check.relation import Judge, Question, Relation, question_of
from service.evaluation.refit.claims import LabelledClaim

AT_ONCE = 100
CERTAIN = Model(30.0, {})
"""Keeps every candidate that is looked at, in the order of retrieval."""
NEAR = 0.1
"""Retrieval's probability from which on a claim about none tells something of the relation to its best candidate."""


class Looked(msgspec.Struct, frozen=True):
    """A candidate of a claim.

    Attributes:
        retrieval: the probability, by retrieval alone, that the claim is about it.
        right: whether it is the statement that the claim is about.
        refuted: whether something stands against it.
        first: whether it is the best one.
    """

    question: Question
    relation: Relation
    retrieval: float
    right: bool
    refuted: bool
    first: bool


class Asked(msgspec.Struct, frozen=True):
    """A claim, and the candidates that are looked at.

    Attributes:
        group: claims about one statement have the same.
        refuted: whether something stands against the statement that it is about.
    """

    claim: LabelledClaim
    group: str
    refuted: bool
    looked: list[Looked]


class Remembering:
    """A relation model that judges no pair twice."""

    def __init__(self, model: PairScorer) -> None:
        self._model = model
        self.fingerprint, self.combination = model.fingerprint, model.combination
        self._known: dict[tuple[str, str], FloatArray] = {}

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> FloatArray:
        """See `PairScorer.probabilities`."""
        new = list(dict.fromkeys(pair for pair in pairs if pair not in self._known))
        self._known |= dict(zip(new, self._model.probabilities(new), strict=True))
        return np.stack([self._known[pair] for pair in pairs]) if pairs else self._model.probabilities([])


class Service(msgspec.Struct, frozen=True):
    """The parts that answers come from, as packaged."""

    store: StatementStore
    retriever: Retriever
    calibration: Calibration
    judge: Judge
    confidence: Confidence


def look(service: Service, claims: Sequence[LabelledClaim], progress: Progress = no_progress) -> list[Asked]:
    """Ask claims.

    Raises:
        StoreUnavailable, EncodingFailed, JudgingFailed: as `Matcher.match`.
    """
    everything = msgspec.structs.replace(service.confidence, about=CERTAIN)
    matcher = Matcher(service.store, service.retriever, service.calibration, service.judge, everything)
    answers: list[Answer] = []
    for start in range(0, len(claims), AT_ONCE):
        some = claims[start : start + AT_ONCE]
        asked = [Claim(text=one.text, language=one.language, limit=MOST_LOOKED_AT, split=False) for one in some]
        answers += matcher.match(asked).answers
        progress("asking", len(answers), len(claims))
    refuted = _refuted(service.store, claims)
    about: dict[str, set[str | None]] = {}
    for one in claims:
        about.setdefault(one.text, set()).add(one.statement)
    return [
        Asked(
            claim,
            claim.statement or f"none: {place}",
            claim.statement in refuted,
            list(_looked(claim, answer, about[claim.text], service.calibration)),
        )
        for place, (claim, answer) in enumerate(zip(claims, answers, strict=True))
    ]


def _refuted(store: StatementStore, claims: Sequence[LabelledClaim]) -> set[str]:
    dossiers = store.dossiers({claim.statement for claim in claims if claim.statement})
    return {id_ for id_, dossier in dossiers.items() if dossier.refutations}


def _looked(claim: LabelledClaim, answer: Answer, about: set[str | None], calibration: Calibration) -> Iterator[Looked]:
    """The candidates of a claim; not those that it is about by another line of the file."""
    reading = read(claim.text, claim.language)
    for place, match in enumerate(answer.matches):
        id_ = match.candidate.statement_id
        if match.relation and (id_ == claim.statement or id_ not in about):
            question = question_of(reading, match.candidate.passage, match.dossier)
            retrieval = calibration.probability(match.candidate)
            refuted = bool(match.dossier.refutations)
            yield Looked(question, match.relation, retrieval, id_ == claim.statement, refuted, not place)


def judged_by(judge: Judge, asked: Sequence[Asked]) -> list[Asked]:
    """The same, judged anew."""
    relations = iter(judge.relations([looked.question for one in asked for looked in one.looked]))
    return [
        msgspec.structs.replace(one, looked=[msgspec.structs.replace(looked, relation=next(relations)) for looked in one.looked])
        for one in asked
    ]


def kind_to_find(one: Asked, looked: Looked) -> RelationKind | None:
    """The relation that the model should have found beside the statement's own text.

    None where that is not known, and where rules decide: by the same words, by a denial that is repeated, by a frame of denial.
    """
    question = looked.question
    if question.worded or question.claim.frame is Frame.DENIAL or looked.relation.against != question.statement:
        return None
    if looked.right:
        return one.claim.relation
    return RelationKind.RELATED if one.claim.statement is None and looked.first and looked.retrieval >= NEAR else None
