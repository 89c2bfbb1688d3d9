"""Numbers in digits and in words: `1.500.000`, `1,5 млн`, `fünfhundert`, `half a million`."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from service.check.values.lexicon import Lexicon, Meaning, Part, Readings
from service.check.values.tokens import Token

LONGEST_NUMBER = 18
SPACES = re.compile("[ \u00a0\u202f\u2009'’]")
FIGURES = {Part.NUMBER, Part.ORDINAL, Part.SCALE, Part.FRACTION, Part.MONTH, Part.STRETCH, Part.SEASON, "half_before", "a", "year"}
CURRENCY = {"usd", "eur", "gbp", "uah", "rub", "byn", "pln", "jpy", "cny", "chf"}


class Number(NamedTuple):
    """A number, what its last stated digit is worth, its other reading, if it is scaled or spelled, and the token after it."""

    value: float
    step: float
    other: float | None
    scaled: bool
    spelled: bool
    after: int


class Scan:
    """A text's tokens with what the lexicon tells about each."""

    def __init__(self, found: Sequence[Token], lexicon: Lexicon) -> None:
        self.tokens = found
        self.lexicon = lexicon
        self._begin = lexicon.meanings(found)
        self._end: list[Readings] = [{} for _ in range(len(found) + 1)]
        for place, readings in enumerate(self._begin):
            for name, meaning in readings.items():
                self._end[place + meaning.length].setdefault(name, meaning)

    def may_begin(self, place: int) -> bool:
        """Whether a figure may begin at a token."""
        token = self.tokens[place]
        return token.is_number or not FIGURES.isdisjoint(self._begin[place]) or token.text[0] in "XVIqQ"

    def at(self, place: int, part: Part) -> Meaning | None:
        """The longest reading of a part that begins at a place."""
        return self._begin[place].get(part) if 0 <= place < len(self.tokens) else None

    def word(self, place: int, name: str) -> int:
        """How many tokens the word of grammar at a place takes; 0 where there is none."""
        meaning = self._begin[place].get(name) if 0 <= place < len(self.tokens) else None
        return meaning.length if meaning else 0

    def before(self, place: int, part: Part) -> Meaning | None:
        """The longest reading of a part that ends right before a place."""
        return self._end[place].get(part) if place > 0 else None

    def word_before(self, place: int, name: str) -> int:
        """How many tokens the word of grammar takes that ends right before a place; 0 where there is none."""
        meaning = self._end[place].get(name) if place > 0 else None
        return meaning.length if meaning else 0

    def symbol(self, place: int, symbols: str) -> bool:
        """Whether one of some symbols stands at a place."""
        return 0 <= place < len(self.tokens) and self.tokens[place].key in symbols

    def glued(self, place: int) -> bool:
        """Whether a token stands at a place without a space before it."""
        return 0 < place < len(self.tokens) and self.tokens[place].glued


def digits(written: str, group: str) -> tuple[float, float, float | None] | None:
    """The value of a number in digits, the worth of its last digit and its other reading; None for codes, dates and versions.

    A lone separator before three digits may part thousands or decimals: `group` says which the language writes for thousands.
    """
    compact = SPACES.sub("", written)
    if len(compact) > LONGEST_NUMBER or re.match("0[0-9]", compact):
        return None
    marks = [mark for mark in compact if mark in ".,"]
    if not marks:
        return _whole(compact)
    head, _, tail = compact.rpartition(marks[-1])
    if marks.count(marks[-1]) > 1:
        return _whole(_ungrouped(compact, marks[-1])) if len(set(marks)) == 1 else None
    if len(marks) > 1:
        return _decimal(_ungrouped(head, marks[0]), tail)
    if len(tail) != 3 or len(head) > 3 or head == "0" or compact != written:
        return _decimal(head, tail)
    whole, decimal = float(head + tail), float(f"{head}.{tail}")
    return (whole, _zeros(head + tail), decimal) if marks[0] == group else (decimal, 0.001, whole)


def number(scan: Scan, place: int) -> Number | None:
    """The number that begins at a token, with its scale words."""
    token = scan.tokens[place]
    if token.is_number:
        read = digits(token.key, scan.lexicon.group)
        return _spelled(scan, place + 1, read[0], read) if read else None
    half = scan.word(place, "half_before")
    scale = scan.at(place + half, Part.SCALE) if half else None
    if scale:
        return Number(float(scale.key) / 2, float(scale.key) / 10, None, True, True, place + half + scale.length)
    start = place + scan.word(place, "a")
    scale = scan.at(start, Part.SCALE)
    if scale and (start > place or scan.word(place, "bare")):
        return _spelled(scan, start, 1.0, None)
    return _spelled(scan, place, 0.0, None) if scan.at(place, Part.NUMBER) else None


