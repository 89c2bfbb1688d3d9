"""Fetching what `rebut load` is given by address, from a real server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import InvalidRecord
from service.integrations import fetch
from service.integrations.fetch import fetched
from tests.serving import served_files


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "feed.json").write_text("[1]")
    (folder / "page.html").write_text("<p>")
    (folder / "data").write_text("{}")
    (folder / "large.json").write_bytes(b" " * 5000)
    with served_files(folder) as address:
        yield address


def get(url: str) -> tuple[str, str]:
    """The ending and the content of what an address gives."""
    with fetched([url], lambda *_: None) as found:
        return found[url].path.suffix, found[url].path.read_text()


def test_addresses_and_files(address: str, tmp_path: Path) -> None:
    assert get(f"{address}/feed.json") == (".json", "[1]")
    assert get(f"{address}/page.html?x=1") == (".html", "<p>")
    assert get(f"{address}/data") == ("", "{}")
    own = tmp_path / "served" / "feed.json"
    with fetched([own, f"{address}/data"], lambda *_: None) as found:
        assert list(found) == [str(own), f"{address}/data"]
        assert found[str(own)] == (own, None)
        copy, site = found[f"{address}/data"]
        assert site == "127.0.0.1"
    assert not copy.exists()


def test_redirects(address: str) -> None:
    assert get(f"{address}/to/{address}/feed.json") == (".json", "[1]")
    with pytest.raises(InvalidRecord, match="cannot be fetched"):
        get(f"{address}/to/file:///etc/passwd")
    loop = f"{address}/to/" * 10
    with pytest.raises(InvalidRecord, match="redirects"):
        get(f"{loop}{address}/feed.json")


def test_what_cannot_be_fetched_is_told(address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for url, reason in (
        (f"{address}/missing.json", "404"),
        (f"http://127.0.0.1:{port}/", "cannot be fetched"),
        ("http://", "cannot be fetched"),
        ("http://[::1", "cannot be fetched"),
        ("https://127.0.0.1:999999/", "cannot be fetched"),
    ):
        with pytest.raises(InvalidRecord, match=reason):
            get(url)


def test_size_and_time_are_bounded(address: str) -> None:
    with pytest.raises(InvalidRecord, match="larger than 4,999 bytes"), fetched([f"{address}/large.json"], print, most_bytes=4_999):
        pass
    with pytest.raises(InvalidRecord, match="takes too long"), fetched([f"{address}/large.json"], print, most_seconds=0):
        pass
    with fetched([f"{address}/large.json"], print, most_bytes=5_000) as found:
        assert len(found) == 1
    assert fetch.MOST_BYTES == 1_000_000_000
