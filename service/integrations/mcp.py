"""The tools that language-model assistants use, over the Model Context Protocol: the same structs as the HTTP API.

Built on the protocol's official SDK, which speaks the versions with a handshake (to 2025-11-25) and the one without (2026-07-28).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any, NamedTuple

import msgspec
import structlog
from anyio.to_thread import run_sync
from litestar import Litestar
from litestar.types import Receive, Scope, Send
from mcp import MCPError
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from msgspec import Meta

from index.errors import RebutError
from index.kinds import StatementKind
from index.store.store import StatementFilter, StatementStore
from service import VERSION
from service.api.documents import check_document
from service.api.problems import decode, problem_of
from service.api.wire.answers import Answer
from service.api.wire.records import StatementDetail, StatementPage
from service.api.wire.requests import CheckRequest, Date, Name, TextRequest
from service.api.wire.texts import TextAnswer
from service.scheduling.desk import Desk
from service.settings import Settings

log = structlog.get_logger(__name__)

INSTRUCTIONS = (
    "Rebut knows statements, who made them, where they are written, and what officials have said against them. "
    "Check a claim before you repeat it, and cite what comes back: the claimant, the source with its section and paragraph, "
    "and those refutations whose `applies_to_claim` is true. Say how the claim relates to the statement (`relation`): one that "
    "denies it, turns it round or changes a detail is another claim. A match does not mean that the claim is true or false. "
    "If nothing matches, say that nothing is known; do not present the nearest miss as an answer."
)


class StatementQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which statement to read."""

    statement_id: Annotated[
        str, Meta(max_length=200, description="Its id, as in a match or a list", examples=["belarus-joined-sco"])
    ]


class StatementsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which statements to list."""

    claimant: Annotated[Name | None, Meta(description="Part of the claimant's name, role or side")] = None
    place: Annotated[Name | None, Meta(description="Part of a place's name, in any case")] = None
    topic: Annotated[Name | None, Meta(description="A topic, exactly")] = None
    date: Annotated[Date | None, Meta(description="EDTF date or interval to overlap with", examples=["2024-06/.."])] = None
    source: Annotated[Name | None, Meta(description="A source's id")] = None
    kind: Annotated[StatementKind | None, Meta(description="What sort of statement")] = None
    limit: Annotated[int, Meta(ge=1, le=200, description="Statements on a page")] = 50
    cursor: Annotated[Name | None, Meta(description="The previous page's `next_cursor`")] = None


class Offer(NamedTuple):
    """A tool: what it takes, what it gives, and how."""

    description: str
    takes: type[msgspec.Struct]
    gives: type[msgspec.Struct]
    answer: Callable[[Any], Awaitable[msgspec.Struct]]


def create_server(desk: Desk, store: StatementStore, settings: Settings) -> Server[Any]:
    """The protocol server with its four tools, for any transport."""

    async def check_claim(query: CheckRequest) -> Answer:
        query.refuse_longer(settings.max_claim_characters)
        return Answer.of((await desk.match([query.claim()])).answers[0])

    async def check_text(query: TextRequest) -> TextAnswer:
        query.refuse_longer(settings.max_text_characters)
        return (await check_document(desk, query.document(settings.max_text_characters)))[1]

    async def get_statement(query: StatementQuery) -> StatementDetail:
        return StatementDetail.of(await run_sync(store.dossier, query.statement_id))

    async def list_statements(query: StatementsQuery) -> StatementPage:
        filters = StatementFilter(query.claimant, query.place, query.topic, query.date, query.source, query.kind)
        found = await run_sync(partial(store.statements_page, filters, after=query.cursor, limit=query.limit + 1))
        return StatementPage.of(found, query.limit)

    return _server(
        {
            "check_claim": Offer(
                "Check one claim, in any language: the closest known statements, their sources and their official refutations.",
                CheckRequest,
                Answer,
                check_claim,
            ),
            "check_text": Offer(
                "Check a whole text (plain, Markdown or HTML): its sentences that known statements fit, the most important first.",
                TextRequest,
                TextAnswer,
                check_text,
            ),
            "get_statement": Offer(
                "Read one known statement with its wordings, citations and refutations.",
                StatementQuery,
                StatementDetail,
                get_statement,
            ),
            "list_statements": Offer(
                "List known statements, by claimant, place, topic, date, source or kind, a page at a time.",
                StatementsQuery,
                StatementPage,
                list_statements,
            ),
        }
    )


def _server(offers: dict[str, Offer]) -> Server[Any]:
    tools = [
        Tool(
            name=name,
            description=offer.description,
            input_schema=_schema(offer.takes),
            output_schema=_schema(offer.gives),
            annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False),
        )
        for name, offer in offers.items()
    ]

    async def list_tools(_context: ServerRequestContext[Any], _params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=tools)

    async def call_tool(_context: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        if params.name not in offers:
            raise MCPError(INVALID_PARAMS, f"there is no tool {params.name!r}; the tools are {', '.join(offers)}")
        return await _call(offers[params.name], params.arguments or {})

    return Server("rebut", version=VERSION, instructions=INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool)


async def _call(offer: Offer, arguments: dict[str, Any]) -> CallToolResult:
    """Run a tool. What is wrong with its arguments is a result that the assistant can read and mend, as the protocol asks."""
    try:
        answer = await offer.answer(decode(arguments, offer.takes))
    except RebutError as error:
        return _refusal(error)
    except Exception as error:  # the SDK would send its message
        log.exception("tool failed")
        return _refusal(error)
    text = TextContent(text=msgspec.json.encode(answer).decode())
    return CallToolResult(content=[text], structured_content=msgspec.to_builtins(answer))


def _refusal(error: Exception) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=problem_of(error).detail)], is_error=True)


def _schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """A struct's JSON schema, an object at its root as the protocol asks."""
    components = msgspec.json.schema(kind)["$defs"]
    return {**components[kind.__name__], "$defs": components}


class Endpoint:
    """The tools over streamable HTTP. Requests are answered one by one: there are no sessions to lose."""

    def __init__(self, server: Server[Any], settings: Settings) -> None:
        self._server = server
        self._largest = settings.max_body_bytes
        hosts = [host.strip() for host in settings.mcp_hosts.split(",") if host.strip()]
        names = [*hosts, *(f"{host}:*" for host in hosts)]
        origins = [f"{scheme}://{name}" for scheme in ("http", "https") for name in names]
        self._security = TransportSecuritySettings(allowed_hosts=names, allowed_origins=origins)
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def lifespan(self, _app: Litestar) -> AsyncIterator[None]:
        """What the service runs within."""
        self._manager = StreamableHTTPSessionManager(
            self._server,
            json_response=True,
            stateless=True,
            security_settings=self._security,
            max_request_body_size=self._largest,
        )
        async with self._manager.run():
            yield

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if self._manager is None:
            raise RuntimeError("the service has not started")
        await self._manager.handle_request(scope, receive, send)  # type: ignore[arg-type]


async def serve_stdio(server: Server[Any], desk: Desk) -> None:
    """Serve one client over standard input and output until it closes them."""
    async with desk.open(), stdio_server() as (receiving, sending):
        await server.run(receiving, sending, server.create_initialization_options())
