"""Load files of statements and reviews that others wrote: what is good is loaded, what is not is reported."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import msgspec

from index.errors import InvalidRecord, Reason
from index.ledger.entries import By
from index.progress import Progress, no_progress
from index.readers import reasons
from index.readers.claimreview import Node, Unusable, identified, read_review, referred, resolved, reviews_in
from index.readers.columns import Field
from index.readers.decoding import Undecodable, decode
from index.readers.feeds import BrokenOff, Element, read_feed, read_page
from index.readers.ids import rows_source
from index.readers.json_tables import UNREADABLE, are_json_lines, flat, has_claim, objects_of, parsed
from index.readers.notes import Notes
from index.readers.preview import Preview
from index.readers.publishers import Publishers
from index.readers.ratings import is_known
from index.readers.renamed import tables_of
from index.readers.reports import FileReport, Skipped
from index.readers.syndication import read_items
from index.readers.table import Table, place_of
from index.readers.table_records import Record, row_reader
from index.readers.tables import WORKBOOKS, read_table
from index.records import Batch, Rating
from index.store.reports import HERE, LoadReport, Origin
from index.store.store import LOADED, StatementStore

AT_ONCE = 500
"""Statements in a batch: as many as one query of the store can name."""

SNIFFED = 4096
"""Bytes that tell what a file is."""
SYNDICATED = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")
"""What RSS and Atom begin with, in any encoding that has ASCII's letters."""


class Format(enum.Enum):
    """What sort of file it is."""

    SEEDS = "seeds"
    ROWS = "rows"
    PAGE = "page"
    FEED = "feed"
    ITEMS = "items"


BY_ENDING = {
    ".toml": Format.SEEDS,
    ".csv": Format.ROWS,
    ".tsv": Format.ROWS,
    ".tab": Format.ROWS,
    ".xlsx": Format.ROWS,
    ".xlsm": Format.ROWS,
    ".jsonl": Format.ROWS,
    ".ndjson": Format.ROWS,
    ".html": Format.PAGE,
    ".htm": Format.PAGE,
    ".json": Format.FEED,
    ".jsonld": Format.FEED,
}


class ReadAs(msgspec.Struct, frozen=True):
    """How files are to be read, where they do not tell.

    Attributes:
        mapped: a column's name -> the field that it holds.
        encoding: Python's name of the encoding.
    """

    mapped: dict[str, str] = {}
    encoding: str | None = None


AS_IT_TELLS = ReadAs()


def format_of(path: Path) -> Format:
    """The format, by the file's ending; where that says nothing, by how it begins.

    Raises:
        OSError: if the file cannot be read.
    """
    known = BY_ENDING.get(path.suffix.lower())
    if known:
        return known
    with path.open("rb") as file:
        raw = file.read(SNIFFED)
    if raw.startswith(WORKBOOKS):
        return Format.ROWS
    try:
        begins = decode(raw).text.lstrip()[:1]
    except Undecodable:
        begins = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1].decode("latin-1")
    if begins == "<" and SYNDICATED.search(raw):
        return Format.ITEMS
    return Format.PAGE if begins == "<" else Format.FEED if begins in ("", "{", "[") else Format.ROWS


def load_file(
    store: StatementStore,
    path: Path,
    name: str = "",
    progress: Progress = no_progress,
    read_as: ReadAs = AS_IT_TELLS,
    *,
    by: By = LOADED,
    origin: Origin = HERE,
    dry_run: bool = False,
) -> FileReport:
    """Load a feed, a page or a table. If the store fails, nothing of the file is loaded.

    Args:
        name: what to call the file in the report, if not by its path; where it was fetched from, if it was.
        by: who loads it, and why.
        origin: where it comes from.
        dry_run: whether only to tell what would be loaded.

    Raises:
        StoreUnavailable: if the store cannot be written.
    """
    preview = Preview(name or str(path)) if dry_run else None
    reader = _Reader(path, name or str(path), progress, read_as, preview, store, origin)
    try:
        loaded = store.load_batches(reader.batches(), by=by, origin=origin, dry_run=dry_run, progress=progress)
    except InvalidRecord as error:
        skipped = [Skipped(reader.name, None, said) for said in error.said]
        return FileReport(LoadReport([], [], []), skipped, 0, unread=reader.notes.unread)
    changes = preview.changes(store, loaded) if preview else []
    stored = [] if preview else [one.statement for one in store.dossiers(loaded.added[:AT_ONCE]).values()]
    new = preview.statements(loaded.added)[:AT_ONCE] if preview else stored
    return FileReport(loaded, reader.skipped, reader.repeated, reader.lines(), changes, new, reader.notes.unread)


