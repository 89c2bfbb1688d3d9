"""Times of day: 14:05, 18h30, 15.30 Uhr, в 17.30, 5 p.m."""

from __future__ import annotations

import re

from service.check.values.lexicon import Part
from service.check.values.model import Clock
from service.check.values.numerals import Scan

POINTED = re.compile(r"([0-9]{1,2})\.([0-5][0-9])")


def clocks(scan: Scan, used: set[int]) -> list[Clock]:
    """The times of day; their tokens are added to `used`."""
    found = []
    for place in range(len(scan.tokens)):
        if place in used or not scan.tokens[place].is_number:
            continue
        read = _clock(scan, place)
        if read:
            used.update(range(place, read[2]))
            if read[0] >= 0:
                found.append(Clock(scan.tokens[place].start, scan.tokens[read[2] - 1].end, read[0], read[1]))
    return found


def _clock(scan: Scan, place: int) -> tuple[int, bool, int] | None:
    """Minutes from midnight (-1 for what is no time), whether the half of the day is unknown, and the token after it."""
    written = _written(scan, place)
    if written is None:
        return None
    hour, minute, after = written
    evening, morning = scan.word(after, "pm"), scan.word(after, "am")
    named = evening or morning or scan.word(after, "clock")
    if hour > 24 or minute > 59 or minute < 0 or not (named or _is_told(scan, place, after)):
        return None
    while scan.symbol(after, ":") and scan.glued(after) and scan.glued(after + 1):
        after += 2
    if evening and hour < 12:
        hour += 12
    return hour % 24 * 60 + minute, hour <= 12 and not (evening or morning), after + (named or scan.word(after, "hours"))


def _written(scan: Scan, place: int) -> tuple[int, int, int] | None:
    """Hour and minute (-1 for what is none) that may be told, and the token after them: 14, 14:05, 18 h 30, 15.30, 6-й."""
    key, after = scan.tokens[place].key, place + 1
    pointed = POINTED.fullmatch(key)
    if pointed:
        return int(pointed[1]), int(pointed[2]), after
    if not key.isdecimal():
        return None
    if scan.symbol(after, "-") and scan.glued(after) and scan.word(after + 1, "nth"):
        return int(key[:3]), 0, after + 2
    spaced = scan.lexicon.language == "fr" and scan.symbol(after, "h")
    if spaced or (scan.glued(after) and scan.tokens[after].key in ":h"):
        behind = scan.tokens[after + 1] if after + 1 < len(scan.tokens) else None
        if behind and len(behind.key) == 2 and (spaced or behind.glued) and not scan.at(after + 2, Part.UNIT):
            return int(key[:3]), int(behind.key) if behind.key.isdecimal() else -1, after + 2
        if spaced and scan.word_before(place, "at"):
            return int(key[:3]), 0, after + 1
    return int(key[:3]), 0, after


def _is_told(scan: Scan, place: int, after: int) -> bool:
    """Whether what stands before or behind digits makes a time of them, or a mark does: 14:05, o godz. 15, в 17.30."""
    if (after > place + 1 and not scan.symbol(place + 1, "-")) or scan.word_before(place, "hour_before"):
        return True
    counted = any(scan.at(after, part) for part in (Part.UNIT, Part.SCALE, Part.NOUN, Part.MONTH))
    pointed = POINTED.fullmatch(scan.tokens[place].key) is not None
    return pointed and bool(scan.word(after, "hours") or (scan.word_before(place, "at") and not counted))
