"""Numbers in digits, with marks between thousands and before decimals."""

from __future__ import annotations

import re

LONGEST_NUMBER = 18
SPACES = re.compile("[ \u00a0\u202f\u2009'’]")


def digits(written: str, group: str) -> tuple[float, float, float | None] | None:
    """The value of a number in digits, the worth of its last digit and its other reading; None for codes, dates and versions.

    A lone separator before three digits may part thousands or decimals: `group` says which the language writes for thousands. That
    one parts no decimals that end with a zero: 31,000 is not 31.
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
    if marks[0] == group:
        return whole, zeros(head + tail), None if tail.endswith("0") else decimal
    return decimal, 0.001, whole


def _ungrouped(written: str, mark: str) -> str:
    """Digits without the marks between their groups; empty where a group has not three digits."""
    first, *groups = written.split(mark)
    return "".join([first, *groups]) if 0 < len(first) <= 3 and all(len(one) == 3 and one.isdecimal() for one in groups) else ""


def _whole(written: str) -> tuple[float, float, None] | None:
    return (float(written), zeros(written), None) if written.isdecimal() else None


def _decimal(head: str, tail: str) -> tuple[float, float, None] | None:
    return (float(f"{head}.{tail}"), 10.0 ** -len(tail), None) if head.isdecimal() and tail.isdecimal() else None


def zeros(written: str) -> float:
    """What the last digit that is no zero is worth."""
    return 10.0 ** (len(written) - len(written.rstrip("0"))) if written.strip("0") else 1.0
