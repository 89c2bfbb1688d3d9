"""The retriever: a claim's text to candidate statements, by meaning (vectors) and by words (BM25), fused.

A statement is found through any of its forms: its text, a wording, or the text of a refutation that answers it. Its best form
counts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import structlog
from numpy.typing import NDArray

from index import manifest as manifests
from index.encoders import Encoder, FloatArray, Progress, no_progress
from index.errors import IndexInvalid
from index.lexical import LexicalIndex
from index.manifest import Manifest
from index.statements import Form, FormKind, Stance
from index.store import StatementStore
from index.vectors import VectorIndex

log = structlog.get_logger(__name__)

POOL = 50
"""Rows that each of the two searches contributes to the candidates of one claim."""

REFUTATION_HANDICAP = 0.02
"""Taken from `fused` where only a refutation leads to a statement: one that says the same thing itself comes first."""

LEXICAL_WEIGHTS = {"en": 0.1, "ru": 0.1, "uk": 0.1, "be": 0.1}
OTHER_LEXICAL_WEIGHT = 0.05

FORMS = "forms.json"
ANSWERS = "answers.json"
VECTORS = "vectors.faiss"
LEXICAL = "lexical"

ENCODED_AT_ONCE = 1024
"""Texts encoded before their vectors are kept: an interrupted build resumes from there."""


def lexical_weight(language: str) -> float:
    """What a full overlap of words adds to the cosine, for claims in this language."""
    return LEXICAL_WEIGHTS.get(language, OTHER_LEXICAL_WEIGHT)


class Query(msgspec.Struct, frozen=True):
    """What to look for.

    Attributes:
        language: ISO 639 code of the text.
        allowed: ids of the only statements to consider; None for all.
    """

    text: str
    language: str
    allowed: frozenset[str] | None = None


class Candidate(msgspec.Struct, frozen=True):
    """A statement and the form that leads to it.

    Attributes:
        form: the statement's best form for the claim; of kind `REFUTATION`, a form of a refutation that answers it.
        cosine: of claim and form, -1..1.
        bm25: of the form for the claim's words, 0 or more.
        overlap: `bm25` as a share of what a form with each of the claim's words would get.
        contrast: how far `cosine` stands out from the claim's cosines to all forms, in standard deviations.
        fused: what a claim's candidates are ranked by; not comparable between claims.
    """

    statement_id: str
    form: Form
    cosine: float
    bm25: float
    overlap: float
    contrast: float
    fused: float


class Retrieved(msgspec.Struct, frozen=True):
    """What was found, with what, and how long it took.

    Attributes:
        candidates: a list a query, in their order, best first; a statement occurs at most once in it, with its best form.
        encoder: name and fingerprint of the encoder.
        index_version: of the index that was searched.
        encode_ms: milliseconds spent encoding the queries.
        search_ms: milliseconds spent searching.
    """

    candidates: list[list[Candidate]]
    encoder: str
    index_version: str
    encode_ms: float
    search_ms: float


class Snapshot:
    """An index in memory: all its parts, made from one version of the store."""

    def __init__(
        self,
        manifest: Manifest,
        forms: list[Form],
        answers: dict[str, dict[str, Stance]],
        vectors: VectorIndex,
        lexical: LexicalIndex,
    ) -> None:
        self.manifest = manifest
        self.forms = forms
        self.vectors = vectors
        self.lexical = lexical
        self.led_to = [tuple(answers.get(form.record_id, {})) if is_refutation(form) else (form.record_id,) for form in forms]
        """Row -> ids of the statements that it leads to."""
        every = vectors.vectors(np.arange(vectors.rows))
        self.mean = every.mean(axis=0) if len(every) else np.zeros(vectors.dimension)
        self.covariance = np.cov(every, rowvar=False) if len(every) > 1 else np.eye(vectors.dimension)

    @classmethod
    def load(cls, folder: Path, encoder_fingerprint: str, store_version: str) -> Snapshot:
        """Read an index from disk.

        Raises:
            IndexInvalid: if it is missing, damaged, or made of something else.
        """
        manifest = manifests.verify(folder, encoder_fingerprint, store_version)
        forms = msgspec.json.decode((folder / FORMS).read_bytes(), type=list[Form])
        answers = msgspec.json.decode((folder / ANSWERS).read_bytes(), type=dict[str, dict[str, Stance]])
        vectors, lexical = VectorIndex.load(folder / VECTORS), LexicalIndex.load(folder / LEXICAL)
        if not len(forms) == vectors.rows == manifest.rows or (forms and lexical.rows != len(forms)):
            raise IndexInvalid(f"{len(forms)} forms, {vectors.rows} vectors, {lexical.rows} texts: they should be as many")
        return cls(manifest, forms, answers, vectors, lexical)

    def rows_leading_to(self, allowed: frozenset[str]) -> NDArray[np.int64]:
        """The rows that lead to any of these statements."""
        return np.array([row for row, ids in enumerate(self.led_to) if not allowed.isdisjoint(ids)], dtype=np.int64)


def is_refutation(form: Form) -> bool:
    """Whether the form is the text of a refutation rather than of a statement."""
    return form.kind is FormKind.REFUTATION


class Retriever:
    """Claims to candidates. Safe to use from several threads."""

    def __init__(self, store: StatementStore, encoder: Encoder, folder: Path, progress: Progress = no_progress) -> None:
        """Load the index from `folder`, or build it from the store if it is missing, damaged or stale."""
        self._store = store
        self._encoder = encoder
        self._folder = folder
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
            EncodingFailed: if the encoder gives no usable vectors.
            StoreUnavailable: if the store cannot be read.
        """
        snapshot = self.snapshot()
        started = time.perf_counter()
        vectors = self._encoder.encode([query.text for query in queries])
        encoded = time.perf_counter()
        candidates = [_candidates(snapshot, query, vector) for query, vector in zip(queries, vectors, strict=True)]
        searched = time.perf_counter()
        return Retrieved(
            candidates,
            f"{self._encoder.name} {self._encoder.fingerprint}",
            snapshot.manifest.version,
            1000 * (encoded - started),
            1000 * (searched - encoded),
        )

    def _load_or_build(self, store_version: str, progress: Progress) -> Snapshot:
        try:
            return Snapshot.load(self._folder, self._encoder.fingerprint, store_version)
        except IndexInvalid as reason:
            log.info("building the index", reason=str(reason), folder=str(self._folder))
        self._build(store_version, progress)
        return Snapshot.load(self._folder, self._encoder.fingerprint, store_version)

    def _build(self, store_version: str, progress: Progress) -> None:
        forms = self._store.forms()
        vectors = VectorIndex.build(self._vectors(forms, progress))
        lexical = LexicalIndex.build([(form.text, form.language) for form in forms])
        answers = self._store.answered_by()

        def write(folder: Path) -> None:
            (folder / FORMS).write_bytes(msgspec.json.encode(forms))
            (folder / ANSWERS).write_bytes(msgspec.json.encode(answers))
            vectors.save(folder / VECTORS)
            lexical.save(folder / LEXICAL)

        def describe(files: dict[str, str]) -> Manifest:
            encoder = self._encoder
            return Manifest(
                manifests.FORMAT, encoder.name, encoder.fingerprint, encoder.dimension, len(forms), store_version, files
            )

        manifests.publish(self._folder, write, describe)

    def _vectors(self, forms: Sequence[Form], progress: Progress) -> FloatArray:
        """A vector a form; what the store has is not encoded again, and what is encoded is kept at once."""
        texts = list(dict.fromkeys(form.text for form in forms))
        known = self._store.vectors_of(self._encoder.fingerprint, texts)
        missing = [text for text in texts if text not in known]
        for start in range(0, len(missing), ENCODED_AT_ONCE):
            chunk = missing[start : start + ENCODED_AT_ONCE]
            encoded = dict(zip(chunk, self._encoder.encode(chunk), strict=True))
            self._store.keep_vectors(self._encoder.fingerprint, encoded)
            known |= encoded
            progress("encoding statements", start + len(chunk), len(missing))
        rows = [known[form.text] for form in forms]
        return np.array(rows, dtype=np.float32).reshape(len(rows), self._encoder.dimension)


