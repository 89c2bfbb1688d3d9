"""Rows: the numbers that an index names its entries by.

A row is a name for good: entries are numbered as they are added, and removing some renumbers no other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
RowArray = NDArray[np.int64]


class Rows:
    """Which rows an index has ever given, and which of them it still holds."""

    def __init__(self, present: NDArray[np.bool_] | None = None) -> None:
        """Go on from `present`: whether each row that was ever given is still held, bool, shape (given,)."""
        self.present = np.zeros(0, bool) if present is None else present

    @property
    def held(self) -> int:
        """How many rows there are, the removed ones not counted."""
        return int(np.count_nonzero(self.present))

    def give(self, count: int) -> RowArray:
        """New rows, ascending from the first number never given; int64, shape (count,)."""
        first = len(self.present)
        self.present = np.concatenate([self.present, np.ones(count, bool)])
        return np.arange(first, first + count)

    def strike(self, rows: RowArray) -> RowArray:
        """Remove rows; gives those that were still held, ascending, each once.

        Raises:
            IndexError: if a row was never given; then none is removed.
        """
        self._given(rows)
        struck = np.unique(rows[self.present[rows]])
        self.present = self.present.copy()
        self.present[struck] = False
        return struck

    def copy(self) -> Rows:
        """The same rows; changing one leaves the other as it is."""
        return Rows(self.present)

    def only_held(self, rows: RowArray) -> RowArray:
        """Those of the rows that are held, in their order.

        Raises:
            IndexError: if a row was never given.
        """
        self._given(rows)
        held: RowArray = rows[self.present[rows]]
        return held

    def check(self, rows: RowArray) -> None:
        """Let pass what can be looked up.

        Raises:
            IndexError: if a row was never given, or was removed.
        """
        self._given(rows)
        if not self.present[rows].all():
            raise IndexError(f"row {rows[~self.present[rows]][0]} was removed")

    def _given(self, rows: RowArray) -> None:
        if len(rows) and (rows.min() < 0 or rows.max() >= len(self.present)):
            raise IndexError(f"rows must lie in 0..{len(self.present) - 1}")
