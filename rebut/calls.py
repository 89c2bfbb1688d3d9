"""What is asked of a service, as values, and how its answers are read: shared by both clients."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypedDict, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from rebut.answers import Answer, BatchAnswer, TextAnswer
from rebut.errors import InvalidRequest, Unreachable, error_of
from rebut.imports import ImportReport
from rebut.kept import Compared, KeptAnswerView, MadeAnswer
from rebut.records import RefutationDetail, Source, Sources, StatementDetail, StatementPage
from rebut.states import Problem, Readiness

AnswerT = TypeVar("AnswerT")
READY = "/health/ready"
EXAMPLE = "http://127.0.0.1:8000"


class Options(TypedDict, total=False):
    """How a claim is checked (docs/reference/api.md); what is not given is left to the service."""

    limit: int
    language: str | None
    min_probability: float | None
    claimant: str | None
    topic: str | None
    date: str | None
    place: str | None
    explain: bool


class Keeping(Options, total=False):
    """How a document's answer is kept (docs/how-to/page.md#pass-it-on), and how it is checked.

    `keep` tells what of the document is kept: `places`, `sentences` or `text`; `lifetime` is such as `90d`.
    """

    title: str
    url: str
    keep: str
    lifetime: str


class Filters(TypedDict, total=False):
    """Which statements are listed."""

    claimant: str | None
    place: str | None
    topic: str | None
    issuer: str | None
    date: str | None
    source: str | None
    kind: str | None
    updated_since: str | dt.date | dt.datetime | None


class Importing(TypedDict, total=False):
    """How a file is imported (docs/how-to/load-statements.md).

    `map` tells what columns hold (column -> field), `encoding` if it is not clear, `vouch` that it may change reviews
    of others, `own` that its reviews are the desk's own, `alike` to look for statements that mean the same as new ones.
    """

    map: Mapping[str, str]
    encoding: str | None
    vouch: bool
    own: bool
    alike: bool


class Upload(NamedTuple):
    """A file as it is sent."""

    name: str
    content: bytes


File = str | os.PathLike[str] | bytes
"""A file's path, or what it holds."""


class Call(msgspec.Struct, Generic[AnswerT], frozen=True):
    """One request.

    Attributes:
        gives: what its answer is read as; bytes to leave it as it is.
        body: sent as JSON, if there is one; with a file, as the other fields of a form.
        file: sent in a form, under the name `file`.
        headers: sent with it.
    """

    method: str
    path: str
    gives: type[AnswerT]
    body: Any = None
    parameters: Mapping[str, Any] = {}
    file: Upload | None = None
    headers: Mapping[str, str] = {}

    def request(self) -> dict[str, Any]:
        """The arguments of httpx's `request`.

        Raises:
            InvalidRequest: if a text of the body cannot be sent.
        """
        given = {name: _as_text(value) for name, value in self.parameters.items() if value is not None}
        try:
            sent = self._sent()
        except UnicodeEncodeError as error:
            raise InvalidRequest(Problem("about:blank", "Not Unicode", 400, f"lone surrogates cannot be sent: {error}")) from error
        headers = {**self.headers, **sent.pop("headers", {})}
        return {"method": self.method, "url": self.path, "params": given, "headers": headers, **sent}

    def _sent(self) -> dict[str, Any]:
        """What of httpx's arguments is the body."""
        if self.file is not None:
            fields = {name: _as_text(value).encode() for name, value in (self.body or {}).items() if value is not None}
            self.file.name.encode()
            return {"data": fields, "files": {"file": self.file}}
        if self.body is None:
            return {}
        return {"content": msgspec.json.encode(self.body), "headers": {"content-type": "application/json"}}


def _as_text(value: Any) -> Any:
    """As it stands in an address or a form; a list stands there several times."""
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def upload(file: File, name: str | None) -> Upload:
    """A file as it is sent, read if a path is given. Raises `OSError` if it cannot be.

    Args:
        name: what to call it; its ending tells what sort of text it is. A path has its own.
    """
    if isinstance(file, bytes):
        return Upload(name or "file", file)
    path = Path(file)
    return Upload(name or path.name, path.read_bytes())


def address(url: str) -> httpx.URL:
    """A service's address. Raises `Unreachable` if it is none."""
    try:
        parsed = httpx.URL(url.rstrip("/"))
    except httpx.InvalidURL as error:
        raise Unreachable(f"{url!r} is no address: {error}") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise Unreachable(f"{url!r} is no address; write it like {EXAMPLE}")
    return parsed


def check(text: str, options: Options) -> Call[Answer]:
    """One claim."""
    return Call("POST", "/v1/claims/check", Answer, {"text": text, **options})


