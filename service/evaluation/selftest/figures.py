"""Changes to a statement's figures: another number, unit or date; the same number written short.

Figures are found by the reader that also compares them, and read again after the change: a change that does not make another figure
(or, written short, the same) is not tried.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping

from service.check.values import Period, Quantity, Reader, Unit, Value
from service.check.values.agreement import agrees
from service.evaluation.selftest.words import WORDS

NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u202f ]\d+)*")
YEAR = re.compile(r"(?<!\d)(?:1[0-9]|20)\d{2}(?!\d)")
YEARS = (-3, -7, -20)
"""How far a year is moved: the first that is surely another one."""
MONTHS = 5
COUNTED = {"2": "4", "3": "2", "4": "2", "5": "9", "6": "9", "7": "5", "8": "5", "9": "5"}
"""A small number in place of another after which Slavic words have the same ending."""
SLAVIC = {"uk", "ru", "be", "pl"}
POINTED = {"en", "ar"}
"""Languages that write decimals behind a point."""
BEHIND = 4
"""Characters behind a figure in which its unit may end: dollars US."""

Edit = tuple[int, int, str]
"""Start and end of what is replaced, and what by."""


class Figures:
    """Changes figures."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def other_number(self, text: str, language: str, dice: random.Random) -> str | None:
        """With another number, written in the same form."""
        quantities = [one for one in self._read(text, language) if isinstance(one, Quantity) and one.low == one.high]
        dice.shuffle(quantities)
        return self._first_other(
            text, language, ((one, edit) for one in quantities for edit in _numbers(text, language, one, dice))
        )

    def other_unit(self, text: str, language: str, dice: random.Random) -> str | None:
        """With another unit of the same kind behind or before a number: miles for kilometres, euros for dollars."""
        quantities = [one for one in self._read(text, language) if isinstance(one, Quantity) and one.unit]
        dice.shuffle(quantities)
        return self._first_other(text, language, ((one, edit) for one in quantities for edit in _units(text, language, one)))

    def other_date(self, text: str, language: str, dice: random.Random) -> str | None:
        """In another year, or another month where no year is told."""
        periods = [one for one in self._read(text, language) if isinstance(one, Period)]
        dice.shuffle(periods)
        return self._first_other(text, language, ((one, edit) for one in periods for edit in _dates(text, language, one)))

    def short(self, text: str, language: str) -> str | None:
        """With round numbers as `1.5 million`, and % for percent; None if nothing can be written so."""
        before, changed = self._read(text, language), text
        for value in reversed(before):
            for edit in _short(text, language, value):
                changed = _replaced(changed, edit)
        after = self._read(changed, language)
        same = len(before) == len(after) and all(map(agrees, before, after))
        return changed if same and changed != text else None

    def _first_other(self, text: str, language: str, edits: Iterator[tuple[Value, Edit]]) -> str | None:
        changed = ((value, _replaced(text, edit)) for value, edit in edits)
        return next((made for value, made in changed if self._another(value, made, language)), None)

    def _another(self, value: Value, changed: str, language: str) -> bool:
        """Whether a changed text has a figure of the same sort in a value's place, and another one."""
        found = [one for one in self._read(changed, language) if type(one) is type(value) and one.start <= value.start < one.end]
        return bool(found) and not any(agrees(one, value) for one in found)

    def _read(self, text: str, language: str) -> list[Value]:
        return list(self._reader.read(text, language).values)


def _replaced(text: str, edit: Edit) -> str:
    start, end, by = edit
    return text[:start] + by + text[end:]


def _numbers(text: str, language: str, value: Quantity, dice: random.Random) -> Iterator[Edit]:
    """Other numbers in place of the only one of a quantity, in digits or in a word."""
    written = list(NUMBER.finditer(text, value.start, value.end))
    if len(written) == 1:
        other = _other_digits(written[0][0], language, share=value.unit is Unit.PERCENT)
        if other:
            yield *written[0].span(), other
    elif not written:
        yield from _number_words(text, language, value, dice)


