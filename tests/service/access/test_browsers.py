"""What browsers, proxies and caches are told and believed: hosts, origins, headers, addresses."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.app import create_app
from service.server import server_of
from service.settings import Settings, SettingsInvalid, read_settings
from tests.conftest import fake_parts

Client = TestClient[Litestar]
FEED = "/v1/claimreview/feed"


@contextmanager
def client_of(settings: Settings, **changed: Any) -> Iterator[Client]:
    client: Client
    with TestClient(create_app(fake_parts(msgspec.structs.replace(settings, **changed))), raise_server_exceptions=False) as client:
        yield client


PUBLISHED = (FEED, "/v1/statements/north-masses-troops/claimreview", "/v1alpha1/claims:search?query=troops")


@pytest.mark.parametrize("path", [*PUBLISHED, "/statements/north-masses-troops"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:81", "127.0.0.1.evil.example", "localhost"])
def test_the_host_header_reaches_no_address_that_is_published(client: Client, path: str, host: str) -> None:
    usual = client.get(path)
    other = client.get(path, headers={"host": host, "x-forwarded-host": host, "forwarded": f"host={host}"})
    assert usual.status_code == other.status_code == 200
    assert host not in other.text
    assert other.text == usual.text
    assert other.headers.get("etag") == usual.headers.get("etag")


def test_a_host_that_the_settings_name_does(settings: Settings) -> None:
    with client_of(settings, hosts="Facts.example, other.example,[::1]") as client:
        for host in ("facts.example:81", "FACTS.example", "other.example", "[::1]:8000"):
            response = client.get(FEED, headers={"host": host})
            assert response.status_code == 200
            assert f"http://{host}/statements/north-masses-troops#north-only-exercises".lower() in response.text.lower()


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "facts.example.evil.example",
        "127.0.0.1",
        "facts.example@evil.example",
        "evil.example@facts.example",
        "facts.example/evil.example",
        "facts.example?evil.example",
        "[",
        "",
    ],
)
def test_requests_for_other_hosts_are_refused(settings: Settings, host: str) -> None:
    with client_of(settings, hosts="facts.example") as client:
        for path in ("/v1/sources", "/", "/v1/keys"):
            response = client.get(path, headers={"host": host})
            assert response.status_code in (400, 421), path
            assert "evil" not in response.text
        assert client.get("/v1/sources", headers={"host": "facts.example"}).status_code == 200
        assert client.get("/health/ready", headers={"host": "127.0.0.1:8000"}).status_code == 200  # a probe by address


def test_every_answer_has_the_headers(client: Client) -> None:
    for path in ("/v1/sources", "/v1/nowhere", "/nowhere", "/v1/statements/x", "/health/live", "/metrics", "/docs/openapi.json"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "strict-transport-security" not in headers
    for path in ("/", "/statements", "/statements/nowhere"):
        policy = client.get(path).headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy


def test_the_documentation_page_may_run_its_own_script_only(client: Client) -> None:
    page = client.get("/docs")
    assert "script-src 'self' 'unsafe-inline'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "http" not in page.headers["content-security-policy"]


def test_https_only_is_told_over_https(settings: Settings) -> None:
    with client_of(settings, hsts_seconds=86_400) as client:
        assert "strict-transport-security" not in client.get("/v1/sources").headers
        told = client.get("https://testserver.local/v1/sources").headers["strict-transport-security"]
        assert told == "max-age=86400"


def test_no_other_pages_script_reads_anything_unless_the_settings_say_so(client: Client) -> None:
    told = client.get("/v1/sources", headers={"origin": "https://desk.example"})
    assert not [name for name in told.headers if name.startswith("access-control-")]
    asked = {"origin": "https://desk.example", "access-control-request-method": "POST"}
    preflight = client.options("/v1/claims/check", headers=asked)
    assert "access-control-allow-origin" not in preflight.headers


def test_the_origins_that_the_settings_name_may(settings: Settings) -> None:
    with client_of(settings, cors_origins="https://desk.example, http://localhost:3000", access="keyed") as client:
        asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,revocation-token"}
        preflight = client.options("/v1/claims/check", headers={"origin": "https://desk.example", **asked})
        assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, "https://desk.example")
        assert "access-control-allow-credentials" not in preflight.headers
        refused = client.get("/v1/sources", headers={"origin": "https://desk.example"})
        assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "https://desk.example")
        assert "retry-after" in refused.headers["access-control-expose-headers"].lower()
        for origin in ("https://evil.example", "https://desk.example.evil.example", "https://xdesk.example", "null"):
            assert "access-control-allow-origin" not in client.get("/v1/sources", headers={"origin": origin}).headers
            assert client.options("/v1/claims/check", headers={"origin": origin, **asked}).status_code == 400
    with client_of(settings, cors_origins="*") as client:
        assert client.get("/v1/sources", headers={"origin": "https://any.example"}).headers["access-control-allow-origin"] == "*"


@contextmanager
def really_served(settings: Settings) -> Iterator[str]:
    """By the server that `rebut serve` runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = server_of(create_app(fake_parts(settings)), settings, "127.0.0.1", 0)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)


