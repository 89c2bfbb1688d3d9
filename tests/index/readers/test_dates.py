from __future__ import annotations

import pytest

from index.readers.dates import Ambiguous, days_come_first, read_date


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ("2024", "2024"),
        ("2024-06/..", "2024-06/.."),
        ("2024-05-03T10:00:00Z", "2024-05-03"),
        ("03.05.2024", "2024-05-03"),
        ("03.05.24 10:30", "2024-05-03"),
        ("2024/05/03", "2024-05-03"),
        ("13/5/2024", "2024-05-13"),
        ("5/13/2024", "2024-05-13"),
        ("20240503", "2024-05-03"),
        ("05/2024", "2024-05"),
        ("3 мая 2024 г.", "2024-05-03"),
        ("3 травня 2024 року", "2024-05-03"),
        ("3 траўня 2024", "2024-05-03"),
        ("3 maja 2024 r.", "2024-05-03"),
        ("3. Mai 2024", "2024-05-03"),
        ("May 3, 2024", "2024-05-03"),
        ("3rd of May 2024", "2024-05-03"),
        ("Sept 5, 2024 3:05 PM", "2024-09-05"),
        ("Fri, 03 May 2024 10:00:00 GMT", "2024-05-03"),
        ("3 de mayo de 2024", "2024-05-03"),
        ("1er août 2024", "2024-08-01"),
        ("٣ مايو ٢٠٢٤", "2024-05-03"),
        ("3 أيار 2024", "2024-05-03"),
        ("2024年5月3日", "2024-05-03"),
        ("May 2024", "2024-05"),
        ("03-May-24", "2024-05-03"),
        ("3 мая 24", "2024-05-03"),
        ("45415", "2024-05-03"),
        ("45415.5", "2024-05-03"),
        ("1714694400", "2024-05-03"),
        ("1714694400000", "2024-05-03"),
    ],
)
def test_dates_in_all_forms(written: str, edtf: str) -> None:
    assert read_date(written).edtf == edtf


@pytest.mark.parametrize(
    "written", ["soon", "May", "2024-13-01", "31.02.2024", "20244", "3 May 1403", "3 May 2024 - 5 May 2024", "x 2024"]
)
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_date(written)


def test_a_column_tells_the_order_of_day_and_month() -> None:
    with pytest.raises(Ambiguous):
        read_date("3/5/2024")
    assert days_come_first(["3/5/2024", "13/5/2024"]) is True
    assert days_come_first(["3/5/2024", "5/13/2024"]) is False
    assert days_come_first(["3/5/2024", "13/5/2024", "5/13/2024"]) is None
    assert read_date("3/5/2024", day_first=False).edtf == "2024-03-05"


def test_a_month_is_that_of_its_language() -> None:
    assert read_date("3 listopada 2024", "pl").edtf == "2024-11-03"
    assert read_date("3. listopada 2024.", "hr").edtf == "2024-10-03"
    with pytest.raises(ValueError, match="listopada"):
        read_date("3 listopada 2024")
