"""Words for people: what enums and language codes are called on a page."""

from __future__ import annotations

import enum
from typing import NamedTuple

from index.kinds import PassageKind, Rated, RefutationKind, RelationKind, StatementKind
from service.check.answers import VerdictKind
from service.check.slots import Slot


class Tone(enum.Enum):
    """How serious a verdict is. The style sheet has a colour for each; the words always stand beside the colour."""

    REFUTED = "refuted"
    DOUBTFUL = "doubtful"
    KNOWN = "known"
    NOTHING = "nothing"


class Label(NamedTuple):
    """A verdict in words."""

    words: str
    tone: Tone


VERDICTS = {
    VerdictKind.OFFICIALLY_REFUTED: Label("Officially refuted", Tone.REFUTED),
    VerdictKind.CONTESTED: Label("Contested", Tone.DOUBTFUL),
    VerdictKind.KNOWN_WITHOUT_REFUTATION: Label("Known, no refutation on record", Tone.KNOWN),
    VerdictKind.CONTRADICTS_KNOWN_STATEMENT: Label("Contradicts a known statement", Tone.DOUBTFUL),
    VerdictKind.DIFFERS_IN_DETAIL: Label("Differs in a detail", Tone.DOUBTFUL),
    VerdictKind.KNOWN_STATEMENT: Label("Close to a known statement", Tone.KNOWN),
    VerdictKind.NO_KNOWN_STATEMENT: Label("No known statement", Tone.NOTHING),
}
RELATIONS = {
    RelationKind.REPEATS: "The claim repeats it",
    RelationKind.DENIES: "The claim denies it",
    RelationKind.REVERSES: "The claim turns it round",
    RelationKind.DIFFERS: "The claim changes a detail",
    RelationKind.RELATED: "The claim is merely on the same topic",
}
RATED = {
    Rated.FALSE: "false",
    Rated.MOSTLY_FALSE: "mostly false",
    Rated.MISLEADING: "misleading",
    Rated.MIXED: "partly true, partly false",
    Rated.MOSTLY_TRUE: "mostly true",
    Rated.TRUE: "true",
    Rated.UNCLEAR: "not decided",
}
LANGUAGES = {
    "ar": "Arabic",
    "be": "Belarusian",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "lt": "Lithuanian",
    "pl": "Polish",
    "ru": "Russian",
    "uk": "Ukrainian",
}

Named = VerdictKind | RelationKind | Rated | RefutationKind | StatementKind | Slot | PassageKind


def words(named: Named) -> str:
    """What a person reads for an enum's member."""
    if isinstance(named, VerdictKind):
        return VERDICTS[named].words
    if isinstance(named, RelationKind):
        return RELATIONS[named]
    if isinstance(named, Rated):
        return RATED[named]
    return str(named.value).replace("-", " ").replace("_", " ")


def tone(kind: VerdictKind) -> str:
    """The class in the style sheet for a verdict."""
    return VERDICTS[kind].tone.value


def language_name(code: str) -> str:
    """A language's English name; its code if it's none of the common ones."""
    return LANGUAGES.get(code, code)
