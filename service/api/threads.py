"""Handlers that wait for the store run in threads."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, TypeVar

from litestar.concurrency import sync_to_thread

AnswerT = TypeVar("AnswerT")


def in_thread(handler: Callable[..., AnswerT]) -> Callable[..., Coroutine[Any, Any, AnswerT]]:
    """The handler, run in a thread.

    Litestar's own `sync_to_thread` makes a coroutine of a coroutine where several methods share a path (2.25: a handler is
    registered once more with each other one of its path).
    """

    @wraps(handler)
    async def run(**arguments: Any) -> AnswerT:
        return await sync_to_thread(handler, **arguments)

    return run
