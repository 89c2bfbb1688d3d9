"""Dates and numbers as each language writes them."""

from __future__ import annotations

import datetime as dt

import pytest
from babel import Locale
from babel.localedata import locale_identifiers

from index.records import When
from service.languages.spoken import RIGHT_TO_LEFT, speaking
from service.pages.dates import day, number, size, spoken


@pytest.mark.parametrize(
    ("language", "edtf", "told"),
    [
        ("en", "2024-06/..", "since late June 2024"),
        ("uk", "2024-06/..", "з червня 2024 р."),
        ("uk", "2024-06-05", "5 червня 2024 р."),
        ("ru", "2024-06", "июнь 2024 г."),
        ("be", "../2024-06", "да чэрвеня 2024"),
        ("pl", "2024-06-05/..", "od 5 czerwca 2024"),
        ("de", "2024-06/2024-08", "Juni–August 2024"),
        ("de", "2022/2024", "2022–2024"),
        ("fr", "2024", "2024"),
        ("es", "2024-06/..", "desde junio de 2024"),
        ("es", "2024-06-03/2024-06-09", "3–9 de junio de 2024"),
        ("ar", "2024-06-05", "5 يونيو 2024"),
    ],
)
def test_dates_are_as_precise_as_they_are_recorded(language: str, edtf: str, told: str) -> None:
    with speaking(language):
        assert spoken(When(edtf, "since late June 2024")).replace("\u202f", " ").replace("\u2009", " ") == told


def test_what_has_no_date_has_none() -> None:
    assert spoken(None) == ""


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", ("5 June 2024", "12,345")), ("de", ("5. Juni 2024", "12.345")), ("fr", ("5 juin 2024", "12\u202f345"))],
)
def test_days_and_numbers_are_written_as_usual(language: str, written: tuple[str, str]) -> None:
    with speaking(language):
        assert (day("2024-06-05T12:00:00Z"), number(12345)) == written
        assert day(dt.date(2024, 6, 5)) == written[0]


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [("en", 1_999_999, "1.9 MB"), ("en", 134_795, "134.7 kB"), ("uk", 7_499_000, "7,4 МБ"), ("de", 10_000_000, "10 MB")],
)
def test_sizes_are_never_more_than_there_is(language: str, count: int, said: str) -> None:
    with speaking(language):
        assert size(count) == said


def test_what_is_written_from_right_to_left_is_known() -> None:
    known = {code for code in locale_identifiers() if "_" not in code}
    assert {code for code in known if Locale.parse(code).text_direction == "rtl"} == RIGHT_TO_LEFT & known
