"""The one way in which records change: an act, of one or many changes, with its entries in the ledger, in one transaction."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec
import sqlalchemy as sa

from index.errors import Reason, StoreUnavailable
from index.kinds import Action, RecordKind, State
from index.ledger.entries import (
    NOTHING_BEFORE,
    By,
    Entry,
    Head,
    Record,
    about,
    canonical,
    cites,
    fields_changed,
    hash_of,
    head_after,
    keys,
    salted,
)
from index.ledger.merkle import Tree
from index.ledger.notes import Checkpoint, Signer
from index.store import dialects, shown, tables
from index.store.ledger_rows import head_row, key_rows, link_rows, row_of, subtrees_text
from index.store.recorded import (
    Standing,
    current,
    entries_at,
    first_times,
    heads_of,
    history_of,
    linked_to,
    needed_by,
    records_of,
    standing,
)

TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
REMEMBERED = dt.timedelta(days=1)
"""How long a request is known by its Idempotency-Key."""


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a record.

    Attributes:
        record: what it says from now on; None if that stays.
        content: the hash of the content that is to hold again, instead of `record`.
        restores: see `Entry.restores`; `restored` is how it stood then.
        erases: see `Entry.erases`.
        added, changed: see `Entry.added`.
    """

    record_id: str
    record: Record | None = None
    state: State = State.PUBLISHED
    superseded_by: str | None = None
    expires: str | None = None
    content: str | None = None
    restores: int | None = None
    restored: Head | None = None
    erases: list[str] = []
    added: str | None = None
    changed: str | None = None


class Made(msgspec.Struct, frozen=True):
    """An entry, in canonical JSON too, with what the record says after it, if that is not what it said before."""

    entry: Entry
    written: bytes
    head: Head
    record: Record | None
    content: bytes | None


