"""Opening the store that the settings name, as quickly as the command line needs it."""

from __future__ import annotations

from pathlib import Path

from index.ledger.notes import key_in
from index.store.sql import SqlStore
from index.tiers import Tiers, packaged, read_tiers
from service.settings import Settings


def open_base(settings: Settings) -> SqlStore:
    """Open the store as it is; what it signs its ledger with lies in the data folder.

    Raises:
        StoreUnavailable: if the database cannot be opened.
        LedgerKeyInvalid: if the key that signs the ledger cannot be used.
        TiersInvalid: if the list of tiers cannot be read.
    """
    return SqlStore(settings.store_url, key_in(settings.ledger_key), tiers_of(settings))


def tiers_of(settings: Settings) -> Tiers:
    """Whom to believe, by the settings. Raises `TiersInvalid` if the list cannot be read."""
    own = (read_tiers(Path(settings.tiers)),) if settings.tiers else ()
    return Tiers((*own, packaged()), settings.unknown_publishers == "count")
