"""Passwords: what may be one, and its hash.

Argon2id with the memory and time that RFC 9106 gives for machines with little of it (64 MiB, three passes), the package's default:
a thief of the table can try some ten a second on a machine, where of a plain hash it were billions.
"""

from __future__ import annotations

import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from index.errors import InvalidInput, Reason

SHORTEST, LONGEST = 12, 1_000
"""Characters. No sort of them is asked for: length is what helps, as NIST's SP 800-63B has it."""

_hasher = PasswordHasher()


def hashed(password: str, name: str = "") -> str:
    """A password's hash, with its salt and what it was made by.

    Args:
        name: whose it is: the password must be something else.

    Raises:
        InvalidInput: if it may not be one.
    """
    plain = _normal(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise InvalidInput(
            "password", Reason("must have %(least)s to %(most)s characters", {"least": SHORTEST, "most": f"{LONGEST:,}"})
        )
    if len(set(plain)) < SHORTEST // 3 or (name and plain.casefold() == _normal(name).casefold()):
        raise InvalidInput("password", Reason("is too easy to guess"))
    return _hasher.hash(plain)


def is_password(password: str, hash_: str) -> bool:
    """Whether a hash is that of a password."""
    try:
        return len(password) <= LONGEST and _hasher.verify(hash_, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def nobodys() -> str:
    """A hash that is of no password: to compare one with it takes as long as with anybody's."""
    return _hasher.hash(secrets.token_hex(32))


def _normal(text: str) -> str:
    """The same password may come from another keyboard in other code points."""
    return unicodedata.normalize("NFKC", text)
