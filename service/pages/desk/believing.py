"""How far a record is believed, as its form tells: whether it counts, and by which source that is decided."""

from __future__ import annotations

from typing import NamedTuple

from index.kinds import RecordKind, Tier
from index.ledger.entries import Record
from index.records import Refutation, Review, Source
from index.store.store import StatementStore


class Believed(NamedTuple):
    """How far a record is believed.

    Attributes:
        counts: whether it reaches verdicts; else it is shown apart.
        source_ids: the sources that decide it.
        via: the site that a review was fetched from, if that is not its publisher's.
    """

    tier: Tier
    counts: bool
    source_ids: list[str]
    via: str | None


def believed(store: StatementStore, kind: RecordKind, record_id: str | None) -> Believed | None:
    """How far a source, review or refutation is believed; None for a statement, a new record, and what was erased."""
    record = store.ledger.standing(kind, record_id).record if record_id is not None else None
    cited = _cited(record)
    sources = store.sources_by_id(cited)
    tier = _tier(store, record, sources) if cited and sources.keys() == set(cited) else None
    via = record.via if isinstance(record, Review) else None
    return Believed(tier, store.tiers.counts(tier), cited, via) if tier else None


def _cited(record: Record | None) -> list[str]:
    if isinstance(record, Source):
        return [record.id]
    citations = [record.citation] if isinstance(record, Review) else record.citations if isinstance(record, Refutation) else []
    return list(dict.fromkeys(one.source_id for one in citations))


def _tier(store: StatementStore, record: Record | None, sources: dict[str, Source]) -> Tier | None:
    if isinstance(record, Review):
        return store.tiers.of_review(record, sources)
    if isinstance(record, Refutation):
        return store.tiers.of_refutation(record, sources)
    return store.tiers.of(record) if isinstance(record, Source) else None
