"""Limits, by a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from service.access.errors import LimitReached
from service.access.limits import Allowance, Limits, Meter, network
from service.settings import Settings


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


def taken(allowance: Allowance, times: int, client: str = "a") -> int:
    """How many of these requests were allowed."""
    return sum(not allowance.take(client, 1).wait_s for _ in range(times))


def test_as_many_as_a_minute_allows_and_then_evenly_so_many(watch: Watch) -> None:
    allowance = Allowance(60, watch)
    assert taken(allowance, 100) == 60
    assert taken(allowance, 100, "b") == 60
    for _ in range(5):
        watch.seconds += 1
        assert taken(allowance, 10) == 1
    watch.seconds += 30
    assert taken(allowance, 100) == 30
    watch.seconds += 10_000
    assert taken(allowance, 100) == 60


@pytest.mark.parametrize("per_minute", [1, 7, 60, 999, 1_000_000])
def test_no_minute_has_more_than_twice_the_number_and_none_is_refused_that_keeps_to_it(watch: Watch, per_minute: int) -> None:
    allowance = Allowance(per_minute, watch)
    steady = min(per_minute, 500)
    for _ in range(3 * steady):
        assert allowance.take("steady", per_minute // steady).wait_s == 0
        watch.seconds += 60 / steady
    greedy = 0
    for _ in range(60):
        while not allowance.take("greedy", max(1, per_minute // 50)).wait_s:
            greedy += max(1, per_minute // 50)
        watch.seconds += 1
    assert per_minute <= greedy <= 2 * per_minute


def test_who_is_told_to_wait_is_let_in_then_and_not_before(watch: Watch) -> None:
    allowance = Allowance(10, watch)
    assert allowance.take("a", 8).wait_s == 0
    standing = allowance.take("a", 5)
    assert (standing.left, standing.wait_s) == (2, pytest.approx(18.0))
    watch.seconds += 17.9
    assert allowance.take("a", 5).wait_s > 0
    watch.seconds += 0.1
    assert allowance.take("a", 5).wait_s == 0


def test_clients_are_forgotten_who_came_longest_ago_first(watch: Watch) -> None:
    allowance = Allowance(2, watch, most_clients=100)
    for number in range(1_000):
        allowance.take(f"client {number}", 2)
    assert len(allowance._full_at) == 100
    assert taken(allowance, 1, "client 999") == 0
    assert taken(allowance, 1, "client 0") == 1  # forgotten
    watch.seconds += 61
    allowance.take("somebody", 1)
    assert len(allowance._full_at) == 1


def meter(watch: Callable[[], float], key: str | None = None, address: str = "192.0.2.1", **settings: int) -> Meter:
    return Limits(Settings(**settings), watch).meter(key, address)


def test_the_headers_are_those_of_the_draft(watch: Watch) -> None:
    limits = Limits(Settings(key_requests_per_minute=3, key_claims_per_minute=100), watch)
    counted = limits.meter("k", "192.0.2.1")
    assert counted.headers() == {}
    counted.count_request()
    counted.count_claims(40)
    assert counted.headers() == {
        "RateLimit-Policy": '"requests-a-minute";q=3;qu="requests";w=60, "claims-a-minute";q=100;qu="claims";w=60',
        "RateLimit": '"requests-a-minute";r=2;t=20, "claims-a-minute";r=60;t=24',
    }
    with pytest.raises(LimitReached) as raised:
        counted.count_claims(61)
    assert str(raised.value) == "100 claims a minute are allowed: try again in 1 s"
    assert raised.value.headers["Retry-After"] == "1"
    assert '"claims-a-minute";r=60;t=1' in raised.value.headers["RateLimit"]
    with pytest.raises(LimitReached, match="101 at once are more than that"):
        counted.count_claims(101)
    counted.count_claims(60)


def test_keys_and_addresses_have_limits_of_their_own(watch: Watch) -> None:
    limits = Limits(Settings(key_requests_per_minute=2, address_requests_per_minute=1), watch)
    for client in (("k", "192.0.2.1"), ("l", "192.0.2.1"), (None, "192.0.2.1"), (None, "192.0.2.2")):
        limits.meter(*client).count_request()
    for client in (("k", "192.0.2.9"), ("l", "192.0.2.9")):
        limits.meter(*client).count_request()
    for client in (("k", "192.0.2.1"), ("l", "192.0.2.8"), (None, "192.0.2.1"), (None, "192.0.2.2")):
        with pytest.raises(LimitReached):
            limits.meter(*client).count_request()


def test_without_a_limit_nothing_is_counted(watch: Watch) -> None:
    counted = meter(watch)
    for _ in range(1_000):
        counted.count_request()
        counted.count_claims(1_000_000)
    assert counted.headers() == {}


def test_an_address_is_what_one_client_has() -> None:
    assert network("192.0.2.1") == network("::ffff:192.0.2.1") == "192.0.2.1"
    assert network("2001:db8:0:1::1") == network("2001:db8:0:1:ffff::") == "2001:db8:0:1::/64"
    assert network("2001:db8:0:2::1") != network("2001:db8:0:1::1")
    assert network("fe80::1%eth0") == "fe80::/64"
    assert network("testclient") == "testclient"