def statuses(address: str, forwarded: list[str]) -> list[int]:
    """The answers to requests that came by way of these addresses."""
    with httpx.Client(base_url=address, timeout=30) as client:
        return [client.get("/v1/sources", headers={"x-forwarded-for": value}).status_code for value in forwarded]


def test_nobody_is_believed_who_the_client_is_unless_the_settings_name_him(settings: Settings) -> None:
    with really_served(msgspec.structs.replace(settings, address_requests_per_minute=2)) as address:
        assert statuses(address, ["192.0.2.1", "192.0.2.2", "192.0.2.3"]) == [200, 200, 429]


def test_a_proxy_that_the_settings_name_is(settings: Settings) -> None:
    named = msgspec.structs.replace(settings, address_requests_per_minute=1, proxies="127.0.0.0/8, 10.0.0.1")
    with really_served(named) as address:
        assert statuses(address, ["192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.2"]) == [200, 200, 429, 429]
        # what a client itself claims stands before what the proxy saw, and is passed over
        assert statuses(address, ["198.51.100.1, 192.0.2.1", "10.0.0.1, 192.0.2.2", "192.0.2.3, 10.0.0.1"]) == [429, 429, 200]
        assert statuses(address, ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"]) == [200, 429, 200]


def test_published_addresses_are_where_the_service_listens(settings: Settings) -> None:
    with really_served(settings) as address:
        feed = httpx.get(f"{address}{FEED}", headers={"host": "evil.example", "x-forwarded-proto": "https"}, timeout=30).text
    assert f'"{address}/statements/north-masses-troops#north-only-exercises"' in feed
    assert "evil" not in feed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REBUT_ACCESS", "closed"),
        ("REBUT_HOSTS", "https://facts.example"),
        ("REBUT_HOSTS", "*"),
        ("REBUT_PROXIES", "proxy.example"),
        ("REBUT_PROXIES", "10.0.0.1/8"),
        ("REBUT_PROXIES", "*"),
        ("REBUT_CORS_ORIGINS", "desk.example"),
        ("REBUT_CORS_ORIGINS", "https://*.example"),
        ("REBUT_CORS_ORIGINS", "https://desk.example/"),
        ("REBUT_HSTS_SECONDS", "-1"),
        ("REBUT_KEY_REQUESTS_PER_MINUTE", "-1"),
        ("REBUT_ADDRESS_CLAIMS_PER_MINUTE", "many"),
    ],
)
def test_a_setting_that_would_open_a_door_unseen_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        read_settings({name: value})


def test_lists_may_have_spaces() -> None:
    read = read_settings({"REBUT_HOSTS": "a.example, b.example", "REBUT_PROXIES": "10.0.0.0/8, ::1", "REBUT_CORS_ORIGINS": "*"})
    assert (read.hosts, read.proxies) == ("a.example, b.example", "10.0.0.0/8, ::1")