def _spelled(scan: Scan, place: int, current: float, read: tuple[float, float, float | None] | None) -> Number | None:
    """A number whose first part is read, with the number and scale words that follow."""
    total, scale, start, step = 0.0, math.inf, place, read[1] if read else 0.0
    while True:
        half = scan.word(place, "half_after") if current or total else 0
        if half:
            current, step, place = (
                (current + 0.5, 0.1, place + half) if current else (current + scale / 2, 0.1 * scale, place + half)
            )
        found = _scale(scan, place)
        if found and (current or total):
            scale, place = float(found.key), place + found.length
            total, current = ((total + current) * scale, 0.0) if total < scale else (total + max(current, 1.0) * scale, 0.0)
            continue
        word = _more(scan, place, current, total, fresh=place == start and read is None)
        if word is None or (read and math.isinf(scale)) or (total and word[0] >= scale):
            break
        current, place = _joined(current, word[0]), word[1]
    value = total + current
    scaled = not math.isinf(scale)
    other = (
        read[2] * scale
        if read and read[2] is not None and scaled and total == read[0] * scale
        else read[2]
        if read and not scaled
        else None
    )
    if not value and not read:
        return None
    worth = (min(step, 1.0) if step else 1.0) * scale if scaled and not current else step or _zeros(f"{value:.0f}")
    return Number(value, worth, other, scaled, read is None, place)


def _scale(scan: Scan, place: int) -> Meaning | None:
    """The scale word at a place; `k`, `bn` only where glued to their number or a currency stands before."""
    found = scan.at(place, Part.SCALE) or (
        scan.at(place + 1, Part.SCALE) if scan.symbol(place, "-") and scan.glued(place + 1) else None
    )
    if found:
        return found if scan.at(place, Part.SCALE) else found._replace(length=found.length + 1)
    short = scan.at(place, Part.GLUED)
    money = scan.before(place - 1, Part.UNIT) if short and place and scan.tokens[place - 1].is_number else None
    if short and ((money and money.key in CURRENCY) or (scan.glued(place) and short.key in {"1000", "1000000000"})):
        return short
    return None


def _more(scan: Scan, place: int, current: float, total: float, *, fresh: bool) -> tuple[float, int] | None:
    """The number word that goes on at a place, and the token after it; None where it does not fit."""
    start = place
    if not fresh:
        start += 1 if scan.symbol(place, "-‑") and scan.glued(place) and scan.glued(place + 1) else scan.word(place, "and")
    found = scan.at(start, Part.NUMBER)
    if not found or (start > place and scan.word(place, "and") and not _joins(scan, current, total, float(found.key))):
        return None
    value = float(found.key)
    behind_and = found.joined and current < 10 and value in range(20, 100, 10)
    return (value, start + found.length) if fresh or behind_and or _fits(scan, current, total, value, found) else None


def _joins(scan: Scan, current: float, total: float, value: float) -> bool:
    """Whether a word for `and` may stand before a number word: hundred and five, treinta y cinco, vingt et un."""
    if scan.lexicon.language == "en":
        return (current >= 100 and not current % 100) or (bool(total) and not current)
    if scan.lexicon.language == "fr":
        return value in {1.0, 11.0}
    return 30 <= current % 100 <= 90 and value < 10


def _fits(scan: Scan, current: float, total: float, value: float, found: Meaning) -> bool:
    if found.joined:
        return current >= 100 or (bool(total) and not current)
    if not current:
        return bool(total)
    if value == 100:
        return 1 < current < 10 and scan.lexicon.language in {"en", "fr"}
    if scan.lexicon.language == "fr" and ((value == 20 and current % 100 == 4) or (value < 20 and current % 100 in {60, 80})):
        return True
    if value < 10:
        return (
            (current >= 20 and current % 10 == 0)
            or (current == 10 and value in {7, 8, 9} and scan.lexicon.language == "fr")
            or (scan.lexicon.language == "fr" and current % 100 in {70, 90} and value in {7, 8, 9})
        )
    return value < 100 <= current and current % 100 == 0


def _joined(current: float, value: float) -> float:
    if value == 100 and 1 < current < 10:
        return current * 100
    return current - 4 + 80 if value == 20 and current % 100 == 4 and current % 10 == 4 and current % 100 < 10 else current + value


def _ungrouped(written: str, mark: str) -> str:
    """Digits without the marks between their groups; empty where a group has not three digits."""
    first, *groups = written.split(mark)
    return "".join([first, *groups]) if 0 < len(first) <= 3 and all(len(one) == 3 and one.isdecimal() for one in groups) else ""


def _whole(written: str) -> tuple[float, float, None] | None:
    return (float(written), _zeros(written), None) if written.isdecimal() else None


def _decimal(head: str, tail: str) -> tuple[float, float, None] | None:
    return (float(f"{head}.{tail}"), 10.0 ** -len(tail), None) if head.isdecimal() and tail.isdecimal() else None


def _zeros(written: str) -> float:
    """What the last digit that is no zero is worth."""
    return 10.0 ** (len(written) - len(written.rstrip("0"))) if written.strip("0") else 1.0
