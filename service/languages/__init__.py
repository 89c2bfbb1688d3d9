"""What people read, in their languages: gettext catalogues, one `.po` file a language, complete (a test).

The texts in the code are the English ones; `python -m scripts.languages` brings the catalogues up to date with them. A catalogue is
read as it is, so translators need no build step.
"""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
ENGLISH = "en"
LANGUAGES = (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po")))
"""ISO 639 codes of the languages that answers are given in."""
NAMES = {language: Locale.parse(language).languages[language] for language in LANGUAGES}
"""What each calls itself."""


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The texts in a language; the English ones for a language that has no catalogue."""
    if language not in LANGUAGES or language == ENGLISH:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with (FOLDER / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
