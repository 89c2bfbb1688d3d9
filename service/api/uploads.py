"""Documents as files: a request's body that is a PDF or DOCX file, or a form with a file in it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Any, ClassVar

import msgspec
from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.datastructures import UploadFile
from litestar.di import Provide
from litestar.params import QueryParameter

from index.errors import InvalidInput
from service.api.bodies import JsonRequest, body_of, form_of, media_type_of
from service.api.problems import InvalidBody, decode
from service.api.wire.requests import OF_CLAIMANT, OF_PLACE, OF_TOPIC, TextRequest
from service.api.wire.states import FieldProblem
from service.check.texts.files import FileText, plain_text, read_file

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILES = {"application/pdf": "body.pdf", DOCX: "body.docx"}
"""Media types of bodies that are files."""
FORM = "multipart/form-data"
OPTIONS = ("limit", "language", "min_probability", "claimant", "topic", "date", "place", "explain")
"""Fields of a `TextRequest` that stand in the address where the body is a file."""
ONLY = "only where the body is a file"
AT_ONCE = 2
"""Files that are taken apart at the same time; others wait."""
UPLOADS = "uploads"
"""Name of the `Uploads` in the application's state."""
EXTRACTED = "extracted"
"""Key in a request's state: the text that was taken out of its file."""


class Uploads:
    """Reads files for requests, a few at a time."""

    def __init__(self, longest: int) -> None:
        """Take how many characters of text a file may have."""
        self._longest = longest
        self._places = asyncio.Semaphore(AT_ONCE)

    async def read(self, name: str, content: bytes) -> FileText:
        """See `read_file`."""
        async with self._places:
            return await sync_to_thread(partial(read_file, name, content, self._longest))

    async def plain(self, name: str, content: bytes) -> FileText:
        """See `plain_text`."""
        found = await self.read(name, content)
        return await sync_to_thread(partial(plain_text, found, self._longest))


class DocumentRequest(JsonRequest):
    """A request whose body is a `TextRequest` as JSON, a file, or a form with a file named `file` and the other fields.

    Attributes:
        asks: what the fields are read as.
    """

    asks: ClassVar[type[TextRequest]] = TextRequest

    async def json(self) -> Any:
        """The body as a `TextRequest`."""
        declared = media_type_of(self)
        if declared == FORM:
            return await self._of_form()
        if declared in FILES:
            return await self._document(FILES[declared], await body_of(self), {})
        return await super().json()

    async def _of_form(self) -> TextRequest:
        fields = await form_of(self)
        file = fields.pop("file", None)
        if not isinstance(file, UploadFile):
            raise InvalidBody([FieldProblem("file", "is required, and must be a file")])
        return await self._document(file.filename, await file.read(), fields)

    async def _document(self, name: str, content: bytes, fields: dict[str, Any]) -> TextRequest:
        found = await uploads_of(self).read(name, content)
        if found.extracted:
            self.state[EXTRACTED] = found.text
        given = {"format": found.format.value} | fields | {"text": found.text}
        return decode(given, self.asks, strict=False)


def uploads_of(request: Request[Any, Any, Any]) -> Uploads:
    """What reads the application's files."""
    uploads: Uploads = request.app.state[UPLOADS]
    return uploads


class FileOptions(msgspec.Struct, frozen=True):
    """How a document that is the whole body is checked: the parameters that were given, by the names of a request's fields."""

    given: dict[str, Any]

    def over(self, document: TextRequest) -> TextRequest:
        """The document to be checked so.

        Raises:
            InvalidBody: naming what cannot be used.
        """
        return decode(msgspec.to_builtins(document) | self.given, TextRequest) if self.given else document


def _file_options(
    request: Request[Any, Any, Any],
    limit: Annotated[int | None, QueryParameter(ge=1, le=50, description=f"The most matches for a sentence; {ONLY}")] = None,
    language: Annotated[str | None, QueryParameter(max_length=100, description=f"BCP 47 tag; {ONLY}")] = None,
    min_probability: Annotated[float | None, QueryParameter(ge=0, le=1, description=f"Of a match, at least; {ONLY}")] = None,
    claimant: Annotated[str | None, QueryParameter(max_length=200, description=f"{OF_CLAIMANT}; {ONLY}")] = None,
    topic: Annotated[str | None, QueryParameter(max_length=200, description=f"{OF_TOPIC}; {ONLY}")] = None,
    date: Annotated[str | None, QueryParameter(max_length=50, description=f"EDTF date or interval; {ONLY}")] = None,
    place: Annotated[str | None, QueryParameter(max_length=200, description=f"{OF_PLACE}; {ONLY}")] = None,
    explain: Annotated[bool | None, QueryParameter(description=f"Tell what each probability was made of; {ONLY}")] = None,
) -> FileOptions:
    told = (limit, language, min_probability, claimant, topic, date, place, explain)
    given = {name: value for name, value in zip(OPTIONS, told, strict=True) if value is not None}
    if given and media_type_of(request) not in FILES:
        raise InvalidInput(next(iter(given)), "is a parameter of bodies that are files; others have it in the body")
    return FileOptions(given)


FILE_OPTIONS = Provide(_file_options, sync_to_thread=False)
"""What gives a route its `FileOptions`."""
