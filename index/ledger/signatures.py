"""Who signed which checkpoints: the ledger's key, and those that it had before that one was replaced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from index.ledger.notes import Checkpoint, PublicKey, checkpoint_text, is_as_signed, key_id_in


class Stretch(NamedTuple):
    """Checkpoints that follow each other and name the same key.

    Attributes:
        key_id: the key's, 8 hex digits; None if they are not signed.
        first, last: the number of entries that the first and the last one are of.
    """

    key_id: str | None
    first: int
    last: int


def stretches(notes: Iterable[tuple[int, str | None]], origin: str) -> list[Stretch]:
    """What checkpoints say of who signed them. Whether it is true is for `Signatures` to tell.

    Args:
        notes: the size of each checkpoint, and its note; in their order.
        origin: the ledger's name.
    """
    named = ((size, key_id_in(note, origin) if note else None) for size, note in notes)
    found = [(key_id, [size for size, _ in some]) for key_id, some in groupby(named, lambda one: one[1])]
    return [Stretch(key_id, sizes[0], sizes[-1]) for key_id, sizes in found]


class Signatures:
    """Checks the signatures of one ledger."""

    def __init__(self, origin: str, key: PublicKey | None, earlier: Sequence[PublicKey] = ()) -> None:
        """Take the keys.

        Args:
            origin: the ledger's name.
            key: the one that signs now; None not to look at signatures.
            earlier: those that signed before, in any order.
        """
        self._origin, self._key = origin, key
        self._keys = [key, *(one for one in earlier if one != key)] if key else []
        self._seen: list[PublicKey] = []

    def signer(self, checkpoint: Checkpoint, note: str) -> PublicKey | None:
        """Which of the keys signed a checkpoint."""
        text = checkpoint_text(self._origin, checkpoint)
        return next((key for key in self._keys if key.signed(text, note)), None)

    def fit(self, checkpoint: Checkpoint, note: str) -> bool:
        """Whether one of the keys signed it, if anybody looks."""
        return not self._keys or self.signer(checkpoint, note) is not None

    def wrong(self, checkpoint: Checkpoint, note: str | None) -> str | None:
        """What is wrong with the signature of the next checkpoint. A key that was replaced does not sign again."""
        if not self._keys:
            return None
        if note is None:
            return "is not signed"
        signer = self.signer(checkpoint, note)
        if signer is None or not is_as_signed(checkpoint_text(self._origin, checkpoint), note, self._origin):
            return self._by_none(note)
        again = signer != self._key and (self._key in self._seen or signer in self._seen[:-1])
        if not self._seen or self._seen[-1] != signer:
            self._seen.append(signer)
        return f"is signed with the key {signer.key_id.hex()}, which had been replaced by then" if again else None

    def _by_none(self, note: str) -> str:
        which = "the ledger's key" if len(self._keys) == 1 else f"any of the {len(self._keys)} keys"
        named = key_id_in(note, self._origin)
        return f"is not signed with {which}, or was changed" + (f"; it names the key {named}" if named else "")
