"""Times of day: 14:05, 18h30, 5 p.m."""

from __future__ import annotations

from service.check.values.model import Clock
from service.check.values.numerals import Scan


def clocks(scan: Scan, used: set[int]) -> list[Clock]:
    """The times of day; their tokens are added to `used`."""
    found = []
    for place in range(len(scan.tokens)):
        if place in used or not scan.tokens[place].key.isdecimal():
            continue
        read = _clock(scan, place)
        if read:
            used.update(range(place, read[2]))
            if read[0] >= 0:
                found.append(Clock(scan.tokens[place].start, scan.tokens[read[2] - 1].end, read[0], read[1]))
    return found


def _clock(scan: Scan, place: int) -> tuple[int, bool, int] | None:
    """Minutes from midnight (-1 for what is no time), whether the half of the day is unknown, and the token after it."""
    hour, minute, after = int(scan.tokens[place].key[:3]), 0, place + 1
    if scan.glued(after) and scan.tokens[after].key in ":h" and scan.glued(after + 1) and len(scan.tokens[after + 1].key) == 2:
        minute, after = _two(scan, after + 1), after + 2
    evening, morning = scan.word(after, "pm"), scan.word(after, "am")
    named = evening or morning or scan.word(after, "clock")
    if hour > 24 or minute > 59 or minute < 0 or not (after > place + 1 or named):
        return None
    while scan.symbol(after, ":") and scan.glued(after) and scan.glued(after + 1):
        after += 2
    if evening and hour < 12:
        hour += 12
    return hour % 24 * 60 + minute, hour <= 12 and not (evening or morning), after + named


def _two(scan: Scan, place: int) -> int:
    key = scan.tokens[place].key
    return int(key) if key.isdecimal() else -1
