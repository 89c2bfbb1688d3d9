"""Where a claim and a statement differ: the words that show it, side by side.

The kind of relation comes from the model; this module finds what it rests on, with the short lists of `slots.toml`. Where neither
names, numbers nor cues tell, words that only one of two texts in the same language has are shown as the action.
"""

from __future__ import annotations

import difflib
import enum
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from index.kinds import RelationKind
from index.models.cross_encoder import Cue

LEXICON = Path(__file__).with_name("slots.toml")


class Slot(enum.Enum):
    """A part of what is said."""

    ACTOR = "actor"
    ACTION = "action"
    TARGET = "target"
    PLACE = "place"
    DATE = "date"
    NUMBER = "number"
    NEGATION = "negation"
    MODALITY = "modality"
    ATTRIBUTION = "attribution"


class Span(msgspec.Struct, frozen=True):
    """Some characters of a text: `text[start:end]`, counted in Unicode code points."""

    text: str
    start: int
    end: int


class Difference(msgspec.Struct, frozen=True):
    """A part that claim and statement fill differently; null where one of them leaves it out."""

    slot: Slot
    claim: Span | None
    statement: Span | None


class Phrase(msgspec.Struct, frozen=True):
    """A text and its language (ISO 639)."""

    text: str
    language: str


class Mention(msgspec.Struct, frozen=True):
    """Something that a text names: what (`ukraine`, `2024`, `_07` for July), and where."""

    what: str
    span: Span


NUMBER = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+|\d+(?:[.,]\d+)?)(?!\w)")
YEAR = re.compile(r"(?:19|20)\d\d")


class Slots:
    """Finds the differences between two texts."""

    def __init__(self, path: Path = LEXICON) -> None:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        self._sides = _pattern(content["sides"])
        self._places = _pattern(content["places"])
        self._months = _pattern({f"_{int(number):02}": words for number, words in content["months"].items()})
        self._cues: dict[Slot, dict[str, re.Pattern[str]]] = {
            slot: {language: _pattern({slot.value: words}) for language, words in content[slot.value].items()}
            for slot in (Slot.NEGATION, Slot.MODALITY, Slot.ATTRIBUTION)
        }

    def differences(self, kind: RelationKind, claim: Phrase, statement: Phrase) -> list[Difference]:
        """What a relation rests on; empty for claims that are merely on a statement's topic.

        For claims that repeat it, what speaks against that: a word that denies or plans in only one of the two.
        """
        if kind is RelationKind.RELATED:
            return []
        if kind is RelationKind.REPEATS:
            return [*self._cue(Slot.NEGATION, claim, statement), *self._cue(Slot.MODALITY, claim, statement)]
        if kind is RelationKind.DENIES:
            found = self._cue(Slot.NEGATION, claim, statement)
        elif kind is RelationKind.REVERSES:
            found = self._roles(claim, statement)
        else:
            found = self._details(claim, statement)
            found += _unshared(Slot.ACTOR, self.sides(claim.text), self.sides(statement.text))
            found = found or [*self._cue(Slot.MODALITY, claim, statement), *self._cue(Slot.ATTRIBUTION, claim, statement)]
        return found or _other_words(claim, statement)

    def cues(self, claim: Phrase, statement: Phrase) -> set[Cue]:
        """What the words tell about the relation, beside the model."""
        holds = {
            Cue.CONFLICT: any(difference.statement for difference in self._details(claim, statement)),
            Cue.NOT_NEGATED: not self.cue(Slot.NEGATION, claim),
            Cue.ASKED: claim.text.rstrip().endswith(("?", "؟")),
        }
        return {cue for cue, held in holds.items() if held}

    def _details(self, claim: Phrase, statement: Phrase) -> list[Difference]:
        return [
            *_unshared(Slot.DATE, self.dates(claim.text), self.dates(statement.text)),
            *_unshared(Slot.NUMBER, numbers(claim.text), numbers(statement.text)),
            *_unshared(Slot.PLACE, self._places_in(claim), self._places_in(statement)),
        ]

    def sides(self, text: str) -> list[Mention]:
        """The countries and alliances that a text names, also by capital or leader."""
        return _mentions(self._sides, text)

    def dates(self, text: str) -> list[Mention]:
        """The months and years that a text names."""
        years = [Mention(found[0], _span(found)) for found in re.finditer(rf"\b{YEAR.pattern}\b", text)]
        months = [month for month in _mentions(self._months, text) if month.span.text != "may"]
        return [*months, *years]

    def cue(self, slot: Slot, phrase: Phrase) -> Span | None:
        """The first word that denies, plans or attributes, in the language of the text."""
        pattern = self._cues[slot].get(phrase.language)
        found = pattern.search(phrase.text) if pattern else None
        return _span(found) if found else None

    def _places_in(self, phrase: Phrase) -> list[Mention]:
        return _mentions(self._places, phrase.text)

    def _cue(self, slot: Slot, claim: Phrase, statement: Phrase) -> list[Difference]:
        """The word of one text where the other has none; nothing if the words of one's language are not known."""
        if not {claim.language, statement.language} <= self._cues[slot].keys():
            return []
        ours, theirs = self.cue(slot, claim), self.cue(slot, statement)
        return [Difference(slot, ours, theirs)] if (ours is None) != (theirs is None) else []

    def _roles(self, claim: Phrase, statement: Phrase) -> list[Difference]:
        """The first two parties of each text, side by side, where they stand the other way round."""
        ours, theirs = _first_two(self.sides(claim.text)), _first_two(self.sides(statement.text))
        pairs = zip((Slot.ACTOR, Slot.TARGET), ours, theirs, strict=False)
        return [Difference(slot, one.span, other.span) for slot, one, other in pairs if one.what != other.what]


