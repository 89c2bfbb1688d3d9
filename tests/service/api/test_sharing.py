"""Requests share the models, and nothing else waits for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import msgspec
import pytest

from index.errors import EncodingFailed
from index.models.runtime import FloatArray
from index.progress import Progress, no_progress
from service.app import create_app
from service.settings import Settings
from tests.conftest import fake_parts
from tests.fakes import WordEncoder
from tests.serving import served

CHECK, BATCH = "/v1/claims/check", "/v1/claims/check/batch"


class Held(WordEncoder):
    """An encoder that stops at a text that begins with "Hold", until it may go on, and fails at "Break"."""

    def __init__(self) -> None:
        super().__init__("all-MiniLM-L6-v2")
        self.holds = threading.Event()
        self.may_go_on = threading.Event()

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        if any(text.startswith("Hold") for text in texts):
            self.holds.set()
            assert self.may_go_on.wait(timeout=30)
        if any(text.startswith("Break") for text in texts):
            raise EncodingFailed("the fake is broken")
        return super().encode(texts, progress)


class Service:
    """A service on a port, whose models are held."""

    def __init__(self, address: str, encoder: Held) -> None:
        self.encoder = encoder
        self.http = httpx.Client(base_url=address, timeout=30)
        self.threads = ThreadPoolExecutor(8)

    def ask(self, text: str) -> Callable[[], httpx.Response]:
        """Check a claim beside the others; gives what waits for the response."""
        return self.threads.submit(self.http.post, CHECK, json={"text": text}).result

    def hold(self) -> Callable[[], httpx.Response]:
        """Have the models held."""
        held = self.ask("Hold the models here please")
        assert self.encoder.holds.wait(timeout=30)
        return held

    def figure(self, name: str) -> float:
        """A figure of /metrics."""
        lines = self.http.get("/metrics").text.splitlines()
        return next((float(line.split()[-1]) for line in lines if line.startswith(f"{name} ")), 0.0)

    def until(self, name: str, value: float) -> None:
        """Ask for a figure until it has this value."""
        deadline = time.monotonic() + 30
        while self.figure(name) != value:
            assert time.monotonic() < deadline, name


WAITING = 'rebut_queue_claims{size="small"}'


@contextmanager
def service(settings: Settings) -> Iterator[Service]:
    encoder = Held()
    parts = fake_parts(settings, encoder)
    with served(create_app(parts)) as address:
        one = Service(address, encoder)
        try:
            yield one
        finally:
            encoder.may_go_on.set()
            one.threads.shutdown()
            one.http.close()


def test_claims_that_arrive_while_the_models_work_are_matched_together(settings: Settings) -> None:
    with service(settings) as one:
        held = one.hold()
        texts = ["North masses troops at the river", "The wheat harvest was the best", "South bought forty tanks"]
        asked = [one.ask(text) for text in texts]
        one.until(WAITING, 3)
        before = one.figure('rebut_batch_claims_bucket{le="4.0"}') - one.figure('rebut_batch_claims_bucket{le="2.0"}')
        one.encoder.may_go_on.set()
        assert held().status_code == 200
        assert [response().json()["claim"]["text"] for response in asked] == texts
        after = one.figure('rebut_batch_claims_bucket{le="4.0"}') - one.figure('rebut_batch_claims_bucket{le="2.0"}')
        assert after - before == 1


def test_nothing_else_waits_for_the_models(settings: Settings) -> None:
    with service(settings) as one:
        one.hold()
        waiting = [one.ask(f"claim number {number} about troops") for number in range(4)]
        one.until(WAITING, 4)
        for path in (
            "/health/live",
            "/health/ready",
            "/v1/statements",
            "/statements",
            "/metrics",
            "/assets/page.css",
            "/v1/sources",
        ):
            assert one.http.get(path).status_code == 200, path
        one.encoder.may_go_on.set()
        assert {response().status_code for response in waiting} == {200}


def test_a_full_queue_is_told_at_once(settings: Settings) -> None:
    with service(msgspec.structs.replace(settings, queue_claims=1)) as one:
        one.hold()
        waits = one.ask("claim that waits for its turn")
        one.until(WAITING, 1)
        refused = one.http.post(CHECK, json={"text": "claim that is too many"})
        assert (refused.status_code, refused.json()["type"]) == (429, "urn:rebut:problem:queue-full")
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.headers["ratelimit"].startswith('"claims";r=0;t=')
        assert one.http.get("/v1alpha1/claims:search", params={"query": "troops"}).json()["error"]["status"] == "RESOURCE_EXHAUSTED"
        assert one.http.post("/", data={"text": "one claim too many"}).status_code == 429
        one.encoder.may_go_on.set()
        assert waits().status_code == 200


def test_a_deadline_is_a_504(settings: Settings) -> None:
    with service(msgspec.structs.replace(settings, deadline_seconds=0.5)) as one:
        late = one.hold()()
        assert (late.status_code, late.json()["type"]) == (504, "urn:rebut:problem:deadline-passed")
        *_, event, told, _, _ = one.http.post("/v1/texts/check/stream", json={"text": "Some text that waits."}).text.split("\n")
        assert event.strip() == "event: problem"
        assert "deadline-passed" in told


def test_who_hangs_up_is_not_matched(settings: Settings) -> None:
    with service(settings) as one:
        held = one.hold()
        before = one.figure("rebut_hang_ups_total")
        for path, body in ((CHECK, {"text": "nobody waits here"}), ("/v1/texts/check", {"text": "Nobody waits here either."})):
            with pytest.raises(httpx.ReadTimeout):
                one.http.post(path, json=body, timeout=0.3)
        one.until("rebut_hang_ups_total", before + 2)
        one.encoder.may_go_on.set()
        assert held().status_code == 200
        assert not [text for text in one.encoder.encoded if "obody" in text]


def test_a_bad_claim_in_a_shared_batch_fails_alone(settings: Settings) -> None:
    with service(settings) as one:
        held = one.hold()
        bad, good = one.ask("Break at this claim please"), one.ask("North masses troops at the river")
        one.until(WAITING, 2)
        one.encoder.may_go_on.set()
        assert (held().status_code, bad().status_code, good().status_code) == (200, 503, 200)
