"""Keys: what an entry is called in Milvus. It follows from what the entry says.

So whoever adds the same thing finds it there, two processes never contradict each other, and a row is only a number that a process
gives for itself. Of 100 million entries, two different ones have the same key with a chance of 1 in 2,000.
"""

from __future__ import annotations

import hashlib
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.search.rows import RowArray, Rows

KeyArray = NDArray[np.int64]

NOTHING = 0
"""The key of what has nothing to be found by, such as a document without words: it does not stand in Milvus."""


def key_of(content: bytes) -> int:
    """A key, above 0: Milvus' are signed."""
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest()) >> 1 or 1


class KeyedRows:
    """Rows with the key of each; several may have the same one. Copies share what neither changes.

    Attributes:
        rows: which were given, and which are held.
        keys: row -> key.
    """

    def __init__(self, rows: Rows | None = None, keys: KeyArray | None = None) -> None:
        """Go on from these."""
        self.rows = rows or Rows()
        self.keys = np.zeros(0, np.int64) if keys is None else keys
        self._order = np.argsort(self.keys, kind="stable")
        self._sorted = self.keys[self._order]

    def give(self, keys: KeyArray) -> RowArray:
        """New rows, one a key."""
        given = self.rows.give(len(keys))
        order = np.argsort(keys, kind="stable")
        places = np.searchsorted(self._sorted, keys[order], side="right")
        self._sorted = np.insert(self._sorted, places, keys[order])
        self._order = np.insert(self._order, places, given[order])
        self.keys = np.concatenate([self.keys, keys])
        return given

    def copy(self) -> Self:
        """The same rows; changing one leaves the other as it is."""
        twin = type(self).__new__(type(self))
        twin.__dict__ |= self.__dict__ | {"rows": self.rows.copy()}
        return twin

    def held(self) -> KeyArray:
        """The keys of what is held, ascending, each once."""
        keys = np.unique(self.keys[self.rows.present])
        return np.asarray(keys[keys != NOTHING])

    def considered(self, allowed: RowArray | None) -> tuple[NDArray[np.bool_], KeyArray | None, KeyArray | None]:
        """Whether each row is considered, and what to tell Milvus: the only keys to consider, or those not to, or neither.

        Whichever are fewer, for they travel with the search.

        Raises:
            IndexError: if an allowed row was never given.
        """
        if allowed is None:
            return self.rows.present, None, None
        considered = np.zeros(len(self.keys), bool)
        considered[self.rows.only_held(allowed)] = True
        only, held = np.unique(self.keys[considered]), self.held()
        if 2 * len(only) > len(held):
            return considered, None, np.setdiff1d(held, only)
        return considered, only, None

    def rows_of(self, keys: KeyArray, considered: NDArray[np.bool_]) -> tuple[RowArray, RowArray]:
        """The considered rows that have these keys, and for each of them the place of its key among these.

        Args:
            considered: whether each row is, shape (given,).
        """
        first = np.searchsorted(self._sorted, keys, side="left")
        counts = np.searchsorted(self._sorted, keys, side="right") - first
        places = np.repeat(np.arange(len(keys)), counts)
        at = np.arange(len(places)) + np.repeat(first - (np.cumsum(counts) - counts), counts)
        rows = self._order[at]
        kept = considered[rows]
        return rows[kept], places[kept]
