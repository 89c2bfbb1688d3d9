"""The API keeps to its OpenAPI document: schemathesis asks every operation what it may and what it may not be asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from litestar import Litestar
from schemathesis import checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi

from index.models.encoders import Encoders
from service.app import assemble, create_app
from service.settings import Settings
from tests.fakes import SEEDS, WordEncoder, WordRelations

EXAMPLES = 25
CHECKS = [
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
]
"""Not that all valid data are accepted: that a date exists, or that a text is not blank, no schema can say."""
PARTS = {"fields", "compact"}
OF_PARTS = [check for check in CHECKS if check is not openapi.response_schema_conformance]
"""What is asked for in part lacks fields that the whole must have."""

KNOWN: dict[str, list[dict[str, Any]]] = {
    "/v1/statements/{record_id}": [{"path_parameters": {"record_id": "north-masses-troops"}}],
    "/v1/statements/{statement_id}/claimreview": [{"path_parameters": {"statement_id": "north-masses-troops"}}],
    "/v1/refutations/{record_id}": [{"path_parameters": {"record_id": "observers-saw-nothing"}}],
    "/v1/sources/{record_id}": [{"path_parameters": {"record_id": "paper-1"}}],
    "/v1/claimreview/feed": [{"headers": {"If-None-Match": "*"}}],
    "/v1alpha1/claims:search": [{"query": {"query": "troops river"}}, {"query": {"reviewPublisherSiteFilter": "example.org"}}],
}
"""What finds something, which chance does not."""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("contract")
    (folder / "paper-1.toml").write_text(SEEDS, encoding="utf-8")
    parts = assemble(
        Settings(data_dir=folder / "data", seeds=str(folder), relation="on"),
        Encoders(WordEncoder("all-MiniLM-L6-v2")),
        relation_model=WordRelations(),
    )
    app: Litestar = create_app(parts)
    yield schemathesis.openapi.from_asgi("/docs/openapi.json", app)
    parts.store.close()


def validated(case: schemathesis.Case) -> int:
    """Ask, and look whether the answer is as it is documented; gives its status."""
    return case.call_and_validate(checks=OF_PARTS if PARTS & (case.query or {}).keys() else CHECKS).status_code


def operations(document: Any) -> list[Any]:
    """All but /metrics, whose documentation is Litestar's own and has another media type."""
    return [found.ok() for found in document.exclude(path="/metrics").get_all_operations()]


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_documented_and_none_a_5xx(document: Any, mode: GenerationMode) -> None:
    asked = []
    for operation in operations(document):

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        def ask(case: schemathesis.Case) -> None:
            validated(case)

        try:
            ask()
            asked.append(operation.path)
        except Unsatisfiable:  # nothing that it takes can be wrong
            assert mode is GenerationMode.NEGATIVE
    assert {"/v1/claims/check", "/v1alpha1/claims:search"} <= set(asked)


def test_what_is_found_is_documented(document: Any) -> None:
    found = {operation.path: operation for operation in operations(document) if operation.method == "get"}
    for path, known in KNOWN.items():
        for parameters in known:
            response = found[path].Case(**parameters).call_and_validate(checks=CHECKS)
            assert response.status_code in (200, 304)