def _candidates(snapshot: Snapshot, query: Query, vector: FloatArray) -> list[Candidate]:
    allowed = None if query.allowed is None else snapshot.rows_leading_to(query.allowed)
    bm25, full = snapshot.lexical.scores(query.text, query.language)
    _, nearest = snapshot.vectors.search(vector[None, :], POOL, allowed)
    rows = np.union1d(nearest[0], _best_rows(bm25, allowed))
    cosines = snapshot.vectors.vectors(rows) @ vector
    spread = float(max(float(vector @ snapshot.covariance @ vector), 1e-12) ** 0.5)
    overlaps = bm25[rows] / full if full else np.zeros(len(rows))
    contrasts = (cosines - snapshot.mean @ vector) / spread
    fused = cosines + lexical_weight(query.language) * overlaps
    best: dict[str, Candidate] = {}
    for at, row in enumerate(rows):
        form = snapshot.forms[row]
        score = float(fused[at]) - (REFUTATION_HANDICAP if is_refutation(form) else 0.0)
        for statement_id in snapshot.led_to[row]:
            if query.allowed is not None and statement_id not in query.allowed:
                continue
            if statement_id not in best or best[statement_id].fused < score:
                best[statement_id] = Candidate(
                    statement_id,
                    form,
                    float(cosines[at]),
                    float(bm25[row]),
                    float(overlaps[at]),
                    float(contrasts[at]),
                    score,
                )
    return sorted(best.values(), key=lambda candidate: -candidate.fused)


def _best_rows(bm25: FloatArray, allowed: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """The rows with the highest BM25 above 0, at most `POOL`."""
    rows = np.flatnonzero(bm25) if allowed is None else allowed[bm25[allowed] > 0]
    if len(rows) > POOL:
        rows = rows[np.argpartition(-bm25[rows], POOL)[:POOL]]
    return rows
