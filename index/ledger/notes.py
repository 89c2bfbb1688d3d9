"""Checkpoints: the ledger's size and root, signed. C2SP tlog-checkpoint in a signed note, by Ed25519."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import os
import re
import tempfile
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from index.errors import LedgerKeyInvalid

ED25519 = b"\x01"
DASH = "— "


class Checkpoint(msgspec.Struct, frozen=True):
    """The ledger as it stood after some entry.

    Attributes:
        sequence: that of the last entry.
        hash: the root of the Merkle tree over all entries so far, base64.
    """

    sequence: int
    hash: str


class PublicKey(msgspec.Struct, frozen=True):
    """What checkpoints are checked with: the name of the ledger, and 32 bytes."""

    name: str
    raw: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    def told(self) -> str:
        """As a line of text: `name+id+key`."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.raw).decode()}"

    @classmethod
    def read(cls, line: str) -> PublicKey:
        """Read such a line.

        Raises:
            LedgerKeyInvalid: if it is none.
        """
        name, _, rest = line.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        with contextlib.suppress(binascii.Error, ValueError):
            raw = base64.b64decode(encoded, validate=True)
            key = cls(name, raw[1:])
            if raw[:1] == ED25519 and len(raw) == 33 and key.key_id.hex() == key_id:
                return key
        raise LedgerKeyInvalid(f"{line.strip()!r} is no public key of a ledger: NAME+ID+KEY")

    def signed(self, text: str, note: str) -> bool:
        """Whether the note is this text with this key's signature."""
        body, encoded = note.rpartition("\n\n")[0], _signature(note, self.name)
        return f"{body}\n" == text and encoded is not None and self._fits(encoded, text)

    def _fits(self, encoded: str, text: str) -> bool:
        try:
            raw = base64.b64decode(encoded, validate=True)
            Ed25519PublicKey.from_public_bytes(self.raw).verify(raw[4:], text.encode())
        except (binascii.Error, InvalidSignature, ValueError):
            return False
        return raw[:4] == self.key_id and base64.b64encode(raw).decode() == encoded  # the last digit has bits to spare


def _signature(note: str, name: str) -> str | None:
    """The first signature by this name, as it stands in a note."""
    for line in note.rpartition("\n\n")[2].splitlines():
        whose, _, encoded = line.removeprefix(DASH).partition(" ")
        if whose == name and line.startswith(DASH):
            return encoded
    return None


def key_id_in(note: str, name: str) -> str | None:
    """The id of the key that a note says it is signed with, 8 hex digits; None if it has no signature by this name."""
    try:
        raw = base64.b64decode(_signature(note, name) or "", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw[:4].hex() or None


class Signer:
    """Signs checkpoints."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def public(self, origin: str) -> PublicKey:
        """The public half, for the ledger with this name."""
        return PublicKey(origin, self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def note(self, origin: str, checkpoint: Checkpoint) -> str:
        """A signed checkpoint."""
        text = checkpoint_text(origin, checkpoint)
        return _note(text, origin, base64.b64encode(self.public(origin).key_id + self._key.sign(text.encode())).decode())


def _note(text: str, name: str, encoded: str) -> str:
    return f"{text}\n{DASH}{name} {encoded}\n"


def is_as_signed(text: str, note: str, name: str) -> bool:
    """Whether a note is as `Signer.note` makes it: this text with a signature by this name, whosever that is, and nothing else."""
    return note == _note(text, name, _signature(note, name) or "")


def checkpoint_text(origin: str, checkpoint: Checkpoint) -> str:
    """A checkpoint without signatures."""
    return f"{origin}\n{checkpoint.sequence}\n{checkpoint.hash}\n"


def read_checkpoint(note: str) -> tuple[str, Checkpoint] | None:
    """The ledger's name, and the checkpoint, as a note has them; None if it is none. Signatures are not looked at."""
    lines = note.split("\n")
    if len(lines) < 4 or not re.fullmatch("[0-9]{1,18}", lines[1]):
        return None
    return lines[0], Checkpoint(int(lines[1]), lines[2])


def key_in(path: Path) -> Signer:
    """The key in a file; a new one is made if there is none.

    Only its owner can read it; where that is another account (root, for a mounted secret), the file's group can, too.

    Raises:
        LedgerKeyInvalid: if the file holds no such key, or others can read it.
        OSError: if it can be neither read nor made.
    """
    if not path.exists():
        _make(path)
    status = path.stat()
    if status.st_mode & (0o077 if status.st_uid == os.getuid() else 0o037):
        raise LedgerKeyInvalid(f"{path}: others can read or change the ledger's key: `chmod 600 {path}`")
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise LedgerKeyInvalid(f"{path}: is no private key in PEM form") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise LedgerKeyInvalid(f"{path}: is no Ed25519 key")
    return Signer(key)


def _make(path: Path) -> None:
    """Make a key. The file appears whole, never in the place of another, and is on the disk before anything is signed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    scratch = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was faster: its key holds
            os.link(scratch, path)
    finally:
        scratch.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
