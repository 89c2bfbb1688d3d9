"""Quantities in two units: a year and two months, 2 hours 30 minutes, trois euros quarante."""

from __future__ import annotations

from service.check.values.lexicon import Part
from service.check.values.model import Dimension, Unit
from service.check.values.numerals import Number, Scan, number

ADDED = {Dimension.TIME, Dimension.LENGTH, Dimension.MASS, Dimension.MONEY}
Sum = tuple[Number, Unit, int]


def summed(scan: Scan, first: Number, unit: Unit | None, after: int) -> Sum | None:
    """A number with what follows it in smaller units, in the smallest of them, and the token after it."""
    total: Sum | None = None
    while (
        unit and unit.dimension in ADDED and not first.scaled and (more := _half(scan, unit, after) or _smaller(scan, unit, after))
    ):
        first, unit, after = total = _added(first, unit, *more)
    return total


def one_and_more(scan: Scan, place: int) -> Sum | None:
    """A unit without a number that others follow: год и два месяца, ساعة ونصف."""
    found = scan.at(place, Part.UNIT)
    if not found or Unit[found.key.upper()].dimension is not Dimension.TIME or scan.before(place, Part.NUMBER):
        return None
    after = place + found.length
    joined = scan.word(after, "plus") or scan.word(after, "half_after")
    joined = joined or (scan.lexicon.language == "ar" and after < len(scan.tokens) and scan.tokens[after].key[0] == "و")
    return summed(scan, Number(1.0, 1.0, None, False, True, place), Unit[found.key.upper()], after) if joined else None


def in_a_word(scan: Scan, place: int) -> Sum | None:
    """How many of a unit one word says (two months in Arabic, полчаса, fortnight), and the token after it."""
    found = scan.at(place, Part.AMOUNT)
    if not found:
        return None
    amount, unit = found.key.split()
    after = place + found.length
    return Number(float(amount), 0.1 if float(amount) % 1 else 1.0, None, False, True, after), Unit[unit.upper()], after


def _half(scan: Scan, unit: Unit, after: int) -> Sum | None:
    length = scan.word(after, "half_after")
    return (Number(0.5, 0.1, None, False, True, after), unit, after + length) if length else None


def _smaller(scan: Scan, unit: Unit, after: int) -> Sum | None:
    at = after + (1 if scan.symbol(after, ",،") and unit.dimension is not Dimension.MONEY else scan.word(after, "plus"))
    if at >= len(scan.tokens):
        return None
    one = in_a_word(scan, at)
    if one:
        return one if _below(*one[:2], unit) else None
    more = number(scan, at)
    found = scan.at(more.after, Part.UNIT) if more and not more.scaled else None
    if more and found and _below(more, Unit[found.key.upper()], unit):
        return more, Unit[found.key.upper()], more.after + found.length
    bare = more and at == after and unit.dimension is Dimension.MONEY and _cents(scan, more)
    return (more, Unit.CENT, more.after) if more and bare else None


def _below(more: Number, small: Unit, unit: Unit) -> bool:
    """Whether an amount of a smaller unit is less than one of the larger: minutes below an hour."""
    return small.dimension is unit.dimension and small.factor < unit.factor and more.value * small.factor < unit.factor


def _cents(scan: Scan, more: Number) -> bool:
    """Whether a number behind a currency is its hundredths: trois euros quarante, 3 € 40."""
    counted = any(scan.at(more.after, part) for part in (Part.UNIT, Part.NOUN, Part.SCALE, Part.MONTH, Part.FRACTION))
    return 10 <= more.value < 100 and not more.value % 1 and not more.scaled and not counted


def _added(first: Number, unit: Unit, more: Number, small: Unit, after: int) -> tuple[Number, Unit, int]:
    whole = unit if unit.dimension is Dimension.MONEY else small
    value = first.value * unit.factor / whole.factor + more.value * small.factor / whole.factor
    return Number(value, more.step * small.factor / whole.factor, None, False, first.spelled, after), whole, after
