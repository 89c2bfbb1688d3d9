"""The guide: served where it was built, told where it was not, and without a way out of its folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.app import Parts, create_app
from service.pages.rendering import FOLDER
from service.settings import SettingsInvalid, read_settings

Client = TestClient[Litestar]


def served_from(parts: Parts, folder: str) -> Iterator[Client]:
    app = create_app(msgspec.structs.replace(parts, settings=msgspec.structs.replace(parts.settings, guide=folder)))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "guide"
    (folder / "how-to").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>Rebut</h1>", "utf-8")
    (folder / "how-to" / "load.html").write_text("<h1>Load</h1>", "utf-8")
    return folder


@pytest.fixture
def built(parts: Parts, folder: Path) -> Iterator[Client]:
    yield from served_from(parts, str(folder))


@pytest.fixture
def missing(parts: Parts) -> Iterator[Client]:
    yield from served_from(parts, "")


@pytest.mark.parametrize("path", ["/guide", "/guide/"])
def test_its_address_leads_to_the_first_page(built: Client, path: str) -> None:
    response = built.get(path)
    assert (response.status_code, response.url.path, response.text) == (200, "/guide/index.html", "<h1>Rebut</h1>")


def test_pages_let_in_nothing_from_another_host(built: Client) -> None:
    response = built.get("/guide/how-to/load.html")
    assert response.text == "<h1>Load</h1>"
    assert response.headers["content-type"].startswith("text/html")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy


@pytest.mark.parametrize("name", ["gone.html", "how-to", "../secret", "%2e%2e/secret", "%00", "a" * 300])
def test_what_is_not_there_is_a_page_that_says_so(built: Client, folder: Path, name: str) -> None:
    (folder.parent / "secret").write_text("secret", "utf-8")
    response = built.get(f"/guide/{name}")
    assert response.status_code == 404
    assert "There is no such page" in response.text or "/guide" not in str(response.url)
    assert str(folder) not in response.text


@pytest.mark.parametrize("path", ["/guide", "/guide/", "/guide/how-to/load.html"])
def test_without_one_the_page_tells_how_to_get_it(missing: Client, path: str) -> None:
    response = missing.get(path)
    assert response.status_code == 404
    assert "make docs" in response.text
    assert "REBUT_GUIDE" in response.text


def test_every_page_leads_to_it_where_it_is(built: Client, missing: Client) -> None:
    assert 'href="/guide"' in built.get("/").text
    assert 'href="/guide"' not in missing.get("/").text


def test_a_folder_that_holds_none_stops_the_start(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"REBUT_GUIDE=.* holds no index.html"):
        read_settings({"REBUT_GUIDE": str(tmp_path)})
    assert read_settings({"REBUT_GUIDE": str(folder)}).guide_folder == folder
    assert read_settings({"REBUT_GUIDE": ""}).guide_folder is None


def test_it_is_built_among_the_package_s_files() -> None:
    assert read_settings({}).guide == str(FOLDER / "site")
