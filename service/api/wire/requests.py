"""What clients send. Unknown fields are refused, so that a typo is not silently ignored."""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from index.errors import InvalidInput
from index.records import When
from index.store.store import StatementFilter
from index.text.tags import primary_language
from service.check.answers import Claim
from service.check.texts.documents import TextFormat, refuse_longer
from service.check.texts.findings import Document

Language = Annotated[str, Meta(max_length=100, description="BCP 47 tag, in any case", examples=["en", "uk", "en-US"])]
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but white space (office programs put vertical tabs and form feeds), and lone surrogates."""
LONE_SURROGATES = re.compile("[\ud800-\udfff]")
OF_CLAIMANT = "Words of the claimant's name, role or side, or how they begin, in any case, with or without accents"
OF_PLACE = "Words of a place's name, or how they begin, in any case, with or without accents"
OF_TOPIC = "Words of a topic, or how they begin, in any case, with or without accents"
OF_ISSUER = "The same of somebody who denied, countered or reviewed it: words of the name, role or side, or how they begin"
Name = Annotated[str, Meta(max_length=200)]
Date = Annotated[str, Meta(max_length=50)]
Probability = Annotated[float, Meta(ge=0, le=1, description="0 to 1, calibrated")]


class CheckRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A claim to check. The filters narrow the statements that are considered."""

    text: Annotated[
        str,
        Meta(
            min_length=1,
            description="The claim, in any language. The longest allowed length is a setting (5,000 characters).",
            examples=["Ukraine is massing troops on the Belarusian border near Zhytomyr"],
        ),
    ]
    limit: Annotated[int, Meta(ge=1, le=50, description="The most matches to return")] = 5
    language: Annotated[
        Language | None,
        Meta(description="Of the text; detected if not given, empty or `und`. Script and region are not considered"),
    ] = None
    min_probability: Annotated[
        Probability | None, Meta(description="Matches below it are left out; by default the calibrated threshold")
    ] = None
    claimant: Annotated[Name | None, Meta(description=OF_CLAIMANT, examples=["Moscow"])] = None
    topic: Annotated[Name | None, Meta(description=OF_TOPIC, examples=["border"])] = None
    date: Annotated[
        Date | None,
        Meta(description="EDTF date or interval that the statement's period overlaps", examples=["2024-06/.."]),
    ] = None
    place: Annotated[Name | None, Meta(description=OF_PLACE, examples=["Gomel"])] = None
    explain: Annotated[bool, Meta(description="Add to each match what its probability was made of")] = False

    def __post_init__(self) -> None:
        """Refuse what no search can use; the message starts with the field's name."""
        if not self.text.strip():
            raise ValueError("text: must not be blank")
        refuse_unusable(self, ("text", "claimant", "topic", "date", "place"))
        self._primary_language()

    def refuse_longer(self, longest: int) -> None:
        """Refuse a text of more than `longest` characters.

        Raises:
            InvalidInput: if it has more.
        """
        if len(self.text) > longest:
            raise InvalidInput("text", f"has {len(self.text)} characters, more than the {longest} allowed")

    def claim(self) -> Claim:
        """What is asked of the matcher."""
        return Claim(**self._shared())

    def _shared(self) -> dict[str, Any]:
        only = StatementFilter(claimant=self.claimant, place=self.place, topic=self.topic, date=self.date)
        shared = ("text", "limit", "min_probability", "explain")
        return {name: getattr(self, name) for name in shared} | {"language": self._primary_language(), "only": only}

    def _primary_language(self) -> str | None:
        """The language that the tag names; None to detect it."""
        try:
            return primary_language(self.language or "")
        except ValueError as error:
            raise ValueError(f"language: {error}") from error


class TextRequest(CheckRequest, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document to check. All but `text`, `format` and `limit` is as for a claim, and holds for each sentence."""

    text: Annotated[
        str,
        Meta(
            min_length=1,
            description="The document, in any language. How much text it may have is a setting (200,000 characters).",
            examples=["Minsk said it again. Ukraine is massing troops on the Belarusian border near Zhytomyr."],
        ),
    ]
    format: Annotated[TextFormat, Meta(description="How the document is written")] = TextFormat.PLAIN
    limit: Annotated[int, Meta(ge=1, le=50, description="The most matches to return for a sentence")] = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be searched. Control characters are no reason: documents are full of them; they count as spaces."""
        if not self.text.strip():
            raise ValueError("text: must not be blank")
        if found := LONE_SURROGATES.search(self.text):
            raise ValueError(f"text: must not contain the lone surrogate U+{ord(found[0]):04X}")
        refuse_unusable(self, ("claimant", "topic", "date", "place"))
        self._primary_language()

    def refuse_longer(self, longest: int) -> None:
        """Refuse a document that is too long for `longest` characters of text, whatever its markup.

        Raises:
            InvalidInput: if it is. What the markup hides is counted when the document is read.
        """
        refuse_longer(self.text, self.format, longest)

    def document(self, longest: int | None = None) -> Document:
        """What is asked of the matcher.

        Args:
            longest: characters of text that it may have, markup aside; None for no limit.
        """
        return Document(**self._shared(), format=self.format, longest=longest)


class BatchRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Claims to check. Each is decoded by itself, so that a bad one does not sink the others."""

    claims: Annotated[
        list[Any],
        Meta(
            min_length=1,
            description="Each like the body of /v1/claims/check. How many are allowed is a setting (1,000).",
            examples=[[{"text": "Belarus is now a member of the SCO"}, {"text": "Minsk shut its border", "limit": 1}]],
        ),
    ]


def refuse_unusable(request: CheckRequest, fields: tuple[str, ...]) -> None:
    """Refuse control characters and lone surrogates in these fields, and a date that is none."""
    for field in fields:
        if found := CONTROLS.search(getattr(request, field) or ""):
            sort = "lone surrogate" if LONE_SURROGATES.match(found[0]) else "control character"
            raise ValueError(f"{field}: must not contain the {sort} U+{ord(found[0]):04X}")
    try:
        When(request.date or "../..", "").bounds()
    except ValueError as error:
        raise ValueError(f"date: {error}") from error
