"""The live index: the snapshot in force, and how it keeps up with the store. No request ever waits for it.

A thread follows the store, whoever changes it. An edit makes a new snapshot that shares most of the one before and then takes
its place; when many have come together, all is put in order and written to disk. Whatever fails, the snapshot in force stays.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import structlog

from index.errors import EntriesMissing, IndexInvalid, IndexUnavailable, NotYetWritten, RebutError
from index.models.encoders import Encoders
from index.progress import Progress, no_progress
from index.search import folders
from index.search.encoding import kept_vectors
from index.search.home import Home, ProcessHome
from index.search.snapshot import Snapshot
from index.store.store import StatementStore

log = structlog.get_logger(__name__)

FIRST_LOOK, WAITED_FOR = 0.2, 5.0
"""Seconds, and seconds at most, after which it is looked again whether another process has written what this one waits for."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between tries after a failure: each pause is twice the one before."""


class Freshness(msgspec.Struct, frozen=True):
    """How far the index in force is behind the store.

    Attributes:
        store_version: the one that it shows.
        seconds: since it was last known to show all that the store holds. Below one while all is well and the store is followed.
        failure: why it cannot be brought up to date, or not be written to disk; None if it can.
    """

    store_version: str
    seconds: float
    failure: str | None


class Stopped(RebutError):
    """The index is no longer to be kept up to date: the process is about to end."""


