"""People who sign in on the pages: made, taken out, and recognised by what their browser holds."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable, Collection

import msgspec

from index.errors import InvalidInput, UnknownRecord
from index.kinds import Scope
from index.store.people import PeopleStore, Person
from service.access import passwords
from service.access.clocks import utc_now
from service.access.errors import SignInRefused
from service.settings import Settings

LONGEST_NAME = 100
SECRET_BYTES = 32


class Session(msgspec.Struct, frozen=True):
    """Somebody who is signed in.

    Attributes:
        form_token: stands in each form of theirs: another site cannot know it.
    """

    person: Person
    form_token: str


class People:
    """All who may sign in. Safe to use from several threads. Comparing passwords takes some 50 ms and 64 MiB each."""

    def __init__(self, store: PeopleStore, lasting: dt.timedelta, now: Callable[[], dt.datetime] = utc_now) -> None:
        """Take where they are kept.

        Args:
            lasting: how long somebody is signed in.
        """
        self._store, self.lasting, self._now = store, lasting, now
        self._nobodys = passwords.nobodys()

    def add(self, name: str, password: str, scopes: Collection[Scope]) -> Person:
        """Let somebody new sign in; reading is always among what they may.

        Raises:
            InvalidInput: if the name is taken, or it or the password cannot be used.
        """
        told, now = _checked(name), self._now()
        hash_ = passwords.hashed(password, told)
        person = Person(_id(told), told, hash_, frozenset({*scopes, Scope.READ}), now, now)
        if not self._store.add(person):
            raise InvalidInput("name", f"there is a person {told!r} already")
        return person

    def set_password(self, name: str, password: str) -> None:
        """Give somebody another password, and end all of their sessions.

        Raises:
            UnknownRecord: if there is nobody with that name.
            InvalidInput: if the password cannot be used.
        """
        person = self.get(name)
        self._store.set_password(person.id, passwords.hashed(password, person.name), self._now())

    def change_password(self, person: Person, old: str, new: str) -> None:
        """The same, by the person, who has to know the old one.

        Raises:
            SignInRefused: if it is not the old one.
            InvalidInput: if the new one cannot be used.
        """
        if not passwords.is_password(old, person.password):
            raise SignInRefused
        self.set_password(person.name, new)

    def remove(self, name: str) -> Person:
        """Take somebody out, with all sessions.

        Raises:
            UnknownRecord: if there is nobody with that name.
        """
        person = self.get(name)
        self._store.remove(person.id)
        return person

    def get(self, name: str) -> Person:
        """Somebody by name, in any case.

        Raises:
            UnknownRecord: if there is nobody with that name.
        """
        found = self._store.find(_id(name))
        if found is None:
            raise UnknownRecord("person", name)
        return found

    def all(self) -> list[Person]:
        """Everybody, by name."""
        return self._store.all()

    def anybody(self) -> bool:
        """Whether there is anybody who may sign in."""
        return bool(self._store.all())

    def sign_in(self, name: str, password: str) -> str:
        """Begin a session. It takes as long, and says the same, whether nobody has that name or the password is another one.

        Returns:
            What the browser is to hold.

        Raises:
            SignInRefused: if the name or the password is wrong.
        """
        person = self._store.find(_id(name))
        good = passwords.is_password(password, person.password if person else self._nobodys)
        secret, now = secrets.token_urlsafe(SECRET_BYTES), self._now()
        if person is None or not good or not self._store.begin(_sha256(secret), person, now, now + self.lasting):
            raise SignInRefused
        return secret

    def recognise(self, secret: str) -> Session | None:
        """Whose session a browser holds; None if it is of no use."""
        person = self._store.signed_in(_sha256(secret), self._now())
        return Session(person, form_token(secret)) if person else None

    def sign_out(self, secret: str) -> None:
        """End a session."""
        self._store.end(_sha256(secret))

    def sign_out_everywhere(self, person: Person) -> None:
        """End all sessions of somebody."""
        self._store.end_all(person.id)


def people_of(settings: Settings, store: PeopleStore, now: Callable[[], dt.datetime] = utc_now) -> People:
    """All who may sign in, for as long as the settings say."""
    return People(store, dt.timedelta(hours=settings.session_hours), now)


def form_token(secret: str) -> str:
    """What stands in forms for who holds a secret: it follows from it, and tells nothing of it."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _id(name: str) -> str:
    """A name as it is compared: in any case, from any keyboard."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _checked(name: str) -> str:
    told = unicodedata.normalize("NFC", name).strip()
    if not told or len(told) > LONGEST_NAME or not told.isprintable():
        raise InvalidInput("name", f"must have 1 to {LONGEST_NAME} characters that can be printed")
    return told
