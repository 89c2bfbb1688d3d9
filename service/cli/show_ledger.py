"""What the command line prints of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from service.cli.show import err, out, way_back

if TYPE_CHECKING:
    from index.ledger.notes import Checkpoint
    from index.store.ledger import Erased, Finding, Revision, Undone

SHOWN = 200
"""Findings that are printed at most."""


def print_line(line: str) -> None:
    """Print a line as it is; control characters are shown, never sent to the terminal."""
    shown = "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in line)
    out.print(shown, markup=False, highlight=False, soft_wrap=True)


def show_history(kind: str, record_id: str, revisions: Sequence[Revision]) -> None:
    """Print every revision of a record, the first one first."""
    print_line(f"{kind} {record_id}")
    for one in revisions:
        entry = one.entry
        when = f"{entry.time[:19].replace('T', ' ')} UTC"
        print_line("")
        print_line(f"revision {entry.revision} · {entry.state.value} · {when} · ledger {entry.sequence}")
        print_line(f"  {entry.action.value} by {entry.who}: {entry.why}")
        for line in _terms(one):
            print_line(f"  {line}")
        for change in one.changes:
            print_line(f"  {change.told()}")


def _terms(one: Revision) -> Iterator[str]:
    """What else is told of a revision."""
    entry = one.entry
    if entry.restores:
        yield f"as revision {entry.restores} was"
    if entry.superseded_by:
        yield f"superseded by {entry.superseded_by}"
    if entry.expires:
        yield f"answered until {entry.expires}"
    if one.record is None:
        yield "what it said was erased"


def show_undone(undone: Undone) -> None:
    """Print what was undone, and what was not."""
    print_line(f"{len(undone.undone):6} as they were before")
    if undone.kept:
        print_line(f"{len(undone.kept):6} kept as they are:")
    for (kind, record_id), why in list(undone.kept.items())[:SHOWN]:
        print_line(f"  • {kind.value} {record_id}: {why}")
    if undone.act is not None:
        print_line(way_back(undone.act))


def show_erased(erased: Erased, *, dry_run: bool) -> None:
    """Print what was erased, or would be, and what else says the same."""
    would = "would be " if dry_run else ""
    for kind, record_id in erased.records:
        print_line(f"{would}erased: {kind.value} {record_id}")
    for record_id in erased.cleaned:
        print_line(f"{would}cleaned of what a merge had moved there: statement {record_id}")
    if erased.holders:
        print_line("These say the same by themselves:" if dry_run else "These say the same by themselves, and stay:")
    for one in erased.holders:
        told = f"--also {one.kind.value}:{one.record_id}" if dry_run else f"rebut erase {one.kind.value} {one.record_id} --why …"
        print_line(f"  • {one.kind.value} {one.record_id} ({one.state.value}); to erase it, too: {told}")


def show_findings(found: Sequence[Finding], stands: Checkpoint | None) -> None:
    """Print what is wrong, or how the ledger stands."""
    for one in found[:SHOWN]:
        print_line(f"{one.place}: {one.what}")
    if len(found) > SHOWN:
        print_line(f"… and {len(found) - SHOWN} more")
    if found:
        err.print(f"[bold red]{len(found)} things are not as they were written.[/]", highlight=False)
    else:
        size = f"{stands.sequence} entries, root {stands.hash}" if stands else "no entries yet"
        print_line(f"All is as it was written: {size}")
