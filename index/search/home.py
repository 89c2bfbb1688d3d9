"""Where the indexes of a snapshot are kept: in this process, or elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from index.models.encoders import Encoder, Encoders
from index.search.bm25 import Bm25Index
from index.search.catalogue import Change
from index.search.char_ngrams import HashedNgramIndex
from index.search.protocols import NgramIndex, VectorIndex, WordIndex
from index.search.rows import FloatArray
from index.search.vectors import FaissVectorIndex
from index.text.cleaning import clean
from index.text.words import analyse

VECTORS, ENGLISH_VECTORS = "vectors", "english"
WORDS, NGRAMS = "words", "ngrams"

Encode = Callable[[Encoder, Sequence[str]], FloatArray]
"""Gives the vectors of texts, float32, shape (texts, dimension)."""


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

    def changed(self, change: Change, encoders: Encoders, encode: Encode) -> Indexes:
        """The same after a change of records."""
        texts = [clean(passage.text) for passage in change.passages]
        new = Indexes(self.vectors.copy(), self.english.copy(), self.words.copy(), self.ngrams.copy())
        new.vectors.remove(change.gone)
        new.ngrams.remove(change.gone)
        new.vectors.add(encode(encoders.main, texts))
        new.ngrams.add(texts)
        if encoders.english:
            new.english.remove(change.gone_english)
            new.english.add(encode(encoders.english, [texts[place] for place in change.english]))
        new.words.remove(change.gone_documents)
        words = [analyse(text, passage.language) for text, passage in zip(texts, change.passages, strict=True)]
        new.words.add([[word for place in places for word in words[place]] for places in change.documents])
        return new


class Home(Protocol):
    """Makes indexes, and reads those that it wrote.

    Attributes:
        writes: whether this process does; if not, it waits for another one, which encodes, too.
    """

    @property
    def writes(self) -> bool:
        """See above."""
        ...

    def empty(self, encoders: Encoders) -> Indexes:
        """Indexes without any entry."""
        ...

    def save(self, indexes: Indexes, folder: Path) -> None:
        """Write all of them into a folder.

        Raises:
            OSError: if they cannot be written.
        """
        ...

    def load(self, folder: Path) -> Indexes:
        """Read what was saved.

        Raises:
            IndexInvalid: if it is missing or cannot be read.
        """
        ...

    def tend(self, indexes: Indexes) -> None:
        """See to what is kept elsewhere; whoever follows the store calls it again and again.

        Raises:
            IndexUnavailable: if it cannot be reached.
            IndexInvalid: if it is no longer whole: the indexes have to be made anew.
        """
        ...

    def ready(self) -> None:
        """Tell, without asking anybody, whether the indexes can be searched.

        Raises:
            IndexUnavailable: if what is kept elsewhere did not answer when it was last asked.
        """
        ...


class ProcessHome:
    """See `Home`: everything is in this process."""

    writes = True

    def empty(self, encoders: Encoders) -> Indexes:
        """See `Home.empty`."""
        dimension = encoders.main.dimension
        english = FaissVectorIndex(encoders.english.dimension if encoders.english else 1)
        return Indexes(FaissVectorIndex(dimension), english, Bm25Index(), HashedNgramIndex())

    def save(self, indexes: Indexes, folder: Path) -> None:
        """See `Home.save`."""
        indexes.vectors.save(folder / VECTORS)
        indexes.english.save(folder / ENGLISH_VECTORS)
        indexes.words.save(folder / WORDS)
        indexes.ngrams.save(folder / NGRAMS)

    def load(self, folder: Path) -> Indexes:
        """See `Home.load`; what is large stays on disk."""
        vectors, english = FaissVectorIndex.load(folder / VECTORS), FaissVectorIndex.load(folder / ENGLISH_VECTORS)
        return Indexes(vectors, english, Bm25Index.load(folder / WORDS), HashedNgramIndex.load(folder / NGRAMS))

    def tend(self, indexes: Indexes) -> None:
        """See `Home.tend`: nothing is elsewhere."""

    def ready(self) -> None:
        """See `Home.ready`: they always can."""
