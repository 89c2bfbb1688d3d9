"""The names in a base: words in capitals within its sentences, and the parties of its statements.

German writes every noun in a capital: there, names are those of the base's English, French and Spanish texts. Arabic has no
capitals, and its names are not told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from index.records import UNKNOWN, Statement, passages_of
from service.check.values.tokens import Token, tokens
from service.evaluation.selftest.words import WORDS

LATIN = ("en", "fr", "es")
"""Languages whose names are taken for names in German, too."""
CASED = (*LATIN, "uk", "ru", "be", "pl")
"""Languages whose names are told by their capitals."""
OFTEN = 2
"""Texts of the base that a name stands in at least."""
TITLE = 0.6
"""A text with more of its words behind the first in capitals is a headline, and tells no names."""
SHARE = 4
"""A name is a place where at least one of so many of its texts says that something is in it."""


class Use(NamedTuple):
    """A name in a text, and the word before it; empty where a sentence begins."""

    name: str
    start: int
    end: int
    before: str


class Names:
    """What a base calls by name, by language."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._common: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, set[str]] = defaultdict(set)
        self._named: dict[str, Counter[str]] = defaultdict(Counter)
        self._placed: dict[str, Counter[str]] = defaultdict(Counter)
        self._after: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._parties: dict[str, set[str]] = defaultdict(set)
        statements = list(statements)
        texts = [(one.text, one.language) for statement in statements for one in passages_of(statement)]
        claimants = {one.claimant.name for one in statements if one.claimant != UNKNOWN and one.claimant.name[:1].isupper()}
        self._learn_names(texts, claimants)
        for text, language in texts:
            self._learn_places(text, language)

    def common(self, language: str) -> set[str]:
        """Words that the base writes in small letters, and is not called by."""
        return self._common[language]

    def uses(self, text: str, language: str) -> list[Use]:
        """Where a text names what is known by name."""
        return list(_uses(text, self._names[language]))

    def located(self, text: str, language: str) -> list[Use]:
        """Names after `in` and the like, but for those that are no places in the base."""
        runs = _runs(text, tokens(text)) if language in CASED else ()
        said = [Use(text[run[0][0] : run[-1][1]], run[0][0], run[-1][1], before) for run, before in runs]
        known = {use.start: use for use in self.uses(text, language)}
        uses = [use for use in {**{use.start: use for use in said}, **known}.values() if _may_name(use.name, language)]
        return [use for use in uses if use.before in WORDS.located.get(language, ()) and self._may_place(use.name, language)]

    def is_party(self, name: str, language: str) -> bool:
        """Whether somebody or something of that name does or says something in the base."""
        return name in self._parties[language]

    def places(self, before: str, language: str) -> list[str]:
        """Names of places that stand after a word such as `in` somewhere in the base, in order."""
        return sorted(name for name in self._after[language, before] if self._may_place(name, language))

    def _may_place(self, name: str, language: str) -> bool:
        return SHARE * self._placed[language][name] >= self._named[language][name]

    def _learn_names(self, texts: list[tuple[str, str]], claimants: set[str]) -> None:
        within: dict[str, set[str]] = defaultdict(set)
        seen: dict[str, Counter[str]] = defaultdict(Counter)
        for text, language in texts:
            found = tokens(text)
            self._common[language].update(word.text for word in found if word.is_word and word.text.islower())
            runs = [] if _is_headline(found) else [run for run in _runs(text, found) if language in CASED]
            seen[language].update({text[run[0][0] : run[-1][1]] for run, _ in runs})
            within[language].update(text[run[0][0] : run[-1][1]] for run, before in runs if before)
        for language in CASED:
            often = {name for name in within[language] if seen[language][name] >= OFTEN and _may_name(name, language)}
            self._names[language] = often | claimants
        self._names["de"] = set().union(*(self._names[language] for language in LATIN))
        for language in WORDS.denied:
            self._parties[language] |= claimants
            self._common[language] |= {*WORDS.articles.get(language, ()), *WORDS.located.get(language, ())}
            self._common[language] -= {name.lower() for name in self._names[language]}

    def _learn_places(self, text: str, language: str) -> None:
        uses = self.uses(text, language)
        placed = [use for use in uses if use.before in WORDS.located.get(language, ())]
        self._named[language].update({use.name for use in uses})
        self._placed[language].update({use.name for use in placed})
        for use in placed:
            self._after[language, use.before].add(use.name)
        self._parties[language] |= {use.name for use in uses if _is_subject(use, text, language)}


def _is_headline(found: list[Token]) -> bool:
    words = [word for word in found if word.is_word][1:]
    return sum(word.text[0].isupper() for word in words) > TITLE * len(words)


def _may_name(name: str, language: str) -> bool:
    """Whether capitals make a name: no single letter, no day or month, no word for a people."""
    people = language == "en" and name.endswith(tuple(WORDS.names.peoples))
    return len(name) > 1 and name not in WORDS.names.never and not people


Run = list[tuple[int, int]]
"""Start and end of words in capitals that stand together."""


def _runs(text: str, found: list[Token]) -> Iterator[tuple[Run, str]]:
    """The words in capitals that stand together, and the word before them; empty where a sentence begins."""
    run: Run = []
    before = ""
    for last, token in pairwise([None, *found, None]):
        joined = last is not None and token is not None and text[last.end : token.start] in ("", " ", "-")
        if run and not (token and joined and _is_capital(token) and run[-1][1] == (last.end if last else 0)):
            yield run, before
            run = []
        if token and _is_capital(token):
            before = before if run else _before(last)
            run = [*run, (token.start, token.end - 2 if token.text.endswith(("'s", "’s")) else token.end)]


def _is_capital(token: Token) -> bool:
    return token.is_word and token.text[0].isupper() and not token.text.endswith(("'", "’"))


def _before(last: Token | None) -> str:
    """The word before a name, a mark for a number or a comma, and nothing where a sentence begins."""
    if last is None:
        return ""
    return last.text.lower() if last.is_word else "," if last.is_number or last.key in ",-" else ""


def _uses(text: str, names: set[str]) -> Iterator[Use]:
    """The longest names in each run of capitals, from left to right."""
    for run, before in _runs(text, tokens(text)) if names else ():
        first = 0
        while first < len(run):
            ends = (last for last in range(len(run), first, -1) if text[run[first][0] : run[last - 1][1]] in names)
            after = next(ends, None)
            if after:
                start, end = run[first][0], run[after - 1][1]
                yield Use(
                    text[start:end], start, end, before if first == 0 else text[run[first - 1][0] : run[first - 1][1]].lower()
                )
            first = after or first + 1


def _is_subject(use: Use, text: str, language: str) -> bool:
    """Whether a name begins a sentence in which something is said of it."""
    clause = WORDS.clause.get(language)
    begins = text[: use.start].strip().lower() in ("", *WORDS.articles.get(language, ()))
    follows = text[use.end : use.end + 2]
    return (begins or (clause is not None and use.before == clause)) and follows[:1] == " " and follows[1:].islower()
