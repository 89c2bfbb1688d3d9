"""Exports, restores and backups: nothing is lost, nothing is added, and nothing is half-done."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
import shutil
import sqlite3
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from index.errors import ExportInvalid
from index.kinds import Rated, RecordKind, Scope, State
from index.ledger.entries import NOTHING_BEFORE, By, hash_of
from index.ledger.merkle import Tree
from index.ledger.notes import PublicKey, Signer, key_in, read_checkpoint
from index.records import Batch, Citation, Rating, Source
from index.store import tables
from index.store.adopting import adopt
from index.store.api_keys import ApiKey
from index.store.database import Database
from index.store.moving.backing_up import BackupUnsound, NoBackup, back_up
from index.store.moving.export_format import Manifest
from index.store.moving.exporting import export
from index.store.moving.restoring import StoreFilled, empty_store, opened, restore
from index.store.moving.scratch import SUFFIX, Taken
from index.store.people import Person
from index.store.sql import SqlStore
from index.store.store import LOADED
from index.store.writing import Put
from service.editing.merging import merge
from tests.contracts.test_store import everything, feed, paper, refutation, review, statement

ME = By("me", "because")
STATEMENT, REVIEW = RecordKind.STATEMENT, RecordKind.REVIEW
MADE_BY = "rebut 1"
NOT_MOVED = {"vectors", "requests", "kept_answers", "sessions"}
"""Tables that are made anew, or kept for a while."""
FORMS = ("export", "export.zip")


def fill(store: SqlStore) -> None:
    """A bit of everything: answered, drafts, retired, superseded, expiring, erased, undone, corrected under their ids."""
    denial, both = refutation("no", denies=["a"]), refutation("both", counters=["a", "b"])
    store.load([paper(*(statement(id_, topics=["bees"]) for id_ in "abcdef"), denial, both)])
    store.load_batches([feed(review("r", "a", day="2024-05"), review("s", "b", Rated.TRUE), review("t", "f"))])
    store.load_batches([feed(msgspec.structs.replace(review("r-new", "a"), citation=review("r", "a").citation, title="corrected"))])
    with store.ledger.acting(ME) as act:
        act.put(STATEMENT, [Put(record_id="draft", record=statement("draft", "Пчёлы лают?  \u2028"), state=State.DRAFT)])
        act.put(STATEMENT, [Put(record_id="checked", record=statement("checked"), state=State.IN_REVIEW)])
        act.put(STATEMENT, [Put(record_id="b", state=State.RETIRED, superseded_by="a")])
        act.put(STATEMENT, [Put(record_id="c", record=statement("c", "Cats bark."), expires="2999-12-31")])
    with store.ledger.acting(ME) as act:
        act.put(STATEMENT, [Put(record_id="d", record=statement("d", "Dogs purr."))])
    store.ledger.undo(act.number, ME)
    store.ledger.erase(STATEMENT, "e", ME)
    store.ledger.erase(REVIEW, "t", ME)
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, 678_000)
    store.keys.add(ApiKey("0a1b2c3d", "f" * 64, "desk", frozenset({Scope.READ, Scope.EDIT}), "command line", moment, moment))
    store.people.add(Person("anna", "Anna", "$argon2id$hash", frozenset({Scope.READ, Scope.EDIT}), moment, moment))
    store.remember_seeds({"one.toml": "1" * 64})
    conflicting(store)
    store.load([paper(statement("h", "Hens bark."), statement("i", "Hens cluck."))])
    merge(store.ledger, "h", "i", ME)
    store.ledger.erase(STATEMENT, "h", ME)
    assert store.ledger.history(STATEMENT, "i")[-1].entry.erases


def conflicting(store: SqlStore) -> None:
    """A review of which files say three other things: one waits, one was taken, one was left."""
    hive = Source("publisher-hive-example", "Hive", "Hive", "hive.example", "und")
    cited, buzz = Citation(hive.id, url="https://hive.example/1"), review("u", "g")
    first = msgspec.structs.replace(buzz, citation=cited, rating=Rating(Rated.FALSE, value=1.0))
    others = [msgspec.structs.replace(first, title=title, rating=Rating(Rated.TRUE)) for title in ("Бджоли\u2028", '"b"', "c")]
    for one in (first, *others):
        store.load_batches([Batch([hive], [statement("g", source=hive.id)], [one])])
    _, taken, left = store.conflicts.waiting(None, 10)
    store.conflicts.decide(taken.id, take=True, by=ME)
    store.conflicts.decide(left.id, take=False, by=ME)


NO_SECRETS: dict[str, list[object]] = {"api_keys": [], "people": []}
"""What of a dump is not in an export without keys."""


def signer(folder: Path) -> Signer:
    return key_in(folder / "key")


def url(folder: Path, name: str = "rebut") -> str:
    return f"sqlite:///{folder}/{name}.sqlite"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with a bit of everything."""
    folder = tmp_path_factory.mktemp("prepared")
    store = SqlStore(url(folder), signer(folder))
    fill(store)
    store.close()
    return folder


