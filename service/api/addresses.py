"""The service's own address, as it stands in what it publishes."""

from __future__ import annotations

from typing import Any

from litestar import Request

from service.settings import Settings

USUAL_PORTS = {"http": 80, "https": 443}


def base_address(request: Request[Any, Any, Any], settings: Settings) -> str:
    """The service's own address, without a slash at its end.

    The Host header is believed only where the settings name the hosts, as the door then lets no other in. Else anybody could have
    a feed made, and kept by a cache before the service, whose addresses lead to a place of theirs.
    """
    if settings.public_url:
        return settings.public_url
    return str(request.base_url).rstrip("/") if settings.hosts else _socket_address(request)


def _socket_address(request: Request[Any, Any, Any]) -> str:
    """The address at which the request came in."""
    scheme = request.scope["scheme"]
    host, port = request.scope["server"] or ("localhost", None)
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}" if port in (None, USUAL_PORTS.get(scheme)) else f"{scheme}://{name}:{port}"
