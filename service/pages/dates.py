"""Dates and numbers as the reader's language writes them, by CLDR."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_decimal
from babel.units import format_unit

from index.records import When
from service.languages import ENGLISH
from service.languages.spoken import gettext, language, locale

SKELETONS = {4: "y", 7: "yMMMM", 10: "yMMMMd"}
"""How a date of so many characters is written: a year, a month, a day."""


def number(value: int) -> str:
    """A number with its groups of digits apart."""
    return str(format_decimal(value, locale=locale()))


def size(count: int) -> str:
    """So many bytes, never more than there are: in megabytes, or in kilobytes if they are fewer."""
    unit, bytes_ = ("digital-megabyte", 1_000_000) if count >= 1_000_000 else ("digital-kilobyte", 1_000)
    return str(format_unit(count * 10 // bytes_ / 10, unit, "short", format="0.#", locale=locale()))


def day(moment: dt.date | str) -> str:
    """A day; of a text, the one with which it begins, as ISO 8601 has it."""
    return str(format_date(dt.date.fromisoformat(moment[:10]) if isinstance(moment, str) else moment, "long", locale=locale()))


def spoken(when: When | None) -> str:
    """A date or period; in English as it is recorded, which may say more ("since late June 2024")."""
    if when is None:
        return ""
    if language() == ENGLISH:
        return when.text
    first, interval, last = when.edtf.partition("/")
    if not interval:
        return _date(first)
    if last == "..":
        return gettext("since %(date)s") % {"date": _point(first)}
    if first == "..":
        return gettext("until %(date)s") % {"date": _point(last)}
    start, end = when.bounds()
    return str(format_interval(start, end, SKELETONS[max(len(first), len(last))], locale=locale()))


def _date(edtf: str) -> str:
    if len(edtf) == max(SKELETONS):
        return day(edtf)
    return str(format_skeleton(SKELETONS[len(edtf)], dt.date.fromisoformat(f"{edtf}-01-01"[:10]), locale=locale()))


def _point(edtf: str) -> str:
    """A date after "since" or "until": months stand in the case that goes with days, which Slavic languages want there."""
    if len(edtf) != len("2024-06"):
        return _date(edtf)
    pattern = str(locale().datetime_skeletons["yMMMM"].pattern).replace("LLLL", "MMMM")
    return str(format_date(dt.date.fromisoformat(f"{edtf}-01"), pattern, locale=locale()))
