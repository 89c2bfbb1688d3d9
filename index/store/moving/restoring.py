"""Restoring: an export into an empty store. All is verified before any of it counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from index.errors import ExportInvalid, RebutError
from index.ledger.entries import hash_of
from index.ledger.notes import PublicKey
from index.progress import Progress, no_progress
from index.store import tables
from index.store.api_keys import ApiKey, insert_key
from index.store.database import Database
from index.store.ledger_rows import row_of
from index.store.moving.containers import Container, lines_of, reading, summed
from index.store.moving.export_format import (
    CHECKPOINTS,
    CONFLICTS,
    CONTENTS,
    KEYS,
    LEDGER,
    PEOPLE,
    SEEDS,
    Manifest,
    damaged,
    read_manifest,
)
from index.store.moving.parts import AT_ONCE, lines, parts
from index.store.moving.rows import CheckpointRow, ConflictRow, SeedRow
from index.store.opening import reason, schema_of, schemas
from index.store.people import Person, person_row
from index.store.recorded import entry_in
from index.store.verifying import Verification

StructT = TypeVar("StructT", bound=msgspec.Struct)
MOST = 1_000
"""Problems that are told at most."""
RESTORING, VERIFYING = "restoring", "verifying all of it"


class StoreFilled(RebutError):
    """The store that is to be restored to holds something."""


class Export:
    """An export to be restored, whose files are what their sums say.

    Attributes:
        manifest: it.
    """

    def __init__(self, container: Container) -> None:
        """Read the manifest and all files.

        Raises:
            ExportInvalid: with each problem named.
        """
        self._container = container
        self.manifest: Manifest = read_manifest(container, schemas())
        if problems := list(damaged(container, self.manifest)):
            raise ExportInvalid(problems)

    def lines(self, name: str) -> Iterator[str]:
        """A file's lines, without their ends.

        Raises:
            ExportInvalid: if it is no text.
        """
        for number, line in enumerate(lines_of(self._container, name), 1):
            with _telling(name, number):
                yield line.decode().removesuffix("\n")

    def read(self, name: str) -> bytes:
        """A whole file."""
        return b"".join(lines_of(self._container, name))


@contextmanager
def opened(path: Path) -> Iterator[Export]:
    """An export to be restored.

    Raises:
        ExportInvalid: if it is none, or damaged, or of a version that this one does not know; each problem is named.
    """
    with reading(path) as container:
        yield Export(container)


@contextmanager
def _telling(name: str, number: int) -> Iterator[None]:
    """What cannot be read is told with its place."""
    try:
        yield
    except (msgspec.MsgspecError, ValueError) as error:
        raise ExportInvalid([f"{name}: line {number}: cannot be read: {error}"]) from error


@contextmanager
def empty_store(url: str) -> Iterator[Database]:
    """The store to restore to; its tables are made if it has none.

    Args:
        url: SQLAlchemy's.

    Raises:
        StoreFilled: if it holds what an older version left: it stays as it is.
        StoreUnavailable: if it cannot be opened.
    """
    if schema_of(url) not in (None, schemas()[-1]):
        raise _filled("the tables of another version")
    database = Database(url, None)
    try:
        yield database
    finally:
        database.close()


def _filled(what: str) -> StoreFilled:
    told = "restore to an empty one: name another REBUT_DATA_DIR or REBUT_DATABASE_URL"
    return StoreFilled(f"the store has {what} already: {told}. Nothing was changed")


def restore(
    database: Database,
    export: Export,
    key: PublicKey | None,
    progress: Progress = no_progress,
    earlier: Sequence[PublicKey] = (),
) -> None:
    """Fill an empty store. All of it counts when this returns, and nothing if it fails.

    Args:
        key: what checkpoints must be signed with; None not to look at signatures.
        earlier: what else they may be signed with: keys that were replaced.

    Raises:
        StoreFilled: if the store is not empty; it stays as it is.
        ExportInvalid: if something is wrong; the store stays empty. Each problem is named.
        StoreUnavailable: if the store cannot be written to.
    """
    with database.connect(write=True) as connection:
        _refuse_filled(connection)
        try:
            problems = list(islice(Restoring(connection, export, progress).fill(key, earlier), MOST))
        except (sa.exc.IntegrityError, sa.exc.DataError, KeyError, ValueError) as error:
            problems = [f"the files do not fit together: {reason(error)}"]
        if problems:
            raise ExportInvalid(problems)


def _refuse_filled(connection: sa.Connection) -> None:
    connection.execute(sa.update(tables.state).values(revision=tables.state.c.revision))  # others that write wait here
    for table, what in (
        (tables.ledger, "records"),
        (tables.api_keys, "API keys"),
        (tables.people, "people"),
        (tables.seed_files, "seed files"),
    ):
        if connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one():
            raise _filled(what)


class Restoring:
    """Fills a store from an export."""

    def __init__(self, connection: sa.Connection, export: Export, progress: Progress) -> None:
        self._connection, self._export, self._progress = connection, export, progress
        self._total = sum(one.lines for name, one in export.manifest.files.items() if name in (LEDGER, CONTENTS))
        self._done = 0

    def fill(self, key: PublicKey | None, earlier: Sequence[PublicKey]) -> Iterator[str]:
        """Write every table; tells what is wrong, and stops where the rest would follow from that."""
        self._write()
        manifest, sound = self._export.manifest, True
        self._progress(VERIFYING, 0, 1)
        verification = Verification(self._connection, key, [manifest.note] if manifest.note else [], earlier)
        for finding in verification.written():
            sound = False
            yield f"{finding.place}: {finding.what}"
        if sound:
            self._derive(verification)
            yield from (f"{one.place}: {one.what}" for one in verification.derived())
            yield from self._unlike()
        self._progress(VERIFYING, 1, 1)

    def _write(self) -> None:
        """Write what nothing else follows from."""
        self._insert(tables.ledger, self._entries())
        self._insert(tables.contents, self._contents())
        self._insert(tables.checkpoints, self._rows(CHECKPOINTS, CheckpointRow))
        self._insert(tables.seed_files, self._rows(SEEDS, SeedRow))
        manifest = self._export.manifest
        if CONFLICTS in manifest.files:
            self._insert(tables.conflicts, self._conflicts())
        last = manifest.checkpoint.sequence if manifest.checkpoint else 0
        self._connection.execute(sa.update(tables.state).values(store_id=manifest.store_id, revision=last))
        if manifest.with_keys:
            for key in self._structs(KEYS, ApiKey):
                insert_key(self._connection, key)
        if PEOPLE in manifest.files:
            self._insert(tables.people, map(person_row, self._structs(PEOPLE, Person)))

    def _derive(self, verification: Verification) -> None:
        """Write what follows."""
        for table, rows in verification.following.rows(verification.records):
            names = [column.name for column in table.primary_key.columns]
            self._insert(table, (dict(zip(names, key, strict=True)) | row for key, row in rows.items()))

    def _unlike(self) -> Iterator[str]:
        """What an export of the store as it is now would not have as this one has it."""
        manifest = self._export.manifest
        for part in parts(self._connection, keys=manifest.with_keys):
            if part.name in manifest.files and summed(lines(self._connection, part)) != manifest.files[part.name]:
                yield f"{part.name}: does not fit the ledger and the other files"

    def _entries(self) -> Iterator[dict[str, object]]:
        for number, line in enumerate(self._export.lines(LEDGER), 1):
            with _telling(LEDGER, number):
                yield row_of(entry_in(line), line.encode())

    def _contents(self) -> Iterator[dict[str, object]]:
        return ({"sha256": hash_of(line.encode()), "content": line} for line in self._export.lines(CONTENTS))

    def _conflicts(self) -> Iterator[dict[str, object]]:
        for number, one in enumerate(self._structs(CONFLICTS, ConflictRow), 1):
            with _telling(CONFLICTS, number):
                yield one.row()

    def _structs(self, name: str, kind: type[StructT]) -> Iterator[StructT]:
        for number, line in enumerate(self._export.lines(name), 1):
            with _telling(name, number):
                yield msgspec.json.decode(line, type=kind)

    def _rows(self, name: str, kind: type[msgspec.Struct]) -> Iterator[dict[str, object]]:
        return (msgspec.structs.asdict(one) for one in self._structs(name, kind))

    def _insert(self, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
        """Insert rows, a few at a time."""
        pending: list[dict[str, Any]] = []
        for row in rows:
            pending.append(row)
            if len(pending) == AT_ONCE:
                self._flush(table, pending)
        self._flush(table, pending)

    def _flush(self, table: sa.Table, pending: list[dict[str, Any]]) -> None:
        if pending:
            self._connection.execute(sa.insert(table), pending)
            self._done += len(pending) if table in (tables.ledger, tables.contents) else 0
            self._progress(RESTORING, self._done, self._total + 1)  # what follows from these comes last
            pending.clear()
