"""Words out of a few, as a service tells them. One that this client does not know yet is `UNKNOWN`."""

from __future__ import annotations

import enum
from typing import Any


class Told(enum.StrEnum):
    """A word out of a few."""

    @classmethod
    def _missing_(cls, value: object) -> Any:
        return cls.__members__["UNKNOWN"]


class VerdictKind(Told):
    """What the matches together mean for the claim."""

    OFFICIALLY_REFUTED = "officially_refuted"
    CONTESTED = "contested"
    KNOWN_WITHOUT_REFUTATION = "known_without_refutation"
    CONTRADICTS_KNOWN_STATEMENT = "contradicts_known_statement"
    DIFFERS_IN_DETAIL = "differs_in_detail"
    KNOWN_STATEMENT = "known_statement"
    NO_KNOWN_STATEMENT = "no_known_statement"
    UNKNOWN = "unknown"


class CommonRating(Told):
    """What fact-checkers' ratings come to together."""

    FALSE = "false"
    MISLEADING = "misleading"
    MIXED = "mixed"
    TRUE = "true"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"


class RelationKind(Told):
    """What a claim does with a statement."""

    REPEATS = "repeats"
    DENIES = "denies"
    REVERSES = "reverses"
    DIFFERS = "differs"
    RELATED = "related"
    UNKNOWN = "unknown"


class KeptWords(Told):
    """What of a document is kept with its answer."""

    PLACES = "places"
    SENTENCES = "sentences"
    TEXT = "text"
    UNKNOWN = "unknown"


class Tier(Told):
    """How far a source or a reviewer is believed, the furthest first."""

    OWN = "own"
    OFFICIAL = "official"
    SIGNATORY = "signatory"
    KNOWN = "known"
    UNKNOWN = "unknown"


class StatementKind(Told):
    """What sort of statement it is."""

    ACCUSATION = "accusation"
    STATEMENT = "statement"
    EVENT = "event"
    CONTEXT = "context"
    ASSESSMENT = "assessment"
    CLAIM = "claim"
    UNKNOWN = "unknown"


class RefutationKind(Told):
    """What sort of refutation it is."""

    DENIAL = "denial"
    COUNTER_STATEMENT = "counter-statement"
    FACT = "fact"
    REVIEW = "review"
    UNKNOWN = "unknown"


class Stance(Told):
    """How a refutation stands against a statement."""

    DENIES = "denies"
    COUNTERS = "counters"
    UNKNOWN = "unknown"


class Rated(Told):
    """What a review found."""

    FALSE = "false"
    MOSTLY_FALSE = "mostly-false"
    MISLEADING = "misleading"
    MIXED = "mixed"
    MOSTLY_TRUE = "mostly-true"
    TRUE = "true"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"


class FormKind(Told):
    """Which part of a record a text is."""

    TEXT = "text"
    WORDING = "wording"
    REFUTATION = "refutation"
    UNKNOWN = "unknown"


class Frame(Told):
    """What a message says about its claim."""

    ATTRIBUTION = "attribution"
    QUESTION = "question"
    DENIAL = "denial"
    UNKNOWN = "unknown"


class Slot(Told):
    """What two texts differ in."""

    ACTOR = "actor"
    ACTION = "action"
    TARGET = "target"
    PLACE = "place"
    DATE = "date"
    NUMBER = "number"
    NEGATION = "negation"
    MODALITY = "modality"
    ATTRIBUTION = "attribution"
    UNKNOWN = "unknown"


class Reason(Told):
    """Why a sentence is worth checking, or not."""

    FIGURE = "figure"
    NAME = "name"
    SPEECH = "speech"
    QUESTION = "question"
    OPINION = "opinion"
    FRAGMENT = "fragment"
    UNKNOWN = "unknown"


class TextFormat(Told):
    """How a document is written."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"
    UNKNOWN = "unknown"


class State(Told):
    """How far a record is. Only published ones are answered."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    PUBLISHED = "published"
    RETIRED = "retired"
    ERASED = "erased"
    UNKNOWN = "unknown"
