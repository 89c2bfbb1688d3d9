"""Answers that a service keeps under an address of their own.

Fields that a newer service adds are passed over; a test compares these structs with the service's own.
"""

from __future__ import annotations

import msgspec

from rebut.answers import Answer, TextAnswer
from rebut.words import KeptWords


class MadeAnswer(msgspec.Struct, frozen=True):
    """Where an answer is kept: `url` is the page that shows it; `revocation_token`, told this once, deletes it before its time."""

    id: str
    url: str
    expires: str
    revocation_token: str


class KeptText(msgspec.Struct, frozen=True, tag_field="result", tag="text"):
    """The answer to a document, and what was kept of that: `text` if all of it was; else `number` tells where sentences stand."""

    title: str
    url: str
    keep: KeptWords
    text: str | None
    answer: TextAnswer


class KeptAnswerView(msgspec.Struct, frozen=True):
    """An answer as it was when it was kept; `claim_kept`: with the words that were asked."""

    made: str
    expires: str
    claim_kept: bool
    answer: Answer | KeptText


class Compared(msgspec.Struct, frozen=True):
    """Whether it is the claim or document that was asked; `answer`: a document's, in the words of the one that was given."""

    same: bool
    answer: TextAnswer | None = None
