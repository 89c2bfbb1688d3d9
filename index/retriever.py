"""The retriever: a claim's text to candidate statements, by meaning (vectors) and by words (BM25), fused.

A statement is found through any of its forms: its text, a wording, or the text of a refutation that answers it. Its best form
counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import structlog
from numpy.typing import NDArray

from index import manifest as manifests
from index.encoders import Encoder, FloatArray, Progress, no_progress
from index.errors import IndexInvalid
from index.lexical import LexicalIndex, detect_language
from index.manifest import Manifest
from index.statements import Form, FormKind, Stance
from index.store import StatementStore
from index.vectors import VectorIndex

log = structlog.get_logger(__name__)

POOL = 50
"""Rows that each of the two searches contributes to the candidates of one claim."""


FORMS = "forms.json"
ANSWERS = "answers.json"
VECTORS = "vectors.faiss"
LEXICAL = "lexical"

ENCODED_AT_ONCE = 1024
"""Texts encoded before their vectors are kept: an interrupted build resumes from there."""


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
        self.mean = every.mean(axis=0)
        self.covariance = np.cov(every, rowvar=False) if len(every) > 1 else np.eye(every.shape[1])

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
        if not len(forms) == vectors.rows == lexical.rows == manifest.rows:
            raise IndexInvalid(f"{len(forms)} forms, {vectors.rows} vectors, {lexical.rows} texts: they should be as many")
        return cls(manifest, forms, answers, vectors, lexical)

    def rows_leading_to(self, allowed: frozenset[str]) -> NDArray[np.int64]:
        """The rows that lead to any of these statements."""
        return np.array([row for row, ids in enumerate(self.led_to) if not allowed.isdisjoint(ids)], dtype=np.int64)


def is_refutation(form: Form) -> bool:
    """Whether the form is the text of a refutation rather than of a statement."""
    return form.kind is FormKind.REFUTATION
