"""A statement's life: when it was said, answered, reviewed and recorded, as a line of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from index.kinds import Stance
from index.records import When
from service.api.wire.records import StatementDetail
from service.languages.spoken import gettext
from service.pages.dates import day, spoken

WIDTH, MARGIN = 720, 24
GAP = 300
"""Points that a label takes: labels that are closer stand on different levels."""
LEVELS = 4


class Event(NamedTuple):
    """Something that happened.

    Attributes:
        sort: what it is coloured by: `said`, `against` or `record`.
    """

    day: dt.date
    name: str
    when: str
    sort: str


class Dot(NamedTuple):
    """An event on the line.

    Attributes:
        x: its place.
        level: how high its label stands, from 0.
        anchor: SVG's text-anchor: labels at the end stand left of their dot.
    """

    event: Event
    x: int
    level: int
    anchor: str


def events(detail: StatementDetail) -> list[Event]:
    """What happened, the earliest first; what has no date is left out."""
    return sorted(_events(detail), key=lambda event: event.day)


def line(found: list[Event]) -> list[Dot]:
    """The events on a line; nothing for fewer than two days."""
    days = [event.day.toordinal() for event in found]
    if not days or days[0] == days[-1]:
        return []
    dots, ends = list[Dot](), [-GAP] * LEVELS
    for event, ordinal in zip(found, days, strict=True):
        x = MARGIN + round((WIDTH - 2 * MARGIN) * (ordinal - days[0]) / (days[-1] - days[0]))
        left = x - GAP if x > WIDTH - GAP else x
        level = next((one for one, end in enumerate(ends) if end <= left), LEVELS - 1)
        ends[level] = left + GAP
        dots.append(Dot(event, x, level, "end" if left < x else "start"))
    return dots


def _events(detail: StatementDetail) -> Iterator[Event]:
    yield from _event(detail.statement.when, gettext("said"), "said")
    for refutation in detail.refutations:
        if refutation.kind.value != "review":
            denied = refutation.stance is Stance.DENIES
            told = gettext("denied by %(name)s") if denied else gettext("spoken against by %(name)s")
            yield from _event(refutation.when, told % {"name": refutation.issuer.name}, "against")
    for review in detail.reviews:
        yield from _event(review.when, gettext("reviewed by %(name)s") % {"name": review.reviewer.name}, "against")
    for review in detail.apart.reviews:
        told = gettext("reviewed by %(name)s, whom nobody here knows")
        yield from _event(review.when, told % {"name": review.reviewer.name}, "record")
    yield Event(detail.added.date(), gettext("recorded here"), day(detail.added), "record")
    if detail.changed.date() != detail.added.date():
        yield Event(detail.changed.date(), gettext("last changed here"), day(detail.changed), "record")


def _event(when: When | None, name: str, sort: str) -> Iterator[Event]:
    first = when.bounds()[0] if when else dt.date.min
    if when and first != dt.date.min:
        yield Event(first, name, spoken(when), sort)
