"""What goes over the wire when whole documents are checked."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from service.api.wire import CheckRequest, Match, ProducedBy, Verdict
from service.check.texts.documents import TextFormat
from service.check.texts.sentences import Worth

Place = Annotated[int | None, Meta(description="In the input, in Unicode code points from 0; null if it has no place there")]


class TextRequest(CheckRequest, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document to check. All but `text`, `format` and `limit` is as for a claim, and holds for each sentence."""

    text: Annotated[
        str,
        Meta(
            min_length=1,
            description="The document, in any language. The longest allowed length is a setting (200,000 characters).",
            examples=["Minsk said it again. Ukraine is massing troops on the Belarusian border near Zhytomyr."],
        ),
    ]
    format: Annotated[TextFormat, Meta(description="How the document is written")] = TextFormat.PLAIN
    limit: Annotated[int, Meta(ge=1, le=50, description="The most matches to return for a sentence")] = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be searched. Control characters are no reason: documents are full of them; they count as spaces."""
        if not self.text.strip():
            raise ValueError("text: must not be blank")
        for character in self.text:
            if "\ud800" <= character <= "\udfff":
                raise ValueError(f"text: must not contain the lone surrogate U+{ord(character):04X}")
        self.claim("x", None)

    def claim(self, text: str, language: str | None) -> CheckRequest:
        """The request that checks one sentence."""
        shared = {field: getattr(self, field) for field in CheckRequest.__struct_fields__}
        return CheckRequest(**{**shared, "text": text, "language": language})


class Context(msgspec.Struct, frozen=True):
    """The sentence before, without which this one matches nothing.

    Attributes:
        read_as: the text that matched: both sentences.
    """

    text: str
    start: Place
    end: Place
    read_as: str


class Finding(msgspec.Struct, frozen=True):
    """A sentence that known statements fit.

    Attributes:
        importance: 0..1, what findings are ordered by: the best match's probability x (0.5 + worth's points / 2) x 0.5 if no
            refutation is on record x 0.8 if it matched in context only.
        context: null if the sentence matches by itself.
        matches: best first; of the text in `context.read_as` if there is a context.
    """

    text: str
    language: str
    start: Place
    end: Place
    importance: float
    worth: Worth
    context: Context | None
    verdict: Verdict
    matches: list[Match]


class Unmatched(msgspec.Struct, frozen=True):
    """A sentence that is worth checking and that no known statement fits."""

    text: str
    language: str
    start: Place
    end: Place
    worth: Worth


class TextAnswer(msgspec.Struct, frozen=True):
    """The answer to a document.

    Attributes:
        sentences: how many it has.
        findings: the most important first.
        unmatched: those with 0.5 points or more, most points first.
        produced_by: null if the document has no sentence to check.
    """

    format: TextFormat
    characters: int
    sentences: int
    findings: list[Finding]
    unmatched: list[Unmatched]
    produced_by: ProducedBy | None


class Progress(msgspec.Struct, frozen=True):
    """How many of a document's sentences are checked."""

    done: int
    total: int


class StreamEvent(msgspec.Struct, frozen=True):
    """A server-sent event of a document's check.

    Attributes:
        event: `progress`, `result` or `problem`.
        data: as JSON: `{done, total}` in sentences, what /v1/texts/check answers, or an RFC 9457 problem.
    """

    event: str
    data: str
