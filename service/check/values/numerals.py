"""Numbers in digits and in words: `1.500.000`, `1,5 млн`, `fünfhundert`, `half a million`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from service.check.values.digits import digits, zeros
from service.check.values.lexicon import Lexicon, Meaning, Part, Readings
from service.check.values.tokens import Token

DECIMALS = 6
DASHES = "-–—"
COUNTED = {"person", "soldier", "refugee", "migrant", "child", "dead", "wounded", "vote", "student"}
FIGURES = {
    *(Part.NUMBER, Part.ORDINAL, Part.SCALE, Part.FRACTION, Part.MONTH, Part.STRETCH, Part.SEASON, Part.AMOUNT, Part.UNIT),
    *("half_before", "quarter_before", "a", "year"),
}
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

    def both(self, place: int) -> int:
        """How many tokens the word takes that stands between both ends of what is between them; 0 where there is none."""
        return self.word(place, "between_and") or self.word(place, "and")

    def symbol(self, place: int, symbols: str) -> bool:
        """Whether one of some symbols stands at a place."""
        return 0 <= place < len(self.tokens) and self.tokens[place].key in symbols

    def glued(self, place: int) -> bool:
        """Whether a token stands at a place without a space before it."""
        return 0 < place < len(self.tokens) and self.tokens[place].glued


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
    spelled = _spelled(scan, place, 0.0, None) if scan.at(place, Part.NUMBER) else None
    return _small_part(scan, spelled) if spelled else None


def _small_part(scan: Scan, found: Number) -> Number:
    """The number in tenths, hundredths or thousandths where a unit follows them: семь десятых процента."""
    for name, worth in (("tenths", 10.0), ("hundredths", 100.0), ("thousandths", 1000.0)):
        length = scan.word(found.after, name)
        if length and scan.at(found.after + length, Part.UNIT) and not found.value % 1:
            return found._replace(value=found.value / worth, step=1 / worth, after=found.after + length)
    return found


def _spelled(scan: Scan, place: int, current: float, read: tuple[float, float, float | None] | None) -> Number | None:
    """A number whose first part is read, with the number and scale words that follow."""
    total, scale, start, step = 0.0, math.inf, place, read[1] if read else 0.0
    while True:
        part = _part_behind(scan, place, current, total, scale) if current or total or place > start else None
        if part and not (read and part[3]):
            current, step, place, _ = part
        found = _scale(scan, place)
        if found and (current or total):
            scale, place = float(found.key), place + found.length
            total, current = ((total + current) * scale, 0.0) if total < scale else (total + max(current, 1.0) * scale, 0.0)
            continue
        word = _more(scan, place, current, total, fresh=place == start and read is None)
        if not word and total and not current:
            word = _digits_behind(scan, place, scale) or _behind_comma(scan, place, scale)
        if word is None or (read and math.isinf(scale)) or (total and word[0] >= scale):
            break
        current, place = _joined(current, word[0]), word[1]
    value = total + current
    return _number(read, value, step, scale, place, whole=not current, unmixed=bool(read and total == read[0] * scale))


def _number(
    read: tuple[float, float, float | None] | None,
    value: float,
    step: float,
    scale: float,
    after: int,
    *,
    whole: bool,
    unmixed: bool,
) -> Number | None:
    if not value and not read:
        return None
    scaled = not math.isinf(scale)
    other = read[2] if read else None
    if other is not None and scaled:
        other = other * scale if unmixed else None
    worth = (min(step, 1.0) if step else 1.0) * scale if scaled and whole else step or zeros(f"{value:.0f}")
    return Number(value, worth, other, scaled, read is None, after)


def _part_behind(scan: Scan, place: int, current: float, total: float, scale: float) -> tuple[float, float, int, bool] | None:
    """The number with the half or the decimals behind it, the worth of their last digit, the token after, and if decimals."""
    decimals = decimals_spelled(scan, place, current) if not total else None
    if decimals:
        return *decimals, True
    half = scan.word(place, "half_after") if current or total else 0
    if not half:
        return None
    place += half
    whole = scale if total and not current else _dual(current)
    again = scan.at(place, Part.SCALE)
    if again and whole > 1 and float(again.key) == whole:
        place += again.length
    return current + whole / 2, 0.1 * whole, place, False


def _dual(value: float) -> float:
    """The scale of which a word says two, in Arabic; else 1."""
    return value / 2 if value in {2e3, 2e6, 2e9} else 1.0


def decimals_spelled(scan: Scan, place: int, current: float) -> tuple[float, float, int] | None:
    """The number with the decimals that are told behind a word for the mark: two point five, одна целая семь десятых."""
    at = place + scan.word(place, "point")
    written, after = "", at
    while after > place and len(written) < DECIMALS and (found := scan.at(after, Part.NUMBER)):
        value, after = (0.0, after + found.length) if found.key == "0" else _below_thousand(scan, after)
        written += f"{value:.0f}"
    if not written:
        return None
    for name, width in (("tenths", 1), ("hundredths", 2), ("thousandths", 3)):
        if scan.word(after, name):
            written, after = written.zfill(width), after + scan.word(after, name)
    return float(f"{current:.0f}.{written}"), 10.0 ** -len(written), after


def _below_thousand(scan: Scan, place: int) -> tuple[float, int]:
    current, at = 0.0, place
    while word := _more(scan, at, current, 0.0, fresh=at == place):
        current, at = _joined(current, word[0]), word[1]
    return current, max(at, place + 1)


def _digits_behind(scan: Scan, place: int, scale: float) -> tuple[float, int] | None:
    """Digits that go on behind a scale word: 4 млрд 100 млн, 2 тысячи 300."""
    key = scan.tokens[place].key if place < len(scan.tokens) else ""
    if not key.isdecimal() or len(key) > 3 or key.startswith("0") or math.isinf(scale):
        return None
    smaller = scan.at(place + 1, Part.SCALE)
    fits = float(smaller.key) < scale if smaller else scale == 1000 and len(key) == 3
    return (float(key), place + 1) if fits else None


def _behind_comma(scan: Scan, place: int, scale: float) -> tuple[float, int] | None:
    """Words that go on behind a comma with a smaller scale: four billion, one hundred million."""
    if not scan.symbol(place, ",،") or not scan.at(place + 1, Part.NUMBER):
        return None
    value, after = _below_thousand(scan, place + 1)
    smaller = scan.at(after, Part.SCALE)
    return (value, after) if smaller and value and float(smaller.key) < scale else None


def _scale(scan: Scan, place: int) -> Meaning | None:
    """The scale word at a place; `k`, `bn` only where glued to their number or a currency stands before."""
    found = (None if scan.word(place, "thousandths") else scan.at(place, Part.SCALE)) or (
        scan.at(place + 1, Part.SCALE) if scan.symbol(place, "-") and scan.glued(place + 1) else None
    )
    if found:
        return found if scan.at(place, Part.SCALE) else found._replace(length=found.length + 1)
    short = scan.at(place, Part.GLUED)
    return short if short and place and _abbreviates(scan, place, short) else None


def _abbreviates(scan: Scan, place: int, short: Meaning, *, ranged: bool = True) -> bool:
    """Whether letters behind a number stand for a scale: $5m, 5k, 5 k people, 5 MM de dólares, 4.5m tonnes, 1.2m-1.5m people."""
    if not scan.tokens[place - 1].is_number:
        return False
    again = scan.at(place + 3, Part.GLUED) if scan.symbol(place + 1, DASHES) and scan.tokens[place + 2 : place + 3] else None
    if ranged and again and again.key == short.key and _abbreviates(scan, place + 3, again, ranged=False):
        return True
    after = place + 1 + scan.word(place + 1, "of")
    money, behind = scan.before(place - 1, Part.UNIT), scan.at(after, Part.UNIT)
    if any(unit and unit.key in CURRENCY for unit in (money, behind)):
        return True
    if scan.glued(place) and (short.key != "1000000" or (behind and after == place + 1)):
        return True
    noun = scan.at(after, Part.NOUN)
    return bool(noun and noun.key in COUNTED)


def _more(scan: Scan, place: int, current: float, total: float, *, fresh: bool) -> tuple[float, int] | None:
    """The number word that goes on at a place, and the token after it; None where it does not fit."""
    start = place
    added = scan.word(place, "and_more") if total and not current else 0
    if added:
        start += added
    elif not fresh:
        start += 1 if scan.symbol(place, "-‑") and scan.glued(place) and scan.glued(place + 1) else scan.word(place, "and")
    found = scan.at(start, Part.NUMBER)
    joined = start > place and not added and scan.word(place, "and")
    if not found or (joined and not _joins(scan, current, total, float(found.key))):
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
        return _counts_hundreds(current, scan.lexicon.language)
    if scan.lexicon.language == "fr" and ((value == 20 and current % 100 == 4) or (value < 20 and current % 100 in {60, 80})):
        return True
    if value < 10:
        return (
            (current >= 20 and current % 10 == 0)
            or (current == 10 and value in {7, 8, 9} and scan.lexicon.language == "fr")
            or (scan.lexicon.language == "fr" and current % 100 in {70, 90} and value in {7, 8, 9})
        )
    return value < 100 <= current and current % 100 == 0


def _counts_hundreds(current: float, language: str) -> bool:
    """Whether a number may stand before `hundred`: two hundred, sixteen hundred, dix-sept cents."""
    if language == "en":
        return current < 100 and bool(current % 10)
    return 1 < current < (20 if language == "fr" else 10 if language == "de" else 0) and current != 10


def _joined(current: float, value: float) -> float:
    if value == 100 and 0 < current < 100:
        return current * 100
    return current - 4 + 80 if value == 20 and current % 100 == 4 and current % 10 == 4 and current % 100 < 10 else current + value
