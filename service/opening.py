"""Opening the store that the settings name, as quickly as the command line needs it."""

from __future__ import annotations

from index.ledger.notes import key_in
from index.store.sql import SqlStore
from service.settings import Settings


def open_base(settings: Settings) -> SqlStore:
    """Open the store as it is; what it signs its ledger with lies in the data folder.

    Raises:
        StoreUnavailable: if the database cannot be opened.
        LedgerKeyInvalid: if the key that signs the ledger cannot be used.
    """
    return SqlStore(settings.store_url, key_in(settings.ledger_key))
