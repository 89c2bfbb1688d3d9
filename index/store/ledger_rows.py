"""Rows of the ledger's tables: each follows from an entry, or from how a record stands after it."""

from __future__ import annotations

import msgspec

from index.kinds import RecordKind
from index.ledger.entries import Entry, Head, hash_of
from index.ledger.merkle import Tree


def subtrees_text(tree: Tree) -> str:
    """A tree's subtrees as `checkpoints` has them."""
    return " ".join(subtree.hex() for subtree in tree.subtrees)


def row_of(entry: Entry, written: bytes) -> dict[str, object]:
    """An entry's row in `ledger`."""
    columns = {"sequence": entry.sequence, "act": entry.act, "time": entry.time, "record_id": entry.record_id}
    return {**columns, "kind": entry.kind.value, "hash": hash_of(written), "entry": written.decode()}


def head_row(head: Head) -> dict[str, object]:
    """A head's row in `heads`."""
    return msgspec.structs.asdict(head) | {"kind": head.kind.value, "state": head.state.value}


def link_rows(entry: Entry) -> list[dict[str, str]]:
    """An entry's rows in `links`."""
    to = [(RecordKind.STATEMENT, id_) for id_ in entry.about] + [(RecordKind.SOURCE, id_) for id_ in entry.cites]
    own = {"kind": entry.kind.value, "record_id": entry.record_id}
    return [{**own, "to_kind": kind.value, "to_id": id_} for kind, id_ in to]


def key_rows(entry: Entry) -> list[dict[str, str]]:
    """An entry's rows in `keys`."""
    return [{"key": key, "kind": entry.kind.value, "record_id": entry.record_id} for key in entry.keys]
