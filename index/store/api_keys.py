"""API keys in the store's database. A key itself is never here: only its hash."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from typing import Protocol

import msgspec
import sqlalchemy as sa

from index.errors import UnknownRecord
from index.kinds import Scope
from index.store.tables import api_keys


class ApiKey(msgspec.Struct, frozen=True):
    """What is known of a key. Moments are UTC, without a zone.

    Attributes:
        id: the visible part of the key, eight hexadecimal digits.
        sha256: of the whole key, in hexadecimal digits.
        name: what it is for, in its maker's words.
        made_by: the id of the key that made it, or `command line`.
        expires: it is of no use from then on; None if never.
        revoked: when it was taken back.
        replaced_by: the id of the key that was made instead of it.
        last_used: to the minute.
    """

    id: str
    sha256: str
    name: str
    scopes: frozenset[Scope]
    made_by: str
    made: dt.datetime
    expires: dt.datetime | None = None
    revoked: dt.datetime | None = None
    replaced_by: str | None = None
    last_used: dt.datetime | None = None


class KeyStore(Protocol):
    """Where keys are kept. Safe to use from several threads; each method raises StoreUnavailable."""

    def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        ...

    def replace(self, old_id: str, new: ApiKey, until: dt.datetime) -> bool:
        """Keep a new key instead of one that expires at `until`, or earlier as before.

        Returns:
            Whether it was done: not if the old one was revoked or replaced meanwhile.
        """
        ...

    def revoke(self, key_id: str, moment: dt.datetime) -> None:
        """Take a key back; one that was taken back before stays as it is."""
        ...

    def find(self, key_id: str) -> ApiKey | None:
        """The key with that id."""
        ...

    def get(self, key_id: str) -> ApiKey:
        """The key with that id.

        Raises:
            UnknownRecord: if there is none.
        """
        ...

    def all(self) -> list[ApiKey]:
        """All keys, the newest first."""
        ...

    def mark_used(self, key_id: str, moment: dt.datetime) -> None:
        """Note that a key was used."""
        ...


class Connect(Protocol):
    """Gives a connection with a transaction, committed at the end of the block."""

    def __call__(self, *, write: bool = False) -> AbstractContextManager[sa.Connection]:
        """Begin."""
        ...


class SqlKeys(KeyStore):
    """See `KeyStore`."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def add(self, key: ApiKey) -> None:
        """See `KeyStore`."""
        with self._connect(write=True) as connection:
            insert_key(connection, key)

    def replace(self, old_id: str, new: ApiKey, until: dt.datetime) -> bool:
        """See `KeyStore`."""
        column = api_keys.c.expires
        expires = sa.case((sa.or_(column.is_(None), column > until), until), else_=column)
        untouched = (api_keys.c.id == old_id, api_keys.c.revoked.is_(None), api_keys.c.replaced_by.is_(None))
        with self._connect(write=True) as connection:
            done = connection.execute(sa.update(api_keys).where(*untouched).values(expires=expires, replaced_by=new.id))
            if done.rowcount:
                insert_key(connection, new)
        return bool(done.rowcount)

    def revoke(self, key_id: str, moment: dt.datetime) -> None:
        """See `KeyStore`."""
        query = sa.update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked.is_(None)).values(revoked=moment)
        with self._connect(write=True) as connection:
            connection.execute(query)

    def find(self, key_id: str) -> ApiKey | None:
        """See `KeyStore`."""
        with self._connect() as connection:
            row = connection.execute(sa.select(api_keys).where(api_keys.c.id == key_id)).first()
        return None if row is None else key_in_row(row)

    def get(self, key_id: str) -> ApiKey:
        """See `KeyStore`."""
        found = self.find(key_id)
        if found is None:
            raise UnknownRecord("key", key_id)
        return found

    def all(self) -> list[ApiKey]:
        """See `KeyStore`."""
        with self._connect() as connection:
            rows = connection.execute(sa.select(api_keys).order_by(api_keys.c.made.desc(), api_keys.c.id)).all()
        return [key_in_row(row) for row in rows]

    def mark_used(self, key_id: str, moment: dt.datetime) -> None:
        """See `KeyStore`."""
        with self._connect(write=True) as connection:
            connection.execute(sa.update(api_keys).where(api_keys.c.id == key_id).values(last_used=moment))


def succession(connection: sa.Connection, key_id: str) -> set[str]:
    """Ids of a key, of those that it was made instead of, and of those that were made instead of it."""
    found, more = set[str](), {key_id}
    while more - found:
        found |= more
        linked = sa.select(api_keys.c.id, api_keys.c.replaced_by)
        linked = linked.where(sa.or_(api_keys.c.id.in_(found), api_keys.c.replaced_by.in_(found)))
        more = {id_ for row in connection.execute(linked) for id_ in row if id_}
    return found


def insert_key(connection: sa.Connection, key: ApiKey) -> None:
    """Write a key's row."""
    scopes = " ".join(sorted(scope.value for scope in key.scopes))
    connection.execute(sa.insert(api_keys).values(msgspec.structs.asdict(key) | {"scopes": scopes}))


def key_in_row(row: sa.Row[tuple[object, ...]]) -> ApiKey:
    """A row of `api_keys`."""
    values = row._asdict()
    return ApiKey(**values | {"scopes": frozenset(Scope(name) for name in values["scopes"].split())})
