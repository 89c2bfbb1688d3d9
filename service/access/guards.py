"""The guards that routes declare: `guards=[needs(Scope.EDIT)]`, or `guards=[anybody]` for what is always open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from litestar import Litestar, Request
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.routes import ASGIRoute, HTTPRoute

from index.kinds import Scope
from service.access.door import Caller, Connection

DOOR = "door"
"""Name of the door in the application's state."""


class Needs:
    """Lets in who may do all of some scopes."""

    def __init__(self, scopes: tuple[Scope, ...]) -> None:
        self.scopes = scopes

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        """See Litestar's guards.

        Raises:
            RebutError: see `Door.admit`.
        """
        await connection.app.state[DOOR].admit(connection, self.scopes)


def needs(*scopes: Scope) -> Needs:
    """The guard of a route that is for those with a key that may do all of these; anybody may read and check where that is open."""
    return Needs(scopes)


async def anybody(_connection: Connection, _handler: BaseRouteHandler) -> None:
    """The guard of a route that needs no key, whatever the settings say, and is not counted."""


def caller_of(request: Request[Any, Caller, Any]) -> Caller:
    """Dependency: who asks, in a route that is guarded by `needs`."""
    return request.auth


def guarded(app: Litestar) -> Iterator[HTTPRouteHandler]:
    """The routes of an application that are guarded by `needs`, but for what is mounted."""
    return (handler for _, handler in _handlers(app) if isinstance(handler, HTTPRouteHandler) and scopes_of(handler))


def refuse_unguarded(app: Litestar) -> None:
    """Stop the start if a route declares neither `needs` nor `anybody`.

    Raises:
        RuntimeError: naming it.
    """
    for path, handler in _handlers(app):
        if not any(guard is anybody or isinstance(guard, Needs) for guard in handler.resolve_guards()):
            raise RuntimeError(f"{path} declares no guard: `needs` or `anybody`")


def scopes_of(handler: BaseRouteHandler) -> list[Scope]:
    """The scopes that a route needs."""
    return [scope for guard in handler.resolve_guards() if isinstance(guard, Needs) for scope in guard.scopes]


def _handlers(app: Litestar) -> Iterator[tuple[str, BaseRouteHandler]]:
    """All but Litestar's own answers to OPTIONS."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            methods = ((method, handler) for method, (handler, _) in route.route_handler_map.items())
            yield from ((route.path, handler) for method, handler in methods if method != "OPTIONS")
        elif isinstance(route, ASGIRoute):
            yield route.path, route.route_handler
