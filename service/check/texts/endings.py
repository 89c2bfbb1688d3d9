"""Where sentences end: marks that may end one, and what speaks against it.

A full stop ends no sentence behind an abbreviation or an initial, between figures, within a short quotation, or before a small
letter. docs/why/documents.md has the measurements. All patterns look at a bounded stretch around a mark: the time is linear.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from service.check.texts.lines import unspaced

WORDS = Path(__file__).with_name("words.toml")
MARK = re.compile(
    r"(?:(?P<stop>[.!?…‼⁇⁈⁉؟]+)|(?P<wide>[。！？｡．।॥۔։።။។]+))(?:\[\d{1,3}\]"
    r"|[\"'”’‘)\]}›»」』）】》〉]|“(?=[\s.,;:!?)–—-]|$)|[\u00a0\u202f ]?[»›](?=[\s.,;:!?)]|$)"
    r"|(?P<note>(?<=[^\W\d_]{2}[.!?])\d{1,3}(?=\s|$)|[¹²³⁰⁴-⁹*†‡]+(?=\s|$)))*"
    r"|(?P<picture>[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f\u200d]+)"
)
"""What may end a sentence: marks with the quotation marks, brackets and notes behind them; in posts, pictures."""
BEFORE, BEHIND = 60, 40
"""Characters before and behind a mark that are looked at."""

QUOTATION = re.compile(
    r"«[^«»]{1,160}»|“[^“”]{1,160}”|„[^„“”]{1,160}[“”]|»[^»«]{1,160}«|「[^「」]{1,160}」|〈[^〈〉]{1,160}〉|【[^【】]{1,160}】|『[^『』]{1,160}』|（[^（）]{1,160}）"
    r"|\([^()]{1,160}\)|\[[^\[\]]{1,160}\]|(?<![\w.,!?…])\"(?=\S)[^\"]{1,160}\""
)
"""What stands within short quotation marks and brackets is part of the sentence around it."""
WHOLE = re.compile(r"[.!?…][\"“”«»]$")
INTRODUCED = re.compile(r"(?:^|[.!?…:][\"“”«»]?)\s*$")
"""How a quotation ends that is sentences of its own, and what stands before it."""

TOKEN = re.compile(r"[^\s(\[«\"„“»—–/]+$")
ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
ELIDED = re.compile(r"^[^\W\d_]{1,2}['’](?=\w{2})")
"""An article before an abbreviation: "l'art. 5"."""
NUMBER = re.compile(r"\d{1,4}(?:\s?[-–]\s?\d{1,4})?\s?$")
LEADING = " \t\n\u00a0\u202f\"'“”„«»‹›‘’(¿¡[—–-•"
"""What may stand before the first letter of a sentence."""
CONTINUED = frozenset(",;:)%&=/")
"""What begins no sentence: "Acme Inc., …"."""
FIRST_WORD = re.compile(r"[^\W\d_]+")
NAME_END = re.compile(r"[^\W\d_]{2,}$")
"""Before a full stop that no space follows."""
ROMAN = re.compile(r"[ivxIVX]{1,5}")
"""An item's number."""
SPACED = re.compile(r"(?<![^\W\d_])([^\W\d_])\.\s([^\W\d_])$")
"""Abbreviations with a space: т. д, z. B."""
CAPITALS = re.compile(r"(?<![^\W\d_])([A-Z])\1$")
"""EE. UU., as Spanish doubles letters for a plural."""
MAY_END = frozenset({"т.д", "т.п", "г.д", "н.э", "н.е", "o.ä", "u.ä", "a.m", "p.m"})
OWNED = frozenset({"a.m", "p.m", "долл", "дол"})
"""Abbreviations of hours and money, behind which words of the list `followed` belong to them."""
YEAR = re.compile(r"(?:\d|[IVXLІХ])\s?$")
DAY = re.compile(r"(?<!\d)\d{1,2}\.\s+$")
"""A day before its month, both in digits: "1. 1. 2025"."""
LAST_WORD = re.compile(r"[^\W\d_]+\s+$")

