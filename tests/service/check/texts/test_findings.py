from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from litestar.types import Receive, ReceiveMessage, Scope, Send

from index.models.runtime import FloatArray
from index.progress import Progress, no_progress
from service.app import Parts, create_app
from service.check.texts.findings import AT_ONCE
from service.scheduling import line
from service.settings import Settings
from tests.conftest import fake_parts, post
from tests.fakes import BrokenEncoder, WordEncoder
from tests.serving import served

Client = TestClient[Litestar]
CHECK = "/v1/texts/check"
STREAM = "/v1/texts/check/stream"
DOCUMENT = (
    "The weather was fine. North is massing troops near the river!\n\n"
    "In 2023 the mayor of Gomel planted 40 trees.\n\n"
    "South bought forty tanks in March 2023. Fine."
)


def check(client: Client, text: str, **options: object) -> dict[str, Any]:
    return post(client, CHECK, **{"text": text, "min_probability": 0.9} | options)


def test_findings_have_their_places_and_the_most_important_comes_first(client: Client) -> None:
    answer = check(client, DOCUMENT)
    assert (answer["format"], answer["characters"], answer["sentences"]) == ("plain", len(DOCUMENT), 5)
    refuted, other = answer["findings"]
    assert DOCUMENT[refuted["start"] : refuted["end"]] == refuted["text"] == "North is massing troops near the river!"
    assert refuted["matches"][0]["statement"]["id"] == "north-masses-troops"
    assert refuted["matches"][0]["refutations"][0]["id"] == "north-only-exercises"
    assert refuted["verdict"]["kind"] == "officially_refuted"
    assert (refuted["language"], refuted["context"]) == ("en", None)
    assert DOCUMENT[other["start"] : other["end"]] == other["text"] == "South bought forty tanks in March 2023."
    assert other["worth"] == {"points": 0.75, "reasons": ["figure", "name"]}
    assert refuted["worth"]["points"] == 0.25
    assert refuted["importance"] == pytest.approx(refuted["matches"][0]["probability"] * 0.625)
    assert other["importance"] == pytest.approx(other["matches"][0]["probability"] * 0.875 * 0.5)
    (open_,) = answer["unmatched"]
    assert DOCUMENT[open_["start"] : open_["end"]] == open_["text"] == "In 2023 the mayor of Gomel planted 40 trees."
    assert set(answer["produced_by"]) == {"service", "encoder", "index", "relation_model", "checkpoint", "tiers"}


def test_html_and_markdown_have_places_in_the_input(client: Client) -> None:
    html = "<h2>News &amp; more</h2><p>Well. North is <b>massing</b> troops near the&nbsp;river</p>"
    (finding,) = check(client, html, format="html")["findings"]
    assert finding["text"] == "North is massing troops near the river"
    assert html[finding["start"] : finding["end"]] == "North is <b>massing</b> troops near the&nbsp;river"
    markdown = "# News\n\n> Well. North is *massing* troops\n> near [the river](http://example.org)\n"
    (finding,) = check(client, markdown, format="markdown")["findings"]
    assert markdown[finding["start"] : finding["end"]] == "North is *massing* troops\n> near [the river"


def test_options_hold_for_each_sentence(client: Client) -> None:
    assert (
        check(client, DOCUMENT, topic="arms", min_probability=0)["findings"][0]["matches"][0]["statement"]["id"]
        == "south-buys-tanks"
    )
    assert [len(finding["matches"]) for finding in check(client, "North", min_probability=0, limit=3)["findings"]] == [3]
    assert check(client, "North masses troops", language="uk", min_probability=0)["findings"][0]["language"] == "uk"
    explained = check(client, "North", min_probability=0, explain=True)["findings"][0]["matches"][0]["explanation"]
    assert explained["features"]


def test_a_statement_is_told_once_with_all_that_comes_back_to_it(client: Client) -> None:
    sentence = "North is massing troops near the river."
    text = f"{sentence} It rained all day. " * 40 + "North is not massing troops near the river."
    answer = check(client, text)
    (finding,) = [one for one in answer["findings"] if one["matches"][0]["statement"]["id"] == "north-masses-troops"]
    assert [text[one["start"] : one["end"]] for one in finding["again"]] == [one["text"] for one in finding["again"]]
    assert len(finding["again"]) == 40
    assert finding["start"] not in [one["start"] for one in finding["again"]]
    assert len(json.dumps(answer)) < 20 * len(text)


