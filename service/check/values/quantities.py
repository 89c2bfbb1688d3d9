"""Quantities, ordinals and labels among the tokens of a text."""

from __future__ import annotations

import re

from service.check.values.beside import MINUS, STEM, Found, below_zero, hedged, hundreds, noun_before, nouns, unit_behind
from service.check.values.compounds import in_a_word, one_and_more, summed
from service.check.values.lexicon import ARABIC_JOINED, Part
from service.check.values.model import Dimension, Label, Ordinal, Quantity, Unit
from service.check.values.numerals import CURRENCY, DASHES, Number, Scan, number
from service.check.values.shares import every, half_unit, share
from service.check.values.tokens import roman

LABEL = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,2})?")


def quantities(scan: Scan, used: set[int]) -> list[Quantity | Ordinal | Label]:
    """The quantities, ordinals and labels among the tokens that are not used."""
    found: list[Quantity | Ordinal | Label] = []
    place = 0
    while place < len(scan.tokens):
        read = _figure(scan, place) if place not in used and scan.may_begin(place) else None
        if read and read.value:
            found.append(read.value)
        place = max(read.after, place + 1) if read else place + 1
    return found


def _figure(scan: Scan, place: int) -> Found | None:
    token = scan.tokens[place]
    if token.is_number and scan.glued(place):
        label = _label_glued(scan, place)
        if label:
            return label
    return _label(scan, place) or every(scan, place) or _ordinal(scan, place) or share(scan, place) or _quantity(scan, place)


def _label_glued(scan: Scan, place: int) -> Found | None:
    """The number of a name (F-16, COVID-19, MH17), or of a longer code."""
    at = place - 1
    if scan.symbol(at, "-–") and scan.glued(at):
        at -= 1
    before = scan.tokens[at]
    if before.key in ARABIC_JOINED or (before.is_word and before.key in CURRENCY):
        return None
    if before.is_word:
        after = _behind_code(scan, place)
        key = scan.tokens[place].key
        value = (
            Label(before.start, scan.tokens[after - 1].end, float(key), (before.key,)) if key.isdecimal() and len(key) < 7 else None
        )
        return Found(value, after)
    coded = (before.is_number and at == place - 2) or before.key in "#/:._"
    return Found(None, _behind_code(scan, place)) if coded else None


def _behind_code(scan: Scan, place: int) -> int:
    after = place + 1
    while scan.glued(after) and (scan.tokens[after].is_number or scan.tokens[after].is_word or scan.symbol(after, "-/")):
        after += 1
    return after


def _label(scan: Scan, place: int) -> Found | None:
    """Article 5, Boeing 737, № 4."""
    token = scan.tokens[place]
    length = scan.word_before(place, "label") if LABEL.fullmatch(token.key) else 0
    if not length or scan.at(place + 1, Part.SCALE):
        return None
    start = scan.tokens[place - length]
    return Found(Label(start.start, token.end, float(token.key), (start.key[:STEM],)), _behind_code(scan, place))


def _ordinal(scan: Scan, place: int) -> Found | None:
    """The third, the twenty-first, 3-й, 20th, 3., XX."""
    read = _ordinal_word(scan, place) or _ordinal_digits(scan, place) or _ordinal_roman(scan, place)
    if not read:
        return None
    nouns = _ordered(scan, place, read[1])
    return Found(Ordinal(scan.tokens[place].start, scan.tokens[read[1] - 1].end, read[0], nouns), read[1])


def _ordered(scan: Scan, place: int, after: int) -> tuple[str, ...]:
    """What an ordinal counts: the words behind it; a century in any place; what stands before a Roman numeral (Henry II)."""
    behind, before = nouns(scan, after)[:2], noun_before(scan, place)
    if "century" in (*behind, *before):
        return ("century",)
    return (before or behind) if roman(scan.tokens[place].text) else (behind or before)


