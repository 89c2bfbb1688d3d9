"""Keys: made, replaced, taken back, and recognised."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import msgspec
import structlog

from index.errors import InvalidInput, StoreUnavailable
from index.kinds import Scope
from index.store.api_keys import ApiKey, KeyStore
from service.access import tokens
from service.access.clocks import utc_now
from service.access.errors import KeyRefused, KeySpent

log = structlog.get_logger(__name__)

COMMAND_LINE = "command line"
"""Who made a key that was made there."""
LONGEST_NAME = 100
MINUTE = dt.timedelta(minutes=1)


class Made(msgspec.Struct, frozen=True):
    """A new key: the only moment at which it can be seen."""

    secret: str
    key: ApiKey


class Keyring:
    """All keys of a service. Safe to use from several threads.

    When a key was used last is written in a thread of its own, once a minute at most: no request waits for it. What cannot be
    written is told in the log.
    """

    def __init__(self, store: KeyStore, now: Callable[[], dt.datetime] = utc_now) -> None:
        self._store = store
        self._now = now
        self._lock = threading.Lock()
        self._noted: dict[str, dt.datetime] = {}
        self._notes: ThreadPoolExecutor | None = None

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Within the block it is noted when keys are used; at its end all of it is written."""
        with ThreadPoolExecutor(1, "key-uses") as notes:
            self._notes = notes
            try:
                yield
            finally:
                with self._lock:
                    self._notes = None

    def new(self, name: str, scopes: Collection[Scope], lifetime: dt.timedelta | None, made_by: str) -> Made:
        """Make a key.

        Args:
            lifetime: it expires after it; None for never.
            made_by: the id of the key that asks for it, or `COMMAND_LINE`.

        Raises:
            InvalidInput: if the name or the scopes cannot be used.
        """
        made = self._made(_checked(name), _some(scopes), lifetime, made_by)
        self._store.add(made.key)
        return made

    def rotate(self, key_id: str, grace: dt.timedelta, made_by: str) -> Made:
        """Make a key instead of another one, which is good for `grace` longer; the new one lives as long as the old one did.

        Raises:
            UnknownRecord: if there is no such key.
            KeySpent: if it was revoked, has expired, or was replaced before.
        """
        old = self._store.get(key_id)
        if reason := self._spent(old) or (old.replaced_by and f"it was replaced by {old.replaced_by}"):
            raise KeySpent(f"the key {key_id} cannot be replaced: {reason}")
        made = self._made(old.name, old.scopes, old.expires - old.made if old.expires else None, made_by)
        if not self._store.replace(key_id, made.key, self._now() + grace):
            raise KeySpent(f"the key {key_id} cannot be replaced: somebody else did it, or took it back")
        return made

    def revoke(self, key_id: str) -> ApiKey:
        """Take a key back: it is of no use from the next request on, in every process.

        Raises:
            UnknownRecord: if there is no such key.
        """
        self._store.get(key_id)
        self._store.revoke(key_id, self._now())
        return self._store.get(key_id)

    def all(self) -> list[ApiKey]:
        """All keys, the newest first; those of no use as well."""
        return self._store.all()

    def recognise(self, secret: str) -> ApiKey:
        """The key that somebody sent.

        Raises:
            KeyRefused: if there is no such key, or it is of no use any more.
        """
        token = tokens.read(secret)
        key = self._store.find(token.id) if token else None
        if token is None or key is None or not tokens.same(token.sha256, key.sha256):
            raise KeyRefused("there is no such key")
        if reason := self._spent(key):
            raise KeyRefused(reason)
        self._note(key)
        return key

    def _made(self, name: str, scopes: Collection[Scope], lifetime: dt.timedelta | None, made_by: str) -> Made:
        secret, token = tokens.make()
        now = self._now()
        expires = None if lifetime is None else now + lifetime
        return Made(secret, ApiKey(token.id, token.sha256, name, frozenset(scopes), made_by, now, expires))

    def _spent(self, key: ApiKey) -> str | None:
        """Why a key is of no use any more."""
        if key.revoked is not None:
            return "the key was revoked"
        return "the key has expired" if key.expires is not None and key.expires <= self._now() else None

    def _note(self, key: ApiKey) -> None:
        """Have it written that a key is used, unless that was done within the last minute."""
        now = self._now()
        with self._lock:
            last = self._noted.get(key.id, key.last_used)
            if self._notes is None or (last is not None and abs(now - last) < MINUTE):
                return
            self._noted[key.id] = now
            self._notes.submit(self._write, key.id, now)

    def _write(self, key_id: str, moment: dt.datetime) -> None:
        try:
            self._store.mark_used(key_id, moment)
        except StoreUnavailable as error:
            log.warning("it could not be noted that a key was used", key=key_id, reason=str(error))


def _checked(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput("name", f"must have 1 to {LONGEST_NAME} characters that can be printed")
    return name


def _some(scopes: Collection[Scope]) -> Collection[Scope]:
    if not scopes:
        raise InvalidInput("scopes", "must name at least one")
    return scopes


def state_of(key: ApiKey, now: dt.datetime) -> str:
    """Whether a key is of use: `valid`, `replaced` (and still good for a while), `expired` or `revoked`."""
    if key.revoked is not None:
        return "revoked"
    if key.expires is not None and key.expires <= now:
        return "expired"
    return "valid" if key.replaced_by is None else "replaced"
