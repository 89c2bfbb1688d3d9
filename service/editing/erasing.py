"""Erasing: what records ever said is taken out of the store, and out of what was made of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.kinds import RecordKind
from index.ledger.entries import By
from index.search.folders import forget
from index.store.ledger import Erased
from index.store.store import StatementStore
from index.text.cleaning import clean


def erase(
    store: StatementStore,
    index_dir: Path,
    kind: RecordKind,
    record_id: str,
    by: By,
    also: Sequence[tuple[RecordKind, str]] = (),
) -> Erased:
    """Take a record's content out of the store, its vectors, and the index on disk; hashes stay.

    Args:
        also: other records to be erased in the same act.

    Raises:
        UnknownRecord: if there is no such record.
        InvalidInput: if others need it.
    """
    erased = store.ledger.erase(kind, record_id, by, also)
    store.forget_vectors([clean(text) for text in erased.texts])
    forget(index_dir)
    return erased
