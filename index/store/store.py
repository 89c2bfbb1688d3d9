"""What a store of statements does, and the values that it takes and gives. `sql.py` has the one store that there is."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.kinds import StatementKind
from index.ledger.entries import By
from index.progress import Progress, no_progress
from index.records import Batch, Document, Dossier, Refutation, Source, Statement
from index.store.api_keys import KeyStore
from index.store.kept_answers import KeptAnswers
from index.store.ledger import Ledger
from index.store.people import PeopleStore
from index.store.reports import HERE, Counts, FilterValues, FirstRows, Listing, LoadReport, Origin, Owner, Searchable, Told
from index.tiers import Tiers

if TYPE_CHECKING:
    from index.store.browsing import Browsing  # which takes this module's filters
    from index.store.conflicts import Conflicts
    from index.store.counting import Counting

FloatArray = NDArray[np.float32]

LOADED = By("rebut", "loaded")
"""Who changed records, and why, where nobody says so."""


class StatementFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which statements to consider; what is None does not restrict.

    Attributes:
        claimant: words of the claimant's name, role or side, or how these begin: see `index/text/names.py`.
        place: words of a place's name, in the same way.
        topic: words of a topic, in the same way.
        issuer: words of the name, role or side of somebody who refuted or reviewed it, in the same way.
        date: EDTF date or interval (see `When`); a statement fits if its own period overlaps. Undated ones do not fit.
        source: the id of the source that it is from.
        kind: the one kind of statement, such as accusations.
        updated_since: UTC, without a zone; the statement, or what stands against it, was added or changed then or later.
    """

    claimant: str | None = None
    place: str | None = None
    topic: str | None = None
    issuer: str | None = None
    date: str | None = None
    source: str | None = None
    kind: StatementKind | None = None
    updated_since: dt.datetime | None = None


class ReviewFilter(msgspec.Struct, frozen=True):
    """Which reviews and refutations to consider; what is None does not restrict.

    Attributes:
        site: the publisher's host name, in its own letters and without "www."; or, without a dot, how a part of it begins.
        language: ISO 639 code.
        since: they, or else their statement, are of this day or later.
    """

    site: str | None = None
    language: str | None = None
    since: dt.date | None = None


