"""What is particular to the store in SQL: opening, migrations, files. What every store does: tests/contracts/test_store.py."""

from __future__ import annotations

import ast
import datetime as dt
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import alembic.command
import alembic.config
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from index.errors import StoreUnavailable
from index.kinds import Action
from index.readers.seeds import read_seeds
from index.store import opening
from index.store.browsing import Order, Wanted
from index.store.reports import Counts, LoadReport
from index.store.sql import SqlStore
from index.store.store import ReviewFilter, StatementFilter, StatementStore
from index.store.tables import metadata
from tests.conftest import ROOT
from tests.fakes import SEEDS

EVERYTHING = ["paper-1", "north-masses-troops", "south-buys-tanks", "wheat-harvest-record"]
EVERYTHING += ["north-only-exercises", "observers-saw-nothing"]

FIRST_WITH_LEDGER = "0006"


def load(store: StatementStore, text: str = SEEDS) -> LoadReport:
    """Load a seed file's text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seeds.toml"
        path.write_text(text, encoding="utf-8")
        return store.load(read_seeds([path], store.owners()))


def refusal(url: str) -> str:
    """Why a URL cannot be opened."""
    with pytest.raises(StoreUnavailable) as raised:
        SqlStore(url)
    return str(raised.value)


def test_a_file_is_made_with_its_folders(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/deep/folder/rebut.sqlite")
    assert load(store).added == EVERYTHING
    assert load(store) == LoadReport([], [], EVERYTHING)
    store.close()


def test_sqlite_runs_in_wal_mode_with_foreign_keys(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite")
    with store._connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()


def test_migrations_make_the_tables_that_the_code_expects(store_url: str) -> None:
    store = SqlStore(store_url)
    with store._connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
    store.close()


def make_earlier(url: str, version: str, fill: Callable[[StatementStore], object] = load) -> None:
    """Make a store of an earlier version, with something in it."""
    store = SqlStore(url)
    fill(store)
    with store._connect(write=True) as connection:
        config = alembic.config.Config()
        config.set_main_option("script_location", str(opening.MIGRATIONS))
        config.attributes["connection"] = connection
        alembic.command.downgrade(config, version)
    store.close()


@pytest.mark.parametrize(
    "version", ["0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012"]
)
def test_a_store_of_an_earlier_version_is_brought_up_to_date(store_url: str, version: str) -> None:
    make_earlier(store_url, version)
    again = SqlStore(store_url)
    assert again.counts() == Counts(1, 3, 2, 0)
    assert list(again.ledger.verify()) == []
    adopted = version < FIRST_WITH_LEDGER
    assert {entry.action for entry, _ in again.ledger.entries(0, 100)} == {Action.ADOPT if adopted else Action.IMPORT}
    assert again.matching([StatementFilter(topic="troops", claimant="sou")]).popitem()[1] == {"north-masses-troops"}
    assert [
        one.statement.id for one in again.browsing.page(Wanted(StatementFilter(issuer="spokes nor")), Order.SAID, 0, 9).statements
    ] == ["north-masses-troops"]
    assert again.reviewed(ReviewFilter(site="example")) == ["north-masses-troops"]
    assert again.reviewed(ReviewFilter(language="en", since=dt.date(2024, 7, 2))) == ["north-masses-troops"]
    assert again.reviewed(ReviewFilter(since=dt.date(2024, 7, 3))) == []
    (refuted,) = again.refuted_after("", 10)
    assert refuted.added <= refuted.changed <= dt.datetime.now(dt.UTC).replace(tzinfo=None)
    with again._connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert load(again) == LoadReport([], [], EVERYTHING)
    assert load(again, SEEDS.replace("wheat-harvest-record", "wheat-harvest-poor")).added == ["wheat-harvest-poor"]
    again.close()


def test_several_processes_may_bring_a_store_up_to_date_at_a_time(store_url: str) -> None:
    make_earlier(store_url, "0005")
    with ThreadPoolExecutor(3) as threads:
        stores = list(threads.map(SqlStore, [store_url] * 3))
    assert {one.version() for one in stores} == {stores[0].version()}
    assert list(stores[0].ledger.verify()) == []
    for one in stores:
        one.close()


def test_a_store_that_is_up_to_date_can_be_opened_while_another_process_writes(store_url: str) -> None:
    writer = SqlStore(store_url)
    with writer._connect(write=True) as connection:
        connection.exec_driver_sql("UPDATE state SET revision = 7")
        reader = SqlStore(store_url)
        assert reader.version().endswith("-0")
    assert reader.version().endswith("-7")
    reader.close()
    writer.close()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite:///{folder}/file/rebut.sqlite", "cannot open the store 'sqlite:///{folder}/file/rebut.sqlite': "),
        ("sqlite:///{folder}/damaged", "cannot open the store 'sqlite:///{folder}/damaged': file is not a database"),
        ("nonsense", "cannot open the store: its address is not a database URL such as 'sqlite:///data/rebut.sqlite'"),
        ("", "cannot open the store: its address is not a database URL"),
        ("postgresql://me:secret@host:port/facts", "cannot open the store: its address is not a database URL"),
        ("postgresql://me:sec@ret@host/facts", "cannot open the store: its address has more than one @; write %40"),
        ("postgresql://me:sec@r/et@host/facts", "cannot open the store: its address has more than one @; write %40"),
        ("secret://me:secret@host/facts", "cannot open the store: no kind of database is called 'secret'"),
        (
            "postgresql+pg8000://me:secret@host/facts",
            "cannot open the store 'postgresql+pg8000://me:***@host/facts': its driver is not",
        ),
        ("postgresql://me:secret@127.0.0.1:1/x", "cannot open the store 'postgresql://me:***@127.0.0.1:1/x': connection failed: "),
        ("sqlite+aiosqlite:///{folder}/x", "cannot open the store 'sqlite+aiosqlite:///{folder}/x': its driver is asynchronous"),
    ],
)
def test_a_database_that_cannot_be_opened_says_why(tmp_path: Path, url: str, reason: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "damaged").write_bytes(b"this is no database, not even a small one" * 100)
    assert refusal(url.format(folder=tmp_path)).startswith(reason.format(folder=tmp_path))


def test_a_database_whose_own_names_are_damaged_says_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/rebut.sqlite"
    SqlStore(url).close()
    content = (tmp_path / "rebut.sqlite").read_bytes()
    (tmp_path / "rebut.sqlite").write_bytes(content.replace(b"tablerefutations", b"table\xf4efutations"))
    assert refusal(url) == f"cannot open the store {url!r}: it is damaged: what should be text is not"


@pytest.mark.parametrize(
    ("url", "install"),
    [
        ("postgresql://me:s3cr%40t@host/facts?password=s3cret", "psycopg[binary]"),
        ("mysql://me:s3cr%40t@host/facts", "mysqlclient"),
    ],
)
def test_a_driver_that_is_missing_is_named_with_what_to_install(url: str, install: str) -> None:
    """In a process that has none."""
    code = f"import sys; sys.modules['psycopg'] = None; from index.store.sql import SqlStore; SqlStore({url!r})"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    message = told.stderr.splitlines()[-1]
    assert message.startswith("index.errors.StoreUnavailable: cannot open the store ")
    assert f"is not installed: `pip install '{install}'`" in message
    assert "s3c" not in told.stderr


@pytest.mark.parametrize("query", ["", "?password=s3cr%40t"])
def test_no_message_holds_a_password(query: str) -> None:
    told = refusal(f"sqlite://me:s3cr%40t@host/s3cr@t/s3cr%40t.sqlite{query}")
    assert "s3c" not in told


def test_a_failure_tells_neither_the_query_nor_its_values(store_url: str) -> None:
    store = SqlStore(store_url)
    with store._connect(write=True) as connection:
        connection.exec_driver_sql("ALTER TABLE names RENAME TO away")
    with pytest.raises(StoreUnavailable) as raised:
        store.matching([StatementFilter(topic="what somebody asked")])
    told = {"sqlite": "no such table: names", "postgresql": 'relation "names" does not exist'}
    assert str(raised.value) == f"the store failed: {told[store_url.partition(':')[0]]}"
    assert "somebody" not in str(raised.value.__cause__)
    with store._connect(write=True) as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO names")
    store.close()


def test_a_database_of_a_newer_version_is_refused(store_url: str) -> None:
    store = SqlStore(store_url)
    change = sa.text("UPDATE alembic_version SET version_num = :number")
    with store._connect(write=True) as connection:
        (ours,) = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars()
        connection.execute(change, {"number": "9999"})
    assert "9999" in refusal(store_url)
    with store._connect(write=True) as connection:
        connection.execute(change, {"number": ours})
    store.close()


@pytest.mark.parametrize(
    "words", [("PRAGMA", "IMMEDIATE"), ("NOTIFY", "LISTEN", "pg_advisory", "pg_notify", "lock_timeout", "REPEATABLE READ")]
)
def test_sql_that_only_one_database_understands_stands_in_one_place(words: tuple[str, ...]) -> None:
    found = {
        path.name
        for path in (ROOT / "index" / "store").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and any(word in node.value for word in words)
    }
    assert found == {"dialects.py"}


def test_what_is_kept_of_a_store_is_not_told_of_the_one_that_took_its_place(tmp_path: Path) -> None:
    """The store is put back under a running service, and changed otherwise until it is of the same version."""
    file = tmp_path / "rebut.sqlite"

    def changed(text: str) -> str:
        load(store, SEEDS.replace("forty tanks", text))
        told = store.told(["south-buys-tanks"]).dossiers["south-buys-tanks"].statement.text
        version.append(store.version())
        store.close()
        return told

    store, version = SqlStore(f"sqlite:///{file}"), list[str]()
    load(store)
    store.close()
    backup = file.read_bytes()
    assert changed("nine boats") == "South bought nine boats in March 2023."
    file.write_bytes(backup)
    running, store = store, SqlStore(f"sqlite:///{file}")
    changed("two horses")
    assert version[0] == version[1]
    assert (
        running.told(["south-buys-tanks"]).dossiers["south-buys-tanks"].statement.text == "South bought two horses in March 2023."
    )
    running.close()
