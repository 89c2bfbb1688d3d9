"""A snapshot: an index made from one version of the store; how it is built and read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from index.errors import IndexInvalid
from index.kinds import PassageKind, Stance
from index.models.encoders import ENGLISH, Encoder, Encoders
from index.progress import Progress
from index.records import Passage
from index.search import manifest as manifests
from index.search.bm25 import Bm25Index
from index.search.char_ngrams import HashedNgramIndex
from index.search.manifest import Manifest
from index.search.projection import Projection, load_projection
from index.search.protocols import NgramIndex, VectorIndex, WordIndex
from index.search.rows import FloatArray, RowArray
from index.search.vectors import FlatVectorIndex
from index.store.store import StatementStore
from index.text.cleaning import bare_words, clean
from index.text.words import analyse

PASSAGES, ANSWERS = "passages.json", "answers.json"
VECTORS, ENGLISH_VECTORS = "vectors", "english"
WORDS, NGRAMS = "words.npz", "ngrams.npz"

ENCODED_AT_ONCE = 1024
"""Texts encoded before their vectors are kept: an interrupted build resumes from there."""

Answers = Mapping[str, Mapping[str, Stance]]
"""Refutation id -> ids of the statements that it answers, denials first."""


class Indexes(NamedTuple):
    """What is searched.

    Attributes:
        vectors: a row a passage.
        english: by the English encoder, a row an English passage; empty without that encoder.
        words: a document for all passages of a record in one language together.
        ngrams: a row a passage.
    """

    vectors: VectorIndex
    english: VectorIndex
    words: WordIndex
    ngrams: NgramIndex


class Allowed(NamedTuple):
    """The only rows to consider in each index; None for all."""

    vectors: RowArray | None = None
    english: RowArray | None = None
    words: RowArray | None = None


class Snapshot:
    """An index in memory.

    Attributes:
        passages: by row.
        led_to: row -> ids of the statements that it leads to.
        rows_of: statement id -> rows that lead to it, by the record that they belong to: itself or a refutation that
            answers it.
        refutation: whether each row is a refutation's text, bool, shape (rows,).
        english_rows: place in `english` -> row.
        english_places: row -> place in `english`, -1 for rows in other languages.
        document_rows: place in `words` -> one of the document's rows.
        document_places: row -> place in `words`.
        projected: the vectors after `projection`, float32, shape (rows, dimension).
        order: statement id -> its place in the order of ids.
        twins: statement id -> the lowest id of the statements whose texts have the same words.
        answer_places: (refutation id, statement id) -> the statement's place among those that the refutation answers.
    """

    def __init__(
        self, manifest: Manifest, passages: list[Passage], answers: Answers, indexes: Indexes, projection: Projection
    ) -> None:
        self.manifest = manifest
        self.passages = passages
        self.vectors, self.english, self.words, self.ngrams = indexes
        self.refutation = np.array([is_refutation(passage) for passage in passages], bool)
        self.led_to = [
            tuple(answers.get(passage.record_id, {})) if is_refutation(passage) else (passage.record_id,) for passage in passages
        ]
        self.rows_of: dict[str, dict[str, list[int]]] = {}
        for row, ids in enumerate(self.led_to):
            for statement_id in ids:
                self.rows_of.setdefault(statement_id, {}).setdefault(passages[row].record_id, []).append(row)
        self.answer_places = {(id_, answered): at for id_, some in answers.items() for at, answered in enumerate(some)}
        self.english_rows = np.flatnonzero([self.english.rows > 0 and passage.language == ENGLISH for passage in passages])
        self.english_places = np.full(len(passages), -1)
        self.english_places[self.english_rows] = np.arange(len(self.english_rows))
        documents = documents_of(passages)
        self.document_rows = np.array([rows[0] for rows in documents], np.int64)
        self.document_places = np.zeros(len(passages), np.int64)
        for place, rows in enumerate(documents):
            self.document_places[rows] = place
        self.projection = projection
        self.projected = projection(self.vectors.vectors(np.arange(len(passages))))
        own = {passage.record_id: passage.text for passage in passages if passage.kind is PassageKind.TEXT}
        self.order = {statement_id: place for place, statement_id in enumerate(sorted(own, key=id_order))}
        leading = [(row, self.order[id_]) for row, ids in enumerate(self.led_to) for id_ in ids]
        self._leading = np.array(leading, np.int64).reshape(-1, 2).T
        leaders: dict[str, str] = {}
        self.twins = {id_: leaders.setdefault(bare_words(own[id_]), id_) for id_ in self.order}

    @classmethod
    def build(cls, folder: Path, store: StatementStore, encoders: Encoders, store_version: str, progress: Progress) -> None:
        """Make an index of all that the store holds, and put it into `folder`, whole or not at all.

        Its content, by which it is named, is the format, encoders and projection by their fingerprints, passages
        and answers.
        """
        passages, answers = _in_order_of_ids(store)
        texts = [clean(passage.text) for passage in passages]
        vectors = FlatVectorIndex(encoders.main.dimension)
        vectors.add(_vectors(store, encoders.main, texts, progress))
        english = FlatVectorIndex(encoders.english.dimension if encoders.english else 1)
        if encoders.english:
            chosen = [text for text, passage in zip(texts, passages, strict=True) if passage.language == ENGLISH]
            english.add(_vectors(store, encoders.english, chosen, progress))
        words, ngrams = Bm25Index(), HashedNgramIndex()
        documents = documents_of(passages)
        words.add([[word for row in rows for word in analyse(texts[row], passages[row].language)] for rows in documents])
        ngrams.add(texts)

        def write(ready: Path) -> None:
            (ready / PASSAGES).write_bytes(msgspec.json.encode(passages))
            (ready / ANSWERS).write_bytes(msgspec.json.encode(answers))
            for name, index in ((VECTORS, vectors), (ENGLISH_VECTORS, english), (WORDS, words), (NGRAMS, ngrams)):
                index.save(ready / name)

        def describe(files: dict[str, str]) -> Manifest:
            projection = load_projection(encoders.main.name, encoders.main.dimension)
            content = content_of(encoders.fingerprint, projection, passages, answers)
            made_of = (encoders.name, encoders.fingerprint, encoders.main.dimension)
            return Manifest(manifests.FORMAT, *made_of, len(passages), content, store_version, files)

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
        projection = load_projection(encoders.main.name, encoders.main.dimension)
        if manifest.content != content_of(encoders.fingerprint, projection, passages, answers):
            raise IndexInvalid("made of other passages, or for another projection")
        vectors, english = FlatVectorIndex.load(folder / VECTORS), FlatVectorIndex.load(folder / ENGLISH_VECTORS)
        words, ngrams = Bm25Index.load(folder / WORDS), HashedNgramIndex.load(folder / NGRAMS)
        if not len(passages) == vectors.rows == ngrams.rows == manifest.rows:
            raise IndexInvalid(f"{len(passages)} passages, {vectors.rows} vectors, {ngrams.rows} texts: they should be as many")
        in_english = sum(passage.language == ENGLISH for passage in passages) if encoders.english else 0
        if words.rows != len(documents_of(passages)) or english.rows != in_english:
            raise IndexInvalid("the words or the English vectors are of other passages")
        return cls(manifest, passages, answers, Indexes(vectors, english, words, ngrams), projection)

    def allowed(self, statement_ids: frozenset[str] | None) -> Allowed:
        """The rows of each index that lead to any of these statements; all for None."""
        if statement_ids is None:
            return Allowed()
        known = [place for place in map(self.order.get, statement_ids) if place is not None]
        wanted, leading = np.zeros(len(self.order), bool), np.zeros(len(self.passages), bool)
        wanted[known] = True
        leading[self._leading[0][wanted[self._leading[1]]]] = True
        rows = np.flatnonzero(leading)
        english = self.english_places[rows]
        return Allowed(rows, english[english >= 0], np.flatnonzero(leading[self.document_rows]))

    def statements_at(self, rows: Iterable[int]) -> set[str]:
        """The statements that these rows lead to."""
        return {id_ for row in rows for id_ in self.led_to[row]}

    def rows_leading_to(self, statement_ids: Iterable[str]) -> RowArray:
        """The rows that lead to any of these statements, ascending."""
        rows = {row for id_ in statement_ids for some in self.rows_of[id_].values() for row in some}
        return np.array(sorted(rows), dtype=np.int64)


def is_refutation(passage: Passage) -> bool:
    """Whether the passage is the text of a refutation rather than of a statement."""
    return passage.kind is PassageKind.REFUTATION


def id_order(record_id: str) -> tuple[list[int | str], str]:
    """What ids are sorted by: numbers in them by their value, so that claim-9 comes before claim-10."""
    parts = re.split(r"([0-9]+)", record_id)
    return [int(part) if part.isdecimal() and place % 2 else part for place, part in enumerate(parts)], record_id


def content_of(encoders: str, projection: Projection, passages: Sequence[Passage], answers: Answers) -> str:
    """The hex sha256 of what an index is made of; `encoders` is their fingerprint."""
    content = (manifests.FORMAT, encoders, projection.fingerprint, passages, answers)
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def documents_of(passages: Sequence[Passage]) -> list[list[int]]:
    """The rows of each record in each language."""
    groups: dict[tuple[str, str, bool], list[int]] = {}
    for row, passage in enumerate(passages):
        groups.setdefault((passage.record_id, passage.language, is_refutation(passage)), []).append(row)
    return list(groups.values())


def _in_order_of_ids(store: StatementStore) -> tuple[list[Passage], Answers]:
    """All passages and answers: statements first, each record's own text first, whatever was loaded first.

    Answers to statements that came in since the passages were read are left out: the next request sees another version of the
    store, and builds again.
    """
    passages = sorted(store.passages(), key=lambda passage: (is_refutation(passage), id_order(passage.record_id)))
    known = {passage.record_id for passage in passages if not is_refutation(passage)}
    answers = {
        refutation_id: {
            id_: some[id_] for id_ in sorted(some, key=lambda id_: (some[id_] is not Stance.DENIES, id_order(id_))) if id_ in known
        }
        for refutation_id, some in sorted(store.answered_by().items())
    }
    return passages, answers


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
