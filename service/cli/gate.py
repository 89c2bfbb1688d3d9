"""`rebut eval --gate`: whether claims are answered as wanted."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

from index.errors import InvalidRecord
from service.cli.show import out, progress_bars, show_json, show_problems
from service.settings import read_settings

if TYPE_CHECKING:
    from service.evaluation.gate import GateReport, Miss

UNREADABLE = 2
"""Exit code for a file that cannot be read."""
LONGEST = 100
"""Characters of a claim that are printed at most."""


def measure_gate(files: Mapping[str, Path], as_json: bool) -> None:
    """`rebut eval --gate`: exits 1 if a claim is not answered as wanted."""
    from service.api.logs import configure_logging
    from service.app import assemble
    from service.evaluation.gate import read_wanted, run_gate

    try:
        wanted = read_wanted(files["gate"])
    except InvalidRecord as error:
        show_problems(error.problems, "No claim was asked.")
        sys.exit(UNREADABLE)
    configure_logging("pretty")
    with progress_bars() as progress:
        parts = assemble(read_settings(), progress=progress)
        told = run_gate(parts.matcher, wanted, progress)
    parts.store.close()
    if as_json:
        show_json(told)
    else:
        show_gate(told)
    sys.exit(1 if told.missed else 0)


def show_gate(told: GateReport) -> None:
    """Print each miss on a line of its own, then how many there are."""
    for miss in told.missed:
        out.print(line_of(miss), markup=False, highlight=False, soft_wrap=True)
    answered = told.claims - len(told.missed)
    out.print(f"{answered} of {told.claims} claims are answered as wanted, {len(told.missed)} missed", highlight=False)


def line_of(miss: Miss) -> str:
    """A miss in one line."""
    differences = "; ".join(f"{one.field}: wanted {one.wanted}, got {one.got}" for one in miss.differences)
    printable = "".join(character if character.isprintable() else " " for character in miss.text)
    return f"line {miss.line}: {differences}: {shorten(printable, LONGEST, placeholder=' …')}"
