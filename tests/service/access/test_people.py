"""People and their sessions over the real stores: what is kept, who is recognised, and until when."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import InvalidInput, UnknownRecord
from index.kinds import Scope
from index.store.sql import SqlStore
from service.access import passwords
from service.access.errors import SignInRefused
from service.access.people import People, form_token
from tests.service.access.test_keys import Hands

HOUR = dt.timedelta(hours=1)
GOOD, OTHER = "correct horse battery", "another long password"


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def kept(store_url: str) -> Iterator[SqlStore]:
    """A store of each kind of database."""
    store = SqlStore(store_url)
    yield store
    store.close()


@pytest.fixture
def people(kept: SqlStore, hands: Hands) -> People:
    people = People(kept.people, 12 * HOUR, hands.now)
    people.add("Anna Nowak", GOOD, {Scope.EDIT})
    return people


def refused(people: People, name: str, password: str) -> str:
    with pytest.raises(SignInRefused) as raised:
        people.sign_in(name, password)
    return str(raised.value)


def test_who_knows_the_password_is_signed_in_and_nobody_else(people: People, hands: Hands) -> None:
    secret = people.sign_in("anna nowak ", GOOD)
    session = people.recognise(secret)
    assert session is not None
    assert (session.person.name, session.person.scopes) == ("Anna Nowak", {Scope.EDIT, Scope.READ})
    assert session.person.last_signed_in == hands.moment
    assert session.form_token == form_token(secret) != secret
    told = {
        refused(people, name, password) for name, password in (("Anna Nowak", OTHER), ("nobody", GOOD), ("", ""), ("x\0", "\0"))
    }
    assert told == {"the name or the password is wrong"}
    assert people.recognise(secret[:-1]) is people.recognise("") is people.recognise(secret + "x") is None


def test_names_are_one_in_any_case_and_from_any_keyboard(people: People) -> None:
    people.add("Zoë", GOOD, set())
    for taken in ("ZOE\u0308", "zoë", " Zoë"):
        with pytest.raises(InvalidInput, match="already"):
            people.add(taken, OTHER, {Scope.ADMIN})
    assert people.recognise(people.sign_in("ZOE\u0308", GOOD)).person.scopes == {Scope.READ}
    assert [one.name for one in people.all()] == ["Anna Nowak", "Zoë"]


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 101, "\u202eanna"])
def test_a_name_that_cannot_be_told_is_refused(store: SqlStore, name: str) -> None:
    with pytest.raises(InvalidInput, match="name"):
        People(store.people, HOUR).add(name, GOOD, set())


@pytest.mark.parametrize(
    "password", ["", "short", "a" * 1_001, "aaaaaaaaaaaa", "abababababab", "Anna Nowak ", "bartholomew anders"]
)
def test_a_password_that_is_guessed_at_once_is_refused(store: SqlStore, password: str) -> None:
    with pytest.raises(InvalidInput, match="password"):
        People(store.people, HOUR).add("Bartholomew Anders", password, set())


def test_a_session_ends_with_its_time_its_sign_out_or_the_password(people: People, hands: Hands) -> None:
    first, second = people.sign_in("Anna Nowak", GOOD), people.sign_in("Anna Nowak", GOOD)
    people.sign_out(first)
    assert people.recognise(first) is None
    assert people.recognise(second)
    people.set_password("Anna Nowak", OTHER)
    assert people.recognise(second) is None
    refused(people, "Anna Nowak", GOOD)

    third = people.sign_in("Anna Nowak", OTHER)
    hands.moment += 12 * HOUR - dt.timedelta(seconds=1)
    assert people.recognise(third)
    hands.moment += dt.timedelta(seconds=1)
    assert people.recognise(third) is None

    several = [people.sign_in("Anna Nowak", OTHER) for _ in range(3)]
    people.sign_out_everywhere(people.get("Anna Nowak"))
    assert [people.recognise(one) for one in several] == [None] * 3


def test_who_is_taken_out_is_signed_out(people: People) -> None:
    secret = people.sign_in("Anna Nowak", GOOD)
    assert people.remove("ANNA NOWAK").name == "Anna Nowak"
    assert people.recognise(secret) is None
    refused(people, "Anna Nowak", GOOD)
    for unknown in (people.remove, people.get):
        with pytest.raises(UnknownRecord):
            unknown("Anna Nowak")
    with pytest.raises(UnknownRecord):
        people.set_password("Anna Nowak", OTHER)
    assert people.anybody() is False


def test_no_session_begins_by_a_password_that_was_changed_meanwhile(people: People, kept: SqlStore, hands: Hands) -> None:
    before = people.get("Anna Nowak")
    people.set_password("Anna Nowak", OTHER)
    assert kept.people.begin("0" * 64, before, hands.moment, hands.moment + HOUR) is False
    assert kept.people.signed_in("0" * 64, hands.moment) is None


def test_sessions_that_have_expired_are_forgotten(people: People, kept: SqlStore, hands: Hands) -> None:
    for _ in range(3):
        people.sign_in("Anna Nowak", GOOD)
    hands.moment += 13 * HOUR
    people.sign_in("Anna Nowak", GOOD)
    with kept._connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar_one() == 1


def test_who_changes_the_password_must_know_the_old_one(people: People) -> None:
    person = people.get("Anna Nowak")
    with pytest.raises(SignInRefused):
        people.change_password(person, OTHER, OTHER)
    with pytest.raises(InvalidInput):
        people.change_password(person, GOOD, "short")
    people.change_password(person, GOOD, OTHER)
    assert people.sign_in("Anna Nowak", OTHER)


def test_only_hashes_are_in_the_files_of_the_database(tmp_path: Path, hands: Hands) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite")
    people = People(store.people, HOUR, hands.now)
    people.add("Anna", GOOD, {Scope.EDIT})
    secret = people.sign_in("Anna", GOOD)
    files = b"".join(path.read_bytes() for path in tmp_path.glob("rebut.sqlite*"))
    assert re.search(rb"\$argon2id\$v=19\$m=65536,t=3,p=4\$", files)
    for form in (GOOD, GOOD[:8], secret, secret[:16], form_token(secret)):
        assert form.encode() not in files
    store.close()


def test_nobodys_password_takes_as_long_to_compare_as_somebodys(store: SqlStore) -> None:
    people = People(store.people, HOUR)
    people.add("Anna Nowak", GOOD, set())

    def fastest(name: str) -> float:
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            refused(people, name, OTHER)
            times.append(time.perf_counter() - begun)
        return min(times)

    assert 0.5 < fastest("nobody") / fastest("Anna Nowak") < 2


def test_the_same_password_from_another_keyboard_is_the_same() -> None:
    hash_ = passwords.hashed("cafe\u0301 au lait, s'il vous plaît")
    assert passwords.is_password("café au lait, s'il vous plaît", hash_)
    assert not passwords.is_password("cafe au lait, s'il vous plait", hash_)
    assert not passwords.is_password("x", "no hash at all")
