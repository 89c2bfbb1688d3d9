"""The searched texts by row: most of them on disk, where they are read when they are asked for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from index.errors import IndexInvalid
from index.kinds import PassageKind
from index.records import Passage
from index.search import arrays
from index.search.rows import RowArray
from index.text.cleaning import bare_words

Order = tuple[bool, tuple[list[int | str], str]]

STARTS, TEXTS = "starts", "json"
HELD = 20_000
"""So many passages are held in memory: they take few megabytes, and a claim asks for a hundred."""


class Record(NamedTuple):
    """A statement or a refutation."""

    refutes: bool
    id: str

    def order(self) -> Order:
        """What records are sorted by: statements first, then by id."""
        return self.refutes, id_order(self.id)


class Passages:
    """Passages by row. They never change: `with_more` gives others."""

    def __init__(self, stored: Stored | None = None, recent: list[Passage] | None = None) -> None:
        """Those on disk, and after them what is in the list now; what is added to the list later belongs to others."""
        self._stored = stored or Stored(np.zeros(1, np.int64), np.zeros(0, np.uint8))
        self._recent = recent or []
        self._count = len(self._recent)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._stored.starts) - 1 + self._count

    def __getitem__(self, row: int) -> Passage:
        """The one of a row, from 0 on."""
        later = row - (len(self._stored.starts) - 1)
        return self._recent[later] if later >= 0 else self._stored.passage(row)

    def __iter__(self) -> Iterator[Passage]:
        """All of them; what is on disk is read one by one."""
        return (self[row] for row in range(len(self)))

    def with_more(self, passages: Sequence[Passage]) -> Passages:
        """The same and, after them, others."""
        recent = self._recent if len(self._recent) == self._count else self._recent[: self._count]
        recent += passages
        return Passages(self._stored, recent)

    @classmethod
    def load(cls, folder: Path, held: int = HELD) -> Passages:
        """Those that were saved; more than may be held stay on disk.

        Raises:
            IndexInvalid: if they are missing or cannot be read.
        """
        stored = cls(Stored(arrays.mapped(folder, STARTS), arrays.mapped(folder, TEXTS)))
        return stored if len(stored) > held else cls(recent=[*stored])


class Stored(NamedTuple):
    """Passages on disk.

    Attributes:
        starts: row -> where its passage starts; the next one follows.
        json: the passages as JSON, one after the other, bytes.
    """

    starts: RowArray
    json: arrays.Array

    def passage(self, row: int) -> Passage:
        """The one of this row."""
        try:
            return msgspec.json.decode(self.json[self.starts[row] : self.starts[row + 1]].data, type=Passage)
        except msgspec.MsgspecError as error:
            raise IndexInvalid(f"passage {row} cannot be read: {error}") from error


def save(passages: Sequence[Passage], folder: Path) -> None:
    """Write passages into a folder that does not exist yet."""
    encoded = [msgspec.json.encode(passage) for passage in passages]
    starts = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    arrays.save(folder, {STARTS: starts, TEXTS: np.frombuffer(b"".join(encoded), np.uint8)})


def is_refutation(passage: Passage) -> bool:
    """Whether the passage is the text of a refutation rather than of a statement."""
    return passage.kind is PassageKind.REFUTATION


def words_hash(passage: Passage) -> int:
    """A hash of the words, the same in every process; that two of a million are the same by chance has a chance of 3e-8."""
    return int.from_bytes(hashlib.sha256(bare_words(passage.text).encode()).digest()[:8])


def record_of(passage: Passage) -> Record:
    """The record that a passage belongs to."""
    return Record(is_refutation(passage), passage.record_id)


def id_order(record_id: str) -> tuple[list[int | str], str]:
    """What ids are sorted by: numbers in them by their value, so that claim-9 comes before claim-10."""
    parts = re.split(r"([0-9]+)", record_id)
    return [int(part) if part.isdecimal() and place % 2 else part for place, part in enumerate(parts)], record_id
