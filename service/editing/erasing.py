"""Erasing: what a record ever said is taken out of the store, and out of what was made of it."""

from __future__ import annotations

from pathlib import Path

from index.kinds import RecordKind
from index.ledger.entries import By
from index.search.folders import forget
from index.store.store import StatementStore
from index.text.cleaning import clean


def erase(store: StatementStore, index_dir: Path, kind: RecordKind, record_id: str, by: By) -> None:
    """Take a record's content out of the store, its vectors, and the index on disk; hashes stay.

    Raises:
        UnknownRecord: if there is no such record.
        InvalidInput: if others need it.
    """
    texts = store.ledger.erase(kind, record_id, by)
    store.forget_vectors([clean(text) for text in texts])
    forget(index_dir)
