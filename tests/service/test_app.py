from __future__ import annotations

import re
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from openapi_spec_validator import OpenAPIV31SpecValidator

Client = TestClient[Litestar]


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/docs/openapi.json").json()
    return found


def test_the_openapi_document_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_is_documented(document: dict[str, Any]) -> None:
    plurals = ("statements", "refutations", "reviews", "sources")
    edited = {
        f"/v1/{plural}{path}" for plural in plurals for path in ("", "/{record_id}", "/{record_id}/record", "/{record_id}/history")
    }
    assert set(document["paths"]) == edited | {
        "/v1/keys",
        "/v1/keys/{key_id}",
        "/v1/keys/{key_id}/rotate",
        "/v1/answers",
        "/v1/answers/texts",
        "/v1/answers/{answer_id}",
        "/v1/answers/{answer_id}/compare",
        "/v1/ledger",
        "/v1/ledger/checkpoint",
        "/v1/ledger/key",
        "/v1/ledger/{sequence}/proof",
        "/v1/claims/check",
        "/v1/claims/check/batch",
        "/v1/texts/check",
        "/v1/texts/check/stream",
        "/v1/statements",
        "/v1/statements/{statement_id}/claimreview",
        "/v1/claimreview/feed",
        "/v1alpha1/claims:search",
        "/v1/statements/{statement_id}/selftest",
        "/v1/statements/{record_id}/merge",
        "/v1/imports",
        "/v1/conflicts",
        "/v1/conflicts/{conflict_id}",
        "/v1/sources",
        "/health/live",
        "/health/ready",
        "/metrics",
    }
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert path == "/metrics" or (operation["description"] and operation["tags"])


def test_claims_have_examples_that_work(client: Client, document: dict[str, Any]) -> None:
    for path in ("/v1/claims/check", "/v1/claims/check/batch"):
        body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        examples = body["schema"]["examples"]
        assert examples
        for example in examples:
            assert client.post(path, json=example).status_code == 200
        responses = document["paths"][path]["post"]["responses"]
        assert {"200", "400", "413", "415", "503"} <= set(responses)
        assert "application/problem+json" in responses["400"]["content"]


def test_the_documentation_page_needs_no_internet(client: Client) -> None:
    page = client.get("/docs").text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert loaded
    for address in loaded:
        assert address.startswith("/docs/assets/"), address
        assert client.get(address).status_code == 200
    assert not re.search(r"https?://(?!127\.0\.0\.1|localhost)[^\s\"']*\.(?:js|css|woff2?)", page)
