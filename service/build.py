"""Which build this is: the version, and a hash of the sources. It tells two builds apart wherever they came from."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from service import VERSION

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("index", "service")
SOURCES = {".css", ".html", ".js", ".json", ".po", ".py", ".toml"}
"""Endings of the files that count. Models do by the sums of theirs that stand in the sources, seed files by their own versions."""
DIGITS = 12


@cache
def build() -> str:
    """The version and the build, such as `0.1.0+3f2a1b9c0d4e`: as PEP 440 has local versions."""
    return f"{VERSION}+{hash_of_sources(ROOT)[:DIGITS]}"


def hash_of_sources(root: Path) -> str:
    """SHA-256 over names and contents of all sources, 64 hex digits."""
    found = (path for package in PACKAGES for path in (root / package).rglob("*") if path.suffix in SOURCES)
    hashed = hashlib.sha256()
    for name, path in sorted((path.relative_to(root).as_posix(), path) for path in found):
        hashed.update(f"{name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return hashed.hexdigest()


def service_name() -> str:
    """What answers and exports say that they were made by."""
    return f"rebut {build()}"
