"""`rebut people`, run as a person runs it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from index.store.sql import SqlStore
from service.access.people import people_of
from service.settings import Settings
from tests.conftest import ROOT
from tests.serving import COMMAND, environment

pytestmark = pytest.mark.slow

FIRST, SECOND = "correct horse battery", "another long password"


def run(data: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The command without a terminal: what would be typed there comes by standard input."""
    return subprocess.run(
        [*COMMAND, "people", *arguments],
        check=False,
        env=environment(data),
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=120,
        input=typed,
        start_new_session=True,
    )


def test_somebody_is_let_in_gets_another_password_and_is_taken_out(tmp_path: Path) -> None:
    added = run(tmp_path, "add", "[b]Anna[/b]", "--scope", "edit", "--scope", "review", typed=f"{FIRST}\n{FIRST}\n")
    assert added.stdout == "[b]Anna[/b] may sign in now: read, edit, review.\n", added.stderr
    store = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite")
    people = people_of(Settings(), store.people)
    session = people.sign_in("[b]anna[/b]", FIRST)

    listed = run(tmp_path, "list").stdout
    assert re.search(r"\[b\]Anna\[/b\] +read edit review +\d{4}-\d\d-\d\d +\d{4}-\d\d-\d\d \d\d:\d\d", listed)
    told = run(tmp_path, "list", "--json").stdout
    assert [(one["name"], one["scopes"]) for one in json.loads(told)] == [("[b]Anna[/b]", ["read", "edit", "review"])]
    for hidden in (FIRST, people.get("[b]anna[/b]").password):
        assert hidden not in added.stdout + added.stderr + listed + told

    changed = run(tmp_path, "password", "[B]ANNA[/B]", typed=f"{SECOND}\n{SECOND}\n")
    assert (changed.returncode, "signed out everywhere" in changed.stdout) == (0, True)
    assert people.recognise(session) is None
    assert people.recognise(people.sign_in("[b]anna[/b]", SECOND))
    assert "may not sign in any more" in run(tmp_path, "remove", "[b]Anna[/b]").stdout
    assert "Nobody may sign in" in run(tmp_path, "list").stdout
    store.close()


def test_what_cannot_be_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    for arguments, typed, said in (
        (("add", "x"), "short\nshort\n", "password: must have 12 to 1,000 characters"),
        (("add", " "), f"{FIRST}\n{FIRST}\n", "name: must have 1 to 100 characters"),
        (("add", "x", "--scope", "root"), "", "'root' is not one of"),
        (("add", "x"), f"{FIRST}\n{SECOND}\n", "do not match"),
        (("add", "x", FIRST), "", "unexpected extra argument"),
        (("password", "nobody"), "", "no person has the id 'nobody'"),
        (("remove", "nobody"), "", "no person has the id 'nobody'"),
    ):
        done = run(tmp_path, *arguments, typed=typed)
        assert done.returncode in (1, 2), arguments
        assert said in re.sub(r"[\s│╭╮╰╯─]+", " ", done.stderr), (arguments, done.stderr)
    assert "Nobody may sign in" in run(tmp_path, "list").stdout
