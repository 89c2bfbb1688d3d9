"""Prose is easy to read: no line of the documentation or of a docstring is long."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

LONGEST = 140
PAGES = [*sorted(ROOT.glob("*.md")), ROOT / "examples" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MODULES = [path for package in ("index", "service", "training") for path in sorted((ROOT / package).rglob("*.py"))]


def prose(page: str) -> Iterator[str]:
    """A page's lines without code blocks and tables."""
    for line in re.sub(r"^```.*?^```", "", page, flags=re.DOTALL | re.MULTILINE).splitlines():
        if not line.startswith("|"):
            yield line


def docstrings(module: str) -> Iterator[str]:
    """A module's docstrings, those below constants and members among them."""
    for node in ast.walk(ast.parse(module)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield from node.value.value.splitlines()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_line_of_prose_is_long(page: Path) -> None:
    assert not [line for line in prose(page.read_text("utf-8")) if len(line) > LONGEST]


def test_no_line_of_a_docstring_is_long() -> None:
    lines = [(path.name, line) for path in MODULES for line in docstrings(path.read_text("utf-8"))]
    assert not [place for place in lines if len(place[1]) > LONGEST]


def test_the_documentation_names_only_files_that_exist() -> None:
    """CHANGELOG.md is left out: it tells of files that were."""
    for page in PAGES:
        for name in re.findall(r"`((?:index|service|training|tests|scripts|seeds)/[\w./-]+\.\w+)`", page.read_text("utf-8")):
            assert page.name == "CHANGELOG.md" or (ROOT / name).exists(), f"{page}: {name}"
