"""Periods that a text names: days, months, quarters, years, decades, each as the days from first to last.

Words that hang on the day of writing (yesterday, last year) and weekdays are left out. A number that belongs to a date is no
quantity.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from service.check.values.lexicon import Part
from service.check.values.model import Day, Openness, Period
from service.check.values.months import month, roman_month, surely_month, year_of
from service.check.values.numerals import Scan
from service.check.values.tokens import roman
from service.check.values.years import year_at

POINTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}|[0-9]{2})")
STRETCHES = {"early": (1, 4), "middle": (5, 8), "late": (9, 12), "first_half": (1, 6), "second_half": (7, 12)}
DAYS = {"early": (1, 12), "middle": (8, 22), "late": (18, 31), "first_half": (1, 16), "second_half": (15, 31)}
SEASONS = {"spring": (0, 3, 5), "summer": (0, 6, 8), "autumn": (0, 9, 11), "winter": (-1, 12, 2)}
DASHES = "-–—"


class _Dates(NamedTuple):
    """The days from first to last, the token after the words that name them, and whether both ends are named."""

    first: Day
    last: Day
    after: int
    ranged: bool = False


def periods(scan: Scan, used: set[int]) -> list[Period]:
    """The periods of a text; the tokens that name them are added to `used`."""
    found: list[Period] = []
    place = 0
    while place < len(scan.tokens):
        dates = _range(scan, place) if place not in used and scan.may_begin(place) else None
        if dates is None:
            place += 1
            continue
        used.update(range(place, dates.after))
        end = scan.tokens[dates.after - 1].end
        found.append(Period(scan.tokens[place].start, end, dates.first, dates.last, _openness(scan, place, ranged=dates.ranged)))
        place = dates.after
    return found


def _openness(scan: Scan, place: int, *, ranged: bool) -> Openness:
    if ranged:
        return Openness.CLOSED
    if scan.word_before(place, "since"):
        return Openness.SINCE
    return Openness.UNTIL if scan.word_before(place, "until") or scan.word_before(place, "before") else Openness.CLOSED


def _range(scan: Scan, place: int) -> _Dates | None:
    """A date, or two with a word or dash between them: from 4 July to 8 July, between 2020 and 2022, 2021-23."""
    first = _date(scan, place)
    if first is None:
        return None
    link = _link(scan, place, first.after)
    if not link:
        return first
    last = _date(scan, first.after + link) or _short_year(scan, first, first.after + link)
    if (
        last
        and _day_of(last.last, first.first.year) >= _day_of(first.first, last.last.year)
        and (not first.first.year or last.first.year - first.first.year < 500)
        and bool(last.first.year) >= bool(first.first.year)
    ):
        year = first.first.year or last.first.year
        return _Dates(Day(year, first.first.month, first.first.day), last.last, last.after, ranged=True)
    return first


def _day_of(day: Day, year: int) -> tuple[int, ...]:
    """A day as one that can be compared with another of that year; without the year where either has none."""
    return (day.year, day.month, day.day) if day.year and year else (day.month, day.day)


def _link(scan: Scan, place: int, after: int) -> int:
    if scan.symbol(after, DASHES):
        return 1
    between = scan.both(after) if scan.word_before(place, "between") else 0
    return between or (scan.word(after, "to") if scan.word_before(place, "from") or scan.word_before(place, "since") else 0)


def _short_year(scan: Scan, first: _Dates, place: int) -> _Dates | None:
    """The second year of 2021-23."""
    if not scan.glued(place) or len(scan.tokens[place].key) != 2 or not scan.tokens[place].key.isdecimal():
        return None
    year = first.first.year // 100 * 100 + int(scan.tokens[place].key)
    return _Dates(*_years(year, year), place + 1) if first.first.year < year else None


def _date(scan: Scan, place: int) -> _Dates | None:
    if place >= len(scan.tokens):
        return None
    return (
        _stretch(scan, place)
        or _numeric(scan, place)
        or _day_month(scan, place)
        or _season(scan, place)
        or _quarter(scan, place)
        or _year(scan, place)
    )


def _stretch(scan: Scan, place: int) -> _Dates | None:
    """Early, mid or late in a month or year; the first or second half of a year."""
    part = scan.at(place, Part.STRETCH)
    if not part:
        return None
    start = place + part.length
    start += 1 if scan.symbol(start, "-") else scan.word(start, "of")
    whole = _date(scan, start) if not scan.at(start, Part.STRETCH) else None
    if whole is None or whole.first.day == whole.last.day:
        return None
    return _narrowed(part.key, whole)


def _narrowed(part: str, whole: _Dates) -> _Dates | None:
    first, last = whole.first, whole.last
    if first.year == last.year and first.month == last.month:
        return _Dates(Day(first.year, first.month, DAYS[part][0]), Day(last.year, last.month, DAYS[part][1]), whole.after)
    if first.year == last.year:
        return _Dates(Day(first.year, STRETCHES[part][0], 1), Day(last.year, STRETCHES[part][1], 31), whole.after)
    return whole


def _numeric(scan: Scan, place: int) -> _Dates | None:
    """04.07.2024, 2024-07-04, 04/07/2024; of the last only the year is kept where day and month could be exchanged."""
    pointed = POINTED.fullmatch(scan.tokens[place].key)
    if pointed:
        return _checked(_full_year(pointed[3]), int(pointed[2]), int(pointed[1]), place + 1)
    parts = [token.key for token in scan.tokens[place : place + 5]]
    if len(parts) < 5 or parts[1] != parts[3] or parts[1] not in "-/" or not all(scan.glued(place + n) for n in range(1, 5)):
        return None
    if not all(one.isdecimal() for one in parts[::2]):
        return None
    if len(parts[0]) == 4:
        return _checked(int(parts[0]), int(parts[2]), int(parts[4]), place + 5)
    return _slashed(int(parts[0]), int(parts[2]), parts[4], place + 5, american=scan.lexicon.language == "en")


def _slashed(day: int, month: int, year: str, after: int, *, american: bool) -> _Dates | None:
    if len(year) not in {2, 4}:
        return None
    if american and day <= 12 and month <= 12 and day != month:
        return _Dates(*_years(_full_year(year), _full_year(year)), after)
    return _checked(_full_year(year), *((day, month) if month > 12 else (month, day)), after)


def _full_year(written: str) -> int:
    return int(written) if len(written) == 4 else int(written) + (2000 if int(written) < 50 else 1900)


def _checked(year: int, month: int, day: int, after: int) -> _Dates | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return _Dates(Day(year, month, day), Day(year, month, day), after)


def _day_month(scan: Scan, place: int) -> _Dates | None:
    """4 July 2024, July 4, 4-6 July, July 2024, July alone."""
    days = _days(scan, place)
    at = days[2] if days else place
    named = month(scan, at) or (roman_month(scan, at) if days else None)
    if named is None:
        return None
    number, after = named
    if not days:
        days = _days_after(scan, after)
        after = days[2] if days else after
    year, end = year_of(scan, after)
    if days is None and not year and not surely_month(scan, place):
        return None
    first, last, _ = days or (1, 31, 0)
    return _Dates(Day(year, number, first), Day(year, number, last), end, ranged=bool(days) and first < last)


def _days(scan: Scan, place: int) -> tuple[int, int, int] | None:
    """The day or days before a month, and the token of the month."""
    first = _day(scan, place)
    if not first:
        return None
    at = first[1]
    link = 1 if scan.symbol(at, DASHES) else scan.word(at, "to") or scan.word(at, "and") or scan.word(at, "or")
    last = _day(scan, at + link + scan.word(at + link, "the")) if link else None
    if last and last[0] > first[0]:
        at = last[1]
    at += scan.word(at, "of") if scan.at(at, Part.MONTH) is None else 0
    at += 1 if at < len(scan.tokens) and scan.tokens[at].key in {"of", "день", "de"} else 0
    return first[0], last[0] if last and last[0] > first[0] else first[0], at


def _day(scan: Scan, place: int) -> tuple[int, int] | None:
    """A day of the month and the token after it: 4, 4th, 4., 4-го, the fourth."""
    if place >= len(scan.tokens):
        return None
    key = scan.tokens[place].key
    if key.isdecimal() and len(key) <= 2 and 1 <= int(key) <= 31:
        after = place + 1
        hyphen = 1 if scan.symbol(after, "-") and scan.glued(after) and scan.word(after + 1, "nth") else 0
        after += hyphen + (scan.word(after + hyphen, "nth") if scan.glued(after + hyphen) else 0)
        return int(key), after + (1 if scan.symbol(after, ".") and scan.glued(after) else 0)
    tens = scan.at(place, Part.NUMBER)
    ordinal = scan.at(place + 1, Part.ORDINAL) if tens and tens.key in {"20", "30"} and tens.length == 1 else None
    if tens and ordinal and int(ordinal.key) < 10:
        return int(tens.key) + int(ordinal.key), place + 1 + ordinal.length
    ordinal = scan.at(place, Part.ORDINAL)
    return (int(ordinal.key), place + ordinal.length) if ordinal else None


def _days_after(scan: Scan, place: int) -> tuple[int, int, int] | None:
    """The day behind a month, in English: July 4, July 4th-6th."""
    if scan.lexicon.language not in {"en", "ar"} or place >= len(scan.tokens) or not scan.tokens[place].key.isdecimal():
        return None
    first = _day(scan, place)
    if not first or scan.at(first[1], Part.UNIT) or scan.at(first[1], Part.SCALE):
        return None
    last = _day(scan, first[1] + 1) if scan.symbol(first[1], DASHES) else None
    return (first[0], last[0], last[1]) if last and last[0] > first[0] else (first[0], first[0], first[1])


def _season(scan: Scan, place: int) -> _Dates | None:
    """Summer 2024; a winter may begin or end in the year."""
    season = scan.at(place, Part.SEASON)
    year, after = year_of(scan, place + season.length) if season else (0, 0)
    if not season or not year:
        return None
    before, first, last = SEASONS[season.key]
    return _Dates(Day(year + before, first, 1), Day(year - before, last, 31), after)


def _quarter(scan: Scan, place: int) -> _Dates | None:
    """Q3 2024, the third quarter of 2024, III квартал 2024."""
    if scan.tokens[place].key == "q" and scan.glued(place + 1):
        number, at = scan.tokens[place + 1].key, place + 2
    else:
        ordinal = scan.at(place, Part.ORDINAL)
        number = ordinal.key if ordinal else str(roman(scan.tokens[place].text) or scan.tokens[place].key)
        at = place + (ordinal.length if ordinal else 1)
        at += 2 if scan.symbol(at, "-") and scan.word(at + 1, "nth") else 1 if scan.symbol(at, ".") else scan.word(at, "nth")
        quarter = scan.word(at, "quarter")
        at = at + quarter if quarter else -1
    year, after = year_of(scan, at) if at > 0 and number in {"1", "2", "3", "4"} else (0, 0)
    return _Dates(Day(year, int(number) * 3 - 2, 1), Day(year, int(number) * 3, 31), after) if year else None


def _year(scan: Scan, place: int) -> _Dates | None:
    found = year_at(scan, place)
    return _Dates(*_years(found[0], found[1]), found[2]) if found else None


def _years(first: int, last: int) -> tuple[Day, Day]:
    return Day(first, 1, 1), Day(last, 12, 31)
