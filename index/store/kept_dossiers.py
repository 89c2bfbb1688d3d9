"""Dossiers that were read, kept while the store stands as it did: what many ask about is asked about again and again.

Four queries and the decoding of all records were a quarter of what a claim costs beside its models.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from index.ledger.notes import Checkpoint
from index.records import Dossier
from index.store import reading

KEPT = 2_048
"""Dossiers at most, some kilobytes each."""


class KeptDossiers:
    """Reads dossiers. Safe to use from several threads."""

    def __init__(self) -> None:
        self._last: tuple[Checkpoint | None, dict[str, Dossier]] = (None, {})

    def read(self, connection: sa.Connection, checkpoint: Checkpoint | None, statement_ids: Iterable[str]) -> dict[str, Dossier]:
        """See `reading.dossiers`: the same, as the connection's transaction sees the store.

        Args:
            checkpoint: how the ledger stands there. Its root follows from all that was ever written: a store that was put back, and
                changed otherwise, may come to the same version.
        """
        known, kept = self._last
        if known != checkpoint:
            kept = {}
            self._last = checkpoint, kept
        wanted = set(statement_ids)
        found = {id_: dossier for id_ in wanted if (dossier := kept.get(id_))}
        if len(found) < len(wanted):
            missing = reading.dossiers(connection, wanted - found.keys())
            if len(kept) + len(missing) > KEPT:
                kept.clear()
            kept |= missing
            found |= missing
        return found
