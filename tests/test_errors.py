from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import index
import service
from index import errors
from index.errors import RebutError


def defined() -> set[type[BaseException]]:
    """Every exception class that a module of ours defines."""
    names = [
        found.name for package in (index, service) for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    modules = [importlib.import_module(name) for name in names if "migrations" not in name]
    return {
        value
        for module in modules
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, BaseException) and value.__module__ == module.__name__
    }


def drawn() -> dict[str, str]:
    """Name -> the name above it, as the docstring draws the tree."""
    above: list[str] = []
    found = {}
    for line in inspect.getdoc(errors).splitlines():
        match = re.fullmatch(r"([│├└─ ]*)([A-Z]\w+)(?:  .*| its .*)?", line)
        if match:
            depth = len(match[1]) // 4
            above[depth:] = [match[2]]
            found[match[2]] = above[depth - 1] if depth else "Exception"
    return found


def test_every_exception_belongs_to_the_one_tree() -> None:
    assert {error for error in defined() if not issubclass(error, RebutError)} == set()


def test_the_tree_is_drawn_as_it_is() -> None:
    assert drawn() == {error.__name__: error.__base__.__name__ for error in defined() if error.__base__}
