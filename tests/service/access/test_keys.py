"""Keys: what is kept of them, and until when they are good. Over the real store."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import InvalidInput, UnknownRecord
from index.kinds import Scope
from index.store.sql import SqlStore
from service.access import tokens
from service.access.errors import KeyRefused, KeySpent
from service.access.keyring import COMMAND_LINE, Keyring, Made, state_of
from service.access.lifetimes import duration_of, lifetime_of

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.moment = dt.datetime(2026, 5, 3, 12)
        self.ticks = 1000.0

    def now(self) -> dt.datetime:
        return self.moment

    def seconds(self) -> float:
        return self.ticks


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def keyring(store: SqlStore, hands: Hands) -> Iterator[Keyring]:
    keyring = Keyring(store.keys, hands.now)
    with keyring.noting():
        yield keyring


def new(keyring: Keyring, lifetime: dt.timedelta | None = DAY) -> Made:
    return keyring.new("a desk", {Scope.READ, Scope.EDIT}, lifetime, COMMAND_LINE)


def refusal(keyring: Keyring, secret: str) -> str:
    with pytest.raises(KeyRefused) as raised:
        keyring.recognise(secret)
    assert not secret or secret not in str(raised.value) + str(raised.value.headers)
    return str(raised.value)


def test_a_key_is_recognised_and_no_other(keyring: Keyring) -> None:
    made = new(keyring)
    assert keyring.recognise(made.secret) == made.key
    assert (made.key.name, made.key.scopes, made.key.made_by) == ("a desk", {Scope.READ, Scope.EDIT}, COMMAND_LINE)
    other = made.secret[:-1] + ("0" if made.secret[-1] != "0" else "1")
    for wrong in (other, other.upper(), made.secret[:-1], made.secret + "0", f" {made.secret}", made.key.sha256, "", "я"):
        assert refusal(keyring, wrong) == "there is no such key"
    assert refusal(keyring, f"rebut_{'0' * 8}_{secrets.token_hex(32)}") == "there is no such key"


def test_keys_are_random_and_can_be_told_from_their_form() -> None:
    made = [tokens.make() for _ in range(100)]
    assert len({token.id for _, token in made}) == len({token.sha256 for _, token in made}) == 100
    for key, token in made:
        assert tokens.read(key) == token
        assert len(bytes.fromhex(key.removeprefix(f"rebut_{token.id}_"))) == 32
        assert tokens.stands_in(f"/somewhere?x={key}&y")
        assert {tokens.id_in(text) for text in (key, token.id, f"rebut_{token.id}", f" {token.id}\n")} == {token.id}
    assert tokens.id_in("rebut_") is None
    assert not tokens.stands_in(f"rebut_{'0' * 8}_{'0' * 63}")


def test_only_hashes_are_in_the_files_of_the_database(keyring: Keyring, store: SqlStore, tmp_path: Path) -> None:
    made = new(keyring)
    rotated = keyring.rotate(made.key.id, HOUR, COMMAND_LINE)
    keyring.recognise(rotated.secret)
    files = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("rebut.sqlite*"))
    for one in (made, rotated):
        assert one.key.sha256.encode() in files
        secret = one.secret.removeprefix(f"rebut_{one.key.id}_")
        for form in (secret.encode(), bytes.fromhex(secret), secret[:16].encode(), bytes.fromhex(secret)[:8]):
            assert form not in files


def test_a_key_expires(keyring: Keyring, hands: Hands) -> None:
    made, lasting = new(keyring), new(keyring, None)
    hands.moment += DAY - dt.timedelta(seconds=1)
    keyring.recognise(made.secret)
    hands.moment += dt.timedelta(seconds=1)
    assert refusal(keyring, made.secret) == "the key has expired"
    hands.moment += 10_000 * DAY
    keyring.recognise(lasting.secret)


def test_a_key_that_is_revoked_is_of_no_use_at_once_in_every_process(keyring: Keyring, hands: Hands, tmp_path: Path) -> None:
    made = new(keyring)
    keyring.recognise(made.secret)
    other = SqlStore(f"sqlite:///{tmp_path}/data/rebut.sqlite")
    revoked = Keyring(other.keys, hands.now).revoke(made.key.id)
    assert revoked.revoked == hands.moment
    assert refusal(keyring, made.secret) == "the key was revoked"
    hands.moment += HOUR
    assert keyring.revoke(made.key.id) == revoked
    with pytest.raises(UnknownRecord):
        keyring.revoke("0" * 8)
    other.close()


def test_a_key_that_is_replaced_is_good_for_a_while(keyring: Keyring, hands: Hands) -> None:
    old = new(keyring)
    made = keyring.rotate(old.key.id, HOUR, "somebody")
    assert (made.key.name, made.key.scopes, made.key.made_by) == (old.key.name, old.key.scopes, "somebody")
    assert made.key.expires == hands.moment + DAY
    assert keyring.recognise(old.secret).replaced_by == made.key.id
    hands.moment += HOUR
    assert refusal(keyring, old.secret) == "the key has expired"
    keyring.recognise(made.secret)


def test_a_grace_never_lengthens_a_key_s_life(keyring: Keyring, hands: Hands) -> None:
    old = new(keyring, HOUR)
    keyring.rotate(old.key.id, DAY, COMMAND_LINE)
    hands.moment += HOUR
    assert refusal(keyring, old.secret) == "the key has expired"


def test_what_is_of_no_use_or_was_replaced_cannot_be_replaced(keyring: Keyring, hands: Hands) -> None:
    replaced, revoked, expired = new(keyring), new(keyring), new(keyring, HOUR)
    keyring.rotate(replaced.key.id, HOUR, COMMAND_LINE)
    keyring.revoke(revoked.key.id)
    hands.moment += HOUR
    known = len(keyring.all())
    for made, reason in ((replaced, "expired"), (revoked, "revoked"), (expired, "expired")):
        with pytest.raises(KeySpent, match=reason):
            keyring.rotate(made.key.id, HOUR, COMMAND_LINE)
    again = new(keyring)
    keyring.rotate(again.key.id, HOUR, COMMAND_LINE)
    with pytest.raises(KeySpent, match="it was replaced by"):
        keyring.rotate(again.key.id, HOUR, COMMAND_LINE)
    assert len(keyring.all()) == known + 2


def test_the_last_use_is_written_once_a_minute(store: SqlStore, hands: Hands) -> None:
    keyring = Keyring(store.keys, hands.now)
    made = new(keyring)
    begun = hands.moment

    def used(after: dt.timedelta) -> dt.datetime | None:
        hands.moment = begun + after
        with keyring.noting():
            keyring.recognise(made.secret)
        return store.keys.get(made.key.id).last_used

    keyring.recognise(made.secret)
    assert store.keys.get(made.key.id).last_used is None  # nobody notes it: a command
    assert used(dt.timedelta(0)) == begun
    assert used(dt.timedelta(seconds=59)) == begun
    assert used(dt.timedelta(seconds=60)) == begun + dt.timedelta(seconds=60)
    assert used(dt.timedelta(seconds=100)) == begun + dt.timedelta(seconds=60)


def test_no_request_waits_for_its_note(store: SqlStore, hands: Hands) -> None:
    keyring = Keyring(store.keys, hands.now)
    made = new(keyring)
    # whoever writes waits for the end of the inner block, as for a load that takes long; the note is written at the outer one's
    with keyring.noting(), store._connect(write=True):
        assert keyring.recognise(made.secret) == made.key
    assert store.keys.get(made.key.id).last_used == hands.moment


def test_a_key_needs_a_name_and_a_scope(keyring: Keyring) -> None:
    for name in ("", "  ", "a" * 101, "a\x1b[31mb", "a\nb"):
        with pytest.raises(InvalidInput, match="name"):
            keyring.new(name, {Scope.READ}, None, COMMAND_LINE)
    with pytest.raises(InvalidInput, match="scopes"):
        keyring.new("x", set(), None, COMMAND_LINE)
    assert keyring.all() == []


def test_states(keyring: Keyring, hands: Hands) -> None:
    valid, old, revoked = new(keyring), new(keyring), new(keyring)
    keyring.rotate(old.key.id, HOUR, COMMAND_LINE)
    keyring.revoke(revoked.key.id)

    def states() -> dict[str, str]:
        return {key.id: state_of(key, hands.now()) for key in keyring.all()}

    expected = {valid.key.id: "valid", old.key.id: "replaced", revoked.key.id: "revoked"}
    assert expected.items() <= states().items()
    hands.moment += DAY
    assert {**expected, valid.key.id: "expired", old.key.id: "expired"}.items() <= states().items()


def test_lifetimes_are_read() -> None:
    assert lifetime_of("never", "x") is None
    assert [lifetime_of(text, "x") for text in ("90d", "12h", "30m", "0m")] == [
        dt.timedelta(days=90),
        dt.timedelta(hours=12),
        dt.timedelta(minutes=30),
        dt.timedelta(0),
    ]
    for wrong in ("", "d", "1y", "-1d", "1.5d", "36501d", "9999999h", "٣d"):
        with pytest.raises(InvalidInput, match="grace"):
            duration_of(wrong, "grace")
