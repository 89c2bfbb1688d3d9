"""What can go wrong with a request: one table from exception to RFC 9457 problem, and how a body is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    InternalServerException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.openapi.datastructures import ResponseSpec

from index.errors import EncodingFailed, IndexUnavailable, InvalidInput, JudgingFailed, RebutError, StoreUnavailable, UnknownRecord
from index.rules import Broken
from service.access.errors import (
    FormRefused,
    KeyInAddress,
    KeyMissing,
    KeyRefused,
    KeySpent,
    LimitReached,
    NotSignedIn,
    PersonMayNot,
    ScopeMissing,
    SignInRefused,
    UnknownHost,
)
from service.api.allowed import unknown_field, unknown_value
from service.api.keeping import NotKept
from service.api.wire.states import FieldProblem, Problem
from service.editing.errors import Changed, Conflict, KeyReused, RecordRefused, Retired, RevisionWanted
from service.scheduling.errors import DeadlinePassed, HungUp, QueueFull, ShuttingDown

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
MSGSPECS = ("Object ", "Invalid enum value")
"""How msgspec's messages begin to which it is added what is allowed."""
T = TypeVar("T")


class InvalidBody(RebutError):
    """A request's body, or one claim of a batch, is not what it should be."""

    def __init__(self, errors: list[FieldProblem]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{error.field}: {error.reason}" for error in errors))


class UnsupportedMediaType(RebutError):
    """A request's body is not declared to be JSON, or is packed; `field` is the header that says so."""

    def __init__(self, reason: str, field: str = "Content-Type") -> None:
        self.field = field
        super().__init__(reason)


class ProblemKind(NamedTuple):
    """A kind of problem: its status, its name in `type`, its title, the fields it names, and seconds until one may try again."""

    status: int
    name: str
    title: str
    errors: Callable[[Any], list[FieldProblem]] = lambda _: []
    retry_after_s: int | None = None


def _parameters(error: ValidationException) -> list[FieldProblem]:
    """The parameters that Litestar found wrong; it calls the body `data`, and complains of it only when it is empty."""
    extra = error.extra if isinstance(error.extra, list) else []
    found = [FieldProblem(str(item.get("key", "$")), str(item.get("message", ""))) for item in extra]
    return [_body("is empty") if problem.field == "data" else problem for problem in found]


def _body(reason: str) -> FieldProblem:
    return FieldProblem("$", reason)


def _broken(rule: Broken, model: Any) -> FieldProblem:
    """A rule that a record breaks, told as what is wrong with a body is."""
    if rule.field and not rule.reason.startswith(MSGSPECS):
        return FieldProblem(rule.field, rule.reason)
    return _field_problem(f"{rule.reason} - at `$.{rule.field}`" if rule.field else rule.reason, model)


INVALID = "The request cannot be used"
TABLE: dict[type[Exception], ProblemKind] = {
    InvalidBody: ProblemKind(400, "invalid-request", INVALID, lambda e: e.errors),
    InvalidInput: ProblemKind(400, "invalid-request", INVALID, lambda e: [FieldProblem(e.field, e.reason)]),
    ValidationException: ProblemKind(400, "invalid-request", INVALID, _parameters),
    RecordRefused: ProblemKind(400, "invalid-request", INVALID, lambda e: [_broken(one, e.model) for one in e.broken]),
    KeyInAddress: ProblemKind(400, "key-in-address", INVALID),
    KeyMissing: ProblemKind(401, "key-missing", "A key is required"),
    KeyRefused: ProblemKind(401, "key-refused", "The key is of no use"),
    NotKept: ProblemKind(403, "not-kept", "The answer is not kept"),
    ScopeMissing: ProblemKind(403, "scope-missing", "The key may not do this"),
    UnknownRecord: ProblemKind(404, "unknown-record", "No such record"),
    NotFoundException: ProblemKind(404, "unknown-path", "No such path"),
    MethodNotAllowedException: ProblemKind(405, "method-not-allowed", "The path does not support this method"),
    Conflict: ProblemKind(409, "conflict", "The change does not fit what is there"),
    Retired: ProblemKind(410, "retired", "The record was retired"),
    Changed: ProblemKind(412, "changed", "Somebody else changed the record"),
    KeySpent: ProblemKind(409, "key-spent", "The key cannot be replaced"),
    RequestEntityTooLarge: ProblemKind(
        413, "body-too-large", "The body is too large", lambda _: [_body("is larger than is allowed")]
    ),
    UnsupportedMediaType: ProblemKind(
        415, "unsupported-media-type", "The body is of a kind that is not taken", lambda e: [FieldProblem(e.field, str(e))]
    ),
    KeyReused: ProblemKind(422, "key-reused", "The Idempotency-Key came before with another request"),
    RevisionWanted: ProblemKind(428, "revision-wanted", "A change must name the revision that it is of"),
    UnknownHost: ProblemKind(421, "unknown-host", "The service has another name"),
    LimitReached: ProblemKind(429, "limit-reached", "Too much was asked for"),
    QueueFull: ProblemKind(429, "queue-full", "Too many claims wait already"),
    HungUp: ProblemKind(499, "hung-up", "The client hung up"),
    ShuttingDown: ProblemKind(503, "shutting-down", "The service is shutting down"),
    EncodingFailed: ProblemKind(503, "encoder-failed", "The encoder failed"),
    JudgingFailed: ProblemKind(503, "relation-model-failed", "The relation model failed"),
    IndexUnavailable: ProblemKind(
        503, "index-unavailable", "The index is not available", retry_after_s=IndexUnavailable.retry_after
    ),
    StoreUnavailable: ProblemKind(503, "store-unavailable", "The store is not available", retry_after_s=2),
    DeadlinePassed: ProblemKind(504, "deadline-passed", "There was no answer in time"),
}
PAGES: dict[type[Exception], ProblemKind] = {
    NotSignedIn: ProblemKind(401, "not-signed-in", "Sign in first"),
    SignInRefused: ProblemKind(401, "sign-in-refused", "You are not signed in"),
    PersonMayNot: ProblemKind(403, "person-may-not", "You may not do this"),
    FormRefused: ProblemKind(403, "form-refused", "Nothing was changed"),
}
"""What can go wrong on pages only: the API takes no sessions."""
PASSED_ON = {"allow", "retry-after", "ratelimit", "ratelimit-policy", "www-authenticate"}
"""Headers of an exception that a client gets."""
UNEXPECTED = ProblemKind(500, "unexpected", "Something went wrong in the service")


def problem_of(error: Exception) -> Problem:
    """The problem that tells a client about an error; unexpected ones say nothing about the inside."""
    row = _row_of(error)
    if isinstance(error, HTTPException) and row is UNEXPECTED and error.status_code < 500:
        row = ProblemKind(error.status_code, "invalid-request", INVALID)
    errors = row.errors(error)
    detail = "; ".join(f"{item.field}: {item.reason}" for item in errors) or str(getattr(error, "detail", error))
    if row is UNEXPECTED:
        detail = "the service's log has the details under this request's id"
    return Problem(f"urn:rebut:problem:{row.name}", row.title, row.status, detail, errors)


def _row_of(error: Exception) -> ProblemKind:
    known = TABLE | PAGES
    return next((known[kind] for kind in type(error).__mro__ if kind in known), UNEXPECTED)


def documented(*statuses: int) -> dict[int, ResponseSpec]:
    """How a route's problems stand in the OpenAPI document."""
    return {
        status: ResponseSpec(Problem, description=_titles(status), media_type=MEDIA_TYPE, generate_examples=False)
        for status in statuses
    }


def _titles(status: int) -> str:
    """What a status may mean, in the table's order."""
    return "; ".join(dict.fromkeys(row.title for row in TABLE.values() if row.status == status))


def respond(_request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Litestar's handler for every exception."""
    problem = problem_of(error)
    if problem.status >= 500:
        unexpected = problem.type.endswith(UNEXPECTED.name)
        log.error("request failed", problem=problem.detail, exc_info=error if unexpected else None)
    headers = getattr(error, "headers", None) or {}
    passed = {name: value for name, value in headers.items() if name.lower() in PASSED_ON}
    if (seconds := _row_of(error).retry_after_s) is not None:
        passed["Retry-After"] = str(seconds)
    return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE, headers=passed)


def respond_no_file(request: Request[Any, Any, Any], _error: Exception) -> Response[Problem]:
    """Litestar's handler for names of files that there are not, or that no file can have: it would tell where the files lie."""
    return respond(request, NotFoundException())


NO_FILE: dict[int | type[Exception], Any] = dict.fromkeys((NotFoundException, InternalServerException, ValueError), respond_no_file)
"""Exception handlers of routes that serve files."""


def decode(parsed: object, kind: type[T], *, strict: bool = True) -> T:
    """Convert parsed JSON, or the texts of a form.

    Args:
        strict: whether each value has to be of the very type; else `"3"` will do for 3, and `"true"` for true.

    Raises:
        InvalidBody: naming the field, and what is allowed there.
    """
    try:
        return msgspec.convert(parsed, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise InvalidBody([_field_problem(str(error), kind)]) from error
    except UnicodeEncodeError as error:
        raise InvalidBody([FieldProblem("$", "has a field whose name contains a lone surrogate")]) from error


def _field_problem(message: str, kind: Any) -> FieldProblem:
    """Split msgspec's message ("Expected `int`, got `str` - at `$.limit`") or a struct's own ("text: must not be blank")."""
    reason, _, place = message.partition(" - at ")
    path = place.strip("`")
    field = path.removeprefix("$").removeprefix(".")
    named = re.fullmatch(r"Object (contains unknown field|missing required field) `(.*)`", reason, re.DOTALL)
    if named:
        said = unknown_field(kind, path, named[2]) if "unknown" in named[1] else "is required"
        return FieldProblem(".".join(filter(None, (field, named[2]))), said)
    own = re.match(r"([a-z_]+): (.*)", reason)
    if own:
        return FieldProblem(own[1], own[2])
    if reason.startswith("Invalid enum value"):
        return FieldProblem(field or "$", unknown_value(kind, path, reason))
    return FieldProblem(field or "$", reason)
