"""The names in two texts, in any two of the languages and scripts served: which one has in place of another, which both have.

A name is a word with a capital letter within a sentence, or a country's in any of its forms. Names are alike if what they sound
like begins alike: "Радома" and "Radom". Countries are known by `countries.toml`, and other territories and languages by their
names in the Unicode CLDR (Babel).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache
from itertools import combinations, pairwise

import msgspec
from babel import Locale, UnknownLocaleError

from service.check.countries import CountryMention, Way, begins_sentence, countries_in, known
from service.check.sounds import sound

WORD = re.compile(r"[^\W\d_][\w'’-]*")
LANGUAGES = frozenset(("en", "ru", "uk", "be", "pl", "de", "fr", "ar", "es"))
"""Those of `countries.toml`."""
NOUNS_ARE_CAPITAL = {"de"}
ENDING = 2
"""Letters at the end of a name that declension may change."""
SHORTEST_STEM, SHORTEST_COUNTRY, SHORTEST_SMALL = 3, 4, 5
"""Letters that two names must share at their beginning, those of a country's, and of one that is written with a small letter."""
LONGEST_SMALL = 3
"""Letters of words that may be small in a headline: of, the."""
ALIKE, UNLIKE = 0.6, 0.55
"""Share of common letters from which on two names may be one, and below which they are not."""
SURELY_LIKE = 0.7
"""The same where a short word must not pass for a name: "and" is 0.6 like Finland, Nowak 0.62 like Kowalska."""
NAMES_KEPT = 4096


class Name(msgspec.Struct, frozen=True):
    """A name: `text[start:end]`.

    Attributes:
        country: the ISO 3166 code of the country it is, or is the capital of.
        capital: whether it is a capital or a seat of government: a place of its own.
        sure: whether it is surely that country or place, not another thing that is called so.
    """

    text: str
    start: int
    end: int
    country: str | None = None
    capital: bool = False
    sure: bool = False


def names_in(text: str, language: str) -> list[Name]:
    """The names in a text, in their order; words that stand together are one name."""
    found: list[Name] = []
    for word in _words(text, language):
        if sound(word.text) in _calendar(language) or not (word.sure or _is_capital(word, text, language)):
            continue
        last = found[-1] if found else None
        if last and not (last.country or word.country) and text[last.end : word.start] == " ":
            found[-1] = Name(text[last.start : word.end], last.start, word.end)
        else:
            found.append(word)
    return found


def changed(ours: str, our_language: str, theirs: str, their_language: str) -> tuple[Name, Name] | None:
    """The one name that each text has and the other lacks; None if it is not just one in each.

    Abbreviations of two languages cannot be compared: they are left out. In one language, one is the name whose initials it has.
    """
    alone = _missing(names_in(ours, our_language), _words(theirs, their_language))
    their_alone = _missing(names_in(theirs, their_language), _words(ours, our_language))
    if our_language != their_language:
        alone, their_alone = ([name for name in some if not name.text.isupper()] for some in (alone, their_alone))
    if not len(alone) == len(their_alone) == 1 or _abbreviates(alone[0], their_alone[0]) or _abbreviates(their_alone[0], alone[0]):
        return None
    return alone[0], their_alone[0]


def _abbreviates(short: Name, long: Name) -> bool:
    return short.text == "".join(word[0][0] for word in WORD.finditer(long.text)).upper()


def shared(ours: str, our_language: str, theirs: str, their_language: str) -> list[tuple[Name, Name]]:
    """The names that both texts have, side by side, in the order of the first text; each once."""
    found: list[tuple[Name, Name]] = []
    named, left = names_in(ours, our_language), names_in(theirs, their_language)
    named, left = _with_first(named, ours, our_language, left), _with_first(left, theirs, their_language, named)
    for name in named:
        best = max(left, key=lambda other: _likeness(name, other), default=None)
        if best and _likeness(name, best) >= ALIKE:
            found.append((name, best))
            left = [other for other in left if other is not best and not (best.country and other.country == best.country)]
    return found


def in_other_order(ours: str, our_language: str, theirs: str, their_language: str) -> bool:
    """Whether two names that both texts have stand in another order in each."""
    places = [name.start for _, name in shared(ours, our_language, theirs, their_language)]
    return any(before > after for before, after in pairwise(places))


def _with_first(names: Sequence[Name], text: str, language: str, others: Sequence[Name]) -> list[Name]:
    """The names of a text, with words that begin its sentences and are names in the other text."""
    first = [word for word in _words(text, language) if not word.country and word.text[0].isupper() and word not in names]
    return sorted(
        [
            *names,
            *(one for one in first if begins_sentence(text, one.start) and 1.0 in (_likeness(one, other) for other in others)),
        ],
        key=lambda name: name.start,
    )


def exchanged(ours: str, our_language: str, theirs: str, their_language: str) -> tuple[tuple[Name, Name], tuple[Name, Name]] | None:
    """Two names that both texts have in another order, as they stand in each; None if all stand in the same order.

    A name behind the same word in both (of Lindhaven) rather keeps its part, and so does one in the same place among the names.
    """
    both = shared(ours, our_language, theirs, their_language)
    place = {name.start: rank for rank, (_, name) in enumerate(sorted(both, key=lambda pair: pair[1].start))}

    def kept(one: int, other: int) -> tuple[int, bool]:
        same = sum(_word_before(ours, both[at][0]) == _word_before(theirs, both[at][1]) != "" for at in (one, other))
        return same, (place[both[one][1].start], place[both[other][1].start]) != (other, one)

    pairs = [(one, other) for one, other in combinations(range(len(both)), 2) if both[one][1].start > both[other][1].start]
    best = min(pairs, key=lambda pair: kept(*pair), default=None)
    if best is None:
        return None
    (first, last), (second, begin) = both[best[0]], both[best[1]]
    return (first, second), (begin, last)


