"""Pages are in the reader's language: the browser's, or the one that was chosen."""

from __future__ import annotations

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from lxml import html

Client = TestClient[Litestar]
FORM = {"content-type": "application/x-www-form-urlencoded"}
PLACES = ["/", "/statements", "/statements/north-masses-troops", "/coverage", "/nowhere", "/answers/" + 32 * "0"]


def root(client: Client, path: str, accepted: str = "") -> html.HtmlElement:
    """A page's element `html`, in the language that a browser wants."""
    return html.document_fromstring(client.get(path, headers={"accept-language": accepted, "accept": "text/html"}).text)


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize(
    ("accepted", "language", "direction"),
    [
        ("uk", "uk", "ltr"),
        ("ar-EG,ar;q=0.9,en;q=0.8", "ar", "rtl"),
        ("fi, de-AT;q=0.7, fr;q=0.9", "fr", "ltr"),
        ("de;q=0, fr;q=nonsense, *;q=0.1", "en", "ltr"),
        ("zh", "en", "ltr"),
        ("RU", "ru", "ltr"),
        ("zh, Ar-EG;Q=0.5, DE-de;q=0.9", "de", "ltr"),
        ("", "en", "ltr"),
        (";;,=,;q=,-,ar" + "\t" * 9, "ar", "rtl"),
    ],
)
def test_a_page_is_in_the_first_of_the_browsers_languages(
    reading_client: Client, path: str, accepted: str, language: str, direction: str
) -> None:
    page = root(reading_client, path, accepted)
    assert (page.get("lang"), page.get("dir")) == (language, direction)
    assert page.cssselect(".languages [aria-current]")[0].get("value") == language


@pytest.mark.parametrize("path", PLACES)
def test_caches_keep_a_page_for_each_language(reading_client: Client, path: str) -> None:
    vary = reading_client.get(path, headers={"accept": "text/html"}).headers["vary"]
    assert {"Accept-Language", "Cookie"} <= set(re.split(r",\s*", vary))


def test_a_choice_stays_and_leads_back(reading_client: Client) -> None:
    sent = {"language": "be", "back": "/statements?q=troops&page=1"}
    response = reading_client.post("/language", data=sent, headers={"accept-language": "de"}, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, sent["back"])
    assert "HttpOnly" in response.headers["set-cookie"]
    assert root(reading_client, "/coverage", "de").get("lang") == "be"
    assert root(reading_client, "/nowhere", "de").get("lang") == "be"
    reading_client.cookies.set("language", "../../etc")
    assert root(reading_client, "/", "de").get("lang") == "de"


@pytest.mark.parametrize(
    "back", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", "/\r\nx: y", "/" + "a" * 3_000]
)
def test_a_choice_leads_to_no_other_host(reading_client: Client, back: str) -> None:
    response = reading_client.post("/language", data={"language": "uk", "back": back}, follow_redirects=False)
    assert response.headers["location"] == "/"


def test_only_a_language_that_there_is_can_be_chosen(reading_client: Client) -> None:
    response = reading_client.post("/language", data={"language": "xx"})
    assert response.status_code == 400
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("path", ["/v1/statements/nothing", "/v1/nowhere"])
def test_problems_of_the_api_stay_english(reading_client: Client, path: str) -> None:
    response = reading_client.get(path, headers={"accept-language": "uk"})
    assert response.json()["title"] in ("No such record", "No such path")
