"""Addresses that strangers give: what is opened, and above all what is not."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from index.errors import InvalidInput
from service.integrations.links import MOST_BYTES, Address, Linked, Links, is_public

PAGE = b"<html><body><p>North is massing troops near the river.</p></body></html>"


class Site(BaseHTTPRequestHandler):
    """A web server with pages of all sorts, told by the path."""

    asked: list[str]

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        kinds = {"/picture": "image/png", "/pdf": "application/pdf", "/none": ""}
        self.send_response(404 if self.path == "/gone" else 200)
        if kind := kinds.get(self.path, "text/html; charset=utf-8"):
            self.send_header("content-type", kind)
        if self.path == "/packed":
            self.send_header("content-encoding", "gzip")
        self.end_headers()
        body = {"/packed": gzip.compress(PAGE), "/endless": b"x" * (MOST_BYTES + 1)}.get(self.path, PAGE)
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@contextmanager
def site() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.asked = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(10)


def opened(server: ThreadingHTTPServer, path: str, allowed: bool = True, names: dict[str, list[str]] | None = None) -> Linked:
    """What a link gives where this server is a public one."""

    async def look_up(host: str, port: int) -> list[Address]:
        return [ipaddress.ip_address(one) for one in (names or {}).get(host, [host])]

    async def open_it() -> Linked:
        links = Links(lambda address: allowed or is_public(address), (server.server_port,), look_up)
        return await links.open(path if path.startswith("http") else f"http://127.0.0.1:{server.server_port}{path}")

    return asyncio.run(open_it())


def test_a_page_is_read_where_redirects_lead() -> None:
    with site() as server:
        assert opened(server, "/page") == Linked("page.html", PAGE)
        assert opened(server, "/to//to//page").content == PAGE
        assert opened(server, f"/to/http://127.0.0.1:{server.server_port}/pdf").name == "page.pdf"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/picture", "no text (image/png)"),
        ("/none", "it is no text."),
        ("/gone", "answers 404"),
        ("/packed", "packs it (gzip)"),
        ("/endless", "5,000,000 bytes"),
        ("/to/" * 7 + "/page", "leads on more than 5 times"),
        ("/to/file:///etc/passwd", "no address of a public web page"),
        ("/to/ftp://127.0.0.1/x", "no address of a public web page"),
        ("/to/http://me:secret@127.0.0.1/", "no address of a public web page"),
        ("/to/http://[", "no address of a public web page"),
        ("/to/http://127.0.0.1:22/", "no address of a public web page"),
    ],
)
def test_what_is_not_read_is_told(path: str, why: str) -> None:
    with site() as server, pytest.raises(InvalidInput) as told:
        opened(server, path)
    assert why in str(told.value)
    assert "secret" not in str(told.value)


def test_no_private_host_is_asked_whatever_its_name() -> None:
    names = {"public.example": ["127.0.0.1"], "both.example": ["93.184.215.14", "127.0.0.1"], "nothing.example": []}
    with site() as server:
        hosts = ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254", "[64:ff9b::7f00:1]", "0.0.0.0", *names]
        for host in hosts:
            with pytest.raises(InvalidInput, match="no address of a public web page"):
                opened(server, f"http://{host}:{server.server_port}/page", allowed=False, names=names | {"::1": ["::1"]})
        assert server.asked == []  # type: ignore[attr-defined]


def test_a_name_is_looked_up_once_for_a_connection_and_what_was_allowed_is_what_is_asked() -> None:
    answers = iter([["127.0.0.1"], ["10.1.2.3"]])

    async def turning(host: str, port: int) -> list[Address]:
        return [ipaddress.ip_address(one) for one in next(answers)]

    with site() as server:
        allowed = ipaddress.ip_address("127.0.0.1")
        links = Links(lambda address: address == allowed, (server.server_port,), turning)
        there = f"http://turning.example:{server.server_port}"
        with pytest.raises(InvalidInput, match="no address of a public web page"):
            asyncio.run(links.open(f"{there}/to/{there}/page"))
        assert len(server.asked) == 1  # type: ignore[attr-defined]


NOT_PUBLIC = """
127.0.0.1 10.0.0.1 172.16.0.1 192.168.0.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255
:: ::1 fe80::1 fc00::1 ff02::1 ::ffff:10.0.0.1 64:ff9b::a00:1 2002:a00:1:: 2001:0:a00:1:: 2001:db8::1
::127.0.0.1 ::ffff:0:127.0.0.1 fec0::1 3fff::1 5f00::1 4000::1 192.0.0.192 192.88.99.1 168.63.129.16
"""


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_what_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_what_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_a_server_that_never_answers_is_given_up() -> None:
    async def never(host: str, port: int) -> list[Address]:
        raise TimeoutError

    with pytest.raises(InvalidInput, match="more than 10 seconds"):
        asyncio.run(Links(look_up=never).open("https://slow.example/"))
