"""The tools that language-model assistants use, over the Model Context Protocol: the same structs as the HTTP API.

Built on the protocol's official SDK, which speaks the versions with a handshake (to 2025-11-25) and the one without (2026-07-28).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import msgspec
import structlog
from anyio.to_thread import run_sync
from litestar import Litestar
from litestar.exceptions import MethodNotAllowedException
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

from index.errors import RebutError
from index.store.store import StatementFilter, StatementStore
from service.access.door import Caller
from service.api.documents import about_sentences, check_document
from service.api.filtering import read_moment, statements_page, view_of
from service.api.problems import problem_of
from service.api.wire.answers import Answer
from service.api.wire.records import StatementDetail, StatementPage
from service.api.wire.texts import TextAnswer
from service.build import build
from service.integrations.mcp_arguments import (
    ClaimQuery,
    Detail,
    StatementQuery,
    StatementsQuery,
    TextQuery,
    place_of,
    read_arguments,
)
from service.integrations.mcp_results import cut, page_of, short_answer, short_text
from service.integrations.mcp_schemas import input_schema, output_schema
from service.scheduling.desk import Desk
from service.settings import Settings, names_in

log = structlog.get_logger(__name__)

INSTRUCTIONS = (
    "Rebut knows statements, who made them, where they are written, and what officials have said against them. "
    "Check a claim before you repeat it, and cite what comes back: the claimant, the source with its section and paragraph, "
    "and those refutations whose `applies_to_claim` is true. Say how the claim relates to the statement (`relation`): one that "
    "denies it, turns it round or changes a detail is another claim. A match does not mean that the claim is true or false. "
    "If nothing matches, say that nothing is known; do not present the nearest miss as an answer."
)
CHECK_CLAIM = "Check one claim, in any language: the closest known statements, their sources and their official refutations."
CHECK_TEXT = (
    "Check a whole text (plain, Markdown or HTML): its sentences that known statements fit, the most important first. "
    "What is on record about a statement stands at its first finding."
)
PAGED = "Short by default; `detail` full has all figures. If `next_cursor` is there, send it as `cursor` for more."


ALLOWED = "POST, OPTIONS"

Count = Callable[[int], None]
"""Counts claims before they are checked; raises LimitReached if they are too many."""


class Offer(NamedTuple):
    """A tool: what it takes, the struct that its answers are parts of, and how it answers."""

    description: str
    takes: type[msgspec.Struct]
    gives: type[msgspec.Struct]
    answer: Callable[[Any, Count], Awaitable[dict[str, Any]]]


def create_server(desk: Desk, store: StatementStore, settings: Settings) -> Server[Any]:
    """The protocol server with its four tools, for any transport."""

    async def check_claim(query: ClaimQuery, count: Count) -> dict[str, Any]:
        query.refuse_longer(settings.max_claim_characters)
        start = place_of(query.cursor)
        count(1)
        answer = await view_of(store, (await desk.match([query.claim()])).answers[0])
        told = msgspec.to_builtins(answer) if query.detail is Detail.FULL else short_answer(answer)
        return await run_sync(page_of, told, "matches", start)

    async def check_text(query: TextQuery, count: Count) -> dict[str, Any]:
        query.refuse_longer(settings.max_text_characters)
        start, document = place_of(query.cursor), query.document(settings.max_text_characters)
        count(about_sentences(document))
        answer = (await check_document(desk, document))[1]
        shaped: Callable[[Any], dict[str, Any]] = msgspec.to_builtins if query.detail is Detail.FULL else short_text
        return await run_sync(lambda: page_of(shaped(answer), "findings", start))

    async def get_statement(query: StatementQuery, _count: Count) -> dict[str, Any]:
        return await run_sync(lambda: cut(msgspec.to_builtins(StatementDetail.of(store.dossier(query.statement_id)))))

    async def list_statements(query: StatementsQuery, _count: Count) -> dict[str, Any]:
        since = read_moment(query.updated_since)
        named = (query.claimant, query.place, query.topic, query.issuer)
        filters = StatementFilter(*named, query.date, query.source, query.kind, since)
        return await run_sync(lambda: listed(statements_page(store, filters, query.cursor, query.limit)))

    return _server(
        {
            "check_claim": Offer(f"{CHECK_CLAIM} {PAGED}", ClaimQuery, Answer, check_claim),
            "check_text": Offer(f"{CHECK_TEXT} {PAGED}", TextQuery, TextAnswer, check_text),
            "get_statement": Offer(
                "Read one known statement with its wordings, citations and refutations.",
                StatementQuery,
                StatementDetail,
                get_statement,
            ),
            "list_statements": Offer(
                "List known statements, by claimant, place, topic, issuer, date, source, kind or last change, a page at a time.",
                StatementsQuery,
                StatementPage,
                list_statements,
            ),
        }
    )


def listed(page: StatementPage) -> dict[str, Any]:
    """As many of a page's statements as an assistant can take in."""
    told = page_of(msgspec.to_builtins(page), "items", 0)
    left = len(told["items"]) < len(page.items)
    return told | ({"next_cursor": told["items"][-1]["id"]} if left else {"next_cursor": page.next_cursor})


