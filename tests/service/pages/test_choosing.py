"""Pages are in the reader's language: the browser's, or the one that was chosen."""

from __future__ import annotations

import re

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from lxml import html

from service.app import Parts, create_app
from service.integrations.links import Links
from service.settings import Settings
from tests.conftest import fake_parts
from tests.service.integrations.test_links import site
from tests.service.pages.test_pages import DENIAL, DOCUMENT, REPEATED, said

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


def switched(client: Client, page: html.HtmlElement, language: str, status: int = 200) -> html.HtmlElement:
    """The page to which the switch of a page leads a browser without scripts."""
    button = page.cssselect(f".languages [value={language}]")[0]
    form = page.cssselect(f"form#{button.get('form')}")[0] if button.get("form") else button.getparent()
    sent = {**dict(form.form_values()), "language": language}
    response = client.post(button.get("formaction") or form.get("action"), data=sent)
    assert response.status_code == status, response.text
    shown = html.document_fromstring(response.text)
    assert shown.get("lang") == language
    return shown


@pytest.mark.parametrize(("text", "mode"), [(REPEATED, "auto"), (DOCUMENT, "auto"), (DOCUMENT, "claim"), (DENIAL, "text")])
def test_what_stood_in_the_box_is_asked_again_in_the_language_that_is_chosen(client: Client, text: str, mode: str) -> None:
    page = html.document_fromstring(client.post("/", data={"text": text, "mode": mode}).text)
    german = switched(client, page, "de")
    assert said(german, "#answer h2") != said(page, "#answer h2")
    assert said(german, "a.statement") == said(page, "a.statement") != []
    assert said(german, "#text, #your-text, .text") == [
        *said(page, "#text"),
        *(["Ihr Text"] if page.cssselect(".text") else []),
        *said(page, ".text"),
    ]
    assert german.cssselect("[name=mode][checked]")[0].get("value") == mode
    assert said(switched(client, german, "en"), "#answer h2") == said(page, "#answer h2")


@pytest.mark.parametrize(("text", "status"), [("x" * 5_001 + " and more of it", 400), ("https://example.org/story", 200)])
def test_what_cannot_be_answered_stays_in_the_box(settings: Settings, text: str, status: int) -> None:
    with TestClient(create_app(fake_parts(msgspec.structs.replace(settings, open_links="off")))) as client:
        page = html.document_fromstring(client.post("/", data={"text": text, "mode": "claim"}).text)
        german = switched(client, page, "de", status)
        assert said(german, "#text") == [text]
        assert said(german, "#answer h2") != said(page, "#answer h2")


def test_what_stood_in_a_file_is_asked_again_without_the_file(client: Client) -> None:
    page = html.document_fromstring(client.post("/file", files={"file": ("river.txt", DOCUMENT.encode())}).text)
    german = switched(client, page, "de")
    assert said(german, "#your-text bdi") == ["river.txt"]
    for selector in (".text", "a.statement", "#text"):
        assert said(german, selector) == said(page, selector)
    assert german.cssselect("#passing [name=title]")[0].get("value") == "river.txt"
    assert said(switched(client, german, "en"), "#answer h2") == said(page, "#answer h2")


def test_a_page_that_was_opened_is_opened_again_whatever_a_form_says_of_it(parts: Parts) -> None:
    with site() as server, TestClient(create_app(parts, links=Links(lambda _: True, (server.server_port,)))) as client:
        link = f"http://127.0.0.1:{server.server_port}/story"
        german = switched(client, html.document_fromstring(client.post("/", data={"text": link}).text), "de")
        assert said(german, "#text") == [link]
        assert said(german, ".text mark") == ["North is massing troops near the river."]
        forged = client.post("/", data={"text": "South bought forty tanks in March 2023.", "origin": link, "mode": "text"})
        assert said(html.document_fromstring(forged.text), ".text mark") == ["North is massing troops near the river."]


@pytest.mark.parametrize("asked", [{"text": REPEATED}, {"text": DOCUMENT, "keep": "sentences"}])
def test_a_kept_answer_stays_compared(client: Client, asked: dict[str, str]) -> None:
    kept = client.post("/answers/texts" if "keep" in asked else "/answers", data=asked).text
    path = re.search("/answers/[0-9a-f]{32}", kept)[0]
    page = html.document_fromstring(client.post(f"{path}/compare", data={"text": asked["text"]}).text)
    german = switched(client, page, "de")
    assert said(german, "[role=status]")[0].startswith("Ja: ")
    assert said(german, "#text") == said(page, "#text")
    assert (
        said(switched(client, html.document_fromstring(client.get(path).text), "fr"), "form[action$=compare] [role=status]") == []
    )


def test_a_secret_that_is_told_once_is_not_lost_by_a_choice(client: Client) -> None:
    page = html.document_fromstring(client.post("/answers", data={"text": REPEATED}).text)
    assert page.cssselect("#kept code")
    assert not page.cssselect(".languages")


@pytest.mark.parametrize(
    "again", ["/answers", "/desk", "//evil.example", "https://evil.example", "/answers/texts", "/answers/x/compare"]
)
def test_only_what_asks_is_sent_again(client: Client, again: str) -> None:
    sent = {"language": "uk", "back": "/coverage", "text": REPEATED}
    response = client.post("/language", params={"again": again}, data=sent, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, "/coverage")