def test_a_sentence_in_context_stands_behind_the_one_that_matches_by_itself(client: Client) -> None:
    text = "North is massing. Near the river! It rained all day. North is massing troops near the river."
    (finding,) = check(client, text)["findings"]
    assert (finding["text"], finding["context"]) == ("North is massing troops near the river.", None)
    (again,) = finding["again"]
    assert (again["text"], again["context"]["text"]) == ("Near the river!", "North is massing.")
    (alone,) = check(client, text.partition(" It")[0])["findings"]
    assert alone["context"] == again["context"]


def test_a_claim_in_speech_without_full_stops_is_found(client: Client) -> None:
    filler = "well we talked about the old days and the weather and how cheap the apples were when nobody locked the door at night "
    text = f"{filler * 2}north is massing troops near the river {filler * 2}".strip()
    (finding,) = [one for one in check(client, text, min_probability=0.3)["findings"] if "massing" in one["text"]]
    assert text[finding["start"] : finding["end"]] == finding["text"]
    assert len(finding["text"].split()) <= 26
    assert finding["again"] == []


def test_what_is_limited_is_the_text(settings: Settings) -> None:
    parts = fake_parts(msgspec.structs.replace(settings, max_text_characters=100))
    script = "<script>" + "x" * 4_000 + "</script>"
    with TestClient(create_app(parts)) as client:
        for path in (CHECK, STREAM):
            short = {"text": f"{script}<p>North is massing troops.</p>", "format": "html"}
            assert client.post(path, json=short).status_code == 200
            long = {"text": "<p>" + "North attacks. " * 8, "format": "html"}
            assert client.post(path, json=long).json()["errors"][0]["field"] == "text"
            assert client.post(path, json={"text": script * 2, "format": "html"}).status_code == 400
    parts.store.close()


def test_nothing_to_check_is_an_answer(client: Client) -> None:
    answer = check(client, "… 123 !!!")
    assert (answer["sentences"], answer["findings"], answer["unmatched"], answer["produced_by"]) == (0, [], [], None)


BAD_BODIES: list[tuple[bytes, str]] = [
    (b'{"text": ""}', "text"),
    (b'{"text": " \\n "}', "text"),
    (b'{"text": null}', "text"),
    (b'{"text": "\\ud800"}', "text"),
    (b'{"text": "' + b"a" * 200_001 + b'"}', "text"),
    (b'{"text": "a", "format": "pdf"}', "format"),
    (b'{"text": "a", "limit": 0}', "limit"),
    (b'{"text": "a", "limit": 51}', "limit"),
    (b'{"text": "a", "date": "soon"}', "date"),
    (b'{"text": "a", "place": "\\u0007"}', "place"),
    (b'{"text": "a", "language": "English"}', "language"),
    (b'{"text": "a", "min_probability": 2}', "min_probability"),
    (b'{"text": "a", "txet": "b"}', "txet"),
    (b"{}", "text"),
    (b"[]", "$"),
    (b"", "$"),
    (b'{"text"', "$"),
]


@pytest.mark.parametrize("path", [CHECK, STREAM])
@pytest.mark.parametrize(("body", "field"), BAD_BODIES, ids=lambda value: str(value)[:40])
def test_bad_bodies_name_the_field(client: Client, path: str, body: bytes, field: str) -> None:
    response = client.post(path, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in response.json()["errors"]] == [field]


@pytest.mark.parametrize("path", [CHECK, STREAM])
def test_the_body_must_be_json(client: Client, path: str) -> None:
    assert client.post(path, content=b"text", headers={"content-type": "text/plain"}).status_code == 415


@pytest.mark.parametrize("text_format", ["plain", "markdown", "html"])
@pytest.mark.parametrize(
    "text", ["\x00\x1b[31m a b c", "<script>alert(1)</script>", "<p" * 300, "[[[[(((" * 99, "\u202eabc\ufeff", "&#0;&#x110000;a"]
)
def test_hostile_documents_are_answered(client: Client, text: str, text_format: str) -> None:
    answer = check(client, text, format=text_format, min_probability=0)
    for finding in answer["findings"]:
        assert 0 <= finding["start"] < finding["end"] <= len(text)
        assert not any(character < " " for character in finding["text"])


