"""The structure that the documentation promises."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

MIGRATIONS = {str(path.relative_to(ROOT)) for path in (ROOT / "index" / "store" / "migrations" / "versions").glob("*.py")}
MODULES = sorted([*(ROOT / "index").rglob("*.py"), *(ROOT / "service").rglob("*.py")])


def imported(path: Path) -> set[str]:
    """Top-level packages that a module imports, at its top or inside a function."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", [path for path in MODULES if path.is_relative_to(ROOT / "index")], ids=str)
def test_the_index_knows_neither_the_service_nor_http(path: Path) -> None:
    assert not imported(path) & {"service", "litestar", "uvicorn", "httpx"}


@pytest.mark.parametrize(
    ("package", "home"),
    [
        ("faiss", {"index/search/vectors.py"}),
        ("bm25s", {"index/search/bm25.py"}),
        ("sqlalchemy", {f"index/store/{name}.py" for name in ("opening", "reading", "sql", "tables", "upsert")} | MIGRATIONS),
        ("sentence_transformers", {"index/models/encoders.py"}),
        ("uvicorn", {"service/cli/main.py"}),
        ("httpx", {"service/integrations/fetch.py"}),
        ("ijson", {"index/readers/feeds.py"}),
    ],
)
def test_each_foreign_package_has_one_home(package: str, home: set[str]) -> None:
    assert {str(path.relative_to(ROOT)) for path in MODULES if package in imported(path)} == home


def test_the_store_knows_only_the_records_and_the_errors() -> None:
    for path in (ROOT / "index" / "store").glob("*.py"):
        froms = [node.module or "" for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
        ours = {name for name in froms if name.partition(".")[0] == "index" and not name.startswith("index.store")}
        assert ours <= {"index.records", "index.errors"}, path


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_modules_stay_small(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) <= 450
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{path}: {node.name}"


def test_the_command_line_starts_without_the_models() -> None:
    code = "import sys, service.cli.main; print([name for name in ('torch', 'litestar', 'faiss') if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT).strip() == "[]"
