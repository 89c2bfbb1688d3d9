"""Words for people: what enums and language codes are called on a page, in its language."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any, NamedTuple

from index.kinds import Action, Rated, RefutationKind, RelationKind, Scope, State, StatementKind, Tier
from index.records import Party
from service.api.wire.answers import Match
from service.check.answers import CommonRating, Verdict, VerdictKind
from service.check.reading import Frame, Nothing
from service.check.slots import Slot
from service.check.wordings import KINDS, RATED, Wordings
from service.languages import ENGLISH, LANGUAGES
from service.languages.spoken import N_, P_, gettext, language, locale, pgettext


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


REPEATED = N_("This claim was made before. What was answered, and by whom, is below.")
OPPOSITE = N_(
    "Somebody on record claims the opposite. That alone does not tell which of the two is right: see who said it, "
    "and what was answered."
)
VERDICTS = {
    VerdictKind.OFFICIALLY_REFUTED: Label(
        N_("Officials have denied this"),
        Tone.REFUTED,
        N_("This claim was made before, and officials answered that it is not so."),
    ),
    VerdictKind.CONTESTED: Label(
        N_("Something on record speaks against this"),
        Tone.DOUBTFUL,
        N_("This claim was made before. No official denied it outright, but what is below stands against it."),
    ),
    VerdictKind.KNOWN_WITHOUT_REFUTATION: Label(
        N_("Said before; nothing on record speaks against it"),
        Tone.KNOWN,
        N_("That does not make it true: it only means that this collection has no answer to it."),
    ),
    VerdictKind.CONTRADICTS_KNOWN_STATEMENT: Label(N_("The opposite is on record"), Tone.DOUBTFUL, OPPOSITE),
    VerdictKind.DIFFERS_IN_DETAIL: Label(
        N_("On record, but with a different detail"),
        Tone.DOUBTFUL,
        N_("What was answered to the claim on record was not said of this version."),
    ),
    VerdictKind.KNOWN_STATEMENT: Label(
        N_("Something similar is on record"),
        Tone.KNOWN,
        N_("It is not sure that it says the same: compare the two before you rely on what was answered."),
    ),
    VerdictKind.NO_KNOWN_STATEMENT: Label(
        N_("Nothing on record matches this"),
        Tone.NOTHING,
        N_("That says nothing about whether it is true: nobody has recorded this claim here."),
    ),
}
TURNED_ROUND = Label(
    N_("On record the other way round"),
    Tone.DOUBTFUL,
    N_(
        "The claim on record has the same parties with their roles exchanged. What was answered to it was not said of this version."
    ),
)
"""What a verdict says whose statement the claim turns round."""
UNSHOWN = N_("Compare the two: what was answered to the claim on record may not apply to this version.")
"""What follows where no words show in what a claim differs."""
ONLY_APART = Label(
    N_("Said before; nothing that counts speaks against it"),
    Tone.KNOWN,
    N_("Only publishers whom nobody here knows rate it: see below what they say. That does not make it true."),
)
"""What a verdict says of a statement about which there is only what does not count."""
RATINGS = {
    CommonRating.FALSE: Label(N_("Fact-checkers found this false"), Tone.REFUTED, REPEATED),
    CommonRating.MISLEADING: Label(N_("Fact-checkers found this misleading"), Tone.DOUBTFUL, REPEATED),
    CommonRating.MIXED: Label(N_("Fact-checkers found this half true"), Tone.DOUBTFUL, REPEATED),
    CommonRating.TRUE: Label(N_("Fact-checkers found this true"), Tone.KNOWN, REPEATED),
    CommonRating.DISPUTED: Label(N_("Fact-checkers disagree about this"), Tone.DOUBTFUL, REPEATED),
}
FRAMES = {
    Frame.ATTRIBUTION: N_("The message says that others say so: the claim itself was checked."),
    Frame.QUESTION: N_("You ask whether it is true: the claim itself was checked."),
    Frame.DENIAL: N_("The message calls it false: the claim itself was checked."),
}
RELATIONS = {
    RelationKind.REPEATS: N_("The claim says the same"),
    RelationKind.DENIES: N_("The claim says the opposite"),
    RelationKind.REVERSES: N_("The claim swaps who does it to whom"),
    RelationKind.DIFFERS: N_("The claim changes a detail"),
    RelationKind.RELATED: N_("The claim is about the same topic, but says something else"),
}
DIFFERING = (RelationKind.DENIES, RelationKind.REVERSES, RelationKind.DIFFERS)
SLOTS = {
    Slot.ACTOR: P_("part", "who"),
    Slot.ACTION: P_("part", "what happens"),
    Slot.TARGET: P_("part", "to whom"),
    Slot.PLACE: P_("part", "where"),
    Slot.DATE: P_("part", "when"),
    Slot.NUMBER: P_("part", "number"),
    Slot.NEGATION: P_("part", "yes or no"),
    Slot.MODALITY: P_("part", "done or only possible"),
    Slot.ATTRIBUTION: P_("part", "who says so"),
}
ACTIONS = {
    Action.ADOPT: P_("change", "adopted"),
    Action.IMPORT: P_("change", "imported"),
    Action.EDIT: P_("change", "edited"),
    Action.UNDO: P_("change", "undone"),
    Action.EXPIRE: P_("change", "expired"),
    Action.ERASE: P_("change", "erased"),
}
STATES = {
    State.DRAFT: P_("state", "draft"),
    State.IN_REVIEW: P_("state", "in review"),
    State.PUBLISHED: P_("state", "published"),
    State.RETIRED: P_("state", "retired"),
    State.ERASED: P_("state", "erased"),
}
ANSWERS = {
    RefutationKind.DENIAL: P_("answer", "denial"),
    RefutationKind.COUNTER_STATEMENT: P_("answer", "counter-statement"),
    RefutationKind.FACT: P_("answer", "fact"),
    RefutationKind.REVIEW: P_("answer", "review"),
}
SCOPES = {
    Scope.READ: P_("scope", "read"),
    Scope.CHECK: P_("scope", "check claims"),
    Scope.EDIT: P_("scope", "edit"),
    Scope.REVIEW: P_("scope", "review"),
    Scope.ADMIN: P_("scope", "everything"),
}
REASONS = {
    Nothing.LINK.value: N_("a link alone claims nothing; paste what it says"),
    Nothing.KEYWORDS.value: N_("a list of keywords claims nothing; write the whole claim"),
    Nothing.SHORT.value: N_("a text of one or two words claims nothing; write the whole claim"),
}

TIERS = {
    Tier.OWN: P_("tier", "this desk"),
    Tier.OFFICIAL: P_("tier", "official body"),
    Tier.SIGNATORY: P_("tier", "fact-checker verified by a network"),
    Tier.KNOWN: P_("tier", "known publisher"),
    Tier.UNKNOWN: P_("tier", "unknown publisher"),
}

Named = Tier | Frame | VerdictKind | RelationKind | Rated | StatementKind | Slot | Action | State | RefutationKind | Scope
VERDICT_WORDS = {kind: one.words for kind, one in VERDICTS.items()}
WORDS: dict[Any, str] = {**FRAMES, **VERDICT_WORDS, **RELATIONS}
WORDS_IN: dict[Any, tuple[str, str]] = {**RATED, **SLOTS, **KINDS, **ACTIONS, **STATES, **ANSWERS, **SCOPES, **TIERS}


def words(named: Named) -> str:
    """What a person reads for an enum's member."""
    return pgettext(*WORDS_IN[named]) if named in WORDS_IN else gettext(WORDS[named])


