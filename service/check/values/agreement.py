"""Whether two figures can both be true of one thing, within what they state."""

from __future__ import annotations

from itertools import product

import msgspec

from service.check.values.model import (
    Bound,
    Clock,
    Day,
    Dimension,
    Label,
    Openness,
    Ordinal,
    Period,
    Quantity,
    Unit,
    Value,
    tolerance,
)

# Measured on numbers-made and the translations beside it (see compare.py): how far `about` may be off, how far where both texts
# say it, and how far above a lower bound (below an upper one) a number may lie and still be what the bound was said of.
ABOUT = 0.1
BOTH_ABOUT = 0.05
FAR = 1.5
# How far apart two lower (or two upper) bounds may be and still be said of one number.
NEAR_BOUNDS = 1.25
# Measures that people name by each other's units: 160 km for 160 km/h. Between 18,806 translations a number has another unit in 2.
CONFUSED = ({Dimension.LENGTH, Dimension.SPEED}, {Dimension.POWER, Dimension.ENERGY})
# Units that one word may mean: pounds, degrees, roubles.
SAME_NAME = ({Unit.POUND, Unit.GBP}, {Unit.DEGREE, Unit.CELSIUS}, {Unit.DEGREE, Unit.FAHRENHEIT}, {Unit.RUB, Unit.BYN})
UPPER = {Bound.MOST, Bound.LESS}
LOWER = {Bound.LEAST, Bound.MORE}


def agrees(one: Value, other: Value) -> bool:
    """Whether two figures can both be true of one thing, within what they state."""
    match one, other:
        case Quantity(), Quantity():
            return _quantities_agree(one, other)
        case Period(), Period():
            return _periods_agree(one, other)
        case Ordinal(), Ordinal():
            return one.place == other.place
        case Label(), Label():
            return one.number == other.number
        case Clock(), Clock():
            return (one.minutes - other.minutes) % (720 if one.halves or other.halves else 1440) == 0
    return False


def excludes(one: Value, other: Value) -> bool:
    """Whether two figures of one kind cannot both be true of one thing; bounds that are merely far off exclude nothing."""
    if agrees(one, other):
        return False
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        if min(one.low, other.low) < 0 and not {one.bound, other.bound} <= {Bound.EXACT, Bound.ABOUT}:
            return False  # more than 20 degrees below zero is less
        return not (_holds(one, other) or _holds(other, one) or _both_hold(one, other))
    return True


def _holds(one: Quantity, other: Quantity) -> bool:
    """Whether an upper or lower bound allows a value that is stated without one."""
    if other.bound in UPPER | LOWER or one.unit is not other.unit:
        return False
    return (one.bound in LOWER and other.high >= one.low) or (one.bound in UPPER and other.low <= one.high)


def _both_hold(one: Quantity, other: Quantity) -> bool:
    """Whether two lower bounds, or two upper ones, are near enough to be said of one number: over 250, more than 300."""
    same = {one.bound, other.bound} <= LOWER or {one.bound, other.bound} <= UPPER
    return same and one.unit is other.unit and max(one.high, other.high) <= NEAR_BOUNDS * min(one.low, other.low)


def _quantities_agree(one: Quantity, other: Quantity) -> bool:
    if any(share.whole and bare.unit is None for share, bare in ((one, other), (other, one))):
        return any(bare.low == bare.high and bare.low in _told(share) for share, bare in ((one, other), (other, one)))
    if not (comparable(one.unit, other.unit) or unstated(one, other) or _spans(one.unit, other.unit)):
        return False
    if Unit.DEGREE in (one.unit, other.unit) and one.unit is not other.unit:
        return any(_near(_in_degrees(one, unit), _in_degrees(other, unit)) for unit in (Unit.CELSIUS, Unit.FAHRENHEIT))
    if one.per and other.per and one.per is not other.per:
        return one.per.dimension is other.per.dimension and _rates_agree(one, other)
    another = one.unit is not other.unit and {one.unit, other.unit} not in SAME_NAME
    if another and _money(one.unit) and _money(other.unit) and Unit.CENT not in (one.unit, other.unit):
        return False
    return _near(one, other)


def _in_degrees(quantity: Quantity, unit: Unit) -> Quantity:
    """A quantity, whose bare degrees are those of a scale."""
    return msgspec.structs.replace(quantity, unit=unit) if quantity.unit is Unit.DEGREE else quantity


