from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


ROUNDS = 16


def test_exports_restores_and_backups_that_are_killed_leave_nothing_half_done() -> None:
    """The short form of `python -m tests.faults.moving_kills`, in a process of its own: it forks."""
    command = [sys.executable, "-m", "tests.faults.moving_kills", str(ROUNDS)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert told.returncode == 0, told.stdout + told.stderr
    found = re.search(rf"^{ROUNDS} rounds, (\d+) killed, 0 things wrong$", told.stdout, re.MULTILINE)
    assert found, told.stdout
    assert int(found[1]) >= ROUNDS // 4
