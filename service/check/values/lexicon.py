"""The words by which nine languages say figures: read once, then looked up token by token."""

from __future__ import annotations

import enum
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from service.check.values.tokens import Token, level, tokens

FOLDER = Path(__file__).with_name("lexicon")
LONGEST = 24
ARABIC_JOINED = ("و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "لل", "وب", "ول", "فال", "كال", "ولل", "وبال")


class Part(enum.StrEnum):
    """What a word does in a figure; the value is its table in the lexicon."""

    NUMBER = "numbers"
    ORDINAL = "ordinals"
    SCALE = "scales"
    GLUED = "glued"
    FRACTION = "fractions"
    MONTH = "months"
    STRETCH = "parts"
    SEASON = "seasons"
    UNIT = "units"
    AMOUNT = "amounts"
    RATE = "rates"
    NOUN = "nouns"
    BOUND = "bounds"
    GRAMMAR = "words"


class Meaning(NamedTuple):
    """One reading of the words at a place: in table `part`, under `key`, `length` tokens long; `joined` behind an Arabic `and`."""

    part: Part
    key: str
    length: int
    joined: bool = False


Readings = dict[str, Meaning]
Tables = dict[str, Any]


class _Entry(NamedTuple):
    part: Part
    key: str
    rest: tuple[str, ...]


class Lexicon:
    """The words of one language, with the symbols that all share."""

    def __init__(self, language: str, common: Tables, content: Tables) -> None:
        self.language = language
        self._whole: dict[str, list[_Entry]] = {}
        self._starts: dict[str, list[_Entry]] = {}
        self.group: str = content["group"]
        self._endings = content["endings"].split()
        for table in (common, content):
            for part in Part:
                self._read(part, table.get(part.value, {}))
        if language == "de":
            self._compound()

    def meanings(self, found: Sequence[Token]) -> list[Readings]:
        """For each token, the longest reading of each part that begins there, and each word of grammar by name."""
        return [self._at(found, place) for place in range(len(found))]

    def _at(self, found: Sequence[Token], place: int) -> Readings:
        readings: Readings = {}
        for entry, joined in self._entries(found[place]):
            length = 1 + len(entry.rest)
            if length > 1 and not self._follows(entry.rest, found[place + 1 : place + length]):
                continue
            name = entry.key if entry.part is Part.GRAMMAR else entry.part
            if name not in readings or readings[name].length < length:
                readings[name] = Meaning(entry.part, entry.key, length, joined)
        return readings

    def _entries(self, token: Token) -> Iterator[tuple[_Entry, bool]]:
        if token.is_number and not token.key.isdecimal():
            return
        known = list(self._lookup(token.key))
        yield from ((entry, False) for entry in known)
        if self.language != "ar" or known or not token.is_word:
            return
        for small in ARABIC_JOINED:
            if token.key.startswith(small):
                yield from ((entry, small[0] == "و") for entry in self._lookup(token.key[len(small) :]))

    def _lookup(self, key: str) -> Iterator[_Entry]:
        yield from self._whole.get(key, ())
        if self.language == "de" and "tausend" in key:
            yield from self._above_thousand(key)
        for length in range(2, min(len(key), LONGEST) + 1):
            yield from self._starts.get(key[:length], ())

    def _above_thousand(self, key: str) -> Iterator[_Entry]:
        """The number of a German word that goes on behind its thousands: dreitausendfünfhundert."""
        thousands, _, below = key.partition("tausend")
        parts = (f"{thousands}tausend" if thousands else "eintausend", below.removeprefix("und") or below)
        found = [next((e.key for e in self._whole.get(part, ()) if e.part is Part.NUMBER and not e.rest), "") for part in parts]
        if all(one.isdecimal() for one in found):
            yield _Entry(Part.NUMBER, str(sum(map(int, found))), ())

    def _follows(self, rest: Sequence[str], found: Sequence[Token]) -> bool:
        return len(found) == len(rest) and all(self._same(word, token.key) for word, token in zip(rest, found, strict=True))

    def _same(self, word: str, key: str) -> bool:
        if word.endswith("*"):
            return key.startswith(word[:-1])
        return key == word or (
            self.language == "ar" and key.startswith(("ال", "وال")) and key.endswith(word) and len(key) <= len(word) + 3
        )

    def _read(self, part: Part, table: dict[str, str]) -> None:
        for key, phrases in table.items():
            for phrase in filter(None, (one.strip() for one in phrases.split(","))):
                for written in self._inflected(phrase):
                    self._add(part, key, written)

    def _inflected(self, phrase: str) -> list[str]:
        phrase = phrase.rstrip("=")
        return [phrase[:-1] + ending for ending in self._endings] if phrase.endswith("~") else [phrase]

    def _add(self, part: Part, key: str, phrase: str) -> None:
        first, *rest = _words(phrase)
        table = self._starts if first.endswith("*") and len(first) > 1 else self._whole
        table.setdefault(first.rstrip("*"), []).append(_Entry(part, key, tuple(rest)))

    def _compound(self) -> None:
        """German writes numbers below a million in one word; those below a thousand, times a thousand or not, are made here."""
        for number, word in _german_below_thousand():
            if number > 20:
                self._add(Part.NUMBER, str(number), word)
            if number in range(101, 200):
                self._add(Part.NUMBER, str(number), word.removeprefix("ein"))
                self._add(Part.NUMBER, str(number * 1000), f"{word.removeprefix('ein')}tausend")
            if number in range(11, 20):
                self._add(Part.NUMBER, str(number * 100), f"{word}hundert")
            self._add(Part.NUMBER, str(number * 1000), f"{word}tausend")


def lexicons(languages: Sequence[str], folder: Path = FOLDER) -> dict[str, Lexicon]:
    """The lexicon of each language, from a folder with one TOML file for each and `common.toml`."""
    common = _tables(folder / "common.toml")
    return {language: Lexicon(language, common, _tables(folder / f"{language}.toml")) for language in languages}


def _tables(path: Path) -> Tables:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _german_below_thousand() -> Iterator[tuple[int, str]]:
    below = [
        "ein",
        "zwei",
        "drei",
        "vier",
        "fünf",
        "sechs",
        "sieben",
        "acht",
        "neun",
        "zehn",
        "elf",
        "zwölf",
        "dreizehn",
        "vierzehn",
        "fünfzehn",
        "sechzehn",
        "siebzehn",
        "achtzehn",
        "neunzehn",
    ]
    tens = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
    for number in range(1, 1000):
        hundreds, rest = divmod(number, 100)
        end = below[rest - 1] if 0 < rest < 20 else ""
        if rest >= 20:
            end = (below[rest % 10 - 1] + "und" if rest % 10 else "") + tens[rest // 10 - 2]
        yield number, (below[hundreds - 1] + "hundert" if hundreds else "") + end


def _words(phrase: str) -> list[str]:
    """The tokens of a phrase, levelled as those of a text are; the star stays with its word."""
    written: list[str] = []
    for word in phrase.split():
        cut = [word] if word.isalpha() or word.endswith(("*", "'")) else [token.key for token in tokens(word)] or [word]
        written += [level(part) for part in cut]
    return written
