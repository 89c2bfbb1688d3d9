from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.postgres import needed

pytestmark = pytest.mark.slow

EDITS, SECONDS = 20, 30
"""On a machine that does other work beside; `python -m tests.faults.together` asks for two seconds."""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_one_process_edits_all_find(kind: str) -> None:
    """The short form of `python -m tests.faults.together`, in a process of its own: it forks."""
    if kind == "postgresql":
        needed()
    command = [sys.executable, "-m", "tests.faults.together", kind, str(EDITS), str(SECONDS)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert told.returncode == 0, told.stdout + told.stderr
    assert re.search(rf"^{kind}: {EDITS} edits by 2 of 4 processes in .* s, 0 things wrong$", told.stdout, re.MULTILINE)
