"""What merges moved: the words of one statement that stand in another one since, and in whatever that was merged into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from index.kinds import RecordKind
from index.ledger.entries import Entry
from index.records import Citation, Statement, passages_of
from index.store.recorded import history_of, records_of

STATEMENT = RecordKind.STATEMENT
TEXT, CITATION, APPEARANCE, TOPIC, PLACE = "text", "citation", "appearance", "topic", "place"
SAYING = (TEXT, CITATION, APPEARANCE)
"""Parts by which something is said; topics and places say nothing alone."""

Part = tuple[str, str | Citation]
"""A part of a statement that a merge moves. Texts are case-folded, as merges compare them."""


class Moved(NamedTuple):
    """What merges moved into a statement.

    Attributes:
        since: the first of its revisions that has it.
    """

    into: str
    since: int
    parts: frozenset[Part]

    def in_it(self, statement: Statement) -> bool:
        """Whether the statement says anything of that."""
        return any(part[0] in SAYING for part in self.parts & parts_of([statement]))

    def taken_out_of(self, statement: Statement) -> Statement:
        """The statement without that. Its own text, and a citation, it always has."""
        kept = {code: [one for one in some if self._stays(TEXT, one.casefold())] for code, some in statement.wordings.items()}
        return msgspec.structs.replace(
            statement,
            wordings={code: some for code, some in kept.items() if some},
            citations=[one for one in statement.citations if self._stays(CITATION, one)] or statement.citations[:1],
            appearances=[one for one in statement.appearances if self._stays(APPEARANCE, one)],
            topics=[one for one in statement.topics if self._stays(TOPIC, one)],
            places=[one for one in statement.places if self._stays(PLACE, one)],
        )

    def _stays(self, name: str, part: str | Citation) -> bool:
        return (name, part) not in self.parts


def parts_of(statements: Iterable[Statement]) -> frozenset[Part]:
    """All parts of some statements."""
    return frozenset(part for one in statements for part in _parts(one))


def _parts(statement: Statement) -> Iterator[Part]:
    yield from ((TEXT, passage.text.casefold()) for passage in passages_of(statement))
    yield from ((CITATION, one) for one in statement.citations)
    for name, some in ((APPEARANCE, statement.appearances), (TOPIC, statement.topics), (PLACE, statement.places)):
        yield from ((name, one) for one in some)


def moved_from(connection: sa.Connection, statement_ids: Iterable[str]) -> list[Moved]:
    """What of these statements merges moved into others, directly or on through others, undone or not: one for each of those."""
    found: dict[str, Moved] = {}
    for id_ in statement_ids:
        for one in _followed(connection, id_, frozenset(), set()):
            before = found.get(one.into, one)
            found[one.into] = Moved(one.into, min(one.since, before.since), one.parts | before.parts)
    return list(found.values())


def _followed(connection: sa.Connection, id_: str, carried: Set[Part], seen: set[tuple[str, int]]) -> Iterator[Moved]:
    """Each merge of a statement into another one, and of that one from then on.

    Args:
        carried: what is followed; all that the statement ever said if it is empty.
        seen: ids, and acts in which they were merged.
    """
    history = history_of(connection, STATEMENT, id_)
    own = carried or parts_of(_said(connection, history).values())
    for entry in history:
        if entry.superseded_by is None or (id_, entry.act) in seen:
            continue
        seen.add((id_, entry.act))
        theirs = history_of(connection, STATEMENT, entry.superseded_by)
        merge = next((one for one in theirs if one.act == entry.act), None)
        if merge and (parts := _moved(connection, theirs, merge.revision, own)):
            yield Moved(entry.superseded_by, merge.revision, parts)
            yield from _followed(connection, entry.superseded_by, parts, seen)


def _moved(connection: sa.Connection, history: list[Entry], revision: int, own: Set[Part]) -> frozenset[Part]:
    """What a merge moved into a statement: what it has since this revision, and had not before.

    Args:
        own: what may have been moved; if that is not known any more, all that came was moved.
    """
    said = _said(connection, history)
    before = [said[one.content] for one in history[: revision - 1] if one.content in said]
    now = said.get(history[revision - 1].content or "")
    came = (parts_of([now]) if now else frozenset(own)) - parts_of(before[-1:])
    return came & own if own else came


def _said(connection: sa.Connection, history: list[Entry]) -> dict[str, Statement]:
    """Hash -> what a statement said, of what is not erased."""
    found = records_of(connection, STATEMENT, [entry.content for entry in history])
    return {hash_: record for hash_, record in found.items() if isinstance(record, Statement)}
