"""What `/metrics` tells of the waiting, of the batches, and of what was answered."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from service.check.answers import Outcome

WAITING = Gauge("rebut_queue_claims", "Claims that wait to be matched, in requests of few claims (small) and of many", ["size"])
WAIT = Histogram(
    "rebut_queue_wait_seconds",
    "How long a request's first claims waited",
    ["size"],
    buckets=(0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
)
BATCH = Histogram("rebut_batch_claims", "Claims that were matched together", buckets=(1, 2, 4, 8, 16, 24, 32))
REFUSED = Counter("rebut_refused", "Requests that were refused because the queue was full", ["size"])
DEADLINES = Counter("rebut_deadlines", "Requests that were given up because their deadline passed")
HANG_UPS = Counter("rebut_hang_ups", "Requests that were given up because the client went away")
ANSWERS = Counter("rebut_answers", "Claims that were answered, those of batches and documents among them, by verdict", ["verdict"])
STAGE = Histogram(
    "rebut_stage_seconds",
    "How long a batch spent encoding, searching, reading records and judging relations",
    ["stage"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def answered(outcome: Outcome) -> None:
    """Count a batch's answers, and where its time went."""
    for answer in outcome.answers:
        ANSWERS.labels(answer.verdict.kind.value).inc()
    spent = outcome.timings
    stages = {"encode": spent.encode_ms, "search": spent.search_ms, "records": spent.records_ms, "relation": spent.relation_ms}
    for stage, milliseconds in stages.items():
        STAGE.labels(stage).observe(milliseconds / 1000)
