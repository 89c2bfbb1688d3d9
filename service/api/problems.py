"""What can go wrong with a request: one table from exception to RFC 9457 problem, and how a body is read."""

from __future__ import annotations

import json
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

from index.errors import EncodingFailed, InvalidInput, JudgingFailed, RebutError, StoreUnavailable, UnknownRecord
from service.api.wire.states import FieldProblem, Problem
from service.scheduling.errors import DeadlinePassed, HungUp, QueueFull, ShuttingDown

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
T = TypeVar("T")


class InvalidBody(RebutError):
    """A request's body, or one claim of a batch, is not what it should be."""

    def __init__(self, errors: list[FieldProblem]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{error.field}: {error.reason}" for error in errors))


class UnsupportedMediaType(RebutError):
    """A request's body is not declared to be JSON."""


class ProblemKind(NamedTuple):
    """A kind of problem: its status, its name in `type`, its title, and the fields it names."""

    status: int
    name: str
    title: str
    errors: Callable[[Any], list[FieldProblem]] = lambda _: []


def _parameters(error: ValidationException) -> list[FieldProblem]:
    """The parameters that Litestar found wrong; it calls the body `data`, and complains of it only when it is empty."""
    extra = error.extra if isinstance(error.extra, list) else []
    found = [FieldProblem(str(item.get("key", "$")), str(item.get("message", ""))) for item in extra]
    return [_body("is empty") if problem.field == "data" else problem for problem in found]


def _body(reason: str) -> FieldProblem:
    return FieldProblem("$", reason)


def _content_type(error: UnsupportedMediaType) -> FieldProblem:
    return FieldProblem("Content-Type", str(error))


INVALID = "The request cannot be used"
TABLE: dict[type[Exception], ProblemKind] = {
    InvalidBody: ProblemKind(400, "invalid-request", INVALID, lambda e: e.errors),
    InvalidInput: ProblemKind(400, "invalid-request", INVALID, lambda e: [FieldProblem(e.field, e.reason)]),
    ValidationException: ProblemKind(400, "invalid-request", INVALID, _parameters),
    UnknownRecord: ProblemKind(404, "unknown-record", "No such record"),
    NotFoundException: ProblemKind(404, "unknown-path", "No such path"),
    MethodNotAllowedException: ProblemKind(405, "method-not-allowed", "The path does not support this method"),
    RequestEntityTooLarge: ProblemKind(
        413, "body-too-large", "The body is too large", lambda _: [_body("is larger than is allowed")]
    ),
    UnsupportedMediaType: ProblemKind(415, "unsupported-media-type", "The body must be JSON", lambda e: [_content_type(e)]),
    QueueFull: ProblemKind(429, "queue-full", "Too many claims wait already"),
    HungUp: ProblemKind(499, "hung-up", "The client hung up"),
    ShuttingDown: ProblemKind(503, "shutting-down", "The service is shutting down"),
    EncodingFailed: ProblemKind(503, "encoder-failed", "The encoder failed"),
    JudgingFailed: ProblemKind(503, "relation-model-failed", "The relation model failed"),
    StoreUnavailable: ProblemKind(503, "store-unavailable", "The store is not available"),
    DeadlinePassed: ProblemKind(504, "deadline-passed", "There was no answer in time"),
}
PASSED_ON = {"allow", "retry-after", "ratelimit", "ratelimit-policy"}
"""Headers of an exception that a client gets."""
UNEXPECTED = ProblemKind(500, "unexpected", "Something went wrong in the service")


def problem_of(error: Exception) -> Problem:
    """The problem that tells a client about an error; unexpected ones say nothing about the inside."""
    row = next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), UNEXPECTED)
    if isinstance(error, HTTPException) and row is UNEXPECTED and error.status_code < 500:
        row = ProblemKind(error.status_code, "invalid-request", INVALID)
    errors = row.errors(error)
    detail = "; ".join(f"{item.field}: {item.reason}" for item in errors) or str(getattr(error, "detail", error))
    if row is UNEXPECTED:
        detail = "the service's log has the details under this request's id"
    return Problem(f"urn:rebut:problem:{row.name}", row.title, row.status, detail, errors)


