from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future

import pytest

from index.errors import EncodingFailed
from service.check.answers import Claim, Outcome
from service.scheduling.errors import QueueFull, ShuttingDown
from service.scheduling.line import AT_ONCE
from service.scheduling.scheduler import Scheduler, Turn
from tests.fakes import GatedMatcher


@pytest.fixture
def gated() -> GatedMatcher:
    return GatedMatcher()


@pytest.fixture
def scheduler(gated: GatedMatcher) -> Iterator[Scheduler]:
    scheduler = Scheduler(gated, most_small=4, most_large=100)
    scheduler.start()
    yield scheduler
    gated.may_go_on.release(1000)
    scheduler.close(grace_s=0)


def claims(*texts: str) -> list[Claim]:
    return [Claim(text=text) for text in texts]


def asked(scheduler: Scheduler, *texts: str) -> tuple[Turn, Future[Outcome]]:
    turn = scheduler.admit(len(texts))
    return turn, turn.ask(claims(*texts))


def answered(future: Future[Outcome]) -> list[str]:
    return [answer.claim.text for answer in future.result(timeout=30).answers]


def begun(gated: GatedMatcher) -> list[str]:
    return gated.begun.get(timeout=30)


def test_what_arrives_while_the_models_work_is_matched_together_and_each_gets_its_own(
    gated: GatedMatcher, scheduler: Scheduler
) -> None:
    first = asked(scheduler, "a")
    assert begun(gated) == ["a"]
    others = [asked(scheduler, "b"), asked(scheduler, "c", "d")]
    gated.may_go_on.release(2)
    assert begun(gated) == ["b", "c", "d"]
    assert [answered(future) for _, future in (first, *others)] == [["a"], ["b"], ["c", "d"]]
    timings = others[0][1].result().timings
    assert (timings.together, timings.wait_ms > 0) == (3, True)


def test_a_large_request_is_matched_in_pieces_and_put_together_in_its_order(gated: GatedMatcher, scheduler: Scheduler) -> None:
    texts = [f"l{number}" for number in range(2 * AT_ONCE + 1)]
    large = asked(scheduler, *texts)
    assert begun(gated) == texts[:AT_ONCE]
    small = asked(scheduler, "small")
    gated.may_go_on.release()
    assert begun(gated)[0] == "small"
    gated.may_go_on.release(2)
    assert answered(small[1]) == ["small"]
    assert answered(large[1]) == texts
    assert large[1].result().timings.encode_ms == 3.0


def test_what_turns_out_to_be_large_waits_as_large_requests_do(gated: GatedMatcher, scheduler: Scheduler) -> None:
    first = asked(scheduler, "a")
    assert begun(gated) == ["a"]
    turn = scheduler.admit(1)  # a short text of many sentences
    large = turn.ask(claims(*(f"l{number}" for number in range(AT_ONCE + 1))))
    with pytest.raises(QueueFull):
        scheduler.admit(100)
    small = asked(scheduler, "small")
    gated.may_go_on.release(3)
    assert begun(gated)[0] == "small"
    assert [len(answered(future)) for future in (first[1], small[1], large)] == [1, 1, AT_ONCE + 1]


def test_what_fails_fails_only_for_who_asked_it(gated: GatedMatcher, scheduler: Scheduler) -> None:
    gated.bad.add("bad")
    first = asked(scheduler, "a")
    assert begun(gated) == ["a"]
    good, bad, other = asked(scheduler, "good"), asked(scheduler, "bad"), asked(scheduler, "other")
    gated.may_go_on.release(5)
    assert (answered(first[1]), answered(good[1]), answered(other[1])) == (["a"], ["good"], ["other"])
    with pytest.raises(EncodingFailed):
        bad[1].result(timeout=30)


def test_a_large_request_that_fails_is_not_gone_on_with(gated: GatedMatcher, scheduler: Scheduler) -> None:
    gated.bad.add("bad")
    turn, future = asked(scheduler, "bad", *(f"l{number}" for number in range(3 * AT_ONCE)))
    gated.may_go_on.release()
    with pytest.raises(EncodingFailed):
        future.result(timeout=30)
    turn.close()
    after = asked(scheduler, "after")
    gated.may_go_on.release()
    assert answered(after[1]) == ["after"]
    assert [begun(gated)[0], begun(gated)] == ["bad", ["after"]]