class LiveIndex:
    """The index in force. Safe to use from several threads."""

    def __init__(
        self,
        store: StatementStore,
        encoders: Encoders,
        folder: Path,
        progress: Progress = no_progress,
        home: Home | None = None,
    ) -> None:
        """Load the index from `folder`, or build it if it is missing, damaged or of other encoders, and bring it up to date.

        What cannot be reached elsewhere is left for later.

        Args:
            home: where the indexes are kept; None for this process.

        Raises:
            StoreUnavailable: if the store cannot be read.
            EncodingFailed: if an encoder gives no usable vectors.
        """
        self._store, self._encoders, self._folder, self._home = store, encoders, folder, home or ProcessHome()
        self._changing = threading.Lock()
        self._failure: str | None = None
        self._unwritten: Snapshot | None = None
        self._shown_at = time.monotonic()
        self.current = Snapshot.empty(encoders, self._home)
        try:
            self.current = self._loaded_or_built(progress)
            self.refresh(progress)
        except IndexUnavailable as error:
            self._fail(error)
        try:
            self.write()
        except OSError as error:
            self._fail(error)

    def in_force(self) -> Snapshot:
        """The snapshot to search; asks nobody whether it can be.

        Raises:
            IndexUnavailable: if there is none yet, or what is kept elsewhere did not answer when it was last asked.
        """
        self._home.ready()
        if self.current.store_version is None:
            raise IndexUnavailable("the index has not been built yet")
        return self.current

    @property
    def freshness(self) -> Freshness:
        """How far it is behind; asks nobody."""
        return Freshness(self.current.store_version or "", time.monotonic() - self._shown_at, self._failure)

    def refresh(self, progress: Progress = no_progress) -> None:
        """Bring the index up to date with the store: what was loaded before this call is found after it.

        Raises:
            StoreUnavailable: if the store cannot be read.
            EncodingFailed: if an encoder gives no usable vectors.
        """
        with self._changing:
            asked = time.monotonic()
            try:
                changed = self._changed(self.current, progress)
            except EntriesMissing as reason:
                changed = self._made_anew(reason, progress)
            if changed.unsettled_much:
                self.current = changed
                changed = changed.in_order()
            if changed.settled and changed.catalogue is not self.current.catalogue:
                self._unwritten = changed
            self.current, self._shown_at = changed, asked

    def write(self, wait: bool = False) -> None:
        """Write the index to disk as it was last put in order, unless that was done, here or by another process, or something was
        erased since.

        Args:
            wait: if another process is writing.

        Raises:
            OSError: if it cannot be written.
        """
        snapshot = self._unwritten
        if snapshot is None:
            return
        with folders.writing(self._folder, wait) as free:
            if not free:
                return
            mapped = snapshot if self._is_not_to_be_written(snapshot) else self._written(snapshot)
        with self._changing:
            self.current = mapped if self.current is snapshot else self.current
            self._unwritten = None if self._unwritten is snapshot else self._unwritten

    @contextmanager
    def following(self) -> Iterator[None]:
        """Within the block a thread keeps the index up to date with the store."""
        stopped, wake = threading.Event(), threading.Event()
        thread = threading.Thread(target=self._follow, args=(stopped, wake), name="index", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            wake.set()
            thread.join()

    def _follow(self, stopped: threading.Event, wake: threading.Event) -> None:
        def go_on(*_: object) -> None:
            if stopped.is_set():
                raise Stopped

        pause = 0.0
        with self._store.announcing(wake):
            while not stopped.is_set():
                wake.clear()
                try:
                    self._look(go_on)
                    pause = 0.0
                except Stopped:
                    return
                except NotYetWritten:
                    pause = min(2 * pause, WAITED_FOR) or FIRST_LOOK  # how long it takes is told by `freshness`
                except IndexUnavailable as error:
                    self._fail(error)
                    pause = error.retry_after
                except Exception as error:  # noqa: BLE001 - whatever it is, the snapshot in force serves on
                    self._fail(error)
                    pause = min(2 * pause, LONGEST_PAUSE) or FIRST_PAUSE
                wake.wait(pause or self._store.polled_s)

    def _look(self, progress: Progress) -> None:
        asked = time.monotonic()
        try:
            self._home.tend(self.current.indexes)
        except IndexInvalid as reason:
            with self._changing:
                self.current = self._unwritten = self._made_anew(reason, progress)
        if self._store.version() == self.current.store_version:
            self._shown_at = asked
        else:
            self.refresh(progress)
        self.write()
        if self._failure:
            log.info("the index is up to date again", store_version=self.current.store_version)
            self._failure = None

    def _made_anew(self, reason: RebutError, progress: Progress) -> Snapshot:
        log.warning("the index is made anew", reason=str(reason))
        return self._changed(Snapshot.empty(self._encoders, self._home), progress)

    def _fail(self, error: Exception) -> None:
        reason = str(error) or type(error).__name__
        if reason != self._failure:
            log.warning("the index cannot be kept up to date", reason=reason, store_version=self.current.store_version)
        self._failure = reason

    def _loaded_or_built(self, progress: Progress) -> Snapshot:
        """The index on disk, as old as it may be; without one, a new one, which one process makes while the others wait."""
        try:
            return self._loaded()
        except IndexInvalid as reason:
            log.info("building the index", reason=str(reason), folder=str(self._folder))
        built: Snapshot | None = None
        try:
            with folders.writing(self._folder, wait=True):
                try:
                    return self._loaded()
                except IndexInvalid:
                    built = self._changed(Snapshot.empty(self._encoders, self._home), progress)
                    return self._written(built)
        except OSError as error:
            log.warning("the index cannot be written", reason=str(error), folder=str(self._folder))
            built = self._unwritten = built or self._changed(Snapshot.empty(self._encoders, self._home), progress)
        return built

    def _loaded(self) -> Snapshot:
        """The index on disk. Raises `IndexInvalid` if there is none, or it shows changes that the store does not have."""
        loaded, manifest = Snapshot.load(self._folder, self._encoders, self._home), folders.read_manifest(self._folder)
        if manifest and manifest.entry and manifest.entry != self._last_entry(manifest.store_version):
            log.warning("the index shows changes that the store does not have", store_version=manifest.store_version)
            raise IndexInvalid("of changes that the store does not have")
        return loaded

    def _is_not_to_be_written(self, snapshot: Snapshot) -> bool:
        """Whether the same, or a later one, is on disk, or it holds what was erased. Who erases removes what was written before."""
        known = folders.read_manifest(self._folder)
        return bool(known and known.shows(snapshot.manifest)) or self._store.erased_since(snapshot.store_version or "")

    def _written(self, snapshot: Snapshot) -> Snapshot:
        return snapshot.write(self._folder, self._last_entry(snapshot.store_version or ""))

    def _last_entry(self, store_version: str) -> str:
        """The hash of the entry with which the ledger came to a version of the store; "" if it has none such."""
        revision = store_version.rpartition("-")[2]
        found = self._store.ledger.entries(int(revision) - 1, 1) if revision.isdecimal() and int(revision) else []
        return found[0].hash if found else ""

    def _changed(self, snapshot: Snapshot, progress: Progress) -> Snapshot:
        """The snapshot with all that the store holds; a new one if it was of another store."""
        found = self._store.searchable(snapshot.store_version)
        if found is None:
            snapshot, found = Snapshot.empty(self._encoders, self._home), self._store.searchable()
        assert found is not None
        store, version, writes = self._store, found.version, self._home.writes
        return snapshot.changed(found, lambda encoder, texts: kept_vectors(store, encoder, texts, version, progress, writes))
