"""What the self-test does to a statement, and what that makes of it."""

from __future__ import annotations

import enum

import msgspec

from index.kinds import RelationKind


class Change(enum.Enum):
    """What was done to the statement."""

    NEGATION = "negation"
    SWAPPED_ACTORS = "swapped actors"
    NUMBER = "number"
    UNIT = "unit"
    DATE = "date"
    PLACE = "place"
    ATTRIBUTION = "attribution"
    QUESTION = "question"
    ADDITION = "addition"
    SHORT_FIGURES = "short figures"
    WORDING = "wording"
    TRANSLATION = "translation"
    LINK = "link"
    STAMP = "messenger stamp"
    BYLINE = "byline"
    CAPITALS = "capitals"
    EMOJI = "emoji"
    INVISIBLE = "invisible characters"
    LOOK_ALIKES = "look-alike letters"
    SUSPICION = "fake? in front"
    TYPO = "typo"


MADE = {
    Change.NEGATION: RelationKind.DENIES,
    Change.SWAPPED_ACTORS: RelationKind.REVERSES,
    Change.NUMBER: RelationKind.DIFFERS,
    Change.UNIT: RelationKind.DIFFERS,
    Change.DATE: RelationKind.DIFFERS,
    Change.PLACE: RelationKind.DIFFERS,
}
EXPECTED = {change: MADE.get(change, RelationKind.REPEATS) for change in Change}
"""What a change makes of the statement; most leave what it says as it is."""


class Probe(msgspec.Struct, frozen=True):
    """A changed statement, as a claim."""

    change: Change
    text: str
    language: str
