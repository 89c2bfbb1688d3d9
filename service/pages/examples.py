"""Claims to try, made from the base: what people say of it, one that is denied, and one in another language."""

from __future__ import annotations

from typing import NamedTuple

from index.records import Statement
from index.store.store import StatementFilter, StatementStore
from index.text.language import detect_language

LOOKED_AT = 40
"""Statements to choose from."""
OTHERS = ("uk", "ru", "ar", "fr", "de", "pl", "es")


class Example(NamedTuple):
    """A claim to try, and its language."""

    text: str
    language: str


def examples(store: StatementStore, language: str) -> list[Example]:
    """At most three claims that are answered in different ways; fewer on a small base.

    Args:
        language: the reader's; one of the claims is in another, to show that it may be.
    """
    own, foreign = (language, "en"), [one for one in OTHERS if one != language]
    refuted = [dossier.statement for dossier in store.refuted_after("", 2)]
    others = [one for one in store.statements_page(StatementFilter(), None, LOOKED_AT) if one not in refuted]
    chosen = [_said(one, *own) for one in refuted[:1]]
    chosen += [found for one in refuted[1:] + others[:1] if (found := _said(one, *foreign))][:1]
    chosen += [_said(one, *own) for one in others if one.language == "en"][:1]
    return [one for one in chosen if one]


def _said(statement: Statement, *languages: str) -> Example | None:
    """How people say it in the first of these languages that it has."""
    for language in languages:
        for wording in statement.wordings.get(language, []):
            if detect_language(wording) == language:
                return Example(wording, language)
    return Example(statement.text, statement.language) if statement.language in languages else None
