"""Vectors of stored texts: each text is encoded once, and its vector kept in the store from then on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.errors import NotYetWritten
from index.models.encoders import Encoder
from index.progress import Progress
from index.search.rows import FloatArray
from index.store.store import StatementStore

ENCODED_AT_ONCE = 1024
"""Texts encoded before their vectors are kept: an interrupted build resumes from there."""


def kept_vectors(
    store: StatementStore, encoder: Encoder, texts: Sequence[str], version: str, progress: Progress, encodes: bool = True
) -> FloatArray:
    """A vector a text, float32, shape (len(texts), dimension); what the store has is not encoded again.

    Args:
        version: the store's from which the texts are: what is erased after it is not kept.
        encodes: whether to encode the others, or to leave that to another process.

    Raises:
        NotYetWritten: if there are others, and they are left to another process.
        EncodingFailed: if the encoder gives no usable vectors.
        StoreUnavailable: if the store cannot be read, or vectors cannot be kept in it.
    """
    distinct = list(dict.fromkeys(texts))
    known = store.vectors_of(encoder.fingerprint, distinct)
    missing = [text for text in distinct if text not in known]
    if missing and not encodes:
        raise NotYetWritten("the process that encodes has not come so far")
    for start in range(0, len(missing), ENCODED_AT_ONCE):
        chunk = missing[start : start + ENCODED_AT_ONCE]
        encoded = dict(zip(chunk, encoder.encode(chunk), strict=True))
        store.keep_vectors(encoder.fingerprint, encoded)
        if store.erased_since(version):
            store.forget_vectors(chunk)
        known |= encoded
        progress("encoding statements", start + len(chunk), len(missing))
    return np.array([known[text] for text in texts], dtype=np.float32).reshape(len(texts), encoder.dimension)
