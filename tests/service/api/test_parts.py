from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from queue import Queue

import pytest

from index.errors import StoreUnavailable
from service.api.parts import Asked
from service.api.wire.states import Part

LONG, SHORT = 30.0, 0.01
"""Seconds of patience: until there is an answer, and not."""


class Slow:
    """A part that says what it is given to say, and else nothing."""

    def __init__(self) -> None:
        self.says: Queue[str | Exception] = Queue()
        self.asked = threading.Semaphore(0)

    def __call__(self) -> str:
        self.asked.release()
        said = self.says.get(timeout=30)
        if isinstance(said, Exception):
            raise said
        return said


async def told(part: Asked, *patience: float) -> list[Part]:
    with ThreadPoolExecutor(1) as threads:
        return [await part.say(threads, seconds) for seconds in patience]


@pytest.mark.parametrize(
    ("error", "detail"), [(StoreUnavailable("locked"), "locked"), (ZeroDivisionError("secret"), "failed with ZeroDivisionError")]
)
def test_a_part_that_fails_is_told(error: Exception, detail: str) -> None:
    slow = Slow()
    slow.says.put(error)
    assert asyncio.run(told(Asked(slow), LONG)) == [Part(False, detail)]


async def _slow_part() -> None:
    slow = Slow()
    part = Asked(slow, fresh_s=0)
    with ThreadPoolExecutor(1) as threads:
        slow.says.put("well")
        assert await part.say(threads, LONG) == Part(True, "well")
        assert await part.say(threads, SHORT) == Part(True, "well")
        assert await part.say(threads, SHORT) == Part(True, "well")
        slow.says.put(StoreUnavailable("gone"))
        assert await part.say(threads, LONG) == Part(False, "gone")
    assert [slow.asked.acquire(blocking=False) for _ in range(3)] == [True, True, False]


def test_a_part_that_is_slow_is_told_as_it_was_and_asked_once() -> None:
    asyncio.run(_slow_part())


async def _silent_part() -> None:
    slow = Slow()
    part = Asked(slow, silent_s=0)
    with ThreadPoolExecutor(1) as threads:
        said = await part.say(threads, SHORT)
        slow.says.put("well")
    assert said == Part(False, "has not answered for 0 s")


def test_a_part_that_stays_silent_is_broken() -> None:
    asyncio.run(_silent_part())


def test_a_part_is_not_asked_more_often_than_needed() -> None:
    slow = Slow()
    slow.says.put("well")
    assert asyncio.run(told(Asked(slow), LONG, LONG, LONG)) == [Part(True, "well")] * 3
