"""The README does what it says: its commands are run as they stand, its answer is compared with the real one."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.conftest import ENCODERS, ROOT, post

README = (ROOT / "README.md").read_text("utf-8")
FROM_PROCESSOR_TO_PROCESSOR = 0.005
"""How far a figure of the answer may be from the printed one: half a unit of the second decimal. Models run in whole numbers, so
that other processors change later ones only; a model or weights that changed show here, and the answer is to be printed anew."""
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
API = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8").partition("## An answer\n")[2]
API_BLOCKS = re.findall(r"```(\w+)\n(.*?)```", API, re.DOTALL)
PICTURE = (ROOT / "docs" / "assets" / "answer.svg").read_text("utf-8")


def commands(block: str) -> list[list[str]]:
    """A shell block's commands as words, without comments."""
    lines = block.replace("\\\n", " ").splitlines()
    return [words for line in lines if (words := shlex.split(line, comments=True))]


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run a command in the project's root, and stop it and its children in the end."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stderr=subprocess.PIPE, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=60)


def wait_until_listening(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if "running on" in line:
            return
    pytest.fail(f"it stopped: {''.join(said)}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.usefixtures("e5")
def test_make_run_serves_and_curl_gets_the_answer_that_is_printed(tmp_path: Path) -> None:
    run, test = commands(BLOCKS[0][1])
    assert (run, test) == (["make", "run"], ["make", "test"])
    (curl,) = commands(BLOCKS[1][1])
    assert API_BLOCKS[0] == BLOCKS[1]
    port = free_port()
    settings = {"REBUT_PORT": str(port), "REBUT_DATA_DIR": str(tmp_path), "REBUT_ENCODERS_DIR": str(ENCODERS)}
    # these tests' own environment and code, as they are: `make` would replace an environment that is older than a lock file
    ours = {"VENV": sys.prefix, "PYTHONPATH": str(ROOT)}
    with running([*run, f"--old-file={sys.prefix}/.ready"], {**os.environ, **settings, **ours}) as process:
        wait_until_listening(process)
        address, _, header, _, body = curl[1:]
        name, _, value = header.partition(": ")
        response = httpx.post(address.replace("8000", str(port)), content=body.encode(), headers={name: value}, timeout=30)
        assert response.status_code == 200
        for printed in (BLOCKS[2], API_BLOCKS[1]):
            compare(printed[1], json.dumps(response.json(), indent=2, ensure_ascii=False))
    assert process.returncode is not None


def compare(printed: str, real: str) -> None:
    """Every printed line stands in the real answer, in order: words exactly, figures to `FROM_PROCESSOR_TO_PROCESSOR`."""
    rest = iter(real.splitlines())
    for line in printed.splitlines():
        if line.strip() == "…":
            continue
        found = any(alike(line, candidate) for candidate in rest)
        assert found, f"not in the answer: {line}; the closest lines are {get_close_matches(line, real.splitlines())}"


def alike(line: str, other: str) -> bool:
    number = re.compile(r"-?\d+\.\d+")
    line, other = line.rstrip(","), other.rstrip(",")
    found, others = number.findall(line), number.findall(other)
    same_words = number.sub("#", line) == number.sub("#", other)
    allowed = FROM_PROCESSOR_TO_PROCESSOR
    return same_words and [float(n) for n in found] == pytest.approx([float(n) for n in others], abs=allowed)


def test_figures_are_compared_to_the_second_decimal_and_words_exactly() -> None:
    assert alike('  "probability": 0.8672,', '  "probability": 0.8671234')
    assert not alike('  "probability": 0.881,', '  "probability": 0.867,')
    assert not alike('  "kind": "repeats",', '  "kind": "denies",')


def test_make_uses_the_environment_that_is_named_and_leaves_one_that_must_not_be_remade(tmp_path: Path) -> None:
    (tmp_path / ".ready").touch()
    os.utime(tmp_path / ".ready", (0, 0))
    (tmp_path / "mine.txt").touch()

    def make(*options: str) -> str:
        command = ["make", "--no-print-directory", "--dry-run", "run", f"VENV={tmp_path}", *options]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert f"scripts/venv.sh {tmp_path}" in make()
    assert make(f"--old-file={tmp_path}/.ready").split() == ["exec", f"{tmp_path}/bin/rebut", "serve"]
    refused = subprocess.run(["scripts/venv.sh", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "is no virtual environment; delete it, or name another folder" in refused.stderr
    assert (tmp_path / "mine.txt").exists()


def test_claims_are_answered_as_the_picture_shows(real_client: TestClient[Litestar]) -> None:
    shown = re.findall(r'<g data-verdict="(\w+)">.*?“([^”]+)”', PICTURE, re.DOTALL)
    assert len(shown) == 4
    for verdict, claim in shown:
        answer = post(real_client, "/v1/claims/check", text=claim)
        assert answer["verdict"]["kind"] == verdict, claim
        for refutation in [one for match in answer["matches"] for one in match["refutations"]]:
            assert refutation["applies_to_claim"] is (verdict == "officially_refuted"), claim


def test_links_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), ROOT / "examples" / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for linked, shown in re.findall(r"\]\(([^)#]+)[^)]*\)|src=\"([^\"]+)\"", page.read_text("utf-8")):
            target = linked or shown
            assert target.startswith("http") or (page.parent / target).exists(), f"{page}: {target}"


def test_make_help_lists_every_target() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[0].split()
    assert {f"make {target}:" for target in phony} <= {" ".join(line.split()[:2]) for line in listed.splitlines()}
