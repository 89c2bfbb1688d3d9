"""Who signed what, where the ledger's key was replaced: each key is good for its own time alone."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from index.ledger.notes import Checkpoint, PublicKey, key_in
from index.ledger.signatures import Signatures, Stretch
from index.store.sql import SqlStore
from index.store.tables import checkpoints
from tests.contracts.test_store import paper, statement

Change = Callable[..., SqlStore]


@pytest.fixture
def change(tmp_path: Path) -> Iterator[Change]:
    """Changes the base so many times, signing with a key; gives the store, which has that key."""
    opened: list[SqlStore] = []

    def once(key: str, times: int = 1) -> SqlStore:
        opened.append(SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite", key_in(tmp_path / key)))
        for _ in range(times):
            size = opened[-1].version().rpartition("-")[2]
            opened[-1].load([paper(statement(f"after-{size}"))])
        return opened[-1]

    yield once
    for store in opened:
        store.close()


def public(store: SqlStore) -> PublicKey:
    assert store.ledger.public_key
    return store.ledger.public_key


def found(store: SqlStore, *earlier: PublicKey) -> list[str]:
    return [f"{one.place}: {one.what}" for one in store.ledger.verify(earlier=earlier)]


def test_what_was_signed_before_a_key_was_replaced_needs_that_key(change: Change) -> None:
    first = public(change("first", 2))
    second = public(change("second"))
    store = change("third", 2)
    ids = [key.key_id.hex() for key in (first, second, public(store))]
    assert store.ledger.signed() == [Stretch(ids[0], 2, 3), Stretch(ids[1], 4, 4), Stretch(ids[2], 5, 6)]
    assert found(store, first, second) == found(store, second, first, public(store)) == []
    alone = f"is not signed with the ledger's key, or was changed; it names the key {ids[0]}"
    assert found(store)[:2] == [f"checkpoint 2: {alone}", f"checkpoint 3: {alone}"]
    assert found(store, first) == [f"checkpoint 4: is not signed with any of the 2 keys, or was changed; it names the key {ids[1]}"]


def test_a_key_that_was_replaced_does_not_sign_again(change: Change) -> None:
    first, second = public(change("first")), public(change("second"))
    change("first")
    again = [f"is signed with the key {key.key_id.hex()}, which had been replaced by then" for key in (first, second)]
    assert found(change("second"), first) == [f"checkpoint 4: {again[0]}"]
    assert found(change("third"), first, second) == [f"checkpoint 4: {again[0]}", f"checkpoint 5: {again[1]}"]


def test_a_name_alone_is_no_signature(change: Change) -> None:
    first, store = public(change("first")), change("second")
    with store._connect(write=True) as connection:
        (note,) = connection.execute(sa.select(checkpoints.c.note).where(checkpoints.c.size == 2)).scalars()
        forged = note[:-8] + ("AAAAAAA\n" if not note.endswith("AAAAAAA\n") else "BBBBBBB\n")
        connection.execute(sa.update(checkpoints).where(checkpoints.c.size == 2).values(note=forged))
    assert store.ledger.signed()[0] == Stretch(first.key_id.hex(), 2, 2)
    (told,) = found(store, first)
    assert told.startswith("checkpoint 2: is not signed with any of the 2 keys, or was changed")


def test_no_bit_of_a_signed_checkpoint_can_be_turned(tmp_path: Path) -> None:
    """The last digit of a signature has bits to spare, and lines have several ends."""
    signer, stands = key_in(tmp_path / "key"), Checkpoint(7, base64.b64encode(bytes(32)).decode())
    key, note = signer.public("rebut/x"), signer.note("rebut/x", stands)

    def good(changed: str) -> bool:
        return Signatures("rebut/x", key).wrong(stands, changed) is None

    turned = [note[:place] + chr(ord(sign) ^ 1 << bit) + note[place + 1 :] for place, sign in enumerate(note) for bit in range(8)]
    added = [note + more for more in ("x", "\n", "— somebody AAAA\n", note)]
    assert good(note)
    assert [changed for changed in (*turned, *added, note.rstrip()) if good(changed)] == []


def test_a_checkpoint_that_was_kept_is_of_an_earlier_key_too(change: Change) -> None:
    old = change("first")
    note = (old.ledger.checkpoint() or (None, ""))[1]
    store = change("second")
    assert list(store.ledger.verify(against=[str(note)], earlier=[public(old)])) == []
    places = [one.place for one in store.ledger.verify(against=[str(note)])]
    assert places == ["checkpoint 2", "the checkpoint 2 that was kept elsewhere"]


def test_what_nobody_signed_is_told(tmp_path: Path, change: Change) -> None:
    unsigned = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite")
    unsigned.load([paper(statement("a"))])
    unsigned.close()
    store = change("first")
    assert store.ledger.signed() == [Stretch(None, 2, 2), Stretch(public(store).key_id.hex(), 3, 3)]
    assert found(store) == ["checkpoint 2: is not signed"]
