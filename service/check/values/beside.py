"""What stands beside a number: its unit, for what each it is, what hedges it, and the words for what is counted."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from service.check.values.lexicon import Meaning, Part
from service.check.values.model import Bound, Dimension, Label, Ordinal, Quantity, Unit
from service.check.values.numerals import Scan

STOPS = '.;:!?()«»"“”—'
MINUS = "-−–"
NOUNS = 3
NOUN_LETTERS = 4
STEM = 5


class Found(NamedTuple):
    """A figure, or none, and the token at which to go on."""

    value: Quantity | Ordinal | Label | None
    after: int


def unit_behind(scan: Scan, place: int, *, scaled: bool) -> tuple[Unit | None, int]:
    """The unit behind a number, and the token after it."""
    at = place + (1 if scan.symbol(place, "-") and scan.glued(place) and scan.glued(place + 1) else 0)
    at += scan.word(at, "of") if scaled else 0
    found = scan.at(at, Part.UNIT)
    if not found:
        return None, place
    return Unit[found.key.upper()], at + found.length


def hundreds(scan: Scan, place: int) -> bool:
    """Whether a word at a place says hundreds or thousands, of which several may be meant."""
    found = scan.at(place, Part.NUMBER)
    return bool(scan.at(place, Part.SCALE) or (found and found.key in {"100", "1000"}))


def below_zero(scan: Scan, place: int, after: int, unit: Unit | None, low: float, high: float) -> tuple[float, float]:
    """Both ends of a temperature: -5 °C, minus 5 degrees, 5 degrees below zero. Of a share, -5 % may be told as a fall by 5 %."""
    if unit is None or unit.dimension not in {Dimension.TEMPERATURE, Dimension.ANGLE}:
        return low, high
    minus = scan.word_before(place, "minus") and not scan.before(place, Part.BOUND)  # au moins is a bound
    if minus or scan.word(after, "below_zero"):
        return -high, -low
    signed = scan.symbol(place - 1, MINUS) and scan.glued(place) and not scan.glued(place - 1)
    return (-low, high if high > low else -low) if signed else (low, high)


def hedged(scan: Scan, place: int, after: int, value: Quantity) -> Quantity:
    """The quantity with the bound told before or behind it, and the nouns behind it."""
    article = scan.word_before(place, "a") or scan.word_before(place, "the")
    before = scan.before(place, Part.BOUND) or scan.before(place - article, Part.BOUND)
    behind = scan.at(after, Part.BOUND)
    bound = Bound.EXACT
    if before and not before.key.endswith("_after"):
        bound = Bound(before.key)
    if behind and behind.key.endswith("_after"):
        bound, after = Bound(behind.key.removesuffix("_after")), after + behind.length
    if bound is Bound.EXACT and any(scan.word(at, "roughly") for at in range(max(place, 0), after)):
        bound = Bound.ABOUT
    start = scan.tokens[place].start if place >= 0 and value.start > scan.tokens[place].start else value.start
    return msgspec.structs.replace(value, start=start, bound=bound, nouns=nouns(scan, after), per=_each(scan, after))


def _each(scan: Scan, place: int) -> Unit | None:
    """For each of what a number is, told within the words behind it: 5 euros a month, 70 cents per kilowatt hour, 200 daily."""
    for at in range(place, min(place + NOUNS, len(scan.tokens))):
        if scan.tokens[at].key in STOPS or scan.tokens[at].is_number:
            return None
        each = scan.at(at, Part.RATE) or _per(scan, at, glued=at == place)
        if each:
            return Unit[each.key.upper()]
    return None


def _per(scan: Scan, place: int, *, glued: bool) -> Meaning | None:
    """The unit behind a word for `per`; behind an article only one of things: 70 centimes le kilowattheure."""
    link = scan.word(place, "per") or (1 if glued and scan.symbol(place, "/") else 0)
    article = 0 if link else scan.word(place, "the")
    if link or article:
        unit = scan.at(place + (link or article), Part.UNIT)
        return unit if unit and (link or Unit[unit.key.upper()].dimension is not Dimension.TIME) else None
    joined = scan.lexicon.language == "ar" and scan.tokens[place].key.startswith("لل")
    return scan.at(place, Part.UNIT) if joined else None


def nouns(scan: Scan, place: int) -> tuple[str, ...]:
    """The beginnings of up to three words behind a figure, in its clause; the lexicon's name for those it knows."""
    found: list[str] = []
    for at in range(place, min(place + NOUNS, len(scan.tokens))):
        token = scan.tokens[at]
        if token.key in STOPS or token.is_number:
            break
        known = scan.at(at, Part.NOUN)
        if known:
            found.append(known.key)
        elif token.is_word and len(token.key) >= NOUN_LETTERS:
            found.append(token.key[:STEM])
    return tuple(found)


def noun_before(scan: Scan, place: int) -> tuple[str, ...]:
    """The word before a figure, as `nouns` has it."""
    known = scan.before(place, Part.NOUN)
    if known:
        return (known.key,)
    return (scan.tokens[place - 1].key[:STEM],) if place and len(scan.tokens[place - 1].key) >= NOUN_LETTERS else ()
