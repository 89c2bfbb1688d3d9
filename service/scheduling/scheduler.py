"""The scheduler: requests wait in one line, and one thread matches what waits, several requests together.

One thread suffices: the models use all cores themselves, and two were no faster (docs/why/design.md, "Requests share the models").
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from itertools import islice
from weakref import WeakSet

from service.check.answers import Claim, Outcome
from service.check.matcher import Matching
from service.scheduling import metrics
from service.scheduling.errors import QueueFull, ShuttingDown
from service.scheduling.line import SMALL, Ask, Line, Piece

GRACE_S = 10.0
"""Seconds in which requests that have been admitted may still be answered once the service ends."""

LATEST = 0.2
"""Weight of the latest batch in the measured rate."""


class Turn:
    """An admitted request's place in the line.

    A document asks several times, claims it did not know of before it was split.

    Attributes:
        waiting: how many of its claims have not been taken yet, as far as it could tell when it was admitted.
        left: whether the place has been given up.
    """

    def __init__(self, scheduler: Scheduler, claims: int) -> None:
        self.small = claims <= SMALL
        self.waiting = claims
        self._scheduler = scheduler
        self._asked: Ask | None = None
        self.left = False

    @property
    def thresholds(self) -> tuple[float, float]:
        """See `Matcher.thresholds`."""
        return self._scheduler.thresholds

    def ask(self, claims: Sequence[Claim]) -> Future[Outcome]:
        """Have claims matched; one call at a time.

        Raises:
            CancelledError: if the place has been given up.
            ShuttingDown: if the service's grace is over.
        """
        self.small = self.small and len(claims) <= SMALL  # a short text can have many sentences
        self.waiting = max(self.waiting, len(claims))
        self._asked = Ask(claims, small=self.small, on_taken=self._took)
        self._scheduler.enter(self, self._asked)
        return self._asked.answered

    def _took(self, claims: int) -> None:
        self.waiting = max(0, self.waiting - claims)

    def close(self) -> None:
        """Give the place up; what waits is dropped."""
        self._scheduler.leave(self, self._asked)


class Scheduler:
    """Has the claims of many requests matched. Safe to use from several threads."""

    def __init__(self, matching: Matching, most_small: int, most_large: int) -> None:
        """Take what matches; `start` starts it.

        Args:
            most_small: claims of small requests that may wait.
            most_large: claims of large requests that may wait.
        """
        self._matching = matching
        self._most = {True: most_small, False: most_large}
        self._changed = threading.Condition()
        self._line = Line()
        self._turns: WeakSet[Turn] = WeakSet()  # one whose request was lost must not take room for ever
        self._rate = 0.0
        self._closing = self._ended = False
        self._worker: threading.Thread | None = None

    @property
    def thresholds(self) -> tuple[float, float]:
        """See `Matcher.thresholds`."""
        return self._matching.thresholds

    def start(self) -> None:
        """Begin to match."""
        self._closing = self._ended = False
        self._worker = threading.Thread(target=self._work, name="models", daemon=True)
        self._worker.start()

    def close(self, grace_s: float = GRACE_S) -> None:
        """Admit nobody, wait until those admitted are answered, `grace_s` seconds at most, and drop the rest."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._worker:
            self._worker.join(grace_s)
        with self._changed:
            self._ended = True
            for ask in self._line.clear():
                ask.fail(ShuttingDown())
            self._changed.notify_all()

    def admit(self, claims: int) -> Turn:
        """A place in the line for a request of so many claims, as far as they can be told.

        Raises:
            QueueFull: if there is no room. A request that finds its kind of line empty is never refused.
            ShuttingDown: if the service ends.
        """
        turn = Turn(self, claims)
        kind = "small" if turn.small else "large"
        with self._changed:
            if self._closing:
                raise ShuttingDown
            waiting, most = self._waiting(small=turn.small), self._most[turn.small]
            if waiting and waiting + claims > most:
                metrics.REFUSED.labels(kind).inc()
                raise QueueFull(most, max(0, most - waiting), self._seconds(min(claims, most) + waiting - most))
            self._turns.add(turn)
            self._show()
        return turn

    def enter(self, turn: Turn, ask: Ask) -> None:
        """Put an admitted request's claims in the line; see `Turn.ask`."""
        with self._changed:
            if turn.left:
                raise CancelledError
            if self._ended:
                raise ShuttingDown
            self._line.add(ask)
            self._changed.notify_all()

    def leave(self, turn: Turn, ask: Ask | None) -> None:
        """Take a request out of the line, with what it has in it."""
        with self._changed:
            turn.left = True
            self._turns.discard(turn)
            if ask:
                ask.answered.cancel()
                self._line.remove(ask)
            self._show()
            self._changed.notify_all()

    def _waiting(self, *, small: bool) -> int:
        return sum(turn.waiting for turn in self._turns if turn.small is small)

    def _show(self) -> None:
        metrics.WAITING.labels("small").set(self._waiting(small=True))
        metrics.WAITING.labels("large").set(self._waiting(small=False))

    def _seconds(self, claims: int) -> int:
        """How long so many claims take, 1 at least."""
        return min(3600, max(1, math.ceil(claims / self._rate))) if self._rate else 1

    def _work(self) -> None:
        while batch := self._next_batch():
            self._match(batch)

    def _next_batch(self) -> list[Piece]:
        """What to match now; empty when the service ends."""
        with self._changed:
            while self._line.empty and not self._ended and not (self._closing and not self._turns):
                self._changed.wait()
            if self._ended:
                return []
            batch = self._line.take()
            self._show()
        for piece in batch:
            if piece.first:
                metrics.WAIT.labels("small" if piece.ask.small else "large").observe(piece.ask.wait_s)
        return batch

    def _match(self, batch: Sequence[Piece]) -> None:
        """Match a batch; where that fails, piece by piece, so that nobody suffers from what others asked."""
        claims = [claim for piece in batch for claim in piece.claims]
        started = time.perf_counter()
        try:
            outcome = self._matching.match(claims)
        except Exception as error:  # noqa: BLE001 - whatever it is, its request gets it
            if len(batch) == 1:
                self._fail(batch[0].ask, error)
                return
            for piece in batch:
                if not piece.ask.answered.done():
                    self._match([piece])
            return
        self._measure(len(claims), time.perf_counter() - started)
        metrics.answered(outcome)
        answers = iter(outcome.answers)
        for piece in batch:
            piece.ask.add(list(islice(answers, len(piece.claims))), outcome.timings, outcome.index_version)

    def _fail(self, ask: Ask, error: Exception) -> None:
        with self._changed:
            self._line.remove(ask)
        ask.fail(error)

    def _measure(self, claims: int, seconds: float) -> None:
        metrics.BATCH.observe(claims)
        rate = claims / max(seconds, 1e-6)
        self._rate += (rate - self._rate) * (LATEST if self._rate else 1.0)