def capitalized(text: str) -> str:
    """A text with a capital at its beginning, and otherwise as it is: German nouns keep theirs."""
    return text[:1].upper() + text[1:]


def kind_name(kind: str) -> str:
    """What a person reads for a sort of statement, by the value that addresses have; the value itself, if there is no such sort."""
    return words(StatementKind(kind)) if kind in {one.value for one in StatementKind} else kind


def scope_name(scope: str) -> str:
    """What somebody may do, by the value of a scope."""
    return words(Scope(scope))


def reason(told: str) -> str:
    """Why the nearest statement was not taken."""
    return gettext(REASONS[told]) if told in REASONS else gettext("it is not near enough to be sure")


def name(party: Party) -> str:
    """What a party is called."""
    return Wordings(language()).name(party)


def heading(text: str) -> str:
    """A heading among what commas part: without the mark that ends it."""
    return text.rstrip(" :;,") or text


def label(verdict: Verdict, matches: Sequence[Match]) -> Label:
    """A verdict in plain words: an official denial first, then how fact-checkers rate what is repeated."""
    found = _label(verdict, matches)
    return found._replace(words=gettext(found.words), meaning=gettext(found.meaning))


def _label(verdict: Verdict, matches: Sequence[Match]) -> Label:
    if verdict.rating and verdict.kind is not VerdictKind.OFFICIALLY_REFUTED:
        return RATINGS[verdict.rating]
    if verdict.kind in (VerdictKind.CONTRADICTS_KNOWN_STATEMENT, VerdictKind.DIFFERS_IN_DETAIL):
        return _compared(verdict.kind, matches)
    if verdict.kind is VerdictKind.KNOWN_WITHOUT_REFUTATION and any(
        one.apart.reviews or one.apart.refutations for one in matches[:1]
    ):
        return ONLY_APART
    return VERDICTS[verdict.kind]


