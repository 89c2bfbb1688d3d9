"""Real sockets against the real server: what clients send before anybody knows what they want."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

import pytest
from litestar.types import Receive, Scope, Send

from service.server import LARGEST_HEAD, LONGEST_URL, MOST_HEADERS, server_of
from service.settings import Settings

POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with how many bytes came."""
    if scope["type"] != "http":
        return
    length, more = 0, True
    while more:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            return
        length, more = length + len(message["body"]), message.get("more_body", False)
    told = str(length).encode()
    headers = [(b"content-length", str(len(told)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})  # type: ignore[typeddict-item]
    await send({"type": "http.response.body", "body": told, "more_body": False})


@contextmanager
def serving(**settings: Any) -> Iterator[int]:
    """Serve with settings; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = server_of(echo, Settings(**settings), "127.0.0.1", 0)  # type: ignore[arg-type]
        server.config.lifespan = "off"
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive()


def connected(port: int) -> closing[socket.socket]:
    return closing(socket.create_connection(("127.0.0.1", port), timeout=20))


def answer(client: socket.socket) -> tuple[int, bytes]:
    """The status and body of all that the server says until it closes the connection or has said what it announced."""
    told = b""
    while part := client.recv(65_536):
        told += part
        head, _, body = told.partition(b"\r\n\r\n")
        lengths = [int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
        if lengths and len(body) >= lengths[0]:
            return int(told.split()[1]), body
    return 0, told


def test_what_is_within_bounds_is_answered_on_one_connection() -> None:
    with serving() as port, connected(port) as client:
        for length in (0, 10, 100_000):
            client.sendall(POST % length + b"x" * length)
            assert answer(client) == (200, str(length).encode())


@pytest.mark.parametrize(
    ("sent", "status", "name"),
    [
        (b"GET /" + b"a" * LONGEST_URL + b" HTTP/1.1\r\n\r\n", 414, "address-too-long"),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * (MOST_HEADERS + 1) + b"\r\n", 431, "headers-too-large"),
        (b"GET / HTTP/1.1\r\na: " + b"b" * LARGEST_HEAD + b"\r\n\r\n", 431, "headers-too-large"),
        (b"GET / HTTP/1.1\r\na: " + b"b" * LARGEST_HEAD, 431, "headers-too-large"),
        (b"what?\r\n\r\n", 400, "invalid-request"),
    ],
    ids=["address", "many headers", "large header", "header without end", "no HTTP"],
)
def test_what_is_too_much_is_a_problem(sent: bytes, status: int, name: str) -> None:
    with serving() as port, connected(port) as client:
        client.sendall(sent)
        told, body = answer(client)
        assert (told, json.loads(body)["type"]) == (status, f"urn:rebut:problem:{name}")


def test_headers_without_end_take_no_memory() -> None:
    with serving() as port, connected(port) as client:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        client.sendall(b"GET / HTTP/1.1\r\n")
        with suppress(OSError):  # the server hangs up in the end
            for _ in range(5_000):
                client.sendall(b"a: b\r\n" * 10_000)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert after - before < 50_000, "KiB"


@pytest.mark.parametrize("sent", [b"GET / HT", POST % 100 + b"half"], ids=["head", "body"])
def test_what_comes_too_slowly_is_a_problem(sent: bytes) -> None:
    with serving(read_seconds=0.2) as port, connected(port) as client:
        client.sendall(sent)
        status, body = answer(client)
        assert (status, json.loads(body)["type"]) == (408, "urn:rebut:problem:request-too-slow")


def test_the_server_stops_while_it_waits_for_who_was_too_slow_to_hang_up() -> None:
    """It stops before the client hangs up; an exception in its thread fails the test, too."""
    with socket.socket() as client, serving(read_seconds=0.2) as port:
        client.settimeout(20)
        client.connect(("127.0.0.1", port))
        client.sendall(POST % 100 + b"half")
        assert answer(client)[0] == 408


def test_who_sends_nothing_is_hung_up_on() -> None:
    with serving(read_seconds=0.2) as port, connected(port) as client:
        assert answer(client) == (0, b"")


def test_waiting_connections_make_room_for_those_that_ask() -> None:
    with serving(max_connections=3) as port:
        idle = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(10)]
        with connected(port) as client:
            client.sendall(GET)
            assert answer(client) == (200, b"0")
        for one in idle:
            one.close()


def test_where_all_connections_are_at_work_another_is_told_so() -> None:
    with serving(max_connections=2) as port, connected(port) as first, connected(port) as second:
        for one in (first, second):
            one.sendall(POST[:-2] % 10 + b"Expect: 100-continue\r\n\r\n")
            assert one.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"  # now it is at work
            one.sendall(b"half")
        with connected(port) as third:
            status, body = answer(third)
        assert (status, json.loads(body)["type"]) == (503, "urn:rebut:problem:too-many-connections")
        first.sendall(b"whole!")
        assert answer(first) == (200, b"10")


def test_bodies_that_are_not_answered_yet_have_room_for_so_many_bytes_together() -> None:
    with serving(max_body_bytes=1_000) as port, connected(port) as first, connected(port) as second:
        first.sendall(POST % 9_000 + b"x" * 8_000)
        second.sendall(POST % 9_000 + b"x" * 8_000)
        status, body = answer(second)
        assert (status, json.loads(body)["type"]) == (503, "urn:rebut:problem:too-many-bodies")
        first.sendall(b"x" * 1_000)
        assert answer(first) == (200, b"9000")
        with connected(port) as third:
            third.sendall(POST % 9_000 + b"x" * 9_000)
            assert answer(third) == (200, b"9000")


SERVE = """
import sys
from service.server import server_of
from service.settings import Settings
from tests.service.test_server import echo
server = server_of(echo, Settings(shutdown_seconds=20), "127.0.0.1", int(sys.argv[1]))
server.config.lifespan = "off"
server.run()
"""


@pytest.mark.parametrize("sent", [b"", b"GET / HT", POST % 100 + b"half"], ids=["nothing", "head", "body"])
def test_a_request_that_is_half_sent_is_not_waited_for(sent: bytes) -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen([sys.executable, "-c", SERVE, str(port)]) as server:
        client = first_connection(port)
        client.sendall(GET)
        assert answer(client) == (200, b"0")
        client.sendall(sent)
        with connected(port) as other:  # answered after what was sent before is read
            other.sendall(GET)
            answer(other)
        server.send_signal(signal.SIGTERM)
        server.wait(10)
        client.close()


def first_connection(port: int) -> socket.socket:
    deadline = time.monotonic() + 60
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=20)
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            os.sched_yield()


FEW_FILES = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (150, int(sys.argv[1])))
from service.server import fitting
print(fitting(1_000), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(("hard", "connections", "soft"), [(300, 200, 300), (4_000, 1_000, 1_100)])
def test_connections_fit_into_the_file_descriptors_that_there_are(hard: int, connections: int, soft: int) -> None:
    told = subprocess.run([sys.executable, "-c", FEW_FILES, str(hard)], capture_output=True, text=True, check=True).stdout
    assert told.splitlines()[-1] == f"{connections} {soft}"
    assert ("too few file descriptors" in told) is (hard == 300)
