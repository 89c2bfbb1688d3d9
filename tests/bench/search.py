"""What searching and ranking a claim takes, without encoding: `python -m tests.bench.search FILE [--beside CHECKOUT] [--record]`.

FILE holds JSON lines with a text (the plain format), gzipped or not. So many of them make an index, whose vectors are drawn by
chance, so that nobody waits for encoders: no search leads to what another one found, which is the dearest case. Then claims are
searched for, in turns with a bare search of all vectors, or with another checkout of this project, which makes its own index.
The processes take turns, and each tells the processor time that it took: another process's work counts for neither.
Memory is what the index holds of its own, and what it has looked at of its files. `--record` writes all figures to `search.json`.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.metadata
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import faiss
import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from index.kinds import PassageKind
from index.models.encoders import Encoders
from index.models.runtime import FloatArray
from index.progress import Progress, no_progress
from index.readers.rows import LabelledText
from index.records import Passage
from index.search.candidates import POOL, candidates, encode
from index.search.fusion import load_fusion
from index.search.home import ProcessHome
from index.search.snapshot import Snapshot
from index.store.reports import Searchable
from tests.bench.check import machine

SIZES, TARGETS = (10_375, 134_499), (4.0, 8.0)
"""Statements, and the milliseconds that a claim may take with so many (two quiet cores)."""
ASKED, TURNS = 60, 4
"""Claims in a turn, and turns of each side."""
RECORD = Path(__file__).with_name("search.json")
PACKAGES = ("faiss-cpu", "numpy", "scipy")


class Answering(StrEnum):
    """What a process does: build an index, search and rank, or only search all vectors one by one."""

    BUILT = "built"
    RANKED = "ranked"
    BARE = "bare"


class ChanceEncoder:
    """A direction by chance for each text."""

    def __init__(self, name: str) -> None:
        self.name, self.dimension, self.fingerprint = name, 384, f"{zlib.crc32(name.encode()):016x}"

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        """See `index.models.encoders.Encoder.encode`."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            dice = np.random.Generator(np.random.SFC64(zlib.crc32(f"{self.name} {text}".encode())))
            vectors[row] = dice.standard_normal(self.dimension, np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


class Memory(NamedTuple):
    """MB that a process holds of its own, and of files that it has looked at."""

    own: float
    files: float


class Figures(msgspec.Struct):
    """What was measured with so many statements.

    Attributes:
        milliseconds: of processor time a claim, one figure a turn.
        beside: the same of the other side.
        own_mb, files_mb: see `Memory`, for 100,000 statements.
        beside_mb: the other side's own.
    """

    statements: int
    milliseconds: list[float]
    beside: list[float]
    own_mb: float
    files_mb: float
    beside_mb: float


class Recorded(msgspec.Struct):
    """What `--record` writes down."""

    machine: str
    versions: dict[str, str]
    beside: str
    figures: list[Figures]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--beside", type=Path, help="another checkout instead of the bare search")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--answer", choices=[*Answering], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        answer(options.file, options.sizes[0], Answering(options.answer), options.folder)
        return
    found = [measured(options.file, size, options.beside) for size in options.sizes]
    beside = "bare search" if options.beside is None else "the other checkout"
    table = Table("figure", "measured", beside, "ratio", "target", title=machine())
    for one in found:
        ours, theirs = np.median(one.milliseconds), np.median(one.beside)
        target = next((f"{most:.0f} ms" for size, most in zip(SIZES, TARGETS, strict=True) if one.statements <= size), "")
        table.add_row(f"{one.statements:,} statements", f"{ours:.2f} ms", f"{theirs:.2f} ms", f"{ours / theirs:.2f}", target)
        table.add_row(
            "memory for 100,000", f"{one.own_mb:.0f} MB", f"{one.beside_mb:.0f} MB", f"{one.own_mb / one.beside_mb:.2f}", ""
        )
        table.add_row("and of files", f"{one.files_mb:.0f} MB", "", "", "")
    Console(width=110).print(table)
    if options.record:
        versions = {name: importlib.metadata.version(name) for name in PACKAGES}
        RECORD.write_bytes(msgspec.json.format(msgspec.json.encode(Recorded(machine(), versions, beside, found))) + b"\n")


def measured(path: Path, statements: int, beside: Path | None) -> Figures:
    """Both sides in turns: ours, theirs, ours, theirs."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        answering = Answering.RANKED if beside else Answering.BARE
        sides = [
            start(path, statements, Path.cwd(), Answering.RANKED, one),
            start(path, statements, beside or Path.cwd(), answering, other),
        ]
        memory = [Memory(*map(float, told(side).split())) for side in sides]
        turns = [[float(ask(side, turn)) for side in sides] for turn in range(TURNS)]
        for side in sides:
            stop(side)
    share = 100_000 / statements
    own, theirs = ([turn[place] for turn in turns] for place in range(2))
    return Figures(statements, own, theirs, memory[0].own * share, memory[0].files * share, memory[1].own * share)


def start(path: Path, statements: int, checkout: Path, answering: Answering, folder: str) -> subprocess.Popen[str]:
    """A process that answers by the code of a checkout, of what another one has built; it says what it holds when it is ready."""
    command = [sys.executable, __file__, str(path), "--sizes", str(statements), "--folder", folder, "--answer"]
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONSAFEPATH": "1"}
    if answering is Answering.RANKED:
        subprocess.run([*command, Answering.BUILT], env=environment, check=True)
    return subprocess.Popen([*command, answering], env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def ask(side: subprocess.Popen[str], turn: int) -> str:
    """Let it take a turn."""
    assert side.stdin is not None
    side.stdin.write(f"{turn}\n")
    side.stdin.flush()
    return told(side)


def told(side: subprocess.Popen[str]) -> str:
    """The next line that it says."""
    assert side.stdout is not None
    return side.stdout.readline()


def stop(side: subprocess.Popen[str]) -> None:
    """End it."""
    side.communicate()


def answer(path: Path, statements: int, answering: Answering, folder: Path) -> None:
    """Build an index and write it to a folder; or search it, in turns as one is asked to."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        rows = [msgspec.json.decode(line, type=LabelledText) for line in lines]
    asked = random.Random(2).sample(rows, ASKED * TURNS)
    known = sorted(random.Random(1).sample(rows, min(statements, len(rows))), key=lambda row: row.id)
    del rows
    encoders = Encoders(ChanceEncoder("rebut-e5-small"), ChanceEncoder("all-MiniLM-L6-v2"))
    if answering is Answering.BUILT:
        passages = [Passage(row.id, PassageKind.TEXT, row.language, row.text) for row in known]
        found = Searchable("store-1", passages, {})
        Snapshot.empty(encoders, ProcessHome()).changed(found, lambda encoder, texts: encoder.encode(texts)).write(folder)
        return
    before = memory()
    turn = turns_of(answering, encoders, asked, [row.text for row in known], folder)
    turn(0)
    after = memory()
    print(after.own - before.own, after.files - before.files, flush=True)
    for line in sys.stdin:
        print(turn(int(line)), flush=True)


def turns_of(
    answering: Answering, encoders: Encoders, asked: Sequence[LabelledText], texts: Sequence[str], folder: Path
) -> Callable[[int], float]:
    """What takes a turn and gives its milliseconds of processor time a claim."""
    if answering is Answering.BARE:
        snapshot, index = Snapshot.empty(encoders, ProcessHome()), faiss.IndexFlatIP(encoders.main.dimension)
        index.add(encoders.main.encode(texts))
    else:
        snapshot, index = Snapshot.load(folder, encoders, ProcessHome()), None
    parts, fusion = encode(snapshot, encoders, [(row.text, row.language) for row in asked]), load_fusion()

    def turn(number: int) -> float:
        started = time.process_time()
        for some in parts[number * ASKED : (number + 1) * ASKED]:
            if index is None:
                candidates(snapshot, [some], fusion, None)
            else:
                index.search(some[0].vector[None, :], POOL)
        return 1000 * (time.process_time() - started) / ASKED

    return turn


def memory() -> Memory:
    """What this process holds now."""
    status = Path("/proc/self/status").read_text()
    own, files = (re.search(rf"Rss{kind}:\s+(\d+) kB", status) for kind in ("Anon", "File"))
    assert own is not None
    assert files is not None
    return Memory(int(own[1]) / 1000, int(files[1]) / 1000)


if __name__ == "__main__":
    main()
