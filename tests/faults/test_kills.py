from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


ROUNDS = 20


def test_nothing_that_was_acknowledged_is_lost_when_a_writer_is_killed() -> None:
    """The short form of `python -m tests.faults.kills`, in a process of its own: it forks."""
    command = [sys.executable, "-m", "tests.faults.kills", str(ROUNDS)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert told.returncode == 0, told.stdout + told.stderr
    found = re.fullmatch(rf"{ROUNDS} rounds, (\d+) acknowledged changes, 0 things wrong\n", told.stdout)
    assert found
    assert int(found[1]) >= ROUNDS