def documented(*statuses: int) -> dict[int, ResponseSpec]:
    """How a route's problems stand in the OpenAPI document."""
    titles = {row.status: row.title for row in TABLE.values()}
    return {
        status: ResponseSpec(Problem, description=titles[status], media_type=MEDIA_TYPE, generate_examples=False)
        for status in statuses
    }


def respond(_request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Litestar's handler for every exception."""
    problem = problem_of(error)
    if problem.status >= 500:
        unexpected = problem.type.endswith(UNEXPECTED.name)
        log.error("request failed", problem=problem.detail, exc_info=error if unexpected else None)
    headers = getattr(error, "headers", None) or {}
    passed = {name: value for name, value in headers.items() if name.lower() in PASSED_ON}
    return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE, headers=passed)


def respond_no_file(request: Request[Any, Any, Any], _error: Exception) -> Response[Problem]:
    """Litestar's handler for names of files that there are not, or that no file can have: it would tell where the files lie."""
    return respond(request, NotFoundException())


NO_FILE: dict[int | type[Exception], Any] = dict.fromkeys((NotFoundException, InternalServerException, ValueError), respond_no_file)
"""Exception handlers of routes that serve files."""


class JsonRequest(Request[Any, Any, Any]):
    """A request whose body is decoded strictly: JSON only, exact types, and every problem with the field's name."""

    async def json(self) -> Any:
        """The body as the type that the route takes."""
        declared = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if declared != "application/json" and not declared.endswith("+json"):
            raise UnsupportedMediaType(f"is {declared or 'missing'!r}, expected 'application/json'")
        body = self.route_handler.parsed_data_field
        return decode(parse(await body_of(self)), body.annotation if body else Any)


async def body_of(request: Request[Any, Any, Any]) -> bytes:
    """A request's whole body.

    Raises:
        InvalidBody: if its client went away before its end.
    """
    try:
        return await request.body()
    except InternalServerException as error:
        raise InvalidBody([_body("broke off")]) from error


def parse(body: bytes) -> object:
    """Parse JSON.

    The standard library's parser: unlike msgspec's it lets lone surrogates through, so that `decode` can name their field.

    Raises:
        InvalidBody: if it is not JSON.
    """
    try:
        return json.loads(body, parse_constant=_no_constant)
    except RecursionError as error:
        raise InvalidBody([FieldProblem("$", "is nested too deeply")]) from error
    except ValueError as error:  # malformed JSON, bytes that are not UTF-8, integers of thousands of digits
        raise InvalidBody([FieldProblem("$", f"is not valid JSON: {error}")]) from error


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a JSON value")


def decode(parsed: object, kind: type[T], *, strict: bool = True) -> T:
    """Convert parsed JSON, strictly, or the texts of a form, whose figures are texts as well.

    Raises:
        InvalidBody: naming the field.
    """
    try:
        return msgspec.convert(parsed, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise InvalidBody([_field_problem(str(error))]) from error
    except UnicodeEncodeError as error:
        raise InvalidBody([FieldProblem("$", "has a field whose name contains a lone surrogate")]) from error


def _field_problem(message: str) -> FieldProblem:
    """Split msgspec's message ("Expected `int`, got `str` - at `$.limit`") or a struct's own ("text: must not be blank")."""
    reason, _, path = message.partition(" - at ")
    field = path.strip("`").removeprefix("$").removeprefix(".")
    named = re.fullmatch(r"Object (contains unknown field|missing required field) `(.*)`", reason, re.DOTALL)
    if named:
        said = "is not a known field" if "unknown" in named[1] else "is required"
        return FieldProblem(".".join(filter(None, (field, named[2]))), said)
    own = re.match(r"([a-z_]+): (.*)", reason)
    if own:
        return FieldProblem(own[1], own[2])
    return FieldProblem(field or "$", reason)
