"""An index in memory, all its parts made from one version of the store; how it is built and read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from index.errors import IndexInvalid
from index.models.encoders import ENGLISH, Encoder, Encoders, FloatArray, Progress
from index.records import Passage, PassageKind, Stance
from index.search import manifest as manifests
from index.search.bm25 import LexicalIndex
from index.search.char_ngrams import CharNgramIndex
from index.search.manifest import Manifest
from index.search.projection import Projection, load_projection
from index.search.vectors import RowArray, VectorIndex
from index.store.store import StatementStore
from index.text.cleaning import bare_words, clean

PASSAGES = "passages.json"
ANSWERS = "answers.json"
TWINS = "twins.json"
VECTORS = "vectors.faiss"
ENGLISH_VECTORS = "english.faiss"
LEXICAL = "lexical"
NGRAMS = "ngrams.npz"

ENCODED_AT_ONCE = 1024
"""Texts encoded before their vectors are kept: an interrupted build resumes from there."""


class Snapshot:
    """An index in memory.

    Attributes:
        passages: by row.
        led_to: row -> ids of the statements that it leads to.
        rows_of: statement id -> rows that lead to it, by the record that they belong to: itself or a refutation that answers it.
        english: vectors of the English rows by the English encoder, at `english_places`; None if there is no such encoder.
        english_places: row -> its place in `english`, -1 for rows in other languages.
        lexical: BM25 over all passages of a record in one language together, at `lexical_places`.
        lexical_places: row -> its place in `lexical`.
        projected: the vectors after `projection`, float32, shape (rows, dimension).
        twins: statement id -> the first recorded of the statements whose texts have the same words.
        order: statement id -> its place: by id, but that twins come together, the first recorded of them first.
    """

    def __init__(
        self,
        manifest: Manifest,
        passages: list[Passage],
        answers: dict[str, dict[str, Stance]],
        twins: dict[str, str],
        vectors: VectorIndex,
        english: VectorIndex | None,
        lexical: LexicalIndex,
        ngrams: CharNgramIndex,
        projection: Projection,
    ) -> None:
        self.manifest = manifest
        self.passages = passages
        self._answers = answers
        self.vectors = vectors
        self.english = english
        self.lexical = lexical
        self.ngrams = ngrams
        self.led_to = [
            tuple(answers.get(passage.record_id, {})) if is_refutation(passage) else (passage.record_id,) for passage in passages
        ]
        self.rows_of: dict[str, dict[str, list[int]]] = {}
        for row, ids in enumerate(self.led_to):
            for statement_id in ids:
                self.rows_of.setdefault(statement_id, {}).setdefault(passages[row].record_id, []).append(row)
        self.refutation = np.array([is_refutation(passage) for passage in passages], bool)
        self.english_rows = np.flatnonzero([passage.language == ENGLISH for passage in passages])
        self.english_places = np.full(len(passages), -1)
        self.english_places[self.english_rows] = np.arange(len(self.english_rows))
        self.lexical_rows, self.lexical_places = _together(passages)
        self.projection = projection
        self.projected = projection(vectors.vectors(np.arange(vectors.rows)))
        self.twins = {passage.record_id: passage.record_id for passage in passages if not is_refutation(passage)} | twins
        in_order = sorted(self.twins, key=lambda id_: (self.twins[id_], id_ in twins, id_))
        self.order = {statement_id: place for place, statement_id in enumerate(in_order)}

    @classmethod
    def build(cls, folder: Path, store: StatementStore, encoders: Encoders, store_version: str, progress: Progress) -> None:
        """Make an index of all that the store holds, and put it into `folder`, whole or not at all."""
        passages, answers = store.passages(), store.answered_by()
        twins = _twins(passages, store.first_recorded())
        texts = [clean(passage.text) for passage in passages]
        vectors = VectorIndex.build(_vectors(store, encoders.every, texts, progress))
        groups, _ = _together(passages)
        lexical = LexicalIndex.build([(" ".join(texts[row] for row in rows), passages[rows[0]].language) for rows in groups])
        ngrams = CharNgramIndex.build(texts)
        english = None
        if encoders.english:
            chosen = [text for text, passage in zip(texts, passages, strict=True) if passage.language == ENGLISH]
            english = VectorIndex.build(_vectors(store, encoders.english, chosen, progress))

        def write(ready: Path) -> None:
            (ready / PASSAGES).write_bytes(msgspec.json.encode(passages))
            (ready / ANSWERS).write_bytes(msgspec.json.encode(answers))
            (ready / TWINS).write_bytes(msgspec.json.encode(twins))
            vectors.save(ready / VECTORS)
            if english:
                english.save(ready / ENGLISH_VECTORS)
            lexical.save(ready / LEXICAL)
            ngrams.save(ready / NGRAMS)

        def describe(files: dict[str, str]) -> Manifest:
            made_of = (encoders.name, encoders.fingerprint, encoders.every.dimension)
            return Manifest(manifests.FORMAT, *made_of, len(passages), store_version, files)

        manifests.publish(folder, write, describe)

    @classmethod
    def load(cls, folder: Path, encoders: Encoders, store_version: str) -> Snapshot:
        """Read an index from disk.

        Raises:
            IndexInvalid: if it is missing, damaged, or made of something else.
        """
        manifest = manifests.verify(folder, encoders.fingerprint, store_version)
        passages = msgspec.json.decode((folder / PASSAGES).read_bytes(), type=list[Passage])
        answers = msgspec.json.decode((folder / ANSWERS).read_bytes(), type=dict[str, dict[str, Stance]])
        twins = msgspec.json.decode((folder / TWINS).read_bytes(), type=dict[str, str])
        vectors, lexical, ngrams = (
            VectorIndex.load(folder / VECTORS),
            LexicalIndex.load(folder / LEXICAL),
            CharNgramIndex.load(folder / NGRAMS),
        )
        english = VectorIndex.load(folder / ENGLISH_VECTORS) if encoders.english else None
        if not len(passages) == vectors.rows == ngrams.rows == manifest.rows:
            raise IndexInvalid(f"{len(passages)} passages, {vectors.rows} vectors, {ngrams.rows} texts: they should be as many")
        projection = load_projection(encoders.every.name, encoders.every.dimension)
        snapshot = cls(manifest, passages, answers, twins, vectors, english, lexical, ngrams, projection)
        if (passages and lexical.rows != len(snapshot.lexical_rows)) or (english and english.rows != len(snapshot.english_rows)):
            raise IndexInvalid("the words or the English vectors are of other passages")
        return snapshot

    def rows_leading_to(self, statement_ids: Iterable[str]) -> RowArray:
        """The rows that lead to any of these statements, ascending."""
        groups = [group for statement_id in statement_ids for group in self.rows_of.get(statement_id, {}).values()]
        return np.array(sorted({row for group in groups for row in group}), dtype=np.int64)

    def led_to_place(self, passage: Passage, statement_id: str) -> int:
        """The statement's place among those that the passage leads to: a refutation denies some before it counters others."""
        return list(self._answers[passage.record_id]).index(statement_id) if is_refutation(passage) else 0


def is_refutation(passage: Passage) -> bool:
    """Whether the passage is the text of a refutation rather than of a statement."""
    return passage.kind is PassageKind.REFUTATION


def _twins(passages: Sequence[Passage], first_recorded: Sequence[str]) -> dict[str, str]:
    """Statement id -> the first recorded one whose text has the same words, by id; those that are first are left out."""
    own = {passage.record_id: bare_words(passage.text) for passage in passages if passage.kind is PassageKind.TEXT}
    leaders: dict[str, str] = {}
    for id_ in first_recorded:
        if id_ in own:
            leaders.setdefault(own[id_], id_)
    return {id_: leaders[words] for id_, words in sorted(own.items()) if leaders[words] != id_}


def _together(passages: Sequence[Passage]) -> tuple[list[list[int]], RowArray]:
    """The rows of each record and language, and the place of each row's group among them."""
    groups: dict[tuple[str, str, bool], list[int]] = {}
    for row, passage in enumerate(passages):
        groups.setdefault((passage.record_id, passage.language, is_refutation(passage)), []).append(row)
    places = np.zeros(len(passages), np.int64)
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
