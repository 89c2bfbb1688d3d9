"""The guide in a real Chromium, as the service serves it: its search works, it fits a phone, and it asks no other host."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from service.app import create_app
from service.settings import Settings
from tests.browser.conftest import CHROMIUM
from tests.browser.test_page import WIDTH
from tests.conftest import fake_parts
from tests.serving import served
from tests.test_guide import build

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed: the guide is not tested in a browser"),
]
PAGES = ("index", "tutorial", "measured", "why/architecture", "reference/settings", "reference/routes")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    build(folder / "guide")
    with served(create_app(fake_parts(Settings(data_dir=folder, seeds="", guide=str(folder / "guide"))))) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page on a phone in the dark; in the end none may have asked another host or complained on its console."""
    asked: list[str] = []
    complaints: list[str] = []
    page = browser.new_page(base_url=address, viewport={"width": WIDTH, "height": 800}, color_scheme="dark")
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {urlsplit(address).netloc}
    assert complaints == []


def test_its_search_finds_pages_without_another_host(page: Page) -> None:
    page.goto("/guide")
    page.locator("label[for=__search]").first.click()
    page.get_by_role("textbox", name="Search").press_sequentially("threshold")  # it listens to keys
    expect(page.locator(".md-search-result__item").first).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("name", PAGES)
def test_pages_fit_a_phone(page: Page, name: str) -> None:
    page.goto(f"/guide/{name}.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert page.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")
