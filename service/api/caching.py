"""Conditional requests: an answer has an ETag, and who has that one already is told so instead (RFC 9110, section 13)."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

import msgspec
from litestar import Response
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter
from litestar.status_codes import HTTP_304_NOT_MODIFIED

IfNoneMatch = Annotated[str | None, HeaderParameter(name="If-None-Match", description="The ETag of the copy at hand")]
NOT_MODIFIED = {304: ResponseSpec(None, description="It is still as it was when it had this ETag")}
"""How a route that answers conditionally documents it."""


def etag_of(content: bytes, revision: int | None = None) -> str:
    """An ETag that changes with this content. It is weak: the same answer goes out compressed and not.

    Args:
        revision: of the record that the answer is about; it stands first, for If-Match.
    """
    digest = hashlib.sha256(content).hexdigest()[:32]
    return f'W/"{digest}"' if revision is None else f'W/"{revision}-{digest}"'


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Whether a client has the copy with this ETag."""
    known = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    return bool(known & {etag.removeprefix("W/"), "*"})


def unless_known(
    answer: Any, if_none_match: str | None, media_type: str | None = None, revision: int | None = None
) -> Response[Any]:
    """The answer with its ETag (see `etag_of`); 304 without it, if the client has it."""
    body = msgspec.json.encode(answer)
    headers = {"etag": etag_of(body, revision), "cache-control": "no-cache"}
    if is_known(if_none_match, headers["etag"]):
        return Response(None, status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(body, media_type=media_type or "application/json", headers=headers)
