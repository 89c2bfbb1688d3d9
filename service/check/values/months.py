"""Months that a text names, and the year behind them."""

from __future__ import annotations

from service.check.values.lexicon import Part
from service.check.values.numerals import Scan
from service.check.values.tokens import roman

LONGEST_SHORT = 4
"""Letters of a month's name cut short, behind which a full stop may stand: Sept. 5."""


def month(scan: Scan, place: int) -> tuple[int, int] | None:
    """The month named at a place and the token after it; `يوليو/تموز` is one month."""
    meaning = scan.at(place, Part.MONTH)
    if not meaning or (
        scan.lexicon.language in {"en", "de"} and scan.tokens[place].text[0].islower() and not _told_as_month(scan, place)
    ):
        return None
    after = place + meaning.length
    pointed = scan.symbol(after, ".") and scan.glued(after) and len(scan.tokens[place].key) <= LONGEST_SHORT
    after += 1 if pointed and after + 1 < len(scan.tokens) and scan.tokens[after + 1].is_number else 0
    again = scan.at(after + 1, Part.MONTH) if scan.symbol(after, "/(") else None
    if again and again.key == meaning.key:
        after += 1 + again.length
        after += 1 if scan.symbol(after, ")") else 0
    return int(meaning.key), after


def _told_as_month(scan: Scan, place: int) -> bool:
    """Whether the words around say that a small letter begins a month: in july, 5 august; `may` and `march` need a year."""
    day = scan.tokens[place + 1].key if place + 1 < len(scan.tokens) else ""
    year = year_of(scan, place + 1)[0] or (day.isdecimal() and year_of(scan, place + 2)[0])
    if year or scan.word(place, "weak_month"):
        return bool(year)
    beside = (scan.tokens[place - 1].key if place else "", day)
    dated = any(key.isdecimal() and 1 <= int(key[:3]) <= 31 for key in beside)
    return dated or bool(scan.word_before(place, "in") or scan.word_before(place, "since") or scan.before(place, Part.STRETCH))


def roman_month(scan: Scan, place: int) -> tuple[int, int] | None:
    """The month in Roman numerals between day and year, and the token after it: 15 VII 2025, 15.VII.2025."""
    number = roman(scan.tokens[place].text) if place < len(scan.tokens) else 0
    return (number, place + 1) if 1 <= number <= 12 and year_of(scan, place + 1)[0] else None


def surely_month(scan: Scan, place: int) -> bool:
    """Whether a month without day and year is one: `may`, `mars`, `мая` need a word such as `in` before them."""
    if not scan.word(place, "weak_month"):
        return True
    return bool(scan.word_before(place, "in") or scan.word_before(place, "since") or scan.before(place, Part.STRETCH))


def year_of(scan: Scan, place: int) -> tuple[int, int]:
    """The year behind a day or month and the token after it; 0 where there is none."""
    at = place + (1 if scan.symbol(place, ",،.") else 0)
    at += scan.word(at, "of")
    for skipped in (0, scan.word(at, "year"), scan.word(at, "in")):
        year = _plain_year(scan, at + skipped)
        if year and (skipped == 0 or not scan.at(at + skipped + 1, Part.UNIT)):
            after = at + skipped + 1
            return year, after + scan.word(after, "year_after")
    return 0, place


def _plain_year(scan: Scan, place: int) -> int:
    """The four digits of a year between 1000 and 2100 at a place, else 0."""
    key = scan.tokens[place].key if 0 <= place < len(scan.tokens) else ""
    return int(key) if len(key) == 4 and key.isdecimal() and 1000 <= int(key) <= 2100 else 0
