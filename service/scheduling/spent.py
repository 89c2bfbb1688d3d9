"""What the models did for the request in hand, kept for who wants to tell of it: traces do.

Nothing is handed through the code for it: the desk notes each outcome where somebody listens. A context variable leads there from
the threads and tasks that a request is answered in, as it does for the log's request id.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from service.check.answers import Outcome, Timings

MOST = 100
"""Outcomes that are kept of a request; a document asks twice for each 128 sentences."""


class Matched(NamedTuple):
    """Claims that were matched.

    Attributes:
        asked_ns: when they were put in the line, in nanoseconds since 1970.
        answered_ns: when their answers were there.
    """

    asked_ns: int
    answered_ns: int
    claims: int
    timings: Timings
    index_version: str


_MATCHED: ContextVar[list[Matched] | None] = ContextVar("matched", default=None)


@contextmanager
def listening() -> Iterator[list[Matched]]:
    """Within the block, what is matched for this request is put into the list."""
    matched: list[Matched] = []
    token = _MATCHED.set(matched)
    try:
        yield matched
    finally:
        _MATCHED.reset(token)


def note(asked_ns: int, answered_ns: int, outcome: Outcome) -> None:
    """Tell who listens."""
    matched = _MATCHED.get()
    if matched is not None and len(matched) < MOST:
        matched.append(Matched(asked_ns, answered_ns, len(outcome.answers), outcome.timings, outcome.index_version))
