"""Languages as clients name them: BCP 47 tags, such as `en`, `en-US`, `zh-Hant` or `de_AT`."""

from __future__ import annotations

import re

from langcodes import Language
from langcodes.tag_parser import LanguageTagError, parse_tag

LONGEST_TAG = 35
"""Characters: as long as a buffer has to be by RFC 5646, section 4.4.1."""
UNNAMED = frozenset({"und", "mul", "mis", "zxx"})
"""Tags that name no one language: undetermined, several, uncoded, none."""
ALLOWED = "a BCP 47 tag such as en, en-US, uk, ru, be, pl, de, fr, es, ar or zh-Hant"


def primary_language(tag: str) -> str | None:
    """The ISO 639 code, the shortest there is, of the language that a tag names; None if it names no one language.

    Only the primary subtag is looked up: langcodes keeps every tag that it is given.

    Raises:
        ValueError: if it is no tag, or there is no such language; the message says what is allowed.
    """
    written = tag.strip()
    if not written:
        return None
    subtag = _primary_subtag(written)
    if not re.fullmatch("[a-z]{2,3}", subtag) or not Language.get(subtag).is_valid():
        raise ValueError(f"{tag[:LONGEST_TAG]!r} names no language that is known; give {ALLOWED}")
    code = Language.get(subtag).language
    return None if code is None or code in UNNAMED else code


def _primary_subtag(tag: str) -> str:
    """The first subtag of what is a tag; empty for anything else."""
    try:
        return str(dict(parse_tag(tag)).get("language", "")) if len(tag) <= LONGEST_TAG else ""  # type: ignore[no-untyped-call]
    except LanguageTagError:
        return ""
