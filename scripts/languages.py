"""Bring the catalogues up to date with the code: `python -m scripts.languages`, then translate what is empty.

What is marked in modules and templates is found by Babel's extractors, and so are the domain's reasons. Texts that are gone are
taken out, new ones stand untranslated until somebody writes them; a test fails until then.
"""

from __future__ import annotations

import io

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from service.languages import ENGLISH, FOLDER, LANGUAGES

SERVICE = FOLDER.parent
INDEX = SERVICE.parent / "index"
METHODS = [("pages/templates/**", "jinja2"), ("**.py", "python")]
OPTIONS = {"pages/templates/**": {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "P_": ((1, "c"), 2), "Reason": None}
WIDTH = 140
HEADER = """# What people read, in {language}.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
"""Without the dates that tools write there: a catalogue changes only with what it says."""


def extracted() -> Catalog:
    """All texts that are marked."""
    catalog = Catalog(charset="utf-8")
    for folder in (INDEX, SERVICE):
        found = extract_from_dir(folder, METHODS, OPTIONS, KEYWORDS, ["Note:"])
        for file, _, text, comments, context in sorted(found, key=lambda one: one[:2]):
            catalog.add(text, locations=[(f"{folder.name}/{file}", 0)], auto_comments=comments, context=context)
    return catalog


def catalogue_of(language: str) -> Catalog:
    """A language's catalogue as it stands."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def update(language: str, texts: Catalog) -> None:
    """Bring one up to date."""
    catalog = catalogue_of(language)
    catalog.update(texts, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    written = io.BytesIO()
    write_po(written, catalog, width=WIDTH, include_lineno=False, omit_header=True)
    header = HEADER.format(language=language, plurals=catalog.plural_forms)
    (FOLDER / f"{language}.po").write_bytes(header.encode() + written.getvalue())


if __name__ == "__main__":
    texts = extracted()
    for language in LANGUAGES:
        if language != ENGLISH:
            update(language, texts)
