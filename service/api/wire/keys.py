"""API keys on the wire. A key itself is told once, to who made it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from index.kinds import Scope
from index.store.api_keys import ApiKey
from service.access.keyring import LONGEST_NAME, Made, state_of
from service.access.lifetimes import DAY, YEAR

Duration = Annotated[str, Meta(pattern=r"^[0-9]{1,6}[dhm]$", description="`90d`, `12h` or `30m`", examples=["24h"])]


class NewKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which key to make."""

    name: Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME, description="What it is for", examples=["newsroom CMS"])]
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=len(Scope), description="What it may do")]
    lifetime: Annotated[str, Meta(pattern=r"^([0-9]{1,6}[dhm]|never)$", description="After it, it expires", examples=["90d"])] = (
        YEAR
    )


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to replace a key."""

    grace: Annotated[Duration, Meta(description="How long the old one is still good")] = DAY


class KeyView(msgspec.Struct, frozen=True):
    """What is known of a key; moments are UTC.

    Attributes:
        state: `valid`, `replaced` (good until it expires), `expired` or `revoked`.
        last_used: to the minute.
    """

    id: str
    name: str
    scopes: list[Scope]
    state: str
    made: str
    made_by: str
    expires: str | None
    revoked: str | None
    replaced_by: str | None
    last_used: str | None

    @classmethod
    def of(cls, key: ApiKey, now: dt.datetime) -> KeyView:
        """Tell of a key; its hash stays behind."""
        return cls(
            id=key.id,
            name=key.name,
            scopes=[scope for scope in Scope if scope in key.scopes],
            state=state_of(key, now),
            made=f"{key.made.isoformat(timespec='seconds')}Z",
            made_by=key.made_by,
            expires=_told(key.expires),
            revoked=_told(key.revoked),
            replaced_by=key.replaced_by,
            last_used=_told(key.last_used),
        )


class KeyList(msgspec.Struct, frozen=True):
    """All keys, the newest first."""

    keys: list[KeyView]


class MadeKey(msgspec.Struct, frozen=True):
    """A new key. `secret` is told this once: only its hash is kept."""

    secret: str
    key: KeyView

    @classmethod
    def of(cls, made: Made, now: dt.datetime) -> MadeKey:
        """Tell of a new key."""
        return cls(made.secret, KeyView.of(made.key, now))


def _told(moment: dt.datetime | None) -> str | None:
    return f"{moment.isoformat(timespec='seconds')}Z" if moment else None
