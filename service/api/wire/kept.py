"""Answers kept under an address, on the wire."""

from __future__ import annotations

import enum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from index.errors import InvalidInput
from index.rules import NO_ADDRESS, is_address
from service.api.wire.answers import Answer
from service.api.wire.keys import Duration
from service.api.wire.requests import TextRequest, refuse_unusable
from service.api.wire.texts import TextAnswer

LIFETIME: Duration = "90d"
Lifetime = Annotated[Duration, Meta(description="After it, the answer is deleted; a year at most")]


class KeptWords(enum.Enum):
    """What of a document is kept with its answer."""

    PLACES = "places"
    SENTENCES = "sentences"
    TEXT = "text"


class NewAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A claim whose answer is to be kept."""

    text: Annotated[str, Meta(min_length=1, description="The claim", examples=["Ukraine is massing troops near Belarus"])]
    language: Annotated[str | None, Meta(description="ISO 639 code; detected if not given")] = None
    keep_claim: Annotated[bool, Meta(description="Keep the claim's words, too; else only a keyed hash of them")] = False
    lifetime: Lifetime = LIFETIME


class NewTextAnswer(TextRequest, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document whose answer is to be kept."""

    title: Annotated[str, Meta(max_length=300, description="What the document is called; it is kept")] = ""
    url: Annotated[str, Meta(max_length=2_000, description="Where it is published: http or https; it is kept, not opened")] = ""
    keep: Annotated[
        KeptWords,
        Meta(
            description="What of it is kept: `places`, where its sentences stand, and keyed hashes of them; "
            "`sentences`, those that the answer tells of; `text`, all of it"
        ),
    ] = KeptWords.PLACES
    lifetime: Lifetime = LIFETIME

    def __post_init__(self) -> None:
        """Refuse what cannot be searched, or kept."""
        TextRequest.__post_init__(self)
        refuse_unusable(self, ("title", "url"))

    def refuse_no_address(self) -> None:
        """Refuse an address that is none of the web.

        Raises:
            InvalidInput: if it is none.
        """
        if self.url and not is_address(self.url):
            raise InvalidInput("url", NO_ADDRESS.of(url=repr(self.url)))


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


class KeptText(msgspec.Struct, frozen=True, tag_field="result", tag="text"):
    """The answer to a document, and what of the document was kept.

    Attributes:
        title: what it is called; may be empty.
        url: where it is published; may be empty.
        text: the document, to which places refer; null unless all of it was kept.
        answer: where no words were kept, `text`, `read_as` and what differences and `judged` have of them are empty; `number`,
            `start` and `end` tell where they stand.
    """

    title: str
    url: str
    keep: KeptWords
    text: str | None
    answer: TextAnswer


class KeptAnswerView(msgspec.Struct, frozen=True):
    """A kept answer, as it was then: the records may have changed since.

    Attributes:
        claim_kept: whether the claim's words are in it, or those of the document's sentences. If not, a claim's `claim.text` and
            `judged` are empty, `parts` has nothing, and differences have the statement's words only.
        answer: to a claim, or to a document: `result` tells which.
    """

    made: str
    expires: str
    claim_kept: bool
    answer: Answer | KeptText


class Comparison(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A claim, or a document, to compare with the one that was asked."""

    text: Annotated[str, Meta(min_length=1, description="The claim, or the document")]


class Compared(msgspec.Struct, frozen=True):
    """Whether it is the claim or the document that was asked, white space and case of letters aside.

    Attributes:
        answer: the document's, with the words and places of those of its sentences that stand in what was given; of documents only.
    """

    same: bool
    answer: TextAnswer | UnsetType = UNSET
