"""The README does what it says: its commands are run as they stand, its answer is compared with the real one."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import ENCODERS, ROOT

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


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
    port = free_port()
    settings = {"REBUT_PORT": str(port), "REBUT_DATA_DIR": str(tmp_path), "REBUT_ENCODERS_DIR": str(ENCODERS)}
    with running(run, {**os.environ, **settings}) as process:
        wait_until_listening(process)
        address, _, header, _, body = curl[1:]
        name, _, value = header.partition(": ")
        response = httpx.post(address.replace("8000", str(port)), content=body.encode(), headers={name: value}, timeout=30)
        assert response.status_code == 200
        compare(BLOCKS[2][1], json.dumps(response.json(), indent=2, ensure_ascii=False))
    assert process.returncode is not None


def compare(printed: str, real: str) -> None:
    """Every printed line stands in the real answer, in order; numbers may differ a little between processors."""
    rest = iter(real.splitlines())
    for line in printed.splitlines():
        if line.strip() == "…":
            continue
        assert any(alike(line, candidate) for candidate in rest), f"not in the answer: {line}"


def alike(line: str, other: str) -> bool:
    number = re.compile(r"-?\d+\.\d+")
    if line == other or line.rstrip(",") == other.rstrip(","):
        return True
    found, others = number.findall(line), number.findall(other)
    same_words = number.sub("#", line) == number.sub("#", other)
    return same_words and [float(n) for n in found] == pytest.approx([float(n) for n in others], rel=0.05)


def test_links_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page}: {target}"


def test_make_help_lists_every_target() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[0].split()
    assert {f"make {target}:" for target in phony} <= {" ".join(line.split()[:2]) for line in listed.splitlines()}
