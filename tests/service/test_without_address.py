"""A verdict of the desk's own sheet that has no address, as users and other systems get it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from mcp import Client as Assistant

from index.kinds import RecordKind
from index.readers.loading import load_file
from index.records import Citation
from service.api.wire.answers import Answer
from service.app import Parts
from service.cli import show
from service.pages.passing_on import passed_on
from service.settings import Settings
from tests.conftest import fake_parts, post
from tests.service.integrations.test_mcp import call
from tests.service.pages.test_desk import form_at, record, send
from tests.service.pages.test_pages import said
from tests.service.pages.test_signing import Desk, desk_of, page_of, sign_in

Client = TestClient[Litestar]
CLAIM = "The moon is made of cheese."
STATEMENT = "/statements/file-ours-1"


def load_sheet(parts: Parts, folder: Path, verdict: str = "False") -> None:
    """Load the desk's sheet."""
    (folder / "ours.csv").write_text(f"id,claim,verdict\n1,{CLAIM},{verdict}\n", encoding="utf-8")
    load_file(parts.store, folder / "ours.csv", "ours.csv")


@pytest.fixture
def parts(settings: Settings, tmp_path: Path) -> Iterator[Parts]:
    """With the sheet."""
    parts = fake_parts(msgspec.structs.replace(settings, unknown_publishers="apart"))
    load_sheet(parts, tmp_path)
    parts.retriever.live.refresh()
    yield parts
    parts.store.close()


@pytest.fixture
def desk(settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    """Anna is signed in; with the sheet."""
    for desk in desk_of(settings):
        load_sheet(desk.parts, tmp_path)
        sign_in(desk.client)
        yield desk


def test_it_counts_in_answers(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    answer = post(client, "/v1/claims/check", text=CLAIM)
    assert (answer["verdict"]["kind"], answer["verdict"]["rating"]) == ("contested", "false")
    (review,) = answer["matches"][0]["reviews"]
    assert (review["citation"]["url"], review["citation"]["source"]["title"], review["tier"]) == (None, "ours.csv", "known")
    read = msgspec.convert(answer, Answer, strict=False)
    show.show_answer(read)
    assert "reviewed ours.csv: False (false), “ours.csv”" in " ".join(capsys.readouterr().out.split())
    assert "ours.csv: rated “False” (ours.csv" in passed_on(read, read.matches, "https://rebut.example").text


def test_its_page_leads_to_the_table(client: Client) -> None:
    page = page_of(client.get(STATEMENT))
    (review,) = [one for one in page.cssselect("ul.records li") if "Rated:" in one.text_content()]
    assert [link.get("href") for link in review.cssselect(".source a")] == ["/sources/file-ours"]
    assert client.get("/sources/file-ours").status_code == 200


def test_claimreview_and_googles_clients_are_led_to_the_record_here(client: Client, parts: Parts) -> None:
    (review,) = parts.store.dossier("file-ours-1").reviews
    feed = client.get("/v1/claimreview/feed").json()
    (published,) = [one for element in feed["dataFeedElement"] for one in element["item"] if one["claimReviewed"] == CLAIM]
    assert published["url"] == f"http://testserver.local{STATEMENT}#{review.id}"
    assert published["author"] == {"@type": "Organization", "name": "ours.csv"}
    assert client.get(published["url"]).status_code == 200
    (found,) = client.get("/v1alpha1/claims:search", params={"query": CLAIM}).json()["claims"]
    (told,) = found["claimReview"]
    assert told["url"] == published["url"]
    assert (told["publisher"], told["textualRating"]) == ({"name": "ours.csv", "site": "testserver.local"}, "False")
    embedded = json.loads(page_of(client.get(STATEMENT)).cssselect("script[type='application/ld+json']")[0].text)
    assert [one["url"] for one in embedded["@graph"]] == [published["url"]]


def test_assistants_are_told_the_table(parts: Parts) -> None:
    async def act(assistant: Assistant) -> Any:
        return (await assistant.call_tool("check_claim", {"text": CLAIM})).structured_content

    (review,) = call(parts, act)["matches"][0]["reviews"]
    assert review["citation"] == {"source": {"title": "ours.csv"}}


def test_its_address_is_added_on_the_desk(desk: Desk, tmp_path: Path) -> None:
    (review,) = desk.parts.store.dossier("file-ours-1").reviews
    path = f"/desk/reviews/{review.id}"
    link = page_of(desk.client.get(path)).cssselect("[name='citation.url']")[0]
    assert (link.get("required"), link.get("value")) == (None, "")
    assert send(desk.client, path, form_at(desk.client, path), why="a title", title="No cheese").status_code == 303
    assert record(desk, RecordKind.REVIEW, review.id).citation == Citation("file-ours")
    fields = form_at(desk.client, path)
    assert send(desk.client, path, fields, why="here", **{"citation.url": "https://desk.example/1"}).status_code == 303
    assert record(desk, RecordKind.REVIEW, review.id).citation == Citation("site-desk-example", url="https://desk.example/1")
    load_sheet(desk.parts, tmp_path, "True")  # a person's change wins
    (after,) = desk.parts.store.dossier("file-ours-1").reviews
    assert (after.id, after.rating.original, after.citation.url) == (review.id, "False", "https://desk.example/1")


def test_without_a_table_a_review_needs_an_address(desk: Desk) -> None:
    path = "/desk/new/reviews?statement=file-ours-1"
    fields = form_at(desk.client, path) | {"reviewer.name": "Facts", "rating.rated": "false", "why": "theirs"}
    refused = page_of(send(desk.client, "/desk/new/reviews", fields, **{"citation.source_id": "paper-1"}), 400)
    assert any("needs a url" in line or "link" in line.lower() for line in said(refused, "[role=alert]"))
