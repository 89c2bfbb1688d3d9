from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.postgres import needed

pytestmark = pytest.mark.slow


ROUNDS = 2


def test_a_database_that_goes_and_comes_back_is_a_503_meanwhile_and_loses_nothing() -> None:
    """The short form of `python -m tests.faults.outages`, in a process of its own: its log would be the tests'."""
    needed()
    command = [sys.executable, "-m", "tests.faults.outages", str(ROUNDS)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.endswith(f"\n{ROUNDS} outages, 0 things wrong\n")
