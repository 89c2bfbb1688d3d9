"""Limits, by a clock that is set by hand."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE

import pytest

from index.errors import StoreUnavailable
from service.access.errors import LimitReached
from service.access.limits import Allowance, Limits, Meter, SignInAttempts, network
from service.access.tally import ALLOCATE, Tally, reserve
from service.settings import Settings
from tests.conftest import ROOT


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def tally(tmp_path: Path) -> Tally:
    return Tally(tmp_path / "limits")


def taken(allowance: Allowance, times: int, client: str = "a") -> int:
    """How many of these requests were allowed."""
    return sum(not allowance.take(client, 1).wait_s for _ in range(times))


@pytest.mark.parametrize("allocate", [ALLOCATE, None], ids=["as this system does", "as where nothing allocates"])
def test_room_is_made_and_what_is_there_stays(tmp_path: Path, allocate: Callable[[int, int, int], None] | None) -> None:
    with (tmp_path / "file").open("w+b", buffering=0) as file:
        file.write(b"bees")
        for size, wanted in ((10, 10), (6, 10), (12, 12)):
            reserve(file.fileno(), size, allocate)
            assert (tmp_path / "file").read_bytes() == b"bees".ljust(wanted, b"\0")


def test_as_many_as_a_minute_allows_and_then_evenly_so_many(watch: Watch, tally: Tally) -> None:
    allowance = Allowance("x", 60, watch, tally)
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
def test_no_minute_has_more_than_twice_the_number_and_none_is_refused_that_keeps_to_it(
    watch: Watch, tally: Tally, per_minute: int
) -> None:
    allowance = Allowance("x", per_minute, watch, tally)
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


def test_who_is_told_to_wait_is_let_in_then_and_not_before(watch: Watch, tally: Tally) -> None:
    allowance = Allowance("x", 10, watch, tally)
    assert allowance.take("a", 8).wait_s == 0
    standing = allowance.take("a", 5)
    assert (standing.left, standing.wait_s) == (2, pytest.approx(18.0))
    watch.seconds += 17.9
    assert allowance.take("a", 5).wait_s > 0
    watch.seconds += 0.1
    assert allowance.take("a", 5).wait_s == 0


def test_a_full_bucket_forgets_who_has_used_up_least(watch: Watch, tmp_path: Path) -> None:
    allowance = Allowance("x", 100, watch, Tally(tmp_path / "small", buckets=1))
    for number, asked in enumerate((50, 100, 100, 100)):
        allowance.take(f"client {number}", asked)
    assert taken(allowance, 1, "client 1") == 0
    allowance.take("somebody", 60)
    assert [allowance.take(f"client {number}", 1).wait_s > 0 for number in (1, 2, 3)] == [True] * 3
    assert allowance.take("somebody", 41).wait_s > 0
    assert taken(allowance, 100, "client 0") == 100  # forgotten


def test_a_hundred_thousand_clients_are_remembered(watch: Watch, tally: Tally) -> None:
    allowance = Allowance("x", 1, watch, tally)
    for number in range(100_000):
        allowance.take(str(number), 1)
    forgotten = sum(taken(allowance, 1, str(number)) for number in range(0, 100_000, 100))
    assert forgotten < 50  # of a thousand


def test_after_the_machine_was_started_again_nobody_waits_for_its_old_clock(watch: Watch, tally: Tally) -> None:
    allowance = Allowance("x", 5, watch, tally)
    assert taken(allowance, 10) == 5
    watch.seconds = 20.0
    assert taken(allowance, 10) == 5


COUNTING = """
import sys, time
from pathlib import Path
from service.access.limits import Allowance
from service.access.tally import ALLOCATE, Tally, reserve
allowance = Allowance("x", 1_000, lambda: 100.0, Tally(Path(sys.argv[1])))
print("ready", flush=True)
sys.stdin.read()
print(sum(not allowance.take("a", 1).wait_s for _ in range(2_000)))
"""


def test_processes_on_one_machine_count_together_and_lose_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", COUNTING, str(tmp_path / "limits")]
    processes = [subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True) for _ in range(4)]
    for process in processes:
        assert process.stdout
        process.stdout.readline()
    for process in processes:  # all of them begin
        assert process.stdin
        process.stdin.close()
        process.stdin = None
    assert sum(int(process.communicate()[0]) for process in processes) == 1_000


def test_a_service_that_is_started_again_goes_on_counting(watch: Watch, tmp_path: Path) -> None:
    assert taken(Allowance("x", 5, watch, Tally(tmp_path / "limits")), 3) == 3
    assert taken(Allowance("x", 5, watch, Tally(tmp_path / "limits")), 3) == 2
    assert taken(Allowance("y", 5, watch, Tally(tmp_path / "limits")), 3) == 3


def test_what_is_typed_as_a_name_is_not_in_the_file(watch: Watch, tmp_path: Path) -> None:
    attempts = SignInAttempts(Settings(), watch, Tally(tmp_path / "limits", buckets=1))
    for name in ("secret", "other name", "\ud800"):
        attempts.count(name, "192.0.2.1")
    kept = (tmp_path / "limits").read_bytes()
    assert b"secret" not in kept
    assert hashlib.blake2b(b"sign-in name secret", digest_size=8).digest() not in kept
    assert (tmp_path / "limits").stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="in which limits are counted"):
        Tally(tmp_path / "file" / "limits")


def meter(watch: Callable[[], float], tally: Tally, key: str | None = None, address: str = "192.0.2.1", **settings: int) -> Meter:
    return Limits(Settings(**settings), watch, tally).meter(key, address)


def test_the_headers_are_those_of_the_draft(watch: Watch, tally: Tally) -> None:
    limits = Limits(Settings(key_requests_per_minute=3, key_claims_per_minute=100), watch, tally)
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


def test_keys_and_addresses_have_limits_of_their_own(watch: Watch, tally: Tally) -> None:
    limits = Limits(Settings(key_requests_per_minute=2, address_requests_per_minute=1), watch, tally)
    for client in (("k", "192.0.2.1"), ("l", "192.0.2.1"), (None, "192.0.2.1"), (None, "192.0.2.2")):
        limits.meter(*client).count_request()
    for client in (("k", "192.0.2.9"), ("l", "192.0.2.9")):
        limits.meter(*client).count_request()
    for client in (("k", "192.0.2.1"), ("l", "192.0.2.8"), (None, "192.0.2.1"), (None, "192.0.2.2")):
        with pytest.raises(LimitReached):
            limits.meter(*client).count_request()


def test_without_a_limit_nothing_is_counted(watch: Watch, tally: Tally) -> None:
    counted = meter(watch, tally)
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