def _near(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities of one measure are near enough, in any of their readings."""
    readings = product(_readings(one), _readings(other))
    return any(_read_near(one, other, *ours, *theirs) for ours, theirs in readings)


def _told(share: Quantity) -> tuple[float, ...]:
    """Both numbers of four in ten."""
    return (round(share.low * share.whole / 100, 6), share.whole) if share.whole else ()


def _rates_agree(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities of different things each (a month, a year) come to the same: 70 cents per kWh, 700 euros per MWh."""
    if (one.unit is None) is not (other.unit is None):
        return False
    ours, theirs = ((side.low * _worth(side.unit) / _worth(side.per), side) for side in (one, other))
    share = max(tolerance(side, converted=True) / side.high if side.high else 0.0 for _, side in (ours, theirs))
    return abs(ours[0] - theirs[0]) <= share * max(ours[0], theirs[0]) + 1e-12


def _worth(unit: Unit | None) -> float:
    return unit.factor if unit else 1.0


def _readings(quantity: Quantity) -> list[tuple[float, float]]:
    readings = [(quantity.low, quantity.high)]
    return readings if quantity.other is None else [*readings, (quantity.other, quantity.other)]


def _read_near(one: Quantity, other: Quantity, low: float, high: float, other_low: float, other_high: float) -> bool:
    converted = _converted(one, other)
    ours = _interval(one, low, high, converted=converted, against=other)
    theirs = _interval(other, other_low, other_high, converted=converted, against=one)
    if low < high and other_low < other_high and one.bound is other.bound:
        return _meet(one, other, low, other_low) and _meet(one, other, high, other_high)
    return (ours[0] <= theirs[3] + 1e-9 and theirs[2] <= ours[1] + 1e-9) or (
        theirs[0] <= ours[3] + 1e-9 and ours[2] <= theirs[1] + 1e-9
    )


def _converted(one: Quantity, other: Quantity) -> bool:
    """Whether two units of one measure are told in base units."""
    return bool(one.unit and other.unit and one.unit.dimension is other.unit.dimension and one.unit is not other.unit)


def _meet(one: Quantity, other: Quantity, value: float, other_value: float) -> bool:
    """Whether two ends of ranges are the same within what both state."""
    converted = _converted(one, other)
    units = (one.unit, other.unit) if converted else (None, None)
    ours, theirs = (unit.base(end) if unit else end for unit, end in zip(units, (value, other_value), strict=True))
    factors = (unit.factor if unit else 1.0 for unit in units)
    slacks = [tolerance(side, converted=converted) * factor for side, factor in zip((one, other), factors, strict=True)]
    return abs(ours - theirs) <= max(slacks) + 1e-9


def _interval(
    quantity: Quantity, low: float, high: float, *, converted: bool, against: Quantity
) -> tuple[float, float, float, float]:
    """What a quantity allows (first and last), and its own ends, in base units."""
    slack = tolerance(quantity, converted=converted) * (high / quantity.high if quantity.high else 1.0)
    bound = quantity.bound
    alike = bound is not Bound.EXACT and against.bound not in {Bound.EXACT, Bound.ABOUT}
    share = BOTH_ABOUT if against.bound is Bound.ABOUT else ABOUT
    about = max(slack, abs(high) * share) if bound is Bound.ABOUT and not alike else slack
    lowest = high / FAR if bound in UPPER and not alike else low - about
    highest = low * FAR if bound in LOWER and not alike else high + about
    if quantity.unit is None or not converted:
        return lowest, highest, low, high
    base = quantity.unit.base
    return base(lowest), base(highest), base(low), base(high)


def _periods_agree(one: Period, other: Period) -> bool:
    """Whether two periods share a day; two that both say since (or until) when, share one in what they name."""
    if not one.first.year or not other.first.year:
        return _seasons_agree(one, other)
    alike = one.openness is other.openness
    first, last = (one.first, one.last) if alike else _opened(one)
    other_first, other_last = (other.first, other.last) if alike else _opened(other)
    return first <= other_last and other_first <= last


def _opened(period: Period) -> tuple[Day, Day]:
    first = Day(-99999, 1, 1) if period.openness is Openness.UNTIL else period.first
    return first, Day(99999, 12, 31) if period.openness is Openness.SINCE else period.last


def _seasons_agree(one: Period, other: Period) -> bool:
    """Whether two periods share a day of the year, where at least one has no year."""
    if any(period.openness is not Openness.CLOSED or period.last.year > period.first.year for period in (one, other)):
        return one.openness is not other.openness or _days_meet(one, other)
    return _days_meet(one, other)


def _days_meet(one: Period, other: Period) -> bool:
    first, last = (one.first.month, one.first.day), (one.last.month, one.last.day)
    return first <= (other.last.month, other.last.day) and (other.first.month, other.first.day) <= last


def comparable(one: Unit | None, other: Unit | None) -> bool:
    """Whether two units measure the same; spans of time only in the same unit."""
    if one is None or other is None or one is other:
        return one is other
    return one.dimension is other.dimension is not Dimension.TIME or {one, other} in SAME_NAME


def _spans(one: Unit | None, other: Unit | None) -> bool:
    return one is not None and other is not None and one.dimension is other.dimension is Dimension.TIME


def _money(unit: Unit | None) -> bool:
    return unit is not None and unit.dimension is Dimension.MONEY


def opposable(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities can be held against each other: of one measure and for each of one thing, or of another unit only."""
    if one.per and other.per and one.per is not other.per:
        return one.per.dimension is other.per.dimension and one.unit is other.unit and _other_unit_only(one, other)
    if comparable(one.unit, other.unit) or unstated(one, other):
        return True
    if one.unit is None or other.unit is None or {one.unit.dimension, other.unit.dimension} in CONFUSED:
        return False
    return _other_unit_only(one, other)


def _other_unit_only(one: Quantity, other: Quantity) -> bool:
    """Whether the same number is said of another unit: three weeks, three days; two hryvnias, two per cent."""
    return (one.low, one.high) == (other.low, other.high)


def unstated(one: Quantity, other: Quantity) -> bool:
    """Whether one of two numbers has neither unit nor noun, so that the other's may be meant: `died at the age of 54`."""
    return any(
        bare.unit is None and not bare.nouns and full.unit is not None and not full.whole
        for bare, full in ((one, other), (other, one))
    )
