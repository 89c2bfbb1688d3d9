"""Changes to letters: typos, capitals, characters that nobody sees, letters that look like others."""

from __future__ import annotations

import random
import re
import unicodedata

from service.check.values import Reader
from service.evaluation.selftest.words import WORDS

INVISIBLE = "\u200b\u200c\u200d\u2060\u00ad\ufeff"
TYPOS = 2
LONG, SHORTEST = 6, 5
"""Letters that a word with a typo has at least, and where too few have so many. Shorter words easily become other words."""
TOUCHED = 3
"""Words in which letters are replaced, or characters put that nobody sees."""
WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
SCRIPTS = {script: {pair[0]: pair[1] for pair in pairs.split()} for script, pairs in WORDS.alike.items()}
"""Script -> letter -> the letter of another script, or language, that looks like it."""

Place = tuple[int, int]


def mistyped(text: str, language: str, reader: Reader, dice: random.Random) -> str | None:
    """Two words with a letter exchanged, left out or doubled; None if there are not two to choose from."""
    words = next((some for letters in (LONG, SHORTEST) if len(some := _plain(text, language, reader, letters)) >= TYPOS), None)
    for start, end in sorted(dice.sample(words, TYPOS), reverse=True) if words else ():
        text = text[:start] + _typo(text[start:end], dice) + text[end:]
    return text if words else None


def _plain(text: str, language: str, reader: Reader, letters: int) -> list[Place]:
    """Words of so many letters at least that are no figures, no names, and do not deny."""
    figures = [(value.start, value.end) for value in reader.read(text, language).values]
    denying = WORDS.denying.get(language, ())
    return [
        (start, end)
        for start, end in _words(text, letters)
        if text[start].lower() == text[start] and text[start:end] not in denying and not _meets(figures, start, end)
    ]


def _typo(word: str, dice: random.Random) -> str:
    """The word with two neighbouring letters exchanged, one left out or one doubled, not the first or last one."""
    places = [place for place in range(1, len(word) - 2) if word[place] != word[place + 1] and word[place : place + 2].isalpha()]
    place = dice.choice(places or [1])
    one, other = word[place], word[place + 1]
    typos = [other + one, other, one + one + other] if places else [one + one + other]
    return word[:place] + dice.choice(typos) + word[place + 2 :]


def shouted(text: str) -> str | None:
    """In capitals; None where letters have none."""
    return text.upper() if text.upper() != text else None


def with_invisible(text: str, dice: random.Random) -> str | None:
    """With characters that nobody sees, in some words."""
    for start, end in _some(_words(text, SHORTEST), dice):
        place = dice.randrange(start + 1, end)
        text = text[:place] + dice.choice(INVISIBLE) + text[place:]
    return text


def with_look_alikes(text: str, dice: random.Random) -> str | None:
    """With a letter of another script that looks the same, in some words of its own script; None if no letter has such a twin."""
    twins = _twins(text)
    words = [(start, end) for start, end in _words(text, SHORTEST) if twins.keys() & set(text[start:end])]
    for start, end in _some(words, dice):
        place = dice.choice([place for place in range(start, end) if text[place] in twins])
        text = text[:place] + twins[text[place]] + text[place + 1 :]
    return text if words else None


def _twins(text: str) -> dict[str, str]:
    """The look-alikes of the script that most letters of a text are in."""
    scripts = [unicodedata.name(character, "").partition(" ")[0].lower() for character in text if character.isalpha()]
    return SCRIPTS.get(max(set(scripts), key=scripts.count), {}) if scripts else {}


def _words(text: str, letters: int) -> list[Place]:
    return [found.span() for found in WORD.finditer(text) if len(found[0]) >= letters]


def _some(words: list[Place], dice: random.Random) -> list[Place]:
    """Some of the words, the last first: what is put in moves no other."""
    return sorted(dice.sample(words, min(TOUCHED, len(words))), reverse=True)


def _meets(figures: list[Place], start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in figures)
