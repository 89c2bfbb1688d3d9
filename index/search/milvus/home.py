"""The home of indexes that Milvus keeps."""

from __future__ import annotations

import hashlib
import re
import time
from pathlib import Path

from index.errors import IndexUnavailable
from index.models.encoders import Encoder, Encoders
from index.search.home import ENGLISH_VECTORS, NGRAMS, VECTORS, WORDS, Indexes
from index.search.milvus import ngrams, vectors, words
from index.search.milvus.collections import Kind
from index.search.milvus.connection import Connection
from index.search.milvus.entries import Entries
from index.search.milvus.ngrams import MilvusNgramIndex
from index.search.milvus.vectors import MilvusVectorIndex
from index.search.milvus.words import MilvusWordIndex

FORMAT = 1
"""Goes up whenever what stands in Milvus can no longer be read: it is then written anew, under other names."""
TENDED_S, ASKED_S = 5.0, 1.0
"""Seconds after which it is looked again whether Milvus has what is needed; and whether it is back."""


class MilvusHome:
    """See `index.search.home.Home`: vectors, words and n-grams stand in Milvus; what the rows stand for is in this process."""

    def __init__(self, connection: Connection, store_id: str, encoders: Encoders, writes: bool = True) -> None:
        """Nothing is asked yet.

        Args:
            store_id: names the store: what stands in Milvus is of that store alone.
            writes: whether this process writes; of those on one store and one Milvus, one should.
        """
        self._connection = connection
        self.writes = writes
        self._tended_at = -TENDED_S
        self._whole = True
        store = re.sub(r"\W", "", store_id)[:32]

        def entries(part: str, kind: Kind, *made_of: object) -> Entries:
            digest = hashlib.sha256(repr((FORMAT, *made_of)).encode()).hexdigest()[:12]
            return Entries(connection, f"rebut_{store}_{part}_{digest}", kind, writes)

        def keeping(part: str, encoder: Encoder) -> type[MilvusVectorIndex]:
            of = vectors.kind(encoder.dimension)
            return MilvusVectorIndex.at(entries(part, of, encoder.fingerprint, encoder.dimension))

        self.vectors = keeping(VECTORS, encoders.main)
        self.english = keeping(ENGLISH_VECTORS, encoders.english or encoders.main)
        self.words = MilvusWordIndex.at(entries("words", words.KIND))
        self.ngrams = MilvusNgramIndex.at(entries("ngrams", ngrams.KIND))

    def empty(self, encoders: Encoders) -> Indexes:
        """See `Home.empty`."""
        dimension = encoders.main.dimension
        english = self.english(encoders.english.dimension if encoders.english else dimension)
        return Indexes(self.vectors(dimension), english, self.words(), self.ngrams())

    def save(self, indexes: Indexes, folder: Path) -> None:
        """See `Home.save`: the keys of all rows, and what is counted over all of them."""
        indexes.vectors.save(folder / VECTORS)
        indexes.english.save(folder / ENGLISH_VECTORS)
        indexes.words.save(folder / WORDS)
        indexes.ngrams.save(folder / NGRAMS)

    def load(self, folder: Path) -> Indexes:
        """See `Home.load`; asks Milvus nothing."""
        return Indexes(
            self.vectors.load(folder / VECTORS),
            self.english.load(folder / ENGLISH_VECTORS),
            self.words.load(folder / WORDS),
            self.ngrams.load(folder / NGRAMS),
        )

    def tend(self, indexes: Indexes) -> None:
        """See `Home.tend`: every few seconds all are looked at."""
        now = time.monotonic()
        if self._connection.away:
            self._whole = False
        if now - self._tended_at < (TENDED_S if self._whole else ASKED_S):
            self.ready()
            return
        self._tended_at = now
        for index in indexes:
            if isinstance(index, MilvusVectorIndex | MilvusWordIndex | MilvusNgramIndex):
                index.tend(now)
        self._whole = True

    def ready(self) -> None:
        """See `Home.ready`; when Milvus is back, all are looked at before they are searched again."""
        if self._connection.away or not self._whole:
            raise IndexUnavailable("Milvus does not answer")
