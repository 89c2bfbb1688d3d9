"""The retriever: a claim's text to candidate statements, by vectors, words (BM25) and character n-grams, fused.

A statement is found through any of its passages: its text, a wording, or the text of a refutation that answers it. Its
best passages count. Read `Retriever.retrieve` from top to bottom to see all that happens to a claim here.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from index.models.encoders import Encoders
from index.progress import Progress, no_progress
from index.search.candidates import POOL, candidates, encode
from index.search.folders import Manifest
from index.search.fusion import Candidate, Fusion, load_fusion
from index.search.home import Home
from index.search.live import LiveIndex
from index.store.store import StatementStore


class Query(msgspec.Struct, frozen=True):
    """What to look for.

    Attributes:
        language: ISO 639 code of the text.
        allowed: ids of the only statements to consider; None for all.
        pool: the texts that each of the searches takes, the nearest first, and the most candidates; more of them make a deeper
            ranking, and a slower one.
        most: the most candidates that are told, if fewer than `pool`.
    """

    text: str
    language: str
    allowed: frozenset[str] | None = None
    pool: int = POOL
    most: int = sys.maxsize


class Retrieved(msgspec.Struct, frozen=True):
    """What was found, with what, and how long it took.

    Attributes:
        candidates: a list a query, in their order, best first; a statement occurs once in it, with its best passage.
        encoder: names and fingerprints of the encoders.
        index_version: of the index that was searched.
        encode_ms: milliseconds spent encoding the queries.
        search_ms: milliseconds spent searching.
    """

    candidates: list[list[Candidate]]
    encoder: str
    index_version: str
    encode_ms: float
    search_ms: float


class Retriever:
    """Claims to candidates. Safe to use from several threads.

    Attributes:
        live: the index, which whoever serves for long keeps following the store: `live.following`.
    """

    def __init__(
        self,
        store: StatementStore,
        encoders: Encoders,
        folder: Path,
        progress: Progress = no_progress,
        fusion: Fusion | None = None,
        home: Home | None = None,
    ) -> None:
        """Load the index from `folder`, or build it, and bring it up to date with the store.

        Args:
            fusion: instead of the one that the package carries.
            home: where the indexes are kept; None for this process.
        """
        self._encoders = encoders
        self._fusion = fusion or load_fusion()
        self.live = LiveIndex(store, encoders, folder, progress, home)

    @property
    def manifest(self) -> Manifest:
        """What the index in use was made of."""
        return self.live.current.manifest

    def retrieve(self, queries: Sequence[Query]) -> Retrieved:
        """Find each query's candidates; they do not depend on which other queries are asked with it.

        Raises:
            EncodingFailed: if an encoder gives no usable vectors.
            IndexUnavailable: if the indexes are kept elsewhere and cannot be reached, or are not there yet.
        """
        index = self.live.in_force()
        started = time.perf_counter()
        encoded = encode(index, self._encoders, [(query.text, query.language) for query in queries])
        searching = time.perf_counter()
        alike: dict[tuple[frozenset[str] | None, int], list[int]] = {}
        for place, query in enumerate(queries):
            alike.setdefault((query.allowed, query.pool), []).append(place)
        by_place: dict[int, list[Candidate]] = {}
        for (allowed, pool), places in alike.items():
            asked = [(encoded[place], min(pool, queries[place].most)) for place in places]
            some = candidates(index, asked, self._fusion, allowed, pool)
            by_place.update(zip(places, some, strict=True))
        searched = time.perf_counter()
        return Retrieved(
            [by_place[place] for place in range(len(queries))],
            f"{self._encoders.name} {self._encoders.fingerprint}",
            index.manifest.version,
            encode_ms=1000 * (searching - started),
            search_ms=1000 * (searched - searching),
        )
