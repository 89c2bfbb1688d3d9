"""The retriever: a claim's text to candidate statements, by vectors, words (BM25) and character n-grams, fused.

A statement is found through any of its passages: its text, a wording, or the text of a refutation that answers it. Its
best passages count. Read `Retriever.retrieve` from top to bottom to see all that happens to a claim here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import structlog

from index.errors import IndexInvalid
from index.models.encoders import ENGLISH, Encoders
from index.progress import Progress, no_progress
from index.search.features import Compared, EncodedQuery, StoredPassages, figures_of
from index.search.fusion import Candidate, Fusion, in_order, load_fusion
from index.search.manifest import Manifest
from index.search.snapshot import Allowed, Snapshot
from index.store.store import StatementStore
from index.text.cleaning import clean, windows
from index.text.words import analyse

log = structlog.get_logger(__name__)

POOL = 50
"""Rows that each of the searches contributes to the candidates of one claim (docs/why/retrieval.md, "Candidates")."""


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
    """Claims to candidates. Safe to use from several threads."""

    def __init__(
        self,
        store: StatementStore,
        encoders: Encoders,
        folder: Path,
        progress: Progress = no_progress,
        fusion: Fusion | None = None,
    ) -> None:
        """Load the index from `folder`, or build it from the store if it is missing, damaged or stale.

        Args:
            fusion: instead of the one that the package carries.
        """
        self._store = store
        self._encoders = encoders
        self._folder = folder
        self._fusion = fusion or load_fusion()
        self._lock = threading.Lock()
        self._snapshot = self._load_or_build(store.version(), progress)

    @property
    def manifest(self) -> Manifest:
        """What the index in use was made of."""
        return self._snapshot.manifest

    def snapshot(self, store_version: str | None = None) -> Snapshot:
        """The index, brought up to date with the store first.

        Args:
            store_version: the store's, where the caller has just asked it; None to ask it.

        Raises:
            StoreUnavailable: if the store cannot be read.
        """
        if self._snapshot.manifest.store_version != (store_version or self._store.version()):
            with self._lock:
                now = self._store.version()  # the caller's may have been overtaken
                if self._snapshot.manifest.store_version != now:
                    self._snapshot = self._load_or_build(now, no_progress)
        return self._snapshot

    def retrieve(self, queries: Sequence[Query], store_version: str | None = None) -> Retrieved:
        """Find each query's candidates; they do not depend on which other queries are asked with it.

        Args:
            store_version: as for `snapshot`.

        Raises:
            EncodingFailed: if an encoder gives no usable vectors.
            StoreUnavailable: if the store cannot be read.
        """
        index = self.snapshot(store_version)
        started = time.perf_counter()
        encoded = self._encoded(index, queries)
        searching = time.perf_counter()
        candidates = [self._candidates(index, parts, query.allowed) for query, parts in zip(queries, encoded, strict=True)]
        searched = time.perf_counter()
        return Retrieved(
            candidates,
            f"{self._encoders.name} {self._encoders.fingerprint}",
            index.manifest.version,
            encode_ms=1000 * (searching - started),
            search_ms=1000 * (searched - searching),
        )

    def _encoded(self, index: Snapshot, queries: Sequence[Query]) -> list[list[EncodedQuery]]:
        """Each query's text, and the windows of a long one; all are encoded at once."""
        parts = [windows(clean(query.text)) for query in queries]
        vectors = iter(self._encoders.main.encode([text for some in parts for text in some]))
        in_english = [text for query, some in zip(queries, parts, strict=True) if query.language == ENGLISH for text in some]
        in_second = iter(self._encoders.english.encode(in_english) if self._encoders.english else ())
        return [
            [
                EncodedQuery(
                    text,
                    words=analyse(text, query.language),
                    vector=(vector := next(vectors)),
                    projected=index.projection(vector[None, :])[0],
                    english=next(in_second, None) if query.language == ENGLISH else None,
                )
                for text in some
            ]
            for query, some in zip(queries, parts, strict=True)
        ]

    def _candidates(self, index: Snapshot, parts: Sequence[EncodedQuery], only: frozenset[str] | None) -> list[Candidate]:
        """The candidates of one query, best first: those of all its parts."""
        allowed, found = index.allowed(only), list[Candidate]()
        for part in parts:
            statement_ids = nearest(index, part, allowed)
            if only is not None:
                statement_ids &= only  # a refutation leads to others, too
            found += self._fusion.fuse(index, compare(index, part, statement_ids, self._fusion.expected_english))
        return in_order(index, found)

    def _load_or_build(self, store_version: str, progress: Progress) -> Snapshot:
        try:
            return Snapshot.load(self._folder, self._encoders, store_version)
        except IndexInvalid as reason:
            log.info("building the index", reason=str(reason), folder=str(self._folder))
        Snapshot.build(self._folder, self._store, self._encoders, store_version, progress)
        return Snapshot.load(self._folder, self._encoders, store_version)


def nearest(index: Snapshot, part: EncodedQuery, allowed: Allowed) -> set[str]:
    """The statements that what comes nearest by any of the searches leads to."""
    rows = index.vectors.search(part.vector[None, :], POOL, allowed.vectors)[1][0]
    documents = index.words.search(part.words, POOL, allowed.words)[1]
    found = [rows, index.document_rows[documents]]
    if part.english is not None:
        places = index.english.search(part.english[None, :], POOL, allowed.english)[1][0]
        found.append(index.english_rows[places])
    return index.statements_at(np.concatenate(found).tolist())


def compare(index: Snapshot, part: EncodedQuery, statement_ids: set[str], expected_english: tuple[float, float]) -> Compared:
    """Each of the statements beside the claim, passage by passage.

    Args:
        expected_english: see `Fusion.expected_english`.
    """
    rows = index.rows_leading_to(statement_ids)
    places = index.english_places[rows] if part.english is not None else np.full(len(rows), -1)
    english = index.english.vectors(places[places >= 0])
    stored = StoredPassages(index.vectors.vectors(rows), index.projected[rows], english, places >= 0)
    bm25, full = index.words.scores(part.words, index.document_places[rows])
    ngrams = index.ngrams.cosines(part.text, rows)
    figures = figures_of(part, stored, bm25 / (full or 1), ngrams, expected_english)
    return Compared(part, statement_ids, rows, figures, bm25)
