"""A backup: a copy of SQLite's file while others read and write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from index.errors import RebutError
from index.ledger.notes import PublicKey, Signer
from index.progress import Progress, no_progress
from index.store.database import Database
from index.store.dialects import copy
from index.store.ledger import Finding
from index.store.moving.containers import PRIVATE
from index.store.moving.scratch import appearing
from index.store.opening import backend_of, reason
from index.store.sql_ledger import SqlLedger
from index.store.verifying import Verification


class NoBackup(RebutError):
    """This sort of database is backed up by its own tools."""


class BackupUnsound(RebutError):
    """What was copied is not as it was written.

    Attributes:
        findings: what is wrong.
    """

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("\n".join(f"{one.place}: {one.what}" for one in findings))


def back_up(
    url: str,
    signer: Signer | None,
    path: Path,
    *,
    check_signatures: bool = True,
    earlier: Sequence[PublicKey] = (),
    progress: Progress = no_progress,
) -> int:
    """Copy a store's database as it stands at one moment, and verify the copy. It is there whole and sound, or not at all.

    Args:
        url: SQLAlchemy's.
        signer: what checkpoints must be signed with; not if `check_signatures` is false.
        earlier: what else they may be signed with: keys that were replaced.

    Returns:
        How many bytes it has.

    Raises:
        NoBackup: if it is no SQLite database.
        BackupUnsound: if the copy, or the store itself, is not as it was written.
        Taken: if there is something at `path`.
        StoreUnavailable: if the store cannot be read.
        OSError: if the copy cannot be written.
    """
    if (backend := backend_of(url)) != "sqlite":
        raise NoBackup(
            f"a store in {backend} is backed up with its own tools, such as"
            " `pg_dump --format=custom --file FILE DATABASE`; `rebut export FILE.zip` works with any store"
        )
    database = Database(url, signer)
    try:
        with appearing(path) as scratch:
            scratch.touch(PRIVATE)
            with database.connect() as connection:
                copy(connection, scratch, lambda done, total: progress("copying", done, total))
            if findings := _findings(scratch, SqlLedger(database).public_key if check_signatures else None, earlier):
                raise BackupUnsound(findings)
            return scratch.stat().st_size
    finally:
        database.close()


def _findings(path: Path, key: PublicKey | None, earlier: Sequence[PublicKey]) -> list[Finding]:
    engine = sa.create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            return list(Verification(connection, key, (), earlier).findings())
    except sa.exc.SQLAlchemyError as error:
        return [Finding("the database", f"cannot be read: {reason(error)}")]
    finally:
        engine.dispose()
