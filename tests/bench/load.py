"""How fast a feed is read and stored, and in how much memory: `python -m tests.bench.load [ITEMS]`. Without encoding."""

from __future__ import annotations

import os
import platform
import resource
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from index.readers.loading import load_file
from index.store.sql import SqlStore
from tests.bench.messy import write_feed

ITEMS = 80_000


def main() -> None:
    """Make a messy feed, load it into an empty store, load it again, and print."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    console = Console(width=120)
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(folder) / "feed.json"
        write_feed(feed, items)
        store = SqlStore(f"sqlite:///{folder}/rebut.sqlite")
        console.print(
            f"{items:,} items, {feed.stat().st_size / 1e6:.0f} MB; {os.cpu_count()} cores, Python {platform.python_version()}"
        )
        before = peak()
        for what in ("first load", "same again"):
            started, worked = time.perf_counter(), time.process_time()
            report = load_file(store, feed)
            taken, worked = time.perf_counter() - started, time.process_time() - worked
            console.print(
                f"{what}: {taken:.1f} s, {items / taken:,.0f} items/s ({worked:.1f} s of processor time); "
                f"{len(report.loaded.added):,} records added, "
                f"{len(report.loaded.changed):,} changed, {len(report.skipped)} items skipped; "
                f"{peak() - before:.0f} MB more at the peak"
            )
        store.close()


def peak() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main()
