"""Mixed work for as long as one says: `make soak FOR=600`, or `python -m tests.bench.soak SECONDS [FILE]`.

A service of its own, with the bundled statements and, with a FILE (JSON lines with a text, gzipped or not), 20,000 others, is asked
by eight clients: single claims, some of them long, with typing errors or hostile, batches and documents. Meanwhile statements are
edited over HTTP, one every two seconds, and each edit is looked for. Printed, for ten stretches of the time: answers a second,
percentiles, what was refused and what failed, memory. At the end a second service makes an index of its own from the same store:
the two have to give the same answers. The exit code is 1 if they do not, if anything failed, or if an edit was not found in time.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from tests.bench.beside_txtai import texts_of
from tests.bench.check import COMMAND, machine, megabytes
from tests.bench.clients import environment, serving
from tests.conftest import ROOT
from tests.quality.claims import DEVELOPMENT, read_claims

CLIENTS, STRETCHES, STATEMENTS = 8, 10, 20_000
EDITED, EDIT_EVERY_S, FOUND_WITHIN_S, GIVEN_UP_S = 20, 2.0, 1.0, 60.0
COMPARED = 100
"""Claims whose answers are compared at the end."""
SAME = 1e-3
"""Difference of two probabilities that are the same."""


class Stretch(msgspec.Struct):
    """A part of the time: seconds of each answer, refusals, what failed, and memory at its end in MB."""

    answers: list[float] = []
    refused: int = 0
    failed: list[str] = []
    megabytes: float = 0.0


def bodies(texts: list[str], seed: int = 1) -> Iterator[tuple[str, dict[str, Any]]]:
    """Requests without end: paths and bodies."""
    chance = random.Random(seed)
    while True:
        text = chance.choice(texts)
        kind = chance.random()
        if kind < 0.7:
            yield "/v1/claims/check", {"text": text}
        elif kind < 0.8:  # two letters change places
            place = chance.randrange(max(1, len(text) - 1))
            yield (
                "/v1/claims/check",
                {"text": text[:place] + text[place + 1 : place + 2] + text[place : place + 1] + text[place + 2 :]},
            )
        elif kind < 0.88:
            yield "/v1/claims/check", {"text": " ".join(chance.sample(texts, 8))[:4_000]}
        elif kind < 0.94:
            yield "/v1/claims/check/batch", {"claims": [{"text": one} for one in chance.sample(texts, 20)]}
        elif kind < 0.98:
            yield "/v1/texts/check", {"text": "\n\n".join(chance.sample(texts, 30))}
        else:
            yield "/v1/claims/check", {"text": chance.choice(["`", "![", "1. ", "\u202e", "9"]) * chance.randrange(1, 2_000)}


async def ask(
    http: httpx.AsyncClient, requests: Iterator[tuple[str, dict[str, Any]]], stretches: list[Stretch], ends: list[float]
) -> None:
    """One client, until the time is over."""
    for path, body in requests:
        began = time.perf_counter()
        if began >= ends[-1]:
            return
        stretch = stretches[sum(began >= end for end in ends)]
        response = await http.post(path, json=body)
        if response.status_code == 200:
            stretch.answers.append(time.perf_counter() - began)
        elif response.status_code == 429:
            stretch.refused += 1
            await asyncio.sleep(float(response.headers["retry-after"]))
        else:
            stretch.failed.append(f"{response.status_code} {path}")


async def edit(http: httpx.AsyncClient, key: str, edits: list[float], until: float) -> None:
    """Add some statements and change them again and again, and look for what each says now: after how many seconds it is found."""
    headers = {"authorization": f"Bearer {key}"}
    for number in itertools.count():
        began = time.perf_counter()
        if began >= until:
            return
        text = f"Lighthouse number {number} was painted blue by {number + 7} sailors of the harbour"
        address, change = f"/v1/statements/soak-{number % EDITED}", {"why": "soak", "record": {"text": text}}
        if number < EDITED:
            added = {"id": f"soak-{number}", "kind": "claim", "text": text, "language": "en", "claimant": {"name": "Soak"}}
            cited = {"citations": [{"source_id": "faras-9758", "url": "https://example.org/soak"}]}
            response = await http.post("/v1/statements", json={"why": "soak", "record": added | cited}, headers=headers)
        else:
            response = await http.patch(address, json=change, headers=headers | {"if-match": "*"})
        response.raise_for_status()
        edits.append(await found(http, text))
        await asyncio.sleep(max(0.0, EDIT_EVERY_S - (time.perf_counter() - began)))


async def found(http: httpx.AsyncClient, text: str) -> float:
    """Seconds from the edit until the first check was asked that finds a statement with this text; at most `GIVEN_UP_S`."""
    written = time.perf_counter()
    while (after := time.perf_counter() - written) < GIVEN_UP_S:
        answer = (await http.post("/v1/claims/check", json={"text": text})).json()
        if any(match["statement"]["text"] == text for match in answer.get("matches", [])):
            return after
    return GIVEN_UP_S


async def work(
    address: str, key: str, texts: list[str], process: subprocess.Popen[str], seconds: float
) -> tuple[list[Stretch], list[float]]:
    """Ask and edit until the time is over."""
    began, edits = time.perf_counter(), list[float]()
    stretches = [Stretch() for _ in range(STRETCHES)]
    ends = [began + seconds * (number + 1) / STRETCHES for number in range(STRETCHES)]
    requests = bodies(texts)
    async with (
        httpx.AsyncClient(base_url=address, timeout=120, limits=httpx.Limits(max_connections=None)) as http,
        asyncio.TaskGroup() as tasks,
    ):
        for _ in range(CLIENTS):
            tasks.create_task(ask(http, requests, stretches, ends))
        tasks.create_task(edit(http, key, edits, ends[-1]))
        for stretch, end in zip(stretches, ends, strict=True):
            await asyncio.sleep(max(0.0, end - time.perf_counter()))
            stretch.megabytes = megabytes(process)
    return stretches, edits


def answers(address: str, texts: list[str]) -> list[dict[str, float]]:
    """Of each claim, the statements that are answered and their probabilities."""
    body = {"claims": [{"text": text} for text in texts]}
    told = httpx.post(f"{address}/v1/claims/check/batch", json=body, timeout=120).raise_for_status().json()["results"]
    return [{match["statement"]["id"]: match["probability"] for match in one["matches"]} for one in told]


def unlike(ours: list[dict[str, float]], fresh: list[dict[str, float]]) -> int:
    """How many claims have other answers."""
    return sum(
        one.keys() != other.keys() or any(abs(one[name] - other[name]) > SAME for name in one)
        for one, other in zip(ours, fresh, strict=True)
    )


def main() -> int:
    """Work, print, and tell by the exit code whether all was well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", type=float)
    parser.add_argument("file", type=Path, nargs="?")
    options = parser.parse_args()
    texts = [claim.text for claim in read_claims(DEVELOPMENT)]
    serve = [*COMMAND, "serve", "--port", "0"]
    with tempfile.TemporaryDirectory() as folder:
        data, fresh = Path(folder) / "data", Path(folder) / "fresh"
        variables = environment(ROOT, data)
        rebut = partial(subprocess.run, env=variables, check=True, capture_output=True, text=True)
        if options.file:
            rows = [
                msgspec.json.encode({"id": str(n), "text": text, "lang": "en"})
                for n, text in enumerate(texts_of(options.file, STATEMENTS))
            ]
            (file := Path(folder) / "others.jsonl").write_bytes(b"\n".join(rows))
            rebut([*COMMAND, "load", str(file)])
        rebut([*COMMAND, "build"])
        key = rebut([*COMMAND, "keys", "new", "soak", "--scope", "edit"]).stdout.strip()
        with serving(serve, variables) as (address, process):
            stretches, edits = asyncio.run(work(address, key, texts, process, options.seconds))
            ours = answers(address, texts[:COMPARED])
        rebut([*COMMAND, "backup", str(Path(folder) / "copy.sqlite")])
        fresh.mkdir()
        shutil.copy(Path(folder) / "copy.sqlite", fresh / "rebut.sqlite")
        with serving(serve, environment(ROOT, fresh)) as (address, _):
            others = unlike(ours, answers(address, texts[:COMPARED]))
    Console(width=120).print(table_of(stretches, edits, others, options.seconds))
    return int(bool(others or [one for stretch in stretches for one in stretch.failed] or max(edits) > FOUND_WITHIN_S))


def table_of(stretches: list[Stretch], edits: list[float], others: int, seconds: float) -> Table:
    """A row a stretch, then the edits and the comparison."""
    table = Table("until", "answers/s", "p50", "p99", "429", "failed", "MB", title=f"{seconds:.0f} s of mixed work; {machine()}")
    for number, one in enumerate(stretches, 1):
        told = [f"{1000 * np.percentile(one.answers, share):.0f} ms" if one.answers else "-" for share in (50, 99)]
        rate = f"{len(one.answers) * STRETCHES / seconds:.1f}"
        table.add_row(
            f"{seconds * number / STRETCHES:.0f} s",
            rate,
            *told,
            str(one.refused),
            "; ".join(sorted(set(one.failed))) or "0",
            f"{one.megabytes:.0f}",
        )
    late = sum(after > FOUND_WITHIN_S for after in edits)
    table.add_row(
        "edits",
        str(len(edits)),
        f"{np.median(edits):.2f} s",
        f"{max(edits):.2f} s",
        "",
        f"{late} later than {FOUND_WITHIN_S:g} s",
        "",
    )
    table.add_row("other answers than a fresh index", str(others), "", "", "", "", "")
    return table


if __name__ == "__main__":
    sys.exit(main())
