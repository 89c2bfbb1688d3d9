"""Open web pages whose addresses strangers give: public hosts only, wherever names and redirects lead, within bounds."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import NamedTuple

import httpcore
import httpx
from httpcore import SOCKET_OPTION, AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream

from index.errors import InvalidInput, Reason, RebutError
from service import VERSION

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LookUp = Callable[[str, int], Awaitable[list[Address]]]
"""Host and port to the addresses that a name stands for."""

MOST_BYTES = 5_000_000
SECONDS = 10.0
MOST_REDIRECTS = 5
AT_ONCE = 8
"""Pages that are opened at the same time; others wait."""
REDIRECTS = (301, 302, 303, 307, 308)
ENDINGS = {
    "text/html": "page.html",
    "application/xhtml+xml": "page.html",
    "text/plain": "page.txt",
    "text/markdown": "page.md",
    "application/pdf": "page.pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "page.docx",
}
"""What is read, and a file's name that tells so."""
NOT_PUBLIC = Reason("it is no address of a public web page")
NOT_OPENED = Reason("is a link that cannot be opened: %(why)s. Copy the page's text instead")
HEADERS = [("user-agent", f"rebut/{VERSION}"), ("accept", ", ".join(ENDINGS)), ("accept-encoding", "identity")]
GLOBAL = ipaddress.IPv6Network("2000::/3")
"""The IPv6 addresses of the public internet: all others are of old or inner sorts, or stand for IPv4 ones."""
NOT_PUBLIC_EITHER = [
    ipaddress.ip_network(one)
    for one in ("2001::/32", "2002::/16", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")
]
"""What Python may take for public: IPv6 addresses that stand for IPv4 ones, and so could for private ones; examples; what machines
use among themselves; and the address at which a cloud tells its own machines their secrets."""


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return is_public(address.ipv4_mapped)
    if not address.is_global or address.is_multicast or (address.version == 6 and address not in GLOBAL):
        return False
    return not any(address in network for network in NOT_PUBLIC_EITHER)


async def look_up(host: str, port: int) -> list[Address]:
    """What the system's resolver says."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in found]


class Linked(NamedTuple):
    """What stands at an address; the name's ending tells what it is."""

    name: str
    content: bytes


class Refused(RebutError):
    """A host that is not to be asked."""


class Guarded(AsyncNetworkBackend):
    """Connects to what it has looked up and allowed itself: another answer to the same name comes too late."""

    def __init__(self, allowed: Callable[[Address], bool], look_up: LookUp) -> None:
        self._backend, self._allowed, self._look_up = AnyIOBackend(), allowed, look_up

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Connect to the first address of a host; to none if any of them is not allowed."""
        addresses = await self._look_up(host, port)
        if not addresses or not all(map(self._allowed, addresses)):
            raise Refused
        return await self._backend.connect_tcp(str(addresses[0]), port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        """As httpcore wants it."""
        await self._backend.sleep(seconds)


class Links:
    """Opens pages, a few at a time. No cookies, no credentials, nothing kept."""

    def __init__(
        self, allowed: Callable[[Address], bool] = is_public, ports: Collection[int] = (80, 443), look_up: LookUp = look_up
    ) -> None:
        """Take what may be asked.

        Args:
            look_up: in place of the system's resolver.
        """
        self._backend, self._ports = Guarded(allowed, look_up), ports
        self._places = asyncio.Semaphore(AT_ONCE)

    async def open(self, link: str) -> Linked:
        """What stands at an address.

        Raises:
            InvalidInput: if it cannot be opened, or is nothing that can be read; why is told.
        """
        url = _address(link)
        try:
            async with self._places, asyncio.timeout(SECONDS), self._pool() as pool:
                for _ in range(MOST_REDIRECTS + 1):
                    self._refuse(url)
                    async with pool.stream("GET", _target(url), headers=HEADERS) as response:
                        if response.status not in REDIRECTS:
                            return Linked(_name(response), await _content(response))
                        url = url.join(_header(response, b"location"))
        except TimeoutError as error:
            raise _failed(Reason("it took more than %(number)s seconds", {"number": int(SECONDS)})) from error
        except (Refused, httpx.InvalidURL, UnicodeError) as error:
            raise _failed(NOT_PUBLIC) from error
        except (OSError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise _failed(Reason("nothing answers there as a web server does")) from error
        raise _failed(Reason("it leads on more than %(number)s times", {"number": MOST_REDIRECTS}))

    def _pool(self) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(
            ssl.create_default_context(), max_connections=1, max_keepalive_connections=0, network_backend=self._backend
        )

    def _refuse(self, url: httpx.URL) -> None:
        port = url.port or {"http": 80, "https": 443}.get(url.scheme)
        if port not in self._ports or url.scheme not in ("http", "https") or url.userinfo or not url.host:
            raise Refused


def _address(link: str) -> httpx.URL:
    """The address that a link names; links are often given without their scheme."""
    try:
        return httpx.URL(link if "://" in link else f"https://{link}")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise _failed(NOT_PUBLIC) from error


def _target(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _header(response: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == name), "")


def _name(response: httpcore.Response) -> str:
    if response.status != 200:
        raise _failed(Reason("the server answers %(status)s", {"status": str(response.status)}))
    if (encoding := _header(response, b"content-encoding").strip().lower()) not in ("", "identity"):
        raise _failed(Reason("the server packs it (%(encoding)s)", {"encoding": encoding}))
    media_type = _header(response, b"content-type").partition(";")[0].strip().lower()
    if media_type not in ENDINGS:
        raise _failed(Reason("it is no text (%(kind)s)", {"kind": media_type}) if media_type else Reason("it is no text"))
    return ENDINGS[media_type]


async def _content(response: httpcore.Response) -> bytes:
    pieces, size = [], 0
    async for piece in response.aiter_stream():
        pieces.append(piece)
        if (size := size + len(piece)) > MOST_BYTES:
            raise _failed(Reason("it has more than %(number)s bytes", {"number": f"{MOST_BYTES:,}"}))
    return b"".join(pieces)


def _failed(why: Reason) -> InvalidInput:
    return InvalidInput("text", NOT_OPENED.of(why=why))
