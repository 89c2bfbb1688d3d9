"""Load files of statements and reviews that others wrote: what is good is loaded, what is not is reported."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import msgspec

from index.errors import InvalidRecord
from index.progress import Progress, no_progress
from index.readers.claimreview import Node, Unusable, read_review, reviews_in
from index.readers.feeds import BrokenOff, Element, read_feed, read_page
from index.readers.rows import read_statements, rows_source
from index.records import Batch, Rating, Review, Source, Statement
from index.store.store import LoadReport, StatementStore

AT_ONCE = 500
"""Statements in a batch: as many as one query of the store can name."""

SNIFFED = 1024


class Format(enum.Enum):
    """What sort of file it is."""

    SEEDS = "seeds"
    ROWS = "rows"
    PAGE = "page"
    FEED = "feed"


BY_ENDING = {
    ".toml": Format.SEEDS,
    ".csv": Format.ROWS,
    ".jsonl": Format.ROWS,
    ".html": Format.PAGE,
    ".htm": Format.PAGE,
    ".json": Format.FEED,
    ".jsonld": Format.FEED,
}


class Skipped(msgspec.Struct, frozen=True):
    """What was not loaded.

    Attributes:
        place: the file, and the element or line in it.
        reason: why.
    """

    place: str
    reason: str


class FileReport(msgspec.Struct, frozen=True):
    """What became of one file.

    Attributes:
        repeated: how many reviews repeat an earlier one of the same file; the first one counts.
    """

    loaded: LoadReport
    skipped: list[Skipped]
    repeated: int


def format_of(path: Path) -> Format:
    """The format, by the file's ending; where that says nothing, by how it begins.

    Raises:
        OSError: if the file cannot be read.
    """
    known = BY_ENDING.get(path.suffix.lower())
    if known:
        return known
    with path.open("rb") as file:
        return Format.PAGE if file.read(SNIFFED).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else Format.FEED


def load_file(store: StatementStore, path: Path, name: str = "", progress: Progress = no_progress) -> FileReport:
    """Load a feed, a page or a file of lines. If the store fails, nothing of the file is loaded.

    Args:
        name: what to call the file in the report, if not by its path.

    Raises:
        StoreUnavailable: if the store cannot be written.
    """
    reader = _Reader(path, name or str(path), progress)
    try:
        loaded = store.load_batches(reader.batches())
    except InvalidRecord as error:
        return FileReport(LoadReport([], [], []), [Skipped(reader.name, problem) for problem in error.problems], 0)
    return FileReport(loaded, reader.skipped, reader.repeated)


Record = tuple[Source, Statement, Review | None]


class _Reader:
    """One pass over a file. It remembers ids only, so that a large file takes little memory."""

    def __init__(self, path: Path, name: str, progress: Progress) -> None:
        self._path = path
        self.name = name
        self._progress = progress
        self._statement_ids: set[str] = set()
        self._rated: dict[str, Rating] = {}
        self.skipped: list[Skipped] = []
        self.repeated = 0

    def batches(self) -> Iterator[Batch]:
        """The file's content, a batch at a time; of a repeated statement or review, only the first."""
        kind = format_of(self._path)
        records = self._rows() if kind is Format.ROWS else self._reviews(read_page if kind is Format.PAGE else read_feed)
        while some := list(islice(records, AT_ONCE)):
            batch = Batch([], [], [])
            for source, statement, review in some:
                if all(source.id != other.id for other in batch.sources):
                    batch.sources.append(source)
                if statement.id not in self._statement_ids:
                    self._statement_ids.add(statement.id)
                    batch.statements.append(statement)
                if review:
                    batch.reviews.append(review)
            yield batch

    def _reviews(self, read: Callable[[Path], Iterator[Element]]) -> Iterator[Record]:
        size = max(self._path.stat().st_size, 1)
        try:
            for number, value, position in read(self._path):
                yield from self._element(number, value)
                self._progress(f"loading {self.name}", 100 * position // size, 100)
        except BrokenOff as error:
            self._skip("the rest", str(error))

    def _element(self, number: int, value: object) -> Iterator[Record]:
        place = f"element {number}"
        try:
            nodes = list(reviews_in(value))
            if not nodes:
                is_null = isinstance(value, dict) and "item" in value and value["item"] is None
                self._skip(place, "item: is null" if is_null else "holds no ClaimReview")
            for node in nodes:
                yield from self._node(place, node)
        except RecursionError:
            self._skip(place, "is nested too deeply")

    def _node(self, place: str, node: Node) -> Iterator[Record]:
        try:
            source, statement, review = read_review(node)
        except Unusable as error:
            return self._skip(place, str(error))
        first = self._rated.setdefault(review.id, review.rating)
        if first is review.rating:
            yield source, statement, review
        elif first.rated is review.rating.rated:
            self.repeated += 1
        else:
            reason = f"reviewRating: {review.rating.rated.value}, but the same review stands before it with {first.rated.value}"
            self._skip(place, reason)

    def _rows(self) -> Iterator[Record]:
        source = rows_source(self.name)
        with self._path.open("rb") as file:
            lines = sum(1 for _ in file) or 1
        seen: set[str] = set()
        for number, read in read_statements(self._path, source.id):
            self._progress(f"loading {self.name}", 100 * number // lines, 100)
            if isinstance(read, str):
                self._skip(f"line {number}", read)
            elif read.id in seen:
                self._skip(f"line {number}", "id: stands in a line before it")
            else:
                seen.add(read.id)
                yield source, read, None

    def _skip(self, place: str, reason: str) -> None:
        self.skipped.append(Skipped(f"{self.name}: {place}", reason))
