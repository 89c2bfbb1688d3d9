"""Read a language as tables name it: a code, a locale, or its name in one of the languages served."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale
from babel.core import get_global

from index.readers import reasons
from index.readers.claimreview import Unusable
from index.readers.columns import key_of
from index.rules import LANGUAGE

LOCALE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9-_]+)?")
SERVED = ("en", "ru", "uk", "be", "pl", "de", "fr", "es", "ar")


def language_code(written: str) -> str:
    """The ISO 639 code; empty if it is no language that is known."""
    locale = LOCALE.fullmatch(written)
    return _by_name().get(key_of(written)) or (_shortest(locale[1].lower()) if locale else "")


def strict_language_code(written: str) -> str:
    """What should be an ISO 639 code. Raises `Unusable` if it does not look like one."""
    if written and not LANGUAGE.fullmatch(written):
        raise Unusable(reasons.NO_LANGUAGE.of(language=repr(written)))
    return written


def _shortest(code: str) -> str:
    return str(get_global("language_aliases").get(code, code))


@cache
def _by_name() -> dict[str, str]:
    """Key of a language's name -> its code."""
    names = ((code, name) for language in SERVED for code, name in Locale.parse(language).languages.items())
    return {key_of(name): code for code, name in names if LANGUAGE.fullmatch(code)}
