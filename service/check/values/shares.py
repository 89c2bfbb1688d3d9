"""Parts: half of, a third of an hour, a quarter of a million, two in five, every third."""

from __future__ import annotations

from service.check.values.beside import Found, hedged, unit_behind
from service.check.values.lexicon import Part
from service.check.values.model import Quantity, Unit
from service.check.values.numerals import COUNTED, Number, Scan, number

PER_CENT_OF_A_PART = 5.0
# Of how many a share is told: in thousands always, up to a hundred where the words around tell.
RATES = {1000, 10_000, 100_000, 1_000_000}
POWERS = {10, 100}
MOST = 100
# One of more is rather one of them.
ONE_IN = 10
FINALS = ("final", "финал", "фінал")
# Where a word for one is an article.
ARTICLES = {"de", "fr", "es"}


def share(scan: Scan, place: int) -> Found | None:
    """A part that is told in words or by two numbers, in percent or in the unit behind it."""
    return _fraction(scan, place) or _one_of(scan, place)


def half_unit(scan: Scan, place: int) -> Found | None:
    """Half an hour, pół godziny; a quarter century, a quarter million."""
    half, quarter = scan.word(place, "half_before"), scan.word(place, "quarter_before")
    after = place + (half or quarter)
    after += 1 if scan.symbol(after, "-") and scan.glued(after) else 0
    measure = _measure(scan, after) if half or quarter else None
    if half:
        return _part_of_unit(scan, place, 0.5, *measure) if measure else None
    whole = after + scan.word(after, "of")
    whole += scan.word(whole, "a")
    scale = scan.at(whole, Part.SCALE) if quarter else None
    if scale:
        return _part_of_scale(scan, place, 0.25, float(scale.key), whole + scale.length)
    fits = measure and measure[0] is not Unit.YEAR and not scan.before(place, Part.ORDINAL)
    return _part_of_unit(scan, place, 0.25, *measure) if measure and fits else None


def _fraction(scan: Scan, place: int) -> Found | None:
    part = scan.at(place, Part.FRACTION)
    if (
        not part
        or not _is_fraction(scan, place, part.length)
        or scan.before(place, Part.ORDINAL)
        or (scan.before(place, Part.NUMBER) and part.length == 1)
    ):
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


def _is_fraction(scan: Scan, place: int, length: int) -> bool:
    """Whether words, or digits such as 1/3, are a part: digits where a word for the whole follows, but no final (1/4 final)."""
    if not scan.tokens[place].is_number:
        return True
    after = place + length
    whole = scan.tokens[after] if after < len(scan.tokens) else None
    glued = all(scan.glued(place + at) for at in range(1, length))
    return bool(glued and not scan.glued(place) and whole and whole.is_word and not whole.key.startswith(FINALS))


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


def _percent(scan: Scan, place: int, after: int, share: float, step: float, whole: float | None = None) -> Found:
    value = Quantity(scan.tokens[place].start, scan.tokens[after - 1].end, share, share, step, unit=Unit.PERCENT, whole=whole)
    return Found(hedged(scan, place, after, value), after)


def _one_of(scan: Scan, place: int) -> Found | None:
    """Four in ten, 4 на 10, one claim in every three, 15 cases per 100,000."""
    part = number(scan, place)
    if part is None or part.scaled or not part.value:
        return None
    at, between = _link(scan, part)
    whole = number(scan, at) if at and at < len(scan.tokens) else None
    if whole is None or whole.value % 1 or part.value >= whole.value or _goes_on(scan, whole.after):
        return None
    if not (whole.value in RATES or (not part.value % 1 and _is_share(scan, part, whole, at, between))):
        return None
    hundredth = 100 / whole.value
    return _percent(scan, place, whole.after, part.value * hundredth, min(part.step, 1.0) * hundredth, whole.value)


def _is_share(scan: Scan, part: Number, whole: Number, at: int, between: int) -> bool:
    """Whether a small number tells of how many; without a sure word only a spelled one, 10, 100, of people, or one of some."""
    if part.value == 1 and (between > 1 or (whole.value > ONE_IN and whole.value not in POWERS)):
        return False
    if scan.word_before(at, "out_of_every"):
        return whole.value <= MOST
    if not between:
        return whole.value in POWERS or (whole.value <= MOST and (whole.spelled or _counts_people(scan, whole.after)))
    return part.value == 1 and scan.lexicon.language not in ARTICLES


def _counts_people(scan: Scan, place: int) -> bool:
    """Whether people are counted: 4 in 5 people are a share, 4 in 5 cities a number."""
    noun = scan.at(place, Part.NOUN)
    return noun is not None and noun.key in COUNTED


def _goes_on(scan: Scan, after: int) -> bool:
    """Whether a number is that of a unit, a day, or the first of a range."""
    return bool(scan.at(after, Part.UNIT) or scan.at(after, Part.MONTH) or scan.word(after, "to") or scan.symbol(after, "-–:/"))


def _link(scan: Scan, part: Number) -> tuple[int, int]:
    """The token behind the words for `out of`, and how many words (up to two) for what is counted stand before them."""
    for at in range(part.after, min(part.after + 3, len(scan.tokens))):
        length = scan.word(at, "out_of_every") or scan.word(at, "out_of")
        if length:
            return at + length, at - part.after
        if not scan.tokens[at].is_word or scan.at(at, Part.UNIT):
            break
    return 0, 0


def every(scan: Scan, place: int) -> Found | None:
    """Every third, каждый второй, jeder fünfte; not where a time follows (every third day) or is one (every second)."""
    ordinal = scan.at(place, Part.ORDINAL)
    if not ordinal or not scan.word_before(place, "every") or not 1 < int(ordinal.key) <= 10:
        return None
    after = place + ordinal.length
    second = ordinal.key == "2" and (_measure(scan, place) or scan.lexicon.language == "es")
    return None if second or _measure(scan, after) else _percent(scan, place, after, 100 / int(ordinal.key), PER_CENT_OF_A_PART)
