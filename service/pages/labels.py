"""Words for people: what enums and language codes are called on a page."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any, NamedTuple

from index.kinds import PassageKind, Rated, RefutationKind, RelationKind, StatementKind, Tier
from service.api.wire.answers import Match
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
    """A verdict in words.

    Attributes:
        words: the verdict in one plain line.
        meaning: what follows from it, and what does not.
    """

    words: str
    tone: Tone
    meaning: str


REPEATED = "This claim was made before. What was answered, and by whom, is below."
OPPOSITE = (
    "Somebody on record claims the opposite. That alone does not tell which of the two is right: see who said it, "
    "and what was answered."
)
VERDICTS = {
    VerdictKind.OFFICIALLY_REFUTED: Label(
        "Officials have denied this", Tone.REFUTED, "This claim was made before, and officials answered that it is not so."
    ),
    VerdictKind.CONTESTED: Label(
        "Something on record speaks against this",
        Tone.DOUBTFUL,
        "This claim was made before. No official denied it outright, but what is below stands against it.",
    ),
    VerdictKind.KNOWN_WITHOUT_REFUTATION: Label(
        "Said before; nothing on record speaks against it",
        Tone.KNOWN,
        "That does not make it true: it only means that this collection has no answer to it.",
    ),
    VerdictKind.CONTRADICTS_KNOWN_STATEMENT: Label("The opposite is on record", Tone.DOUBTFUL, OPPOSITE),
    VerdictKind.DIFFERS_IN_DETAIL: Label(
        "On record, but with a different detail",
        Tone.DOUBTFUL,
        "The detail that differs is marked below. What was answered to the claim on record was not said of this version.",
    ),
    VerdictKind.KNOWN_STATEMENT: Label(
        "Something similar is on record",
        Tone.KNOWN,
        "It is not sure that it says the same: compare the two before you rely on what was answered.",
    ),
    VerdictKind.NO_KNOWN_STATEMENT: Label(
        "Nothing on record matches this",
        Tone.NOTHING,
        "That says nothing about whether it is true: nobody has recorded this claim here.",
    ),
}
TURNED_ROUND = Label(
    "On record the other way round",
    Tone.DOUBTFUL,
    "The claim on record has the same parties with their roles exchanged. What was answered to it was not said of this version.",
)
"""What a verdict says whose statement the claim turns round."""
ONLY_APART = Label(
    "Said before; nothing that counts speaks against it",
    Tone.KNOWN,
    "Only publishers whom nobody here knows rate it: see below what they say. That does not make it true.",
)
"""What a verdict says of a statement about which there is only what does not count."""
RATINGS = {
    CommonRating.FALSE: Label("Fact-checkers found this false", Tone.REFUTED, REPEATED),
    CommonRating.MISLEADING: Label("Fact-checkers found this misleading", Tone.DOUBTFUL, REPEATED),
    CommonRating.MIXED: Label("Fact-checkers found this half true", Tone.DOUBTFUL, REPEATED),
    CommonRating.TRUE: Label("Fact-checkers found this true", Tone.KNOWN, REPEATED),
    CommonRating.DISPUTED: Label("Fact-checkers disagree about this", Tone.DOUBTFUL, REPEATED),
}
FRAMES = {
    Frame.ATTRIBUTION: "The message says that others say so: the claim itself was checked.",
    Frame.QUESTION: "You ask whether it is true: the claim itself was checked.",
    Frame.DENIAL: "The message calls it false: the claim itself was checked.",
}
RELATIONS = {
    RelationKind.REPEATS: "The claim says the same",
    RelationKind.DENIES: "The claim says the opposite",
    RelationKind.REVERSES: "The claim swaps who does it to whom",
    RelationKind.DIFFERS: "The claim changes a detail",
    RelationKind.RELATED: "The claim is about the same topic, but says something else",
}
SLOTS = {
    Slot.ACTOR: "who",
    Slot.ACTION: "what happens",
    Slot.TARGET: "to whom",
    Slot.PLACE: "where",
    Slot.DATE: "when",
    Slot.NUMBER: "number",
    Slot.NEGATION: "yes or no",
    Slot.MODALITY: "done or only possible",
    Slot.ATTRIBUTION: "who says so",
}
KINDS = {
    StatementKind.ACCUSATION: "accusation",
    StatementKind.STATEMENT: "official statement",
    StatementKind.EVENT: "event",
    StatementKind.CONTEXT: "background fact",
    StatementKind.ASSESSMENT: "assessment",
    StatementKind.CLAIM: "claim",
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

TIERS = {
    Tier.OWN: "this desk",
    Tier.OFFICIAL: "official body",
    Tier.SIGNATORY: "fact-checker verified by a network",
    Tier.KNOWN: "known publisher",
    Tier.UNKNOWN: "unknown publisher",
}

Named = Tier | Frame | VerdictKind | RelationKind | Rated | RefutationKind | StatementKind | Slot | PassageKind
VERDICT_WORDS = {kind: one.words for kind, one in VERDICTS.items()}
WORDS: dict[Any, str] = {**FRAMES, **VERDICT_WORDS, **RELATIONS, **RATED, **SLOTS, **KINDS, **TIERS}


def words(named: Named) -> str:
    """What a person reads for an enum's member."""
    return WORDS.get(named) or str(named.value).replace("-", " ").replace("_", " ")


def label(verdict: Verdict, matches: Sequence[Match]) -> Label:
    """A verdict in plain words: an official denial first, then how fact-checkers rate what is repeated."""
    if verdict.rating and verdict.kind is not VerdictKind.OFFICIALLY_REFUTED:
        return RATINGS[verdict.rating]
    if verdict.kind is VerdictKind.CONTRADICTS_KNOWN_STATEMENT and _turned_round(matches):
        return TURNED_ROUND
    if verdict.kind is VerdictKind.KNOWN_WITHOUT_REFUTATION and any(
        one.apart.reviews or one.apart.refutations for one in matches[:1]
    ):
        return ONLY_APART
    return VERDICTS[verdict.kind]


def _turned_round(matches: Sequence[Match]) -> bool:
    """Whether the match that contradicts most surely is turned round."""
    kinds = (RelationKind.DENIES, RelationKind.REVERSES)
    found = [(one.probability * one.relation.probability, one.relation.kind) for one in matches if one.relation]
    surest = max((pair for pair in found if pair[1] in kinds), key=lambda pair: pair[0], default=None)
    return surest is not None and surest[1] is RelationKind.REVERSES


def sentence_language(claim: str) -> str:
    """The language of a verdict's sentence on a claim in a language."""
    return claim if claim in SENTENCES else ENGLISH


def language_name(code: str) -> str:
    """A language's English name; its code if it's none of the common ones."""
    return LANGUAGES.get(code, code)


def is_web_address(address: str | None) -> bool:
    """Whether an address may become a link. Feeds may bring texts that are no addresses, or addresses that run a script."""
    return address is not None and address.lower().startswith(("http://", "https://"))