def check_many(claims: Iterable[str | Mapping[str, Any]], options: Options) -> Call[BatchAnswer]:
    """Many claims; their own options go before the common ones."""
    bodies = [{**options, **({"text": claim} if isinstance(claim, str) else claim)} for claim in claims]
    return Call("POST", "/v1/claims/check/batch", BatchAnswer, {"claims": bodies})


def check_text(text: str, text_format: str, options: Options) -> Call[TextAnswer]:
    """A document."""
    return Call("POST", "/v1/texts/check", TextAnswer, {"text": text, "format": text_format, **options})


def check_file(file: Upload, options: Options) -> Call[TextAnswer]:
    """A document that is a file."""
    return Call("POST", "/v1/texts/check", TextAnswer, {**options}, file=file)


def keep(text: str, language: str | None, lifetime: str, *, keep_claim: bool) -> Call[MadeAnswer]:
    """A claim whose answer is kept."""
    body = {"text": text, "language": language, "lifetime": lifetime, "keep_claim": keep_claim}
    return Call("POST", "/v1/answers", MadeAnswer, body)


def keep_text(text: str, text_format: str, options: Keeping) -> Call[MadeAnswer]:
    """A document whose answer is kept."""
    return Call("POST", "/v1/answers/texts", MadeAnswer, {"text": text, "format": text_format, **options})


def keep_file(file: Upload, options: Keeping) -> Call[MadeAnswer]:
    """A document that is a file, whose answer is kept."""
    return Call("POST", "/v1/answers/texts", MadeAnswer, {**options}, file=file)


def kept(answer_id: str) -> Call[KeptAnswerView]:
    """A kept answer."""
    return Call("GET", _kept(answer_id), KeptAnswerView)


def compare(answer_id: str, text: str) -> Call[Compared]:
    """Whether a kept answer is the answer to that."""
    return Call("POST", f"{_kept(answer_id)}/compare", Compared, {"text": text})


def revoke(answer_id: str, token: str) -> Call[bytes]:
    """A kept answer that is to be deleted."""
    return Call("DELETE", _kept(answer_id), bytes, headers={"revocation-token": token})


def _kept(answer_id: str) -> str:
    return f"/v1/answers/{quote(answer_id, safe='')}"


def import_file(file: Upload, why: str, options: Importing, *, dry_run: bool) -> Call[ImportReport]:
    """A file of records."""
    given: dict[str, Any] = {"why": why, "name": file.name, "dry_run": dry_run, **options}
    given["map"] = [f"{column}={field}" for column, field in given.get("map", {}).items()]
    return Call("POST", "/v1/imports", ImportReport, None, given, file)


def statements_page(cursor: str | None, limit: int, filters: Filters) -> Call[StatementPage]:
    """A page of statements."""
    return Call("GET", "/v1/statements", StatementPage, None, {"cursor": cursor, "limit": limit, **filters})


def statement(statement_id: str) -> Call[StatementDetail]:
    """One statement."""
    return Call("GET", f"/v1/statements/{quote(statement_id, safe='')}", StatementDetail)


def refutation(refutation_id: str) -> Call[RefutationDetail]:
    """One refutation."""
    return Call("GET", f"/v1/refutations/{quote(refutation_id, safe='')}", RefutationDetail)


def sources() -> Call[Sources]:
    """All sources."""
    return Call("GET", "/v1/sources", Sources)


def source(source_id: str) -> Call[Source]:
    """One source."""
    return Call("GET", f"/v1/sources/{quote(source_id, safe='')}", Source)


def ready() -> Call[Readiness]:
    """Whether the service can answer."""
    return Call("GET", READY, Readiness)


def content_of(call: Call[Any], response: httpx.Response) -> bytes:
    """An answer's bytes.

    Raises:
        ProblemError: if it is a problem.
        Unreachable: if it is an error that is none of a Rebut service's.
    """
    if response.is_success or (call.path == READY and response.status_code == 503):
        return response.content
    try:
        problem = msgspec.json.decode(response.content, type=Problem)
    except msgspec.MsgspecError as error:
        raise Unreachable(f"{response.url} answers {response.status_code}, and not as a Rebut service does") from error
    raise error_of(problem, _seconds(response.headers.get("retry-after")))


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after and retry_after.isdecimal() else None


def read(call: Call[AnswerT], content: bytes) -> AnswerT:
    """An answer as the struct that it is.

    Raises:
        Unreachable: if it is none.
    """
    try:
        return msgspec.json.decode(content, type=call.gives)
    except msgspec.MsgspecError as error:
        raise Unreachable(f"{call.path} is not answered as a Rebut service does: {error}") from error
