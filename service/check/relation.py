"""How a claim relates to the statements that it matches, and what that rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np

from index.kinds import PassageKind, RelationKind
from index.models.cross_encoder import CLASSES, PairScorer, weighed
from index.models.runtime import FloatArray
from index.records import Dossier, Passage, passages_of
from index.text.cleaning import bare_words, clean
from service.check.casing import recased
from service.check.figures import refigured
from service.check.mentions import Span
from service.check.names import in_other_order
from service.check.reading import MARKS, Frame, Reading
from service.check.slots import Difference, Phrase, Slot, Slots

REPEATS, DENIES, DIFFERS, RELATED = map(
    CLASSES.index, (RelationKind.REPEATS, RelationKind.DENIES, RelationKind.DIFFERS, RelationKind.RELATED)
)
SIGN = re.compile(r"[%‰°]|[$€£¥₴₽₹₺₪₸₩]|(?<![\w)])[-<>≤≥](?=\s?\d)|(?<=\d)/(?=\d)")
"""What makes another figure of the same digits."""
PASSAGES_KEPT = 16_384
"""Passages whose bare words are kept."""
CERTAINLY_REPEATS = np.array([kind is RelationKind.REPEATS for kind in CLASSES], np.float32)
"""What is certain of a claim that has the words of a passage of the statement."""


class Relation(msgspec.Struct, frozen=True):
    """What a claim does with a statement.

    Attributes:
        probability: that it is this kind of relation, 0..1, calibrated.
        differences: what it rests on, side by side; for `repeats`, what speaks against it; empty for `related`, and where none can
            be shown. The claim's spans are offsets into the claim as it was asked.
        against: the statement's own text; the text of an official denial where the claim repeats that. The statement's spans are
            offsets into it.
        judged: the part of the claim that was judged.
        kinds: the probability of each kind of relation beside the statement's own text, in the order of `CLASSES`.
        turned: whether a claim that is said to repeat the statement names two in another order: it may turn round who did what.
    """

    kind: RelationKind
    probability: float
    differences: list[Difference]
    against: Passage
    judged: Span
    kinds: tuple[float, ...]
    turned: bool = False


class Question(msgspec.Struct, frozen=True):
    """A claim beside a statement.

    Attributes:
        statement: the statement's own text.
        denial: an official denial of the statement, if that is what the claim comes closest to.
        worded: whether the claim has the words of a passage of the statement: it repeats it then, whatever a model says.
    """

    claim: Reading
    statement: Passage
    denial: Passage | None = None
    worded: bool = False


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
        pairs = [(phrase, text) for question in questions for text in _texts(question) for phrase in _phrases(question, text)]
        alone = self.model.probabilities([(as_judged(phrase, _phrase(text), self._slots), text.text) for phrase, text in pairs])
        cues = [self._slots.cues(phrase, _phrase(text)) for phrase, text in pairs]
        found = weighed(alone, cues, self.model.combination)
        relations, place = [], 0
        for question in questions:
            each = len(question.claim.parts)
            rows = [found[place + each * text : place + each * (text + 1)] for text in range(len(_texts(question)))]
            place += each * len(rows)
            relations.append(self._relation(question, rows[0], rows[1] if len(rows) > 1 else None))
        return relations

    def ready(self) -> str:
        """Ask the model; its fingerprint.

        Raises:
            JudgingFailed: if it gives no usable probabilities.
        """
        self.model.probabilities([("ready", "ready")])
        return self.model.fingerprint

    def _relation(self, question: Question, rows: FloatArray, beside_denial: FloatArray | None) -> Relation:
        """The relation of a claim by its parts.

        Args:
            rows: each part's probabilities beside the statement, shape (parts, kinds).
            beside_denial: the same beside an official denial of it.
        """
        part = int(rows[:, RELATED].argmin())
        kinds = CERTAINLY_REPEATS if question.worded else rows[part]
        if question.denial and beside_denial is not None and not question.worded:
            nearest = int(beside_denial[:, REPEATS].argmax())
            if _likeliest(beside_denial[nearest]) is RelationKind.REPEATS:
                denied = float(beside_denial[nearest, REPEATS])
                return self._told(question, nearest, question.denial, RelationKind.DENIES, denied, kinds)
        kind, probability = _likeliest(kinds), float(kinds.max())
        if kind is RelationKind.REPEATS and not question.worded:
            phrases = _phrases(question, question.statement)[part], _phrase(question.statement)
            if self._slots.conflicts(*phrases):  # a figure of the claim cannot be true of what the statement says
                kind, probability = RelationKind.DIFFERS, float(kinds[REPEATS] + kinds[DIFFERS])
            elif self._slots.opposites(*phrases):
                kind, probability = RelationKind.DENIES, float(kinds[REPEATS] + kinds[DENIES])
        return self._told(question, part, question.statement, kind, probability, kinds)

    def _told(
        self, question: Question, part: int, against: Passage, kind: RelationKind, probability: float, kinds: FloatArray
    ) -> Relation:
        """The relation with what it rests on; what is called false in front of it is denied."""
        ours, theirs = _phrases(question, against)[part], _phrase(against)
        found = self._slots.differences(kind, ours, theirs)
        differences = [_placed(difference, question.claim, part) for difference in found]
        if question.claim.frame is Frame.DENIAL and kind is RelationKind.REPEATS:
            kind, differences = RelationKind.DENIES, [Difference(Slot.NEGATION, question.claim.frame_words, None), *differences]
        turned = (
            kind is RelationKind.REPEATS
            and not question.worded
            and in_other_order(ours.text, ours.language, theirs.text, theirs.language)
        )
        return Relation(kind, probability, differences, against, question.claim.shown(part), tuple(map(float, kinds)), turned)


def as_judged(claim: Phrase, statement: Phrase, slots: Slots) -> str:
    """A claim as the model reads it beside a statement.

    Its figures are written as there. Whether it ends with a full stop says nothing about what it does with a statement.
    """
    text = refigured(claim.text, statement.text, slots.compared(claim, statement))
    return text if text.endswith(("?", "؟")) else f"{text.rstrip(MARKS)}."


def _likeliest(row: FloatArray) -> RelationKind:
    return CLASSES[int(row.argmax())]


def _texts(question: Question) -> list[Passage]:
    """What the claim is judged beside."""
    return [question.statement, question.denial] if question.denial else [question.statement]


def _phrases(question: Question, text: Passage) -> list[Phrase]:
    """The parts of the claim as they are judged beside a text."""
    return [recased(phrase, text.text) for phrase in question.claim.phrases()]


def _phrase(passage: Passage) -> Phrase:
    return Phrase(passage.text, passage.language)


def _placed(difference: Difference, claim: Reading, part: int) -> Difference:
    """The difference with the claim's words where they stand in the claim as it was asked."""
    ours = difference.claim
    return msgspec.structs.replace(difference, claim=claim.span(part, ours.start, ours.end) if ours else None)


def question_of(claim: Reading, nearest: Passage, dossier: Dossier) -> Question:
    """The question how a claim relates to a dossier's statement.

    Args:
        nearest: what the claim comes closest to: the text of a refutation that denies the statement is judged, too.
    """
    statement = dossier.statement
    denying = {one.id for one in dossier.refutations if statement.id in one.denies}
    denial = nearest if nearest.kind is PassageKind.REFUTATION and nearest.record_id in denying else None
    passages, words = passages_of(statement), _said(claim.words.text)
    worded = any(words == _words_of(passage.text) for passage in passages)
    return Question(claim, passages[0], denial, worded)


@lru_cache(PASSAGES_KEPT)
def _words_of(passage: str) -> tuple[str, ...]:
    """What a passage says: cleaning those of each candidate anew took a tenth of an answer's time."""
    return _said(clean(passage))


def _said(text: str) -> tuple[str, ...]:
    """A text's bare words, and the signs beside its figures: 70 % is not 70, $5 not €5, -5 not 5."""
    return bare_words(text), *(sign[0] for sign in SIGN.finditer(text))