def _ordinal_word(scan: Scan, place: int) -> tuple[int, int] | None:
    one = scan.at(place, Part.ORDINAL)
    if one:
        return int(one.key), place + one.length
    tens = scan.at(place, Part.NUMBER)
    if not tens or not tens.key.endswith("0") or len(tens.key) != 2:
        return None
    at = place + tens.length
    at += 1 if scan.symbol(at, "-") and scan.glued(at) else 0
    one = scan.at(at, Part.ORDINAL)
    return (int(tens.key) + int(one.key), at + one.length) if one and int(one.key) < 10 and one.length == 1 else None


def _ordinal_digits(scan: Scan, place: int) -> tuple[int, int] | None:
    key, after = scan.tokens[place].key, place + 1
    if not key.isdecimal() or len(key) > 4:
        return None
    if scan.symbol(after, "-") and scan.glued(after) and scan.glued(after + 1) and scan.word(after + 1, "nth"):
        return int(key), after + 2
    if scan.glued(after) and scan.word(after, "nth"):
        return int(key), after + scan.word(after, "nth")
    pointed = scan.lexicon.language in {"de", "pl"} and len(key) < 3 and scan.symbol(after, ".") and scan.glued(after)
    follows = pointed and after + 1 < len(scan.tokens) and scan.tokens[after + 1].is_word and not scan.glued(after + 1)
    sentence = follows and scan.lexicon.language == "pl" and scan.tokens[after + 1].text[0].isupper()
    return (int(key), after + 1) if follows and not sentence else None


def _ordinal_roman(scan: Scan, place: int) -> tuple[int, int] | None:
    token = scan.tokens[place]
    value = roman(token.text) if token.is_word and len(token.text) < 9 else 0
    century = value and ("century" in nouns(scan, place + 1) or "century" in noun_before(scan, place))
    return (
        (value, place + 1)
        if value and (century or (len(token.text) > 1 and value > 1 and token.text not in {"XI", "IV", "VI", "XX", "XXX"}))
        else None
    )


def _quantity(scan: Scan, place: int) -> Found | None:
    """A number, or two for a range, with what hedges it before and behind and its unit."""
    if _is_score(scan, place):
        return Found(None, place + 3)
    first = number(scan, place)
    if first and scan.word_before(place, "vague") and hundreds(scan, place):
        return Found(None, first.after)
    if first is None:
        return _unnumbered(scan, place) or (Found(None, place + 1) if scan.tokens[place].is_number else None)
    unit, after = unit_behind(scan, first.after, scaled=first.scaled)
    both = None if scan.word_before(place, "between") else summed(scan, first, unit, after)
    if both:
        return _in_one(scan, place, *both)
    second, unit, after = _second(scan, place, first, unit, after)
    money = _sign_before(scan, place)
    unit = unit if unit and unit.dimension is Dimension.MONEY else money or unit
    if _no_quantity(scan, first, second, unit, after):
        return Found(None, _behind_code(scan, after - 1) if scan.glued(after) and scan.tokens[after].is_word else after)
    low, high = below_zero(scan, place, after, unit, *_ends(first, second))
    value = Quantity(
        scan.tokens[place - 1 if low < 0 and scan.symbol(place - 1, MINUS) else place].start,
        scan.tokens[after - 1].end,
        low,
        high,
        (second or first).step,
        scaled=(second or first).scaled,
        unit=unit,
        other=None if second else first.other,
    )
    before = 1 if money else scan.word_before(place, "minus") if low < 0 else 0
    return Found(hedged(scan, place - before, after, value), after)


