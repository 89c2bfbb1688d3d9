"""Entries: what stands in one collection of Milvus, by key. Never changed, only added and in the end removed.

A collection is reached by an alias, so that another one can take its place at once. One process writes; the others wait until what
they need is there. Which entries an index has is known to the index: what Milvus finds besides is passed over, until it is removed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import structlog

from index.errors import EntriesMissing, IndexInvalid, IndexUnavailable, NotYetWritten
from index.search.milvus.collections import KEY, Collections, Kind, Layout
from index.search.milvus.connection import WORK_S, Connection
from index.search.milvus.keys import NOTHING, KeyArray
from index.search.rows import FloatArray

log = structlog.get_logger(__name__)

Entry = dict[str, Any]
"""An entry as pymilvus takes and gives it."""

AT_ONCE = 1_000
"""Entries in one request: those of a vector of 384 numbers are 1.5 MB."""
FURTHEST = 16_384
"""The most that Milvus finds in one search."""
FLUSHED_FROM = 5_000
"""With as many new entries Milvus is told to put them on disk and index them, which it otherwise does by and by."""
LATELY_S = 60.0
"""Seconds for which it is not asked again how a collection is made."""
SPARED_S = 600.0
"""Seconds for which an entry that nobody needs any more stays: a process that is behind may still show it."""
SURPLUS, SURPLUS_SHARE = 1_000, 0.1
"""With more entries that nobody needs than both, as a number and as a share of those needed, they are removed."""
SWEPT_S = 86_400.0
"""Seconds after which fewer are looked for, too: they may be of what was erased."""


class Found(NamedTuple):
    """What a search found for one query, best first."""

    keys: KeyArray
    products: FloatArray
    entries: list[Entry]


class Entries:
    """One alias and what stands behind it."""

    def __init__(self, connection: Connection, alias: str, kind: Kind, writes: bool = True) -> None:
        """Take the alias; nothing is asked yet.

        Args:
            writes: whether to add and remove, or to wait until another process has.
        """
        self._connection = connection
        self.alias = alias
        self.kind = kind
        self._collections = Collections(connection, alias, kind)
        self.writes = writes
        self._lately = (Layout(""), -math.inf)  # and when it was so
        self._needless: dict[int, float] = {}  # key -> when it was first seen that nobody needs it
        self._tidied_at = self._swept_at = -math.inf
        self._lacking = False

    def layout(self) -> Layout | None:
        """How the collection is made; None if there is none."""
        current = self._collections.current(self._collections.all())
        if current is None:
            return None
        self._lately = current.layout, time.monotonic()
        return current.layout

    def layout_lately(self) -> Layout:
        """How the collection was made some seconds ago.

        Raises:
            EntriesMissing: if there is none.
        """
        layout, when = self._lately
        if time.monotonic() - when < LATELY_S:
            return layout
        made = self.layout()
        if made is None:
            raise EntriesMissing("Milvus lacks what the index needs")
        return made

    def add(self, keys: KeyArray, make: Callable[[Sequence[int], Layout], Iterable[Entry]], layout: Layout) -> None:
        """See to it that these are there.

        Args:
            keys: those that are `NOTHING` are passed over.
            make: gives the entries at these places of `keys`, without their keys.
            layout: of the collection, if there is none yet.

        Raises:
            NotYetWritten: if one is missing and another process is to write it.
            IndexUnavailable: if Milvus cannot be reached, or refuses it.
        """
        distinct, places = np.unique(keys, return_index=True)
        places = places[distinct != NOTHING]
        if not len(places):
            return
        made = self.layout()
        if made is None:
            self._may_write()
            self._connection.ask("create_alias", self._collections.create(layout), self.alias, seconds=WORK_S)
        missing = places if made is None else places[~np.isin(keys[places], self._present(keys[places]))]
        if len(missing):
            self._may_write()
            for some in _parts(missing):
                given = zip(keys[some].tolist(), make(some.tolist(), made or layout), strict=True)
                self._write(self.alias, [{KEY: key} | entry for key, entry in given])
            self._seen(keys[missing])

    def fetch(self, keys: KeyArray, fields: Sequence[str]) -> list[Entry]:
        """The entries of these keys, each of which stands in Milvus, in their order.

        Raises:
            IndexUnavailable: if Milvus cannot be reached.
            EntriesMissing: if one is missing.
        """
        found: dict[int, Entry] = {}
        for level in ("Eventually", "Strong"):
            missing = np.array([key for key in keys.tolist() if key not in found], np.int64)
            for some in _parts(missing):
                got = self._connection.ask("get", self.alias, some.tolist(), output_fields=[KEY, *fields], consistency_level=level)
                found |= {entry[KEY]: entry for entry in got}
        if len(found) < len(set(keys.tolist())):
            self._lacking = True
            raise EntriesMissing("Milvus lacks what the index needs")
        return [found[key] for key in keys.tolist()]

    def nearest(
        self, queries: Sequence[Any], reach: int, only: KeyArray | None, but: KeyArray | None, fields: Sequence[str] = ()
    ) -> list[Found]:
        """The entries with the largest products with each query.

        Args:
            reach: how many, `FURTHEST` at most.
            only: the only ones to consider; None for all.
            but: the ones not to consider; None for none.
            fields: those to give along with the keys.

        Raises:
            IndexUnavailable: if Milvus cannot be reached.
        """
        filtered = "" if only is None else f"{KEY} in {only.tolist()}"
        if but is not None and len(but):
            filtered = f"{KEY} not in {but.tolist()}"
        answered = self._connection.ask(
            "search",
            self.alias,
            data=list(queries),
            anns_field=self.kind.vector,
            filter=filtered,
            limit=reach,
            output_fields=[KEY, *fields],
            search_params={"metric_type": self.kind.metric, "params": {"ef": max(2 * reach, 256)}},
            consistency_level="Eventually",
        )
        return [
            Found(
                np.array([hit[KEY] for hit in hits], np.int64),
                np.array([hit["distance"] for hit in hits], np.float32),
                [hit["entity"] for hit in hits],
            )
            for hits in answered
        ]

    def check(self, needed: KeyArray) -> Layout | None:
        """Tell how the collection is made, if it has what an index needs; have Milvus load it, if it is not loaded.

        Raises:
            IndexUnavailable: if Milvus cannot be reached.
            IndexInvalid: if there are fewer, or one was missing since the last time.
        """
        layout = self.layout()
        if layout:
            self._connection.ask("load_collection", self.alias, seconds=WORK_S)
        lacking, self._lacking = self._lacking, False
        if lacking or len(needed) > (self.count() if layout else 0):
            raise IndexInvalid(f"Milvus lacks entries of {self.alias}")
        return layout

    def count(self) -> int:
        """How many entries there are, the ones that nobody needs among them."""
        told = self._connection.ask(
            "query", self.alias, filter="", output_fields=["count(*)"], consistency_level="Strong", probing=True
        )
        return int(told[0]["count(*)"])

    def tidy(self, needed: KeyArray, now: float) -> None:
        """Remove what nobody has needed for some time, and collections that none is named after any more.

        Args:
            now: seconds, of a clock that only goes on.
        """
        if now - self._tidied_at < SPARED_S / 10 or not self.writes:
            return
        self._tidied_at = now
        collections = self._collections.all()
        current = self._collections.current(collections)
        for one in collections:
            if one != current:
                self._connection.ask("drop_collection", one.name, seconds=WORK_S)
        surplus = self.count() - len(needed)
        if surplus > max(SURPLUS, SURPLUS_SHARE * len(needed)) or self._needless or (surplus and now - self._swept_at >= SWEPT_S):
            self._swept_at = now
            self._remove_needless(needed, now)

    def _remove_needless(self, needed: KeyArray, now: float) -> None:
        there = np.concatenate(
            [np.array([entry[KEY] for entry in some], np.int64) for some in self._connection.each(self.alias, [KEY], AT_ONCE)]
        )
        needless = np.setdiff1d(there, needed).tolist()
        self._needless = {key: self._needless.get(key, now) for key in needless}
        gone = [key for key, since in self._needless.items() if now - since >= SPARED_S]
        for start in range(0, len(gone), AT_ONCE):
            self._connection.ask("delete", self.alias, ids=gone[start : start + AT_ONCE], seconds=WORK_S)
        self._needless = {key: since for key, since in self._needless.items() if now - since < SPARED_S}
        if gone:
            log.info("entries that nobody needs were removed from Milvus", collection=self.alias, entries=len(gone))

    def rebuild(self, layout: Layout, convert: Callable[[Entry], Entry], now: float) -> None:
        """Make the collection anew in another layout, and let it take the place of the one before, which goes later.

        Args:
            convert: an entry of the old one to one of the new one.
            now: seconds, of a clock that only goes on.
        """
        name = self._collections.create(layout)
        fields = [KEY, self.kind.vector, *self.kind.numbers]
        for some in self._connection.each(self.alias, fields, AT_ONCE):
            self._write(name, [convert({field: entry[field] for field in fields}) for entry in some])
        self._connection.ask("flush", name, seconds=WORK_S)
        self._connection.ask("alter_alias", name, self.alias, seconds=WORK_S)
        self._tidied_at = now  # what still searches the one before may come to its end
        log.info("a collection of Milvus was made anew", collection=name, layout=layout.index_type)

    def _may_write(self) -> None:
        if not self.writes:
            raise NotYetWritten("the process that writes the index has not come so far")

    def _write(self, collection: str, entries: list[Entry]) -> None:
        self._connection.ask("upsert", collection, entries, seconds=WORK_S)

    def _seen(self, keys: KeyArray) -> None:
        """Go on when Milvus shows what was written."""
        if len(keys) >= FLUSHED_FROM:
            self._connection.ask("flush", self.alias, seconds=WORK_S)
        last = keys[-AT_ONCE:]
        if len(self._present(last)) < len(last):
            raise IndexUnavailable("Milvus does not show what was written")

    def _present(self, keys: KeyArray) -> KeyArray:
        """Those of the keys that stand in Milvus."""
        found: list[int] = []
        for some in _parts(keys):
            got = self._connection.ask(
                "get", self.alias, some.tolist(), output_fields=[KEY], consistency_level="Strong", seconds=WORK_S
            )
            found += [entry[KEY] for entry in got]
        return np.array(found, np.int64)


def _parts(keys: KeyArray) -> list[KeyArray]:
    return [keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)]