@pytest.fixture
def database(prepared: Path, tmp_path: Path) -> Iterator[Database]:
    """The same, opened."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    database = Database(url(tmp_path), signer(tmp_path))
    yield database
    database.close()


def public(manifest: Manifest) -> PublicKey:
    assert manifest.public_key
    return PublicKey.read(manifest.public_key)


def dump(database_url: str) -> dict[str, list[Any]]:
    """All rows of all tables that are moved."""
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        found = {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))]
            for table in tables.metadata.sorted_tables
            if table.name not in NOT_MOVED
        }
    engine.dispose()
    return found


def restored(path: Path, folder: Path, name: str = "new") -> Manifest:
    """Restore to a new store."""
    with opened(path) as found, empty_store(url(folder, name)) as database:
        restore(database, found, public(found.manifest))
        return found.manifest


def problems(path: Path, folder: Path) -> list[str]:
    """What is wrong with an export; the store stays empty."""
    with pytest.raises(ExportInvalid) as error:
        restored(path, folder)
    if (folder / "new.sqlite").exists():
        assert not any(rows for name, rows in dump(url(folder, "new")).items() if name != "state")
    return error.value.problems


class TestRoundTrip:
    @pytest.mark.parametrize("form", FORMS)
    def test_every_row_of_every_table_is_the_same(self, database: Database, tmp_path: Path, form: str) -> None:
        export(database, tmp_path / form, MADE_BY, with_keys=True)
        restored(tmp_path / form, tmp_path)
        before, after = dump(url(tmp_path)), dump(url(tmp_path, "new"))
        assert before == after
        assert all(before.values()), "each table has rows"

    def test_a_store_moves_to_another_database_and_back(self, database: Database, tmp_path: Path, store_url: str) -> None:
        export(database, tmp_path / "export", MADE_BY, with_keys=True)
        with opened(tmp_path / "export") as found, empty_store(store_url) as moved:
            restore(moved, found, public(found.manifest))
        with closing(Database(store_url, signer(tmp_path))) as moved:
            export(moved, tmp_path / "again", MADE_BY, with_keys=True)
        restored(tmp_path / "again", tmp_path)
        assert dump(url(tmp_path)) == dump(store_url) == dump(url(tmp_path, "new"))
        for file in (tmp_path / "export").iterdir():
            if file.is_file() and file.name != "manifest.json":
                assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name

    def test_the_restored_store_answers_goes_on_and_is_verified(self, database: Database, tmp_path: Path) -> None:
        export(database, tmp_path / "export", MADE_BY)
        restored(tmp_path / "export", tmp_path)
        old, new = SqlStore(url(tmp_path), signer(tmp_path)), SqlStore(url(tmp_path, "new"), signer(tmp_path))
        assert (old.version(), old.counts(), old.ledger.checkpoint()) == (new.version(), new.counts(), new.ledger.checkpoint())
        assert everything(old) == everything(new)
        assert old.told("abcdef") == new.told("abcdef")
        assert old.ledger.history(STATEMENT, "e") == new.ledger.history(STATEMENT, "e")
        assert old.ledger.dossier_as_of("b", "9") == new.ledger.dossier_as_of("b", "9")
        assert new.keys.all() == [], "keys are moved on request only"
        assert new.seed_versions() == {"one.toml": "1" * 64}
        new.load([paper(statement("a", "New."))])
        assert new.load_batches([feed(review("r-newer", "a"))]).added == ["r-newer"]
        assert list(new.ledger.verify()) == []
        old.close()
        new.close()

    def test_exports_of_equal_stores_are_equal_to_the_byte(self, database: Database, tmp_path: Path) -> None:
        export(database, tmp_path / "a.zip", MADE_BY, with_keys=True)
        export(database, tmp_path / "a", MADE_BY, with_keys=True)
        restored(tmp_path / "a.zip", tmp_path)
        new = Database(url(tmp_path, "new"), signer(tmp_path))
        export(new, tmp_path / "b.zip", MADE_BY, with_keys=True)
        export(new, tmp_path / "b", MADE_BY, with_keys=True)
        new.close()
        assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
        files = {path.name for path in (tmp_path / "a").iterdir()}
        assert {name: (tmp_path / "a" / name).read_bytes() for name in files} == {
            path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()
        }

    def test_an_empty_store_and_one_that_nobody_signs(self, tmp_path: Path) -> None:
        unsigned = Database(url(tmp_path, "unsigned"), None)
        assert export(unsigned, tmp_path / "empty.zip", MADE_BY).checkpoint is None
        store = SqlStore(url(tmp_path, "unsigned"))
        fill(store)
        store.close()
        export(unsigned, tmp_path / "export", MADE_BY)
        unsigned.close()
        for number, path in enumerate((tmp_path / "empty.zip", tmp_path / "export")):
            with opened(path) as found, empty_store(url(tmp_path, f"new{number}")) as new:
                restore(new, found, None)
        assert dump(url(tmp_path, "new1")) == dump(url(tmp_path, "unsigned")) | NO_SECRETS

    def test_records_that_were_there_before_the_ledger_keep_their_times(self, tmp_path: Path) -> None:
        store = SqlStore(url(tmp_path), signer(tmp_path))
        store.load([paper(statement("a"), refutation("no", denies=["a"]))])
        store.close()
        database, early = Database(url(tmp_path), signer(tmp_path)), dt.datetime(2020, 1, 1)
        with database.connect(write=True) as connection:
            connection.execute(sa.update(tables.statements).values(added=early, changed=early))
            for table in (tables.ledger, tables.contents, tables.heads, tables.links, tables.keys, tables.checkpoints):
                connection.execute(sa.delete(table))
            adopt(connection, database.signer)
        export(database, tmp_path / "export", MADE_BY)
        database.close()
        restored(tmp_path / "export", tmp_path)
        assert dump(url(tmp_path, "new")) == dump(url(tmp_path))
        new = SqlStore(url(tmp_path, "new"))
        assert new.dossier("a").added == new.dossier("a").changed == early
        new.close()


class TestExport:
    def test_no_secret_and_nothing_erased_is_in_it(self, database: Database, tmp_path: Path) -> None:
        export(database, tmp_path / "export", MADE_BY)
        written = b"".join(path.read_bytes() for path in (tmp_path / "export").iterdir())
        assert b"f" * 64 not in written
        assert b"$argon2id$hash" not in written
        assert b"PRIVATE" not in written
        before = {row[0] for row in dump(url(tmp_path))["contents"]}
        assert {hash_of(line) for line in (tmp_path / "export" / "contents.ndjson").read_bytes().splitlines()} == before
        assert b'"record":{"id":"e"' not in written
        export(database, tmp_path / "keys", MADE_BY, with_keys=True, beside={"ledger.key": b"PEM"})
        assert b"f" * 64 in (tmp_path / "keys" / "api_keys.ndjson").read_bytes()
        assert b"$argon2id$hash" in (tmp_path / "keys" / "people.ndjson").read_bytes()
        for path in (tmp_path / "keys" / name for name in ("ledger.key", "api_keys.ndjson", "people.ndjson")):
            assert path.stat().st_mode & 0o077 == 0

    def test_chain_tree_and_signature_are_verified_from_the_export_alone(self, database: Database, tmp_path: Path) -> None:
        manifest = export(database, tmp_path / "export", MADE_BY)
        previous, tree, contents = NOTHING_BEFORE, Tree(), set[str]()
        for line in (tmp_path / "export" / "ledger.ndjson").read_bytes().split(b"\n")[:-1]:
            entry = json.loads(line)
            assert entry["previous"] == previous
            previous = hashlib.sha256(line).hexdigest()
            tree.append(bytes.fromhex(previous))
            contents.add(entry.get("content", ""))
        assert manifest.note and manifest.checkpoint  # noqa: PT018 - for the type checker
        assert read_checkpoint(manifest.note) == (f"rebut/{manifest.store_id}", manifest.checkpoint)
        assert public(manifest).signed(manifest.note.partition("\n\n")[0] + "\n", manifest.note)
        written = (tmp_path / "export" / "contents.ndjson").read_bytes().split(b"\n")[:-1]
        assert {hashlib.sha256(line).hexdigest() for line in written} <= contents

    def test_what_is_there_is_never_overwritten_and_a_failure_leaves_nothing(self, database: Database, tmp_path: Path) -> None:
        (tmp_path / "there.zip").write_text("mine", "utf-8")
        with pytest.raises(Taken):
            export(database, tmp_path / "there.zip", MADE_BY)
        assert (tmp_path / "there.zip").read_text("utf-8") == "mine"

        def give_up(_doing: str, _done: int, _total: int) -> None:
            raise KeyboardInterrupt

        for form in FORMS:
            with pytest.raises(KeyboardInterrupt):
                export(database, tmp_path / form, MADE_BY, progress=give_up)
            assert not (tmp_path / form).exists()
        assert not list(tmp_path.glob(f".*{SUFFIX}"))

    def test_leftovers_of_a_killed_process_go_and_those_of_a_living_one_stay(self, database: Database, tmp_path: Path) -> None:
        dead = tmp_path / f".export.dead{SUFFIX}"
        dead.mkdir()
        (dead / "export").write_text("half", "utf-8")

        def meanwhile(_doing: str, _done: int, _total: int) -> None:
            if not (tmp_path / "export").exists():
                export(database, tmp_path / "export", MADE_BY)

        with pytest.raises(Taken):
            export(database, tmp_path / "export", MADE_BY, progress=meanwhile)
        assert (tmp_path / "export" / "manifest.json").exists(), "the one that was ready first holds"
        assert not list(tmp_path.glob(f".*{SUFFIX}"))

    def test_it_is_of_one_moment_while_others_write(self, database: Database, tmp_path: Path) -> None:
        store = SqlStore(url(tmp_path), signer(tmp_path))
        written = []

        def meanwhile(_doing: str, done: int, _total: int) -> None:
            written.append(store.load([paper(statement(f"late-{len(written)}"))]).act)

        size = export(database, tmp_path / "export", MADE_BY, progress=meanwhile).checkpoint
        store.close()
        assert len(written) >= 2
        assert size
        assert size.sequence < min(filter(None, written))
        restored(tmp_path / "export", tmp_path)


class TestRestore:
    def test_a_store_that_holds_anything_is_refused_and_left(self, database: Database, tmp_path: Path) -> None:
        export(database, tmp_path / "export", MADE_BY)
        before = dump(url(tmp_path))
        with opened(tmp_path / "export") as found:
            with pytest.raises(StoreFilled, match="has records already"):
                restore(database, found, None)
            keyed = SqlStore(url(tmp_path, "keyed"))
            keyed.keys.add(ApiKey("0a1b2c3d", "f" * 64, "desk", frozenset(), "me", dt.datetime(2026, 1, 1)))
            keyed.close()
            with empty_store(url(tmp_path, "keyed")) as filled, pytest.raises(StoreFilled, match="has API keys already"):
                restore(filled, found, None)
        assert dump(url(tmp_path)) == before

    def test_a_store_of_an_older_version_is_refused_before_it_is_migrated(self, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "old.sqlite")) as connection, connection:
            connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            connection.execute("INSERT INTO alembic_version VALUES ('0003')")
        with pytest.raises(StoreFilled, match="tables of another version"), empty_store(url(tmp_path, "old")):
            pass

    @pytest.mark.parametrize(("field", "value"), [("schema", "9999"), ("format", 3)])
    def test_an_export_of_a_newer_version_is_refused_clearly(
        self, database: Database, tmp_path: Path, field: str, value: object
    ) -> None:
        export(database, tmp_path / "export", "rebut 9.9")
        path = tmp_path / "export" / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {field: value, "unknown": 1}), "utf-8")
        (told,) = problems(tmp_path / "export", tmp_path)
        assert told.startswith(f"manifest.json: {field}: is {value}, and this version")
        assert told.endswith("restore it with the version that made it, rebut 9.9, or a newer one")

    def test_an_interrupted_restore_leaves_an_empty_store(self, database: Database, tmp_path: Path) -> None:
        export(database, tmp_path / "export", MADE_BY)

        def give_up(doing: str, _done: int, _total: int) -> None:
            if doing == "verifying all of it":
                raise KeyboardInterrupt

        with opened(tmp_path / "export") as found, empty_store(url(tmp_path, "new")) as new:
            with pytest.raises(KeyboardInterrupt):
                restore(new, found, None, give_up)
            restore(new, found, None)
        assert dump(url(tmp_path, "new"))["ledger"] == dump(url(tmp_path))["ledger"]

    def test_another_key_than_the_wanted_one_is_told(self, database: Database, tmp_path: Path) -> None:
        manifest = export(database, tmp_path / "export", MADE_BY)
        other = key_in(tmp_path / "other").public(f"rebut/{manifest.store_id}")
        with (
            opened(tmp_path / "export") as found,
            empty_store(url(tmp_path, "new")) as new,
            pytest.raises(ExportInvalid) as error,
        ):
            restore(new, found, other)
        assert all("is not signed with the ledger's key" in one or "is not of this ledger" in one for one in error.value.problems)


def rewritten(folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change a file, and forge manifest and sums so that they fit."""
    content = change((folder / name).read_bytes())
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    if name != "manifest.json":
        new = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "lines": content.count(b"\n")}
        manifest["files"][name] = new
        (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    sums = {one: told["sha256"] for one, told in manifest["files"].items()}
    sums["manifest.json"] = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text("".join(f"{sums[one]}  {one}\n" for one in sorted(sums)), "utf-8")


@pytest.mark.parametrize("form", FORMS)
def test_what_files_say_of_others_goes_along_decided_or_not(database: Database, tmp_path: Path, form: str) -> None:
    export(database, tmp_path / form, MADE_BY)
    restored(tmp_path / form, tmp_path)
    old, new = SqlStore(url(tmp_path), signer(tmp_path)), SqlStore(url(tmp_path, "new"), signer(tmp_path))
    (waits,) = new.conflicts.waiting(None, 10)
    assert [waits] == old.conflicts.waiting(None, 10)
    assert (waits.record_id, waits.by) == ("u", LOADED)
    rows = dump(url(tmp_path, "new"))["conflicts"]
    assert sorted(rows, key=str) == sorted(dump(url(tmp_path))["conflicts"], key=str)
    assert {row[7] for row in rows} == {None, True, False}
    new.conflicts.decide(waits.id, take=True, by=ME)
    assert [one.title for one in new.dossier("g").reviews] == [next(one.after for one in waits.changes if one.field == "title")]
    old.close()
    new.close()


def test_an_export_of_before_conflicts_went_along_is_restored(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    export(database, folder, MADE_BY)
    (folder / "conflicts.ndjson").unlink()

    def older(content: bytes) -> bytes:
        manifest = json.loads(content)
        del manifest["files"]["conflicts.ndjson"]
        return json.dumps(manifest | {"format": 1}).encode()

    rewritten(folder, "manifest.json", older)
    restored(folder, tmp_path)
    assert dump(url(tmp_path, "new")) == dump(url(tmp_path)) | NO_SECRETS | {"conflicts": []}


def test_an_export_of_before_there_were_people_is_restored(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    export(database, folder, MADE_BY, with_keys=True, beside={"ledger.key": b"PEM"})
    (folder / "people.ndjson").unlink()

    def older(content: bytes) -> bytes:
        manifest = json.loads(content)
        del manifest["files"]["people.ndjson"]
        return json.dumps(manifest | {"schema": "0009"}).encode()

    rewritten(folder, "manifest.json", older)
    restored(folder, tmp_path)
    assert dump(url(tmp_path, "new")) == dump(url(tmp_path)) | {"people": []}


class TestTampering:
    def test_a_changed_byte_of_any_file_is_found(self, database: Database, tmp_path: Path) -> None:
        export(database, tmp_path / "export", MADE_BY, with_keys=True, beside={"ledger.key": b"PEM"})
        dice = random.Random(1)
        for path in sorted((tmp_path / "export").iterdir()):
            whole = path.read_bytes()
            for place in {0, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(20))}:
                changed = bytearray(whole)
                changed[place] ^= 1 << dice.randrange(8)
                path.write_bytes(changed)
                found = problems(tmp_path / "export", tmp_path)
                assert any(path.name in one or "manifest" in one for one in found), (path.name, place)
            path.write_bytes(whole)
        restored(tmp_path / "export", tmp_path)

    def test_files_that_are_missing_cut_or_too_many_are_each_named(self, database: Database, tmp_path: Path) -> None:
        export(database, tmp_path / "export", MADE_BY)
        shutil.copytree(tmp_path / "export", tmp_path / "copy")
        (tmp_path / "copy" / "more.txt").write_text("x", "utf-8")
        (tmp_path / "copy" / "reviews.ndjson").unlink()
        with (tmp_path / "copy" / "ledger.ndjson").open("ab") as file:
            file.truncate(100)
        found = problems(tmp_path / "copy", tmp_path)
        assert found[:2] == ["reviews.ndjson: is missing", "more.txt: is not in the manifest"]
        assert [one.split(" is ")[0] for one in found[2:]] == [f"ledger.ndjson: {field}:" for field in ("sha256", "bytes", "lines")]
        shutil.rmtree(tmp_path / "copy")
        (tmp_path / "copy").mkdir()
        assert problems(tmp_path / "copy", tmp_path) == ["manifest.json: is missing: this is no export"]

    def test_of_a_changed_zip_file_either_it_is_found_or_nothing_in_it_changed(self, database: Database, tmp_path: Path) -> None:
        export(database, tmp_path / "export.zip", MADE_BY)
        whole, dice, wanted = (
            (tmp_path / "export.zip").read_bytes(),
            random.Random(1),
            dump(url(tmp_path)) | NO_SECRETS,
        )
        harmless = 0
        for _ in range(60):
            changed = bytearray(whole)
            changed[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
            (tmp_path / "changed.zip").write_bytes(changed)
            try:
                restored(tmp_path / "changed.zip", tmp_path)
            except ExportInvalid:
                continue
            harmless += 1
            assert dump(url(tmp_path, "new")) == wanted
            (tmp_path / "new.sqlite").unlink()
        assert harmless < 20, "the container's own fields, such as the date of a file"
        for place in (0, 30, len(whole) // 2, len(whole) - 1):
            (tmp_path / "cut.zip").write_bytes(whole[:place])
            assert problems(tmp_path / "cut.zip", tmp_path)

    def test_a_file_that_stands_twice_in_a_zip_file_is_found(self, database: Database, tmp_path: Path) -> None:
        export(database, tmp_path / "export.zip", MADE_BY)
        with zipfile.ZipFile(tmp_path / "export.zip", "a") as file, pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("seeds.ndjson", file.read("seeds.ndjson"))
        assert "seeds.ndjson: stands there twice" in problems(tmp_path / "export.zip", tmp_path)

    @pytest.mark.parametrize(
        ("name", "change", "told"),
        [
            ("ledger.ndjson", lambda text: text.replace(b'"who":"me"', b'"who":"he"', 1), "does not follow the entry before"),
            ("ledger.ndjson", lambda text: text[: text[:-1].rindex(b"\n") + 1], "does not lead to this ledger"),
            ("ledger.ndjson", lambda text: text[text.index(b"\n") + 1 :], "the entry 1 is missing"),
            ("ledger.ndjson", lambda text: text.replace(b'"act":', b'"axe":', 1), "line 1: cannot be read"),
            ("ledger.ndjson", lambda text: b"\xff" + text, "line 1: cannot be read"),
            ("contents.ndjson", lambda text: text.replace(b"Bees", b"Fees", 1), "is of no entry"),
            ("contents.ndjson", lambda text: text[text.index(b"\n") + 1 :], "is missing or was changed"),
            ("checkpoints.ndjson", lambda text: text[text.index(b"\n") + 1 :], "checkpoint 9: is missing"),
            ("checkpoints.ndjson", lambda text: text.replace(b'"root":"', b'"root":"A', 1), "is of other entries"),
            ("statements.ndjson", lambda text: text.replace(b"Bees", b"Fees", 1), "statements.ndjson: does not fit the ledger"),
            ("reviews.ndjson", lambda _text: b"", "reviews.ndjson: does not fit the ledger"),
            ("seeds.ndjson", lambda text: text.replace(b"name", b"game", 1), "seeds.ndjson: line 1: cannot be read"),
            ("conflicts.ndjson", lambda text: text.replace(b'"rated":"true"', b'"rated":"mixed"', 1), "is not of what it holds"),
            ("conflicts.ndjson", lambda text: text.replace(b'"record_id":"u"', b'"record_id":"v"', 1), "is not of what it holds"),
            ("conflicts.ndjson", lambda text: text.replace(b'"kind":"review"', b'"kind":"source"', 1), "line 1: cannot be read"),
            ("manifest.json", lambda text: text.replace(b'"store_id": "', b'"store_id": "0', 1), "is not of this ledger"),
        ],
    )
    def test_a_forgery_with_fitting_checksums_is_found_by_chain_and_signature(
        self, database: Database, tmp_path: Path, name: str, change: Callable[[bytes], bytes], told: str
    ) -> None:
        export(database, tmp_path / "export", MADE_BY)
        rewritten(tmp_path / "export", name, change)
        assert any(told in one for one in problems(tmp_path / "export", tmp_path))


@pytest.mark.usefixtures("database")
class TestBackup:
    def test_it_is_sound_while_others_write(self, database: Database, tmp_path: Path) -> None:
        store, stop, wrote, acts = (
            SqlStore(url(tmp_path), signer(tmp_path)),
            threading.Event(),
            threading.Event(),
            list[int | None](),
        )

        def write() -> None:
            while not stop.is_set():
                acts.append(store.load([paper(*(statement(f"s-{len(acts)}-{place}") for place in range(20)))]).act)
                wrote.set()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(5):
                wrote.clear()
                assert back_up(url(tmp_path), signer(tmp_path), tmp_path / f"copy{number}.sqlite") > 0
                assert wrote.wait(60)
        finally:
            stop.set()
            writer.join()
        assert len(acts) >= 5
        for number in range(5):
            copy = SqlStore(url(tmp_path, f"copy{number}"), signer(tmp_path))
            assert list(copy.ledger.verify()) == []
            copy.load([paper(statement("goes-on"))])
            copy.close()
        store.close()

    def test_what_others_write_between_two_steps_is_not_in_it(self, database: Database, tmp_path: Path) -> None:
        store = SqlStore(url(tmp_path), signer(tmp_path))
        store.load([paper(*(statement(f"many-{number}", "Bees bark. " * 60) for number in range(1500)))])
        wanted, steps = dump(url(tmp_path)), list[int]()

        def meanwhile(_doing: str, done: int, _total: int) -> None:
            steps.append(done)
            store.load([paper(statement(f"late-{len(steps)}"))])

        back_up(url(tmp_path), signer(tmp_path), tmp_path / "copy.sqlite", progress=meanwhile)
        store.close()
        assert len(steps) > 1
        assert dump(url(tmp_path, "copy")) == wanted

    def test_a_store_that_was_tampered_with_is_not_kept(self, database: Database, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "rebut.sqlite")) as connection, connection:
            connection.execute("UPDATE statements SET record = replace(record, 'Bees', 'Fees') WHERE id = 'a'")
        with pytest.raises(BackupUnsound, match="statements a: record: is"):
            back_up(url(tmp_path), signer(tmp_path), tmp_path / "copy.sqlite")
        assert not (tmp_path / "copy.sqlite").exists()
        assert not list(tmp_path.glob(f".*{SUFFIX}"))

    def test_a_lost_key_is_no_obstacle_if_told(self, database: Database, tmp_path: Path) -> None:
        with pytest.raises(BackupUnsound, match="is not signed with the ledger's key"):
            back_up(url(tmp_path), key_in(tmp_path / "other"), tmp_path / "copy.sqlite")
        assert back_up(url(tmp_path), key_in(tmp_path / "other"), tmp_path / "copy.sqlite", check_signatures=False)

    def test_other_databases_have_their_own_tools(self, tmp_path: Path) -> None:
        with pytest.raises(NoBackup, match="a store in postgresql is backed up with its own tools, such as `pg_dump"):
            back_up("postgresql://nobody@127.0.0.1:1/none", None, tmp_path / "copy.sqlite")
