"""The sample files and the tutorial do what they say: their commands are run as they stand, and print what they promise."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from index.models.encoders import Encoders
from tests.conftest import ROOT
from tests.serving import environment

pytestmark = pytest.mark.slow

EXAMPLES = ROOT / "examples"
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TUTORIAL, re.MULTILINE | re.DOTALL)
COMMAND = f"""#!/usr/bin/env bash
exec {sys.executable} -c "from service.cli.main import main; main(prog_name='rebut')" "$@"
"""


@pytest.fixture
def checkout(tmp_path: Path, encoders: Encoders) -> Path:
    """A folder with the sample files and the command, as `make setup` leaves it."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    binaries = tmp_path / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "rebut").write_text(COMMAND, encoding="utf-8")
    (binaries / "rebut").chmod(0o755)
    return tmp_path


def run(script: str, checkout: Path, folder: str = ".", seeds: str = str(ROOT / "seeds")) -> str:
    """Run a shell script in a folder of the checkout, with its command; returns what it prints."""
    path = f"{checkout / '.venv' / 'bin'}:{os.environ['PATH']}"
    told = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        check=False,
        cwd=checkout / folder,
        env=environment(checkout / "data", PATH=path, PYTHONPATH=str(ROOT), REBUT_SEEDS=seeds),
        capture_output=True,
        text=True,
        timeout=1200,
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


def test_the_tutorial_s_commands_print_what_it_promises(checkout: Path) -> None:
    setup, *commands = [code for language, code in BLOCKS if language == "sh"]
    assert setup.split() == ["make", "setup"]
    promised = [
        line
        for (language, _), (follows, block) in pairwise(BLOCKS)
        for line in block.splitlines()
        if (language, follows) == ("sh", "text")
    ]
    assert len(promised) > 12
    rest = run("\n".join(commands), checkout)
    for line in promised:
        assert line in rest, f"{line!r} is not in {rest}"
        rest = rest[rest.index(line) + len(line) :]


def test_the_tutorial_shows_a_line_of_the_gate() -> None:
    (shown,) = [code.strip() for language, code in BLOCKS if language == "json"]
    assert shown in (EXAMPLES / "gate.jsonl").read_text("utf-8").splitlines()


def commands_of(page: Path) -> list[str]:
    """The commands in a page's table of sample files."""
    return re.findall(r"`(rebut [^`]+)` \|$", page.read_text("utf-8"), re.MULTILINE)


def test_every_sample_file_has_a_command_that_runs(checkout: Path) -> None:
    commands = commands_of(EXAMPLES / "README.md")
    named = {word for command in commands for word in command.split()}
    assert {path.name for path in EXAMPLES.iterdir()} - named == {"README.md"}
    first = ["rebut load base.csv reviews.json article.toml"]
    others = [command if "--gate" not in command else f"{command} || [ $? = 1 ]" for command in commands if "load" not in command]
    told = run("\n".join(first + others), checkout, "examples", seeds="")
    assert "34 added" in told
    assert "2 with known statements" in told
    assert "13 of 14 claims" in told
    assert (checkout / "examples" / "curve.svg").exists()


def test_the_tutorial_s_table_has_the_same_commands() -> None:
    shorter = {command.removesuffix(" --curve curve.svg") for command in commands_of(EXAMPLES / "README.md")}
    assert set(commands_of(ROOT / "docs" / "tutorial.md")) == shorter


def test_the_corpus_is_the_base() -> None:
    with (EXAMPLES / "base.csv").open(encoding="utf-8", newline="") as file:
        base = {f"file-base-{row['id']}": row["text"] for row in csv.DictReader(file)}
    lines = [json.loads(line) for line in (EXAMPLES / "corpus.jsonl").read_text("utf-8").splitlines()]
    assert {line["id"]: line["text"] for line in lines} == base
    pairs = [json.loads(line) for line in (EXAMPLES / "pairs.jsonl").read_text("utf-8").splitlines()]
    assert {pair["a"] for pair in pairs} <= set(base.values())
