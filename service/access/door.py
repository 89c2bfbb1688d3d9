"""The door: each guarded request passes it, and is let in, or told why not."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection
from typing import Any

import msgspec
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection

from index.kinds import Scope
from index.store.api_keys import ApiKey
from service.access import tokens
from service.access.errors import KeyInAddress, KeyMissing, KeyRefused, NotSignedIn, PersonMayNot, ScopeMissing, UnknownHost
from service.access.keyring import Keyring
from service.access.limits import Limits, Meter
from service.access.people import People, Session
from service.settings import Settings, names_in

Connection = ASGIConnection[Any, Any, Any, Any]

HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")

BROWSER = "browser"
"""Key in a handler's `opt`: people open it. There, and only there, a browser's cookie tells who is signed in, and to read and check
a key may come as the password that the browser asks for."""

COOKIE = "rebut-session"
SAFE_COOKIE = f"__Host-{COOKIE}"
"""The cookie's name where pages come by HTTPS: browsers take it from this host alone, and by HTTPS only."""

OPEN = frozenset({Scope.READ, Scope.CHECK})
"""What everybody may unless the setting is `keyed`."""

IMPLIED = {Scope.EDIT: {Scope.READ}, Scope.REVIEW: {Scope.READ}, Scope.ADMIN: set(Scope)}
"""Who changes records has to read them."""


class Caller(msgspec.Struct, frozen=True):
    """Who asks.

    Attributes:
        key: None for anybody, and for who is signed in.
        meter: counts what is asked for.
        session: whose a browser is; None for keys and anybody.
    """

    key: ApiKey | None
    meter: Meter
    session: Session | None = None

    @property
    def name(self) -> str:
        """For records of who did what: the key's id, which tells nothing of the key, or the person's name."""
        if self.session:
            return f"person {self.session.person.name}"
        return "anybody" if self.key is None else tokens.name_of(self.key.id)

    def may(self, scope: Scope) -> bool:
        """Whether the key, or the person, is allowed it."""
        holder = self.session.person if self.session else self.key
        own = holder.scopes if holder else frozenset()
        return scope in own or any(scope in IMPLIED.get(one, ()) for one in own)


class Door:
    """Lets requests in by the settings, the keys and the limits."""

    def __init__(self, settings: Settings, keyring: Keyring, people: People, limits: Limits) -> None:
        self._https = settings.public_url.startswith("https:")
        self._people = people
        self._hosts = {_name(host) for host in names_in(settings.hosts)}
        self._open = frozenset() if settings.access == "keyed" else OPEN
        self._keyring = keyring
        self._limits = limits

    async def admit(self, connection: Connection, needed: Collection[Scope]) -> None:
        """Let a request in that may do all of `needed`, and count it; the caller is then `connection.auth`.

        Raises:
            RebutError: one of `service.access.errors` that tells why not.
        """
        if self._hosts and _name(connection.headers.get("host", "")) not in self._hosts:
            raise UnknownHost
        if tokens.stands_in(f"{connection.scope['path']}?{connection.scope['query_string'].decode('latin-1')}"):
            raise KeyInAddress
        browser = bool(connection.route_handler.opt.get(BROWSER))
        scheme = "Basic" if browser else "Bearer"
        connection.scope["auth"] = caller = await self._caller(connection, scheme)
        caller.meter.count_request()
        try:
            for scope in needed:
                self._refuse(caller, scope, scheme)
        except KeyMissing:
            if browser and await sync_to_thread(self._people.anybody):
                raise NotSignedIn from None
            raise

    def cookie(self, connection: Connection) -> str:
        """The name of a browser's cookie: `SAFE_COOKIE` where the service's public address, or that of this request, has https."""
        return SAFE_COOKIE if self._https or connection.scope["scheme"] == "https" else COOKIE

    async def _caller(self, connection: Connection, scheme: str) -> Caller:
        address = connection.client.host if connection.client else ""
        if scheme == "Basic" and (held := connection.cookies.get(self.cookie(connection))):
            session = await sync_to_thread(self._people.recognise, held)
            if session:
                return Caller(None, self._limits.meter(f"person {session.person.id}", address), session)
        secret = _secret(connection.headers.get("authorization", ""), scheme)
        if secret is None:
            return Caller(None, self._limits.meter(None, address))
        try:
            key = await sync_to_thread(self._keyring.recognise, secret)
        except KeyRefused as error:
            self._limits.meter(None, address).count_request()
            raise KeyRefused(str(error), scheme) from None
        return Caller(key, self._limits.meter(key.id, address))

    def _refuse(self, caller: Caller, needed: Scope, scheme: str) -> None:
        if scheme == "Basic" and needed not in OPEN and caller.session is None:
            raise NotSignedIn  # a browser sends a key by itself with whatever another site makes it ask for
        if needed in self._open or caller.may(needed):
            return
        if caller.session:
            raise PersonMayNot(needed.value)
        raise ScopeMissing(needed.value) if caller.key else KeyMissing(scheme)


def _secret(authorization: str, scheme: str) -> str | None:
    """The key that a request brings; None if it brings none. A browser's password that is no key is another service's."""
    kind, _, sent = authorization.partition(" ")
    if kind.lower() == "bearer":
        return sent.strip()
    if kind.lower() != "basic" or scheme != "Basic":
        return None
    try:
        password = base64.b64decode(sent.strip(), validate=True).decode("utf-8").rpartition(":")[2]
    except (binascii.Error, ValueError):
        return None
    return password if tokens.read(password) else None


def _name(host: str) -> str:
    """A host's name without its port, in small letters; empty if anything else stands there, which would reach addresses."""
    found = HOST.fullmatch(host.strip())
    return found[1].lower() if found else ""
