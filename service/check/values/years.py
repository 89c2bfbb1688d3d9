"""Years and decades: which numbers are one."""

from __future__ import annotations

from service.check.values.lexicon import ARABIC_JOINED, Part
from service.check.values.numerals import CURRENCY, Scan
from service.check.values.tokens import roman

SURELY = range(1900, 2100)


def year_at(scan: Scan, place: int) -> tuple[int, int, int] | None:
    """The first and last year named at a place and the token after it: 2024, 2024 года, 300 BC, the 1990s."""
    token = scan.tokens[place]
    skip = scan.word(place, "year") if not token.is_number else 0
    at = place + skip
    if at >= len(scan.tokens) or not scan.tokens[at].key.isdecimal() or not 2 <= len(scan.tokens[at].key) <= 4:
        return None
    return _decade(scan, at) or _before_christ(scan, at) or _single(scan, at, named=skip > 0)


def _decade(scan: Scan, place: int) -> tuple[int, int, int] | None:
    """The decade at a place: the 1990s, les années 90, lata 90. XX wieku; not T-90s, nor a man in his 30s."""
    key, after = scan.tokens[place].key, place + 1
    length = scan.word(after, "decade") if scan.glued(after) else 0
    if not key.endswith("0") or not (length or scan.word_before(place, "decades")):
        return None
    if len(key) == 3 or _part_of_something(scan, place) or scan.word_before(place, "whose"):
        return None
    after += length
    if key.endswith("000") and length and scan.word(after, "of"):
        return None  # 1000s of people
    after += scan.word(after, "year_after")
    century, after = _century(scan, after) if len(key) == 2 else (0, after)
    year = int(key) if len(key) == 4 else 100 * (century or 19) + int(key)
    return (year, year + 9, after) if 1000 <= year <= 2100 else None


def _century(scan: Scan, place: int) -> tuple[int, int]:
    """The hundreds of the years in a century that follows (19 for XX wieku), and the token after it; 0 where there is none."""
    at = place + (1 if scan.symbol(place, ".") else 0)
    number = roman(scan.tokens[at].text) if at < len(scan.tokens) else 0
    noun = scan.at(at + 1, Part.NOUN)
    return (number - 1, at + 1 + noun.length) if number and noun and noun.key == "century" else (0, place)


def _before_christ(scan: Scan, place: int) -> tuple[int, int, int] | None:
    after = place + 1
    after += scan.word(after, "year_after")
    length = scan.word(after, "bc")
    year = -int(scan.tokens[place].key)
    return (year, year, after + length) if length else None


def _single(scan: Scan, place: int, *, named: bool) -> tuple[int, int, int] | None:
    year = int(scan.tokens[place].key)
    behind = scan.word(place + 1, "year_after")
    if not 100 <= year <= 2100 or _part_of_something(scan, place):
        return None
    if not (named or _is_year(scan, place, year, behind=behind > 0)):
        return None
    return year, year, place + 1 + behind


def _is_year(scan: Scan, place: int, year: int, *, behind: bool) -> bool:
    if behind and (year % 100 or scan.word_before(place, "in")):
        return not scan.before(place, Part.BOUND) or bool(scan.word_before(place, "in"))
    if scan.at(place + 1, Part.UNIT) or scan.at(place + 1, Part.SCALE) or year < 1000:
        return False
    cued = bool(scan.word_before(place, "in") or scan.word_before(place, "between") or scan.before(place, Part.MONTH))
    if year not in SURELY:
        return (cued and not _counted(scan, place) and bool(year % 100 or _ends(scan, place))) or _bracketed(scan, place)
    counted = _counted(scan, place) or (not year % 100 and _ordinary_word(scan, place + 1))
    return (cued and not (_counted(scan, place) and not year % 100)) or not (scan.before(place, Part.BOUND) or counted)


def _part_of_something(scan: Scan, place: int) -> bool:
    """Whether the digits belong to a name, a sum of money or a longer code."""
    if not place:
        return False
    before = scan.tokens[place - 1]
    money = scan.before(place, Part.UNIT)
    if money and money.key in CURRENCY and not before.is_word:
        return True
    if scan.glued(place) and before.is_word and before.key not in ARABIC_JOINED:
        return True
    return scan.glued(place) and before.key in "-#№" and scan.glued(place - 1) and not _prefix(scan, place - 2)


def _prefix(scan: Scan, place: int) -> bool:
    return (
        scan.tokens[place].is_number
        or bool(scan.at(place, Part.STRETCH))
        or scan.tokens[place].key in {"pre", "post", "до", "пост", "mi"}
    )


def _counted(scan: Scan, place: int) -> bool:
    """Whether a word for people or things counted follows."""
    noun = scan.at(place + 1, Part.NOUN)
    return bool(noun and noun.key != "century") or bool(scan.word_before(place, "label"))


def _ordinary_word(scan: Scan, place: int) -> bool:
    """Whether a word that may be a thing counted stands at a place."""
    token = scan.tokens[place] if place < len(scan.tokens) else None
    return bool(token and token.is_word and len(token.key) > 3 and (token.text.islower() or scan.lexicon.language == "de"))


def _ends(scan: Scan, place: int) -> bool:
    return place + 1 >= len(scan.tokens) or not (scan.tokens[place + 1].is_word or scan.tokens[place + 1].is_number)


def _bracketed(scan: Scan, place: int) -> bool:
    return scan.symbol(place - 1, "([") and scan.symbol(place + 1, ")]")