THAI_SPACE = re.compile(r"(?<=\S) +(?=[\u0e00-\u0eff])")
SHORTEST_THAI, LONGEST_THAI = 24, 400
"""Letters of a sentence before a space that may end it, and as many as are looked at; the piece behind has half as many."""
GOES_ON = re.compile("และ|หรือ|ว่า|ที่|ซึ่ง|โดย|เพื่อ|แต่|ของ|จาก|เมื่อ|กับ|แก่|ตาม|จน|ถึง|รวมถึง|รวมทั้ง|เนื่องจาก|เพราะ|ก็|จึง|อัน|คือ|ได้แก่|เช่น|ๆ|ฯ")
OPEN_THAI = re.compile("(?:และ|หรือ|ว่า|ที่|ซึ่ง|โดย|เพื่อ|แต่|ของ|จาก|กับ|เช่น|คือ|ได้แก่|นาย|นาง|นางสาว|ดร\\.|พล\\.อ\\.)$")
"""Words that go on with a sentence in Thai, and those that end none."""

ADDRESS_END = frozenset(
    {"com", "org", "net", "info", "io", "ru", "ua", "by", "de", "fr", "pl", "uk", "eu", "gov", "edu", "html", "php", "js"}
)


def ends(text: str, language: str, *, small: bool = False) -> Iterator[int]:
    """Where a sentence ends, with the marks behind it.

    Args:
        small: whether a small letter may begin a sentence, as in posts.
    """
    words = _words(language)
    quoted = [found.span() for found in QUOTATION.finditer(text) if not _of_its_own(text, *found.span())]
    start, at = 0, 0
    for mark in MARK.finditer(text):
        while at < len(quoted) and quoted[at][1] < mark.end():
            at += 1
        within = at < len(quoted) and quoted[at][0] < mark.start() and mark.end() < quoted[at][1]
        if not within and _ends(_Place(text, start, mark, words), small=small):
            yield mark.end()
            start = mark.end()


def _of_its_own(text: str, start: int, end: int) -> bool:
    """Whether a quotation is sentences of their own, and no part of one around it."""
    behind = text[end : end + BEHIND].lstrip()[:1]
    around = INTRODUCED.search(text[max(0, start - 3) : start]) and not (behind.islower() or behind in tuple(",;:–—-.)"))
    return bool(around and WHOLE.search(text[start:end]))


class _Words(NamedTuple):
    """What a language's abbreviations and words are, by their lists in words.toml."""

    names: frozenset[str]
    numbers: frozenset[str]
    years: frozenset[str]
    times: frozenset[str]
    followed: frozenset[str]
    ordinals: frozenset[str]
    counted: frozenset[str]
    units: frozenset[str]
    starters: frozenset[str]


@cache
def _words(language: str) -> _Words:
    lists = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return _Words(*(frozenset(lists[name].get(language, ())) for name in _Words._fields))


class _Place:
    """A mark within its text."""

    def __init__(self, text: str, start: int, mark: re.Match[str], words: _Words) -> None:
        self.mark, self.words = mark, words
        self.before = text[max(start, mark.start() - BEFORE) : mark.start()]
        self.behind = text[mark.end() : mark.end() + BEHIND]
        self.whole = start >= mark.start() - BEFORE
        """Whether `before` is all of the sentence up to the mark."""
        self.begins_small = text[start : start + BEHIND].lstrip(LEADING)[:1].islower()
        self.closed = mark.end() > mark.start() + len(mark["stop"] or mark["wide"] or mark["picture"])
        bare = self.behind.lstrip(LEADING)
        self.first = bare[:1]
        self.spaced = not self.behind or self.behind[0].isspace()
        begins = FIRST_WORD.match(bare)
        self.next_word = begins[0] if begins else ""


def _ends(place: _Place, *, small: bool) -> bool:
    if not any(letter.isalnum() for letter in place.before):
        return False
    if not place.first:
        return not place.mark["picture"]
    if place.first in CONTINUED and place.spaced:
        return False
    if place.mark["wide"]:
        return not (place.closed and "\u3040" <= place.behind[0] <= "\u309f")
    if place.mark["picture"]:
        return place.spaced and (place.first.isupper() or unspaced(place.first)) and " " in place.before.strip()
    marks = place.mark["stop"]
    if marks == "." and "\u0e00" < place.before[-1] <= "\u0eff":
        return False  # Thai and Lao have it in abbreviations alone
    if place.mark["note"] and marks == "." and _before_number(place):
        return False
    if not place.spaced:
        return _ends_without_space(place)
    if place.first.islower():
        small = small or (place.begins_small and marks[-1] in "!?؟")
        return small and not place.closed and marks[-1] != "…" and not (marks == "." and _abbreviated(place))
    return marks != "." or place.closed or not _abbreviated(place)


