"""A file that is sent with a form, and is there when the form is shown again: the page has it, the service keeps nothing."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import NamedTuple

from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide

from index.errors import InvalidInput, Reason
from service.access.people import Session
from service.api.bodies import form_of, media_type_of
from service.api.problems import InvalidBody
from service.api.uploads import FORM
from service.api.wire.states import FieldProblem
from service.pages.form import fields_of
from service.pages.signing import MOST_FIELDS, Asking, Sent
from service.settings import Settings

BESIDE = 20_000
"""Bytes of a form beside its file."""
STORED, HEAD = 16_000, 16
"""Bytes of each block that cannot be packed, which gets five more; and what the whole gets besides."""


class Largest(NamedTuple):
    """How many bytes a file may have: any, and one that is text, which a page holds in less."""

    any: int
    text: int


class SentWithFile(Sent):
    """A form as somebody sent it, with a file.

    Attributes:
        packed: the file as the page has it; empty if there is none.
        name: of the file.
    """

    def __init__(self, typed: dict[str, str], session: Session | None, most: int, chosen: tuple[str, bytes] | None) -> None:
        super().__init__(typed, session)
        self._most = most
        self.name = chosen[0] if chosen else typed.get("name", "")
        self.packed = pack(chosen[1]) if chosen else typed.get("packed", "")

    def content(self) -> bytes:
        """The file.

        Raises:
            InvalidInput: if there is none, or it is too large to be sent once more.
        """
        if not self.packed:
            raise InvalidInput("file", Reason("is required, and must be a file"))
        if len(self.packed) > self._most - BESIDE:
            raise InvalidInput("file", Reason("is too large for this page: load it with `rebut load`"))
        return unpack(self.packed, self._most)


def largest(most: int) -> Largest:
    """The largest files that fit where a request's body may have so many bytes. The page has the file in letters and digits when it
    is sent for the second time, to be imported: four for three bytes."""
    room = max(most - BESIDE, 0)
    return Largest(max(room // 4 * 3 - HEAD, 0) * STORED // (STORED + 5), room)


def pack(content: bytes) -> str:
    """A file as a field of a form."""
    return base64.urlsafe_b64encode(zlib.compress(content)).decode("ascii")


def unpack(packed: str, most: int) -> bytes:
    """The file in a field of a form.

    Args:
        most: bytes that it may have.

    Raises:
        InvalidInput: if it is none, or larger.
    """
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(base64.b64decode(packed, altchars=b"-_", validate=True), most + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise InvalidInput("file", Reason("was damaged on its way: choose it once more")) from error
    if len(content) > most or not unpacker.eof:
        raise InvalidInput("file", Reason("was damaged on its way, or is too large: choose it once more"))
    return content


async def read_sent_file(request: Asking, settings: NamedDependency[Settings]) -> SentWithFile:
    """Dependency: the form in a request's body, with the file in it."""
    session, most = request.auth.session, settings.max_body_bytes
    if media_type_of(request) != FORM:
        return SentWithFile(await fields_of(request, MOST_FIELDS), session, most, None)
    try:
        form = await form_of(request)
    except UnicodeDecodeError as error:
        raise InvalidBody([FieldProblem("$", "is not a form's text in UTF-8")]) from error
    file = form.get("file")
    chosen = (file.filename, await file.read()) if isinstance(file, UploadFile) and file.filename else None
    typed = {name: value.replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}
    return SentWithFile(typed, session, most, chosen)


SENT_FILE = {"sent": Provide(read_sent_file)}
