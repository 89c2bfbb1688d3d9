"""PostgreSQL is stopped and started again under load: `python -m tests.faults.outages [ROUNDS]`.

A service answers checks and lookups over HTTP, and somebody edits, while its database stops: by turns it breaks its connections off
and crashes. Whatever is not answered must be a 503 with Retry-After, and what was acknowledged must be there afterwards; then all
goes on by itself, and edits by other processes are found.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import structlog

from index.errors import StoreUnavailable
from index.store.sql import SqlStore
from service.app import create_app
from service.settings import Settings
from tests.conftest import fake_parts
from tests.contracts.test_store import paper, statement
from tests.faults.together import edit
from tests.postgres import Postgres, server
from tests.serving import served

CLIENTS = 3
GIVEN_UP_S = 60.0
AWAY_S = 1.0
"""Seconds for which the database is away."""


class Load:
    """Clients that ask, and somebody who edits, until they are stopped."""

    def __init__(self, address: str, url: str) -> None:
        self.answers: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.acknowledged = self.refused = 0
        self._address, self._url, self._stopped = address, url, threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)] + [threading.Thread(target=self._edit)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        with httpx.Client(base_url=self._address, timeout=60) as client:
            while not self._stopped.wait(0.01):
                self._note(client.post("/v1/claims/check", json={"text": "Bees bark."}))
                self._note(client.get("/v1/statements/edited"))

    def _note(self, response: httpx.Response) -> None:
        told = response.json().get("type", "").rpartition(":")[2]
        self.answers[f"{response.status_code} {told}".strip()] += 1
        as_it_should = response.status_code == 200 or (told == "store-unavailable" and response.headers.get("retry-after"))
        if not as_it_should:
            self.wrong.append(response.text)

    def _edit(self) -> None:
        store, number = SqlStore(self._url), 0
        while not self._stopped.wait(0.02):
            number += 1
            try:
                self.acknowledged = max(self.acknowledged, edit(store, number).sequence)
            except StoreUnavailable:
                self.refused += 1
        store.close()


def seconds_until(reached: Callable[[], bool]) -> float:
    """How long it takes; `GIVEN_UP_S` if it does not come."""
    begun = time.monotonic()
    while not reached() and time.monotonic() - begun < GIVEN_UP_S:
        time.sleep(0.01)
    return time.monotonic() - begun


def outage(postgres: Postgres, url: str, address: str, shown: Callable[[], str | None], how: signal.Signals) -> list[str]:
    """One outage; gives what is wrong."""
    with Load(address, url) as load, httpx.Client(base_url=address, timeout=60) as client:
        seconds_until(lambda: load.acknowledged > 0 and load.answers["200"] > CLIENTS)
        postgres.stop(how)
        noticed = seconds_until(lambda: load.answers["503 store-unavailable"] > CLIENTS and load.refused > 0)
        unready = seconds_until(lambda: client.get("/health/ready").status_code == 503)
        time.sleep(AWAY_S)
        postgres.start()
        back = seconds_until(lambda: client.get("/v1/statements/edited").status_code == 200)
        healthy = seconds_until(lambda: client.get("/health/ready").status_code == 200)
    store = SqlStore(url)
    store.load([paper(statement("edited", f"Edited after {load.acknowledged}."))])
    seen = seconds_until(lambda: shown() == store.version())
    wrong = [*load.wrong, *(f"{one.place}: {one.what}" for one in store.ledger.verify())]
    stands = store.ledger.checkpoint()
    if stands is None or stands[0].sequence < load.acknowledged:
        wrong.append(f"{load.acknowledged} was acknowledged, and the ledger has {stands and stands[0].sequence}")
    wrong += ["it does not go on"] if max(noticed, unready, back, healthy, seen) >= GIVEN_UP_S else []
    store.close()
    print(
        f"{how.name}: {dict(load.answers)}, {load.refused} edits refused; noticed after {noticed:.2f} s; once it was back:", end=" "
    )
    print(
        f"answered after {back:.2f} s, ready {healthy:.2f} s, another's edit searched after {seen:.2f} s; {len(wrong)} things wrong"
    )
    return wrong


def main() -> None:
    """Stop, start and tell."""
    rounds, wrong = int(sys.argv[1]) if len(sys.argv) > 1 else 4, list[str]()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with tempfile.TemporaryDirectory() as scratch, server() as postgres:
        url = postgres.empty()
        parts = fake_parts(Settings(data_dir=Path(scratch), database_url=url, seeds="", relation="on"))
        parts.store.load([paper(statement("edited"))])
        with served(create_app(parts)) as address:
            for number in range(rounds):
                how = (signal.SIGINT, signal.SIGQUIT)[number % 2]
                wrong += outage(postgres, url, address, lambda: parts.retriever.live.current.store_version, how)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{rounds} outages, {len(wrong)} things wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
