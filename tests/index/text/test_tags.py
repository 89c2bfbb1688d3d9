from __future__ import annotations

import pytest

from index.text.tags import primary_language


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-US", "en"),
        ("de_AT", "de"),
        ("zh-Hant", "zh"),
        ("zh-cmn-Hans-CN", "zh"),
        ("eng", "en"),
        ("ukr-UA", "uk"),
        ("be-tarask", "be"),
        ("iw", "he"),
        (" fr ", "fr"),
        ("haw", "haw"),
        ("", None),
        (" ", None),
        ("und", None),
        ("mul", None),
    ],
)
def test_the_language_of_a_tag(tag: str, language: str | None) -> None:
    assert primary_language(tag) == language


@pytest.mark.parametrize(
    "tag",
    ["xx", "zz-ZZ", "english", "Deutsch", "en US", "en;q=0.5", "e", "en-", "-en", "x-a", "i-klingon", "ен", "en\0", "a" * 90, "*"],
)
def test_what_is_no_language_is_told_with_what_is(tag: str) -> None:
    with pytest.raises(ValueError, match="names no language that is known; give a BCP 47 tag such as en, en-US, uk"):
        primary_language(tag)
