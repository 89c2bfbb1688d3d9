"""`rebut keys`, run as a person runs it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from index.kinds import Scope
from index.ledger.notes import key_in
from index.store.sql import SqlStore
from service.access.keyring import Keyring
from tests.conftest import ROOT
from tests.index.store.test_store import make_earlier
from tests.serving import COMMAND, environment

pytestmark = pytest.mark.slow


def keys(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, "keys", *arguments]
    return subprocess.run(command, check=False, env=environment(data), cwd=ROOT, text=True, capture_output=True, timeout=120)


def test_a_key_is_made_replaced_shown_and_revoked(tmp_path: Path) -> None:
    made = keys(tmp_path, "new", "[b]desk[/b]", "--scope", "edit", "--scope", "check", "--lifetime", "90d")
    assert re.fullmatch(r"rebut_[0-9a-f]{8}_[0-9a-f]{64}\n", made.stdout)
    assert "[b]desk[/b]: may check, edit, until " in made.stderr
    secret = made.stdout.strip()
    store = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite")
    keyring = Keyring(store.keys)
    assert keyring.recognise(secret).scopes == {Scope.EDIT, Scope.CHECK}

    rotated = keys(tmp_path, "rotate", secret[:14], "--grace", "1h").stdout.strip()
    assert keyring.recognise(rotated).name == keyring.recognise(secret).name == "[b]desk[/b]"
    listed = keys(tmp_path, "list").stdout
    assert re.search(rf"{secret[6:14]} .*replaced by {rotated[6:14]}, good until .* never", listed)
    assert re.search(rf"{rotated[6:14]} +\[b\]desk\[/b\] +check edit +valid, good until", listed)

    assert "was revoked" in keys(tmp_path, "revoke", rotated).stdout
    known = keys(tmp_path, "list", "--json").stdout
    assert [key["state"] for key in json.loads(known)["keys"]] == ["revoked", "replaced"]
    for one in (secret, rotated):
        assert one[15:] not in listed + known
    store.close()


def test_a_store_from_before_the_ledger_gets_one_that_is_signed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/rebut.sqlite"
    make_earlier(url, "0005")
    assert keys(tmp_path, "list").returncode == 0
    store = SqlStore(url, key_in(tmp_path / "ledger.key"))
    assert list(store.ledger.verify(store.ledger.public_key)) == []
    store.close()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["new", " "], 2, "name: must have"),
        (["new", "x", "--lifetime", "1y"], 2, "--lifetime: must be a time such as 90d"),
        (["new", "x", "--scope", "root"], 2, "--scope"),
        (["rotate", "0" * 8, "--grace", "soon"], 2, "--grace: must be"),
        (["rotate", "nonsense"], 2, "neither a key's id"),
        (["revoke", "0" * 8], 1, "no key has the id '00000000'"),
    ],
)
def test_wrong_usage_is_explained(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    told = keys(tmp_path, *arguments)
    assert (told.returncode, said in re.sub(r"\s+", " ", told.stderr)) == (code, True), told.stderr
    assert told.stdout == ""
