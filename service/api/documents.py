"""Checking a whole document for a request: in a thread, as splitting it takes time, and through the desk."""

from __future__ import annotations

from service.api.wire.texts import TextAnswer
from service.check.matcher import Matching
from service.check.texts.documents import TextFormat
from service.check.texts.findings import CheckedText, Document, answer_text
from service.scheduling.desk import Desk, Receive

CHARACTERS_A_SENTENCE = {TextFormat.PLAIN: 100, TextFormat.MARKDOWN: 120, TextFormat.HTML: 3_000}
"""About how many characters a document has for each sentence: of 65 real pages half have fewer than 3,400."""


def about_sentences(document: Document) -> int:
    """About how many sentences a document has, before it is split."""
    return 1 + len(document.text) // CHARACTERS_A_SENTENCE[document.format]


async def check_document(desk: Desk, document: Document, receive: Receive | None = None) -> tuple[CheckedText, TextAnswer]:
    """What was found, and how it is told; errors are those of `Desk.run`."""

    def check(matching: Matching) -> tuple[CheckedText, TextAnswer]:
        checked = answer_text(matching, document)
        return checked, TextAnswer.of(checked)

    return await desk.run(about_sentences(document), check, receive)