def test_a_full_queue_refuses_at_once_and_tells_when_to_come_again(gated: GatedMatcher, scheduler: Scheduler) -> None:
    held = [asked(scheduler, "a")]
    assert begun(gated) == ["a"]
    held += [asked(scheduler, "b", "c", "d", "e")]
    with pytest.raises(QueueFull) as refused:
        scheduler.admit(1)
    assert refused.value.headers == {
        "Retry-After": "1",
        "RateLimit-Policy": '"claims";q=4;qu="claims"',
        "RateLimit": '"claims";r=0;t=1',
    }
    assert scheduler.admit(50)  # large requests have a bound of their own
    held[1][0].close()
    assert scheduler.admit(1)


def test_a_request_larger_than_the_queue_is_let_in_when_nothing_waits(gated: GatedMatcher, scheduler: Scheduler) -> None:
    large = scheduler.admit(1000)
    with pytest.raises(QueueFull):
        scheduler.admit(17)
    large.close()
    assert scheduler.admit(1000)


def test_who_leaves_costs_nothing_more(gated: GatedMatcher, scheduler: Scheduler) -> None:
    first = asked(scheduler, "a")
    assert begun(gated) == ["a"]
    gone, stays = asked(scheduler, "gone"), asked(scheduler, "stays")
    gone[0].close()
    gated.may_go_on.release(2)
    assert (answered(first[1]), answered(stays[1]), begun(gated)) == (["a"], ["stays"], ["stays"])
    with pytest.raises(CancelledError):
        gone[1].result(timeout=30)
    with pytest.raises(CancelledError):
        gone[0].ask(claims("more"))


def test_who_leaves_in_the_middle_is_not_gone_on_with(gated: GatedMatcher, scheduler: Scheduler) -> None:
    turn, _ = asked(scheduler, *(f"l{number}" for number in range(3 * AT_ONCE)))
    assert len(begun(gated)) == AT_ONCE
    turn.close()
    after = asked(scheduler, "after")
    gated.may_go_on.release(2)
    assert (answered(after[1]), begun(gated)) == (["after"], ["after"])


def test_a_request_that_was_lost_takes_no_room(gated: GatedMatcher, scheduler: Scheduler) -> None:
    turn = scheduler.admit(4)
    with pytest.raises(QueueFull):
        scheduler.admit(1)
    del turn
    gc.collect()
    assert scheduler.admit(1)


def admit_until_refused(scheduler: Scheduler) -> None:
    while True:
        scheduler.admit(1).close()


def test_the_end_waits_for_those_who_were_admitted_and_admits_nobody(gated: GatedMatcher) -> None:
    scheduler = Scheduler(gated, most_small=4, most_large=100)
    scheduler.start()
    turn, future = asked(scheduler, "a")
    assert begun(gated) == ["a"]
    closing = threading.Thread(target=scheduler.close)
    closing.start()
    with pytest.raises(ShuttingDown):
        admit_until_refused(scheduler)
    gated.may_go_on.release(2)
    assert answered(future) == ["a"]
    assert answered(turn.ask(claims("b"))) == ["b"]
    turn.close()
    closing.join(timeout=30)
    assert not closing.is_alive()


def test_the_end_drops_what_is_left_after_the_grace(gated: GatedMatcher) -> None:
    scheduler = Scheduler(gated, most_small=4, most_large=100)
    scheduler.start()
    running, waiting = asked(scheduler, "a"), None
    assert begun(gated) == ["a"]
    waiting = asked(scheduler, "b")
    scheduler.close(grace_s=0.01)
    with pytest.raises(ShuttingDown):
        waiting[1].result(timeout=30)
    with pytest.raises(ShuttingDown):
        waiting[0].ask(claims("c"))
    gated.may_go_on.release()
    assert answered(running[1]) == ["a"]
