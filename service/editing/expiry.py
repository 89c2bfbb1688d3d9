"""Records whose last day is past are retired while the service runs."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog

from index.errors import RebutError
from index.store.ledger import Ledger

log = structlog.get_logger(__name__)

LOOKED_AFTER_S = 60.0
"""Seconds after which the records that expire are looked for again."""


def expiring(ledger: Ledger) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """Within it, a thread retires what has had its day (UTC)."""

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        stopped = threading.Event()
        thread = threading.Thread(target=_retire, args=(ledger, stopped), name="expiry", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    return lifespan


def _retire(ledger: Ledger, stopped: threading.Event) -> None:
    while not stopped.is_set():
        try:
            ledger.retire_expired(dt.datetime.now(dt.UTC).date().isoformat())
        except RebutError as error:
            log.warning("records that expire cannot be retired", reason=str(error))
        stopped.wait(LOOKED_AFTER_S)
