"""Read a date as tables write it: ISO 8601 and EDTF, with points or slashes, with a month's name, a spreadsheet's number.

Months' names come from Unicode's CLDR. What could be two dates is none, unless the column's other dates tell the order.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from functools import cache

from babel import Locale

from index.errors import NoDate, RebutError
from index.readers import reasons
from index.records import When
from index.rules import LONGEST_LABEL, too_long

LANGUAGES = [
    "en", "ru", "uk", "be", "pl", "de", "fr", "es", "ar", "ar_SY", "pt", "it", "nl", "cs", "sk", "sl", "hr", "sr", "sr_Latn",
    "bs", "mk", "bg", "ro", "hu", "el", "tr", "az", "lt", "lv", "et", "fi", "sv", "nb", "nn", "da", "is", "sq", "ka", "hy",
    "kk", "fa", "he", "hi", "bn", "ta", "te", "ml", "mr", "gu", "ur", "id", "ms", "vi", "th", "ca", "gl", "eu", "ga", "mt",
]  # fmt: skip
"""Locales of CLDR whose months are known."""

BESIDE_CLDR = {"be": {"травень": 5, "траўня": 5}, "en": {"sept": 9}, "ru": {"сент": 9, "нояб": 11}}

EARLIEST, LATEST = 1900, 2100
"""Years outside are a mistake, another calendar, or a way to say "no date"."""

SHORT_YEAR = re.compile(r"(\d{1,2})[-/ .]([^\W\d_]+)[-/ .]+'?(\d{2})")
"""A spreadsheet's 03-May-24."""
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(?:(\d{1,2})\s*[日일号]?)?.*")
YEAR_FIRST = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})(?:[T ,].*)?")
POINTED = re.compile(r"(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?:\s*[гр]\.?)?(?:[T ,]+\d{1,2}:.*)?")
MONTH_AND_YEAR = re.compile(r"(\d{1,2})[./](\d{4})")
SERIAL = re.compile(r"([345]\d{4})(?:\.\d+)?")
"""A spreadsheet's days since 1899, of 1982 to 2064."""
EPOCH = re.compile(r"(1\d{9})(?:\d{3})?")
"""Seconds or milliseconds since 1970, of 2001 to 2033."""
COMPACT = re.compile(r"(19|20)(\d{2})(\d{2})(\d{2})")
PIECE = re.compile(r"\d+|[^\W\d_]+(?:['’ʼ.][^\W\d_]+)?")
CLOCK = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\b.*")


class Ambiguous(RebutError):
    """It could be two dates: day and month may be exchanged."""


def read_date(written: str, language: str = "", *, day_first: bool | None = None) -> When:
    """A date as an EDTF date, as precise as it is written.

    Args:
        language: ISO 639 code of the text beside it; its months' names count first.
        day_first: whether 4/7/2024 is the 4th of July; None if that is not known.

    Raises:
        ValueError: if it is no date.
        Ambiguous: if it could be two.
    """
    if len(written) > LONGEST_LABEL:
        raise NoDate(too_long(written, LONGEST_LABEL))
    text = " ".join(_digits(written).split())
    first, between, last = text.partition("→")
    if between:  # of Notion
        days = [read_date(part.strip(), language, day_first=day_first).edtf for part in (first, last)]
        return When("/".join(days), text)
    try:
        When(text, text).bounds()
        return When(text, text)
    except ValueError as error:
        edtf = _numeric(text, day_first) or _named(text, language)
        if edtf is None:
            raise error
    return When(edtf, text if any(map(str.isalpha, CLOCK.sub("", text))) and not ISO.fullmatch(text) else spoken(edtf))


def day_published(written: str) -> When | None:
    """The day of a feed, which should be in ISO 8601; another form is read where it is certain, what is none is left out."""
    found = DAY.match(written)
    with suppress(ValueError, Ambiguous):
        if found and int(found[1]) >= EARLIEST:
            edtf = dt.date(*map(int, found.groups())).isoformat()
            return When(edtf, spoken(edtf))
        if not found and re.search(r"\d{4}", written) and not re.fullmatch(r"\d+|\d{4}[-/].*", written):
            return read_date(written)
    return None


def days_come_first(column: Iterable[str]) -> bool | None:
    """Whether a column's dates have the day before the month; None if none of them tells, or they contradict each other."""
    orders = set()
    for written in column:
        found = POINTED.fullmatch(" ".join(_digits(written).split()))
        if found and found[2] != ".":
            first, second = int(found[1]), int(found[3])
            orders |= {True} if second <= 12 < first else {False} if first <= 12 < second else set()
    return orders.pop() if len(orders) == 1 else None


