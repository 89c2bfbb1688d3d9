"""Parts: half of, a third of an hour, a quarter of a million, two in five, every third."""

from __future__ import annotations

from service.check.values.beside import Found, hedged, unit_behind
from service.check.values.lexicon import Part
from service.check.values.model import Quantity, Unit
from service.check.values.numerals import Number, Scan, number

PER_CENT_OF_A_PART = 5.0
RATE = 1000
# Of how many a share is told; other numbers are rather a score, a size or an amount of something else.
WHOLES = {*range(2, 11), 12, 20, 25, 50, 100, 1000, 10_000, 100_000, 1_000_000}


def share(scan: Scan, place: int) -> Found | None:
    """A part that is told in words or by two numbers, in percent or in the unit behind it."""
    return _fraction(scan, place) or _one_of(scan, place) or _every(scan, place)


def half_unit(scan: Scan, place: int) -> Found | None:
    """Half an hour, pół godziny; a quarter century, a quarter million."""
    half, quarter = scan.word(place, "half_before"), scan.word(place, "quarter_before")
    after = place + (half or quarter)
    after += 1 if scan.symbol(after, "-") and scan.glued(after) else 0
    measure = _measure(scan, after) if half or quarter else None
    if half:
        return _part_of_unit(scan, place, 0.5, *measure) if measure else None
    scale = scan.at(after, Part.SCALE) if quarter else None
    if scale:
        return _part_of_scale(scan, place, 0.25, float(scale.key), after + scale.length)
    fits = measure and measure[0] is not Unit.YEAR and not scan.before(place, Part.ORDINAL)
    return _part_of_unit(scan, place, 0.25, *measure) if measure and fits else None


def _fraction(scan: Scan, place: int) -> Found | None:
    part = scan.at(place, Part.FRACTION)
    if not part or scan.before(place, Part.ORDINAL) or (scan.before(place, Part.NUMBER) and part.length == 1):
        return None
    after, joined = place + part.length, scan.word_before(place, "and") > 0
    whole = after + scan.word(after, "of")
    whole += scan.word(whole, "a")
    scale, measure = scan.at(whole, Part.SCALE), _measure(scan, whole)
    if joined and (scale or measure or scan.at(after, Part.ORDINAL)):
        return Found(None, after)
    if scale:
        return _part_of_scale(scan, place, float(part.key), float(scale.key), whole + scale.length)
    if measure:
        return _part_of_unit(scan, place, float(part.key), *measure)
    if joined or scan.at(after, Part.ORDINAL):
        return None
    return _percent(scan, place, after, float(part.key) * 100, PER_CENT_OF_A_PART)


def _part_of_scale(scan: Scan, place: int, part: float, scale: float, after: int) -> Found:
    unit, after = unit_behind(scan, after, scaled=True)
    value = Quantity(
        scan.tokens[place].start, scan.tokens[after - 1].end, part * scale, part * scale, scale / 100, scaled=True, unit=unit
    )
    return Found(hedged(scan, place, after, value), after)


def _part_of_unit(scan: Scan, place: int, part: float, unit: Unit, after: int) -> Found:
    value = Quantity(scan.tokens[place].start, scan.tokens[after - 1].end, part, part, 0.1, unit=unit)
    return Found(hedged(scan, place, after, value), after)


def _measure(scan: Scan, place: int) -> tuple[Unit, int] | None:
    """The unit at a place, and the token after it; a century is one, too."""
    unit, noun = scan.at(place, Part.UNIT), scan.at(place, Part.NOUN)
    if unit:
        return Unit[unit.key.upper()], place + unit.length
    return (Unit.CENTURY, place + noun.length) if noun and noun.key == "century" else None


def _percent(scan: Scan, place: int, after: int, share: float, step: float) -> Found:
    value = Quantity(scan.tokens[place].start, scan.tokens[after - 1].end, share, share, step, unit=Unit.PERCENT)
    return Found(hedged(scan, place, after, value), after)


def _one_of(scan: Scan, place: int) -> Found | None:
    """Four in ten, 4 на 10, one claim in every three, 15 cases per 100,000."""
    part = number(scan, place)
    if part is None or part.scaled or not part.value:
        return None
    at = _link(scan, part)
    whole = number(scan, at) if at and at < len(scan.tokens) else None
    if whole is None or whole.value not in WHOLES or part.value >= whole.value or _goes_on(scan, whole.after):
        return None
    apart = not (scan.word(part.after, "out_of") or scan.word(part.after, "out_of_every"))
    if whole.value < RATE and (part.value % 1 or (apart and part.value > 1 and not _sure(scan, at))):
        return None
    hundredth = 100 / whole.value
    return _percent(scan, place, whole.after, part.value * hundredth, min(part.step, 1.0) * hundredth)


def _goes_on(scan: Scan, after: int) -> bool:
    """Whether a number is that of a unit, a day, or the first of a range."""
    return bool(scan.at(after, Part.UNIT) or scan.at(after, Part.MONTH) or scan.word(after, "to") or scan.symbol(after, "-–:/"))


def _sure(scan: Scan, after: int) -> bool:
    return scan.word_before(after, "out_of_every") > 0


def _link(scan: Scan, part: Number) -> int:
    """The token behind the words for `out of`, before which may stand up to two words for what is counted."""
    for at in range(part.after, min(part.after + 3, len(scan.tokens))):
        length = scan.word(at, "out_of_every") or scan.word(at, "out_of")
        if length:
            return at + length
        if not scan.tokens[at].is_word or scan.at(at, Part.UNIT):
            return 0
    return 0


def _every(scan: Scan, place: int) -> Found | None:
    """Every third, каждый второй, jeder fünfte; not where a time follows (every third day)."""
    ordinal = scan.at(place, Part.ORDINAL)
    if not ordinal or not scan.word_before(place, "every") or not 1 < int(ordinal.key) <= 10 or _measure(scan, place):
        return None
    after = place + ordinal.length
    return None if _measure(scan, after) else _percent(scan, place, after, 100 / int(ordinal.key), PER_CENT_OF_A_PART)
