"""What the page's box sends: a claim or a text, and which of the two it is."""

from __future__ import annotations

import enum
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request

from index.text.furniture import LINK
from service.api.bodies import body_of
from service.api.problems import InvalidBody, decode
from service.api.wire.states import FieldProblem
from service.check.texts.documents import TextFormat, blocks_of
from service.check.texts.sentences import sentences_of
from service.settings import Settings

MOST_FIELDS = 10
SENT = "sent"
"""Key of the form in a request's state; the page that tells what is wrong shows the form again."""


class Mode(enum.Enum):
    """Whether the text in the box is one claim or a document."""

    AUTO = "auto"
    CLAIM = "claim"
    TEXT = "text"


class Submission(msgspec.Struct, frozen=True):
    """What is asked, as the box sent it, or the form below an answer, which asks it again and holds other fields, too.

    Attributes:
        origin: the link or the name of the file that the text was read from; empty for the box.
        title: of that page or file.
    """

    text: str
    mode: Mode = Mode.AUTO
    origin: str = ""
    title: str = ""

    @property
    def link(self) -> str:
        """The link that is to be opened; empty without one. What a form says of a page is not believed: it is opened again."""
        return next((one for one in (self.origin, self.text.strip()) if LINK.fullmatch(one)), "")

    @property
    def file(self) -> str:
        """The name of the file that the text was read from; empty for the box and for a link."""
        return "" if LINK.fullmatch(self.origin) else self.origin

    def is_document(self, settings: Settings) -> bool:
        """Whether to check sentence by sentence: texts of several sentences, and texts too long for a claim."""
        if self.file:
            return True
        if self.mode is not Mode.AUTO:
            return self.mode is Mode.TEXT
        if len(self.text) > settings.max_claim_characters:
            return True
        return len(sentences_of(blocks_of(self.text, TextFormat.PLAIN))) > 1


async def read_form(request: Request[Any, Any, Any]) -> Submission:
    """The box's form in a request's body.

    Raises:
        InvalidBody: naming the field.
    """
    sent = decode(await read_fields(request), Submission)
    request.state[SENT] = sent
    if not sent.text.strip():
        raise InvalidBody([FieldProblem("text", "must not be blank")])
    return sent


async def read_fields(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Dependency: the fields of a small form in a request's body. Raises as `fields_of` does."""
    return await fields_of(request, MOST_FIELDS)


async def fields_of(request: Request[Any, Any, Any], most: int) -> dict[str, str]:
    """The fields of the form in a request's body, at most so many.

    Line ends are plain: browsers send CRLF, and count it as one character.

    Litestar's own reader is not used: it keeps the last 1,024 bodies, and so claims, in memory.

    Raises:
        InvalidBody: if it is no form.
    """
    body = await body_of(request)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=most, errors="strict")
    except ValueError as error:  # bytes that are not UTF-8 (lone surrogates among them), not ASCII, or too many fields
        raise InvalidBody([FieldProblem("text", "is not a form's text in UTF-8")]) from error
    return {name: value.replace("\r\n", "\n") for name, value in pairs}
