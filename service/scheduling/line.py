"""The line of what waits for the models, and who is next: small requests first, none starved."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import NamedTuple

import msgspec

from service.check.answers import Answer, Claim, Outcome, Timings

AT_ONCE = 16
"""The most claims that are matched together: more are not faster (docs/why/design.md, "Requests share the models"), and one that
arrives in the middle waits for all of them."""

LONG = 500
"""Characters; a claim counts as one more for each so many, for it takes that much longer."""

SMALL = 16
"""Requests of so many claims at most go first."""

KEPT_FOR_LARGE = 4
"""Of each batch, claims of large requests while any waits: small ones pass them, but cannot stop them."""


class Ask:
    """Claims that are to be matched together or in pieces.

    Attributes:
        answered: gets their outcome, or why there is none.
        taken: how many of them no longer wait.
        wait_s: seconds until the first ones were taken.
    """

    def __init__(self, claims: Sequence[Claim], *, small: bool, on_taken: Callable[[int], None] = lambda _: None) -> None:
        """Take the claims.

        Args:
            small: whether they are of a small request.
            on_taken: is told how many claims were taken, each time.
        """
        self.claims = claims
        self.small = small
        self._on_taken = on_taken
        self.answered: Future[Outcome] = Future()
        self.taken = 0
        self.wait_s = 0.0
        self._entered = time.perf_counter()
        self._answers: list[Answer] = []
        self._timings = Timings(0.0, 0.0, 0.0, 0.0)

    @property
    def all_taken(self) -> bool:
        """Whether nothing of it waits."""
        return self.taken == len(self.claims)

    def take(self, room: int) -> Piece:
        """Its next claims, one at least, until they weigh as much as there is room."""
        if not self.taken:
            self.wait_s = time.perf_counter() - self._entered
        first = self.taken
        while not self.all_taken and room > 0:
            room -= weight(self.claims[self.taken])
            self.taken += 1
        self._on_taken(self.taken - first)
        return Piece(self, self.claims[first : self.taken], first == 0)

    def add(self, answers: Sequence[Answer], timings: Timings, index_version: str) -> None:
        """Take the answers to its next claims; the last ones complete it."""
        self._answers += answers
        self._timings = self._timings.plus(timings)
        if len(self._answers) == len(self.claims):
            with suppress(InvalidStateError):  # it was cancelled in the meantime
                timings = msgspec.structs.replace(self._timings, wait_ms=1000 * self.wait_s)
                self.answered.set_result(Outcome(self._answers, timings, index_version))

    def fail(self, error: Exception) -> None:
        """Tell that there will be no outcome."""
        with suppress(InvalidStateError):
            self.answered.set_exception(error)


class Piece(NamedTuple):
    """Claims of one request that go into a batch."""

    ask: Ask
    claims: Sequence[Claim]
    first: bool

    @property
    def weight(self) -> int:
        """How much of a batch it takes."""
        return sum(map(weight, self.claims))


def weight(claim: Claim) -> int:
    """As how many claims of ordinary length it counts."""
    return 1 + len(claim.text) // LONG


class Line:
    """What waits. Not safe to use from several threads: its owner has a lock."""

    def __init__(self) -> None:
        self._small: deque[Ask] = deque()
        self._large: deque[Ask] = deque()

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._small and not self._large

    def add(self, ask: Ask) -> None:
        """Put it at the end of its kind."""
        (self._small if ask.small else self._large).append(ask)

    def remove(self, ask: Ask) -> None:
        """Drop it, if it waits."""
        with suppress(ValueError):
            (self._small if ask.small else self._large).remove(ask)

    def clear(self) -> list[Ask]:
        """Drop all; what waited."""
        dropped = [*self._small, *self._large]
        self._small.clear()
        self._large.clear()
        return dropped

    def take(self) -> list[Piece]:
        """The next batch: small requests in their order, then large ones in turns."""
        pieces: list[Piece] = []
        room = AT_ONCE - (KEPT_FOR_LARGE if self._large else 0)
        while self._small and room > 0:
            pieces.append(self._small[0].take(room))
            room -= pieces[-1].weight
            if self._small[0].all_taken:
                self._small.popleft()
        room = max(0, room) + (KEPT_FOR_LARGE if self._large else 0)
        for _ in range(len(self._large)):
            if room <= 0:
                break
            ask = self._large.popleft()
            pieces.append(ask.take(room))
            room -= pieces[-1].weight
            if not ask.all_taken:
                self._large.append(ask)
        return pieces
