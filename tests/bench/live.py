"""What an edit costs while claims are checked: `python -m tests.bench.live FILE [STATEMENTS] [--fakes]`.

FILE holds JSON lines with a text (the plain format), gzipped or not; so many of them are loaded beside the bundled seeds. Two
threads check claims, one after the other: first while nothing changes, then while statements are edited, one after the other, over
another connection to the database, as another process would. Of each edit: after how long a check finds it. `--fakes` takes
stand-ins for the models, to see the index's own share.
"""

from __future__ import annotations

import argparse
import gzip
import random
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from index.models.encoders import Encoders
from index.readers.rows import LabelledText
from index.store.sql import SqlStore
from service.app import Parts, assemble
from service.check.answers import Claim
from service.evaluation.labelled import as_document
from service.settings import Settings
from tests.bench.check import ENCODERS, machine
from tests.fakes import CONFIDENCE, WordEncoder, WordRelations

EDITS, QUIET, ASKED = 20, 15.0, 400
"""How many statements are edited; seconds of checks before, and in all between; how many different claims are checked."""


ADDED = [LabelledText(id=f"added-{number}", text="", lang="en") for number in range(EDITS)]
"""What is added instead of edited if only the bundled statements are there."""


def main() -> None:
    """Load, edit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("statements", type=int, nargs="?", default=20_000)
    parser.add_argument("--fakes", action="store_true")
    options = parser.parse_args()
    with gzip.open(options.file) if options.file.suffix == ".gz" else options.file.open("rb") as lines:
        rows = [msgspec.json.decode(line, type=LabelledText) for line in lines]
    chosen = random.Random(1).sample(rows, options.statements + ASKED)
    known, claims = chosen[: options.statements], [row.text for row in chosen[options.statements :]]
    table = Table("figure", "measured", title=f"{len(known):,} statements and the bundled ones; {machine()}")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), encoders_dir=str(ENCODERS), relation="on")
        if known:
            store = SqlStore(settings.store_url)
            store.load([as_document(known)])
            store.close()
        parts, building = made(settings, options.fakes)
        with parts.retriever.live.following():
            quiet, busy, found = measured(parts, known or ADDED, claims)
        again, starting = made(settings, options.fakes)
        for one in (parts, again):
            one.store.close()
    table.add_row("built from nothing after", f"{building:.1f} s")
    table.add_row("started again after", f"{starting:.1f} s")
    table.add_row(f"an edit is found after (p50, worst of {len(found)})", f"{np.median(found):.2f} s, {max(found):.2f} s")
    for name, share in (("p50", 50), ("p95", 95), ("p99", 99), ("worst", 100)):
        one, other = np.percentile(quiet, share), np.percentile(busy, share)
        table.add_row(f"check, {name}: quiet, while edited", f"{one:.1f} ms, {other:.1f} ms ({other / one:.2f})")
    Console(width=110).print(table)


def made(settings: Settings, fakes: bool) -> tuple[Parts, float]:
    """The parts, and how many seconds making them took."""
    started = time.perf_counter()
    if fakes:
        stand_ins = Encoders(WordEncoder("all-MiniLM-L6-v2"))
        parts = assemble(settings, stand_ins, relation_model=WordRelations(), confidence=CONFIDENCE)
    else:
        parts = assemble(settings)
    return parts, time.perf_counter() - started


def measured(parts: Parts, known: Sequence[LabelledText], claims: Sequence[str]) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of each check while nothing changes and while statements are edited; seconds until each edit is found."""
    phases: tuple[list[float], list[float]] = ([], [])
    editing, ended = threading.Event(), threading.Event()

    def check_on() -> None:
        place = 0
        while not ended.is_set():
            into, started = phases[editing.is_set()], time.perf_counter()
            parts.matcher.match([Claim(text=claims[place % len(claims)])])
            into.append(1000 * (time.perf_counter() - started))
            place += 1

    checking = threading.Thread(target=check_on)
    checking.start()
    ask(parts, "nothing that anybody wrote", "", QUIET)
    editing.set()
    editor, found = SqlStore(parts.settings.store_url), []
    for number, row in enumerate(random.Random(2).sample(list(known), EDITS)):
        text = f"Lighthouse number {number} of {row.id} was painted blue by {number + 7} sailors"
        editor.load([as_document([msgspec.structs.replace(row, text=text)])])
        found.append(ask(parts, text, row.id, 60))
        ask(parts, "nothing that anybody wrote", "", QUIET / EDITS)
    ended.set()
    checking.join()
    editor.close()
    return *phases, found


def ask(parts: Parts, text: str, statement_id: str, most: float) -> float:
    """Check a claim again and again until this statement is found; gives the seconds that it took, at most so many."""
    started = time.perf_counter()
    while time.perf_counter() - started < most:
        matches = parts.matcher.match([Claim(text=text)]).answers[0].matches
        if any(one.candidate.statement_id == statement_id and one.candidate.cosine > 0.999 for one in matches):
            break
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