def _is_score(scan: Scan, place: int) -> bool:
    """Whether two numbers count nothing: 1/8 final, 24/7, 2:1, and 3-2, which is no range."""
    both = [token.key for token in scan.tokens[place : place + 3]]
    if len(both) < 3 or not (scan.glued(place + 1) and scan.glued(place + 2) and scan.tokens[place + 2].is_number):
        return False
    if both[1] in "/:":
        return True
    short = both[1] in DASHES and both[0].isdecimal() and both[2].isdecimal() and len(both[0]) < 3
    ends = not any(scan.at(place + 3, part) for part in (Part.UNIT, Part.SCALE, Part.NOUN)) and not scan.glued(place + 3)
    return short and ends and int(both[2]) <= int(both[0])


def _unnumbered(scan: Scan, place: int) -> Found | None:
    """Half an hour; a year and two months, where no word says `a`; two years, where one word says it."""
    both, one = one_and_more(scan, place), in_a_word(scan, place)
    if one:
        return _in_one(scan, place, *(summed(scan, *one) or one))
    return _in_one(scan, place, *both) if both else half_unit(scan, place)


def _in_one(scan: Scan, place: int, amount: Number, unit: Unit, after: int) -> Found:
    value = Quantity(scan.tokens[place].start, scan.tokens[after - 1].end, amount.value, amount.value, amount.step, unit=unit)
    return Found(hedged(scan, place, after, value), after)


def _ends(first: Number, second: Number | None) -> tuple[float, float]:
    """Both ends of a range; the scale word behind the second counts for both: from 3 to 5 thousand."""
    if second is None:
        return first.value, first.value
    if second.scaled and not first.scaled and first.value < 1000:
        scale = next((scale for scale in (1e12, 1e9, 1e6, 1e3) if second.value >= scale), 1.0)
        return first.value * scale, second.value
    return first.value, second.value


def _second(scan: Scan, place: int, first: Number, unit: Unit | None, after: int) -> tuple[Number | None, Unit | None, int]:
    """The end of a range, where there is one: 3-5, from 3 to 5, between 3 and 5, two or three."""
    glued = scan.symbol(after, DASHES) and (scan.glued(after + 1) == scan.glued(after))
    before = 1 if scan.symbol(place - 1, "$€£") else scan.word_before(place, "the")
    between = scan.both(after) if scan.word_before(place - before, "between") else 0
    link = 1 if glued else between or scan.word(after, "to") or (0 if unit else scan.word(after, "or"))
    at = after + link
    at += 1 if link and scan.symbol(at, "$€£") else scan.word(at, "the") if between else 0
    if not link or at >= len(scan.tokens) or scan.word(after, "least_after") or scan.at(at, Part.STRETCH):
        return None, unit, after
    second = number(scan, at)
    if second is None or second.spelled != first.spelled or not _ends(first, second)[0] < second.value:
        return None, unit, after
    other, end = unit_behind(scan, second.after, scaled=second.scaled)
    if unit and other is not unit and other is not None:
        return None, unit, after
    return second, unit or other, end


def _sign_before(scan: Scan, place: int) -> Unit | None:
    """A currency, or a per cent sign as Arabic has it, before a number."""
    found = scan.before(place, Part.UNIT)
    if found and found.key == "percent" and scan.glued(place) and not scan.glued(place - 1) and not scan.tokens[place - 1].is_word:
        return Unit.PERCENT
    if not found or found.key not in CURRENCY:
        return None
    symbol = not scan.tokens[place - 1].is_word or len(scan.tokens[place - 1].key) == 3
    number_before = place > 1 and scan.tokens[place - 1 - found.length].is_number
    return Unit[found.key.upper()] if symbol and not number_before else None


def _no_quantity(scan: Scan, first: Number, second: Number | None, unit: Unit | None, after: int) -> bool:
    """Words for one that are articles, and digits with letters behind them (3D, 4x4)."""
    counted = first.scaled or unit is Unit.PERCENT or (unit is not None and unit.dimension is Dimension.MONEY)
    if first.spelled and first.value <= 1 and first.step >= 1 and not second and not counted:
        return True
    return unit is None and not first.spelled and not first.scaled and scan.glued(after) and scan.tokens[after].is_word
