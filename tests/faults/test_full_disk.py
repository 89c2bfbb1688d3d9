from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.mark.skipif(os.getuid() != 0, reason="only root mounts a disk")
def test_a_full_disk_is_told_and_loses_nothing() -> None:
    """The short form of `python -m tests.faults.full_disk`."""
    command = [sys.executable, "-m", "tests.faults.full_disk", "2"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    if "mount" in told.stderr:
        pytest.skip("no disk can be mounted here")
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.endswith("0 things wrong\n")
