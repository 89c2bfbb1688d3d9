"""What a key looks like, and its hash.

A key is `rebut_`, eight digits that may be seen (its id), `_`, and 256 random bits, all hexadecimal: one word that a double click
selects, and that scanners for leaked secrets find.

Only its SHA-256 is kept. A slow hash (argon2, bcrypt) protects what people choose, because few guesses are enough; nobody guesses
256 random bits, however fast the hash is, and each request would pay for it. A keyed hash would help against those who can read the
table and guess, which is the same: nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import NamedTuple

PREFIX = "rebut_"
NAMED = "key "
ID_BYTES, SECRET_BYTES = 4, 32
FORM = re.compile(r"rebut_([0-9a-f]{8})_[0-9a-f]{64}")
ID = re.compile(r"(?:rebut_)?([0-9a-f]{8})(?:_[0-9a-f]{64})?")


class Token(NamedTuple):
    """A key's visible part and its hash."""

    id: str
    sha256: str


def make() -> tuple[str, Token]:
    """A new key, and what may be kept of it."""
    key_id = secrets.token_hex(ID_BYTES)
    key = f"{PREFIX}{key_id}_{secrets.token_hex(SECRET_BYTES)}"
    return key, Token(key_id, _sha256(key))


def read(key: str) -> Token | None:
    """What may be kept of a key that somebody sent; None if it does not look like one."""
    found = FORM.fullmatch(key)
    return Token(found[1], _sha256(key)) if found else None


def name_of(key_id: str) -> str:
    """A key's name in records of who did what; it tells nothing of the key."""
    return f"{NAMED}{key_id}"


def id_named(name: str) -> str | None:
    """The id of the key with that name; None if it is somebody else's."""
    return name.removeprefix(NAMED) if name.startswith(NAMED) else None


def same(one: str, other: str) -> bool:
    """Whether two hashes are the same, in a time that does not tell how much of them is."""
    return hmac.compare_digest(one, other)


def id_in(text: str) -> str | None:
    """The id in what a person writes for a key: the id, the visible part, or all of it."""
    found = ID.fullmatch(text.strip())
    return found[1] if found else None


def stands_in(text: str) -> bool:
    """Whether a key stands anywhere in a text."""
    return FORM.search(text) is not None


def _sha256(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
