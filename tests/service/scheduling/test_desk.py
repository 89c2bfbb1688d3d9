from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from service.check.answers import Claim, Outcome
from service.check.matcher import Matching
from service.scheduling.desk import Desk
from service.scheduling.errors import DeadlinePassed, HungUp
from service.scheduling.scheduler import Scheduler
from tests.fakes import GatedMatcher

CLAIM = [Claim(text="a")]


def desk(gated: GatedMatcher, deadline_s: float = 30) -> Desk:
    return Desk(Scheduler(gated, most_small=4, most_large=100), deadline_s)


async def gone() -> Mapping[str, Any]:
    return {"type": "http.disconnect"}


async def begun(gated: GatedMatcher) -> list[str]:
    return await asyncio.to_thread(gated.begun.get, timeout=30)


async def _late() -> None:
    gated = GatedMatcher()
    async with (one := desk(gated, deadline_s=0.02)).open():
        with pytest.raises(DeadlinePassed):
            await one.match(CLAIM)
        with pytest.raises(DeadlinePassed):
            await one.run(1, lambda matching: matching.match(CLAIM))
        gated.may_go_on.release()
    assert gated.begun.qsize() == 1  # the second never began


def test_a_deadline_counts_waiting_and_drops_what_was_not_begun() -> None:
    asyncio.run(_late())


async def _hung_up() -> None:
    gated = GatedMatcher()
    async with (one := desk(gated)).open():
        first = asyncio.create_task(one.match(CLAIM))
        assert await begun(gated) == ["a"]
        with pytest.raises(HungUp):
            await one.match([Claim(text="gone")], gone)
        gated.may_go_on.release()
        assert (await first).answers[0].claim.text == "a"
    assert gated.begun.empty()


def test_who_hangs_up_is_dropped() -> None:
    asyncio.run(_hung_up())


def twice(matching: Matching) -> Iterator[str]:
    for text in ("first", "second"):
        yield matching.match([Claim(text=text)]).answers[0].claim.text


async def _steps() -> None:
    gated = GatedMatcher()
    gated.may_go_on.release()
    async with (one := desk(gated)).open():
        turn = one.admit(20)
        steps = one.steps(turn, twice)
        assert await anext(steps) == "first"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(steps), 0.02)
        assert turn.left
        gated.may_go_on.release()


def test_steps_end_with_who_asks_for_them() -> None:
    asyncio.run(_steps())


async def _many() -> None:
    gated, entered = GatedMatcher(), threading.Semaphore(0)

    def enter(matching: Matching) -> Outcome:
        entered.release()
        return matching.match(CLAIM)

    async with (one := desk(gated)).open():
        work = [asyncio.create_task(one.run(20, enter)) for _ in range(5)]
        for _ in work:  # all of them come so far while the models work at the first
            assert await asyncio.to_thread(entered.acquire, timeout=30)
        gated.may_go_on.release(len(work))
        await asyncio.gather(*work)


def test_work_that_waits_for_the_models_lets_others_work() -> None:
    asyncio.run(_many())
