"""Checking through a service that runs: its models are loaded, so that the answer comes at once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from index.errors import RebutError
from service.settings import Settings

if TYPE_CHECKING:
    from rebut import Client

KNOCK_S = 0.3
"""Seconds within which a service on this machine is there, or is not."""
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
"""An address to listen on -> the one to ask."""


class ServiceFailed(RebutError):
    """The service that was named does not answer, or answers with a problem."""


@contextmanager
def running_service(url: str | None, settings: Settings) -> Iterator[Client | None]:
    """The service to ask, or None.

    Args:
        url: its address as the command was given it. Without it, the setting's; else a service that listens where this one would,
            and serves the same records.

    Raises:
        ServiceFailed: within the block, if the service that was named does not answer.
    """
    named = url or settings.service_url
    found = named or _own_service(settings)
    if not found:
        yield None
        return
    from rebut import Client, ClientError, NotAllowed

    try:
        with Client(_with_scheme(found), key=settings.key) as client:
            yield client
    except NotAllowed as error:
        raise ServiceFailed(f"the service at {found}: {error}; put a key that may check into REBUT_KEY") from error
    except ClientError as error:
        told = str(error).removeprefix(f"{_with_scheme(found)}: ")
        raise ServiceFailed(f"the service at {found}: {told}") from error


def _with_scheme(address: str) -> str:
    return address if "://" in address else f"http://{address}"


def _own_service(settings: Settings) -> str | None:
    """The address of a service that listens where the settings say, and serves the records that they name."""
    host = ANYWHERE.get(settings.host, settings.host)
    try:
        socket.create_connection((host, settings.port), KNOCK_S).close()
    except OSError:
        return None
    address = f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
    return address if _store_id(address) in {_own_store_id(settings)} - {None} else None


def _store_id(address: str) -> str | None:
    """The id of the store that a service serves; None if it is no service of ours."""
    from rebut import Client, ClientError

    with suppress(ClientError), Client(address, timeout=1.0, retries=0) as client:
        return client.ready().index.store_version.rpartition("-")[0]
    return None


def _own_store_id(settings: Settings) -> str | None:
    """The id of the store that the settings name; None if there is none yet."""
    if not settings.database_url and not (settings.data_dir / "rebut.sqlite").exists():
        return None
    from service.opening import open_base

    store = open_base(settings)
    version = store.version()
    store.close()
    return version.rpartition("-")[0]
