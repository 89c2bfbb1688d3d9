"""Speed, start and memory of the service: `make bench`.

The service runs as a process of its own and is asked over HTTP, one client at a time. Each figure stands beside the same work
done bare, in this process: encode, then search, nothing else. On a shared machine the ratio says more than the milliseconds.
`--record` writes the figures to `speed.json`, from which the guide draws them.
"""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from index.models.encoders import Encoder, load_encoder
from index.search.vectors import FaissVectorIndex
from service.opening import open_store
from service.settings import Settings
from tests.quality.claims import DEVELOPMENT, read_claims

ENCODERS = Path("build/encoders")
RECORDED = Path(__file__).with_name("speed.json")
BATCH = 1000
ROUNDS = 300
TURN = 30
COMMAND = [sys.executable, "-c", "from service.cli.main import main; main(prog_name='rebut')"]


def main() -> None:
    """Measure and print."""
    texts = [claim.text for claim in read_claims(DEVELOPMENT)]
    encoder = load_encoder("rebut-e5-small", ENCODERS)
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "REBUT_DATA_DIR": data, "REBUT_ENCODERS_DIR": str(ENCODERS), "REBUT_LOG_FORMAT": "json"}
        subprocess.run([*COMMAND, "build"], env=environment, check=True, capture_output=True)
        index = bare_index(encoder, Path(data))
        started = time.perf_counter()
        with subprocess.Popen([*COMMAND, "serve", "--port", "0"], env=environment, text=True, stderr=subprocess.PIPE) as service:
            assert service.stderr is not None
            address = re.search(r"http://[\d.:]+", next(line for line in service.stderr if "running on" in line))
            ready = time.perf_counter() - started
            assert address is not None
            threading.Thread(target=service.stderr.read, daemon=True).start()  # or its log fills the pipe, and it waits
            with httpx.Client(base_url=address[0], timeout=120) as client:
                report(client, lambda some: index.search(encoder.encode(some), 50), texts, ready, service)
            service.terminate()


def bare_index(encoder: Encoder, data: Path) -> FaissVectorIndex:
    """The vectors of all passages, in this process."""
    store = open_store(Settings(data_dir=data))
    index = FaissVectorIndex(encoder.dimension)
    everything = store.searchable()
    assert everything is not None
    index.add(encoder.encode([passage.text for passage in everything.passages]))
    store.close()
    return index


def report(
    client: httpx.Client, bare: Callable[[list[str]], object], texts: list[str], ready: float, service: subprocess.Popen[str]
) -> None:
    """Ask one claim at a time, alternating with the bare work, then batches; print the table."""
    singles = [texts[number % len(texts)] for number in range(ROUNDS)]
    many = [f"{texts[number % len(texts)]} {number}" for number in range(BATCH)]
    body = {"claims": [{"text": text} for text in many]}
    for text in singles[:20]:
        client.post("/v1/claims/check", json={"text": text})
        bare([text])
    service_ms, bare_ms = paired(
        lambda text: client.post("/v1/claims/check", json={"text": text}), lambda text: bare([text]), singles
    )
    batch_ms, bare_batch_ms = paired(lambda _: client.post("/v1/claims/check/batch", json=body), lambda _: bare(many), ["", "", ""])
    resident = megabytes(service)
    table = Table("figure", "service", "bare encode + search", "ratio", "target", title=machine())
    for name, share in (("p50", 50), ("p95", 95), ("p99", 99)):
        one, other = np.percentile(service_ms, share), np.percentile(bare_ms, share)
        table.add_row(f"check, {name}", f"{one:.1f} ms", f"{other:.1f} ms", f"{one / other:.2f}", "15 ms" if name == "p50" else "")
    one, other = statistics.median(batch_ms), statistics.median(bare_batch_ms)
    table.add_row(f"batch of {BATCH}", f"{one / 1000:.2f} s", f"{other / 1000:.2f} s", f"{one / other:.2f}", "5 s")
    table.add_row("ready after", f"{ready:.1f} s", "", "", "12 s")
    table.add_row("resident memory", f"{resident:.0f} MB", "", "", "1200 MB")
    Console(width=100).print(table)
    if "--record" in sys.argv:
        p50, p95 = (np.percentile([service_ms, bare_ms], share, axis=1) for share in (50, 95))
        record({"p50": p50, "p95": p95, "batch": (one, other)}, ready, resident)


def record(pairs: dict[str, Sequence[float]], ready: float, resident: float) -> None:
    """Write the figures down: milliseconds of the service, and how many times the bare work that is."""
    figures: dict[str, dict[str, object]] = {}
    for name, (one, other) in pairs.items():
        told = f"{one:.1f} ms" if one < 1000 else f"{one / 1000:.1f} s"
        figures[name] = {"milliseconds": round(float(one), 1), "ratio": round(float(one / other), 1), "told": told}
    figures |= {"ready": {"told": f"{ready:.1f} s"}, "memory": {"told": f"{resident:.0f} MB"}}
    written = {"command": "make bench RECORD=--record", "machine": machine(), "figures": figures}
    RECORDED.write_bytes(msgspec.json.format(msgspec.json.encode(written)) + b"\n")


def paired(
    one: Callable[[str], object], other: Callable[[str], object], texts: list[str], turn: int = TURN
) -> tuple[list[float], list[float]]:
    """Milliseconds of each call, the two in turns of `turn` calls: both meet the same load, but neither the other's threads."""
    taken: tuple[list[float], list[float]] = ([], [])
    for start in range(0, len(texts), turn):
        for call, milliseconds in zip((one, other), taken, strict=True):
            for text in texts[start : start + turn]:
                started = time.perf_counter()
                call(text)
                milliseconds.append(1000 * (time.perf_counter() - started))
    return taken


def megabytes(process: subprocess.Popen[str]) -> float:
    """A process's resident memory."""
    return int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def machine() -> str:
    """What it was measured on."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
