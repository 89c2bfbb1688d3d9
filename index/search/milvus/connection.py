"""A connection to Milvus: the only module that imports pymilvus and knows its failures.

pymilvus itself goes on trying for minutes, and writes each failure to the log. Here a call waits for some seconds at most, and
while Milvus is away calls fail at once, so that no claim waits for it: whoever follows the store asks whether it is back.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog

from index.errors import IndexUnavailable

log = structlog.get_logger(__name__)

ANSWER_S, WORK_S = 3.0, 120.0
"""Seconds that a question may take, and one that changes much."""
ASKED_AGAIN_S = 10.0
"""Seconds after which any call asks again whether Milvus is back: where nobody follows the store, nobody else does."""
KEEPALIVE_MS = 300_000
"""Milliseconds between two signs of life. Of those that come more often (pymilvus' come every ten seconds), gRPC servers hang up on
clients (gRPC's guide on keepalive: `too_many_pings`)."""
NOT_THERE = {1, 2}
"""Milvus' codes for a service that is not ready or not available; its other codes are answers of one that works
(`pkg/util/merr/errors.go` in Milvus). pymilvus gives 1 where no answer came."""


class Connection:
    """One Milvus, by its URL. Connects when it is first asked; safe to use from several threads."""

    def __init__(self, url: str) -> None:
        """Take the URL: `http://user:password@host:19530/database`. Of these only scheme and host must be there.

        A password without a user is a token, as hosted services give them.

        Raises:
            IndexUnavailable: if pymilvus is not installed.
        """
        self._url = url
        self._connecting = threading.Lock()
        self._client: Any = None
        self._away_since: float | None = None
        try:
            import grpc
            import pymilvus
        except ImportError as error:
            raise IndexUnavailable("pymilvus is not installed; `pip install rebut[milvus]` brings it") from error
        self._pymilvus = pymilvus
        self._refusals = (pymilvus.exceptions.ParamError, pymilvus.exceptions.DataNotMatchException)
        self._failures = (pymilvus.MilvusException, grpc.RpcError, grpc.FutureTimeoutError, ValueError)
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # what fails is told here, once

    @property
    def away(self) -> bool:
        """Whether Milvus did not answer when it was last asked."""
        return self._away_since is not None

    def schema(self) -> Any:
        """A collection's schema without fields."""
        return self._pymilvus.MilvusClient.create_schema()

    def field_types(self) -> Any:
        """pymilvus' types of fields."""
        return self._pymilvus.DataType

    def index_params(self) -> Any:
        """An empty list of what is to be indexed."""
        return self._pymilvus.MilvusClient.prepare_index_params()

    def ask(self, call: str, *values: Any, probing: bool = False, seconds: float = ANSWER_S, **named: Any) -> Any:
        """Call a method of pymilvus' `MilvusClient`.

        Args:
            probing: also while Milvus is away.
            seconds: to wait for an answer.

        Raises:
            IndexUnavailable: if there is none, or it is a refusal.
        """
        if self._away_since is not None and not probing and time.monotonic() - self._away_since < ASKED_AGAIN_S:
            raise IndexUnavailable("Milvus does not answer")
        try:
            answer = getattr(self._connected(), call)(*values, timeout=seconds, **named)
        except self._failures as error:
            raise self._failed(call, error) from None  # its trace may hold the URL
        self._back()
        return answer

    def each(self, collection: str, fields: list[str], batch: int) -> Iterator[list[dict[str, Any]]]:
        """All that a collection holds, some at a time.

        Raises:
            IndexUnavailable: as `ask`.
        """
        found = self.ask("query_iterator", collection, batch_size=batch, filter="", output_fields=fields, seconds=WORK_S)
        while True:
            try:
                some = found.next()
            except self._failures as error:
                raise self._failed("query_iterator", error) from None
            if not some:
                found.close()
                return
            yield some

    def close(self) -> None:
        """Let go of it."""
        with self._connecting:
            self._let_go()

    def _connected(self) -> Any:
        with self._connecting:
            if self._client is None:
                parts = urlsplit(self._url)
                user, password = unquote(parts.username or ""), unquote(parts.password or "")
                self._client = self._pymilvus.MilvusClient(
                    uri=f"{parts.scheme}://{_host(parts.hostname or '')}:{parts.port or 19530}",
                    token=f"{user}:{password}" if user else password,
                    db_name=parts.path.strip("/"),
                    timeout=ANSWER_S,
                    dedicated=True,
                    grpc_options={"grpc.keepalive_time_ms": KEEPALIVE_MS},
                )
            return self._client

    def _failed(self, call: str, error: Exception) -> IndexUnavailable:
        code = getattr(error, "code", None)
        if self._answered(error, code):
            log.warning("Milvus refuses a request", call=call, code=code, reason=self._without_secrets(str(error)))
            return IndexUnavailable(f"Milvus refuses a request (code {code})")
        if self._away_since is None:
            log.warning("Milvus does not answer", call=call, reason=self._without_secrets(str(error)))
        self._away_since = time.monotonic()
        with self._connecting:
            self._let_go()  # a new channel connects at once; gRPC would let an old one wait for up to two minutes
        return IndexUnavailable("Milvus does not answer")

    def _answered(self, error: Exception, code: object) -> bool:
        """Whether the failure is the answer of a Milvus that works, or pymilvus' own refusal of what it is to send."""
        whole = type(error) is self._pymilvus.MilvusException and isinstance(code, int)
        return (whole and code not in NOT_THERE) or isinstance(error, self._refusals)

    def _back(self) -> None:
        if self._away_since is not None:
            log.info("Milvus answers again")
            self._away_since = None

    def _let_go(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _without_secrets(self, text: str) -> str:
        parts = urlsplit(self._url)
        for secret in (parts.password, unquote(parts.password or "")):
            text = text.replace(secret, "***") if secret else text
        return re.sub(r"\s+", " ", text)[:300]


def _host(name: str) -> str:
    return f"[{name}]" if ":" in name else name
