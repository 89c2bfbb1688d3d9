"""The Merkle tree over the ledger's entries, as in RFC 6962: one hash for all, and short proofs that an entry is among them.

A leaf is the SHA-256 of an entry. A tree is kept as its full subtrees, the largest first: an entry more costs a few hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


class Tree:
    """The tree over the entries so far.

    Attributes:
        size: how many entries.
        subtrees: the roots of the full subtrees, the largest first: one for each bit that is set in `size`.
    """

    def __init__(self, size: int = 0, subtrees: Sequence[bytes] = ()) -> None:
        self.size = size
        self.subtrees = list(subtrees)

    def append(self, entry_hash: bytes) -> None:
        """Add the hash of one more entry."""
        node, rest = leaf(entry_hash), self.size
        while rest & 1:
            node = _node(self.subtrees.pop(), node)
            rest >>= 1
        self.subtrees.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The one hash for all entries."""
        if not self.subtrees:
            return hashlib.sha256(b"").digest()
        node = self.subtrees[-1]
        for left in reversed(self.subtrees[:-1]):
            node = _node(left, node)
        return node


def leaf(entry_hash: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + entry_hash).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def inclusion_proof(place: int, entry_hashes: Sequence[bytes]) -> list[bytes]:
    """The hashes that lead from an entry to the root of the tree over these entries, from the leaf upwards.

    Args:
        place: counted from 0.
    """
    size = len(entry_hashes)
    if size <= 1:
        return []
    half = 1 << (size - 1).bit_length() - 1
    if place < half:
        return [*inclusion_proof(place, entry_hashes[:half]), _root(entry_hashes[half:])]
    return [*inclusion_proof(place - half, entry_hashes[half:]), _root(entry_hashes[:half])]


def _root(entry_hashes: Sequence[bytes]) -> bytes:
    tree = Tree()
    for entry_hash in entry_hashes:
        tree.append(entry_hash)
    return tree.root()


def proves(proof: Sequence[bytes], place: int, size: int, entry_hash: bytes, root: bytes) -> bool:
    """Whether a proof shows that the entry stands at this place (from 0) of the tree of this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= place < size:
        return False
    node, last = leaf(entry_hash), size - 1
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = _node(step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = _node(node, step)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root
