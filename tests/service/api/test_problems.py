from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    PermissionDeniedException,
    ValidationException,
)
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.testing import TestClient

from index.errors import EncodingFailed, IndexUnavailable, InvalidInput, JudgingFailed, Reason, StoreUnavailable, UnknownRecord
from index.rules import Broken
from service.access.errors import KeyInAddress, KeyMissing, KeyRefused, KeySpent, LimitReached, ScopeMissing, UnknownHost
from service.api.keeping import NotKept
from service.api.problems import TABLE, InvalidBody, UnsupportedMediaType, problem_of
from service.api.wire.states import FieldProblem
from service.app import Parts, create_app
from service.editing.errors import Changed, Conflict, KeyReused, RecordRefused, Retired, RevisionWanted
from service.scheduling.errors import DeadlinePassed, HungUp, QueueFull, ShuttingDown

CASES: list[tuple[Exception, int, str, str, str]] = [
    (InvalidBody([FieldProblem("a", "is bad")]), 400, "invalid-request", "a: is bad", "a"),
    (InvalidInput("date", "is bad"), 400, "invalid-request", "date: is bad", "date"),
    (ValidationException("x", extra=[{"key": "limit", "message": "big"}]), 400, "invalid-request", "limit: big", "limit"),
    (ValidationException("x", extra=[{"key": "data", "message": "-"}]), 400, "invalid-request", "$: is empty", "$"),
    (KeyInAddress(), 400, "key-in-address", "a key stands in the address", ""),
    (KeyMissing(), 401, "key-missing", "a key is required", ""),
    (KeyRefused("the key has expired"), 401, "key-refused", "the key has expired", ""),
    (ScopeMissing("edit"), 403, "scope-missing", "this key may not do that: one with the scope 'edit' may", ""),
    (NotKept("this service keeps no answers"), 403, "not-kept", "this service keeps no answers", ""),
    (KeySpent("it was replaced"), 409, "key-spent", "it was replaced", ""),
    (RecordRefused([Broken("text", Reason("empty text"))]), 400, "invalid-request", "text: empty text", "text"),
    (Conflict(Reason("id: is taken")), 409, "conflict", "id: is taken", ""),
    (Retired("source", "x", "y"), 410, "retired", "the source 'x' was retired; 'y' stands for it", ""),
    (Changed(3), 412, "changed", 'If-Match: the record is at revision "3" now', ""),
    (KeyReused(), 422, "key-reused", "Idempotency-Key: came before", ""),
    (RevisionWanted(), 428, "revision-wanted", "If-Match: send the record's ETag", ""),
    (UnknownHost(), 421, "unknown-host", "the service is not known by the name in the Host header", ""),
    (LimitReached("claims", 5, 2, 3.2, {}), 429, "limit-reached", "5 claims a minute are allowed: try again in 4 s", ""),
    (UnknownRecord("source", "x"), 404, "unknown-record", "no source has the id 'x'", ""),
    (NotFoundException(), 404, "unknown-path", "Not Found", ""),
    (MethodNotAllowedException(), 405, "method-not-allowed", "Method Not Allowed", ""),
    (RequestEntityTooLarge(), 413, "body-too-large", "$: is larger than is allowed", "$"),
    (UnsupportedMediaType("is 'x'"), 415, "unsupported-media-type", "Content-Type: is 'x'", "Content-Type"),
    (EncodingFailed("not finite"), 503, "encoder-failed", "not finite", ""),
    (JudgingFailed("not finite"), 503, "relation-model-failed", "not finite", ""),
    (IndexUnavailable("Milvus does not answer"), 503, "index-unavailable", "Milvus does not answer", ""),
    (StoreUnavailable("locked"), 503, "store-unavailable", "locked", ""),
    (QueueFull(64, 3, 2), 429, "queue-full", "61 claims wait already, of the 64 that may; try again in 2 s", ""),
    (HungUp(), 499, "hung-up", "the client hung up", ""),
    (ShuttingDown(), 503, "shutting-down", "the service is shutting down", ""),
    (DeadlinePassed(2.5), 504, "deadline-passed", "there was no answer within 2.5 s", ""),
    (PermissionDeniedException(), 403, "invalid-request", "Forbidden", ""),
    (HTTPException(status_code=500, detail="secret"), 500, "unexpected", "the service's log", ""),
    (ZeroDivisionError("secret"), 500, "unexpected", "the service's log", ""),
]


@pytest.mark.parametrize(("error", "status", "name", "detail", "field"), CASES, ids=lambda value: type(value).__name__)
def test_each_row(error: Exception, status: int, name: str, detail: str, field: str) -> None:
    problem = problem_of(error)
    assert problem.status == status
    assert problem.type == f"urn:rebut:problem:{name}"
    assert problem.detail.startswith(detail)
    assert [item.field for item in problem.errors] == ([field] if field else [])
    assert "secret" not in problem.detail


def test_every_row_has_a_case() -> None:
    assert set(TABLE) <= {type(error) for error, *_ in CASES}


def test_unknown_paths_and_methods(parts: Parts) -> None:
    with TestClient(create_app(parts)) as client:
        assert client.get("/nowhere").json()["type"] == "urn:rebut:problem:unknown-path"
        response = client.get("/v1/claims/check")
        assert response.status_code == 405
        assert "POST" in response.headers["allow"]


def test_a_store_that_fails_is_a_503_not_a_500(parts: Parts) -> None:
    client: TestClient[Litestar]
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        with parts.store._connect(write=True) as connection:
            connection.exec_driver_sql("DROP TABLE topics")
            connection.exec_driver_sql("DROP TABLE answers")
        response = client.post("/v1/claims/check", json={"text": "troops"})
        assert response.status_code == 503
        assert response.json()["type"] == "urn:rebut:problem:store-unavailable"
        assert response.headers["retry-after"] == "2"
