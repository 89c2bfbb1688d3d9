"""Files of statements and reviews that come over HTTP: read as `rebut load` reads them."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePath

from index.errors import InvalidInput, InvalidRecord
from index.ledger.entries import By
from index.readers.loading import FileReport, Format, ReadAs, Skipped, format_of, load_file
from index.readers.seeds import read_seeds
from index.store.reports import LoadReport, Origin
from index.store.store import StatementStore

LONGEST_NAME = 100


def import_file(
    store: StatementStore,
    name: str,
    content: bytes,
    read_as: ReadAs,
    by: By,
    origin: Origin,
    *,
    may_tier: bool,
    dry_run: bool,
) -> FileReport:
    """Load a file. Of a seed file all or nothing is loaded, of any other what is good.

    Args:
        name: its ending tells what it is, and the rest, with a table, whose rows these are.
        may_tier: whether who sends it may say whom to believe, as a seed file can.

    Raises:
        InvalidInput: if the name is none.
        StoreUnavailable: if the store cannot be written.
    """
    plain = PurePath(name.replace("\\", "/")).name
    if not plain.isprintable() or len(plain) > LONGEST_NAME or not plain.strip(" ."):
        raise InvalidInput("name", "is no file's name, such as claims.csv")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{PurePath(plain).suffix}"
        path.write_bytes(content)
        if format_of(path) is Format.SEEDS:
            return _seeds(store, path.rename(path.with_name(plain)), by, may_tier=may_tier, dry_run=dry_run)
        return load_file(store, path, plain, read_as=read_as, by=by, origin=origin, dry_run=dry_run)


def _seeds(store: StatementStore, path: Path, by: By, *, may_tier: bool, dry_run: bool) -> FileReport:
    try:
        documents = read_seeds([path], store.owners())
        if not may_tier and any(document.source.tier for document in documents):
            raise InvalidRecord([f"{path.name}: source: tier: a key with the scope 'admin' says whom to believe"])
        return FileReport(store.load(documents, by=by, dry_run=dry_run), [], 0)
    except InvalidRecord as error:
        return FileReport(LoadReport([], [], []), [Skipped(path.name, problem) for problem in error.problems], 0)
