"""Changes to names: two parties exchanged, another place."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import combinations

from index.records import Statement, passages_of
from service.check.slots import Slots
from service.evaluation.selftest.names import Names, Use
from service.evaluation.selftest.words import WORDS

ALIKE = 0.7
"""Names that are as similar as this may stand for one thing: Gomel, Homel."""
APART = re.compile(r"[,;:()\[\]«»“”\"–—.!?]")
"""What parts two names so that they have no common verb."""


def swapped(text: str, language: str, names: Names, slots: Slots) -> str | None:
    """With two parties exchanged; None if it does not name two, or if their names would need other endings."""
    if language not in WORDS.names.unchanged:
        return None
    known = _known_swapped(text) if language == "en" else None
    return known or next((_exchanged(text, *pair) for pair in _pairs(text, language, names, slots)), None)


def _known_swapped(text: str) -> str | None:
    """With two parties that are known whatever the base names exchanged, name by name: country, adjective, capital, leader."""
    found = [(min(_places(text, party)), party) for party in WORDS.known.parties if _places(text, party)]
    named = sorted(found)[:2]
    if len(named) < 2 or _together(text[named[0][0] : named[1][0]], "en"):
        return None
    (_, one), (_, other) = named
    return replaced(text, dict(zip(one + other, other + one, strict=True)))


def _places(text: str, party: Sequence[str]) -> list[int]:
    return [found.start() for name in party for found in re.finditer(rf"\b{re.escape(name)}\b", text)]


def replaced(text: str, exchange: Mapping[str, str]) -> str:
    """The text with passages replaced, all at once."""
    passages = "|".join(sorted(map(re.escape, exchange), key=len, reverse=True))
    return re.sub(rf"\b(?:{passages})\b", lambda found: exchange[found[0]], text)


def _pairs(text: str, language: str, names: Names, slots: Slots) -> list[tuple[Use, Use]]:
    """Two parties of one clause that can stand in each other's place."""
    parties = [use for use in names.uses(text, language) if names.is_party(use.name, language)]
    fitting = [use for use in parties if use.before not in WORDS.located[language]]
    return [
        (one, other)
        for one, other in combinations(fitting, 2)
        if not _same(one.name, other.name, slots)
        and _article(one, language) == _article(other, language)
        and not APART.search(text[one.end : other.start])
        and not _together(text[one.end : other.start], language)
    ]


def _article(use: Use, language: str) -> str | None:
    return use.before if use.before in WORDS.articles[language] else None


def _together(between: str, language: str) -> bool:
    """Whether the words between two names make one party of them, or say what holds both ways round."""
    return bool({*re.findall(r"\w+['’]?", between.lower())} & {*WORDS.together[language]}) or not re.search(r"\w", between)


def _same(one: str, other: str, slots: Slots) -> bool:
    """Whether two names may stand for one thing: parts of each other, spelled alike, or of one country."""
    sides = ({mention.what for mention in slots.sides(name)} for name in (one, other))
    return one in other or other in one or bool(set.intersection(*sides)) or SequenceMatcher(None, one, other).ratio() >= ALIKE


def _exchanged(text: str, one: Use, other: Use) -> str:
    return f"{text[: one.start]}{other.name}{text[one.end : other.start]}{one.name}{text[other.end :]}"


def elsewhere(statement: Statement, names: Names, slots: Slots, dice: random.Random) -> str | None:
    """With another place of the base in place of one; in English also with one that is known whatever the base names.

    In languages with case endings, the other one stands after the same word somewhere, and ends in the same letter.
    """
    text, language = statement.text, statement.language
    said = " ".join(passage.text for passage in passages_of(statement))
    located = names.located(text, language)
    dice.shuffle(located)
    for use in located:
        others = [name for name in names.places(use.before, language) if name not in said and not _same(name, use.name, slots)]
        fitting = others if language in ("de", *WORDS.names.unchanged) else [name for name in others if name[-1] == use.name[-1]]
        if fitting:
            return replaced(text, {use.name: dice.choice(fitting)})
    return _known_elsewhere(text, said, dice) if language == "en" else None


def _known_elsewhere(text: str, said: str, dice: random.Random) -> str | None:
    here = [place for place in WORDS.known.places if re.search(rf"\b{place}\b", text)]
    others = [place for place in WORDS.known.places if place not in said]
    return replaced(text, {dice.choice(here): dice.choice(others)}) if here and others else None
