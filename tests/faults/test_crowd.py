from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def test_everybody_in_a_crowd_is_answered() -> None:
    """The short form of `python -m tests.faults.crowd`, in a process of its own: its log would be the tests'."""
    command = [sys.executable, "-m", "tests.faults.crowd", "100", "2"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=400)
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.endswith("; 0 things wrong\n")
