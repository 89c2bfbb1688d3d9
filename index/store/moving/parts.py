"""What of a store goes into an export, line by line. The same lines, from any database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from index.kinds import RecordKind
from index.ledger.entries import MODELS, canonical
from index.store.api_keys import key_in_row
from index.store.moving.export_format import CHECKPOINTS, CONFLICTS, CONTENTS, KEYS, LEDGER, PEOPLE, SEEDS, records_file
from index.store.people import person_in_row
from index.store.shown import TABLES
from index.store.tables import api_keys, checkpoints, conflicts, contents, ledger, people, seed_files

AT_ONCE = 1_000


class Part(NamedTuple):
    """A file of an export.

    Attributes:
        query: gives the rows in an order that depends on them alone.
        line: a row as a line, without its end.
    """

    name: str
    query: sa.Select[Any]
    line: Callable[[Any], bytes]


def parts(connection: sa.Connection, *, keys: bool) -> list[Part]:
    """All that goes into an export.

    Args:
        keys: whether the hashes of API keys and of people's passwords are among it.
    """
    found = [
        Part(LEDGER, sa.select(ledger.c.entry).order_by(ledger.c.sequence), lambda row: row.entry.encode()),
        Part(CONTENTS, _by(connection, contents.c.sha256), lambda row: row.content.encode()),
        Part(CHECKPOINTS, sa.select(checkpoints).order_by(checkpoints.c.size), _columns),
        Part(CONFLICTS, _by(connection, conflicts.c.id), _conflict),
        Part(SEEDS, _by(connection, seed_files.c.name), _columns),
        *(_records(connection, kind) for kind in RecordKind),
    ]
    if keys:
        found.append(Part(KEYS, _by(connection, api_keys.c.id), _key))
        found.append(Part(PEOPLE, _by(connection, people.c.id), _person))
    return found


def _records(connection: sa.Connection, kind: RecordKind) -> Part:
    """What is answered now of one kind: all of it follows from the ledger, for whoever only wants to read or compare."""
    decoder = msgspec.json.Decoder(MODELS[kind])
    return Part(records_file(kind), _by(connection, TABLES[kind].c.id), lambda row: canonical(decoder.decode(row.record)))


def _by(connection: sa.Connection, column: sa.Column[str]) -> sa.Select[Any]:
    """A table by the bytes of a column: PostgreSQL would go by the rules of a language."""
    order = sa.collate(column, "C") if connection.dialect.name == "postgresql" else column
    return sa.select(column.table).order_by(order)


def _columns(row: sa.Row[tuple[object, ...]]) -> bytes:
    return _sorted(row._asdict())


def _conflict(row: sa.Row[tuple[object, ...]]) -> bytes:
    """The record is canonical JSON as it is: it goes along as it stands, since it is what the id is made of."""
    columns = row._asdict()
    return _sorted(columns | {"record": msgspec.Raw(columns["record"].encode())})


def _key(row: sa.Row[tuple[object, ...]]) -> bytes:
    key = key_in_row(row)
    return _sorted(msgspec.structs.asdict(key) | {"scopes": sorted(scope.value for scope in key.scopes)})


def _person(row: sa.Row[tuple[object, ...]]) -> bytes:
    person = person_in_row(row)
    return _sorted(msgspec.structs.asdict(person) | {"scopes": sorted(scope.value for scope in person.scopes)})


def _sorted(value: object) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def lines(connection: sa.Connection, part: Part) -> Iterator[bytes]:
    """A part's lines, each with its end; few are in memory at a time."""
    for row in connection.execute(part.query, execution_options={"yield_per": AT_ONCE}):
        yield part.line(row) + b"\n"


def count(connection: sa.Connection, part: Part) -> int:
    """How many lines a part has."""
    counted = sa.select(sa.func.count()).select_from(part.query.order_by(None).subquery())
    return int(connection.execute(counted).scalar_one())