def spoken(edtf: str) -> str:
    """An EDTF date as English says it: 4 July 2024, July 2024, 2024."""
    year, month, day = [*map(int, edtf.split("-")), 0, 0][:3]
    return " ".join(filter(None, (str(day) if day else "", calendar.month_name[month], str(year))))


def _digits(text: str) -> str:
    """The text with every script's digits as 0 to 9."""
    return "".join(str(unicodedata.decimal(character, character)) for character in text)


def _numeric(text: str, day_first: bool | None) -> str | None:
    for pattern in (ISO, EAST_ASIAN, YEAR_FIRST):
        if found := pattern.fullmatch(text):
            return _edtf(int(found[1]), int(found[2]), int(found[3] or 0))
    if found := COMPACT.fullmatch(text):
        return _edtf(int(found[1] + found[2]), int(found[3]), int(found[4]))
    if found := SERIAL.fullmatch(text):
        return (dt.date(1899, 12, 30) + dt.timedelta(int(found[1]))).isoformat()
    if found := EPOCH.fullmatch(text):
        return dt.datetime.fromtimestamp(int(found[1]), dt.UTC).date().isoformat()
    if found := MONTH_AND_YEAR.fullmatch(text):
        return _edtf(int(found[2]), int(found[1]))
    found = POINTED.fullmatch(text)
    return _ordered(text, int(found[1]), int(found[3]), _year(found[4]), True if found[2] == "." else day_first) if found else None


def _ordered(text: str, first: int, second: int, year: int, day_first: bool | None) -> str:
    if first > 12 or second > 12 or first == second:
        day_first = second <= 12
    if day_first is None:
        raise Ambiguous(f"{text!r} could be two dates: write the year first")
    return _edtf(year, *((second, first) if day_first else (first, second)))


def _named(text: str, language: str) -> str | None:
    """A date with a month's name: one month, one year, at most one day."""
    if short := SHORT_YEAR.fullmatch(text):
        text = f"{short[1]} {short[2]} {_year(short[3])}"
    pieces = [piece[0] for piece in PIECE.finditer(CLOCK.sub("", text))]
    names = [month_key(piece) for piece in pieces]
    own = months_of(language) if language in LANGUAGES else {}
    months = {own[name] for name in names if name in own} or {months_by_name().get(name, 0) for name in names} - {0}
    figures = [piece for piece in pieces if piece.isdecimal()]
    years = [figure for figure in figures if len(figure) == 4]
    days = [int(figure) for figure in figures if len(figure) <= 2]
    if len(months) != 1 or len(years) != 1 or len(days) > 1 or len(figures) != len(years) + len(days):
        return None
    return _edtf(int(years[0]), months.pop(), *days)


def _year(written: str) -> int:
    return int(written) if len(written) == 4 else int(written) + (2000 if int(written) < 70 else 1900)


def _edtf(year: int, month: int, day: int = 0) -> str:
    """The date. Raises `ValueError` if there is no such day, or the year cannot be meant."""
    if not EARLIEST <= year <= LATEST:
        raise NoDate(reasons.YEAR.of(year=str(year), first=str(EARLIEST), last=str(LATEST)))
    dt.date(year, month, day or 1)
    return f"{year:04}-{month:02}-{day:02}" if day else f"{year:04}-{month:02}"


@cache
def months_of(language: str) -> dict[str, int]:
    """A language's months and their abbreviations -> their numbers."""
    months = Locale.parse(language).months
    names = [months[form][width] for form in ("format", "stand-alone") for width in ("wide", "abbreviated")]
    everything = [BESIDE_CLDR.get(language, {}), *({name: number for number, name in numbers.items()} for numbers in names)]
    found = {month_key(name): number for numbers in everything for name, number in numbers.items()}
    return {name: number for name, number in found.items() if len(name) > 1}


@cache
def months_by_name() -> dict[str, int]:
    """All languages' months; a name of different months (listopad, in Polish and in Croatian) is left out."""
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for name, number in months_of(language).items():
            found.setdefault(name, set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


@cache
def months() -> frozenset[str]:
    """All languages' months, and their abbreviations of three letters or more."""
    return frozenset(name for language in LANGUAGES for name in months_of(language) if len(name) > 2)


def month_key(name: str) -> str:
    """A month's name without case and accents."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in decomposed if character.isalpha())
