"""Encoders: text to unit vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec
import numpy as np

from index.errors import EncodingFailed
from index.models import prepare
from index.models.runtime import FloatArray, Model, both, by_length
from index.models.tokenizer import load_tokenizer
from index.progress import Progress, no_progress

ENGLISH = "en"

TEXTS_AT_ONCE = 1024
"""Texts that are cut into tokens at once; enough of them have equal length to fill batches."""


@runtime_checkable
class Encoder(Protocol):
    """Text to vectors. A text's vector depends on nothing but the text: not on those beside it or before it, nor on threads.

    Attributes:
        name: the setting's value that chose it.
        fingerprint: 16 hex digits that change whenever the vectors may change.
        dimension: length of a vector.
    """

    name: str
    fingerprint: str
    dimension: int

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        """Encode texts.

        Returns:
            float32, shape (len(texts), dimension), each row of Euclidean length 1.

        Raises:
            EncodingFailed: if the model cannot be run, or a vector is not finite.
        """
        ...


class Encoders(msgspec.Struct, frozen=True):
    """What texts are encoded with.

    Attributes:
        main: for every text, whatever its language.
        english: beside it, for English claims and English passages; None for none.
    """

    main: Encoder
    english: Encoder | None = None

    @property
    def name(self) -> str:
        """The names, as a manifest and an answer tell them."""
        return " + ".join(encoder.name for encoder in self.all())

    @property
    def fingerprint(self) -> str:
        """The fingerprints: changes whenever any vector may change."""
        return "+".join(encoder.fingerprint for encoder in self.all())

    def encode(self, texts: Sequence[str], english: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        """The vectors of texts, and of English ones by the English encoder: of none without it.

        Raises:
            EncodingFailed: as `Encoder.encode`.
        """
        second = self.english
        if second is None or not english:
            return self.main.encode(texts), np.zeros((0, 0), np.float32)
        return both(lambda: self.main.encode(texts), lambda: second.encode(english))

    def all(self) -> list[Encoder]:
        """The one or the two encoders."""
        return [self.main, *([self.english] if self.english else [])]


class SentenceEncoder:
    """A prepared model: tokenizer, then a model that gives unit vectors. Safe to use from several threads."""

    def __init__(self, prepared: prepare.Prepared, folder: Path, threads: int = 0) -> None:
        self.name = prepared.name
        self.fingerprint = prepared.fingerprint
        self._prepared = prepared
        self._tokenizer = load_tokenizer(folder, prepared.most_tokens)
        self._model = Model(folder / prepare.MODEL_FILE, EncodingFailed, threads)
        self.dimension = int(next(self._encoded([""]))[1].shape[1])

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        """See `Encoder.encode`. Texts longer than the model's window (512 tokens) are cut."""
        vectors, done = np.zeros((len(texts), self.dimension), np.float32), 0
        for positions, found in self._encoded(texts):
            vectors[positions] = found
            done += len(positions)
            progress("encoding", done, len(texts))
        if not np.isfinite(vectors).all():
            raise EncodingFailed(f"{self.name} gave a vector that is not finite")
        return vectors

    def _encoded(self, texts: Sequence[str]) -> Iterator[tuple[list[int], FloatArray]]:
        """Positions of texts of equal length, and their vectors; the longest first."""
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]), reverse=True)
        for start in range(0, len(order), TEXTS_AT_ONCE):
            some = order[start : start + TEXTS_AT_ONCE]
            ids = self._tokenizer.ids([prepare.prompted(texts[position], self._prepared) for position in some])
            batches = list(by_length([len(row) for row in ids]))
            vectors = self._model.run({"ids": np.array([ids[place] for place in batch], np.int64)} for batch in batches)
            for batch, found in zip(batches, vectors, strict=True):
                yield [some[place] for place in batch], found


def load_encoder(name: str, cache: Path, progress: Progress = no_progress, threads: int = 0) -> SentenceEncoder:
    """Load an encoder, preparing its files first if the cache does not have them.

    Args:
        name: `rebut-e5-small`, `all-MiniLM-L6-v2`, a sentence-transformers folder, or a hub model's name.
        cache: folder that holds one prepared folder a model.
        threads: batches that are run at once; 0 for as many as there are cores.

    Raises:
        EncoderUnavailable: if the files cannot be had.
        EncoderFilesInvalid: if a prepared folder is not what its record says.
    """
    folder = prepare.prepared_folder(name, cache, progress)
    return SentenceEncoder(prepare.verify(name, folder), folder, threads)


def load_encoders(name: str, english: str, cache: Path, progress: Progress = no_progress, threads: int = 0) -> Encoders:
    """Load the encoder for texts in all languages and, unless its name is empty or the same, the English one beside it.

    Raises:
        EncoderUnavailable, EncoderFilesInvalid: as `load_encoder`.
    """
    main = load_encoder(name, cache, progress, threads)
    return Encoders(main, load_encoder(english, cache, progress, threads) if english not in ("", name) else None)
