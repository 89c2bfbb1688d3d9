"""How a claim relates to the statements that it matches, and what that rests on."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from index.kinds import PassageKind, RelationKind
from index.models.cross_encoder import CLASSES, PairScorer, weighed
from index.models.runtime import FloatArray
from index.records import Dossier, Passage, passages_of
from index.text.cleaning import bare_words
from service.check.slots import Difference, Phrase, Slots


class Relation(msgspec.Struct, frozen=True):
    """What a claim does with a statement.

    Attributes:
        probability: that it is this kind of relation, 0..1, calibrated.
        differences: what it rests on, side by side; for `repeats`, what speaks against it; empty for `related`.
        against: the statement's own text; the text of an official denial where the claim repeats that. The statement's spans are
            offsets into it.
    """

    kind: RelationKind
    probability: float
    differences: list[Difference]
    against: Passage


class Question(msgspec.Struct, frozen=True):
    """A claim beside a statement.

    Attributes:
        statement: the statement's own text.
        denial: an official denial of the statement, if that is what the claim comes closest to.
    """

    claim: Phrase
    statement: Passage
    denial: Passage | None = None


CERTAINLY_REPEATS = np.array([kind is RelationKind.REPEATS for kind in CLASSES], np.float32)
"""What is certain of a claim that has the statement's own words."""


class Judge:
    """Judges the matches of all claims of a request together."""

    def __init__(self, model: PairScorer) -> None:
        self.model = model
        self._slots = Slots()

    def relations(self, questions: Sequence[Question]) -> list[Relation]:
        """Judge claims beside statements, in their order.

        Raises:
            JudgingFailed: if the model gives no usable probabilities.
        """
        denials = [question for question in questions if question.denial is not None]
        pairs = [(question.claim, question.statement) for question in questions]
        pairs += [(question.claim, question.denial) for question in denials if question.denial]
        alone = self.model.probabilities([(claim.text, passage.text) for claim, passage in pairs])
        cues = [self._slots.cues(claim, _phrase(passage)) for claim, passage in pairs]
        found = weighed(alone, cues, self.model.combination)
        beside_denials = iter(found[len(questions) :])
        return [
            self._relation(question, row, next(beside_denials) if question.denial else None)
            for question, row in zip(questions, found[: len(questions)], strict=True)
        ]

    def ready(self) -> str:
        """Ask the model; its fingerprint.

        Raises:
            JudgingFailed: if it gives no usable probabilities.
        """
        self.model.probabilities([("ready", "ready")])
        return self.model.fingerprint

    def _relation(self, question: Question, row: FloatArray, beside_denial: FloatArray | None) -> Relation:
        if bare_words(question.claim.text) == bare_words(question.statement.text):
            row = CERTAINLY_REPEATS
        kind = _kind(row)
        probability, against = float(row[CLASSES.index(kind)]), question.statement
        if question.denial and beside_denial is not None and _kind(beside_denial) is RelationKind.REPEATS:
            kind, probability, against = RelationKind.DENIES, float(beside_denial.max()), question.denial
        differences = self._slots.differences(kind, question.claim, _phrase(against))
        return Relation(kind, probability, differences, against)


def _kind(row: FloatArray) -> RelationKind:
    return CLASSES[int(row.argmax())]


def _phrase(passage: Passage) -> Phrase:
    return Phrase(passage.text, passage.language)


def question_of(claim: Phrase, nearest: Passage, dossier: Dossier) -> Question:
    """The question how a claim relates to a dossier's statement.

    Args:
        nearest: what the claim comes closest to: the text of a refutation that denies the statement is judged, too.
    """
    statement = dossier.statement
    denying = {one.id for one in dossier.refutations if statement.id in one.denies}
    denial = nearest if nearest.kind is PassageKind.REFUTATION and nearest.record_id in denying else None
    return Question(claim, passages_of(statement)[0], denial)
