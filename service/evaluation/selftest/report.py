"""What a self-test shows, kind of change by kind of change. Nothing good is said of what was not tried, or hardly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from service.evaluation.selftest.changes import Change
from service.evaluation.selftest.running import ProbeResult, SelfTest

ENOUGH = 10
"""Probes of a kind from which on its figures are said to tell something."""
WELL = 0.9
"""The share of probes that are right from which on a kind is said to go well."""


class Tally(msgspec.Struct, frozen=True):
    """How often a change was tried, over all statements, and what came of it.

    Attributes:
        found: in how many probes the statement was found.
        right: in how many also the relation was right; None if relations are turned off.
    """

    change: Change
    tried: int
    found: int
    right: int | None

    @property
    def good(self) -> int:
        """How many probes are right, or found if nothing else was judged."""
        return self.found if self.right is None else self.right


def tallies(tests: Iterable[SelfTest]) -> list[Tally]:
    """Each kind of change, those that were never tried included."""
    probes = [probe for test in tests for probe in test.probes]
    judged = not any(probe.found and probe.relation is None for probe in probes)
    return [_tally(change, [probe for probe in probes if probe.change is change], judged=judged) for change in Change]


def _tally(change: Change, probes: Sequence[ProbeResult], *, judged: bool) -> Tally:
    right = sum(probe.survives for probe in probes) if judged else None
    return Tally(change, len(probes), sum(probe.found for probe in probes), right)


def summary(tallied: Sequence[Tally]) -> Iterator[str]:
    """Sentences that say what goes well, what does not, and about what nothing is known."""
    done = "right" if all(tally.right is not None for tally in tallied) else "found"
    if done == "found":
        yield "Relations are turned off: it was tested only whether statements are found."
    for begins, holds in PARTS:
        kinds = [tally for tally in tallied if holds(tally)]
        if kinds:
            yield begins.format(done=done, enough=ENOUGH) + " " + ", ".join(_said(tally) for tally in kinds) + "."


def _said(tally: Tally) -> str:
    return f"{tally.change.value} ({tally.good} of {tally.tried})" if tally.tried else tally.change.value


PARTS: tuple[tuple[str, Callable[[Tally], bool]], ...] = (
    ("Goes well, nine of ten or more {done}:", lambda tally: tally.tried >= ENOUGH and tally.good >= WELL * tally.tried),
    ("Does not go well, fewer {done}:", lambda tally: tally.tried >= ENOUGH and tally.good < WELL * tally.tried),
    ("Tried fewer than {enough} times, too few to tell:", lambda tally: 0 < tally.tried < ENOUGH),
    ("Not tried, no statement allows it, nothing is known about it:", lambda tally: tally.tried == 0),
)
"""How a sentence of the summary begins, and of which kinds it is."""
