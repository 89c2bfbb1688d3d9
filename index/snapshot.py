"""An index in memory, all its parts made from one version of the store; how it is built and read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from index import manifest as manifests
from index.cleaning import bare_words, clean
from index.encoders import ENGLISH, Encoder, Encoders, FloatArray, Progress
from index.errors import IndexInvalid
from index.lexical import LexicalIndex
from index.manifest import Manifest
from index.ngrams import NgramIndex
from index.projection import Projection, load_projection
from index.statements import Form, FormKind, Stance
from index.store import StatementStore
from index.vectors import RowArray, VectorIndex

FORMS = "forms.json"
ANSWERS = "answers.json"
VECTORS = "vectors.faiss"
ENGLISH_VECTORS = "english.faiss"
LEXICAL = "lexical"
NGRAMS = "ngrams.npz"

ENCODED_AT_ONCE = 1024
"""Texts encoded before their vectors are kept: an interrupted build resumes from there."""


class Snapshot:
    """An index in memory.

    Attributes:
        forms: by row.
        led_to: row -> ids of the statements that it leads to.
        rows_of: statement id -> rows that lead to it, by the record that they belong to: itself or a refutation that answers it.
        english: vectors of the English rows by the English encoder, at `english_places`; None if there is no such encoder.
        english_places: row -> its place in `english`, -1 for rows in other languages.
        lexical: BM25 over all forms of a record in one language together, at `lexical_places`.
        lexical_places: row -> its place in `lexical`.
        projected: the vectors after `projection`, float32, shape (rows, dimension).
        twins: statement id -> the first recorded of the statements whose texts have the same words.
        order: statement id -> its place in the order of first recording.
    """

    def __init__(
        self,
        manifest: Manifest,
        forms: list[Form],
        answers: dict[str, dict[str, Stance]],
        vectors: VectorIndex,
        english: VectorIndex | None,
        lexical: LexicalIndex,
        ngrams: NgramIndex,
        projection: Projection,
    ) -> None:
        self.manifest = manifest
        self.forms = forms
        self._answers = answers
        self.vectors = vectors
        self.english = english
        self.lexical = lexical
        self.ngrams = ngrams
        self.led_to = [tuple(answers.get(form.record_id, {})) if is_refutation(form) else (form.record_id,) for form in forms]
        self.rows_of: dict[str, dict[str, list[int]]] = {}
        for row, ids in enumerate(self.led_to):
            for statement_id in ids:
                self.rows_of.setdefault(statement_id, {}).setdefault(forms[row].record_id, []).append(row)
        self.refutation = np.array([is_refutation(form) for form in forms], bool)
        self.english_rows = np.flatnonzero([form.language == ENGLISH for form in forms])
        self.english_places = np.full(len(forms), -1)
        self.english_places[self.english_rows] = np.arange(len(self.english_rows))
        self.lexical_rows, self.lexical_places = _together(forms)
        self.projection = projection
        self.projected = projection(vectors.vectors(np.arange(vectors.rows)))
        own = {form.record_id: form.text for form in reversed(forms) if not is_refutation(form)}
        self.order = {statement_id: place for place, statement_id in enumerate(reversed(own))}
        leaders: dict[str, str] = {}
        self.twins = {id_: leaders.setdefault(bare_words(own[id_]), id_) for id_ in self.order}

    @classmethod
    def build(cls, folder: Path, store: StatementStore, encoders: Encoders, store_version: str, progress: Progress) -> None:
        """Make an index of all that the store holds, and put it into `folder`, whole or not at all."""
        forms, answers = store.forms(), store.answered_by()
        texts = [clean(form.text) for form in forms]
        vectors = VectorIndex.build(_vectors(store, encoders.every, texts, progress))
        groups, _ = _together(forms)
        lexical = LexicalIndex.build([(" ".join(texts[row] for row in rows), forms[rows[0]].language) for rows in groups])
        ngrams = NgramIndex.build(texts)
        english = None
        if encoders.english:
            chosen = [text for text, form in zip(texts, forms, strict=True) if form.language == ENGLISH]
            english = VectorIndex.build(_vectors(store, encoders.english, chosen, progress))

        def write(ready: Path) -> None:
            (ready / FORMS).write_bytes(msgspec.json.encode(forms))
            (ready / ANSWERS).write_bytes(msgspec.json.encode(answers))
            vectors.save(ready / VECTORS)
            if english:
                english.save(ready / ENGLISH_VECTORS)
            lexical.save(ready / LEXICAL)
            ngrams.save(ready / NGRAMS)

        def describe(files: dict[str, str]) -> Manifest:
            made_of = (encoders.name, encoders.fingerprint, encoders.every.dimension)
            return Manifest(manifests.FORMAT, *made_of, len(forms), store_version, files)

        manifests.publish(folder, write, describe)

    @classmethod
    def load(cls, folder: Path, encoders: Encoders, store_version: str) -> Snapshot:
        """Read an index from disk.

        Raises:
            IndexInvalid: if it is missing, damaged, or made of something else.
        """
        manifest = manifests.verify(folder, encoders.fingerprint, store_version)
        forms = msgspec.json.decode((folder / FORMS).read_bytes(), type=list[Form])
        answers = msgspec.json.decode((folder / ANSWERS).read_bytes(), type=dict[str, dict[str, Stance]])
        vectors, lexical, ngrams = (
            VectorIndex.load(folder / VECTORS),
            LexicalIndex.load(folder / LEXICAL),
            NgramIndex.load(folder / NGRAMS),
        )
        english = VectorIndex.load(folder / ENGLISH_VECTORS) if encoders.english else None
        if not len(forms) == vectors.rows == ngrams.rows == manifest.rows:
            raise IndexInvalid(f"{len(forms)} forms, {vectors.rows} vectors, {ngrams.rows} texts: they should be as many")
        projection = load_projection(encoders.every.name, encoders.every.dimension)
        snapshot = cls(manifest, forms, answers, vectors, english, lexical, ngrams, projection)
        if (forms and lexical.rows != len(snapshot.lexical_rows)) or (english and english.rows != len(snapshot.english_rows)):
            raise IndexInvalid("the words or the English vectors are of other forms")
        return snapshot

    def rows_leading_to(self, statement_ids: Iterable[str]) -> RowArray:
        """The rows that lead to any of these statements, ascending."""
        groups = [group for statement_id in statement_ids for group in self.rows_of.get(statement_id, {}).values()]
        return np.array(sorted({row for group in groups for row in group}), dtype=np.int64)

    def led_to_place(self, form: Form, statement_id: str) -> int:
        """The statement's place among those that the form leads to: a refutation denies some before it counters others."""
        return list(self._answers[form.record_id]).index(statement_id) if is_refutation(form) else 0


