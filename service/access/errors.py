"""Why somebody may not do what they ask for. No message has a key in it."""

from __future__ import annotations

import math

from index.errors import RebutError

CHALLENGE = "WWW-Authenticate"
REALM = 'realm="rebut"'


class KeyMissing(RebutError):
    """A request needs a key and has none.

    Attributes:
        scheme: how the client should send one.
    """

    def __init__(self, scheme: str = "Bearer") -> None:
        self.headers = {CHALLENGE: f"{scheme} {REALM}"}
        super().__init__("a key is required: send it as `Authorization: Bearer …`")


class KeyRefused(RebutError):
    """A request has a key that is of no use."""

    def __init__(self, reason: str, scheme: str = "Bearer") -> None:
        told = f', error="invalid_token", error_description="{reason}"' if scheme == "Bearer" else ""
        self.headers = {CHALLENGE: f"{scheme} {REALM}{told}"}
        super().__init__(reason)


class ScopeMissing(RebutError):
    """A request has a good key that may not do this."""

    def __init__(self, needed: str) -> None:
        self.headers = {CHALLENGE: f'Bearer {REALM}, error="insufficient_scope", scope="{needed}"'}
        super().__init__(f"this key may not do that: one with the scope {needed!r} may")


class NotSignedIn(RebutError):
    """A page is for those who are signed in."""

    def __init__(self) -> None:
        super().__init__("sign in first")


class PersonMayNot(RebutError):
    """Somebody is signed in who may not do this."""

    def __init__(self, needed: str) -> None:
        super().__init__(f"you may not do that: it takes {needed!r}; who runs this service can give it to you")


class SignInRefused(RebutError):
    """The name or the password is wrong; which of them is not told."""

    def __init__(self) -> None:
        super().__init__("the name or the password is wrong")


class FormRefused(RebutError):
    """A form was not sent from a page that was shown to whoever is signed in."""

    def __init__(self) -> None:
        super().__init__("the page was opened before you signed in, or elsewhere: look it over, and send it again")


class KeyInAddress(RebutError):
    """A key stands in a request's address, which is kept in logs and histories."""

    def __init__(self) -> None:
        super().__init__(
            "a key stands in the address, and addresses are kept in logs: send it as `Authorization: Bearer …`, and revoke this one"
        )


class UnknownHost(RebutError):
    """A request is for a host that the settings do not name."""

    def __init__(self) -> None:
        super().__init__("the service is not known by the name in the Host header; REBUT_HOSTS lists its names")


class LimitReached(RebutError):
    """A key or an address asks for more than it may in a minute.

    Attributes:
        headers: tell a client when to come again; RateLimit as draft-ietf-httpapi-ratelimit-headers-11 has it.
    """

    def __init__(self, unit: str, per_minute: int, asked: int, wait_s: float, headers: dict[str, str]) -> None:
        """Take what was asked for.

        Args:
            unit: `requests` or `claims`.
            asked: how many at once; more than `per_minute` are never allowed.
            wait_s: seconds until so many are allowed.
        """
        retry_after = max(1, math.ceil(wait_s))
        self.headers = {"Retry-After": str(retry_after), **headers}
        advice = f"try again in {retry_after} s" if asked <= per_minute else f"{asked} at once are more than that"
        super().__init__(f"{per_minute} {unit} a minute are allowed: {advice}")


class KeySpent(RebutError):
    """A key cannot be replaced: it was revoked, has expired, or was replaced before."""
