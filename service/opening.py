"""Opening the store that the settings name."""

from __future__ import annotations

from pathlib import Path

import structlog

from index.ledger.entries import By
from index.ledger.notes import key_in
from index.store.sql import SqlStore
from index.store.store import StatementStore
from index.tiers import Tiers, packaged, read_tiers
from service.settings import Settings

log = structlog.get_logger(__name__)


def open_base(settings: Settings) -> SqlStore:
    """Open the store as it is; what it signs its ledger with lies in the data folder.

    Raises:
        StoreUnavailable: if the database cannot be opened.
        LedgerKeyInvalid: if the key that signs the ledger cannot be used.
        TiersInvalid: if the list of tiers cannot be read.
    """
    return SqlStore(settings.store_url, key_in(settings.ledger_key), tiers_of(settings))


def open_store(settings: Settings) -> StatementStore:
    """Open the store and load the seed files that the settings name, if they are not those that were loaded before.

    Raises:
        StoreUnavailable: if the database cannot be opened.
        LedgerKeyInvalid: if the key that signs the ledger cannot be used.
        InvalidRecord: if a seed file breaks a rule; then nothing is loaded.
    """
    from index.readers.seeds import read_seeds

    store, files = open_base(settings), settings.seed_files()
    versions = settings.seed_versions()
    if not versions.items() <= store.seed_versions().items():
        why = f"seed files: {', '.join(f'{name} {version[:12]}' for name, version in versions.items())}"
        for kept in store.load(read_seeds(files, store.owners()), by=By("rebut", why)).kept:
            log.warning(
                "a seed file says something else",
                record=kept.record_id,
                state=kept.state and kept.state.value,
                kept=kept.differences,
            )
        store.remember_seeds(versions)
    return store


def tiers_of(settings: Settings) -> Tiers:
    """Whom to believe, by the settings. Raises `TiersInvalid` if the list cannot be read."""
    own = (read_tiers(Path(settings.tiers)),) if settings.tiers else ()
    return Tiers((*own, packaged()), settings.unknown_publishers == "count")
