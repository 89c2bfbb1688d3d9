"""Words for people: what enums and language codes are called on a page."""

from __future__ import annotations

import enum
from typing import NamedTuple

from index.kinds import PassageKind, Rated, RefutationKind, RelationKind, StatementKind
from service.check.answers import CommonRating, Verdict, VerdictKind
from service.check.reading import Frame
from service.check.slots import Slot
from service.languages import ENGLISH
from service.languages import LANGUAGES as SENTENCES


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
RATINGS = {
    CommonRating.FALSE: Label("Rated false by fact-checkers", Tone.REFUTED),
    CommonRating.MISLEADING: Label("Rated misleading by fact-checkers", Tone.DOUBTFUL),
    CommonRating.MIXED: Label("Rated half true by fact-checkers", Tone.DOUBTFUL),
    CommonRating.TRUE: Label("Rated true by fact-checkers", Tone.KNOWN),
    CommonRating.DISPUTED: Label("Fact-checkers disagree", Tone.DOUBTFUL),
}
FRAMES = {
    Frame.ATTRIBUTION: "The message says that others say so: the claim itself was checked.",
    Frame.QUESTION: "You ask whether it is true: the claim itself was checked.",
    Frame.DENIAL: "The message calls it false: the claim itself was checked.",
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

Named = Frame | VerdictKind | RelationKind | Rated | RefutationKind | StatementKind | Slot | PassageKind


def words(named: Named) -> str:
    """What a person reads for an enum's member."""
    if isinstance(named, Frame):
        return FRAMES[named]
    if isinstance(named, VerdictKind):
        return VERDICTS[named].words
    if isinstance(named, RelationKind):
        return RELATIONS[named]
    if isinstance(named, Rated):
        return RATED[named]
    return str(named.value).replace("-", " ").replace("_", " ")


def headline(verdict: Verdict) -> str:
    """A verdict in a few words: an official denial first, then how fact-checkers rate what is repeated."""
    return _label(verdict).words


def tone(verdict: Verdict) -> str:
    """The class in the style sheet for a verdict."""
    return _label(verdict).tone.value


def _label(verdict: Verdict) -> Label:
    if verdict.rating and verdict.kind is not VerdictKind.OFFICIALLY_REFUTED:
        return RATINGS[verdict.rating]
    return VERDICTS[verdict.kind]


def sentence_language(claim: str) -> str:
    """The language of a verdict's sentence on a claim in a language."""
    return claim if claim in SENTENCES else ENGLISH


def language_name(code: str) -> str:
    """A language's English name; its code if it's none of the common ones."""
    return LANGUAGES.get(code, code)
