"""Vectors of texts, kept so that no text is encoded twice: functions of a connection, whose transaction is the caller's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import numpy as np
import sqlalchemy as sa

from index.store.dialects import insert_new
from index.store.store import FloatArray
from index.store.tables import chunks, vectors


def vectors_of(connection: sa.Connection, encoder: str, texts: Iterable[str]) -> dict[str, FloatArray]:
    """See `StatementStore`."""
    keys = {_digest(text): text for text in texts}
    found: dict[str, FloatArray] = {}
    query = sa.select(vectors.c.text_sha256, vectors.c.vector).where(vectors.c.encoder == encoder)
    for chunk in chunks(keys):
        for row in connection.execute(query.where(vectors.c.text_sha256.in_(chunk))):
            found[keys[bytes(row.text_sha256)]] = np.frombuffer(row.vector, "<f4")
    return found


def forget_vectors(connection: sa.Connection, texts: Iterable[str]) -> None:
    """See `StatementStore`."""
    for some in chunks([_digest(text) for text in texts]):
        connection.execute(sa.delete(vectors).where(vectors.c.text_sha256.in_(some)))


def keep_vectors(connection: sa.Connection, encoder: str, encoded: Mapping[str, FloatArray]) -> None:
    """See `StatementStore`."""
    known = vectors_of(connection, encoder, encoded)
    new = {_digest(text): vector.astype("<f4").tobytes() for text, vector in encoded.items() if text not in known}
    if new:  # in order: two who insert the same wait, and not for each other
        rows = [{"encoder": encoder, "text_sha256": digest, "vector": new[digest]} for digest in sorted(new)]
        connection.execute(insert_new(connection, vectors), rows)


def _digest(text: str) -> bytes:
    """What stands for a text."""
    return hashlib.sha256(text.encode()).digest()
