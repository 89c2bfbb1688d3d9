from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.postgres import needed

pytestmark = pytest.mark.slow


ROUNDS = 8


@pytest.mark.parametrize("options", [[], ["--postgresql"]])
def test_a_migration_that_is_killed_has_done_nothing_or_all(options: list[str]) -> None:
    """The short form of `python -m tests.faults.migration_kills`, in a process of its own: it forks."""
    if options:
        needed()
    command = [sys.executable, "-m", "tests.faults.migration_kills", str(ROUNDS), *options]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert told.returncode == 0, told.stdout + told.stderr
    found = re.search(rf"^{ROUNDS} rounds, (\d+) killed, 0 things wrong$", told.stdout, re.MULTILINE)
    assert found, told.stdout
    assert int(found[1]) >= 1