def _other_digits(written: str, language: str, *, share: bool) -> str | None:
    """A number of the same form with another first digit; a share stays below a hundred."""
    plain = _ascii(written)
    first = next((place for place, digit in enumerate(plain) if digit in "123456789"), None)
    if first is None:
        return None
    if share and plain == "100":
        return _like(written, "40")
    if language in SLAVIC and plain.isdecimal() and int(plain) < 20:
        other = COUNTED.get(plain) or ("40" if int(plain) > 9 else None)
        return other and _like(written, other)
    digit = int(plain[first])
    return written[:first] + _like(written, str(2 * digit + 1 if digit < 5 else digit // 2)) + written[first + 1 :]


def _number_words(text: str, language: str, value: Quantity, dice: random.Random) -> Iterator[Edit]:
    """Other words for the only number word of a quantity."""
    for group in WORDS.numbers.get(language, ()):
        words = group.split()
        found = list(_whole_words(words).finditer(text.replace("’", "'"), value.start, value.end))
        if len(found) == 1:
            others = [word for word in words if word != found[0][0].lower()]
            dice.shuffle(others)
            yield from ((*found[0].span(), word.capitalize() if found[0][0][0].isupper() else word) for word in others)


def _units(text: str, language: str, value: Quantity) -> Iterator[Edit]:
    """Other units in place of a quantity's. Behind number words only in English, where no ending hangs on them."""
    if language != "en" and not NUMBER.search(text, value.start, value.end):
        return
    exchange = {**WORDS.units["any"], **WORDS.units.get(language, {})}
    for found in _whole_words(exchange).finditer(text, value.start, min(len(text), value.end + BEHIND)):
        if found.start() < value.end and found[0] in exchange:
            start = found.start() - (exchange[found[0]][0] == text[found.start() - 1] == " ")
            yield start, found.end(), exchange[found[0]]


def _dates(text: str, language: str, value: Period) -> Iterator[Edit]:
    """The period with each of its years moved, else in another month."""
    span = text[value.start : value.end]
    years = YEAR.findall(_ascii(span))
    for shift in YEARS if years else ():
        yield value.start, value.end, _moved(span, shift)
    for written in WORDS.months.get(language, ()) if not years else ():
        months = written.split()
        for found in _whole_words(months).finditer(text, value.start, value.end):
            if found[0] in months and text[found.start() - 1 : found.start()] not in ("'", "’"):
                yield *found.span(), months[(months.index(found[0]) + MONTHS) % 12]


def _moved(span: str, shift: int) -> str:
    moved = YEAR.sub(lambda year: str(int(year[0]) + shift), _ascii(span))
    return _like(span, moved)


def _short(text: str, language: str, value: Value) -> Iterator[Edit]:
    """A quantity's number with a word for thousand, million or billion, or its word for percent as a sign."""
    if not isinstance(value, Quantity):
        return
    if value.unit is Unit.PERCENT:
        for found in _whole_words(WORDS.percent.get(language, [])).finditer(text, value.start, value.end):
            joined = language in POINTED and text[found.start() - 1] == " "
            yield found.start() - joined, found.end(), "%"
        return
    written = list(NUMBER.finditer(text, value.start, value.end))
    plain = value.low == value.high and not value.scaled and len(written) == 1
    for divisor, word in _scales(language) if plain else ():
        amount = value.low / divisor
        if 1 <= amount < 1000 and round(amount, 1) == amount:
            said = f"{amount:g}" if language in POINTED else f"{amount:g}".replace(".", ",")
            yield *written[0].span(), f"{_like(written[0][0], said)} {word}"
            return


def _scales(language: str) -> list[tuple[int, str]]:
    """What numbers are divided by in a language, and the word for it, the largest first."""
    return sorted(((int(by), word) for by, word in WORDS.short.get(language, {}).items()), reverse=True)


def _whole_words(words: Mapping[str, str] | list[str]) -> re.Pattern[str]:
    """Any of some words, signs among them, the longest first."""
    ends = [rf"(?<!\w){re.escape(word)}(?![\w/])" if word[0].isalpha() else re.escape(word) for word in words]
    return re.compile("|".join(sorted(ends, key=len, reverse=True)) or "(?!)", re.IGNORECASE)


def _ascii(digits: str) -> str:
    return "".join(str(int(character)) if character.isdecimal() else character for character in digits)


def _like(written: str, digits: str) -> str:
    """Digits as another number writes them: ٤٠ where that is Arabic."""
    zero = next(ord(character) - int(character) for character in written if character.isdecimal())
    return "".join(chr(zero + int(character)) if character.isdecimal() else character for character in digits)
