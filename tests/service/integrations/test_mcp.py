"""The assistants' tools, through the protocol's official client."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import anyio
import httpx
import jsonschema
import msgspec
import pytest
from litestar.testing import TestClient
from mcp import Client, MCPError, StdioServerParameters

from index.errors import StoreUnavailable
from index.store.reports import Listing
from index.store.sql import SqlStore
from index.store.store import StatementFilter
from service.api.wire.answers import Answer
from service.api.wire.records import StatementDetail, StatementPage
from service.api.wire.texts import TextAnswer
from service.app import Parts, create_app
from service.integrations.mcp import listed
from service.integrations.mcp_results import LARGEST_BYTES, cut
from service.settings import Settings
from tests.conftest import ROOT, fake_parts
from tests.contracts.test_store import paper, refutation, statement
from tests.fakes import WordEncoder
from tests.serving import COMMAND, environment, served

CLAIM = "Ukraine is massing troops on the Belarusian border near Zhytomyr"
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
HEADERS = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


async def exercise(target: str | StdioServerParameters, mode: str) -> None:
    """Call each tool against the bundled statements; the client itself checks structured results against their schemas."""
    async with Client(target, mode=mode) as client:
        assert (client.server_info.name, client.instructions is not None) == ("rebut", True)
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"check_claim", "check_text", "get_statement", "list_statements"}
        for tool in tools.values():
            assert tool.input_schema["type"] == tool.output_schema["type"] == "object"
            assert tool.annotations.read_only_hint is True
            assert "$ref" not in json.dumps(tool.input_schema)

        checked = await client.call_tool("check_claim", {"text": CLAIM, "limit": 1})
        (match,) = checked.structured_content["matches"]
        assert match["statement"]["id"] == "ukraine-troops-zhytomyr-border"
        assert match["citations"][0]["source"]["id"] == "faras-9758"
        assert match["refutations"][0]["citations"]
        assert json.loads(checked.content[0].text) == checked.structured_content

        found = (await client.call_tool("check_text", {"text": f"<p>Well. {CLAIM}.</p>", "format": "html"})).structured_content
        assert found["findings"][0]["start"] == len("<p>Well. ")

        statement = (await client.call_tool("get_statement", {"statement_id": "belarus-joined-sco"})).structured_content
        assert statement["wordings"]["ru"]
        page = (await client.call_tool("list_statements", {"place": "gomel", "limit": 1})).structured_content
        assert [item["id"] for item in page["items"]] == ["belarus-forces-gomel"]
        answered = (await client.call_tool("list_statements", {"issuer": "border guard"})).structured_content
        assert "ukraine-troops-zhytomyr-border" in {item["id"] for item in answered["items"]}

        missing = await client.call_tool("get_statement", {"statement_id": "nowhere"})
        assert (missing.is_error, missing.content[0].text) == (True, "no statement has the id 'nowhere'")


@pytest.mark.parametrize(("mode", "protocol"), [("auto", "2026-07-28"), ("legacy", "2025-11-25")])
def test_the_official_client_over_http(real_parts: Parts, mode: str, protocol: str) -> None:
    async def negotiated(address: str) -> str:
        async with Client(address, mode=mode) as client:
            return client.protocol_version

    with served(create_app(real_parts)) as address:
        assert anyio.run(negotiated, f"{address}/mcp") == protocol
        anyio.run(exercise, f"{address}/mcp", mode)


def test_the_official_client_over_stdio(real_parts: Parts) -> None:
    command, *arguments = COMMAND
    data = environment(real_parts.settings.data_dir)
    anyio.run(exercise, StdioServerParameters(command=command, args=[*arguments, "mcp"], env=data, cwd=ROOT), "auto")


def test_stdio_ends_with_its_input_and_says_nothing_else(real_parts: Parts) -> None:
    data = environment(real_parts.settings.data_dir)
    sent = json.dumps(INITIALIZE) + "\nnot json\n"
    told = subprocess.run(
        [*COMMAND, "mcp"], input=sent, env=data, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    for line in told.stdout.splitlines():
        assert json.loads(line)["jsonrpc"] == "2.0"
    assert json.loads(told.stdout.splitlines()[0])["result"]["serverInfo"]["name"] == "rebut"


def call(parts: Parts, act: Callable[[Client], Awaitable[Any]]) -> Any:
    """What `act` gets from a client of a service that listens."""

    async def connect(address: str) -> Any:
        async with Client(f"{address}/mcp") as client:
            return await act(client)

    with served(create_app(parts)) as address:
        return anyio.run(connect, address)


BAD_CALLS: list[tuple[str, dict[str, Any], str]] = [
    ("check_claim", {}, "text: is required"),
    ("check_claim", {"text": " "}, "text: must not be blank"),
    ("check_claim", {"text": 5}, "text: Expected `str`, got `int`"),
    ("check_claim", {"text": "a" * 5001}, "text: has 5001 characters, more than the 5000 allowed"),
    ("check_claim", {"text": "a\u0000"}, "text: must not contain the control character U+0000"),
    ("check_claim", {"text": "a", "txet": "b"}, "txet: is not a known field"),
    ("check_text", {"text": "a" * 200_001}, "text: has 200001 characters, more than the 200000 allowed"),
    ("check_text", {"text": "a", "format": "pdf"}, "format: Invalid enum value 'pdf'"),
    ("get_statement", {}, "statement_id: is required"),
    ("check_claim", {"claim": "a"}, "claim: is not a known field; did you mean 'claimant'? the fields are text, limit, language"),
    ("check_claim", {"text": "a", "limit": "many"}, "limit: Expected `int`, got `str`"),
    ("check_claim", {"text": "a", "limit": 1.5}, "limit: Expected `int`, got `float`"),
    ("check_claim", {"text": "a", "limit": "51"}, "limit: Expected `int` <= 50"),
    ("check_claim", {"text": "a", "language": "xx"}, "language: 'xx' names no language that is known; give a BCP 47 tag"),
    ("check_claim", {"text": "a", "detail": "long"}, "detail: Invalid enum value 'long'; the values are short, full"),
    ("check_claim", {"text": "a", "cursor": "next"}, "cursor: 'next' is not a `next_cursor` that this tool gave"),
    ("check_text", {"text": "a", "format": "text"}, "format: Invalid enum value 'text'; the values are plain, markdown, html"),
    ("list_statements", {"limit": 201}, "limit: Expected `int` <= 200"),
    ("list_statements", {"updated_since": "soon"}, "updated_since: 'soon' is neither a day"),
    ("list_statements", {"kind": "acusation"}, "kind: Invalid enum value 'acusation'; did you mean 'accusation'? the values are"),
    ("list_statements", {"date": "soon"}, "date: "),
    ("list_statements", {"kind": "rumour"}, "kind: Invalid enum value 'rumour'"),
]


def test_what_is_wrong_with_arguments_is_a_result_that_an_assistant_can_mend(parts: Parts) -> None:
    async def act(client: Client) -> list[Any]:
        return [await client.call_tool(name, arguments) for name, arguments, _ in BAD_CALLS]

    for (name, _, said), result in zip(BAD_CALLS, call(parts, act), strict=True):
        assert result.is_error, name
        assert result.content[0].text.startswith(said)


GENEROUS: list[dict[str, Any]] = [
    {"limit": "1"},
    {"limit": 1.0},
    {"limit": None},
    {"limit": " 1 "},
    {"language": ""},
    {"language": "en-US"},
    {"language": None},
    {"place": "", "date": "", "cursor": ""},
    {"explain": "true", "detail": "FULL"},
    {"min_probability": "0.2"},
]


def test_arguments_are_read_generously(parts: Parts) -> None:
    async def act(client: Client) -> list[Any]:
        text = "North is massing troops near the river"
        claims = [await client.call_tool("check_claim", {"text": text, **more}) for more in GENEROUS]
        other = [
            await client.call_tool("check_text", {"text": text, "format": " HTML ", "limit": "2"}),
            await client.call_tool("list_statements", {"kind": "Accusation", "limit": "5", "cursor": None}),
        ]
        return [*claims, *other]

    for result in call(parts, act):
        assert not result.is_error, result.content[0].text
        told = result.structured_content
        assert "north-masses-troops" in json.dumps(told)


@pytest.fixture
def many(settings: Settings) -> Iterator[Parts]:
    """A base of 150 statements, each of which is denied."""
    store = SqlStore(settings.store_url)
    statements = [statement(f"v-{number}", said_of(number)) for number in range(150)]
    denials = [refutation(f"no-{number}", denies=[f"v-{number}"]) for number in range(150)]
    store.load([paper(*statements, *denials)])
    store.close()
    parts = fake_parts(settings)
    yield parts
    parts.store.close()


def said_of(number: int) -> str:
    return f"North is massing troops near village {number}."


def document_of(sentences: int) -> str:
    return " ".join(said_of(number) for number in range(sentences))


def test_answers_fit_an_assistant_and_go_on(many: Parts) -> None:
    """Each page is small enough, and all pages together have each finding once."""
    text = document_of(150)

    async def act(client: Client) -> list[Any]:
        pages = []
        more: dict[str, Any] = {}
        while True:
            pages.append(await client.call_tool("check_text", {"text": text, "detail": "full", **more}))
            cursor = pages[-1].structured_content.get("next_cursor")
            if not cursor:
                return pages
            more = {"cursor": cursor}

    pages = call(many, act)
    assert len(pages) > 2
    for page in pages:
        assert len(page.content[0].text.encode()) <= LARGEST_BYTES
        assert json.loads(page.content[0].text) == page.structured_content
    found = [finding["start"] for page in pages for finding in page.structured_content["findings"]]
    assert len(found) == len(set(found)) > 120


def test_the_short_form_tells_each_statement_once(many: Parts) -> None:
    async def act(client: Client) -> Any:
        return (
            await client.call_tool("check_text", {"text": document_of(5), "limit": 3, "min_probability": 0.01})
        ).structured_content

    told = call(many, act)
    matches = [match for finding in told["findings"] for match in finding["matches"]]
    full = [match["statement"]["id"] for match in matches if "citations" in match]
    assert (len(told["findings"]), "next_cursor" in told) == (5, False)
    assert len(full) == len(set(full)) == len({match["statement"]["id"] for match in matches})
    for match in matches:
        if "citations" not in match:
            assert set(match["statement"]) == {"id", "text"}
            assert set(match["refutations"][0]) == {"id", "stance", "applies_to_claim"}
    assert len(matches) > len(full)


def test_an_answer_with_nothing_to_page_is_cut_and_says_so() -> None:
    told = {"statement": {"id": "s", "text": "x" * 100}, "reviews": [{"title": "y" * 500}] * 200, "wordings": {"en": ["z"] * 3}}
    fitting = cut(json.loads(json.dumps(told)))
    assert len(json.dumps(fitting)) <= LARGEST_BYTES + 5_000
    assert fitting["left_out"]["reviews"] + len(fitting["reviews"]) == 200
    assert fitting["wordings"] == told["wordings"]
    long = cut({"text": "x" * 100_000, "other": "short"})
    assert (len(long["text"]) < 30_000, long["text"].endswith(" …"), long["other"]) == (True, True, "short")
    assert cut({"a": [1, 2]}) == {"a": [1, 2]}


def test_lists_of_statements_fit_and_go_on(parts: Parts) -> None:
    page = parts.store.listing(StatementFilter(), None, 10)
    one = page.statements[0]
    many = [one._replace(statement=msgspec.structs.replace(one.statement, id=f"s-{n:03}", text="x" * 900)) for n in range(60)]
    told = listed(StatementPage.of(Listing(60, many), 60))
    assert 5 < len(told["items"]) < 60
    assert (told["next_cursor"], told["total"]) == (told["items"][-1]["id"], 60)


def test_options_tells_the_methods(parts: Parts) -> None:
    with TestClient(create_app(parts), base_url="http://127.0.0.1:8000") as client:
        told = client.options("/mcp")
        assert (told.status_code, told.headers["allow"]) == (204, "POST, OPTIONS")


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT"])
def test_no_connection_is_held_for_events_that_never_come(parts: Parts, method: str) -> None:
    with TestClient(create_app(parts), base_url="http://127.0.0.1:8000") as client:
        told = client.request(method, "/mcp", headers={"accept": "text/event-stream"})
        assert (told.status_code, told.headers["allow"]) == (405, "POST, OPTIONS")


def test_an_unknown_tool_is_an_error_that_names_the_tools(parts: Parts) -> None:
    async def act(client: Client) -> object:
        with pytest.raises(MCPError, match="the tools are check_claim, check_text, get_statement, list_statements"):
            await client.call_tool("nonsense", {})
        return None

    call(parts, act)


@pytest.mark.parametrize(
    ("fault", "said"),
    [(StoreUnavailable("locked"), "locked"), (ZeroDivisionError("inner secret"), "the service's log has the details")],
)
def test_failures_tell_nothing_of_the_inside(settings: Settings, fault: Exception, said: str) -> None:
    class Failing(WordEncoder):
        def encode(self, texts: Any, *arguments: Any) -> Any:
            if "fail" in texts:
                raise fault
            return super().encode(texts, *arguments)

    async def act(client: Client) -> Any:
        return await client.call_tool("check_claim", {"text": "fail"})

    result = call(fake_parts(settings, Failing("all-MiniLM-L6-v2")), act)
    assert result.is_error
    assert result.content[0].text.startswith(said)


def test_results_fit_their_schemas(parts: Parts) -> None:
    """Also those that the client has no reason to check: a nearest miss, an explanation, an empty page."""

    async def act(client: Client) -> list[Any]:
        schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
        calls = [
            ("check_claim", {"text": "Bananas grow in Ecuador", "min_probability": 1}),
            ("check_claim", {"text": "North masses troops", "min_probability": 0, "explain": True}),
            ("check_text", {"text": "… 1"}),
            ("get_statement", {"statement_id": "wheat-harvest-record"}),
            ("list_statements", {"topic": "nothing"}),
        ]
        return [((await client.call_tool(name, arguments)).structured_content, schemas[name]) for name, arguments in calls]

    for content, schema in call(parts, act):
        jsonschema.validate(content, schema)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://localhost:8000"}, 200),
        ({"host": "localhost:1"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://localhost.evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "evil.example"}, 421),
        ({"host": "rebut.example.org"}, 421),
        ({"content-type": "text/plain"}, 400),
    ],
)
def test_other_hosts_and_web_pages_are_refused(parts: Parts, headers: dict[str, str], status: int) -> None:
    with TestClient(create_app(parts), base_url="http://127.0.0.1:8000") as client:
        assert client.post("/mcp", json=INITIALIZE, headers={**HEADERS, **headers}).status_code == status


def test_a_host_can_be_allowed(settings: Settings) -> None:
    settings = msgspec.structs.replace(settings, mcp_hosts="rebut.example.org, other.example")
    with TestClient(
        create_app(fake_parts(settings)),
        base_url="https://rebut.example.org",
    ) as client:
        own = {**HEADERS, "origin": "https://rebut.example.org"}
        assert client.post("/mcp", json=INITIALIZE, headers=own).status_code == 200
        assert client.post("/mcp", json=INITIALIZE, headers={**HEADERS, "host": "localhost"}).status_code == 421


HOSTILE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"1",
    b'{"jsonrpc": "2.0"}',
    b"\xff\xfe",
    b"[" * 20_000,
    b'{"a":"\\ud800"}',
    b"x" * 11_000_000,
]


@pytest.mark.parametrize("body", HOSTILE, ids=lambda body: str(body[:20]))
@pytest.mark.parametrize("version", [None, "2025-06-18", "2026-07-28", "nonsense"])
def test_hostile_bodies_are_refused(parts: Parts, body: bytes, version: str | None) -> None:
    headers = HEADERS if version is None else {**HEADERS, "mcp-protocol-version": version}
    with TestClient(create_app(parts), base_url="http://127.0.0.1:8000") as client:
        assert 400 <= client.post("/mcp", content=body, headers=headers).status_code < 500


def test_claims_stay_out_of_the_log(parts: Parts, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    secret = {"text": "a very secret claim", "limit": "secret"}
    legacy = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "check_claim", "arguments": secret}}
    with served(create_app(parts)) as address, httpx.Client(base_url=address, headers=HEADERS) as client:
        client.post("/mcp", json=legacy)
        client.post("/mcp", json={**legacy, "params": {"name": "check_claim", "arguments": "secret"}})
        client.post("/mcp", json={**legacy, "params": "secret"}, headers={"mcp-protocol-version": "2026-07-28"})
        client.post("/mcp", content=b'{"secret')
    said = capsys.readouterr()
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore", "asyncio"))]
    assert "secret" not in said.out + said.err + " ".join(logged)
    assert "/mcp" in said.out + said.err


def test_the_structs_are_those_of_the_http_api(parts: Parts) -> None:
    async def act(client: Client) -> dict[str, Any]:
        return {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}

    schemas = call(parts, act)
    given = {"check_claim": Answer, "check_text": TextAnswer, "get_statement": StatementDetail, "list_statements": StatementPage}
    for name, kind in given.items():
        assert set(schemas[name]["properties"]) - {"result", "next_cursor", "left_out"} == {*kind.__struct_fields__} - {
            "next_cursor"
        }
