"""Hearing that records changed, whichever process changed them: on PostgreSQL, in a thread with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from index.store.dialects import POSTGRESQL, listening

NOTICED_S = 0.3
"""Seconds within which the thread notices that it is to end."""
PAUSE_S = 0.5
"""Seconds between tries to connect again."""


@contextmanager
def hearing(engine: sa.Engine, event: threading.Event) -> Iterator[None]:
    """Within the block, each change by any process sets the event, where the database tells. So does a connection that was
    broken and is there again: what changed meanwhile was not heard."""
    if engine.dialect.name != POSTGRESQL:
        yield
        return
    stopped, begun = threading.Event(), threading.Event()
    thread = threading.Thread(target=_hear, args=(engine, event, begun, stopped), name="hearing", daemon=True)
    thread.start()
    begun.wait()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _hear(engine: sa.Engine, event: threading.Event, begun: threading.Event, stopped: threading.Event) -> None:
    """Set `begun` once it hears, or cannot."""
    while not stopped.is_set():
        try:
            with listening(engine) as connection:
                if begun.is_set():
                    event.set()
                begun.set()
                while not stopped.is_set():
                    for _ in connection.notifies(timeout=NOTICED_S, stop_after=1):
                        event.set()
        except (sa.exc.SQLAlchemyError, engine.dialect.loaded_dbapi.Error):
            begun.set()
            stopped.wait(PAUSE_S)
