"""What the ledger is made of: canonical JSON, the Merkle tree, signed notes, the key."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import LedgerKeyInvalid
from index.kinds import Action, Rated, RecordKind, State
from index.ledger.entries import Entry, Record, canonical, head_after, record_in, salted
from index.ledger.merkle import Tree, inclusion_proof, leaf, proves
from index.ledger.notes import Checkpoint, PublicKey, key_in, read_checkpoint
from index.records import Citation, Party, Rating, Review, Statement
from tests.contracts.test_store import review, statement

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
figures = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53) + 1, 2**53 - 1).map(float)
records = st.builds(
    Statement,
    id=texts,
    text=texts,
    language=texts,
    citations=st.just([Citation("site", "s", 1)]),
    claimant=st.builds(Party, texts),
    wordings=st.dictionaries(texts, st.lists(texts)),
) | st.builds(
    Review,
    id=texts,
    statement_id=texts,
    citation=st.just(Citation("site", url="https://a.example/1")),
    reviewer=st.builds(Party, texts),
    language=texts,
    rating=st.builds(Rating, st.sampled_from(Rated), texts, figures, figures, figures),
)


def entry(**fields: object) -> Entry:
    given = {"sequence": 1, "previous": "0" * 64, "act": 1, "action": Action.EDIT, "time": "2026-01-01T00:00:00.000000Z"}
    given |= {"who": "me", "why": "x", "kind": RecordKind.STATEMENT, "record_id": "a", "revision": 1, "state": State.PUBLISHED}
    return Entry(**given | fields)


@given(records)
@settings(max_examples=60, deadline=None)
def test_records_are_written_as_rfc_8785_wants_it_and_read_back(record: Record) -> None:
    assert canonical(record) == rfc8785.dumps(msgspec.to_builtins(record))
    content = salted(record)
    assert content == rfc8785.dumps(json.loads(content, parse_int=float))
    kind = RecordKind.REVIEW if isinstance(record, Review) else RecordKind.STATEMENT
    assert record_in(content, kind) == record


@given(texts, texts)
def test_entries_are_written_as_rfc_8785_wants_it(who: str, why: str) -> None:
    one = entry(who=who, why=why, fields=["text"], expires="2026-01-01", restores=0)
    assert canonical(one) == rfc8785.dumps(msgspec.to_builtins(one))
    assert msgspec.json.decode(canonical(one), type=Entry) == one


def test_no_two_contents_have_the_same_hash_though_they_say_the_same() -> None:
    assert salted(statement("a")) != salted(statement("a"))
    assert len(salted(review("r", "a"))) == len(salted(review("r", "a")))


def test_an_import_that_was_undone_counts_as_never_made() -> None:
    brought = head_after(entry(action=Action.IMPORT, content="1"), None, None)
    assert (brought.imported, brought.as_imported) == ("1", True)
    edited = head_after(entry(content="2", revision=2), brought, None)
    assert (edited.imported, edited.as_imported) == ("1", False)
    back = head_after(entry(action=Action.UNDO, content="1", revision=3, restores=1), edited, brought)
    assert back.as_imported
    gone = head_after(entry(action=Action.UNDO, state=State.RETIRED, content="1", revision=2, restores=0), brought, None)
    assert (gone.imported, gone.undone) == (None, True)


def roots(hashes: list[bytes]) -> bytes:
    """RFC 6962's definition, word by word."""
    if len(hashes) == 1:
        return leaf(hashes[0])
    half = 2 ** (math.ceil(math.log2(len(hashes))) - 1)
    return hashlib.sha256(b"\x01" + roots(hashes[:half]) + roots(hashes[half:])).digest()


def test_the_tree_and_its_proofs() -> None:
    hashes = [hashlib.sha256(bytes([number])).digest() for number in range(40)]
    tree = Tree()
    assert tree.root() == hashlib.sha256(b"").digest()
    for size, one in enumerate(hashes, 1):
        tree.append(one)
        tree = Tree(tree.size, tree.subtrees)
        assert tree.root() == roots(hashes[:size])
        assert len(tree.subtrees) == size.bit_count()
        for place in range(size):
            proof = inclusion_proof(place, hashes[:size])
            assert proves(proof, place, size, hashes[place], tree.root())
            assert not proves(proof, place, size, hashes[place - 1], tree.root()) or size == 1
            assert not proves([*proof, leaf(one)], place, size, hashes[place], tree.root())
        assert not proves([], size, size, one, tree.root())


def test_a_note_that_others_signed_can_be_checked() -> None:
    """The example in the documentation of golang.org/x/mod/sumdb/note."""
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    key = PublicKey.read("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = f"{text}\n— PeterNeumann {signature}\n"
    assert key.signed(text, note)
    assert not key.signed(text, note.replace("x08go", "x08gp"))
    assert not key.signed(text.replace("your", "our"), note.replace("your", "our"))
    assert not PublicKey("Somebody", key.raw).signed(text, note)


def test_checkpoints_are_signed_notes(tmp_path: Path) -> None:
    signer = key_in(tmp_path / "key")
    note = signer.note("rebut/x", Checkpoint(7, base64.b64encode(bytes(32)).decode()))
    text, _, signatures = note.rpartition("\n\n")
    assert text == f"rebut/x\n7\n{'A' * 43}="
    assert signatures.startswith("— rebut/x ")
    public = PublicKey.read(signer.public("rebut/x").told())
    assert public == signer.public("rebut/x")
    assert public.signed(text + "\n", note)
    assert read_checkpoint(note) == ("rebut/x", Checkpoint(7, f"{'A' * 43}="))
    for wrong in ("", "x", "x\ny\nz\n", "+".join(["a", "b", "c"])):
        assert read_checkpoint(wrong) is None
        with pytest.raises(LedgerKeyInvalid):
            PublicKey.read(wrong)


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_a_key_that_another_account_put_there_may_be_read_by_its_group(tmp_path: Path) -> None:
    first = key_in(path := tmp_path / "ledger.key").public("x")
    os.chown(path, 12_345, -1)
    path.chmod(0o440)
    assert key_in(path).public("x") == first
    for mode in (0o460, 0o444):
        path.chmod(mode)
        with pytest.raises(LedgerKeyInvalid, match="others can read"):
            key_in(path)


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "ledger.key"
    first = key_in(path).public("x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert key_in(path).public("x") == first
    path.chmod(0o640)
    with pytest.raises(LedgerKeyInvalid, match="chmod 600"):
        key_in(path)
    path.chmod(0o600)
    path.write_text("nonsense")
    with pytest.raises(LedgerKeyInvalid, match="no private key"):
        key_in(path)


def test_who_makes_the_key_at_the_same_time_gets_the_same(tmp_path: Path) -> None:
    """Threads share their process's number, as the first processes of containers do."""
    for number in range(20):
        path = tmp_path / str(number) / "ledger.key"
        with ThreadPoolExecutor(8) as threads:
            keys = {signer.public("x") for signer in threads.map(key_in, [path] * 8)}
        assert keys == {key_in(path).public("x")}
        assert list(path.parent.iterdir()) == [path]
