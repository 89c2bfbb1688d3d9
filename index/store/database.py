"""The database as the store uses it: connections with a transaction each, and who is told of changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
import structlog

from index.errors import StoreUnavailable
from index.ledger.notes import Signer
from index.store import dialects
from index.store.hearing import hearing
from index.store.opening import open_engine, reason

log = structlog.get_logger(__name__)


class Database:
    """An open database. Safe to use from several threads.

    Attributes:
        signer: signs the ledger; None if nobody does.
    """

    def __init__(self, url: str, signer: Signer | None) -> None:
        """See `open_engine`."""
        self.signer = signer
        self._engine = open_engine(url, signer)
        self._reading, self._writing = dialects.reading(self._engine), dialects.writing(self._engine)
        self._told: list[threading.Event] = []

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def connect(self, *, write: bool = False) -> Iterator[sa.Connection]:
        """A connection with a transaction, committed at the end of the block."""
        try:
            with (self._writing if write else self._reading).begin() as connection:
                yield connection
        except (sa.exc.SQLAlchemyError, UnicodeDecodeError) as error:
            raise _failed(error) from None  # whose text has the query and its values

    def announce(self) -> None:
        """Tell that records changed."""
        for event in self._told:
            event.set()

    @property
    def polled_s(self) -> float:
        """See `StatementStore`."""
        return dialects.polled_s(self._engine)

    @contextmanager
    def announcing(self, event: threading.Event) -> Iterator[None]:
        """See `StatementStore`."""
        self._told.append(event)
        try:
            with hearing(self._engine, event):
                yield
        finally:
            self._told.remove(event)


def _failed(error: Exception) -> StoreUnavailable:
    """What is told of a failure. Where the database is and who asks it, as psycopg tells when there is no connection, is for the
    log alone."""
    if getattr(getattr(error, "orig", None), "sqlstate", "") is None:
        log.warning("the store cannot be reached", reason=reason(error))
        return StoreUnavailable("the store failed: it cannot be reached")
    return StoreUnavailable(f"the store failed: {reason(error)}")