def is_refutation(form: Form) -> bool:
    """Whether the form is the text of a refutation rather than of a statement."""
    return form.kind is FormKind.REFUTATION


def _together(forms: Sequence[Form]) -> tuple[list[list[int]], RowArray]:
    """The rows of each record and language, and the place of each row's group among them."""
    groups: dict[tuple[str, str, bool], list[int]] = {}
    for row, form in enumerate(forms):
        groups.setdefault((form.record_id, form.language, is_refutation(form)), []).append(row)
    places = np.zeros(len(forms), np.int64)
    for place, rows in enumerate(groups.values()):
        places[rows] = place
    return list(groups.values()), places


def _vectors(store: StatementStore, encoder: Encoder, texts: Sequence[str], progress: Progress) -> FloatArray:
    """A vector a text; what the store has is not encoded again, and what is encoded is kept at once."""
    distinct = list(dict.fromkeys(texts))
    known = store.vectors_of(encoder.fingerprint, distinct)
    missing = [text for text in distinct if text not in known]
    for start in range(0, len(missing), ENCODED_AT_ONCE):
        chunk = missing[start : start + ENCODED_AT_ONCE]
        encoded = dict(zip(chunk, encoder.encode(chunk), strict=True))
        store.keep_vectors(encoder.fingerprint, encoded)
        known |= encoded
        progress("encoding statements", start + len(chunk), len(missing))
    return np.array([known[text] for text in texts], dtype=np.float32).reshape(len(texts), encoder.dimension)