def numbers(text: str) -> list[Mention]:
    """The numbers that a text names, without years; `10 000` and `10,000` are the same."""
    found = []
    for match in NUMBER.finditer(text):
        digits = re.sub(r"[\s.,](?=\d{3}(?!\d))", "", match[0])
        if not YEAR.fullmatch(digits):
            found.append(Mention(digits, _span(match)))
    return found


def _pattern(words: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """One pattern with a group for each name, the longest beginnings first.

    What stands at the start of a word is asked once, not for each beginning. Arabic joins small words to the next one, and English
    n't to the one before: those are looked for anywhere.
    """
    bounded = {name: [word for word in beginnings if not _joined(word)] for name, beginnings in words.items()}
    anywhere = {name: [word for word in beginnings if _joined(word)] for name, beginnings in words.items()}
    return re.compile(rf"(?<!\w)(?:{_groups('g', bounded)})|{_groups('j', anywhere)}", re.IGNORECASE)


def _groups(prefix: str, words: Mapping[str, Sequence[str]]) -> str:
    groups = []
    for name, beginnings in words.items():
        ordered = sorted(beginnings, key=len, reverse=True)
        ends = "|".join(re.escape(word[:-1]) + r"(?!\w)" if word.endswith("=") else re.escape(word) + r"\w*" for word in ordered)
        groups += [f"(?P<{prefix}{name}>{ends})"] if ends else []
    return "|".join(groups) or "(?!)"


def _joined(word: str) -> bool:
    return word.startswith("n't") or _is_arabic(word[0])


def _is_arabic(character: str) -> bool:
    return "\u0600" <= character <= "\u06ff"


def _mentions(pattern: re.Pattern[str], text: str) -> list[Mention]:
    return [Mention((match.lastgroup or "")[1:], _span(match)) for match in pattern.finditer(text)]


def _span(match: re.Match[str]) -> Span:
    start, text = match.start(), match.string
    while start and _is_arabic(text[start]) and text[start - 1].isalpha():
        start -= 1
    return Span(text[start : match.end()], start, match.end())


def _unshared(slot: Slot, ours: Sequence[Mention], theirs: Sequence[Mention]) -> list[Difference]:
    """What each text names that the other does not, side by side; nothing where the claim only says less."""
    only_ours = _first_of_each([m for m in ours if m.what not in _names(theirs)])
    only_theirs = _first_of_each([m for m in theirs if m.what not in _names(ours)])
    return [
        Difference(slot, mention.span, only_theirs[place].span if place < len(only_theirs) else None)
        for place, mention in enumerate(only_ours)
    ]


def _first_of_each(mentions: Sequence[Mention]) -> list[Mention]:
    found: dict[str, Mention] = {}
    for mention in mentions:
        found.setdefault(mention.what, mention)
    return list(found.values())


def _names(mentions: Sequence[Mention]) -> set[str]:
    return {mention.what for mention in mentions}


def _first_two(mentions: Sequence[Mention]) -> list[Mention]:
    return _first_of_each(mentions)[:2]


def _other_words(claim: Phrase, statement: Phrase) -> list[Difference]:
    """The longest run of words that one text has in place of the other's, for two texts in the same language."""
    if claim.language != statement.language:
        return []
    ours, theirs = (list(re.finditer(r"\w+", phrase.text)) for phrase in (claim, statement))
    matcher = difflib.SequenceMatcher(a=[w[0].casefold() for w in ours], b=[w[0].casefold() for w in theirs], autojunk=False)
    changed = [code for code in matcher.get_opcodes() if code[0] == "replace"]
    if matcher.ratio() < 0.5 or not changed:
        return []
    _, a, b, c, d = max(changed, key=lambda code: code[2] - code[1])
    return [Difference(Slot.ACTION, _run(claim.text, ours[a:b]), _run(statement.text, theirs[c:d]))]


def _run(text: str, words: Sequence[re.Match[str]]) -> Span:
    start, end = words[0].start(), words[-1].end()
    return Span(text[start:end], start, end)