@runtime_checkable
class StatementStore(Protocol):
    """Keeps records and vectors. Safe to use from several threads, and by several processes at a time.

    Each call sees the store as it stood at one moment, and a load happens as a whole or not at all. Every method may
    raise `StoreUnavailable`; what else it may raise stands with it. `tests/contracts/test_store.py` checks all of this.
    """

    def close(self) -> None:
        """Let go of the database."""

    @property
    def keys(self) -> KeyStore:
        """The API keys, which lie in the same database."""

    @property
    def people(self) -> PeopleStore:
        """Those who sign in on the pages, who lie there, too."""

    @property
    def kept_answers(self) -> KeptAnswers:
        """The answers that somebody asked to keep, which lie there, too."""

    @property
    def conflicts(self) -> Conflicts:
        """What files said of somebody else's reviews."""

    @property
    def counting(self) -> Counting:
        """Which statements count."""

    @property
    def tiers(self) -> Tiers:
        """Whom to believe. What does not count stands apart in every dossier."""

    @property
    def browsing(self) -> Browsing:
        """The way to look through the statements."""

    def version(self) -> str:
        """Changes with every load that adds or changes a record, and never otherwise. No two stores have the same."""

    def counts(self) -> Counts:
        """How many records there are."""

    @property
    def ledger(self) -> Ledger:
        """What was ever changed, and the way to change records by hand."""

    def load(self, documents: Sequence[Document], *, by: By = LOADED, dry_run: bool = False) -> LoadReport:
        """Add or update every record of the documents. Nothing is ever deleted, and what a person changed is kept.

        Args:
            by: who loads them, and why.
            dry_run: whether to take everything back, and only tell what would be done.

        Raises:
            StoreUnavailable: also for a record that refers to one that is not there; then nothing is loaded.
        """
        ...

    def load_batches(
        self,
        batches: Iterable[Batch],
        *,
        by: By = LOADED,
        origin: Origin = HERE,
        dry_run: bool = False,
        progress: Progress = no_progress,
    ) -> LoadReport:
        """Add or update statements and reviews of a feed, a batch at a time. Nothing is ever deleted, and what a person
        changed is kept.

        A source that is already there stays as it is, and so does a statement from another source: a feed only adds
        reviews to it. A review is found again by its publisher and address, whatever became of its text. What somebody else
        published is changed by their own site's feed alone, and else becomes a conflict.

        Args:
            batches: all are taken before the first is written: others can write as long as a file is read.
            origin: where they come from; the others are those of `load`.

        Raises:
            StoreUnavailable: also for a record that refers to one that is not there; then nothing is loaded.
        """
        ...

    def owners(self) -> dict[str, Owner]:
        """Record id -> its kind and source, of all statements and refutations that are not erased, whatever their state."""

    def matching(self, filters: Collection[StatementFilter]) -> dict[StatementFilter, frozenset[str]]:
        """Filter -> ids of the statements that fit it. Without filters the database is not asked.

        Raises:
            InvalidInput: if a filter's value cannot be used; its `field` is the filter's.
        """
        ...

    def dossiers(self, statement_ids: Iterable[str]) -> dict[str, Dossier]:
        """Statement id -> all that is on record about it; unknown ids are left out."""

    def told(self, statement_ids: Iterable[str]) -> Told:
        """The same, with the state of the ledger at that moment."""

    def dossier(self, statement_id: str) -> Dossier:
        """All that is on record about a statement.

        Raises:
            UnknownRecord: if there is no such statement.
        """
        ...

    def refuted_after(self, statement_id: str, limit: int, filters: StatementFilter | None = None) -> list[Dossier]:
        """Refuted statements that fit, by id, from the first one past `statement_id`, at most `limit`."""

    def reviewed(self, wanted: ReviewFilter, offset: int = 0, limit: int | None = None) -> list[str]:
        """Ids of the statements with a review or refutation that fits, the most recently reviewed first.

        Args:
            offset: how many to pass over.
            limit: the most to give; None for all.
        """
        ...

    def statements_page(self, filters: StatementFilter, after: str | None, limit: int) -> list[Statement]:
        """Statements by id, from the first one past `after`, at most `limit`.

        Raises:
            InvalidInput: if a filter's value cannot be used; its `field` is the filter's.
        """
        ...

    def listing(self, filters: StatementFilter, after: str | None, limit: int) -> Listing:
        """The same page, with the times at which each statement came in and last changed, and how many there are in all."""
        ...

    def filter_values(self) -> FilterValues:
        """What claimants, places, topics and issuers there are: what a filter that finds nothing may have meant."""

    def statement(self, statement_id: str) -> Statement:
        """One statement.

        Raises:
            UnknownRecord: if there is none with that id.
        """
        ...

    def refutation(self, refutation_id: str) -> Refutation:
        """A refutation, or a review that refutes.

        Raises:
            UnknownRecord: if there is none with that id.
        """
        ...

    def source(self, source_id: str) -> Source:
        """One source.

        Raises:
            UnknownRecord: if there is none with that id.
        """
        ...

    def sources_by_id(self, source_ids: Iterable[str]) -> dict[str, Source]:
        """The sources with these ids; unknown ones are left out."""

    def all_sources(self) -> list[Source]:
        """All sources, by id."""

    def topics(self) -> list[str]:
        """Every topic that a statement has, by name."""

    def searchable(self, since: str | None = None) -> Searchable | None:
        """What is searched. The same records give the same, whatever the order in which they were loaded.

        Args:
            since: a version; then only of what was added or changed after it. A record that changed comes whole.

        Returns:
            None if `since` is no version that this store has had.
        """

    def erased_since(self, version: str) -> bool:
        """Whether anything was erased after a version; also if it is none that this store has had.

        Whoever keeps texts of records, or what was made of them, asks once it is kept: what was erased meanwhile is taken away by
        whoever erases, if it is there by then, and else by whoever asks.
        """
        ...

    def announcing(self, event: threading.Event) -> AbstractContextManager[None]:
        """Within the block, each change by this very object sets the event at once; those by others, where they are told."""

    @property
    def polled_s(self) -> float:
        """Seconds after which whoever follows the store asks for its version again, so that no change is missed."""

    def table_of(self, first: FirstRows) -> str:
        """The id of the source that a table is of: that of a table of another name, if at least half of these rows are in that
        one, and none in its own. Rows with ids are the same if their text is; others, if they rate the same statement: in a table
        that is not alike, at least three, with the same verdict and explanation."""
        ...

    def seed_versions(self) -> dict[str, str]:
        """Seed file -> SHA-256 of what was last loaded of it at a start."""

    def remember_seeds(self, files: Mapping[str, str]) -> None:
        """Remember seed files (name -> SHA-256) that were loaded."""

    def vectors_of(self, encoder: str, texts: Sequence[str]) -> dict[str, FloatArray]:
        """Text -> its vector (float32, one dimension), for those of the texts that have been kept for this encoder.

        Args:
            encoder: the encoder's fingerprint.
        """
        ...

    def forget_vectors(self, texts: Sequence[str]) -> None:
        """Delete the vectors of texts, by every encoder."""

    def keep_vectors(self, encoder: str, encoded: Mapping[str, FloatArray]) -> None:
        """Keep vectors (text -> float32 vector) of the encoder with this fingerprint, so that no text has to be encoded twice.
        One that is there stays as it is, also where several processes keep the same text at a time."""
