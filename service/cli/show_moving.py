"""What the command line prints of exports, restores and backups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from service.cli.show import err
from service.cli.show_ledger import print_line

if TYPE_CHECKING:
    from index.store.ledger import Finding
    from index.store.moving.export_format import Manifest

SHOWN = 20
"""Findings that are printed at most."""
COUNTED = ("sources", "statements", "refutations", "reviews")


def show_export(manifest: Manifest, path: Path) -> None:
    """Print what was exported, and what was not."""
    print_line(f"exported to {path}")
    for line in _held(manifest):
        print_line(f"  {line}")
    if manifest.with_keys:
        err.print("[bold yellow]It holds the ledger's private key and the hashes of API keys: keep it as you keep passwords.[/]")
    else:
        print_line("  not in it: API keys, and the ledger's private key, `ledger.key`: keep a copy of that one apart")


def show_restored(manifest: Manifest, *, dry_run: bool) -> None:
    """Print what was restored, or would be."""
    print_line("The export is sound; nothing was written. It holds" if dry_run else "restored")
    for line in _held(manifest):
        print_line(f"  {line}")
    if not dry_run:
        print_line("Do not let the store that was exported go on beside this one: both would continue the same ledger.")


def _held(manifest: Manifest) -> Iterator[str]:
    yield ", ".join(f"{manifest.files[f'{name}.ndjson'].lines} {name}" for name in COUNTED) + " are answered"
    stands = manifest.checkpoint
    yield f"ledger: {stands.sequence} entries, root {stands.hash}" if stands else "ledger: no entries"
    if (conflicts := manifest.files.get("conflicts.ndjson")) and conflicts.lines:
        yield f"conflicts, decided or not: {conflicts.lines}"
    yield f"made by {manifest.made_by}, schema {manifest.schema}"


def show_backup(path: Path, size: int) -> None:
    """Print what was backed up."""
    print_line(f"{path}: {size / 1_000_000:,.1f} MB, all as it was written")
    print_line("  not in it: `ledger.key` and `calibrations/` in the data folder")


def show_unsound(findings: Sequence[Finding]) -> None:
    """Print why there is no backup."""
    for one in findings[:SHOWN]:
        print_line(f"{one.place}: {one.what}")
    if len(findings) > SHOWN:
        print_line(f"… and {len(findings) - SHOWN} more")
    err.print(
        "[bold red]The store, or its copy, is not as it was written: no backup was kept.[/] See `rebut verify`.", highlight=False
    )
