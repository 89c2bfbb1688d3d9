"""The retriever: a claim's text to candidate statements, by meaning (vectors), words (BM25) and character n-grams, fused.

A statement is found through any of its passages: its text, a wording, or the text of a refutation that answers it. Its
best passages count.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog

from index.errors import IndexInvalid
from index.models.encoders import ENGLISH, Encoders, FloatArray, Progress, no_progress
from index.search.fusion import Candidate, Probe, in_order, load_fusion, rank
from index.search.manifest import Manifest
from index.search.snapshot import Snapshot
from index.store.store import StatementStore
from index.text.cleaning import clean, windows

log = structlog.get_logger(__name__)


class Query(msgspec.Struct, frozen=True):
    """What to look for.

    Attributes:
        language: ISO 639 code of the text.
        allowed: ids of the only statements to consider; None for all.
    """

    text: str
    language: str
    allowed: frozenset[str] | None = None


class Retrieved(msgspec.Struct, frozen=True):
    """What was found, with what, and how long it took.

    Attributes:
        candidates: a list a query, in their order, best first; a statement occurs at most once in it, with its best passage.
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
    """Claims to candidates. Safe to use from several threads."""

    def __init__(self, store: StatementStore, encoders: Encoders, folder: Path, progress: Progress = no_progress) -> None:
        """Load the index from `folder`, or build it from the store if it is missing, damaged or stale."""
        self._store = store
        self._encoders = encoders
        self._folder = folder
        self._fusion = load_fusion()
        self._lock = threading.Lock()
        self._snapshot = self._load_or_build(store.version(), progress)

    @property
    def manifest(self) -> Manifest:
        """What the index in use was made of."""
        return self._snapshot.manifest

    def snapshot(self) -> Snapshot:
        """The index, brought up to date with the store first."""
        store_version = self._store.version()
        if self._snapshot.manifest.store_version != store_version:
            with self._lock:
                if self._snapshot.manifest.store_version != store_version:
                    self._snapshot = self._load_or_build(store_version, no_progress)
        return self._snapshot

    def retrieve(self, queries: Sequence[Query]) -> Retrieved:
        """Find each query's candidates.

        Raises:
            EncodingFailed: if an encoder gives no usable vectors.
            StoreUnavailable: if the store cannot be read.
        """
        snapshot = self.snapshot()
        started = time.perf_counter()
        probes = self.probes(snapshot, queries)
        encoded = time.perf_counter()
        candidates = [self._candidates(snapshot, query, parts) for query, parts in zip(queries, probes, strict=True)]
        searched = time.perf_counter()
        return Retrieved(
            candidates,
            f"{self._encoders.name} {self._encoders.fingerprint}",
            snapshot.manifest.version,
            1000 * (encoded - started),
            1000 * (searched - encoded),
        )

    def probes(self, snapshot: Snapshot, queries: Sequence[Query]) -> list[list[Probe]]:
        """Each query as what is compared: itself, and if it is long, the windows on it."""
        parts = [windows(clean(query.text)) for query in queries]
        texts = [text for texts in parts for text in texts]
        languages = [query.language for query, texts in zip(queries, parts, strict=True) for _ in texts]
        vectors = self._encoders.every.encode(texts)
        by_place: dict[int, FloatArray] = {}
        if self._encoders.english:
            places = [place for place, language in enumerate(languages) if language == ENGLISH]
            by_place = dict(zip(places, self._encoders.english.encode([texts[place] for place in places]), strict=True))
        projected, ngrams = snapshot.projection(vectors), snapshot.ngrams.ngrams(texts)
        probes = iter(
            [
                Probe(text, languages[place], vectors[place], projected[place], by_place.get(place), ngrams[place])
                for place, text in enumerate(texts)
            ]
        )
        return [[next(probes) for _ in texts] for texts in parts]

    def _candidates(self, snapshot: Snapshot, query: Query, probes: Sequence[Probe]) -> list[Candidate]:
        """What the probes find, each statement once, as the probe that comes closest to it finds it."""
        if len(probes) == 1:
            return rank(snapshot, self._fusion, probes[0], query.allowed)
        best: dict[str, Candidate] = {}
        for probe in probes:
            for candidate in rank(snapshot, self._fusion, probe, query.allowed):
                known = best.get(candidate.statement_id)
                if known is None or candidate.fused > known.fused:
                    best[candidate.statement_id] = candidate
        return in_order(snapshot, list(best.values()))

    def _load_or_build(self, store_version: str, progress: Progress) -> Snapshot:
        try:
            return Snapshot.load(self._folder, self._encoders, store_version)
        except IndexInvalid as reason:
            log.info("building the index", reason=str(reason), folder=str(self._folder))
        Snapshot.build(self._folder, self._store, self._encoders, store_version, progress)
        return Snapshot.load(self._folder, self._encoders, store_version)
