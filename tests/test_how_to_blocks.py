"""The how-tos do what they say: their commands are run as they stand, and print what they promise."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from index.kinds import Scope
from service.access.keyring import Keyring
from service.app import Parts, create_app
from tests.conftest import ROOT
from tests.serving import environment, served

pytestmark = pytest.mark.slow

PAGES = ("check-documents", "mcp-assistant", "newsroom-cms", "python-client")
ADDRESS = "http://127.0.0.1:8000"
RUNNERS = {"sh": ["bash", "-euo", "pipefail"], "python": [sys.executable], "js": ["node"]}


class Example(NamedTuple):
    """A block of a page to run, and the lines that it promises: each stands in what is printed, in order."""

    page: str
    language: str
    code: str
    promised: list[str]


def examples() -> list[Example]:
    found = []
    for page in PAGES:
        blocks = re.findall(r"^```(\w*)\n(.*?)^```", (ROOT / f"docs/how-to/{page}.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
        for (language, code), (follows, promised) in zip(blocks, [*blocks[1:], ("none", "")], strict=True):
            if language in RUNNERS:
                assert follows == "", f"{page}: no output is promised for {code}"
                found.append(Example(page, language, code, promised.splitlines()))
    return found


@pytest.fixture(scope="module")
def address(real_parts: Parts) -> Iterator[str]:
    with served(create_app(real_parts)) as address:
        yield address


@pytest.fixture(scope="module")
def key(real_parts: Parts) -> str:
    """An API key that may edit."""
    return Keyring(real_parts.store.keys).new("a test", {Scope.EDIT}, None, "a test").secret


@pytest.mark.parametrize("example", examples(), ids=lambda example: f"{example.page}-{example.language}")
def test_each_block_prints_what_it_promises(example: Example, address: str, key: str, real_parts: Parts, tmp_path: Path) -> None:
    for command in {RUNNERS[example.language][0], *(["curl"] if "curl " in example.code else [])}:
        if shutil.which(command) is None:
            pytest.skip(f"{command} is not installed")
    article = re.findall(r"```html\n(.*?)```", (ROOT / "docs/how-to/check-documents.md").read_text("utf-8"), re.DOTALL)[0]
    (tmp_path / "article.html").write_text(article, encoding="utf-8")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    script = tmp_path / ("example.mjs" if example.language == "js" else "example")
    script.write_text(example.code.replace(ADDRESS, address), encoding="utf-8")
    told = subprocess.run(
        [*RUNNERS[example.language], str(script)],
        check=False,
        cwd=tmp_path,
        env=environment(real_parts.settings.data_dir, PATH=os.environ["PATH"], KEY=key),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert told.returncode == 0, told.stderr
    rest = told.stdout
    for line in example.promised:
        assert line in rest, f"{line!r} is not in {rest}"
        rest = rest[rest.index(line) + len(line) :]


def test_the_assistants_configuration_starts_the_command() -> None:
    page = (ROOT / "docs/how-to/mcp-assistant.md").read_text("utf-8")
    configured = json.loads(re.findall(r"```json\n(.*?)```", page, re.DOTALL)[0])["mcpServers"]["rebut"]
    assert configured["args"] == ["mcp"]
    assert configured["command"].endswith("/.venv/bin/rebut")
    assert set(configured["env"]) == {"REBUT_DATA_DIR"}
