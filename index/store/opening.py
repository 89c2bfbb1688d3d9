"""Opening a database: its URL, its driver, and its tables brought up to date."""

from __future__ import annotations

import uuid
from pathlib import Path
from urllib.parse import quote, quote_plus

import alembic.command
import alembic.config
import alembic.migration
import alembic.script
import alembic.util
import sqlalchemy as sa

from index.errors import StoreUnavailable
from index.ledger.notes import Signer
from index.store import dialects
from index.store.adopting import adopt
from index.store.tables import ledger, state

MIGRATIONS = Path(__file__).parent / "migrations"
EXAMPLE = "sqlite:///data/rebut.sqlite"
PACKAGES = {"psycopg": "psycopg[binary]", "MySQLdb": "mysqlclient"}
"""Module of a driver -> the package that has it, where the names differ."""

FAILURES = (sa.exc.SQLAlchemyError, alembic.util.CommandError, OSError, UnicodeDecodeError)
"""The last is what SQLite's driver raises for a message that quotes damaged text."""


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
    if isinstance(error, UnicodeDecodeError):
        return "it is damaged: what should be text is not"
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
    if parsed.get_backend_name() == dialects.POSTGRESQL and parsed.get_driver_name() != "psycopg":
        raise StoreUnavailable(f"cannot open the store {_shown(parsed)!r}: its driver is not psycopg, write postgresql://")
    return parsed


def _engine(parsed: sa.URL) -> sa.Engine:
    try:
        return dialects.create_engine(parsed)
    except ImportError as error:
        driver = error.name or parsed.get_driver_name()
        told = f"its driver, {driver}, is not installed: `pip install '{PACKAGES.get(driver, driver)}'`"
        raise StoreUnavailable(f"cannot open the store {_shown(parsed)!r}: {told}") from None


def _shown(parsed: sa.URL) -> str:
    """The URL without its password, and without its options, which can hold one."""
    return parsed.set(query={}).render_as_string()


def _failed(parsed: sa.URL, error: Exception) -> StoreUnavailable:
    message = f"cannot open the store {_shown(parsed)!r}: {reason(error)}"
    password = str(parsed.password or "")
    for secret in filter(None, (password, quote(password, safe=""), quote_plus(password))):
        message = message.replace(secret, "***")
    return StoreUnavailable(message)


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
    with dialects.writing(engine).begin() as connection:
        dialects.hold_migrations(connection)
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")
        if connection.execute(sa.select(state.c.store_id)).first() is None:
            connection.execute(sa.insert(state).values(store_id=uuid.uuid4().hex, revision=0))
        if connection.execute(sa.select(ledger.c.sequence).limit(1)).first() is None:
            adopt(connection, signer)
