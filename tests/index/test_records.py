from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from index.errors import Reason
from index.kinds import PassageKind, Stance
from index.records import When, passages_of
from index.rules import MOST_LISTED, Broken, broken_rules, is_address
from index.store.store import StatementFilter, StatementStore
from tests.contracts.test_store import statement
from tests.index.store.test_store import load


@pytest.mark.parametrize(
    ("edtf", "first", "last"),
    [
        ("2024", (2024, 1, 1), (2024, 12, 31)),
        ("2024-02", (2024, 2, 1), (2024, 2, 29)),
        ("2024-09-20", (2024, 9, 20), (2024, 9, 20)),
        ("2024-06/2024-08", (2024, 6, 1), (2024, 8, 31)),
        ("2024-06/..", (2024, 6, 1), (9999, 12, 31)),
        ("../2020", (1, 1, 1), (2020, 12, 31)),
    ],
)
def test_bounds(edtf: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert When(edtf, "").bounds() == (dt.date(*first), dt.date(*last))


@pytest.mark.parametrize("edtf", ["", "24", "2024-13", "2023-02-29", "2024-06/2024-05", "2024/", "June 2024", "2024-06-", "٢٠٢٤"])
def test_impossible_dates(edtf: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        When(edtf, "").bounds()


def test_forms_and_stances(store: StatementStore) -> None:
    load(store)
    statement = store.statement("north-masses-troops")
    kinds = [passage.kind for passage in passages_of(statement)]
    assert kinds == [PassageKind.TEXT, PassageKind.WORDING, PassageKind.WORDING, PassageKind.WORDING]
    refutation = store.refutation("north-only-exercises")
    assert [passage.kind for passage in passages_of(refutation)] == [PassageKind.REFUTATION]
    assert refutation.stances() == {"north-masses-troops": Stance.DENIES}
    everything = StatementFilter()
    assert store.matching([everything])[everything] == {
        "north-masses-troops",
        "south-buys-tanks",
        "wheat-harvest-record",
    }


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://a.example/1?b=c#d", True),
        ("http://a.example:8080/@somebody/1", True),
        ("https://127.0.0.1/x", True),
        ("https://a_b-c.example./", True),
        ("https://приклад.укр/1", True),
        ("https://भारत.example/", True),
        ("https://evil.example\\.who.int/", False),
        ("https://evil.example\\@who.int/", False),
        ("https://who.int@evil.example/", False),
        ("https://evil.example%5c.who.int/", False),
        ("https://evil.example%2f.who.int/", False),
        ("https://evil.example\u2044.who.int/", False),
        ("https://evil.example;.who.int/", False),
        ("https://evil example.who.int/", False),
        ("https://..who.int/", False),
        ("https://who.int:99999/", False),
        ("https://who.int:x/", False),
        ("https://localhost/", False),
        ("javascript:a.b", False),
    ],
)
def test_an_address_leads_where_it_seems_to(url: str, good: bool) -> None:
    assert is_address(url) is good


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("wordings", {"en": ["a"] * MOST_LISTED, "de": ["b"]}),
        ("places", [str(number) for number in range(MOST_LISTED + 1)]),
        ("appearances", ["https://a.example"] * (MOST_LISTED + 1)),
    ],
)
def test_a_record_lists_no_more_than_can_be_looked_at(field: str, value: object) -> None:
    crowded = msgspec.structs.replace(statement("s"), **{field: value})
    assert broken_rules(crowded) == [
        Broken(field, Reason("has %(number)s entries, more than %(most)s", {"number": MOST_LISTED + 1, "most": MOST_LISTED}))
    ]
