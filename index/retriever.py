"""The retriever: a claim's text to candidate statements, by meaning (vectors) and by words (BM25), fused.

A statement is found through any of its forms: its text, a wording, or the text of a refutation that answers it. Its best forms
count.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import structlog

from index import manifest as manifests
from index.encoders import Encoder, FloatArray, Progress, no_progress
from index.errors import IndexInvalid
from index.lexical import LexicalIndex
from index.manifest import Manifest
from index.statements import Form, FormKind, Stance
from index.store import StatementStore
from index.vectors import RowArray, VectorIndex

log = structlog.get_logger(__name__)

POOL = 50
"""Rows that each of the two searches contributes to the candidates of one claim."""

REFUTATION_HANDICAP = 0.04
"""Taken from a row's score where it is a refutation's text: a statement that says the same thing itself comes first."""

LEXICAL_WEIGHTS = {"en": 0.1}
OTHER_LEXICAL_WEIGHT = 0.05
"""What a full overlap of words adds to the cosine, by the claim's language. Across languages words add little: in others than
English little more than names coincide. docs/why/retrieval.md has the measurements behind these constants."""

INVARIANT_WEIGHT = 0.2
"""What the cosine in the metric of `Metric` adds to the plain one."""

SHRINKAGE = 0.3
"""Share of the mean within-record variance that is added to every direction before `Metric` inverts the covariance."""

SUPPORTING_FORMS, SUPPORT = 3, 0.75
"""A record's score: `SUPPORT` parts the mean of its best forms, the rest its best one. One lucky wording is not enough. A
statement's score is its own, or that of a refutation that answers it if that is higher."""

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
        invariant: cosine of claim and form in the metric that disregards how rewordings differ, -1..1.
        fused: what a claim's candidates are ranked by.
        behind: how far `fused` is behind the best candidate's, 0 or more.
    """

    statement_id: str
    form: Form
    cosine: float
    bm25: float
    overlap: float
    invariant: float
    fused: float
    behind: float


class Metric:
    """A metric in which the directions count little along which the forms of one record differ: language, style, length.

    Within-class covariance normalisation (Hatch, Kajarekar and Stolcke, 2006), a record's forms being a class.
    """

    def __init__(self, vectors: FloatArray, record_ids: Sequence[str]) -> None:
        """Learn from vectors, shape (rows, dimension), and the record that each row belongs to."""
        self._mean = vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], np.float32)
        centred = vectors - self._mean
        _, records = np.unique(np.array(record_ids, dtype=str), return_inverse=True)
        counts = np.bincount(records) if len(records) else np.zeros(0, np.int64)
        sums = np.zeros((len(counts), vectors.shape[1]), np.float32)
        np.add.at(sums, records, centred)
        within = centred - (sums / np.maximum(counts, 1)[:, None])[records] if len(records) else centred
        covariance = within.T @ within / max(len(within), 1)
        floor = SHRINKAGE * np.trace(covariance) / vectors.shape[1]
        flat = floor < 1e-9  # no record has two forms: nothing to learn, the plain metric
        eye = np.eye(vectors.shape[1], dtype=np.float32)
        self._inverse = eye if flat else np.asarray(np.linalg.inv(covariance + floor * eye), np.float32)
        self._lengths = np.sqrt(np.maximum(np.einsum("ij,ij->i", centred @ self._inverse, centred), 1e-12))

    def cosines(self, query: FloatArray, vectors: FloatArray, rows: RowArray) -> FloatArray:
        """Cosines of a query and of the learned rows' vectors in this metric, shape (len(rows),)."""
        centred = query - self._mean
        direction = self._inverse @ centred
        length = np.sqrt(max(float(direction @ centred), 1e-12))
        return np.asarray((vectors @ direction - self._mean @ direction) / (length * self._lengths[rows]), np.float32)


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
        self.rows_of: dict[str, dict[str, list[int]]] = {}
        """Statement id -> rows that lead to it, by the record that they belong to: itself or a refutation that answers it."""
        for row, ids in enumerate(self.led_to):
            for statement_id in ids:
                self.rows_of.setdefault(statement_id, {}).setdefault(forms[row].record_id, []).append(row)
        self.handicaps = np.array([REFUTATION_HANDICAP if is_refutation(form) else 0.0 for form in forms], np.float32)
        """Row -> what is taken from its score."""
        self.metric = Metric(vectors.vectors(np.arange(vectors.rows)), [form.record_id for form in forms])

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

    def rows_leading_to(self, statement_ids: Iterable[str]) -> RowArray:
        """The rows that lead to any of these statements, ascending."""
        groups = [group for statement_id in statement_ids for group in self.rows_of.get(statement_id, {}).values()]
        return np.array(sorted({row for group in groups for row in group}), dtype=np.int64)


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
    reached = {id_ for row in np.union1d(nearest[0], _best_rows(bm25, allowed)) for id_ in snapshot.led_to[row]}
    statement_ids = reached if query.allowed is None else reached & query.allowed
    rows = snapshot.rows_leading_to(statement_ids)
    vectors = snapshot.vectors.vectors(rows)
    cosines = vectors @ vector
    invariants = snapshot.metric.cosines(vector, vectors, rows)
    overlaps = bm25[rows] / full if full else np.zeros(len(rows), np.float32)
    scores = cosines + INVARIANT_WEIGHT * invariants + lexical_weight(query.language) * overlaps - snapshot.handicaps[rows]
    ranked = []
    for statement_id in statement_ids:
        groups = (np.searchsorted(rows, group) for group in snapshot.rows_of[statement_id].values())
        fused, at = max(_support(scores, group) for group in groups)
        place = snapshot.led_to[rows[at]].index(statement_id)  # a refutation leads to what it denies before what it counters
        ranked.append((-fused, place, statement_id, at))
    ranked.sort()
    return [
        Candidate(
            statement_id=statement_id,
            form=snapshot.forms[rows[at]],
            cosine=float(cosines[at]),
            bm25=float(bm25[rows[at]]),
            overlap=float(overlaps[at]),
            invariant=float(invariants[at]),
            fused=-negative,
            behind=negative - ranked[0][0],
        )
        for negative, _, statement_id, at in ranked
    ]


def _support(scores: FloatArray, group: RowArray) -> tuple[float, int]:
    """What one record's forms say for a statement: its score, and the position of the best form."""
    best = group[np.argsort(-scores[group], kind="stable")[:SUPPORTING_FORMS]]
    return float((1 - SUPPORT) * scores[best[0]] + SUPPORT * scores[best].mean()), int(best[0])


def _best_rows(bm25: FloatArray, allowed: RowArray | None) -> RowArray:
    """The rows with the highest BM25 above 0, at most `POOL`."""
    rows = np.flatnonzero(bm25) if allowed is None else allowed[bm25[allowed] > 0]
    if len(rows) > POOL:
        rows = rows[np.argpartition(-bm25[rows], POOL)[:POOL]]
    return rows
