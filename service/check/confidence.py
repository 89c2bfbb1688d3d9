"""How sure an answer is: what retrieval and relation model tell together.

Two logistic models, fitted on claims of topics that neither of the two was trained on (`training/confidence.py`). One says how
probable it is that the claim is about the statement: a second look at the best candidates, by the model that has read both texts.
The other says how probable it is that what stands against the statement stands against the claim. `docs/why/calibration.md` tells
what they were fitted on and how well they do.
"""

from __future__ import annotations

import math
from pathlib import Path

import msgspec

from index.kinds import RelationKind
from index.models.cross_encoder import ALMOST_NOTHING, CLASSES
from index.search.calibration import Explanation, Model
from service.check.answers import Match
from service.check.relation import Relation
from service.check.slots import Slot

MODELS = Path(__file__).with_name("confidence.json")
MOST_ODDS = 14.0
"""Log odds beyond this count as this."""
RETRIEVAL, ABOUT = "retrieval", "about"
"""Names of the features that are log odds: of retrieval's probability, and of the probability after the second look."""

TURNED_FROM = 0.9
"""The least probability from which on refutations apply to a claim that names two in another order than the statement: passives do,
and so do claims that exchange who did what (docs/why/calibration.md)."""

MAY_TURN = 0.2
"""Probability that a claim turns round who did what, from which on it is left open whether refutations apply, however sure the rest
is (docs/why/calibration.md)."""
REVERSES = CLASSES.index(RelationKind.REVERSES)


class Confidence(msgspec.Struct, frozen=True):
    """The two models, and where they draw the line.

    Attributes:
        about: whether the claim is about the statement, from `RETRIEVAL` and the logarithm of each relation's probability.
        applies: whether what stands against the statement stands against the claim, for claims that are said to repeat it: from
            `ABOUT`, the logarithms, and whether a word that denies or plans is in only one of the two.
        looked_at_from: retrieval's probability from which on a candidate gets a second look; the best one always does.
        threshold: the probability from which on a statement is answered.
        related_from: the one that it takes where the claim is merely on the statement's topic: that says little.
        review: the lower one from which on the nearest miss is suggested for a person to look at.
        applies_from: the probability from which on refutations are said to apply; below it that is left open.
    """

    about: Model
    applies: Model
    looked_at_from: float
    threshold: float
    related_from: float
    review: float
    applies_from: float

    def second_look(self, match: Match, relation: Relation) -> Match:
        """The match with the probability that both tell, and whether refutations apply.

        Args:
            match: its probability and explanation are retrieval's.
        """
        probability = self.about_statement(match.probability, relation)
        explanation = match.explanation and self._explanation(match.explanation, match.probability, relation)
        applies = self.refutations_apply(probability, relation)
        return msgspec.structs.replace(match, probability=probability, explanation=explanation, refutations_apply=applies)

    def about_statement(self, retrieval: float, relation: Relation) -> float:
        """The probability, 0..1, that the claim is about the statement.

        Args:
            retrieval: the same by retrieval alone.
        """
        return self.about.probability(about_features(retrieval, relation))

    def refutations_apply(self, about: float, relation: Relation) -> bool | None:
        """Whether what stands against a statement stands against the claim, too.

        Args:
            about: the probability that the claim is about the statement.

        Returns:
            False unless the claim is said to repeat the statement; None if it is, but not surely enough.
        """
        if relation.kind is not RelationKind.REPEATS:
            return False
        if relation.kinds[REVERSES] >= MAY_TURN:
            return None
        needed = max(self.applies_from, TURNED_FROM) if relation.turned else self.applies_from
        return True if self.applies.probability(applies_features(about, relation)) >= needed else None

    def _explanation(self, retrieval: Explanation, alone: float, relation: Relation) -> Explanation:
        """What the probability was made of: retrieval's features, weighed again, and the relation's."""
        again = self.about.weights[RETRIEVAL]
        features = about_features(alone, relation)
        told = {name: weight for name, weight in self.about.weights.items() if name != RETRIEVAL}
        return Explanation(
            features=retrieval.features | {name: features[name] for name in told},
            weights={name: again * weight for name, weight in retrieval.weights.items()} | told,
            intercept=self.about.intercept + again * retrieval.intercept,
        )


def about_features(retrieval: float, relation: Relation) -> dict[str, float]:
    """What the second look may weigh."""
    return {RETRIEVAL: log_odds(retrieval)} | _kinds(relation)


def applies_features(about: float, relation: Relation) -> dict[str, float]:
    """What may tell whether refutations apply."""
    slots = {difference.slot for difference in relation.differences}
    words = {slot.value: float(slot in slots) for slot in (Slot.NEGATION, Slot.MODALITY)}
    return {ABOUT: log_odds(about)} | _kinds(relation) | words


def _kinds(relation: Relation) -> dict[str, float]:
    return {kind.value: math.log(max(p, ALMOST_NOTHING)) for kind, p in zip(CLASSES, relation.kinds, strict=True)}


def log_odds(probability: float) -> float:
    """Of a probability, -`MOST_ODDS`..`MOST_ODDS`."""
    kept = min(max(probability, 1e-9), 1 - 1e-9)
    return max(-MOST_ODDS, min(MOST_ODDS, math.log(kept / (1 - kept))))


def load_confidence(path: Path = MODELS) -> Confidence:
    """The models that the package carries."""
    return msgspec.json.decode(path.read_bytes(), type=Confidence)
