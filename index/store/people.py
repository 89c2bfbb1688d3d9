"""People who sign in on the pages, and their sessions. Neither a password nor what a browser holds is here: only their hashes."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

import msgspec
import sqlalchemy as sa

from index.errors import UnknownRecord
from index.kinds import Scope
from index.store.api_keys import Connect
from index.store.dialects import insert_new
from index.store.tables import people, sessions


class Person(msgspec.Struct, frozen=True):
    """Somebody who may sign in. Moments are UTC, without a zone.

    Attributes:
        id: the name as it is compared.
        name: as it was given; it stands in the ledger.
        password: its hash, by argon2.
        changed: when the password was last set.
        last_signed_in: None if never.
    """

    id: str
    name: str
    password: str
    scopes: frozenset[Scope]
    made: dt.datetime
    changed: dt.datetime
    last_signed_in: dt.datetime | None = None


class PeopleStore(Protocol):
    """Where people and sessions are kept. Safe to use from several threads; each method raises StoreUnavailable."""

    def add(self, person: Person) -> bool:
        """Keep somebody new; returns whether nobody has that id."""
        ...

    def find(self, person_id: str) -> Person | None:
        """Who has that id."""
        ...

    def all(self) -> list[Person]:
        """Everybody, by id."""
        ...

    def set_password(self, person_id: str, password: str, moment: dt.datetime) -> None:
        """Change a password's hash, and end all of the person's sessions.

        Raises:
            UnknownRecord: if there is nobody with that id.
        """
        ...

    def remove(self, person_id: str) -> None:
        """Take somebody out, with all sessions. What they wrote keeps their name.

        Raises:
            UnknownRecord: if there is nobody with that id.
        """
        ...

    def begin(self, sha256: str, person: Person, moment: dt.datetime, expires: dt.datetime) -> bool:
        """Begin a session, and forget those that have expired.

        Args:
            sha256: of what the browser holds.
            person: as they were when the password was compared.

        Returns:
            Whether it begins: not if the person is gone, or has another password meanwhile.
        """
        ...

    def signed_in(self, sha256: str, now: dt.datetime) -> Person | None:
        """Whose session it is; None if it has ended, has expired, or never was."""
        ...

    def end(self, sha256: str) -> None:
        """End a session."""

    def end_all(self, person_id: str) -> None:
        """End all sessions of a person."""


class SqlPeople(PeopleStore):
    """See `PeopleStore`."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def add(self, person: Person) -> bool:
        """See `PeopleStore`."""
        with self._connect(write=True) as connection:
            added = insert_new(connection, people).values(person_row(person)).returning(people.c.id)
            return connection.execute(added).first() is not None

    def find(self, person_id: str) -> Person | None:
        """See `PeopleStore`."""
        with self._connect() as connection:
            row = connection.execute(sa.select(people).where(people.c.id == person_id)).first()
        return None if row is None else person_in_row(row)

    def all(self) -> list[Person]:
        """See `PeopleStore`."""
        with self._connect() as connection:
            return [person_in_row(row) for row in connection.execute(sa.select(people).order_by(people.c.id))]

    def set_password(self, person_id: str, password: str, moment: dt.datetime) -> None:
        """See `PeopleStore`."""
        changed = sa.update(people).where(people.c.id == person_id).values(password=password, changed=moment)
        with self._connect(write=True) as connection:
            if not connection.execute(changed).rowcount:
                raise UnknownRecord("person", person_id)
            connection.execute(sa.delete(sessions).where(sessions.c.person_id == person_id))

    def remove(self, person_id: str) -> None:
        """See `PeopleStore`."""
        with self._connect(write=True) as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.person_id == person_id))
            if not connection.execute(sa.delete(people).where(people.c.id == person_id)).rowcount:
                raise UnknownRecord("person", person_id)

    def begin(self, sha256: str, person: Person, moment: dt.datetime, expires: dt.datetime) -> bool:
        """See `PeopleStore`."""
        same = (people.c.id == person.id, people.c.password == person.password)
        with self._connect(write=True) as connection:
            if not connection.execute(sa.update(people).where(*same).values(last_signed_in=moment)).rowcount:
                return False
            connection.execute(sa.delete(sessions).where(sessions.c.expires <= moment))
            row = {"sha256": sha256, "person_id": person.id, "made": moment, "expires": expires}
            connection.execute(sa.insert(sessions).values(row))
        return True

    def signed_in(self, sha256: str, now: dt.datetime) -> Person | None:
        """See `PeopleStore`."""
        query = sa.select(people).join(sessions, sessions.c.person_id == people.c.id)
        with self._connect() as connection:
            row = connection.execute(query.where(sessions.c.sha256 == sha256, sessions.c.expires > now)).first()
        return None if row is None else person_in_row(row)

    def end(self, sha256: str) -> None:
        """See `PeopleStore`."""
        with self._connect(write=True) as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.sha256 == sha256))

    def end_all(self, person_id: str) -> None:
        """See `PeopleStore`."""
        with self._connect(write=True) as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.person_id == person_id))


def person_row(person: Person) -> dict[str, object]:
    """Somebody's row in `people`."""
    return msgspec.structs.asdict(person) | {"scopes": " ".join(sorted(scope.value for scope in person.scopes))}


def person_in_row(row: sa.Row[tuple[object, ...]]) -> Person:
    """A row of `people`."""
    values = row._asdict()
    return Person(**values | {"scopes": frozenset(Scope(name) for name in values["scopes"].split())})
