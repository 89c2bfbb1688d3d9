"""What the base covers, in numbers; counted once for each version of the store."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any, NamedTuple

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Template

from index.kinds import Scope
from index.ledger.notes import Checkpoint
from index.records import Source
from index.store.browsing import Facets, Wanted
from index.store.reports import Counts
from index.store.store import StatementStore
from service.access.guards import needs


class Coverage(NamedTuple):
    """What the base covers.

    Attributes:
        languages: ISO 639 code -> how many statements are said in it.
        checkpoint: how the ledger stands; None before its first entry.
    """

    counts: Counts
    facets: Facets
    languages: dict[str, int]
    sources: list[Source]
    last_change: dt.datetime | None
    checkpoint: Checkpoint | None


class CoverageCounted:
    """Counts what a store covers, and remembers it until the store changes. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version, self._coverage = "", None  # type: tuple[str, Coverage | None]

    def of(self, store: StatementStore) -> Coverage:
        """What the store covers now."""
        with self._lock:
            version = store.version()
            if self._coverage is None or version != self._version:
                self._version, self._coverage = version, _counted(store)
            return self._coverage


def _counted(store: StatementStore) -> Coverage:
    stands, browsing = store.ledger.checkpoint(), store.browsing
    return Coverage(
        counts=store.counts(),
        facets=browsing.facets(Wanted()),
        languages=browsing.languages(),
        sources=store.all_sources(),
        last_change=browsing.last_change(),
        checkpoint=stands[0] if stands else None,
    )


@get("/coverage", sync_to_thread=True, guards=[needs(Scope.READ)])
def show_coverage(
    request: Request[Any, Any, Any], store: NamedDependency[StatementStore], counted: NamedDependency[CoverageCounted]
) -> Template:
    """What is on record: how much, by whom, from when, in which languages and from which sources."""
    return Template("coverage.html", context={"coverage": counted.of(store)})
