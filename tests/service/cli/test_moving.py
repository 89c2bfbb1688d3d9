"""`rebut export`, `restore`, `backup` and `seeds`, as a person runs them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from litestar.testing import TestClient

from index.kinds import RecordKind, State
from index.ledger.entries import By
from index.ledger.notes import key_in
from index.store.database import Database
from index.store.moving.exporting import export
from index.store.sql import SqlStore
from index.store.writing import Put
from service.app import create_app
from service.build import build, hash_of_sources
from service.cli.main import main
from service.settings import Settings
from tests.conftest import ROOT, fake_parts, post
from tests.contracts.test_store import paper, statement
from tests.fakes import SEEDS
from tests.serving import COMMAND, environment

pytestmark = pytest.mark.slow

Run = Callable[..., Result]
CALIBRATION = b'{"format":1}\n'


@pytest.fixture
def run(tmp_path: Path, seed_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on the store in a data folder: `run("data", "info")`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REBUT_SEEDS", str(seed_folder))

    def once(data: str, *arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env={"REBUT_DATA_DIR": str(tmp_path / data)})

    return once


@pytest.fixture
def base(run: Run, tmp_path: Path) -> Path:
    """A data folder with the seeds, an API key, and a calibration of its own."""
    assert run("data", "info").exit_code == 0
    assert run("data", "keys", "new", "desk").exit_code == 0
    (tmp_path / "data" / "calibrations").mkdir()
    (tmp_path / "data" / "calibrations" / "0001.json").write_bytes(CALIBRATION)
    return tmp_path / "data"


def held(path: Path) -> dict[str, bytes]:
    return {one.relative_to(path).as_posix(): one.read_bytes() for one in path.rglob("*") if one.is_file()}


def test_a_base_moves_with_its_key_in_hand_and_gives_the_same_answers(run: Run, base: Path, tmp_path: Path) -> None:
    told = run("data", "export", "moved.zip")
    assert told.exit_code == 0
    assert "1 sources, 3 statements, 2 refutations, 0 reviews are answered" in told.stdout
    assert "not in it: API keys, and the ledger's private key" in told.stdout
    assert "The export is sound; nothing was written" in run("new", "restore", "moved.zip", "--dry-run").stdout
    assert not (tmp_path / "new").exists()
    refused = run("new", "restore", "moved.zip")
    assert refused.exit_code == 1
    assert "ledger.key is missing: put the key of the store that was exported there" in refused.stderr
    assert not (tmp_path / "new" / "calibrations" / "0001.json").exists()
    shutil.copy(base / "ledger.key", tmp_path / "new" / "ledger.key")
    done = run("new", "restore", "moved.zip")
    assert done.exit_code == 0
    assert "Do not let the store that was exported go on" in done.stdout
    assert run("new", "verify").stdout == run("data", "verify").stdout
    assert (tmp_path / "new" / "calibrations" / "0001.json").read_bytes() == CALIBRATION
    assert "desk" not in run("new", "keys", "list").stdout
    answers = []
    for name in ("data", "new"):
        parts = fake_parts(Settings(data_dir=tmp_path / name, seeds="", relation="on"))
        with TestClient(create_app(parts)) as client:
            answers.append(post(client, "/v1/claims/check", text="North is massing troops near the river"))
    assert answers[0] == answers[1]
    assert answers[0]["matches"]


def test_with_keys_an_export_is_all_that_is_needed(run: Run, base: Path, tmp_path: Path) -> None:
    told = run("data", "export", "all", "--with-keys")
    assert "It holds the ledger's private key" in told.stderr
    assert run("new", "restore", "all").exit_code == 0
    assert (tmp_path / "new" / "ledger.key").read_bytes() == (base / "ledger.key").read_bytes()
    assert (tmp_path / "new" / "ledger.key").stat().st_mode & 0o077 == 0
    assert run("new", "verify").exit_code == 0
    assert "desk" in run("new", "keys", "list").stdout
    run("new", "export", "again", "--with-keys")
    assert held(tmp_path / "all") == held(tmp_path / "again")


def test_what_is_wrong_is_told_and_nothing_is_left(run: Run, base: Path, tmp_path: Path) -> None:
    run("data", "export", "all", "--with-keys")
    assert "is there already" in run("data", "export", "all").stderr
    assert "the store has records already" in run("data", "restore", "all").stderr
    run("other", "info")
    shutil.copytree(tmp_path / "other", tmp_path / "third", ignore=shutil.ignore_patterns("rebut.sqlite*"))
    assert "ledger.key is there already, and is another one" in run("third", "restore", "all").stderr
    with (tmp_path / "all" / "ledger.ndjson").open("ab") as file:
        file.write(b"x")
    broken = run("new", "restore", "all")
    assert broken.exit_code == 1
    assert "ledger.ndjson: sha256: is " in broken.stderr
    assert not list((tmp_path / "new").glob("*.key"))
    assert run("new", "restore", "all", "--key", "x", "--lost-key").exit_code == 2
    assert run("new", "restore", "nothing.zip").exit_code == 2


def test_a_file_that_no_export_has_is_refused(run: Run, base: Path, tmp_path: Path) -> None:

    database = Database(f"sqlite:///{base}/rebut.sqlite", key_in(base / "ledger.key"))
    export(database, tmp_path / "odd.zip", "rebut 1", beside={"../evil": b"x", "calibrations/x.json": b"x"})
    database.close()
    told = run("new", "restore", "odd.zip").stderr
    assert "../evil: is no file of an export" in told
    assert "calibrations/x.json: is no file of an export" in told


def test_a_lost_key_is_told(run: Run, base: Path, tmp_path: Path) -> None:
    run("data", "export", "all")
    (base / "ledger.key").unlink()
    assert run("new", "restore", "all", "--lost-key").exit_code == 0
    assert "is not signed with the ledger's key" in run("new", "verify").stdout
    assert run("data", "backup", "copy.sqlite").exit_code == 1
    assert not (tmp_path / "copy.sqlite").exists()
    assert run("data", "backup", "copy.sqlite", "--lost-key").exit_code == 0


def test_a_backup_is_a_base(run: Run, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = run("data", "backup", "kept/copy.sqlite")
    assert told.exit_code == 0
    assert "all as it was written" in told.stdout
    assert (tmp_path / "kept" / "copy.sqlite").stat().st_mode & 0o077 == 0
    assert "is there already" in run("data", "backup", "kept/copy.sqlite").stderr
    (tmp_path / "new").mkdir()
    shutil.copy(tmp_path / "kept" / "copy.sqlite", tmp_path / "new" / "rebut.sqlite")
    shutil.copy(base / "ledger.key", tmp_path / "new" / "ledger.key")
    assert run("new", "verify").stdout == run("data", "verify").stdout
    assert "desk" in run("new", "keys", "list").stdout
    monkeypatch.setenv("REBUT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert "a store in postgresql is backed up with its own tools, such as `pg_dump" in run("data", "backup", "x").stderr


@pytest.mark.parametrize("command", ["export", "restore", "backup", "seeds"])
def test_help_tells_what_is_done(run: Run, command: str) -> None:
    told = " ".join(re.sub(r"[│╭╰─╮╯]", " ", run("data", command, "--help").stdout).split())
    promised = {
        "export": "What was erased is not in it",
        "restore": "verified before anything counts",
        "backup": "while the service runs",
    }
    assert promised.get(command, "field by field") in told


def test_a_desks_edits_win_over_seed_files_and_the_difference_is_shown(run: Run, base: Path, seed_folder: Path) -> None:
    version = run("data", "seeds").stdout
    assert re.search(r"paper-1\.toml: version [0-9a-f]{12}, loaded", version)
    assert "0 records are otherwise here" in version
    store = SqlStore(f"sqlite:///{base}/rebut.sqlite", key_in(base / "ledger.key"))

    with store.ledger.acting(By("me", "because")) as act:
        edited = store.statement("south-buys-tanks")
        act.put(
            RecordKind.STATEMENT, [Put(record_id=edited.id, record=msgspec.structs.replace(edited, text="South bought tanks."))]
        )
        act.put(RecordKind.STATEMENT, [Put(record_id="wheat-harvest-record", state=State.RETIRED)])
    told = run("data", "seeds").stdout
    assert "south-buys-tanks (published): text: South bought tanks. → South bought forty tanks in March 2023." in told
    assert "wheat-harvest-record (retired): the same text" in told
    changed = SEEDS.replace("forty tanks", "fifty tanks").replace("the best in ten years", "the best in five years")
    (seed_folder / "paper-1.toml").write_text(changed, "utf-8")
    assert "to be loaded at the next start in place of" in run("data", "seeds").stdout
    shown = json.loads(run("data", "info", "--json").stdout)  # loads them
    assert shown["version"] == build()
    told = json.loads(run("data", "seeds", "--json").stdout)
    assert told["loaded"] == told["files"] == shown["seeds"]
    assert [(one["record_id"], one["state"]) for one in told["otherwise"]] == [
        ("south-buys-tanks", "published"),
        ("wheat-harvest-record", "retired"),
    ]
    assert store.statement("south-buys-tanks").text == "South bought tanks."
    store.close()


def test_the_build_changes_with_any_source_and_with_nothing_else(tmp_path: Path) -> None:
    for package in ("index", "service"):
        (tmp_path / package).mkdir()
    (tmp_path / "service" / "a.py").write_text("A = 1\n", "utf-8")
    hashes = [hash_of_sources(tmp_path)]
    (tmp_path / "service" / "__pycache__").mkdir()
    (tmp_path / "service" / "__pycache__" / "a.pyc").write_bytes(b"x")
    assert hash_of_sources(tmp_path) == hashes[0]
    (tmp_path / "index" / "words.toml").write_text("a = 1\n", "utf-8")
    hashes.append(hash_of_sources(tmp_path))
    (tmp_path / "service" / "a.py").write_text("A = 2\n", "utf-8")
    hashes.append(hash_of_sources(tmp_path))
    (tmp_path / "service" / "a.py").rename(tmp_path / "service" / "b.py")
    hashes.append(hash_of_sources(tmp_path))
    assert len(set(hashes)) == 4
    told = subprocess.run([*COMMAND, "--version"], env=environment(tmp_path), cwd=ROOT, text=True, capture_output=True, check=True)
    assert told.stdout == f"rebut {build()}\n"


def test_ctrl_c_is_quiet_and_leaves_nothing(run: Run, base: Path, tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{base}/rebut.sqlite", key_in(base / "ledger.key"))
    store.load([paper(*(statement(f"s-{number}") for number in range(5000)))])
    store.close()
    entry = [COMMAND[0], "-c", "from service.cli.entry import run; run()"]
    settings = environment(base, REBUT_SEEDS="")
    with subprocess.Popen(
        [*entry, "export", str(tmp_path / "out" / "export")], env=settings, cwd=ROOT, text=True, stderr=subprocess.PIPE
    ) as process:
        while process.poll() is None and not list(tmp_path.glob("out/.export.*/export/contents.ndjson")):
            os.sched_yield()
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said.strip()) == (130, "")
    assert list((tmp_path / "out").iterdir()) == []