def events(said: str) -> list[tuple[str, Any]]:
    blocks = [block.splitlines() for block in said.replace("\r\n", "\n").strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


def test_progress_comes_as_events_and_then_the_same_result(client: Client) -> None:
    text = "North is massing troops. " * (AT_ONCE + 1)
    response = client.post(STREAM, json={"text": text, "language": "en"})
    assert response.headers["content-type"].startswith("text/event-stream")
    *progress, result = events(response.text)
    total = AT_ONCE + 1
    assert progress == [("progress", {"done": done, "total": total}) for done in (0, AT_ONCE, total)]
    assert result == ("result", client.post(CHECK, json={"text": text, "language": "en"}).json())


def test_what_fails_midway_is_an_event(settings: Settings) -> None:
    class Breaking(WordEncoder):
        def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
            if "It broke" in texts:
                return BrokenEncoder().encode(texts)
            return super().encode(texts, progress)

    parts = fake_parts(settings, Breaking("all-MiniLM-L6-v2"))
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        *_, (name, problem) = events(client.post(STREAM, json={"text": "North attacks. It broke."}).text)
        assert (name, problem["status"], problem["type"]) == ("problem", 503, "urn:rebut:problem:encoder-failed")
        assert client.post(CHECK, json={"text": "North attacks. It broke."}).status_code == 503


class Gate(WordEncoder):
    """An encoder that counts sentences and, from the second batch on, waits until it may go on."""

    def __init__(self) -> None:
        super().__init__("all-MiniLM-L6-v2")
        self.sentences = 0
        self.waiting = threading.Event()
        self.may_go_on = threading.Event()

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        sentences = sum(text.startswith("Sentence") for text in texts)
        if self.sentences and sentences:
            self.waiting.set()
            assert self.may_go_on.wait(timeout=30)
        self.sentences += sentences
        return super().encode(texts, progress)


def test_who_hangs_up_stops_the_work(settings: Settings) -> None:
    gate = Gate()
    parts = fake_parts(settings, gate)
    text = " ".join(f"Sentence number {number} has nothing to do with it." for number in range(20 * AT_ONCE))
    app = create_app(parts)
    hung_up = threading.Event()

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        async def watched_receive() -> ReceiveMessage:
            message = await receive()
            if message["type"] == "http.disconnect":
                hung_up.set()
            return message

        await app(scope, watched_receive, send)

    with served(watched) as address:
        with httpx.Client(base_url=address, timeout=30) as client, client.stream("POST", STREAM, json={"text": text}) as response:
            lines = response.iter_lines()
            assert next(lines) == "event: progress"
            assert gate.waiting.wait(timeout=30)
        assert hung_up.wait(timeout=30)
        assert httpx.get(f"{address}/health/live").status_code == 200  # so the event loop has done what hanging up causes
        gate.may_go_on.set()
    assert gate.sentences == 2 * line.AT_ONCE  # the batch in hand was finished, of 160


def test_the_log_counts_and_says_nothing_else(parts: Parts, capsys: pytest.CaptureFixture[str]) -> None:
    with TestClient(create_app(parts)) as client:
        for path in (CHECK, STREAM):
            client.post(path, json={"text": "A very secret document. Secret!", "format": "html"})
    said = capsys.readouterr()
    assert "secret" not in (said.out + said.err).lower()
    assert "sentences" in said.out + said.err


def test_the_openapi_document_has_them_with_examples_that_work(client: Client) -> None:
    paths = client.get("/docs/openapi.json").json()["paths"]
    for path in (CHECK, STREAM):
        operation = paths[path]["post"]
        assert {"200", "400", "413", "415"} <= set(operation["responses"])
        for example in operation["requestBody"]["content"]["application/json"]["schema"]["examples"]:
            assert client.post(path, json=example).status_code == 200
    assert list(paths[STREAM]["post"]["responses"]["200"]["content"]) == ["text/event-stream"]