def caveat(match: Match) -> str:
    """What is said before refutations that stand against a match's statement, and perhaps not against the claim; else nothing."""
    applies = match.refutations[0].applies_to_claim if match.refutations else True
    if applies:
        return ""
    answered, relation = gettext("This was answered to the claim on record."), match.relation
    unsure = gettext("It is not sure enough that it applies to what you asked, too.")
    unjudged = gettext("Whether it applies to what you asked was not judged.")
    unshown = gettext("It may not apply to what you asked: compare the two.")
    if applies is None:
        return f"{answered} {unsure if relation else unjudged}"
    if relation and relation.kind in DIFFERING and not relation.differences:
        return f"{answered} {unshown}"
    return gettext("This was answered to the claim on record. It does not apply to what you asked, which says something else.")


def _compared(kind: VerdictKind, matches: Sequence[Match]) -> Label:
    """What a verdict says that follows the match which contradicts, or differs, most surely."""
    differs = kind is VerdictKind.DIFFERS_IN_DETAIL
    kinds = (RelationKind.DIFFERS,) if differs else (RelationKind.DENIES, RelationKind.REVERSES)
    found = [(one.probability * one.relation.probability, one.relation) for one in matches if one.relation]
    sorted_out = [pair for pair in found if pair[1].kind in kinds]
    surest = max(sorted_out, key=lambda pair: pair[0])[1] if sorted_out else None
    told = TURNED_ROUND if surest and surest.kind is RelationKind.REVERSES else VERDICTS[kind]
    unshown = surest is not None and surest.kind is not RelationKind.DENIES and not surest.differences
    return told._replace(meaning=UNSHOWN) if unshown else told


def sentence_language(claim: str) -> str:
    """The language of a verdict's sentence on a claim in a language."""
    return claim if claim in LANGUAGES else ENGLISH


def language_name(code: str) -> str:
    """What a language is called; its code if CLDR does not know it."""
    return str(locale().languages.get(code, code))


def is_web_address(address: str | None) -> bool:
    """Whether an address may become a link. Feeds may bring texts that are no addresses, or addresses that run a script."""
    return address is not None and address.lower().startswith(("http://", "https://"))
