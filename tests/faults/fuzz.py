"""Random texts of the shapes' kind, for as long as one says: `python -m tests.faults.fuzz SECONDS [SEED]`.

Each is a few pieces of markup, punctuation, figures or letters, over and over. Prints the dearest, as multiples of what prose of
the same length costs, and fails if one is beyond what is allowed.
"""

from __future__ import annotations

import argparse
import faulthandler
import random
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from service.check.texts.documents import TextFormat
from tests.faults.costs import MOST, Bench, Cost, worst_of
from tests.faults.shapes import BEGUN, NESTED, REPEATED, repeated

CLAIM, DOCUMENT = 5_000, 10_000
TRIES = 3
STUCK = 120
"""Seconds after which one text is taken to have no end: where the process stands is printed, and it stops."""
SHOWN = 10

PIECES = sorted({*REPEATED.values(), *(piece for pair in (*NESTED.values(), *BEGUN.values()) for piece in pair)})


def shape(chance: random.Random) -> tuple[str, str]:
    """How a text begins, and what is repeated after that."""
    first = chance.choice(("", "", "a ", "> ", "- ", "<html><body>", "<p>", "|a|b\n|-|-\n", *PIECES))
    return first, "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 4)))


def main(seconds: float, seed: int) -> int:
    """Try random shapes; the exit code."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        measures: dict[str, tuple[Callable[[str], Cost], int]] = {"claim": (bench.claim, CLAIM)}
        for text_format in TextFormat:
            measures[text_format.value] = partial(bench.document, text_format=text_format), DOCUMENT
        normal = {name: bench.normal(measure, characters) for name, (measure, characters) in measures.items()}
        found: list[tuple[float, str, str, str]] = []
        tried, ends = 0, time.monotonic() + seconds
        while time.monotonic() < ends:
            first, pattern = shape(chance)
            for name, (measure, characters) in measures.items():
                print(f"\r{tried} tried; {name}: {first!r}, then {pattern!r}"[:130].ljust(130), end="", file=sys.stderr, flush=True)
                faulthandler.dump_traceback_later(STUCK, exit=True)
                text = first + repeated(pattern, characters - len(first))
                found = sorted([*found, (worst_of(TRIES, measure, text, normal[name]), name, first, pattern)], reverse=True)[:SHOWN]
                faulthandler.cancel_dump_traceback_later()
            tried += 1
        bench.close()
    print(f"\nseed {seed}: {tried} shapes, each as a claim and as a document in three formats; the dearest:")
    for times, name, first, pattern in found:
        print(f"  {times:5.1f} x prose  {name:8}  {first!r}, then {pattern!r} over and over")
    return int(bool(found) and found[0][0] > MOST)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("seconds", type=float)
    arguments.add_argument("seed", type=int, nargs="?", default=1)
    given = arguments.parse_args()
    sys.exit(main(given.seconds, given.seed))
