"""Names are found by words or how these begin, however they are written, and never from within a word."""

from __future__ import annotations

import pytest

from index.text.names import fits_site, name_words, sought_words


def finds(typed: str, name: str) -> bool:
    words = sought_words(typed)
    return bool(words) and all(word in name_words(name) for word in words)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("sco", "SCO"),
        ("mosc", "Moscow"),
        ("us", "U.S. Department of State"),
        ("u.s.", "US Department of State"),
        ("vance", "J.D. Vance"),
        ("ivoire", "Côte d’Ivoire"),
        ("cote d'iv", "Côte d’Ivoire"),
        ("brien", "O'Brien"),
        ("jazeera", "Al-Jazeera"),
        ("lukasz", "Łukaszenka"),
        ("strasse", "Straße"),
        ("istanbul", "İstanbul"),
        ("мойсеенка", "Моисеенка"),
        ("быкау", "Васіль Быкаў"),
        ("гданськ", "Ґданськ"),
        ("замок", "за́мок"),
        ("كرملين", "الكِرْمِلِين"),
        ("احمد", "أحمد"),
        ("القاهره", "القاهرة"),
        ("外交部", "中国外交部"),
        ("ガ", "ｶﾞｽ会社"),
        ("हिन्द", "हिन्दी समाचार"),
        ("กรุงเทพ", "เมืองกรุงเทพ"),
        ("이재", "이재명 대통령"),
    ],
)
def test_a_name_is_found(typed: str, name: str) -> None:
    assert finds(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("sco", "Moscow"),
        ("scow", "Moscow"),
        ("янськ", "Слов’янськ"),
        ("сква", "Москва"),
        ("رملين", "الكرملين"),
        ("交外", "中国外交部"),
        ("हि", "समाहित"),
        ("moscow river", "Moscow"),
        ("%", "100%"),
        ("'", "O'Brien"),
        ("", "Moscow"),
    ],
)
def test_another_is_not(typed: str, name: str) -> None:
    assert not finds(typed, name)


@pytest.mark.parametrize(
    ("wanted", "site", "fits"),
    [
        ("bbc.co.uk", "bbc.co.uk", True),
        ("bbc.co.uk", "news.bbc.co.uk", False),
        ("bbc.co.uk", "bbc.co.uk.example", False),
        ("bc.co.uk", "bbc.co.uk", False),
        ("politif", "politifact.com", True),
        ("fact", "politifact.com", False),
        ("fact", "my.factcheck.org", True),
        ("com", "politifact.com", False),
        ("paper", "paper", True),
    ],
)
def test_a_site_is_meant_or_a_part_of_one(wanted: str, site: str, fits: bool) -> None:
    assert fits_site(site, wanted) is fits
