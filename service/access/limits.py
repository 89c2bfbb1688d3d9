"""How many requests and claims a minute a key or an address may ask for.

The generic cell rate algorithm: as many at once as a minute allows, then evenly so many a minute; one number for each client, which
all processes of a data folder share (`tally.py`).
Litestar's own middleware counts requests only, keeps the moment of each, and tells of it in fields that the draft has given up. The
package `limits` reads the machine's clock, which jumps, starts threads to forget, and remembers as many clients as come.
"""

from __future__ import annotations

import ipaddress
import math
import zlib
from collections.abc import Callable
from typing import NamedTuple

from service.access.errors import LimitReached
from service.access.tally import Tally
from service.settings import Settings

WINDOW_S = 60.0
UNITS = ("requests", "claims")
ROUNDING_S = 1e-6
NAMES = 0xFFFF
"""Names that are tried are told apart by 16 bits: people type their passwords there, and nothing is kept that tells those."""


class Standing(NamedTuple):
    """What a client has left.

    Attributes:
        left: how many it may ask for at once now.
        full_s: seconds until it may ask for as many as ever.
        wait_s: seconds until it may ask for what it just did; 0 if it was allowed.
    """

    left: int
    full_s: float
    wait_s: float


class Allowance:
    """So many of something a minute, for each client."""

    def __init__(self, of: str, per_minute: int, seconds: Callable[[], float], tally: Tally) -> None:
        """Take how many.

        Args:
            of: what is allowed to whom: each has a tally of its own.
            per_minute: 0 for any number.
            seconds: the time, from a beginning on that all processes share.
        """
        self.per_minute = per_minute
        self._of, self._seconds, self._tally = of, seconds, tally

    def take(self, client: str, asked: int) -> Standing:
        """Take so many, if the client may have them; else nothing."""
        now, each_s = self._seconds(), WINDOW_S / self.per_minute
        with self._tally.of(f"{self._of} {client}") as used:
            # a later moment is of a clock that ran before the machine was started again
            full_at = used.full_at if now < used.full_at <= now + WINDOW_S + ROUNDING_S else now
            wait_s = full_at + asked * each_s - now - WINDOW_S
            allowed = wait_s <= ROUNDING_S
            used.full_at = full_at = full_at + asked * each_s if allowed else full_at
        left = math.floor((WINDOW_S - (full_at - now)) / each_s + ROUNDING_S)
        return Standing(max(0, left), full_at - now, 0.0 if allowed else wait_s)


class Limits:
    """The allowances of keys and of addresses, for requests and for claims."""

    def __init__(self, settings: Settings, seconds: Callable[[], float], tally: Tally) -> None:
        per_key = (settings.key_requests_per_minute, settings.key_claims_per_minute)
        per_address = (settings.address_requests_per_minute, settings.address_claims_per_minute)
        self._keys = [Allowance(f"{unit} key", most, seconds, tally) for unit, most in zip(UNITS, per_key, strict=True)]
        self._addresses = [
            Allowance(f"{unit} address", most, seconds, tally) for unit, most in zip(UNITS, per_address, strict=True)
        ]

    def meter(self, key_id: str | None, address: str) -> Meter:
        """What a request is counted by: its key if it has a good one, else the address that it comes from."""
        if key_id is not None:
            return Meter(key_id, *self._keys)
        return Meter(network(address), *self._addresses)


class SignInAttempts:
    """How often somebody may try to sign in: by the name that they give, and by the address that they come from."""

    def __init__(self, settings: Settings, seconds: Callable[[], float], tally: Tally) -> None:
        self._names, self._addresses = (
            Allowance(f"sign-in {of}", settings.sign_ins_per_minute, seconds, tally) for of in ("name", "address")
        )

    def count(self, name: str, address: str) -> None:
        """Count an attempt.

        Raises:
            LimitReached: if it is one too many.
        """
        for allowance, client in (
            (self._addresses, network(address)),
            (self._names, str(zlib.crc32(name.encode("utf-8", "replace")) & NAMES)),
        ):
            standing = allowance.take(client, 1)
            if standing.wait_s:
                raise LimitReached("attempts to sign in", allowance.per_minute, 1, standing.wait_s, {})


class Meter:
    """Counts what one client asks for."""

    def __init__(self, client: str, requests: Allowance, claims: Allowance) -> None:
        self._client = client
        self._allowances = dict(zip(UNITS, (requests, claims), strict=True))
        self._standings: dict[str, Standing] = {}

    def count_request(self) -> None:
        """Count a request.

        Raises:
            LimitReached: if it is one too many.
        """
        self._count("requests", 1)

    def count_claims(self, claims: int) -> None:
        """Count claims that a request has.

        Raises:
            LimitReached: if these are too many.
        """
        self._count("claims", claims)

    def _count(self, unit: str, asked: int) -> None:
        allowance = self._allowances[unit]
        if not allowance.per_minute:
            return
        standing = self._standings[unit] = allowance.take(self._client, asked)
        if standing.wait_s:
            raise LimitReached(unit, allowance.per_minute, asked, standing.wait_s, self.headers())

    def headers(self) -> dict[str, str]:
        """RateLimit fields of what was counted, as draft-ietf-httpapi-ratelimit-headers-11 has them; none if nothing was."""
        if not self._standings:
            return {}
        policies = [
            f'"{unit}-a-minute";q={self._allowances[unit].per_minute};qu="{unit}";w={WINDOW_S:.0f}' for unit in self._standings
        ]
        left = [
            f'"{unit}-a-minute";r={standing.left};t={math.ceil(standing.wait_s or standing.full_s)}'
            for unit, standing in self._standings.items()
        ]
        return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}


def network(address: str) -> str:
    """What of an address is one client: of IPv6 the first 64 bits, as each household has all that begin so."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
