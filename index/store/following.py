"""All that follows from the ledger's entries and contents: what must stand in each of the other tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from index.kinds import RecordKind, State
from index.ledger.entries import Entry, Record
from index.ledger.replay import Replay
from index.records import Refutation, Review, Statement
from index.store import tables
from index.store.ledger_rows import head_row, key_rows, link_rows
from index.store.shown import TABLES, answer_rows, columns_of, moment, name_rows, text_of, topic_rows

Rows = dict[tuple[Any, ...], dict[str, Any]]
"""Primary key -> the row's values; those of the key need not be among them."""


class Following:
    """What follows from the entries so far.

    Attributes:
        replay: how each record stands.
        contents: the hash of every content -> of which kind its record is, and its id.
        erased: hashes of contents that must not be there any more.
    """

    def __init__(self) -> None:
        self.replay = Replay()
        self.contents: dict[str, tuple[RecordKind, str]] = {}
        self.erased: set[str] = set()
        self._links: Rows = {}
        self._keys: Rows = {}

    def take(self, entry: Entry) -> None:
        """Take the next entry."""
        self.replay.take(entry)
        for row in link_rows(entry):
            self._links[tuple(row.values())] = {}
        for row in key_rows(entry):
            self._keys[tuple(row.values())] = {}
        if entry.content:
            self.contents[entry.content] = entry.kind, entry.record_id
        self.erased.update(entry.erases)
        if entry.state is State.ERASED:
            heads = self.replay.heads[entry.kind, entry.record_id]
            self.erased |= {head.content for head in heads if head.content}

    def rows(self, records: Mapping[str, Record]) -> Iterator[tuple[sa.Table, Rows]]:
        """Each table with its rows, in an order in which they can be inserted.

        Args:
            records: the hash of a content -> the record.
        """
        heads = [heads[-1] for heads in self.replay.heads.values()]
        yield tables.heads, {(head.kind.value, head.record_id): head_row(head) for head in heads}
        yield tables.links, self._links
        yield tables.keys, self._keys
        said: dict[RecordKind, list[Record]] = {kind: [] for kind in RecordKind}
        for head in heads:
            if head.state is State.PUBLISHED and (record := records.get(head.content or "")):
                said[head.kind].append(record)
        yield from self._shown(said)

    def _shown(self, said: Mapping[RecordKind, list[Record]]) -> Iterator[tuple[sa.Table, Rows]]:
        """The tables that are read: only what is published, and has something to be shown with."""
        stated = [record for record in said[RecordKind.STATEMENT] if isinstance(record, Statement)]
        shown = {record.id for record in stated}
        refuting = [
            one for one in said[RecordKind.REFUTATION] if isinstance(one, Refutation) and not shown.isdisjoint(one.stances())
        ]
        reviewing = [one for one in said[RecordKind.REVIEW] if isinstance(one, Review) and one.statement_id in shown]
        for kind, records in (
            (RecordKind.SOURCE, said[RecordKind.SOURCE]),
            (RecordKind.STATEMENT, stated),
            (RecordKind.REFUTATION, refuting),
            (RecordKind.REVIEW, reviewing),
        ):
            yield TABLES[kind], {(record.id,): self._row(kind, record) for record in records}
        tagged = [row for record in stated for row in topic_rows(record)]
        answered = [row for record in refuting for row in answer_rows(record, shown)]
        yield tables.topics, {(row["statement_id"], row["topic"]): row for row in tagged}
        named = [row for record in stated for row in name_rows(record.id, record)]
        yield tables.names, {(row["statement_id"], row["field"], row["number"]): row for row in named}
        yield tables.answers, {(row["refutation_id"], row["statement_id"]): row for row in answered}

    def _row(self, kind: RecordKind, record: Record) -> dict[str, Any]:
        row = {"id": record.id, "record": text_of(record), **columns_of(record)}
        if kind is RecordKind.STATEMENT:
            times = self.replay.added[record.id], self.replay.changed[record.id]
            row |= {"added": moment(times[0]), "changed": moment(times[1])}
        return row
