"""The self-test: change stored statements in known ways, check them as claims, and count the right answers.

It tells operators how far to trust answers about their own records. Two figures are measured: whether the statement is still found,
and whether the relation is the one that the change makes.
"""

from __future__ import annotations

import calendar
import enum
import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from index.kinds import RelationKind
from index.records import Statement
from service.check.answers import Answer, Claim
from service.check.matcher import Matcher
from service.check.slots import NUMBER, YEAR

AT_ONCE = 256


class Change(enum.Enum):
    """What was done to the statement."""

    NEGATION = "negation"
    SWAPPED_ACTORS = "swapped actors"
    NUMBER = "number"
    DATE = "date"
    PLACE = "place"
    TYPO = "typo"
    TRANSLATION = "translation"


EXPECTED = {
    Change.NEGATION: RelationKind.DENIES,
    Change.SWAPPED_ACTORS: RelationKind.REVERSES,
    Change.NUMBER: RelationKind.DIFFERS,
    Change.DATE: RelationKind.DIFFERS,
    Change.PLACE: RelationKind.DIFFERS,
    Change.TYPO: RelationKind.REPEATS,
    Change.TRANSLATION: RelationKind.REPEATS,
}
"""What a change makes of the statement."""

DENIED = {
    "en": "It is not true that: {}",
    "ru": "Неправда, что {}",
    "uk": "Неправда, що {}",
    "be": "Няпраўда, што {}",
    "pl": "Nieprawda, że {}",
    "de": "Es stimmt nicht: {}",
    "fr": "Il est faux que {}",
    "ar": "ليس صحيحا أن {}",
}
PARTIES = [
    ("Ukraine", "Ukrainian", "Kyiv", "Zelensky"),
    ("Belarus", "Belarusian", "Minsk", "Lukashenko"),
    ("Russia", "Russian", "Moscow", "Putin"),
    ("Poland", "Polish", "Warsaw", "Tusk"),
    ("Lithuania", "Lithuanian", "Vilnius", "Nausėda"),
    ("China", "Chinese", "Beijing", "Xi"),
    ("the USA", "American", "Washington", "Trump"),
    ("the EU", "European", "Brussels", "von der Leyen"),
]
"""English names of parties; two parties are exchanged name by name: country, adjective, capital, leader."""
PLACES = ["Gomel", "Brest", "Zhytomyr", "Chernihiv", "Kursk", "Grodno", "Lviv", "Odesa", "Kharkiv", "Vitebsk"]


class Probe(msgspec.Struct, frozen=True):
    """A changed statement, as a claim."""

    change: Change
    text: str
    language: str


class ProbeResult(msgspec.Struct, frozen=True):
    """What the service made of a probe.

    Attributes:
        found: whether the statement is among the matches.
        expected: the relation that the change makes.
        relation: the one that was found; null if the statement was not, or relations are turned off.
        survives: whether the statement was found, with the expected relation unless relations are turned off.
    """

    change: Change
    text: str
    language: str
    found: bool
    expected: RelationKind
    relation: RelationKind | None
    survives: bool


class SelfTest(msgspec.Struct, frozen=True):
    """What the service made of one statement's probes.

    Attributes:
        found: in how many probes the statement was found.
        survived: in how many also the relation was right.
    """

    statement_id: str
    probes: list[ProbeResult]
    found: int
    survived: int


def selftest(matcher: Matcher, statements: Sequence[Statement]) -> list[SelfTest]:
    """Test statements, in their order; nothing is stored.

    Raises:
        RebutError: if the service could not answer.
    """
    made = [(statement, probe) for statement in statements for probe in probes_of(statement)]
    results: dict[str, list[ProbeResult]] = {statement.id: [] for statement in statements}
    for start in range(0, len(made), AT_ONCE):
        some = made[start : start + AT_ONCE]
        answers = matcher.match([Claim(text=probe.text, language=probe.language) for _, probe in some]).answers
        for (statement, probe), answer in zip(some, answers, strict=True):
            results[statement.id].append(_result(statement, probe, answer))
    return [
        SelfTest(id_, tried, sum(result.found for result in tried), sum(result.survives for result in tried))
        for id_, tried in results.items()
    ]


def _result(statement: Statement, probe: Probe, answer: Answer) -> ProbeResult:
    matches = [match for match in answer.matches if match.candidate.statement_id == statement.id]
    relation = matches[0].relation.kind if matches and matches[0].relation else None
    expected = EXPECTED[probe.change]
    survives = bool(matches) and (relation is expected or not answer.verdict.polarity_judged)
    return ProbeResult(probe.change, probe.text, probe.language, bool(matches), expected, relation, survives)


def probes_of(statement: Statement) -> Iterator[Probe]:
    """The statement's own text changed in each way that it allows, and a wording in each other language."""
    text, language = statement.text, statement.language
    if language in DENIED:
        yield Probe(Change.NEGATION, DENIED[language].format(text), language)
    for change, changed in (
        (Change.SWAPPED_ACTORS, _swapped(text) if language == "en" else None),
        (Change.NUMBER, _other_number(text)),
        (Change.DATE, _other_date(text)),
        (Change.PLACE, _other_place(text) if language == "en" else None),
        (Change.TYPO, _mistyped(text)),
    ):
        if changed is not None and changed != text:
            yield Probe(change, changed, language)
    for other, wordings in statement.wordings.items():
        if other != language and wordings:
            yield Probe(Change.TRANSLATION, wordings[0], other)


def _swapped(text: str) -> str | None:
    """The text with its first two parties exchanged, None if it does not name two."""
    places = {party: min((text.find(passage) for passage in party if passage in text), default=-1) for party in PARTIES}
    named = sorted((party for party in PARTIES if places[party] >= 0), key=lambda party: places[party])
    if len(named) < 2:
        return None
    exchange = dict(zip(named[0] + named[1], named[1] + named[0], strict=True))
    return _replaced(text, exchange)


def _replaced(text: str, exchange: Mapping[str, str]) -> str:
    passages = "|".join(sorted(map(re.escape, exchange), key=len, reverse=True))
    return re.sub(rf"\b(?:{passages})\b", lambda found: exchange[found[0]], text)


def _other_number(text: str) -> str | None:
    for found in NUMBER.finditer(text):
        if found[0].isdecimal() and not YEAR.fullmatch(found[0]):
            return f"{text[: found.start()]}{2 * int(found[0]) + 1}{text[found.end() :]}"
    return None


def _other_date(text: str) -> str | None:
    year = re.search(rf"\b{YEAR.pattern}\b", text)
    if year:
        return f"{text[: year.start()]}{int(year[0]) - 3}{text[year.end() :]}"
    months = list(calendar.month_name)[1:]
    exchange = {month: months[(place + 5) % 12] for place, month in enumerate(months)}
    return _replaced(text, exchange)


def _other_place(text: str) -> str | None:
    return _replaced(text, {place: PLACES[(number + 1) % len(PLACES)] for number, place in enumerate(PLACES)})


def _mistyped(text: str) -> str:
    """The text with two letters of its longest word exchanged."""
    word = max(re.finditer(r"\w+", text), key=lambda found: len(found[0]), default=None)
    if word is None or len(word[0]) < 4:
        return text
    place = word.start() + 2
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
