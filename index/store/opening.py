"""Opening a database: its URL, its driver, what SQLite needs to be told, and its tables brought up to date."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import alembic.command
import alembic.config
import alembic.migration
import alembic.script
import alembic.util
import sqlalchemy as sa

from index.errors import StoreUnavailable
from index.ledger.notes import Signer
from index.store.adopting import adopt
from index.store.tables import ledger, state

WRITES = "writes"
"""The execution option of a connection that will write."""

MIGRATIONS = Path(__file__).parent / "migrations"
PAGES = 1_000
"""Pages of SQLite's file that are copied before progress is told."""
EXAMPLE = "sqlite:///data/rebut.sqlite"
PACKAGES = {"psycopg": "psycopg[binary]", "psycopg2": "psycopg2-binary", "MySQLdb": "mysqlclient"}
"""Module of a driver -> the package that has it, where the names differ."""

FAILURES = (sa.exc.SQLAlchemyError, alembic.util.CommandError, OSError)


def open_engine(url: str, signer: Signer | None = None) -> sa.Engine:
    """Open the database, create it if it is not there, and bring its tables up to date.

    Args:
        signer: signs the ledger that records without one are given.

    Raises:
        StoreUnavailable: if it cannot be opened. The message says why, and has no password.
    """
    parsed = _parsed(url)
    try:
        engine = _engine(parsed)
    except FAILURES as error:
        raise _failed(parsed, error) from error
    try:
        _bring_up_to_date(engine, signer)
    except FAILURES as error:
        engine.dispose()
        raise _failed(parsed, error) from error
    return engine


def reason(error: Exception) -> str:
    """What the database said, in one line without the query and its values."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def _parsed(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
        asynchronous = parsed.get_dialect().is_async
    except sa.exc.NoSuchModuleError:
        raise StoreUnavailable(f"cannot open the store: no kind of database is called {url.partition(':')[0]!r}") from None
    except (sa.exc.ArgumentError, ValueError):
        raise StoreUnavailable(f"cannot open the store: its address is not a database URL such as {EXAMPLE!r}") from None
    if parsed.get_backend_name() != "sqlite" and "@" in f"{parsed.host}{parsed.database}":
        raise StoreUnavailable("cannot open the store: its address has more than one @; write %40 for one within a password")
    if asynchronous:
        raise StoreUnavailable(f"cannot open the store {_shown(parsed)!r}: its driver is asynchronous, take one that is not")
    return parsed


def _engine(parsed: sa.URL) -> sa.Engine:
    sqlite = parsed.get_backend_name() == "sqlite"
    try:
        engine = sa.create_engine(parsed, hide_parameters=True)
    except ImportError as error:
        driver = error.name or parsed.get_driver_name()
        told = f"its driver, {driver}, is not installed: `pip install '{PACKAGES.get(driver, driver)}'`"
        raise StoreUnavailable(f"cannot open the store {_shown(parsed)!r}: {told}") from None
    if sqlite:
        if parsed.database not in (None, "", ":memory:"):
            Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        _configure_sqlite(engine)
    return engine


def _shown(parsed: sa.URL) -> str:
    """The URL without its password, and without its options, which can hold one."""
    return parsed.set(query={}).render_as_string()


def _failed(parsed: sa.URL, error: Exception) -> StoreUnavailable:
    message = f"cannot open the store {_shown(parsed)!r}: {reason(error)}"
    password = str(parsed.password or "")
    for secret in filter(None, (password, quote(password, safe=""), quote_plus(password))):
        message = message.replace(secret, "***")
    return StoreUnavailable(message)


def _configure_sqlite(engine: sa.Engine) -> None:
    """The one place with SQL that only SQLite understands.

    Python's driver begins a transaction with the first write only: reads before it could be of different moments. So it is
    told to begin none, and each is begun here. One that will write waits for the lock at once; if it asked for the lock
    after reading, it would fail whenever another process wrote meanwhile. What is committed is on the disk (`FULL`): nothing
    that was acknowledged is lost with the power. What is deleted is overwritten, so that what is erased is gone.
    """

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA busy_timeout=10000")

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def damage(connection: sa.Connection) -> list[str]:
    """What SQLite itself finds wrong in its file; other databases are not asked."""
    if connection.dialect.name != "sqlite":
        return []
    told = list(connection.exec_driver_sql("PRAGMA integrity_check").scalars())
    return [] if told == ["ok"] else told


def backend_of(url: str) -> str:
    """What sort of database a URL is of, such as `sqlite`.

    Raises:
        StoreUnavailable: if it is none.
    """
    return _parsed(url).get_backend_name()


def schema_of(url: str) -> str | None:
    """The revision of the tables in a database, which stay as they are; None if it has none of ours.

    Raises:
        StoreUnavailable: if it cannot be opened.
    """
    parsed = _parsed(url)
    engine = _engine(parsed)
    try:
        with engine.connect() as connection:
            return alembic.migration.MigrationContext.configure(connection).get_current_revision()
    except FAILURES as error:
        raise _failed(parsed, error) from error
    finally:
        engine.dispose()


def schemas() -> list[str]:
    """The revisions of the tables that this version knows, the newest last."""
    return sorted(one.revision for one in alembic.script.ScriptDirectory.from_config(_config()).walk_revisions())


def copy(connection: sa.Connection, path: Path, told: Callable[[int, int], None]) -> None:
    """Copy SQLite's database as this transaction sees it, whatever others write meanwhile. The copy is a file by itself.

    Args:
        told: called with how many pages are copied, and how many there are.

    Raises:
        OSError: if the copy cannot be written.
    """
    connection.execute(sa.select(state.c.revision))  # what is seen is settled by the first that is read
    source = connection.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)
    try:
        with closing(sqlite3.connect(path)) as written:
            source.backup(written, pages=PAGES, progress=lambda _, left, total: told(total - left, total))
            written.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise OSError(f"the copy cannot be written: {error}") from error


def _config() -> alembic.config.Config:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _bring_up_to_date(engine: sa.Engine, signer: Signer | None) -> None:
    """Migrate. A store that is up to date is only read: another process may be writing to it for minutes."""
    config = _config()
    known = schemas()
    with engine.connect() as connection:
        found = alembic.migration.MigrationContext.configure(connection).get_current_revision()
    if found == known[-1]:
        return
    if found is not None and found not in known:
        told = f"a newer version wrote it (schema {found}, and this one knows those up to {known[-1]})"
        raise alembic.util.CommandError(f"{told}: install that version, or go back to the backup of before it")
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")
        if connection.execute(sa.select(state.c.store_id)).first() is None:
            connection.execute(sa.insert(state).values(store_id=uuid.uuid4().hex, revision=0))
        if connection.execute(sa.select(ledger.c.sequence).limit(1)).first() is None:
            adopt(connection, signer)
