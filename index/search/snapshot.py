"""A snapshot: an index of one version of the store. It never changes; an edit makes another one that shares most of it."""

from __future__ import annotations

import copy
import hashlib
from pathlib import Path

import msgspec

from index.errors import IndexInvalid
from index.kinds import Stance
from index.models.encoders import Encoders
from index.search import folders
from index.search.catalogue import Catalogue
from index.search.folders import FORMAT, Manifest
from index.search.home import Encode, Home, Indexes
from index.search.passages import Passages, Record
from index.search.passages import save as save_passages
from index.store.reports import Searchable

PASSAGES, ANSWERS = "passages", "answers.json"

MOST_UNSETTLED, UNSETTLED_SHARE = 2_000, 0.1
"""Rows that may have been added or removed since all were put in order, and which share of all: with more, the small parts
of the indexes are merged into the large ones."""


class Snapshot:
    """An index in memory.

    Attributes:
        store_version: of the store whose records it shows; None for an empty one that shows no store.
        catalogue: what the rows stand for.
        manifest: what it was made of; its content is the format, encoders by their fingerprint, passages and answers.
    """

    def __init__(self, home: Home, encoders: Encoders, store_version: str | None, catalogue: Catalogue, indexes: Indexes) -> None:
        self._home = home
        self._encoders = encoders
        self.store_version = store_version
        self.catalogue = catalogue
        self.indexes = indexes
        self.vectors, self.english, self.words, self.ngrams = indexes
        made_of = (encoders.name, encoders.fingerprint, encoders.main.dimension)
        content = msgspec.json.encode((FORMAT, encoders.fingerprint, catalogue.content))
        digest = hashlib.sha256(content).hexdigest()
        self.manifest = Manifest(FORMAT, *made_of, catalogue.held, digest, store_version or "", {})

    @classmethod
    def empty(cls, encoders: Encoders, home: Home) -> Snapshot:
        """Without any record."""
        return cls(home, encoders, None, Catalogue(), home.empty(encoders))

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
            return self._with(found.version, self.catalogue, self.indexes)
        catalogue, change = self.catalogue.changed(found.passages, found.answers, away)
        return self._with(found.version, catalogue, self.indexes.changed(change, self._encoders, encode))

    def _with(self, store_version: str | None, catalogue: Catalogue, indexes: Indexes) -> Snapshot:
        return Snapshot(self._home, self._encoders, store_version, catalogue, indexes)

    def in_order(self) -> Snapshot:
        """The same, numbered and arranged as if it had been made anew."""
        rows, english, documents = self.catalogue.in_order()
        catalogue, _ = Catalogue().changed(*self.catalogue.records())
        indexes = Indexes(
            self.vectors.select(rows),
            self.english.select(english) if self._encoders.english else self.english,
            self.words.select(documents),
            self.ngrams.select(rows),
        )
        return self._with(self.store_version, catalogue, indexes)

    def write(self, folder: Path, entry: str = "") -> Snapshot:
        """Write a settled index to disk, whole or not at all, and make it the one that is loaded.

        Args:
            entry: see `Manifest`.

        Returns:
            The same, mapped from disk: it holds little in memory, and shares with other processes what it looks at.

        Raises:
            OSError: if it cannot be written.
        """
        passages, answers = self.catalogue.records()

        def write(ready: Path) -> None:
            save_passages(passages, ready / PASSAGES)
            (ready / ANSWERS).write_bytes(msgspec.json.encode(answers))
            self._home.save(self.indexes, ready)

        folders.publish(folder, write, msgspec.structs.replace(self.manifest, entry=entry))
        written = folders.current(folder)
        assert written is not None
        catalogue = copy.copy(self.catalogue)
        try:
            catalogue.passages, indexes = Passages.load(written / PASSAGES), self._home.load(written)
        except IndexInvalid as error:
            raise OSError(f"what was written cannot be read: {error}") from error
        return self._with(self.store_version, catalogue, indexes)

    @classmethod
    def load(cls, folder: Path, encoders: Encoders, home: Home) -> Snapshot:
        """Read the index that was last written to disk.

        Raises:
            IndexInvalid: if it is missing, damaged, or made of something else.
        """
        written, manifest = folders.verify(folder, encoders.fingerprint)
        passages, indexes = Passages.load(written / PASSAGES), home.load(written)
        answers = msgspec.json.decode((written / ANSWERS).read_bytes(), type=dict[str, dict[str, Stance]])
        catalogue, _ = Catalogue().changed(passages, answers, stored=passages)
        counts = {len(passages), indexes.vectors.rows, indexes.ngrams.rows, manifest.rows}
        if len(counts) > 1:
            raise IndexInvalid(f"there should be as many passages as vectors and texts: {sorted(counts)}")
        english = len(catalogue.english_rows) if encoders.english else 0
        if (indexes.words.rows, indexes.english.rows) != (len(catalogue.document_rows), english):
            raise IndexInvalid("the words or the English vectors are of other passages")
        loaded = cls(home, encoders, manifest.store_version, catalogue, indexes)
        if loaded.manifest.content != manifest.content:
            raise IndexInvalid("made of other passages")
        return loaded
