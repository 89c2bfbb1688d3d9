"""Changing records by hand: statements, refutations, reviews and sources alike."""

from __future__ import annotations

import json
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, patch, post, put
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from index.kinds import RecordKind, Scope
from index.ledger.entries import By
from index.store.recorded import Standing
from index.store.store import StatementStore
from service.access.door import Caller
from service.access.guards import caller_of, needs
from service.api.problems import documented
from service.api.threads import in_thread
from service.api.wire.editing import NewRecord, RecordPatch, RecordView
from service.api.wire.ledger import History
from service.editing.changes import Changes, Terms, etag
from service.editing.whys import LONGEST_WHY

PLURALS = {
    RecordKind.STATEMENT: "statements",
    RecordKind.REFUTATION: "refutations",
    RecordKind.REVIEW: "reviews",
    RecordKind.SOURCE: "sources",
}

ETAG = ResponseHeader(name="ETag", value="", description="The record's revision, for If-Match", documentation_only=True)
LOCATION = ResponseHeader(name="Location", value="", description="Where it is read", documentation_only=True)
IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", description="The ETag of the revision that is changed, or `*`", max_length=1_000)
]
Key = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        description="The same request with the same key counts once, for a day",
        min_length=1,
        max_length=200,
    ),
]
Why = Annotated[str, QueryParameter(min_length=1, max_length=LONGEST_WHY, description="Why; it stands in the ledger for good")]


AnyRequest = Request[Any, Any, Any]
Shared = dict[str, Any]
CHANGING = documented(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 503)


def editing_routes(kind: RecordKind) -> list[HTTPRouteHandler]:
    """The routes by which records of one kind are changed, read by editors, and their histories by all."""
    shared: Shared = {
        "tags": ["editing"],
        "guards": [needs(Scope.EDIT)],
        "response_headers": [ETAG],
    }
    changing = [_replacing(kind, shared), _amending(kind, shared), _retiring(kind, shared)]
    return [_adding(kind, shared), *changing, _reading(kind, shared), _telling(kind)]


def _adding(kind: RecordKind, shared: Shared) -> HTTPRouteHandler:
    path = f"/v1/{PLURALS[kind]}"
    problems = documented(400, 401, 403, 409, 413, 415, 422, 503)

    @post(path, summary=f"Add a {kind.value}", responses=problems, **shared | {"response_headers": [ETAG, LOCATION]})
    @in_thread
    def add(
        request: AnyRequest, changes: NamedDependency[Changes], data: JSONBody[NewRecord], idempotency_key: Key = None
    ) -> Response[RecordView]:
        """Add a record. It is found within a second if it is published. Without an id it gets one, for good."""
        terms = _terms(request, data.why, None, idempotency_key, data)
        standing = changes.create(kind, data.record, data.standings(), terms)
        response = _answer(standing, HTTP_201_CREATED)
        response.headers["location"] = f"{path}/{standing.entry.record_id}"
        return response

    return add


def _replacing(kind: RecordKind, shared: Shared) -> HTTPRouteHandler:
    @put(_one(kind), summary=f"Replace a {kind.value}", responses=CHANGING, **shared)
    @in_thread
    def replace(
        request: AnyRequest,
        changes: NamedDependency[Changes],
        record_id: FromPath[str],
        data: JSONBody[NewRecord],
        if_match: IfMatch = None,
        idempotency_key: Key = None,
    ) -> Response[RecordView]:
        """Let a record say something else: a new revision under the same id."""
        terms = _terms(request, data.why, if_match, idempotency_key, data)
        return _answer(changes.replace(kind, record_id, data.record, data.standings(), terms))

    return replace


def _amending(kind: RecordKind, shared: Shared) -> HTTPRouteHandler:
    @patch(_one(kind), summary=f"Change a {kind.value}", responses=CHANGING, **shared)
    @in_thread
    def amend(
        request: AnyRequest,
        changes: NamedDependency[Changes],
        record_id: FromPath[str],
        data: JSONBody[RecordPatch],
        if_match: IfMatch = None,
        idempotency_key: Key = None,
    ) -> Response[RecordView]:
        """Change some fields of a record, its state, what supersedes it or when it expires."""
        terms = _terms(request, data.why, if_match, idempotency_key, data)
        return _answer(changes.amend(kind, record_id, data.record, data.standings(), terms))

    return amend


def _retiring(kind: RecordKind, shared: Shared) -> HTTPRouteHandler:
    @delete(_one(kind), status_code=HTTP_200_OK, summary=f"Retire a {kind.value}", responses=CHANGING, **shared)
    @in_thread
    def retire(
        request: AnyRequest,
        changes: NamedDependency[Changes],
        record_id: FromPath[str],
        why: Why,
        superseded_by: Annotated[str | None, QueryParameter(max_length=200, description="The record that stands for it")] = None,
        if_match: IfMatch = None,
        idempotency_key: Key = None,
    ) -> Response[RecordView]:
        """Take a record out of all answers. Nothing is lost: its history stays, and a change of its state brings it back."""
        terms = _terms(request, why, if_match, idempotency_key, superseded_by)
        return _answer(changes.retire(kind, record_id, superseded_by, terms))

    return retire


def _reading(kind: RecordKind, shared: Shared) -> HTTPRouteHandler:
    problems = documented(401, 403, 404, 503)

    @get(f"{_one(kind)}/record", summary=f"Read a {kind.value} to change it", responses=problems, **shared)
    @in_thread
    def read(store: NamedDependency[StatementStore], record_id: FromPath[str]) -> Response[RecordView]:
        """A record as it is written, whatever its state."""
        return _answer(store.ledger.standing(kind, record_id))

    return read


def _telling(kind: RecordKind) -> HTTPRouteHandler:
    problems = documented(401, 404, 503)

    @get(
        f"{_one(kind)}/history",
        summary=f"Read a {kind.value}'s history",
        tags=["ledger"],
        guards=[needs(Scope.READ)],
        responses=problems,
    )
    @in_thread
    def history(store: NamedDependency[StatementStore], caller: NamedDependency[Caller], record_id: FromPath[str]) -> History:
        """All revisions of a record: when, who, why, and what. What was never published is shown to editors only."""
        return History.of(kind, record_id, store.ledger.history(kind, record_id), editor=caller.may(Scope.EDIT))

    return history


def _one(kind: RecordKind) -> str:
    return f"/v1/{PLURALS[kind]}/{{record_id:str}}"


def _terms(request: AnyRequest, why: str, if_match: str | None, key: str | None, asked: object) -> Terms:
    """On what terms a change is made; the same request is that with the same method, path and content."""
    same = json.dumps([request.method, request.url.path, msgspec.to_builtins(asked)])  # escapes what UTF-8 cannot hold
    caller = caller_of(request)
    by, reviewer = By(caller.name, why), caller.may(Scope.REVIEW)
    may_tier = caller.may(Scope.ADMIN)
    return Terms(by=by, if_match=if_match, may_tier=may_tier, key=key, request=same.encode(), reviewer=reviewer)


def _answer(standing: Standing, status: int = HTTP_200_OK) -> Response[RecordView]:
    headers = {"etag": etag(standing.entry.revision)}
    return Response(RecordView.of(standing), status_code=status, headers=headers)
