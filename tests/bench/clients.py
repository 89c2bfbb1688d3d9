"""How the service does with many clients: `python -m tests.bench.clients [OTHER CHECKOUT]`.

Each service runs as a process of its own, with the real models, and is asked over HTTP by 1, 8, 32 and 128 clients, each of which
asks one claim after the other and waits as long as Retry-After says when it is refused. With another checkout, the two take turns
(A B A B): on a shared machine only their ratio says something. Beside the clients, /health/ready is asked twice a second.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import multiprocessing
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import numpy as np
from rich.console import Console
from rich.table import Table

from tests.bench.check import COMMAND, ENCODERS, machine
from tests.conftest import ROOT
from tests.quality.claims import DEVELOPMENT, read_claims

CLIENTS = (1, 8, 32, 128)
TURNS = 2
PROBES_S = 0.5


class Run:
    """What one turn of clients met: seconds of each answer, each refusal and each answer of /health/ready, and failures."""

    def __init__(self) -> None:
        self.answers: list[float] = []
        self.ready: list[float] = []
        self.refusals: list[float] = []
        self.failed = 0
        self.lasted = 0.0

    def add(self, other: Run) -> None:
        """Put two turns together."""
        self.answers += other.answers
        self.ready += other.ready
        self.refusals += other.refusals
        self.failed += other.failed
        self.lasted += other.lasted

    def cells(self) -> list[str]:
        """Requests/s, percentiles of the answers, refusals and how long they took, failures, /health/ready; times in ms."""
        answers = [percentile(self.answers, share) for share in (50, 95, 99)]
        refusals = [str(len(self.refusals)), percentile(self.refusals, 95)]
        ready = [percentile(self.ready, share) for share in (50, 100)]
        return [f"{len(self.answers) / self.lasted:.1f}", *answers, *refusals, str(self.failed), *ready]


def percentile(seconds: list[float], share: float) -> str:
    """In ms."""
    return f"{1000 * np.percentile(seconds, share):.0f}" if seconds else "-"


def environment(checkout: Path, data: Path, settings: dict[str, str] | None = None) -> dict[str, str]:
    """The environment for the `rebut` command of a checkout: no settings but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REBUT_")}
    ours = {"REBUT_DATA_DIR": str(data), "REBUT_ENCODERS_DIR": str(ENCODERS.resolve()), "PYTHONPATH": str(checkout)}
    return kept | ours | (settings or {})


@contextmanager
def serving(
    command: Sequence[str | Path], environment: dict[str, str], cwd: Path = ROOT
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server, in a process of its own; gives its address and the process."""
    with subprocess.Popen(
        command, cwd=cwd, env=environment, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as service:
        assert service.stderr is not None
        address = re.search(r"http://[\d.:]+", next(line for line in service.stderr if "running on" in line))
        assert address is not None
        threading.Thread(target=service.stderr.read, daemon=True).start()  # or its log fills the pipe, and it waits
        yield address[0], service
        service.terminate()


async def check(http: httpx.AsyncClient, text: str) -> httpx.Response:
    """Ask this service for a claim."""
    return await http.post("/v1/claims/check", json={"text": text})


async def load(
    address: str,
    clients: int,
    seconds: float,
    texts: Iterator[str],
    probes: Executor,
    asking: Callable[[httpx.AsyncClient, str], Awaitable[httpx.Response]] = check,
) -> Run:
    """Have some clients ask for some seconds."""
    run, started = Run(), time.perf_counter()
    until = started + seconds

    async def ask() -> None:
        # a connection pool of its own: one of 128 connections looks through all of them for each request
        async with httpx.AsyncClient(base_url=address, timeout=120, verify=False) as http:
            while time.perf_counter() < until:
                asked = time.perf_counter()
                response = await asking(http, next(texts))
                if response.status_code == 200:
                    run.answers.append(time.perf_counter() - asked)
                elif response.status_code == 429:
                    run.refusals.append(time.perf_counter() - asked)
                    await asyncio.sleep(float(response.headers["retry-after"]))
                else:
                    run.failed += 1

    async with asyncio.TaskGroup() as tasks:
        for _ in range(clients):
            tasks.create_task(ask())
        probing = asyncio.get_running_loop().run_in_executor(probes, probe, address, seconds)
    run.lasted = time.perf_counter() - started
    run.ready = await probing
    return run


def probe(address: str, seconds: float) -> list[float]:
    """Ask /health/ready for some seconds, from a process of its own: how long each answer took."""
    found, until = [], time.perf_counter() + seconds
    with httpx.Client(base_url=address, timeout=120) as http:
        while time.perf_counter() < until:
            asked = time.perf_counter()
            http.get("/health/ready")
            found.append(time.perf_counter() - asked)
            time.sleep(PROBES_S)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("other", nargs="?", type=Path, help="checkout to compare with")
    parser.add_argument("--clients", type=int, nargs="*", default=CLIENTS)
    parser.add_argument("--seconds", type=float, default=8, help="of each turn")
    options = parser.parse_args()
    texts = itertools.cycle(claim.text for claim in read_claims(DEVELOPMENT))
    checkouts = {"this": ROOT} | ({"other": options.other.resolve()} if options.other else {})
    table = Table(
        "clients",
        "service",
        "requests/s",
        "p50",
        "p95",
        "p99",
        "429",
        "429, p95",
        "failed",
        "ready, p50",
        "slowest",
        title=machine(),
    )
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        probes = stack.enter_context(ProcessPoolExecutor(1, multiprocessing.get_context("spawn")))
        serve = [*COMMAND, "serve", "--port", "0"]
        addresses = {
            name: stack.enter_context(serving(serve, environment(path, scratch / name), path))[0]
            for name, path in checkouts.items()
        }
        for address in addresses.values():
            asyncio.run(load(address, 1, options.seconds / 2, texts, probes))
        for clients in options.clients:
            runs = {name: Run() for name in addresses}
            for _ in range(TURNS):
                for name, address in addresses.items():
                    runs[name].add(asyncio.run(load(address, clients, options.seconds, texts, probes)))
            for name, run in runs.items():
                table.add_row(str(clients), name, *run.cells())
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
