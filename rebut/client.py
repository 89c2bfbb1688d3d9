"""The client that asks and waits; `awaited.py` has the one that is awaited. What they ask is the same (`calls.py`)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx

from rebut import calls
from rebut.answers import Answer, TextAnswer
from rebut.calls import Call, File, Filters, Importing, Keeping, Options
from rebut.errors import Unavailable, Unreachable
from rebut.imports import ImportReport
from rebut.kept import Compared, KeptAnswerView, MadeAnswer
from rebut.records import ListedStatement, RefutationDetail, Source, StatementDetail, StatementPage
from rebut.states import Problem, Readiness

AnswerT = TypeVar("AnswerT")
ADDRESS = "http://127.0.0.1:8000"
LONGEST_WAIT = 30.0
"""Seconds that a client waits at most for a service that asks it to come again later."""


class Asking:
    """What both clients know: where the service is, and how often to come again."""

    def __init__(self, url: str, key: str | None, timeout: float, headers: Mapping[str, str] | None, retries: int) -> None:
        known = {"authorization": f"Bearer {key}"} if key else {}
        self._given: dict[str, Any] = {
            "base_url": calls.address(url),
            "timeout": httpx.Timeout(timeout, connect=min(timeout, 5.0)),
            "headers": {"user-agent": "rebut-client", "accept": "application/json", **known, **(headers or {})},
        }
        self._retries = retries

    def _pause(self, error: Unavailable, tried: int) -> float:
        """Seconds to wait before the next try; raises the error if there is to be none."""
        if tried >= self._retries or error.retry_after is None or error.retry_after > LONGEST_WAIT:
            raise error
        return error.retry_after


class Client(Asking):
    """Asks a service, and waits for the answer. Close it, or use it in a `with` block; threads may share it."""

    def __init__(
        self,
        url: str = ADDRESS,
        *,
        key: str | None = None,
        timeout: float = 60.0,
        headers: Mapping[str, str] | None = None,
        retries: int = 2,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Take the service's address; nothing is asked yet. Raises `Unreachable` if it is none.

        Args:
            key: an API key of the service's; it is sent as a header, and goes nowhere else.
            timeout: seconds for an answer.
            headers: sent with every request, such as what a proxy wants.
            retries: how often to ask again where the service is busy and says when to come again.
            transport: httpx's, instead of the network.
        """
        super().__init__(url, key, timeout, headers, retries)
        self._http = httpx.Client(**self._given, transport=transport)

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def check(self, text: str, **options: Unpack[Options]) -> Answer:
        """Check one claim.

        Raises:
            InvalidRequest: naming what is wrong with it.
            Unavailable, Unreachable: if there is no answer now.
        """
        return self._ask(calls.check(text, options))

    def check_many(self, claims: Iterable[str | Mapping[str, Any]], **options: Unpack[Options]) -> list[Answer | Problem]:
        """Check many claims (texts, or texts with options of their own): an answer or a problem for each, in their order."""
        return self._ask(calls.check_many(claims, options)).results

    def check_text(self, text: str, format: str = "plain", **options: Unpack[Options]) -> TextAnswer:
        """Check a document: `plain`, `markdown` or `html`."""
        return self._ask(calls.check_text(text, format, options))

    def check_file(self, file: File, name: str | None = None, **options: Unpack[Options]) -> TextAnswer:
        """Check a document that is a file: PDF, DOCX, HTML, Markdown, text.

        Args:
            file: its path, or what it holds.
            name: what to call it, if that is not its path's: the ending tells HTML and Markdown from other text.
        """
        return self._ask(calls.check_file(calls.upload(file, name), options))

    def keep(self, text: str, language: str | None = None, lifetime: str = "90d", *, keep_claim: bool = False) -> MadeAnswer:
        """Check one claim, and keep the answer under an address, for `90d`, `12h` or so.

        Args:
            keep_claim: keep the claim's words, too.
        """
        return self._ask(calls.keep(text, language, lifetime, keep_claim=keep_claim))

    def keep_text(self, text: str, format: str = "plain", **options: Unpack[Keeping]) -> MadeAnswer:
        """Check a document, and keep the answer; raises `InvalidRequest` if that is too large."""
        return self._ask(calls.keep_text(text, format, options))

    def keep_file(self, file: File, name: str | None = None, **options: Unpack[Keeping]) -> MadeAnswer:
        """The same of a file; see `check_file`."""
        return self._ask(calls.keep_file(calls.upload(file, name), options))

    def kept(self, answer_id: str) -> KeptAnswerView:
        """A kept answer, to a claim or a document. Raises `NotFound` if there is none, any more or at all."""
        return self._ask(calls.kept(answer_id))

    def compare(self, answer_id: str, text: str) -> Compared:
        """Whether a kept answer is the answer to this claim or document."""
        return self._ask(calls.compare(answer_id, text))

    def revoke(self, answer_id: str, token: str) -> None:
        """Delete a kept answer, with its `revocation_token`."""
        self._send(calls.revoke(answer_id, token))

    def import_file(
        self, file: File, why: str, name: str | None = None, *, dry_run: bool = False, **options: Unpack[Importing]
    ) -> ImportReport:
        """Load a table, a feed, a page or a seed file; takes a key with the scope `edit`.

        Args:
            file: its path, or what it holds.
            why: it stands in the ledger for good.
            name: what to call it, if that is not its path's: the ending tells what it is.
            dry_run: only tell what would be done.
        """
        return self._ask(calls.import_file(calls.upload(file, name), why, options, dry_run=dry_run))

    def statements(self, **filters: Unpack[Filters]) -> Iterator[ListedStatement]:
        """All statements that fit, page by page."""
        cursor: str | None = None
        while True:
            page = self.statements_page(cursor, **filters)
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    def statements_page(self, cursor: str | None = None, limit: int = 200, **filters: Unpack[Filters]) -> StatementPage:
        """One page of statements, with how many there are in all."""
        return self._ask(calls.statements_page(cursor, limit, filters))

    def statement(self, statement_id: str) -> StatementDetail:
        """One statement. Raises `NotFound` if there is none with this id."""
        return self._ask(calls.statement(statement_id))

    def refutation(self, refutation_id: str) -> RefutationDetail:
        """One refutation. Raises `NotFound` if there is none with this id."""
        return self._ask(calls.refutation(refutation_id))

    def sources(self) -> list[Source]:
        """All source documents."""
        return self._ask(calls.sources()).items

    def source(self, source_id: str) -> Source:
        """One source document. Raises `NotFound` if there is none with this id."""
        return self._ask(calls.source(source_id))

    def ready(self) -> Readiness:
        """Whether the service can answer, part by part; also while it cannot."""
        return self._ask(calls.ready())

    def raw(self, method: str, path: str, body: Any = None, **parameters: Any) -> bytes:
        """Any route's answer as it comes: with `fields=…` or `compact=True`, for example.

        Raises:
            ProblemError: if the service answers with a problem.
        """
        return self._send(Call(method, path, bytes, body, parameters))

    def _ask(self, call: Call[AnswerT]) -> AnswerT:
        return calls.read(call, self._send(call))

    def _send(self, call: Call[Any]) -> bytes:
        tried = 0
        while True:
            try:
                return calls.content_of(call, self._http.request(**call.request()))
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise Unreachable(f"{self._http.base_url}: {error or type(error).__name__}") from error
            except Unavailable as error:
                time.sleep(self._pause(error, tried))
                tried += 1
