"""Documents as files: a request's body that is a PDF or DOCX file, or a form with a file in it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from litestar.concurrency import sync_to_thread
from litestar.datastructures import UploadFile

from service.api.problems import InvalidBody, JsonRequest, body_of, decode
from service.api.wire.requests import TextRequest
from service.api.wire.states import FieldProblem
from service.check.texts.files import FileText, read_file

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILES = {"application/pdf": "body.pdf", DOCX: "body.docx"}
"""Media types of bodies that are files."""
FORM = "multipart/form-data"
AT_ONCE = 2
"""Files that are taken apart at the same time; others wait."""
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


class DocumentRequest(JsonRequest):
    """A request whose body is a `TextRequest` as JSON, a file, or a form with a file named `file` and the other fields."""

    async def json(self) -> Any:
        """The body as a `TextRequest`; a file's other fields stand in the query."""
        declared = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if declared == FORM:
            return await self._of_form()
        if declared in FILES:
            return await self._document(FILES[declared], await body_of(self), dict(self.query_params.items()))
        return await super().json()

    async def _of_form(self) -> TextRequest:
        fields = dict((await self.form()).items())
        file = fields.pop("file", None)
        if not isinstance(file, UploadFile):
            raise InvalidBody([FieldProblem("file", "is required, and must be a file")])
        return await self._document(file.filename, await file.read(), fields)

    async def _document(self, name: str, content: bytes, fields: dict[str, Any]) -> TextRequest:
        uploads: Uploads = self.app.state.uploads
        found = await uploads.read(name, content)
        if found.extracted:
            self.state[EXTRACTED] = found.text
        given = {"format": found.format.value} | fields | {"text": found.text}
        return decode(given, TextRequest, strict=False)
