"""The structure that the documentation promises."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT

MIGRATIONS = {str(path.relative_to(ROOT)) for path in (ROOT / "index" / "store" / "migrations" / "versions").glob("*.py")}
MODULES = sorted([*(ROOT / "index").rglob("*.py"), *(ROOT / "service").rglob("*.py")])
OURS = [*MODULES, *sorted((ROOT / "training").rglob("*.py")), *sorted((ROOT / "rebut").rglob("*.py"))]
DESIGN = (ROOT / "docs" / "why" / "design.md").read_text("utf-8")
DIRECTIONS = {room: allowed.split() for room, allowed in re.findall(r"^([a-z/]+) +-> (.+)$", DESIGN, re.MULTILINE)}
"""Room -> what it may import, as the documentation draws it; a name stands for all rooms inside."""
SQL = (
    "adopting",
    "api_keys",
    "browsing",
    "conflicts",
    "counting",
    "database",
    "dialects",
    "erasing",
    "filters",
    "following",
    "hearing",
    "kept_dossiers",
    "identity",
    "kept_answers",
    "kept_vectors",
    "listing",
    "moved",
    "opening",
    "overview",
    "past",
    "people",
    "reading",
    "recorded",
    "same_table",
    "shown",
    "sql",
    "sql_ledger",
    "tables",
)
SQL += ("undoing", "verifying", "writing", *(f"moving/{name}" for name in ("backing_up", "exporting", "parts", "restoring")))
"""Modules of the store that know SQLAlchemy."""
LONGEST = 300
LONGEST_FUNCTION = 60
"""`search_claims`: Google's ten parameters, each with its name and what it is."""


@cache
def imported_names(path: Path) -> set[str]:
    """All that a module imports, at its top or inside a function, with dots."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def imported(path: Path) -> set[str]:
    """Top-level packages that a module imports."""
    return {name.split(".")[0] for name in imported_names(path)}


def room_of(place: str) -> str:
    """The innermost room that a module, or a name in it, lies in; `place` has slashes."""
    rooms = [room for room in DIRECTIONS if f"{place}/".startswith(f"{room}/")]
    return max(rooms, key=len) if rooms else "service/version" if place.startswith("service") else place.split("/", maxsplit=1)[0]


def room_of_module(path: Path) -> str:
    return room_of(str(path.relative_to(ROOT).with_suffix("")).removesuffix("/__init__"))


def rooms_imported(room: str) -> set[str]:
    names = {name for path in OURS if room_of_module(path) == room for name in imported_names(path)}
    ours = {name.replace(".", "/") for name in names if name.split(".")[0] in {"index", "service", "training", "tests", "rebut"}}
    return {room_of(place) for place in ours} - {room}


def test_every_room_has_its_directions() -> None:
    assert {room_of_module(path) for path in OURS} - {"index"} == set(DIRECTIONS)


@pytest.mark.parametrize("room", DIRECTIONS)
def test_rooms_import_what_the_documentation_draws_and_nothing_else(room: str) -> None:
    allowed = DIRECTIONS[room]
    assert not {other for other in rooms_imported(room) if not any(f"{other}/".startswith(f"{one}/") for one in allowed)}


def test_the_directions_have_no_circles() -> None:
    order = {room: number for number, room in enumerate(DIRECTIONS)}
    for room, allowed in DIRECTIONS.items():
        assert all(order[one] < order[room] for one in allowed if one in order), room


@pytest.mark.parametrize("path", [path for path in MODULES if path.is_relative_to(ROOT / "index")], ids=str)
def test_the_index_knows_neither_the_service_nor_http(path: Path) -> None:
    assert not imported(path) & {"service", "litestar", "uvicorn", "httpx", "training", "tests"}


@pytest.mark.parametrize("path", OURS, ids=str)
def test_nothing_imports_the_tests_and_only_training_imports_training(path: Path) -> None:
    forbidden = {"tests"} if path.is_relative_to(ROOT / "training") else {"tests", "training"}
    assert not imported(path) & forbidden


@pytest.mark.parametrize(
    ("package", "home"),
    [
        ("faiss", {"index/search/codes.py", "index/search/vectors.py"}),
        ("scipy", {"index/search/milvus/ngrams.py", "index/search/postings.py", "service/evaluation/refit/shrunk.py"}),
        ("pymilvus", {"index/search/milvus/connection.py"}),
        ("sqlalchemy", {f"index/store/{name}.py" for name in SQL} | MIGRATIONS),
        ("argon2", {"service/access/passwords.py"}),
        ("rfc8785", {"index/ledger/entries.py"}),
        ("cryptography", {"index/ledger/notes.py"}),
        ("sentence_transformers", {"index/models/export.py"}),
        ("onnxruntime", {"index/models/quantise.py", "index/models/runtime.py"}),
        ("uvicorn", {"service/server.py"}),
        ("httpx", {"service/integrations/fetch.py", "service/integrations/links.py"}),
        ("httpcore", {"service/integrations/links.py"}),
        ("ijson", {"index/readers/feeds.py"}),
        ("opentelemetry", {"service/api/collector.py", "service/api/traces.py"}),
    ],
)
def test_each_foreign_package_has_one_home(package: str, home: set[str]) -> None:
    assert {str(path.relative_to(ROOT)) for path in MODULES if package in imported(path)} == home


@pytest.mark.parametrize("path", OURS, ids=str)
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("package", ["index", "service"])
def test_functions_stay_small(package: str) -> None:
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for path in MODULES
        if path.is_relative_to(ROOT / package)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    median, ninetieth = (int(np.percentile(lengths, share, method="higher")) for share in (50, 90))
    assert (median <= 8, ninetieth <= 20, lengths[-1] <= LONGEST_FUNCTION) == (True, True, True), (median, ninetieth, lengths[-1])


def test_the_client_needs_httpx_and_msgspec_alone() -> None:
    code = "import sys, rebut; print([name for name in ('numpy', 'litestar', 'index', 'service') if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT).strip() == "[]"
    foreign = {name for path in OURS if path.is_relative_to(ROOT / "rebut") for name in imported(path)} - sys.stdlib_module_names
    assert foreign == {"httpx", "msgspec", "rebut"}


def test_the_command_line_starts_without_the_models() -> None:
    code = "import sys, service.cli.main; print([name for name in ('torch', 'litestar', 'faiss') if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT).strip() == "[]"
