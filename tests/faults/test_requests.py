"""Requests that ask for too much, or for what tells of the inside, through the whole service."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.app import Parts, create_app
from service.check.bounds import EACH, IN_ALL
from service.pages.rendering import FOLDER

pytestmark = pytest.mark.slow

Client = TestClient[Litestar]
CHECK, BATCH, TEXT = "/v1/claims/check", "/v1/claims/check/batch", "/v1/texts/check"


@pytest.mark.parametrize("folder", ["/assets", "/docs/assets"])
@pytest.mark.parametrize("name", ["%00", ".", "%2e", "%2f", "a" * 300, "%FF", "a/../b", "a" * 5_000])
def test_names_that_no_file_has_are_unknown_paths(client: Client, folder: str, name: str) -> None:
    response = client.get(f"{folder}/{name}")
    assert response.status_code == 404
    assert response.json()["type"] == "urn:rebut:problem:unknown-path"
    assert str(FOLDER) not in response.text
    assert "site-packages" not in response.text


def test_files_are_still_served(client: Client) -> None:
    assert client.get("/assets/page.css").status_code == 200
    assert client.get("/docs/assets/swagger-ui.css").status_code == 200


@pytest.mark.parametrize(("field", "longest"), [("claimant", 200), ("place", 200), ("topic", 200), ("date", 50)])
@pytest.mark.parametrize("path", [CHECK, TEXT])
def test_filters_have_a_length(client: Client, path: str, field: str, longest: int) -> None:
    response = client.post(path, json={"text": "North is massing troops", field: "a" * 50_000})
    assert response.status_code == 400
    (problem,) = response.json()["errors"]
    assert problem["field"] == field
    assert f"<= {longest}" in problem["reason"]


def test_a_batch_may_ask_for_so_many_matches_whatever_their_probability(client: Client) -> None:
    claim = {"text": "North is massing troops", "min_probability": 0}
    allowed = IN_ALL + EACH * 20
    response = client.post(BATCH, json={"claims": [claim | {"limit": 50}] * 20})
    assert response.status_code == 400
    (problem,) = response.json()["errors"]
    assert problem["field"] == "claims"
    assert str(allowed) in problem["reason"]
    assert client.post(BATCH, json={"claims": [claim | {"limit": allowed // 20}] * 20}).status_code == 200
    assert client.post(BATCH, json={"claims": [{"text": claim["text"], "limit": 50}] * 20}).status_code == 200


def test_a_document_may_ask_for_so_many_matches_whatever_their_probability(client: Client) -> None:
    text = "North is massing troops near the river. " * 20
    response = client.post(TEXT, json={"text": text, "limit": 50, "min_probability": 0})
    assert response.status_code == 400
    assert [problem["field"] for problem in response.json()["errors"]] == ["limit"]
    assert client.post(TEXT, json={"text": text, "limit": EACH, "min_probability": 0}).status_code == 200


@pytest.mark.parametrize("path", ["/v1/statements?place=a&place=b", "/v1alpha1/claims:search?query=a&query=a&offset=1"])
def test_a_parameter_is_given_once(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 400
    assert "is given more than once" in response.text


def test_what_the_database_was_asked_stands_in_no_answer_and_no_log(parts: Parts, capsys: pytest.CaptureFixture[str]) -> None:
    client: TestClient[Litestar]
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        with parts.store._connect(write=True) as connection:
            connection.exec_driver_sql("DROP TABLE names")
        response = client.post(CHECK, json={"text": "troops by the river", "topic": "confidential"})
    assert response.status_code == 503
    told = response.text + "".join(capsys.readouterr())
    assert "request failed" in told
    for secret in ("confidential", "SELECT", "Traceback"):
        assert secret not in told
