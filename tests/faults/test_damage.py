from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def test_whatever_is_wrong_with_a_file_is_told_or_borne() -> None:
    """`python -m tests.faults.damage`, in a process of its own: it forks."""
    command = [sys.executable, "-m", "tests.faults.damage"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert told.returncode == 0, told.stdout + told.stderr
    for name in ("ledger.key", "limits", "rebut.sqlite", "rebut.sqlite-wal after a kill"):
        assert f"{name}, emptied: " in told.stdout
    assert "rebut.sqlite, cut off: refused: cannot open the store" in told.stdout
    assert "rebut.sqlite-wal after a kill, emptied: verify --against: the checkpoint" in told.stdout
