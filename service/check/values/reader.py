"""Reads a text's figures with the lexicon of its language."""

from __future__ import annotations

from pathlib import Path

from service.check.values.clocks import clocks
from service.check.values.dates import periods
from service.check.values.lexicon import FOLDER, lexicons
from service.check.values.model import Figures
from service.check.values.numerals import Scan
from service.check.values.quantities import quantities
from service.check.values.tokens import tokens

LANGUAGES = ("en", "uk", "ru", "be", "pl", "de", "fr", "es", "ar")
LONGEST_TEXT = 20_000


class Reader:
    """Reads figures in nine languages; a text in another language is read for its digits, with English words."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._lexicons = lexicons(LANGUAGES, folder)

    def read(self, text: str, language: str) -> Figures:
        """The figures of a text in a language (ISO 639), in the order of the text; those behind 20,000 characters are left out."""
        scan = Scan(tokens(text[:LONGEST_TEXT]), self._lexicons.get(language, self._lexicons["en"]))
        used: set[int] = set()
        found = [*clocks(scan, used), *periods(scan, used), *quantities(scan, used)]
        return Figures(language, tuple(sorted(found, key=lambda value: value.start)))
