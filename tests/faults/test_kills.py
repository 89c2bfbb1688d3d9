from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.postgres import needed

pytestmark = pytest.mark.slow


ROUNDS = 20


@pytest.mark.parametrize("options", [[], ["--postgresql"]])
def test_nothing_that_was_acknowledged_is_lost_when_a_writer_is_killed(options: list[str]) -> None:
    """The short form of `python -m tests.faults.kills`, in a process of its own: it forks."""
    if options:
        needed()
    command = [sys.executable, "-m", "tests.faults.kills", str(ROUNDS), *options]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert told.returncode == 0, told.stdout + told.stderr
    found = re.search(rf"^{ROUNDS} rounds, (\d+) acknowledged changes, 0 things wrong$", told.stdout, re.MULTILINE)
    assert found
    assert int(found[1]) >= ROUNDS