class _Reader:
    """One pass over a file. It remembers ids only, so that a large file takes little memory."""

    def __init__(
        self,
        path: Path,
        name: str,
        progress: Progress,
        read_as: ReadAs,
        preview: Preview | None,
        store: StatementStore,
        origin: Origin,
    ) -> None:
        self._path = path
        self._store, self._origin = store, origin
        self._publishers = Publishers(store, origin)
        self.name = name
        self._progress = progress
        self._read_as = read_as
        self._preview = preview
        self._statement_ids: set[str] = set()
        self._rated: dict[str, Rating] = {}
        self._tables: list[str] = []
        self.skipped: list[Skipped] = []
        self.repeated = 0
        self.notes = Notes()

    def lines(self) -> list[Reason]:
        """What else a person should know."""
        return self._publishers.lines() + self.notes.lines()

    def batches(self) -> Iterator[Batch]:
        """The file's content, a batch at a time; of a repeated statement or review, only the first."""
        records = self._records()
        while some := list(islice(records, AT_ONCE)):
            batch = Batch([], [], [], self._tables)
            for sources, statement, review in some:
                batch.sources.extend(source for source in sources if all(source.id != other.id for other in batch.sources))
                if statement.id not in self._statement_ids:
                    self._statement_ids.add(statement.id)
                    batch.statements.append(statement)
                if review:
                    batch.reviews.append(review)
            yield batch

    def _records(self) -> Iterator[Record]:
        kind = format_of(self._path)
        if kind is Format.PAGE:
            address = self.name if self.name.startswith(("http://", "https://")) else ""
            return self._reviews(lambda path: read_page(path, address))
        if kind is Format.ITEMS:
            return self._rows(read_items(self._path))
        if kind is Format.ROWS or self._is_table():
            return self._rows(read_table(self._path, self._read_as.encoding))
        return self._reviews(lambda path: read_feed(path, self._read_as.encoding))

    def _is_table(self) -> bool:
        """Whether a JSON file is lines, or a list of plain objects with a claim each."""
        try:
            with self._path.open("rb") as file:
                begins = file.read(SNIFFED * AT_ONCE)
                whole_lines = begins[: begins.rfind(b"\n") + 1] if file.read(1) else begins
                if are_json_lines(decode(whole_lines, self._read_as.encoding).text):
                    return True
            first = self._first_value()
        except (OSError, Undecodable, StopIteration, *UNREADABLE):
            return False
        first = first[0] if isinstance(first, list) and first else first
        plain = isinstance(first, dict) and not {"@type", "@context"} & set(first) and not any(True for _ in reviews_in(first))
        return plain and any(self._has_claim(item) for item in (first, *objects_of(first)[:1]))

    def _first_value(self) -> object:
        try:
            return next(read_feed(self._path, self._read_as.encoding)).value
        except BrokenOff:  # by a NaN, perhaps
            return objects_of(parsed(decode(self._path.read_bytes(), self._read_as.encoding).text))

    def _has_claim(self, item: object) -> bool:
        return has_claim(item) or any(self._read_as.mapped.get(name) == Field.CLAIM.value for name in flat(item))

    def _reviews(self, read: Callable[[Path], Iterator[Element]]) -> Iterator[Record]:
        size = max(self._path.stat().st_size, 1)
        try:
            for element in read(self._path):
                yield from self._element(place_of("element", element.number), element)
                self._progress(f"reading {self.name}", 100 * element.position // size, 100)
        except BrokenOff as error:
            self._skip(reasons.THE_REST, error.said)

    def _element(self, place: Reason, element: Element) -> Iterator[Record]:
        value = element.value
        try:
            named = identified(value)
            nodes = [referred(node, named) for node in reviews_in(value)]
            if not nodes:
                is_null = isinstance(value, dict) and "item" in value and value["item"] is None
                self._skip(place, reasons.NULL if is_null else reasons.NO_REVIEW)
            for node in nodes:
                yield from self._node(place, resolved(node, element.page))
        except RecursionError:
            self._skip(place, reasons.NESTED)

    def _node(self, place: Reason, node: Node) -> Iterator[Record]:
        try:
            source, statement, review = read_review(node)
        except Unusable as error:
            return self._skip(place, error.said)
        yield from self._reviewed(place, ((source,), statement, review))

    def _reviewed(self, place: Reason, record: Record) -> Iterator[Record]:
        """A record, if its review does not stand there before."""
        _, _, review = record
        first = self._rated.setdefault(review.id, review.rating) if review else None
        if review is None or first is None or first is review.rating:
            if review and review.rating.original and not is_known(review.rating.original):
                told = reasons.UNKNOWN_RATING.of(words=repr(review.rating.original), rated=review.rating.rated)
                self.notes.add(told, place)
            if review and review.citation.url is None:
                self.notes.add(reasons.NO_LINK, place)
            record = self._publishers.judged(record)
            if self._preview:
                self._preview.add(place, record)
            yield record
        elif first.rated is review.rating.rated:
            self.repeated += 1
        else:
            self._skip(place, reasons.CONTRADICTED.of(rated=review.rating.rated, first=first.rated))

    def _rows(self, table: Table) -> Iterator[Record]:
        if any(True for row in islice(table.rows(), AT_ONCE) for _ in reviews_in(row.value)):
            for row in table.rows():
                if row.problem and row.problem is not reasons.NO_OBJECT:  # a line may be a list of them
                    self._skip(table.place_of(row), row.problem)
                else:
                    yield from self._element(table.place_of(row), Element(row.number, row.value, 0))
            return
        source = rows_source(self.name, self._origin.site)
        reader = row_reader(table, source, self._read_as.mapped, self.notes)
        self._publishers.table_of(reader.sites() if not reader.columns.export else ())
        self._tables = tables_of(self._store, reader, AT_ONCE, fetched=bool(self._origin.site))
        if (table_id := self._tables[0]) != source.id:
            self.notes.say(reasons.SAME_TABLE.of(table=repr(table_id)))
            source = msgspec.structs.replace(source, id=table_id)
        reader = reader._replace(source=self._store.sources_by_id([table_id]).get(table_id, source))
        for row, read in reader.records():
            self._progress(f"reading {self.name}", 100 * min(row.number, table.size) // max(table.size, 1), 100)
            place = table.place_of(row)
            if isinstance(read, Reason):
                self._skip(place, read)
            else:
                yield from self._reviewed(place, read)

    def _skip(self, place: Reason, said: Reason) -> None:
        self.skipped.append(Skipped(self.name, place, said))
