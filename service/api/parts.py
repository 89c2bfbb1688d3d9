"""Whether the service's parts work: each is asked in a thread of its own, and what it said last is told at once."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from index.errors import RebutError
from service.api.wire.states import Part

PATIENCE_S = 0.05
"""Seconds that a request waits for a part to say how it is; after that, it gets what the part said before."""

FRESH_S = 1.0
"""Seconds for which a part is not asked again."""

SILENT_S = 60.0
"""Seconds without an answer after which a part counts as broken."""


class Asked:
    """One part: what it said last, and the question that it has not answered yet."""

    def __init__(self, question: Callable[[], str], fresh_s: float = FRESH_S, silent_s: float = SILENT_S) -> None:
        """Take the question; a part that works answers it, one that does not raises a RebutError."""
        self._question, self._fresh_s, self._silent_s = question, fresh_s, silent_s
        self._said = Part(False, "has not been asked")
        self._said_at = self._asked_at = -math.inf
        self._open: asyncio.Future[None] | None = None

    async def say(self, threads: ThreadPoolExecutor, patience_s: float) -> Part:
        """What it says now, or said before.

        Args:
            patience_s: seconds to wait for an answer.
        """
        now = time.monotonic()
        if (self._open is None or self._open.done()) and now - self._said_at >= self._fresh_s:
            self._asked_at = now
            self._open = asyncio.get_running_loop().run_in_executor(threads, self._ask)
        if self._open is not None:
            await asyncio.wait({self._open}, timeout=patience_s)
        silent = time.monotonic() - self._asked_at
        if self._open is not None and not self._open.done() and silent > self._silent_s:
            return Part(False, f"has not answered for {silent:.0f} s")
        return self._said

    def _ask(self) -> None:
        try:
            said = Part(True, self._question())
        except RebutError as error:
            said = Part(False, str(error))
        except Exception as error:  # noqa: BLE001 - its message may tell of the inside
            said = Part(False, f"failed with {type(error).__name__}")
        self._said, self._said_at = said, time.monotonic()


class PartsAsked:
    """All parts, by name."""

    def __init__(self, questions: Mapping[str, Callable[[], str]]) -> None:
        self._parts = {name: Asked(question) for name, question in questions.items()}
        self._threads: ThreadPoolExecutor | None = None

    @asynccontextmanager
    async def open(self, _app: object = None) -> AsyncIterator[None]:
        """What they are asked within; begins when all have answered once."""
        self._threads = ThreadPoolExecutor(len(self._parts), "parts")
        try:
            await self.say(SILENT_S)
            yield
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def say(self, patience_s: float = PATIENCE_S) -> dict[str, Part]:
        """What each says, within `patience_s` seconds."""
        if self._threads is None:
            raise RuntimeError("the service has not started")
        said = await asyncio.gather(*(part.say(self._threads, patience_s) for part in self._parts.values()))
        return dict(zip(self._parts, said, strict=True))
