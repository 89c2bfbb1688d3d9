"""Replay: how every record stands, worked out from entries alone."""

from __future__ import annotations

from collections.abc import Iterable

from index.kinds import Action, RecordKind
from index.ledger.entries import Entry, Head, head_after

Id = tuple[RecordKind, str]


class Replay:
    """What follows from the entries so far.

    Attributes:
        heads: how each record stood after each of its revisions, the first one first.
        last: each record's last entry.
        added, changed: statement id -> when it came into the store, when it or what stands against it last changed.
    """

    def __init__(self) -> None:
        self.heads: dict[Id, list[Head]] = {}
        self.last: dict[Id, Entry] = {}
        self.added: dict[str, str] = {}
        self.changed: dict[str, str] = {}

    def take(self, entry: Entry) -> Head:
        """Take the next entry."""
        id_ = (entry.kind, entry.record_id)
        heads = self.heads.setdefault(id_, [])
        restored = heads[entry.restores - 1] if entry.restores and entry.restores <= len(heads) else None
        heads.append(head_after(entry, heads[-1] if heads else None, restored))
        before = self.last.get(id_)
        self.last[id_] = entry
        if entry.kind is RecordKind.STATEMENT:
            self.added.setdefault(entry.record_id, entry.added or entry.time)
            self.changed[entry.record_id] = entry.changed or entry.time
        if entry.action is not Action.ADOPT:
            for statement_id in {*entry.about, *(before.about if before else ())}:
                self.changed[statement_id] = entry.time
        return heads[-1]


def heads_of_history(entries: Iterable[Entry]) -> list[Head]:
    """How a record stood after each of its revisions.

    Args:
        entries: all of the record, the first one first.
    """
    replay, found = Replay(), list[Head]()
    for entry in entries:
        found.append(replay.take(entry))
    return found
