"""Documents of many kinds, cut as a person would cut them; `python -m tests.service.check.texts.test_cuts` prints what differs.

They were written beside the code: the score tells that nothing got worse. docs/why/documents.md tells of pages that others wrote.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from service.check.texts.documents import TextFormat, blocks_of
from service.check.texts.sentences import sentences_of

DOCUMENTS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("cuts.toml").read_text("utf-8"))["document"]
LANGUAGES = {"en", "uk", "ru", "be", "pl", "de", "fr", "es", "ar", "zh", "ja", "th"}
LEAST = 0.98
"""The share that must be cut right; recorded: all 257."""


class Cut(NamedTuple):
    """How a document was cut.

    Attributes:
        right: sentences that are cut as wanted.
        missed, wrong: those that are wanted, and those that were made instead.
    """

    right: int
    missed: list[str]
    wrong: list[str]


def cut(document: dict[str, Any]) -> Cut:
    """Cut a document, in the language that is detected."""
    blocks = blocks_of(document["text"].strip("\n"), TextFormat(document.get("format", "plain")))
    made = Counter(" ".join(sentence.text.split()) for sentence in sentences_of(blocks))
    wanted = Counter(" ".join(sentence.split()) for sentence in document["sentences"])
    return Cut((made & wanted).total(), list((wanted - made).elements()), list((made - wanted).elements()))


def test_documents_are_cut_as_a_person_would() -> None:
    cuts = [cut(document) for document in DOCUMENTS]
    right = sum(one.right for one in cuts)
    assert len(cuts) >= 40
    assert 2 * right / (2 * right + sum(len(one.missed) + len(one.wrong) for one in cuts)) >= LEAST


def test_all_languages_are_among_them() -> None:
    assert {document["language"] for document in DOCUMENTS} >= LANGUAGES


if __name__ == "__main__":
    found = [cut(document) for document in DOCUMENTS]
    for told, document in zip(found, DOCUMENTS, strict=True):
        if told.missed or told.wrong:
            print(f"{document['language']}, {document['kind']}:\n  wanted {told.missed}\n  made   {told.wrong}")
    print(f"{sum(one.right for one in found)} of {sum(len(document['sentences']) for document in DOCUMENTS)} sentences")
