"""The desk: where requests of the event loop have claims matched, until they are answered, late, or gone."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from typing import Any, TypeVar

from service.check.answers import Claim, Outcome
from service.check.matcher import Matching
from service.scheduling import metrics
from service.scheduling.errors import DeadlinePassed, HungUp
from service.scheduling.scheduler import Scheduler, Turn
from service.scheduling.spent import note

T = TypeVar("T")
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
"""An ASGI request's next message."""

MOST_THREADS = 32
"""Documents in hand at once; nearly all of their threads wait for the models."""

AT_WORK = 2
"""Of these threads, those that may work at once: more would keep the event loop from the processor."""


class Desk:
    """Takes requests from the event loop to the scheduler."""

    def __init__(self, scheduler: Scheduler, deadline_s: float) -> None:
        """Take the scheduler.

        Args:
            deadline_s: seconds from a request's admission to its answer, at most.
        """
        self._scheduler = scheduler
        self._deadline_s = deadline_s
        self._at_work = threading.Semaphore(AT_WORK)
        self._threads: ThreadPoolExecutor | None = None

    @asynccontextmanager
    async def open(self, _app: object = None) -> AsyncIterator[None]:
        """What requests are answered within; what was admitted is answered before it ends, or its grace does."""
        self._scheduler.start()
        self._threads = ThreadPoolExecutor(MOST_THREADS, "documents")
        try:
            yield
        finally:
            await asyncio.to_thread(self._scheduler.close)
            self._threads.shutdown(wait=False, cancel_futures=True)

    def admit(self, claims: int) -> Turn:
        """See `Scheduler.admit`."""
        return self._scheduler.admit(claims)

    async def match(self, claims: Sequence[Claim], receive: Receive | None = None) -> Outcome:
        """Have a request's claims matched.

        Args:
            receive: of the request, once its body has been read: tells that the client went away.

        Raises:
            QueueFull, ShuttingDown: at once.
            DeadlinePassed, HungUp: later.
            RebutError: as `Matcher.match`.
        """
        with closing(self.admit(len(claims))) as turn:
            asked = time.time_ns()
            outcome = await self._in_time(asyncio.wrap_future(turn.ask(claims)), self._deadline_s, receive)
            note(asked, time.time_ns(), outcome)
            return outcome

    async def run(self, claims: int, work: Callable[[Matching], T], receive: Receive | None = None) -> T:
        """Have work done, in a thread, that takes time itself and has claims matched.

        Args:
            claims: about how many.
            work: gets what to have them matched by.
            receive: as for `match`.

        Raises:
            RebutError: as `match`, and what the work raises.
        """
        with closing(self.admit(claims)) as turn:
            return await self._in_time(self._in_thread(turn, work), self._deadline_s, receive)

    async def steps(self, turn: Turn, work: Callable[[Matching], Iterator[T]]) -> AsyncIterator[T]:
        """What such work yields, step by step, for a request that has been admitted. To stop asking is to stop the work."""
        until = asyncio.get_running_loop().time() + self._deadline_s
        with closing(turn):
            steps = work(_Waiting(turn, self._at_work))
            while True:
                left = until - asyncio.get_running_loop().time()
                step = await self._in_time(self._in_thread(turn, lambda _: next(steps, None)), left)
                if step is None:
                    return
                yield step

    def _in_thread(self, turn: Turn, work: Callable[[Matching], T]) -> asyncio.Future[T]:
        def run() -> T:
            with self._at_work:
                if turn.left:
                    raise CancelledError
                return work(_Waiting(turn, self._at_work))

        return asyncio.get_running_loop().run_in_executor(self._threads, contextvars.copy_context().run, run)

    async def _in_time(self, work: asyncio.Future[T], seconds: float, receive: Receive | None = None) -> T:
        """The work's result, unless the time is over or the client goes away before."""
        gone = asyncio.ensure_future(_hang_up(receive)) if receive else None
        waited: set[asyncio.Future[Any]] = {work, gone} if gone else {work}
        try:
            done, _ = await asyncio.wait(waited, timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED)
            if work in done:
                return work.result()
            if done:
                metrics.HANG_UPS.inc()
                raise HungUp
            metrics.DEADLINES.inc()
            raise DeadlinePassed(self._deadline_s)
        except asyncio.CancelledError:  # a stream or a tool call whose client went away
            metrics.HANG_UPS.inc()
            raise
        finally:
            work.cancel()
            if gone:
                gone.cancel()


class _Waiting:
    """Has claims of a request matched, from a thread, and lets others work in the meantime."""

    def __init__(self, turn: Turn, at_work: threading.Semaphore) -> None:
        self._turn = turn
        self._at_work = at_work

    @property
    def thresholds(self) -> tuple[float, float]:
        """See `Matcher.thresholds`."""
        return self._turn.thresholds

    def match(self, claims: Sequence[Claim]) -> Outcome:
        """See `Matcher.match`.

        Raises:
            CancelledError: if the request is given up.
        """
        self._at_work.release()
        try:
            asked = time.time_ns()
            outcome = self._turn.ask(claims).result()
            note(asked, time.time_ns(), outcome)
            return outcome
        finally:
            self._at_work.acquire()


async def _hang_up(receive: Receive) -> None:
    """Return once the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
