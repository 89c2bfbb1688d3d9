"""All changes that a statement allows, each made in the same way whenever it is made."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

from index.records import Statement
from service.check.slots import Slots
from service.check.values import Reader
from service.evaluation.selftest.changes import Change, Probe
from service.evaluation.selftest.figures import Figures
from service.evaluation.selftest.frames import framed, posted
from service.evaluation.selftest.letters import mistyped, shouted, with_invisible, with_look_alikes
from service.evaluation.selftest.names import Names
from service.evaluation.selftest.parties import elsewhere, swapped
from service.evaluation.selftest.words import WORDS


def probes_of(statement: Statement, names: Names) -> Iterator[Probe]:
    """The statement's own text changed in each way that it allows, and a wording in each language.

    Args:
        names: what the base that the statement is from calls by name.
    """
    made = dict(_changed(statement, names))
    for change in Change:
        changed = made.get(change)
        if changed is not None and changed != statement.text:
            yield Probe(change, changed, statement.language)
    for language, wordings in statement.wordings.items():
        change = Change.WORDING if language == statement.language else Change.TRANSLATION
        others = [wording for wording in wordings if wording != statement.text]
        if others:
            yield Probe(change, _dice(statement, change).choice(others), language)


def _changed(statement: Statement, names: Names) -> Iterator[tuple[Change, str | None]]:
    yield from _about(statement, names)
    yield from _said_of(statement, names)
    yield from _written(statement)


def _about(statement: Statement, names: Names) -> Iterator[tuple[Change, str | None]]:
    """Changes to what is said: who, how many, when, where."""
    text, language = statement.text, statement.language
    figures, slots = _figures(), _slots()
    yield Change.SWAPPED_ACTORS, swapped(text, language, names, slots)
    yield Change.NUMBER, figures.other_number(text, language, _dice(statement, Change.NUMBER))
    yield Change.UNIT, figures.other_unit(text, language, _dice(statement, Change.UNIT))
    yield Change.DATE, figures.other_date(text, language, _dice(statement, Change.DATE))
    yield Change.PLACE, elsewhere(statement, names, slots, _dice(statement, Change.PLACE))
    yield Change.SHORT_FIGURES, figures.short(text, language)


def _said_of(statement: Statement, names: Names) -> Iterator[tuple[Change, str | None]]:
    """What is said about the statement around it."""
    language, common = statement.language, names.common(statement.language)
    for change, frames in (
        (Change.NEGATION, WORDS.denied),
        (Change.ATTRIBUTION, WORDS.attributed),
        (Change.QUESTION, WORDS.asked),
        (Change.ADDITION, WORDS.added),
        (Change.SUSPICION, WORDS.suspected),
    ):
        yield change, framed(frames, statement.text, language, common, _dice(statement, change))


def _written(statement: Statement) -> Iterator[tuple[Change, str | None]]:
    """How it looks where it is passed on."""
    text, language = statement.text, statement.language
    for change, frames in (
        (Change.LINK, WORDS.posted["link"]),
        (Change.STAMP, WORDS.posted["stamp"]),
        (Change.EMOJI, WORDS.posted["emoji"]),
        (Change.BYLINE, WORDS.signed.get(language, [])),
    ):
        yield change, posted(frames, text, _dice(statement, change))
    yield Change.CAPITALS, shouted(text)
    yield Change.INVISIBLE, with_invisible(text, _dice(statement, Change.INVISIBLE))
    yield Change.LOOK_ALIKES, with_look_alikes(text, _dice(statement, Change.LOOK_ALIKES))
    yield Change.TYPO, mistyped(text, language, _reader(), _dice(statement, Change.TYPO))


def _dice(statement: Statement, change: Change) -> random.Random:
    """Chance that falls alike for the same statement and change."""
    return random.Random(f"{statement.id} {change.value}")


@cache
def _reader() -> Reader:
    return Reader()


@cache
def _figures() -> Figures:
    return Figures(_reader())


@cache
def _slots() -> Slots:
    return Slots()
