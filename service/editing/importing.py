"""Files of statements and reviews that come over HTTP: read as `rebut load` reads them."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePath

import msgspec

from index.errors import InvalidInput, InvalidRecord, Reason, UnknownRecord
from index.kinds import RecordKind
from index.ledger.entries import By
from index.readers.loading import BY_ENDING, Format, ReadAs, format_of, load_file
from index.readers.reports import FileReport, Skipped
from index.readers.seeds import read_seeds
from index.records import Document, Source
from index.store.reports import LoadReport, Origin
from index.store.store import StatementStore
from service.editing.believing import wrongly_believed

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
        name: what `file_name` gave: its ending tells what it is, and the rest, with a table, whose rows these are.
        may_tier: whether who sends it may say whom to believe, as a seed file can.

    Raises:
        StoreUnavailable: if the store cannot be written.
    """
    ending = PurePath(name).suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{ending if ending in BY_ENDING else ''}"
        path.write_bytes(content)
        if format_of(path) is Format.SEEDS:
            return _seeds(store, path, name, by, may_tier=may_tier, dry_run=dry_run)
        return load_file(store, path, name, read_as=read_as, by=by, origin=origin, dry_run=dry_run)


def file_name(told: str) -> str:
    """The name of a file as its sender calls it, without folders.

    Raises:
        InvalidInput: if it is none.
    """
    plain = PurePath(told.replace("\\", "/")).name
    if not plain.isprintable() or len(plain) > LONGEST_NAME or not plain.strip(" ."):
        raise InvalidInput("name", Reason("is no file's name, such as claims.csv"))
    return plain


def _seeds(store: StatementStore, path: Path, name: str, by: By, *, may_tier: bool, dry_run: bool) -> FileReport:
    try:
        documents = read_seeds([path], store.owners())
        if not may_tier:
            documents = [_believed_as_before(store, document) for document in documents]
        return FileReport(store.load(documents, by=by, dry_run=dry_run), [], 0)
    except InvalidRecord as error:
        problems = [problem.replace(str(path), name) for problem in error.problems]
        return FileReport(LoadReport([], [], []), [Skipped(name, None, Reason(problem)) for problem in problems], 0)


def _believed_as_before(store: StatementStore, document: Document) -> Document:
    """A document whose source is believed as it is on record; a file that says nothing of that changes nothing.

    Raises:
        InvalidRecord: if it says otherwise.
    """
    before = _source_on_record(store, document.source.id)
    source = msgspec.structs.replace(document.source, tier=document.source.tier or (before.tier if before else None))
    if wrong := [f"source: {one.told()}" for one in wrongly_believed(source, before)]:
        raise InvalidRecord(wrong)
    return msgspec.structs.replace(document, source=source)


def _source_on_record(store: StatementStore, source_id: str) -> Source | None:
    """What a source says, whatever its state."""
    try:
        record = store.ledger.standing(RecordKind.SOURCE, source_id).record
    except UnknownRecord:
        return None
    return record if isinstance(record, Source) else None
