"""HEAD: as GET, without the body (RFC 9110, section 9.3.2). Routes know GET only."""

from __future__ import annotations

from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send


def answering_head(app: ASGIApp) -> ASGIApp:
    """An app that answers HEAD wherever this one answers GET, and says so where it lists the methods of a path."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        asked: Any = scope
        head = asked["method"] == "HEAD"

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send({**message, "headers": [_with_head(name, value) for name, value in message["headers"]]})
            elif head and message["type"] == "http.response.body":
                if not message.get("more_body"):
                    await send({**message, "body": b""})
            else:
                await send(message)

        as_get: Any = {**asked, "method": "GET"} if head else asked
        await app(as_get, receive, send_head)

    return answer


def _with_head(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    methods = value.decode("latin-1").replace(" ", "").split(",")
    if name.lower() == b"allow" and "GET" in methods and "HEAD" not in methods:
        return name, ", ".join([*methods, "HEAD"]).encode("latin-1")
    return name, value