def _word_before(text: str, name: Name) -> str:
    words = text[: name.start].split()
    return words[-1].casefold() if words and not begins_sentence(text, name.start) else ""


def other_country(ours: str, our_language: str, theirs: str, their_language: str) -> tuple[Name, Name] | None:
    """The first country that only our text names, and the first that only theirs does; None if either has none.

    A country is named by its name, an adjective, its people or its capital. What may be a country and may be another thing counts
    as named, but is never said to be another.
    """
    alone = _foreign(ours, our_language, theirs, their_language)
    their_alone = _foreign(theirs, their_language, ours, our_language)
    return (alone, their_alone) if alone and their_alone else None


def _foreign(text: str, language: str, other: str, other_language: str) -> Name | None:
    """The first country that a text surely names and another text does not name in any way."""
    named = {code for one in _mentions(other, other_language) for code in one.codes}
    return next((_name_of(one, text) for one in _mentions(text, language) if one.sure and named.isdisjoint(one.codes)), None)


def _mentions(text: str, language: str) -> tuple[CountryMention, ...]:
    return countries_in(text, nouns_are_capital=language in NOUNS_ARE_CAPITAL)


def absent(names: Sequence[Name], text: str, language: str) -> list[Name]:
    """The names that are surely none of a text's words."""
    return _missing(names, _words(text, language), SURELY_LIKE)


def is_capital_alone(text: str, start: int) -> bool:
    """Whether a word has one capital letter, and neither begins a sentence nor stands in a headline of capital words."""
    long = (word[0] for word in WORD.finditer(text) if len(word[0]) > LONGEST_SMALL)
    return text[start : start + 2].istitle() and not begins_sentence(text, start) and any(word[0].islower() for word in long)


def _missing(names: Sequence[Name], words: Sequence[Name], least: float = UNLIKE) -> list[Name]:
    """The names that none of the words is like, as far as `least`."""
    parts = [[msgspec.structs.replace(name, text=part[0], start=0, end=0) for part in WORD.finditer(name.text)] for name in names]
    return [
        name
        for name, some in zip(names, parts, strict=True)
        if max((_likeness(part, word) for part in some for word in words), default=0.0) < least
    ]


def _words(text: str, language: str) -> list[Name]:
    """The words of a text, and the countries in it, each of which is one name."""
    found = [one for one in _mentions(text, language) if one.way is not Way.LEADER]
    taken = {place for one in found for place in range(one.start, one.end)}
    words = [
        Name(word[0], word.start(), word.end(), territory := _territory(word[0], language), sure=territory is not None)
        for word in WORD.finditer(text)
        if taken.isdisjoint(range(word.start(), word.end()))
    ]
    return sorted([*words, *(_name_of(one, text) for one in found)], key=lambda name: name.start)


def _name_of(country: CountryMention, text: str) -> Name:
    return Name(
        text[country.start : country.end], country.start, country.end, country.code, country.way is Way.CAPITAL, country.sure
    )


def _is_capital(word: Name, text: str, language: str) -> bool:
    if word.text.isupper():
        return len(word.text) > 1 and not text.isupper()
    return word.text[0].isupper() and not begins_sentence(text, word.start) and language not in NOUNS_ARE_CAPITAL


@lru_cache(NAMES_KEPT)
def _likeness(one: Name, other: Name) -> float:
    """0..1; 1 for the same word or the same country, in whatever language."""
    if one.country and other.country:
        return float(one.country == other.country)
    ours, theirs = sound(one.text), sound(other.text)
    shorter = min(len(ours), len(theirs))
    stem = max(SHORTEST_STEM, shorter - ENDING)
    if ours == theirs or (shorter >= SHORTEST_STEM and ours[:stem] == theirs[:stem]):
        return 1.0
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio()


@lru_cache(NAMES_KEPT)
def _territory(word: str, language: str) -> str | None:
    """The territory that a word names or is an adjective of, by its name in the CLDR."""
    heard, names = sound(word), _territories(language)
    shortest = min(len(heard), SHORTEST_SMALL) if word[0].islower() else SHORTEST_COUNTRY
    stems = (heard[:end] for end in range(len(heard), shortest - 1, -1))
    return next((names[stem] for stem in stems if stem in names), None)


@cache
def _calendar(language: str) -> frozenset[str]:
    """The sounds of the days' and months' names."""
    try:
        locale = Locale(language)
    except UnknownLocaleError:
        return frozenset()
    names = [name for some in (locale.days, locale.months) for form in some.values() for name in form["wide"].values()]
    return frozenset(map(sound, names))


@cache
def _territories(language: str) -> Mapping[str, str]:
    """A territory's name in a language, and its stem, -> its code. Names of several words are left out.

    In the languages of the lexicon, the countries that it has are left out, too.
    """
    return {stem: code for stem, code in _stems(language) if language not in LANGUAGES or code not in known()}


def _stems(language: str) -> Iterator[tuple[str, str]]:
    try:
        territories = Locale(language).territories
    except UnknownLocaleError:
        return
    for code, name in territories.items():
        heard = sound(name)
        if code.isalpha() and " " not in name and len(heard) >= SHORTEST_COUNTRY:
            yield heard, code
            yield heard[: max(SHORTEST_COUNTRY, len(heard) - ENDING)], code
