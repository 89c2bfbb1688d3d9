"""So many connections at once: `python -m tests.faults.crowd [CONNECTIONS] [ROUNDS]`.

All connect to one service, with stand-ins for the models, and wait for each other; then all ask at the same moment: every other one
checks a claim, the others read a record. Each must be answered 200, or 429 or 503 with Retry-After, and the service must be well
afterwards.
"""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import structlog

from service.app import create_app
from service.server import server_of
from service.settings import Settings
from tests.conftest import fake_parts
from tests.contracts.test_store import paper, statement

CLAIM = json.dumps({"text": "Bees bark."}).encode()
CHECK = b"POST /v1/claims/check HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(CLAIM),
    CLAIM,
)
READ = b"GET /v1/statements/bees-bark HTTP/1.1\r\nHost: a\r\n\r\n"
ASKED = (CHECK, READ)
LONGEST_S = 300
AFTER = {429, 503}
"""What may be answered instead of 200, if it is told when to come again."""


class Crowd:
    """Clients that ask at the same moment."""

    def __init__(self, port: int, clients: int, rounds: int) -> None:
        self.told: Counter[str] = Counter()
        self.longest = 0.0
        self._port, self._clients, self._rounds = port, clients, rounds

    async def ask(self) -> None:
        """All of it."""
        together = asyncio.Barrier(self._clients)
        async with asyncio.timeout(LONGEST_S):
            await asyncio.gather(*(self._one(number, together) for number in range(self._clients)))

    async def _one(self, number: int, together: asyncio.Barrier) -> None:
        for turn in range(self._rounds):
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            await together.wait()
            begun = time.monotonic()
            try:
                writer.write(ASKED[(number + turn) % len(ASKED)])
                self.told[await answer(reader)] += 1
            except (OSError, asyncio.IncompleteReadError):
                self.told["hung up"] += 1
            self.longest = max(self.longest, time.monotonic() - begun)
            writer.close()
            await together.wait()


async def answer(reader: asyncio.StreamReader) -> str:
    """Read an answer; gives its status, with what is wrong with it."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    fields = dict(line.split(": ", 1) for line in head.splitlines()[1:] if line)
    await reader.readexactly(int(fields["content-length"]))
    status = int(head.split()[1])
    good = status == 200 or (status in AFTER and "retry-after" in fields)
    return str(status) if good else f"{status}, wrong"


def main() -> None:
    """Ask and tell."""
    clients, rounds = [int(one) for one in (*sys.argv[1:], *("1000", "3")[len(sys.argv) - 1 :])]
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0), backlog=clients) as listener:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # both ends of each connection are in this process
        settings = Settings(data_dir=Path(folder), seeds="", relation="on", max_connections=clients, read_seconds=LONGEST_S)
        parts = fake_parts(settings)
        parts.store.load([paper(statement("bees-bark"))])
        server = server_of(create_app(parts), settings, "127.0.0.1", 0)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        crowd = Crowd(listener.getsockname()[1], clients, rounds)
        begun = time.monotonic()
        asyncio.run(crowd.ask())
        took = time.monotonic() - begun
        after = Crowd(listener.getsockname()[1], len(ASKED), 1)
        asyncio.run(after.ask())
        server.should_exit = True
        thread.join()
        parts.store.close()
    wrong = sum(count for name, count in (crowd.told + after.told).items() if not name.isdecimal()) + (
        after.told["200"] != len(ASKED)
    )
    print(f"{clients} connections, {rounds} rounds in {took:.1f} s, the slowest answer after {crowd.longest:.1f} s:", end=" ")
    print(*(f"{name} x {count}" for name, count in sorted(crowd.told.items())), sep=", ", end=f"; {wrong} things wrong\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
