"""Records whose last day is past are retired, and kept answers deleted: before anything is answered, and while the service runs."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog

from index.errors import RebutError
from index.store.store import StatementStore

log = structlog.get_logger(__name__)

LOOKED_AFTER_S = 60.0
"""Seconds after which the records that expire are looked for again."""


def expiring(store: StatementStore) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """Within it, a thread takes away what has had its day (UTC)."""

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        stopped = threading.Event()
        thread = threading.Thread(target=_retire, args=(store, stopped), name="expiry", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    return lifespan


def _retire(store: StatementStore, stopped: threading.Event) -> None:
    while not stopped.is_set():
        expire(store)
        stopped.wait(LOOKED_AFTER_S)


def expire(store: StatementStore) -> None:
    """Take away what has had its day; what cannot be is told in the log."""
    try:
        now = dt.datetime.now(dt.UTC)
        store.ledger.retire_expired(now.date().isoformat())
        store.kept_answers.forget_expired(now.replace(tzinfo=None))
    except RebutError as error:
        log.warning("what expires cannot be taken away", reason=str(error))
