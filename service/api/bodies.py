"""What requests carry: JSON, forms and files, read strictly and never unpacked."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from litestar import Request
from litestar.exceptions import InternalServerException

from service.api.problems import InvalidBody, UnsupportedMediaType, decode
from service.api.wire.states import FieldProblem

PLAIN = "identity"
"""The `Content-Encoding` of a body that is as it is."""


class JsonRequest(Request[Any, Any, Any]):
    """A request whose body is decoded strictly: JSON only, exact types, and every problem with the field's name."""

    async def json(self) -> Any:
        """The body as the type that the route takes."""
        declared = media_type_of(self)
        if declared != "application/json" and not declared.endswith("+json"):
            raise UnsupportedMediaType(f"is {declared or 'missing'!r}, expected 'application/json'")
        body = self.route_handler.parsed_data_field
        return decode(parse(await body_of(self)), body.annotation if body else Any)


def media_type_of(request: Request[Any, Any, Any]) -> str:
    """What a request's body is declared to be, in small letters; "" if nothing is said."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def body_of(request: Request[Any, Any, Any]) -> bytes:
    """A request's whole body.

    Raises:
        InvalidBody: if its client went away before its end.
        UnsupportedMediaType: if it is packed.
    """
    _refuse_packed(request)
    try:
        return await request.body()
    except InternalServerException as error:
        raise InvalidBody([FieldProblem("$", "broke off")]) from error


async def form_of(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The fields of a form with files; of a name that is there several times, the last.

    Raises:
        UnsupportedMediaType: if it is packed.
    """
    _refuse_packed(request)
    return dict((await request.form()).items())


def _refuse_packed(request: Request[Any, Any, Any]) -> None:
    if (packed := request.headers.get("content-encoding", PLAIN).strip().lower()) != PLAIN:
        raise UnsupportedMediaType(f"is {packed!r}, and bodies are only taken as they are", "Content-Encoding")


def parse(body: bytes) -> object:
    """Parse JSON.

    The standard library's parser: unlike msgspec's it lets lone surrogates through, so that `decode` can name their field.

    Raises:
        InvalidBody: if it is not JSON.
    """
    try:
        return json.loads(body, parse_constant=_no_constant, object_pairs_hook=_object)
    except RecursionError as error:
        raise InvalidBody([FieldProblem("$", "is nested too deeply")]) from error
    except ValueError as error:  # malformed JSON, bytes that are not UTF-8, integers of thousands of digits
        raise InvalidBody([FieldProblem("$", f"is not valid JSON: {error}")]) from error


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a JSON value")


def _object(members: list[tuple[str, object]]) -> dict[str, object]:
    """An object, each of whose names is there once: which of two values is meant nobody knows (RFC 8259, section 4)."""
    found = dict(members)
    if len(found) < len(members):
        name, _ = Counter(name for name, _ in members).most_common(1)[0]
        raise ValueError(f"{name!r} is there twice")
    return found