class Act:
    """One act. It counts when its transaction is committed, after `close`.

    Attributes:
        number: the sequence of its first entry, if it makes one.
        time: of all its entries.
    """

    def __init__(self, connection: sa.Connection, signer: Signer | None, by: By, action: Action) -> None:
        """Begin; whoever else writes waits until this transaction ends."""
        self.connection, self._signer = connection, signer
        self.by, self.action = by, action
        tables.wait_for_writers(connection)
        last = connection.execute(sa.select(tables.ledger).order_by(tables.ledger.c.sequence.desc()).limit(1)).first()
        self._previous: str = last.hash if last else NOTHING_BEFORE
        before: str = last.time if last else ""
        self._tree = tree_of(connection)
        self.number = self._tree.size + 1
        now = dt.datetime.now(dt.UTC).strftime(TIME)
        self.time = max(now, before)  # clocks jump; the ledger's time does not go back

    @property
    def sequence(self) -> int:
        """That of the last entry so far."""
        return self._tree.size

    @property
    def anything(self) -> bool:
        """Whether it has changed anything."""
        return self.sequence >= self.number

    def put(self, kind: RecordKind, puts: Sequence[Put]) -> list[Entry]:
        """Change records of one kind; what they refer to is changed before.

        Raises:
            StoreUnavailable: if a record refers to one that is not there.
        """
        if not puts:
            return []
        heads = heads_of(self.connection, kind, [one.record_id for one in puts])
        before = {entry.record_id: entry for entry in entries_at(self.connection, [head.sequence for head in heads.values()])}
        said = records_of(self.connection, kind, [*(head.content for head in heads.values()), *(one.content for one in puts)])
        made = [self._made(kind, one, heads.get(one.record_id), before.get(one.record_id), said) for one in puts]
        self._write(kind, made, {*heads})
        if self.action is not Action.ADOPT:
            self._show(kind, before, made)
        return [one.entry for one in made]

    def _made(
        self,
        kind: RecordKind,
        put: Put,
        head: Head | None,
        before: Entry | None,
        said: Mapping[str, Record],
    ) -> Made:
        record = put.record if put.content is None else said[put.content]
        old = said.get(head.content) if head and head.content else None
        content = salted(put.record) if put.record is not None else None
        held = put.content or (head.content if head else None)
        entry = Entry(
            sequence=self.sequence + 1,
            previous=self._previous,
            act=self.number,
            action=self.action,
            time=self.time,
            who=self.by.who,
            why=self.by.why,
            kind=kind,
            record_id=put.record_id,
            revision=head.revision + 1 if head else 1,
            state=put.state,
            content=None if put.state is State.ERASED else hash_of(content) if content else held,
            fields=fields_changed(old, record) if record else [],
            about=about(record) if record else before.about if before else [],
            cites=cites(record) if record else before.cites if before else [],
            keys=keys(record) if record else before.keys if before else [],
            superseded_by=put.superseded_by,
            expires=put.expires,
            restores=put.restores,
            erases=put.erases,
            added=put.added,
            changed=put.changed,
        )
        written = canonical(entry)
        self._previous = hash_of(written)
        self._tree.append(bytes.fromhex(self._previous))
        return Made(entry, written, head_after(entry, head, put.restored), record, content)

    def _write(self, kind: RecordKind, made: Sequence[Made], known: set[str]) -> None:
        self._check_references(made)
        rows = [row_of(one.entry, one.written) for one in made]
        contents = [{"sha256": one.entry.content, "content": one.content.decode()} for one in made if one.content is not None]
        self._insert(tables.ledger, rows)
        self._insert(tables.contents, contents)
        changed = [one.head for one in made if one.head.record_id in known]
        for ids in tables.chunks([head.record_id for head in changed]):
            held = tables.heads.c
            self.connection.execute(sa.delete(tables.heads).where(held.kind == kind.value, held.record_id.in_(ids)))
        self._insert(tables.heads, [head_row(one.head) for one in made])
        for table, rows_in in ((tables.links, link_rows), (tables.keys, key_rows)):
            if found := [row for one in made for row in rows_in(one.entry)]:
                self.connection.execute(dialects.insert_new(self.connection, table), found)

    def _insert(self, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            self.connection.execute(sa.insert(table), list(rows))

    def _check_references(self, made: Sequence[Made]) -> None:
        for kind, refer in ((RecordKind.STATEMENT, "about"), (RecordKind.SOURCE, "cites")):
            wanted = {id_ for one in made if one.record is not None for id_ in getattr(one.entry, refer)}
            if missing := wanted - heads_of(self.connection, kind, wanted).keys():
                raise dangling(kind, missing)

    def _show(self, kind: RecordKind, before: Mapping[str, Entry], made: Sequence[Made]) -> None:
        """Bring what is answered in line, and whatever depends on it."""
        said = {one.head.record_id: one.record for one in made if one.record is not None}
        turned = self._shown(kind, said, {one.head.record_id: one.head for one in made})
        touched = {id_ for entry in (*before.values(), *(one.entry for one in made)) for id_ in entry.about}
        shown.mark_changed(self.connection, touched, self.time)
        if kind is RecordKind.STATEMENT and turned:
            for other, linked in linked_to(self.connection, RecordKind.STATEMENT, turned).items():
                if other in (RecordKind.REFUTATION, RecordKind.REVIEW):
                    self._shown(other, {}, heads_of(self.connection, other, linked))

    def _shown(self, kind: RecordKind, said: Mapping[str, Record], heads: Mapping[str, Head]) -> set[str]:
        published = [id_ for id_, head in heads.items() if head.state is State.PUBLISHED]
        stored = current(self.connection, kind, [id_ for id_ in published if id_ not in said])
        says = stored | dict(said)
        records = {id_: says[id_] if head.state is State.PUBLISHED else None for id_, head in heads.items()}
        fresh = {id_: self.time for id_ in published if heads[id_].revision == 1}
        older = first_times(self.connection, [id_ for id_ in published if id_ not in fresh]) if kind is RecordKind.STATEMENT else {}
        return shown.show(self.connection, kind, records, fresh | older, self.time)

    def head(self, kind: RecordKind, record_id: str) -> Head | None:
        """How a record stands; None if there is none."""
        return heads_of(self.connection, kind, [record_id]).get(record_id)

    def heads(self, kind: RecordKind, record_ids: Iterable[str]) -> dict[str, Head]:
        """The same of several: id -> how it stands, of those that there are."""
        return heads_of(self.connection, kind, record_ids)

    def standing(self, sequence: int) -> Standing:
        """How a record stood after an entry of it, and what it said."""
        return standing(self.connection, sequence)

    def needed_by(self, kind: RecordKind, record_id: str) -> Reason | None:
        """Why a record cannot go; None if it can."""
        return needed_by(self.connection, kind, record_id)

    def history(self, kind: RecordKind, record_id: str) -> list[Entry]:
        """All entries of a record, the first one first."""
        return history_of(self.connection, kind, record_id)

    def answered(self, key: str) -> tuple[str, int] | None:
        """What this person's request with this key was, within a day: its hash, and the sequence of the entry that it made."""
        asked = sa.select(tables.requests).where(tables.requests.c.who == self.by.who, tables.requests.c.key == key)
        row = self.connection.execute(asked.where(tables.requests.c.time >= _remembered_from())).first()
        return (row.sha256, row.sequence) if row else None

    def remember(self, key: str, sha256: str, sequence: int) -> None:
        """Remember a request for a day."""
        self.connection.execute(sa.delete(tables.requests).where(tables.requests.c.time < _remembered_from()))
        row = {"who": self.by.who, "key": key, "sha256": sha256, "sequence": sequence, "time": self.time}
        self.connection.execute(sa.insert(tables.requests), [row])

    def close(self) -> int | None:
        """Sign the ledger as it is now. Returns the act's number; None if it changed nothing."""
        if not self.anything:
            return None
        self.connection.execute(sa.update(tables.state).values(revision=self.sequence))
        origin = origin_of(self.connection)
        root = base64.b64encode(self._tree.root()).decode()
        note = self._signer.note(origin, Checkpoint(self.sequence, root)) if self._signer else None
        row = {"size": self.sequence, "root": root, "subtrees": subtrees_text(self._tree), "note": note}
        self.connection.execute(sa.insert(tables.checkpoints), [row])
        dialects.tell(self.connection)
        return self.number


def _remembered_from() -> str:
    """What was asked before is forgotten."""
    return (dt.datetime.now(dt.UTC) - REMEMBERED).strftime(TIME)


def origin_of(connection: sa.Connection) -> str:
    """The ledger's name in checkpoints."""
    return f"rebut/{connection.execute(sa.select(tables.state.c.store_id)).scalar_one()}"


def tree_of(connection: sa.Connection) -> Tree:
    """The Merkle tree as it was last written."""
    last = connection.execute(sa.select(tables.checkpoints).order_by(tables.checkpoints.c.size.desc()).limit(1)).first()
    return Tree(last.size, [bytes.fromhex(one) for one in last.subtrees.split()]) if last else Tree()


def dangling(kind: RecordKind, missing: Collection[str]) -> StoreUnavailable:
    """What is raised where a record refers to ids that are not on record."""
    return StoreUnavailable(f"the store failed: no {kind.value} has the id {min(missing)!r}, to which a record refers")
