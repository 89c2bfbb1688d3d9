"""Answers kept under an address, on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from service.api.wire.answers import Answer
from service.api.wire.keys import Duration


class NewAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A claim whose answer is to be kept."""

    text: Annotated[str, Meta(min_length=1, description="The claim", examples=["Ukraine is massing troops near Belarus"])]
    language: Annotated[str | None, Meta(description="ISO 639 code; detected if not given")] = None
    keep_claim: Annotated[bool, Meta(description="Keep the claim's words, too; else only a keyed hash of them")] = False
    lifetime: Annotated[Duration, Meta(description="After it, the answer is deleted; a year at most")] = "90d"


class MadeAnswer(msgspec.Struct, frozen=True):
    """Where an answer is kept.

    Attributes:
        url: the page that shows it.
        revocation_token: told this once; with it the answer is deleted before its time.
    """

    id: str
    url: str
    expires: str
    revocation_token: str


class KeptAnswerView(msgspec.Struct, frozen=True):
    """A kept answer, as it was then: the records may have changed since.

    Attributes:
        claim_kept: whether the claim's words are in it. If not, `claim.text` and `judged` are empty, `parts` has nothing, and
            differences have the statement's words only.
    """

    made: str
    expires: str
    claim_kept: bool
    answer: Answer


class Comparison(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A claim to compare with the one that was asked."""

    text: Annotated[str, Meta(min_length=1, description="The claim")]


class Compared(msgspec.Struct, frozen=True):
    """Whether it is the claim that was asked, white space and case of letters aside."""

    same: bool
