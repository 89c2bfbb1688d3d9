"""The client that is awaited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx

from rebut import calls
from rebut.answers import Answer, TextAnswer
from rebut.calls import Call, File, Filters, Importing, Keeping, Options
from rebut.client import ADDRESS, Asking
from rebut.errors import Unavailable, Unreachable
from rebut.imports import ImportReport
from rebut.kept import Compared, KeptAnswerView, MadeAnswer
from rebut.records import ListedStatement, RefutationDetail, Source, StatementDetail, StatementPage
from rebut.states import Problem, Readiness

AnswerT = TypeVar("AnswerT")


class AsyncClient(Asking):
    """The same, awaited."""

    def __init__(
        self,
        url: str = ADDRESS,
        *,
        key: str | None = None,
        timeout: float = 60.0,
        headers: Mapping[str, str] | None = None,
        retries: int = 2,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """See `Client`."""
        super().__init__(url, key, timeout, headers, retries)
        self._http = httpx.AsyncClient(**self._given, transport=transport)

    async def __aenter__(self) -> Self:
        """The client itself."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the connections."""
        await self.close()

    async def close(self) -> None:
        """See `Client`."""
        await self._http.aclose()

    async def check(self, text: str, **options: Unpack[Options]) -> Answer:
        """See `Client`."""
        return await self._ask(calls.check(text, options))

    async def check_many(self, claims: Iterable[str | Mapping[str, Any]], **options: Unpack[Options]) -> list[Answer | Problem]:
        """See `Client`."""
        return (await self._ask(calls.check_many(claims, options))).results

    async def check_text(self, text: str, format: str = "plain", **options: Unpack[Options]) -> TextAnswer:
        """See `Client`."""
        return await self._ask(calls.check_text(text, format, options))

    async def check_file(self, file: File, name: str | None = None, **options: Unpack[Options]) -> TextAnswer:
        """See `Client`."""
        return await self._ask(calls.check_file(await asyncio.to_thread(calls.upload, file, name), options))

    async def keep(self, text: str, language: str | None = None, lifetime: str = "90d", *, keep_claim: bool = False) -> MadeAnswer:
        """See `Client`."""
        return await self._ask(calls.keep(text, language, lifetime, keep_claim=keep_claim))

    async def keep_text(self, text: str, format: str = "plain", **options: Unpack[Keeping]) -> MadeAnswer:
        """See `Client`."""
        return await self._ask(calls.keep_text(text, format, options))

    async def keep_file(self, file: File, name: str | None = None, **options: Unpack[Keeping]) -> MadeAnswer:
        """See `Client`."""
        return await self._ask(calls.keep_file(await asyncio.to_thread(calls.upload, file, name), options))

    async def kept(self, answer_id: str) -> KeptAnswerView:
        """See `Client`."""
        return await self._ask(calls.kept(answer_id))

    async def compare(self, answer_id: str, text: str) -> Compared:
        """See `Client`."""
        return await self._ask(calls.compare(answer_id, text))

    async def revoke(self, answer_id: str, token: str) -> None:
        """See `Client`."""
        await self._send(calls.revoke(answer_id, token))

    async def import_file(
        self, file: File, why: str, name: str | None = None, *, dry_run: bool = False, **options: Unpack[Importing]
    ) -> ImportReport:
        """See `Client`."""
        sent = await asyncio.to_thread(calls.upload, file, name)
        return await self._ask(calls.import_file(sent, why, options, dry_run=dry_run))

    async def statements(self, **filters: Unpack[Filters]) -> AsyncIterator[ListedStatement]:
        """See `Client`."""
        cursor: str | None = None
        while True:
            page = await self.statements_page(cursor, **filters)
            for item in page.items:
                yield item
            cursor = page.next_cursor
            if cursor is None:
                return

    async def statements_page(self, cursor: str | None = None, limit: int = 200, **filters: Unpack[Filters]) -> StatementPage:
        """See `Client`."""
        return await self._ask(calls.statements_page(cursor, limit, filters))

    async def statement(self, statement_id: str) -> StatementDetail:
        """See `Client`."""
        return await self._ask(calls.statement(statement_id))

    async def refutation(self, refutation_id: str) -> RefutationDetail:
        """See `Client`."""
        return await self._ask(calls.refutation(refutation_id))

    async def sources(self) -> list[Source]:
        """See `Client`."""
        return (await self._ask(calls.sources())).items

    async def source(self, source_id: str) -> Source:
        """See `Client`."""
        return await self._ask(calls.source(source_id))

    async def ready(self) -> Readiness:
        """See `Client`."""
        return await self._ask(calls.ready())

    async def raw(self, method: str, path: str, body: Any = None, **parameters: Any) -> bytes:
        """See `Client`."""
        return await self._send(Call(method, path, bytes, body, parameters))

    async def _ask(self, call: Call[AnswerT]) -> AnswerT:
        return calls.read(call, await self._send(call))

    async def _send(self, call: Call[Any]) -> bytes:
        tried = 0
        while True:
            try:
                return calls.content_of(call, await self._http.request(**call.request()))
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise Unreachable(f"{self._http.base_url}: {error or type(error).__name__}") from error
            except Unavailable as error:
                await asyncio.sleep(self._pause(error, tried))
                tried += 1
