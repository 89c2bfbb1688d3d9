"""What SQLite and PostgreSQL need to be told, each in its own words: all SQL that only one of them understands stands here.

Both give the same: a reader sees one moment, writers of records wait for each other, and what was acknowledged is on the disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

SQLITE, POSTGRESQL = "sqlite", "postgresql"
WRITES = "writes"
"""The execution option of a connection that will write."""
PAGES = 1_000
"""Pages of SQLite's file that are copied before progress is told."""
CHANNEL = "rebut"
"""PostgreSQL's channel on which each change of records is told."""
LONGEST_WAIT_S = 10
"""Seconds that a writer waits for another one."""
POLLED_S, TOLD_S = 0.2, 0.8
"""Seconds after which who follows a store asks for its version again: where others' changes are not told, and where they are, but
a connection may break unseen, or a proxy not pass them on."""
MIGRATING = 7_285_229
"""The advisory lock that a process holds while it migrates: any number that nothing else in the database takes."""
REACHING = {
    "connect_timeout": 5,  # seconds
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}
"""libpq's settings, where the URL has none: a server that is away is noticed, not waited for."""


def create_engine(url: sa.URL) -> sa.Engine:
    """The engine for a database, told what it needs; nothing is opened yet. A file's folder is made.

    Raises:
        ImportError: if the driver is not installed.
    """
    if url.get_backend_name() == POSTGRESQL:
        reaching = {name: value for name, value in REACHING.items() if name not in url.query}
        engine = sa.create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_timeout=LONGEST_WAIT_S, connect_args=reaching)
        _configure_postgresql(engine)
        return engine
    engine = sa.create_engine(url, hide_parameters=True)
    if engine.dialect.name == SQLITE:
        if url.database not in (None, "", ":memory:"):
            Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        _configure_sqlite(engine)
    return engine


def reading(engine: sa.Engine) -> sa.Engine:
    """The engine, for transactions that read: each sees one moment."""
    if engine.dialect.name != POSTGRESQL:
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def writing(engine: sa.Engine) -> sa.Engine:
    """The engine, for transactions that write. After waiting for another writer they see what that one wrote."""
    options = {"isolation_level": "READ COMMITTED"} if engine.dialect.name == POSTGRESQL else {}
    return engine.execution_options(**{WRITES: True, **options})


def _configure_sqlite(engine: sa.Engine) -> None:
    """What is told to SQLite.

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
        connection.execute(f"PRAGMA busy_timeout={LONGEST_WAIT_S * 1000}")

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _configure_postgresql(engine: sa.Engine) -> None:
    """What is told to PostgreSQL: how long to wait, and that what is committed is on the disk, if it was set up not to care.

    Its texts hold no NUL, and a query that has one would fail: what is looked up with one in it is looked up with U+0001, which
    no id and no text has either.
    """

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        durable = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {LONGEST_WAIT_S * 1000}")
            cursor.execute(durable)
        connection.commit()

    @sa.event.listens_for(engine, "before_cursor_execute", retval=True)
    def _before_execute(_connection: sa.Connection, _cursor: object, query: str, values: Any, *_rest: object) -> tuple[str, Any]:
        return query, _without_nul(values)


def _without_nul(values: Any) -> Any:
    if isinstance(values, str):
        return values.replace("\x00", "\x01")
    if isinstance(values, Mapping):
        return {name: _without_nul(value) for name, value in values.items()}
    return [_without_nul(value) for value in values] if isinstance(values, Sequence) and not isinstance(values, bytes) else values


def hold_migrations(connection: sa.Connection) -> None:
    """Wait until no other process migrates; others wait until this transaction ends. SQLite's `BEGIN IMMEDIATE` does so."""
    if connection.dialect.name == POSTGRESQL:
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")


def tell(connection: sa.Connection) -> None:
    """Have other processes told, once this transaction is committed, that records changed; SQLite has no way to."""
    if connection.dialect.name == POSTGRESQL:
        connection.exec_driver_sql(f"NOTIFY {CHANNEL}")


@contextmanager
def listening(engine: sa.Engine) -> Iterator[Any]:
    """psycopg's connection on which changes are told; it is none of the pool's."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        yield connection.connection.dbapi_connection


def copy(connection: sa.Connection, path: Path, told: Callable[[int, int], None]) -> None:
    """Copy SQLite's database as this transaction sees it, whatever others write meanwhile. The copy is a file by itself.

    Args:
        told: called with how many pages are copied, and how many there are.

    Raises:
        OSError: if the copy cannot be written.
    """
    connection.exec_driver_sql("SELECT revision FROM state")  # what is seen is settled by the first that is read
    source = connection.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)
    try:
        with closing(sqlite3.connect(path)) as written:
            source.backup(written, pages=PAGES, progress=lambda _, left, total: told(total - left, total))
            written.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise OSError(f"the copy cannot be written: {error}") from error


def polled_s(engine: sa.Engine) -> float:
    """See `StatementStore.polled_s`."""
    return TOLD_S if engine.dialect.name == POSTGRESQL else POLLED_S


def insert_new(connection: sa.Connection, table: sa.Table) -> sa.Insert:
    """An insert that passes over rows that another writer has just inserted, where the database can."""
    if connection.dialect.name == POSTGRESQL:
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing() if connection.dialect.name == SQLITE else sa.insert(table)


def holds(connection: sa.Connection, column: sa.ColumnElement[str], text: str) -> sa.ColumnElement[bool]:
    """Whether a text stands in a column, letter by letter. `LIKE` would take a text of 50,000 characters at most."""
    place = sa.func.strpos if connection.dialect.name == POSTGRESQL else sa.func.instr
    return place(column, text) > 0


def first_line(connection: sa.Connection, column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """What stands in a column before the first new line."""
    if connection.dialect.name == POSTGRESQL:
        return sa.func.split_part(column, "\n", 1)
    return sa.func.substr(column, 1, sa.func.instr(column + "\n", "\n") - 1)


def damage(connection: sa.Connection) -> list[str]:
    """What SQLite itself finds wrong in its file; other databases are not asked."""
    if connection.dialect.name != SQLITE:
        return []
    told = list(connection.exec_driver_sql("PRAGMA integrity_check").scalars())
    return [] if told == ["ok"] else told
