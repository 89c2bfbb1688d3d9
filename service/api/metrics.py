"""What `/metrics` tells beside the requests: how far the index is behind the store, and how much there is."""

from __future__ import annotations

from collections.abc import Iterator

from litestar import Response, get
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Gauge, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from index.errors import StoreUnavailable
from index.kinds import Scope
from index.search.live import LiveIndex
from index.store.ledger import Ledger
from service.access.guards import needs

SECONDS_BEHIND = Gauge("rebut_index_seconds_behind", "Seconds since the index was last known to show all that the store holds")
STORE_REVISION = Gauge("rebut_index_store_revision", "The revision of the store that the index shows: the end of its version")
FAILING = Gauge("rebut_index_failing", "1 if the index cannot be brought up to date or not be written to disk, otherwise 0")


class LedgerFigures(Collector):
    """How long the ledger is, and how many records are in which state, counted when it is asked for."""

    def __init__(self) -> None:
        self.ledger: Ledger | None = None

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures; none while the store is away: the other metrics are told all the same."""
        entries = GaugeMetricFamily("rebut_ledger_entries", "Entries of the ledger")
        records = GaugeMetricFamily("rebut_records", "Records, by kind and state", labels=["kind", "state"])
        try:
            totals = self.ledger.totals() if self.ledger else None
        except StoreUnavailable:
            totals = None
        if totals:
            entries.add_metric([], totals.entries)
            for (kind, state), number in totals.records.items():
                records.add_metric([kind.value, state.value], number)
        yield from (entries, records)


LEDGER = LedgerFigures()
REGISTRY.register(LEDGER)


def show_store(live: LiveIndex, ledger: Ledger) -> None:
    """Let the gauges tell of this index and of this ledger from now on."""
    SECONDS_BEHIND.set_function(lambda: live.freshness.seconds)
    STORE_REVISION.set_function(lambda: float(live.freshness.store_version.rpartition("-")[2] or 0))
    FAILING.set_function(lambda: float(live.freshness.failure is not None))
    LEDGER.ledger = ledger


@get(
    "/metrics", operation_id="MetricsGet", sync_to_thread=True, guards=[needs(Scope.READ)]
)  # it asks the database, which may be slow
def tell() -> Response[bytes]:
    """All figures, for Prometheus."""
    return Response(generate_latest(REGISTRY), headers={"content-type": CONTENT_TYPE_LATEST})