def _ends_without_space(place: _Place) -> bool:
    """Whether a sentence ends where none follows: scripts without spaces, or a space that got lost: "the river.Minsk said"."""
    marks, following = place.mark["stop"], place.behind[0]
    if unspaced(following):
        return "…" not in marks and (marks[-1] in "!?؟" or not place.before[-1].isascii())
    word, begins = NAME_END.search(place.before), place.next_word
    if not word or not word[0][-1].islower() or (marks == "." and _abbreviated(place)):
        return False
    whole = begins[1:].islower() and begins.lower() not in ADDRESS_END
    return begins[:1].isupper() and (whole or (len(begins) == 1 and begins.lower() in place.words.starters))


def _abbreviated(place: _Place) -> bool:
    """Whether the full stop belongs to an abbreviation, an initial or an ordinal number behind which the sentence goes on."""
    found = TOKEN.search(place.before)
    if not found:
        return False
    token, ahead, words = ELIDED.sub("", found[0]), place.before[: found.start()], place.words
    if NUMBER.fullmatch(token):
        return _counts(place, token, ahead)
    if SPACED.search(place.before):
        token = SPACED.sub(r"\1.\2", place.before[-5:])[-3:]
    if place.whole and ROMAN.fullmatch(token) and not any(letter.isalnum() for letter in ahead):
        return True
    if token.lower() in words.units and YEAR.search(ahead) and not place.first.isdigit():
        return False
    if token.lower() in OWNED and place.next_word in words.followed:
        return True
    if token.lower() in MAY_END:
        return False
    if token.lower() in words.years and YEAR.search(ahead):
        return _only_a_time(place, ahead)
    if (len(token) == 1 and token.isalpha()) or ACRONYM.fullmatch(token.rpartition("-")[2]) or CAPITALS.search(place.before):
        return not (ahead.endswith("/") or (token[0].isupper() and place.next_word.lower() in words.starters))
    return token.lower() in words.names or (token.lower() in words.numbers and (place.first.isdigit() or len(place.next_word) == 1))


def _before_number(place: _Place) -> bool:
    """Whether the word before the mark is an abbreviation before a number: "Art.5"."""
    token = TOKEN.search(place.before)
    return bool(token and token[0].lower() in place.words.names | place.words.numbers)


def _counts(place: _Place, token: str, ahead: str) -> bool:
    """Whether a number with a full stop is an item's or an ordinal one."""
    if place.whole and not any(letter.isalpha() for letter in ahead):
        return True
    if place.first.isdigit() and DAY.search(ahead):
        return True
    before = LAST_WORD.search(ahead)
    counts = before and before[0].strip().lower() in place.words.ordinals
    return len(token) < 3 and bool(counts or place.next_word in place.words.counted)


def _only_a_time(place: _Place, ahead: str) -> bool:
    """Whether a sentence has said no more than when, as far as its year: "В 1999 г. Минск …"."""
    said = [word for word in FIRST_WORD.findall(ahead.lower()) if word not in place.words.times]
    return place.whole and len(said) < 2


def thai_ends(text: str) -> Iterator[int]:
    """Where sentences in Thai or Lao end, as far as spaces tell: before a long piece that does not go on with the one before.

    These scripts have no marks for it, and spaces around figures and names, too.
    """
    start = 0
    for space in THAI_SPACE.finditer(text):
        left = text[max(start, space.start() - LONGEST_THAI) : space.start()]
        right = text[space.end() : space.end() + LONGEST_THAI].split(" ", maxsplit=1)[0]
        letters = sum(letter > "\u0e00" for letter in left)
        enough = SHORTEST_THAI if left[-1] > "\u0e00" and not left[-1].isdigit() else 2 * SHORTEST_THAI
        if letters >= enough and len(right) >= SHORTEST_THAI // 2 and not (GOES_ON.match(right) or OPEN_THAI.search(left)):
            yield space.start()
            start = space.end()
