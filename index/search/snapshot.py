"""A snapshot: an index of one version of the store. It never changes; an edit makes another one that shares most of it."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from index.errors import IndexInvalid
from index.kinds import Stance
from index.models.encoders import Encoder, Encoders
from index.search import arrays, folders
from index.search.bm25 import Bm25Index
from index.search.catalogue import Catalogue, Change, Record
from index.search.char_ngrams import HashedNgramIndex
from index.search.folders import FORMAT, Manifest
from index.search.passages import Passages
from index.search.passages import save as save_passages
from index.search.projection import Projection, load_projection
from index.search.protocols import NgramIndex, VectorIndex, WordIndex
from index.search.rows import FloatArray
from index.search.vectors import FaissVectorIndex
from index.store.store import Searchable
from index.text.cleaning import clean
from index.text.words import analyse

PASSAGES, ANSWERS = "passages", "answers.json"
VECTORS, ENGLISH_VECTORS = "vectors", "english"
PROJECTED, LENGTHS = "projected", "lengths"
WORDS, NGRAMS = "words", "ngrams"

MOST_UNSETTLED, UNSETTLED_SHARE = 2_000, 0.1
"""Rows that may have been added or removed since all were put in order, and which share of all: with more, the small parts
of the indexes are merged into the large ones."""

Encode = Callable[[Encoder, Sequence[str]], FloatArray]
"""Gives the vectors of texts, float32, shape (texts, dimension)."""


class Indexes(NamedTuple):
    """What is searched.

    Attributes:
        vectors: a row a passage.
        lengths: of the vectors after the projection (`Projection.lengths`), float32, by row.
        english: by the English encoder, a row an English passage; empty without that encoder.
        words: a document for all passages of a record in one language together.
        ngrams: a row a passage.
    """

    vectors: VectorIndex
    lengths: FloatArray
    english: VectorIndex
    words: WordIndex
    ngrams: NgramIndex

    def changed(self, change: Change, encoders: Encoders, encode: Encode, projection: Projection) -> Indexes:
        """The same after a change of records."""
        texts = [clean(passage.text) for passage in change.passages]
        vectors = encode(encoders.main, texts)
        lengths = np.concatenate([self.lengths, projection.lengths(vectors)])
        new = Indexes(self.vectors.copy(), lengths, self.english.copy(), self.words.copy(), self.ngrams.copy())
        new.vectors.remove(change.gone)
        new.ngrams.remove(change.gone)
        new.vectors.add(vectors)
        new.ngrams.add(texts)
        if encoders.english:
            new.english.remove(change.gone_english)
            new.english.add(encode(encoders.english, [texts[place] for place in change.english]))
        new.words.remove(change.gone_documents)
        words = [analyse(text, passage.language) for text, passage in zip(texts, change.passages, strict=True)]
        new.words.add([[word for place in places for word in words[place]] for places in change.documents])
        return new


class Snapshot:
    """An index in memory.

    Attributes:
        store_version: of the store whose records it shows; None for an empty one that shows no store.
        catalogue: what the rows stand for.
        manifest: what it was made of; its content is the format, encoders and projection by their fingerprints, passages and
            answers.
    """

    def __init__(
        self, encoders: Encoders, projection: Projection, store_version: str | None, catalogue: Catalogue, indexes: Indexes
    ) -> None:
        self._encoders = encoders
        self.projection = projection
        self.store_version = store_version
        self.catalogue = catalogue
        self._indexes = indexes
        self.vectors, self.lengths, self.english, self.words, self.ngrams = indexes
        made_of = (encoders.name, encoders.fingerprint, encoders.main.dimension)
        content = msgspec.json.encode((FORMAT, encoders.fingerprint, projection.fingerprint, catalogue.content))
        digest = hashlib.sha256(content).hexdigest()
        self.manifest = Manifest(FORMAT, *made_of, catalogue.held, digest, store_version or "", {})

    @classmethod
    def empty(cls, encoders: Encoders) -> Snapshot:
        """Without any record."""
        dimension = encoders.main.dimension
        english = FaissVectorIndex(encoders.english.dimension if encoders.english else 1)
        vectors = FaissVectorIndex(dimension), np.zeros(0, np.float32), english
        projection = load_projection(encoders.main.name, dimension)
        return cls(encoders, projection, None, Catalogue(), Indexes(*vectors, Bm25Index(), HashedNgramIndex()))

    @property
    def settled(self) -> bool:
        """Whether all rows stand in their order and in the large parts of the indexes."""
        return not self.catalogue.unsettled

    @property
    def unsettled_much(self) -> bool:
        """Whether so much is not that it is worth to be."""
        return self.catalogue.unsettled > min(MOST_UNSETTLED, UNSETTLED_SHARE * self.catalogue.held)

    def changed(self, found: Searchable, encode: Encode) -> Snapshot:
        """The index after the store's records were added, changed or taken away."""
        away = [Record(bool(refutes), id_) for refutes, ids in enumerate(found.gone) for id_ in ids]
        if not found.passages and not any(one in self.catalogue for one in away):
            return Snapshot(self._encoders, self.projection, found.version, self.catalogue, self._indexes)
        catalogue, change = self.catalogue.changed(found.passages, found.answers, away)
        indexes = self._indexes.changed(change, self._encoders, encode, self.projection)
        return Snapshot(self._encoders, self.projection, found.version, catalogue, indexes)

    def in_order(self) -> Snapshot:
        """The same, numbered and arranged as if it had been made anew."""
        rows, english, documents = self.catalogue.in_order()
        catalogue, _ = Catalogue().changed(*self.catalogue.records())
        indexes = Indexes(
            self.vectors.select(rows),
            self.lengths[rows],
            self.english.select(english) if self._encoders.english else self.english,
            self.words.select(documents),
            self.ngrams.select(rows),
        )
        return Snapshot(self._encoders, self.projection, self.store_version, catalogue, indexes)

    def write(self, folder: Path) -> Snapshot:
        """Write a settled index to disk, whole or not at all, and make it the one that is loaded.

        Returns:
            The same, mapped from disk: it holds little in memory, and shares with other processes what it looks at.

        Raises:
            OSError: if it cannot be written.
        """
        passages, answers = self.catalogue.records()

        def write(ready: Path) -> None:
            save_passages(passages, ready / PASSAGES)
            (ready / ANSWERS).write_bytes(msgspec.json.encode(answers))
            for name, index in (
                (VECTORS, self.vectors),
                (ENGLISH_VECTORS, self.english),
                (WORDS, self.words),
                (NGRAMS, self.ngrams),
            ):
                index.save(ready / name)
            arrays.save(ready / PROJECTED, {LENGTHS: self.lengths})

        folders.publish(folder, write, self.manifest)
        home = folders.current(folder)
        assert home is not None
        catalogue = copy.copy(self.catalogue)
        try:
            catalogue.passages, indexes = _stored(home)
        except IndexInvalid as error:
            raise OSError(f"what was written cannot be read: {error}") from error
        return Snapshot(self._encoders, self.projection, self.store_version, catalogue, indexes)

    @classmethod
    def load(cls, folder: Path, encoders: Encoders) -> Snapshot:
        """Read the index that was last written to disk.

        Raises:
            IndexInvalid: if it is missing, damaged, or made of something else.
        """
        home, manifest = folders.verify(folder, encoders.fingerprint)
        passages, indexes = _stored(home)
        answers = msgspec.json.decode((home / ANSWERS).read_bytes(), type=dict[str, dict[str, Stance]])
        catalogue, _ = Catalogue().changed(passages, answers, stored=passages)
        projection = load_projection(encoders.main.name, encoders.main.dimension)
        counts = {len(passages), indexes.vectors.rows, len(indexes.lengths), indexes.ngrams.rows, manifest.rows}
        if len(counts) > 1:
            raise IndexInvalid(f"there should be as many passages as vectors, lengths and texts: {sorted(counts)}")
        english = len(catalogue.english_rows) if encoders.english else 0
        if (indexes.words.rows, indexes.english.rows) != (len(catalogue.document_rows), english):
            raise IndexInvalid("the words or the English vectors are of other passages")
        loaded = cls(encoders, projection, manifest.store_version, catalogue, indexes)
        if loaded.manifest.content != manifest.content:
            raise IndexInvalid("made of other passages, or for another projection")
        return loaded


def _stored(home: Path) -> tuple[Passages, Indexes]:
    """What a version's folder holds.

    Raises:
        IndexInvalid: if something is missing or cannot be read.
    """
    vectors, english = FaissVectorIndex.load(home / VECTORS), FaissVectorIndex.load(home / ENGLISH_VECTORS)
    lengths = arrays.mapped(home / PROJECTED, LENGTHS)
    words, ngrams = Bm25Index.load(home / WORDS), HashedNgramIndex.load(home / NGRAMS)
    return Passages.load(home / PASSAGES), Indexes(vectors, lengths, english, words, ngrams)
