"""The language in which people are answered here and now: a request's own, English where nobody chose one.

Templates and modules mark their texts with these functions; `N_` and `P_` mark those that are translated where they are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from babel import Locale

from service.languages import ENGLISH, catalogue

RIGHT_TO_LEFT = frozenset(
    [
        "apc",
        "ar",
        "bal",
        "bgn",
        "ckb",
        "dv",
        "fa",
        "he",
        "ks",
        "lrc",
        "mzn",
        "nqo",
        "ps",
        "rhg",
        "sd",
        "sdh",
        "skr",
        "syr",
        "trw",
        "ug",
        "ur",
        "yi",
    ]
)
"""Languages, of texts too, that are written from right to left."""
_LANGUAGE = ContextVar("language", default=ENGLISH)


def speak(language: str) -> None:
    """From now on answer in this language, in this request."""
    _LANGUAGE.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Answer in this language meanwhile."""
    token = _LANGUAGE.set(language)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


def language() -> str:
    """The language's ISO 639 code."""
    return _LANGUAGE.get()


def locale() -> Locale:
    """What CLDR knows of the language; of English, the British one: its dates are those of the other languages."""
    return Locale.parse("en_GB" if language() == ENGLISH else language())


def direction() -> str:
    """How the language is written, as HTML's `dir` has it: `ltr` or `rtl`."""
    return str(locale().text_direction)


def gettext(text: str) -> str:
    """A text in the language."""
    return catalogue(language()).gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """A text in the language, in the form that goes with a number."""
    return catalogue(language()).ngettext(one, many, number)


def pgettext(context: str, text: str) -> str:
    """A text in the language, where English has the same word for several things."""
    return catalogue(language()).pgettext(context, text)


def npgettext(context: str, one: str, many: str, number: int) -> str:
    """Both: by a context, and by a number."""
    return catalogue(language()).npgettext(context, one, many, number)


def comma() -> str:
    """What stands between the parts of a list."""
    return pgettext("list", ", ")


def semicolon() -> str:
    """The same, where the parts may have commas."""
    return pgettext("list", "; ")


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """The text itself: marked here, translated where it is shown."""
    return text


def P_(context: str, text: str) -> tuple[str, str]:  # noqa: N802 - as `N_`
    """What `pgettext` takes, marked here and translated where it is shown."""
    return context, text
