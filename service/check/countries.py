"""The countries that a text names: by name, by adjective, by their people, by their capital.

`countries.toml` has what they are called in the nine languages served, and what only looks like them: the Indian Ocean, French
fries, the Minsk agreements. What may be a country, and may be another thing (turkey, English), is found and said to be unsure.
"""

from __future__ import annotations

import enum
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import msgspec

LEXICON = Path(__file__).with_name("countries.toml")
TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|\w[\w'’ʼ\u0300-\u036f\u064b-\u0652\u00ad]*")
GAP = re.compile(r"\.?[\s–—-]{0,3}")
"""What may stand between the words of one name."""
ELISION = re.compile(r"(?:[ldsnjmct]|qu|jusqu|lorsqu)'(?=\w)")
POSSESSIVE = re.compile(r"'s?$")
AGAINST = re.compile(r"(?:анти|про|контр|anti|anty|pro)(?=\w{4})")
"""What adjectives may have before them: antirussisch, проукраїнський."""
ARABIC = re.compile(r"[\u0600-\u06ff]")
ARABIC_BEFORE = tuple({one + two + article for one in ("", "و", "ف") for two in ("", "ب", "ك", "ل") for article in ("", "ال", "ل")})
"""And, so; in, like, to; the: written together with the word."""
ARABIC_ENDINGS = frozenset(("", *"اةهي", "ية", "يه", "يا", "وي", "وية", "يون", "يين", "يات", "يان", "يتين", "ين", "ون", "ان", "ات"))
SAME_LETTERS = str.maketrans("łøđıґى’ʼ", "lodiгي''", "ـ\u00ad.")
SHORTEST = 2
"""Letters of the shortest stem."""
LONG_CAPITAL = 6
"""Letters from which on a capital is known in a text without capital letters."""
TEXTS_KEPT = 4096
SENTENCE_ENDS = ".!?…؟:\"“”«»„'("


class Way(enum.Enum):
    """What names a country."""

    NAME = "names"
    CAPITAL = "capitals"
    LEADER = "leaders"
    NONE = "others"


class CountryMention(msgspec.Struct, frozen=True):
    """A country in a text.

    Attributes:
        code: ISO 3166; None where it may be one of several (Congo).
        codes: all those that may be meant: by Rome, the Vatican, too.
        way: NAME also for adjectives and its people, CAPITAL also for a seat of its government.
        sure: whether it is certainly that country.
    """

    code: str | None
    codes: frozenset[str]
    start: int
    end: int
    way: Way
    sure: bool


class Entry(msgspec.Struct, frozen=True):
    """A way of naming a country.

    Attributes:
        stems: the beginning of each of its words, folded.
        letters: "Aa" if it needs a capital letter, "AA" if it needs capitals, else "aa".
    """

    code: str
    stems: tuple[str, ...]
    way: Way
    whole: bool
    letters: str
    sure: bool


class Token(msgspec.Struct, frozen=True):
    """A word of a text and the ways to read it: folded, also without what is written together with it."""

    text: str
    start: int
    end: int
    readings: tuple[str, ...]


class Page(msgspec.Struct, frozen=True):
    """A text, its words, and what capital letters say in it.

    Attributes:
        shouted, small: whether all of it is in capitals, or without any.
    """

    text: str
    tokens: Sequence[Token]
    shouted: bool
    small: bool
    nouns_are_capital: bool


@lru_cache(TEXTS_KEPT)
def countries_in(text: str, *, nouns_are_capital: bool = False) -> tuple[CountryMention, ...]:
    """The countries that a text names, in their order.

    Args:
        nouns_are_capital: whether a capital letter says nothing, as in German.
    """
    tokens = [Token(word[0], word.start(), word.end(), _readings(word[0])) for word in TOKEN.finditer(text)]
    page = Page(text, tokens, text.isupper(), text.islower(), nouns_are_capital)
    found: list[CountryMention] = []
    place = 0
    while place < len(tokens):
        entries = _longest(page, place)
        if not entries:
            place += 1
            continue
        end = place + len(entries[0].stems)
        if entries[0].way is not Way.NONE:
            sure = entries[0].sure and _is_written_so(entries[0], page, place)
            found.append(_mention(entries, _start_of(tokens[place]), tokens[end - 1].end, sure=sure))
        place = end
    return tuple(found)


def _mention(entries: Sequence[Entry], start: int, end: int, *, sure: bool) -> CountryMention:
    codes = list(dict.fromkeys(entry.code for entry in entries))
    likely = list(dict.fromkeys(entry.code for entry in entries if entry.sure)) or codes
    return CountryMention(likely[0] if len(likely) == 1 else None, frozenset(codes), start, end, entries[0].way, sure)


@cache
def known() -> frozenset[str]:
    """The codes of the countries in the lexicon."""
    return frozenset(entry.code for entries in _entries().values() for entry in entries if entry.way is not Way.NONE)


def fold(word: str) -> str:
    """The word without what writers leave out: accents, capital letters; one sign for each letter and apostrophe."""
    plain = unicodedata.normalize("NFKD", word.casefold()).translate(SAME_LETTERS)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@lru_cache(TEXTS_KEPT * 4)
def _readings(word: str) -> tuple[str, ...]:
    plain = POSSESSIVE.sub("", fold(word))
    found = [plain, ELISION.sub("", plain, count=1)]
    if ARABIC.match(plain):
        found += [plain[len(some) :] for some in ARABIC_BEFORE if plain.startswith(some) and len(plain) > len(some) + SHORTEST]
    elif AGAINST.match(plain):
        found.append(AGAINST.sub("", plain, count=1))
    return tuple(dict.fromkeys(found))


def _start_of(token: Token) -> int:
    """Where the word itself begins: after l' and d'."""
    elided = ELISION.match(token.text.lower().translate(SAME_LETTERS))
    return token.start + (elided.end() if elided else 0)


def _longest(page: Page, place: int) -> list[Entry]:
    """The entries that fit best at a word; several if one name may be of several countries."""
    fitting = [
        entry
        for reading in page.tokens[place].readings
        for end in range(min(len(reading), _longest_stem()), SHORTEST - 1, -1)
        for entry in _entries().get(reading[:end], ())
        if _fits(entry, page, place)
    ]
    best = max(fitting, key=lambda entry: (len(entry.stems), len("".join(entry.stems)), entry.whole), default=None)
    return sorted(
        (entry for entry in fitting if best and (entry.stems, entry.whole) == (best.stems, best.whole)),
        key=lambda entry: not entry.sure,
    )


def _fits(entry: Entry, page: Page, place: int) -> bool:
    words = page.tokens[place : place + len(entry.stems)]
    if len(words) < len(entry.stems) or (entry.letters == "AA" and not words[0].text.isupper()):
        return False
    gaps = (page.text[one.end : other.start] for one, other in pairwise(words))
    return all(map(GAP.fullmatch, gaps)) and all(
        any(_begins(reading, stem, whole=entry.whole) for reading in word.readings)
        for word, stem in zip(words, entry.stems, strict=True)
    )


def _begins(word: str, stem: str, *, whole: bool) -> bool:
    if not word.startswith(stem):
        return False
    ending = word[len(stem) :]
    return not ending or (not whole and (not ARABIC.match(stem) or ending in ARABIC_ENDINGS))


def _is_written_so(entry: Entry, page: Page, place: int) -> bool:
    """Whether capital letters are where the entry needs them; a name beside it is a person's: Michael Jordan."""
    word = page.tokens[place].text
    is_capital = any(letter.isupper() for letter in word)
    if entry.letters == "aa":
        is_typed_so = page.small and len(word) >= LONG_CAPITAL
        return entry.way is not Way.CAPITAL or is_capital or is_typed_so or ARABIC.match(word) is not None
    if page.shouted or not is_capital:
        return False
    if entry.letters == "AA" or page.nouns_are_capital or len(entry.stems) > 1 or not entry.stems[0].isascii():
        return True
    return not _stands_beside_a_name(page, place)


def _stands_beside_a_name(page: Page, place: int) -> bool:
    one = page.tokens[place]
    before = [other for other in page.tokens[max(0, place - 1) : place] if not begins_sentence(page.text, other.start)]
    after = page.tokens[place + 1 : place + 2]
    return any(
        other.text[0].isupper() and page.text[min(one.end, other.end) : max(one.start, other.start)] == " "
        for other in (*before, *after)
    )


def begins_sentence(text: str, start: int) -> bool:
    """Whether a word stands where any word has a capital letter."""
    while start and text[start - 1].isspace():
        start -= 1
    return start == 0 or text[start - 1] in SENTENCE_ENDS


@cache
def _entries() -> Mapping[str, Sequence[Entry]]:
    """The first stem of each entry -> the entries that begin with it."""
    found: dict[str, list[Entry]] = {}
    for entry in _read():
        found.setdefault(entry.stems[0], []).append(entry)
    return found


@cache
def _longest_stem() -> int:
    return max(map(len, _entries()))


def _read() -> Iterator[Entry]:
    for way, places in tomllib.loads(LEXICON.read_text(encoding="utf-8")).items():
        for code, names in places.items():
            for name in names.split(","):
                yield _entry(name.strip(), code, Way(way))


def _entry(name: str, code: str, way: Way) -> Entry:
    plain = name.rstrip("=?")
    first = re.split(r"[\s-]", plain)[0]
    letters = "AA" if first.isupper() and len(first) > 1 else "Aa" if first[0].isupper() else "aa"
    stems = tuple(_stem(word) for word in re.split(r"[\s-]+", plain))
    return Entry(code, stems, way, "=" in name, letters, "?" not in name)


def _stem(word: str) -> str:
    return fold(word.removeprefix("ال"))