def _server(offers: dict[str, Offer]) -> Server[Any]:
    tools = [
        Tool(
            name=name,
            description=offer.description,
            input_schema=input_schema(offer.takes),
            output_schema=output_schema(offer.gives),
            annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False),
        )
        for name, offer in offers.items()
    ]

    async def list_tools(_context: ServerRequestContext[Any], _params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=tools)

    async def call_tool(context: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        if params.name not in offers:
            raise MCPError(INVALID_PARAMS, f"there is no tool {params.name!r}; the tools are {', '.join(offers)}")
        return await _call(offers[params.name], params.arguments or {}, _count_of(context))

    return Server("rebut", version=build(), instructions=INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool)


def _count_of(context: ServerRequestContext[Any]) -> Count:
    """What counts the claims of an HTTP request; those of an assistant that started this process itself are not counted."""
    if context.request is None:
        return lambda _claims: None
    caller: Caller = context.request.scope["auth"]
    return caller.meter.count_claims


async def _call(offer: Offer, arguments: dict[str, Any], count: Count) -> CallToolResult:
    """Run a tool. What is wrong with its arguments is a result that the assistant can read and mend, as the protocol asks."""
    try:
        answer = await offer.answer(read_arguments(arguments, offer.takes), count)
    except RebutError as error:
        return _refusal(error)
    except Exception as error:  # the SDK would send its message
        log.exception("tool failed")
        return _refusal(error)
    text = TextContent(text=msgspec.json.encode(answer).decode())
    return CallToolResult(content=[text], structured_content=answer)


def _refusal(error: Exception) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=problem_of(error).detail)], is_error=True)


class Endpoint:
    """The tools over streamable HTTP. Requests are answered one by one: there are no sessions to lose."""

    def __init__(self, server: Server[Any], settings: Settings) -> None:
        self._server = server
        self._largest = settings.max_body_bytes
        hosts = names_in(settings.mcp_hosts)
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
        """Answer one HTTP request; nothing is sent unasked, so GET has nothing to wait for."""
        if self._manager is None:
            raise RuntimeError("the service has not started")
        asked: Any = scope
        if asked.get("method") == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": [(b"allow", ALLOWED.encode())]})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        if asked.get("method") != "POST":
            raise MethodNotAllowedException(headers={"allow": ALLOWED})
        await self._manager.handle_request(scope, receive, send)  # type: ignore[arg-type]


async def serve_stdio(server: Server[Any], desk: Desk) -> None:
    """Serve one client over standard input and output until it closes them."""
    async with desk.open(), stdio_server() as (receiving, sending):
        await server.run(receiving, sending, server.create_initialization_options())
