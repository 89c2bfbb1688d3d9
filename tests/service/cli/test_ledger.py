"""History, undo, erasure and verification in the terminal."""

from __future__ import annotations

import re
import shlex
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.models.encoders import Encoders
from index.progress import no_progress
from index.readers.loading import ReadAs
from index.search.retriever import Query, Retriever
from index.store.reports import Origin
from index.store.sql import SqlStore
from service.cli.load import load_all
from service.cli.main import main
from service.integrations.fetch import File
from tests.fakes import WordEncoder

pytestmark = pytest.mark.slow

Run = Callable[..., Result]
SEED = """
[source]
id = "paper"
title = "T"
publisher = "P"
site = "p.example"
language = "en"
url = "https://p.example"
"""
TABLE = "id,claim\n1,Bees bark.\n2,Cats bark.\n3,Dogs bark.\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on a store of its own."""
    monkeypatch.setenv("REBUT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("REBUT_SEEDS", "")

    def once(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return once


def act_in(result: Result) -> str:
    """The number by which what was done can be taken back."""
    found = re.search(r"rebut undo (\d+)", result.stdout)
    assert found, result.output
    return found[1]


def public_key(result: Result) -> str:
    """The key that `rebut verify` tells."""
    return result.stdout.replace("\n", " ").partition("public key: ")[2].split()[0]


def id_of(key: str) -> str:
    return key.split("+")[1]


def test_an_import_is_told_with_its_number_and_undone_whole(run: Run, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(TABLE, "utf-8")
    loaded = run("load", str(tmp_path / "claims.csv"))
    assert "4 added" in loaded.stdout
    undone = run("undo", act_in(loaded), "--why", "the wrong file")
    assert (undone.exit_code, "4 as they were before" in undone.stdout) == (0, True)
    told = run("history", "file-claims-1").stdout
    assert "revision 1 · published" in told
    assert "revision 2 · retired" in told
    assert "undo by terminal: the wrong file" in told
    assert "text: nothing → Bees bark." in told
    assert "4 added" in run("load", str(tmp_path / "claims.csv")).stdout, "it can be loaded anew"
    assert run("undo", "99", "--why", "x").exit_code == run("history", "nothing").exit_code == 1


def test_the_way_back_that_is_told_works_as_it_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(TABLE, "utf-8")
    told = run("load", str(tmp_path / "claims.csv"))
    for done in ("4 as they were before", "4 as they were before"):
        (way_back,) = re.findall(r"^to take this back: rebut (.*)$", told.stdout, re.MULTILINE)
        told = run(*shlex.split(way_back))
        assert (told.exit_code, done in told.stdout) == (0, True), told.output
    merged = run("merge", "file-claims-1", "file-claims-2", "--why", "the same")
    (way_back,) = re.findall(r"^to take this back: rebut (.*)$", merged.stdout, re.MULTILINE)
    assert run(*shlex.split(way_back)).exit_code == 0


def test_a_reason_has_words_and_nothing_unseen(run: Run, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(TABLE, "utf-8")
    act = act_in(run("load", str(tmp_path / "claims.csv")))
    for why, said in ((" ", "why: is missing"), ("a\x01b", "why: holds a control character")):
        refused = run("undo", act, "--why", why)
        assert (refused.exit_code, said in refused.stderr) == (1, True), refused.output
    assert run("undo", act, "--why", "wrong").exit_code == 0


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("{folder}/claims.csv", "claims.csv"),
        ("https://me:secret@desk.example:8443/sheets/claims.csv?key=secret#gid=1", "https://desk.example:8443/sheets/claims.csv"),
    ],
)
def test_the_ledger_tells_neither_folders_nor_secrets(tmp_path: Path, name: str, called: str) -> None:
    (tmp_path / "claims.csv").write_text(TABLE, "utf-8")
    (tmp_path / "bees.toml").write_text(SEED, "utf-8")
    table, seeds = name.format(folder=tmp_path), name.format(folder=tmp_path).replace("claims.csv", "a.toml")
    store = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite")
    found = {table: File(tmp_path / "claims.csv"), seeds: File(tmp_path / "bees.toml")}
    load_all(store, found, no_progress, ReadAs(), Origin(), dry_run=False)
    whys = {recorded.entry.why for recorded in store.ledger.entries(0, 100)}
    store.close()
    assert whys == {f"import of {called}", f"import of {called.replace('claims.csv', 'a.toml')}"}


def test_a_renamed_and_corrected_table_is_known_by_its_rows(run: Run, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text("id,claim\n" + "".join(f"{n},Claim number {n}.\n" for n in range(10)), "utf-8")
    run("load", str(tmp_path / "claims.csv"))
    (tmp_path / "new.csv").write_text(
        "id,claim\n" + "".join(f"{n},Claim number {n if n else 'none'}.\n" for n in range(11)), "utf-8"
    )
    told = run("load", str(tmp_path / "new.csv")).stdout
    assert "1 added: file-claims-10" in told
    assert "1 changed: file-claims-0" in told
    assert "read as the table 'file-claims', whose rows it has" in told
    (tmp_path / "other.csv").write_text("id,claim\n" + "".join(f"{n},Another {n}.\n" for n in range(10)), "utf-8")
    assert "11 added" in run("load", str(tmp_path / "other.csv")).stdout, "the same numbers alone do not make it the same table"


def test_changed_bytes_are_found_and_a_kept_checkpoint_is_compared(run: Run, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(TABLE, "utf-8")
    run("load", str(tmp_path / "claims.csv"))
    well = run("verify")
    assert well.exit_code == 0
    assert "All is as it was written: 4 entries, root " in well.stdout
    key = re.search(r"public key: (\S+)", well.stdout.replace("\n", ""))
    assert key
    database = tmp_path / "data" / "rebut.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        (note,) = connection.execute("SELECT note FROM checkpoints").fetchone()
    (tmp_path / "note.txt").write_text(note, "utf-8")
    assert run("verify", "--against", str(tmp_path / "note.txt"), "--key", key[1]).exit_code == 0
    assert run("verify", "--key", "nonsense").exit_code == 1
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE statements SET record = replace(record, 'Bees', 'Fleas') WHERE id = 'file-claims-1'")
    found = run("verify")
    assert found.exit_code == 1
    assert "statements file-claims-1: record: is" in found.stdout
    assert "1 things are not as they were written." in found.stderr


def test_after_a_key_was_replaced_the_one_before_is_given(run: Run, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(TABLE, "utf-8")
    run("load", str(tmp_path / "claims.csv"))
    keys = tmp_path / "keys.txt"
    keys.write_text(f"# of 2026\n{public_key(run('verify'))}\n\n", "utf-8")
    first = keys.read_text("utf-8").split()[3]
    (tmp_path / "data" / "ledger.key").rename(tmp_path / "leaked.key")
    nothing_yet = run("verify", "--earlier-key", first)
    assert (nothing_yet.exit_code, "the ledger's key, has signed nothing yet" in nothing_yet.stdout) == (0, True)
    run("erase", "statement", "file-claims-3", "--why", "asked for")
    alone = run("verify")
    assert alone.exit_code == 1
    assert f"checkpoint 4: is not signed with the ledger's key, or was changed; it names the key {id_of(first)}" in alone.stdout
    assert f"checkpoint 4: signed with {id_of(first)}, which was not given" in alone.stdout
    assert "give its earlier public keys, too" in alone.stderr
    for given in (first, str(keys)):
        well = run("verify", "--earlier-key", given)
        assert well.exit_code == 0, well.output
        assert f"checkpoint 4: signed with {id_of(first)}, an earlier key" in well.stdout
        assert f"checkpoint 5: signed with {id_of(public_key(well))}, the ledger's key" in well.stdout
        assert "earlier public keys" not in well.stderr
    second = public_key(well)
    assert run("verify", "--key", first, "--earlier-key", second).exit_code == 1, "in the other order"
    assert run("verify", "--earlier-key", "nonsense").exit_code == 1
    (tmp_path / "data" / "ledger.key").unlink()
    third = run("verify", "--earlier-key", str(keys), "--earlier-key", second)
    assert third.exit_code == 0, third.output
    assert run("verify", "--earlier-key", first).exit_code == 1


def test_a_base_whose_key_was_replaced_is_backed_up_and_restored(run: Run, tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(TABLE, "utf-8")
    run("load", str(tmp_path / "claims.csv"))
    first = public_key(run("verify"))
    (tmp_path / "data" / "ledger.key").unlink()
    run("erase", "statement", "file-claims-3", "--why", "asked for")
    assert run("backup", str(tmp_path / "alone.sqlite")).exit_code == 1
    assert run("backup", str(tmp_path / "copy.sqlite"), "--earlier-key", first).exit_code == 0
    assert run("export", str(tmp_path / "all.zip")).exit_code == 0
    assert "it names the key" in run("restore", str(tmp_path / "all.zip"), "--dry-run").stderr
    assert run("restore", str(tmp_path / "all.zip"), "--dry-run", "--earlier-key", first).exit_code == 0
    for path in (tmp_path / "data").glob("rebut.sqlite*"):
        path.unlink()
    assert run("restore", str(tmp_path / "all.zip"), "--earlier-key", first).exit_code == 0
    assert run("verify", "--earlier-key", first).exit_code == 0
    assert run("restore", str(tmp_path / "all.zip"), "--earlier-key", first, "--lost-key").exit_code == 2


def test_what_else_says_the_same_is_told_before_anything_is_erased(run: Run, tmp_path: Path) -> None:
    for name, table in (("claims", TABLE), ("twins", "id,claim\n9,Bees bark.\n")):
        (tmp_path / f"{name}.csv").write_text(table, "utf-8")
        run("load", str(tmp_path / f"{name}.csv"))
    run("merge", "file-claims-1", "file-claims-3", "--why", "the same")
    erasing = ("erase", "statement", "file-claims-1", "--why", "asked for")
    told = run(*erasing, "--dry-run").stdout
    assert told.splitlines() == [
        "would be erased: statement file-claims-1",
        "would be cleaned of what a merge had moved there: statement file-claims-3",
        "These say the same by themselves:",
        "  • statement file-twins-9 (published); to erase it, too: --also statement:file-twins-9",
    ]
    assert "what it said was erased" not in run("history", "file-claims-1").stdout
    for wrong in ("file-twins-9", "claim:file-twins-9", "statement:"):
        assert run(*erasing, "--also", wrong).exit_code == 2
    assert run(*erasing, "--also", "statement:nothing").exit_code == 1
    done = run(*erasing, "--also", "statement:file-twins-9").stdout
    assert "erased: statement file-twins-9" in done
    assert "the same by themselves" not in done
    assert "Bees" not in "".join(run("history", f"file-{id_}").stdout for id_ in ("claims-1", "claims-3", "twins-9"))
    assert run("verify").exit_code == 0


def test_what_is_erased_is_gone(run: Run, tmp_path: Path) -> None:
    def told_by_indexes() -> bool:
        files = [path for path in (tmp_path / "data" / "index").rglob("*") if path.is_file()]
        return any(b"bees" in path.read_bytes().lower() for path in files)

    (tmp_path / "claims.csv").write_text(TABLE, "utf-8")
    run("load", str(tmp_path / "claims.csv"))
    store = SqlStore(f"sqlite:///{tmp_path / 'data' / 'rebut.sqlite'}")
    index = Retriever(store, Encoders(WordEncoder()), tmp_path / "data" / "index")
    store.close()
    assert told_by_indexes()
    assert run("erase", "statement", "file-claims-1", "--why", "asked for").exit_code == 0
    told = run("history", "file-claims-1").stdout
    assert "what it said was erased" in told
    assert "Bees" not in told
    assert not told_by_indexes()
    index.live.refresh()
    assert [one.statement_id for one in index.retrieve([Query("Bees bark.", "en")]).candidates[0]] == [
        "file-claims-2",
        "file-claims-3",
    ]
    assert run("verify").exit_code == 0
    assert run("erase", "source", "file-claims", "--why", "x").exit_code == 1
