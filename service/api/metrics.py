"""What `/metrics` tells beside the requests: how far the index is behind the store."""

from __future__ import annotations

from prometheus_client import Gauge

from index.search.live import LiveIndex

SECONDS_BEHIND = Gauge("rebut_index_seconds_behind", "Seconds since the index was last known to show all that the store holds")
STORE_REVISION = Gauge("rebut_index_store_revision", "The revision of the store that the index shows: the end of its version")
FAILING = Gauge("rebut_index_failing", "1 if the index cannot be brought up to date or not be written to disk, otherwise 0")


def show_index(live: LiveIndex) -> None:
    """Let the gauges tell of this index from now on."""
    SECONDS_BEHIND.set_function(lambda: live.freshness.seconds)
    STORE_REVISION.set_function(lambda: float(live.freshness.store_version.rpartition("-")[2] or 0))
    FAILING.set_function(lambda: float(live.freshness.failure is not None))
