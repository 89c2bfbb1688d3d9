"""The pages in a real Chromium: with keys alone, on a phone, in the dark, without JavaScript, and under axe-core's eyes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect

from index.models.encoders import Encoders
from service.app import assemble, create_app
from service.settings import BUNDLED_SEEDS, Settings
from tests.browser.conftest import CHROMIUM
from tests.fakes import CONFIDENCE, WordEncoder, WordRelations
from tests.serving import served

EXPECTED = ("Failed to load resource", "htmx:sendError", "htmx:afterRequest", "Autofocus processing was blocked")
"""What Chromium and htmx write on the console where a test wants an error, and that autofocus is left to htmx after a skip link."""

CLAIM = "Ukraine is massing troops near the Belarusian border in the Zhytomyr region"
DENIED = "Ukraine is not massing troops near the Belarusian border in the Zhytomyr region"
ARABIC = "النائب الأوكراني أوليه دوندا يدعو إلى توسيع الحرب لتشمل بيلاروسيا"
DOCUMENT = f"Bananas are a yellow fruit, he said. {CLAIM}. The weather was good.\n\n{DENIED}."
NOTHING = "Bananas are a yellow fruit"
STATEMENT = "/statements/ukraine-troops-zhytomyr-border"
WIDTH = 360

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed: pages are not tested in a browser"),
]

NewPage = Callable[..., Page]

SLOW = 4
"""How many times slower a telephone is."""
PAINTED_S = 0.3
"""What it may take to show an answer there."""
ASK_AND_PAINT = """claim => new Promise((done) => {
    const painted = () => requestAnimationFrame(() => setTimeout(done));
    document.getElementById("answer").addEventListener("htmx:afterSettle", painted, { once: true });
    document.getElementById("text").value = claim;
    document.querySelector("form.box").requestSubmit();
})"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("pages"), seeds=str(BUNDLED_SEEDS), relation="on")
    parts = assemble(settings, Encoders(WordEncoder("all-MiniLM-L6-v2")), relation_model=WordRelations(), confidence=CONFIDENCE)
    with served(create_app(parts)) as address:
        yield address


@pytest.fixture
def new_page(browser: Browser, address: str) -> Iterator[NewPage]:
    """Opens pages; in the end none may have asked another host, put a claim into an address, or complained on its console."""
    asked: list[Request] = []
    complaints: list[str] = []

    def open_page(path: str = "/", **options: Any) -> Page:
        page = browser.new_context(base_url=address, **options).new_page()
        page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 (it cannot keep a built-in)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in browser.contexts:
        context.close()
    assert {urlsplit(request.url).netloc for request in asked if not request.url.startswith("data:")} == {urlsplit(address).netloc}
    sent = [unquote_plus(request.url.partition("#")[0]) for request in asked if not request.url.startswith("data:")]
    assert not [url for url in sent if any(word in url for word in ("massing", "Bananas"))]
    assert [text for text in complaints if not text.startswith(EXPECTED)] == []


def ask(page: Page, text: str) -> None:
    page.get_by_label("What was said").fill(text)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#answer .verdict h2")).to_be_visible()


def test_a_claim_is_checked_with_keys_alone(new_page: NewPage) -> None:
    page = new_page()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("What was said")).to_be_focused()
    page.keyboard.type(CLAIM)
    page.keyboard.press("Tab")
    expect(page.get_by_label("automatic")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    verdict = page.get_by_role("heading", level=2)
    expect(verdict).to_have_text("Officials have denied this")
    expect(verdict).to_be_focused()
    assert urlsplit(page.url).path == "/"
    page.keyboard.press("Tab")
    expect(page.locator("a.statement").first).to_be_focused()
    outline = "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth"
    assert page.evaluate(outline) == "solid3px"
    page.keyboard.press("Enter")
    page.wait_for_url("**/statements/*")
    page.go_back()
    expect(page.get_by_label("What was said")).to_have_value(CLAIM)


def test_differing_words_are_marked_and_the_refutation_is_said_not_to_apply(new_page: NewPage) -> None:
    page = new_page()
    ask(page, DENIED)
    expect(page.locator(".pair mark").first).to_have_text("not")
    expect(page.get_by_text("It does not apply to what you asked").first).to_be_visible()


def test_it_works_without_javascript(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    ask(page, CLAIM)
    expect(page.locator("#answer h2")).to_have_text("Officials have denied this")
    expect(page.get_by_label("What was said")).to_have_value(CLAIM)
    page.goto("/statements")
    page.get_by_role("searchbox").fill("Dunda")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".list > li").first).to_contain_text("Dunda")
    page.goto("/")
    page.locator(".examples button").first.click()
    expect(page.locator("#answer .verdict h2")).to_be_visible()


def test_a_document_leads_from_its_sentences_to_what_is_known(new_page: NewPage) -> None:
    page = new_page()
    ask(page, DOCUMENT)
    expect(page.locator("#answer h2")).to_have_text("2 of 4 sentences on record")
    expect(page.locator(".text mark")).to_have_text([f"{CLAIM}.", f"{DENIED}."])
    page.locator(".text a").first.click()
    target = page.locator(".card:target")
    expect(target).to_be_in_viewport()
    expect(target).to_contain_text("Officials have denied this")
    target.get_by_role("link", name="Show it in the text").click()
    expect(page.locator(".text a:target")).to_be_in_viewport()
    page.get_by_label("one claim").check()
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".text")).to_have_count(0)


def test_statements_are_searched_while_typing_and_narrowed(new_page: NewPage) -> None:
    page = new_page("/statements")
    expect(page.get_by_role("status")).to_have_text("1 to 25 of 49 statements")
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("status")).to_have_text("26 to 49 of 49 statements")
    page.goto("/statements")
    page.get_by_role("searchbox").press_sequentially("Dunda")
    page.wait_for_url("**q=Dunda*")
    expect(page.locator(".list > li").first).to_contain_text("Dunda")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("Dunda")
    page.goto("/statements")
    page.get_by_label("Who says it").press_sequentially("insk")
    expect(page.get_by_role("status")).to_have_text("No statement fits.")
    page.get_by_label("Who says it").fill("mins")
    expect(page.get_by_role("status")).to_have_text("7 statements")
    page.goto("/statements")
    page.get_by_text("Claimant", exact=True).click()
    page.get_by_role("navigation", name="Narrow it down").get_by_role("link", name="Minsk").click()
    expect(page.get_by_role("status")).to_have_text("5 statements")


def test_back_forward_and_reload_bring_everything_back(new_page: NewPage) -> None:
    page = new_page()
    box, verdict = page.get_by_label("What was said"), page.locator("#answer .verdict h2")
    ask(page, CLAIM)
    box.fill(NOTHING)
    box.press("Control+Enter")
    expect(verdict).to_have_text("Nothing on record matches this")
    page.go_back()
    expect(verdict).to_have_text("Officials have denied this")
    expect(box).to_have_value(CLAIM)
    page.reload()
    expect(verdict).to_have_text("Officials have denied this")
    page.locator("a.statement").first.click()
    page.wait_for_url("**/statements/*")
    page.go_back()
    expect(verdict).to_have_text("Officials have denied this")
    page.go_forward()
    page.go_back()
    page.go_forward()
    page.go_back()
    page.go_back()
    expect(page.locator(".examples")).to_have_count(0)
    page.goto("/")
    box.fill("half a sent")
    page.reload()
    expect(box).to_have_value("half a sent")
    expect(page.locator(".examples")).to_be_visible()
    other = page.context.new_page()
    other.goto("/")
    expect(other.get_by_label("What was said")).to_have_value("")


def test_an_example_is_one_click(new_page: NewPage) -> None:
    page = new_page()
    page.locator(".examples button").first.click()
    expect(page.locator("#answer .verdict h2")).to_be_focused()
    expect(page.get_by_label("What was said")).not_to_have_value("")


def test_an_answer_is_copied_saved_and_printed(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, CLAIM)
    passing = page.locator(".pass-on")
    passing.get_by_text("As Markdown").click()
    passing.get_by_role("button", name="Copy", exact=True).locator("visible=true").click()
    assert "**Officials have denied this.**" in page.evaluate("navigator.clipboard.readText()")
    passing.get_by_text("As a picture").click()
    with page.expect_download() as saved:
        passing.get_by_role("button", name="Save as PNG").click()
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as saved:
        passing.get_by_role("button", name="JSON").click()
    assert json.loads(saved.value.path().read_text("utf-8"))["verdict"]["kind"] == "officially_refuted"
    page.emulate_media(media="print")
    expect(page.locator("form.box")).to_be_hidden()
    expect(passing).to_be_hidden()
    expect(page.locator("#answer .verdict h2")).to_be_visible()


def test_a_link_is_made_opened_and_taken_back(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, CLAIM)
    page.get_by_text("As a link").click()
    page.get_by_role("button", name="Make a link").click()
    page.get_by_role("button", name="Copy the link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    page.reload()
    expect(page.locator("#kept a")).to_have_attribute("href", link)
    other = new_page(link)
    expect(other.locator("#answer h2")).to_have_text("Officials have denied this")
    other.get_by_label("The claim").fill(CLAIM)
    other.get_by_role("button", name="Compare").click()
    expect(other.get_by_role("status")).to_contain_text("Yes")
    picture(other, "permalink")
    assert Axe().run(other).violations_count == 0
    page.get_by_text("As a link").click()
    page.get_by_text("As a link").click()
    page.get_by_role("button", name="Take it back now").click()
    expect(page.get_by_text("Its link leads nowhere now")).to_be_visible()
    other.goto(link)
    expect(other.get_by_role("heading", level=1)).to_have_text("No such record")


def test_a_link_to_a_documents_answer_is_made_opened_and_taken_back(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, DOCUMENT)
    page.get_by_text("As a link").click()
    page.get_by_label("Title", exact=True).fill("The speech")
    page.get_by_label("Link", exact=True).fill("https://news.example/speech")
    page.get_by_role("button", name="Make a link").click()
    page.get_by_role("button", name="Copy the link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    page.reload()
    expect(page.locator("#answer h2")).to_have_text("2 of 4 sentences on record")
    expect(page.locator("#kept a")).to_have_attribute("href", link)
    other = new_page(link)
    expect(other.locator("#answer h2")).to_have_text("2 of 4 sentences on record")
    expect(other.get_by_role("link", name="The speech")).to_have_attribute("href", "https://news.example/speech")
    expect(other.get_by_text("Sentence 2 of 4", exact=True)).to_be_visible()
    expect(other.locator(".text")).to_have_count(0)
    picture(other, "permalink-text")
    assert Axe().run(other).violations_count == 0
    other.get_by_label("The text").fill(DOCUMENT)
    other.get_by_role("button", name="Compare").click()
    expect(other.get_by_role("status")).to_contain_text("Yes")
    expect(other.locator(".text mark")).to_have_text([f"{CLAIM}.", f"{DENIED}."])
    other.locator(".text a").first.click()
    expect(other.locator(".card:target")).to_contain_text("Officials have denied this")
    assert Axe().run(other).violations_count == 0
    page.get_by_role("button", name="Take it back now").click()
    expect(page.get_by_text("Its link leads nowhere now")).to_be_visible()
    other.goto(link)
    expect(other.get_by_role("heading", level=1)).to_have_text("No such record")


def test_a_documents_answer_is_copied_and_saved_with_keys_alone(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, DOCUMENT)
    passing = page.locator(".pass-on")
    passing.locator("summary", has_text="As Markdown").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(passing.get_by_role("button", name="Copied")).to_be_visible()
    assert "**2 of 4 sentences on record.**" in page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as saved:
        passing.get_by_role("button", name="JSON").press("Enter")
    assert json.loads(saved.value.path().read_text("utf-8"))["sentences"] == 4
    passing.locator("summary", has_text="As a link").press("Enter")
    page.get_by_label("Title", exact=True).press_sequentially("The speech")
    page.keyboard.press("Enter")
    expect(page.locator("#kept a")).to_be_visible()
    expect(page.locator("#answer h2").first).to_have_text("2 of 4 sentences on record")


def test_a_link_that_asks_again_sends_the_claim_in_no_address(new_page: NewPage) -> None:
    page = new_page(f"/#claim={quote(CLAIM)}")
    expect(page.locator("#answer h2")).to_have_text("Officials have denied this")
    expect(page.get_by_label("What was said")).to_have_value(CLAIM)
    assert urlsplit(page.url).fragment == ""


def test_pages_are_light(new_page: NewPage) -> None:
    page = new_page()
    ask(page, CLAIM)
    sizes = page.evaluate("performance.getEntries().map(entry => entry.encodedBodySize ?? 0)")
    assert 10_000 < sum(sizes) < 150_000


def test_an_answer_is_painted_at_once_on_a_slow_telephone(new_page: NewPage) -> None:
    page = new_page()
    measured = page.context.new_cdp_session(page)
    measured.send("Performance.enable", {"timeDomain": "threadTicks"})  # the page's own work, however busy the machine is

    def worked_s() -> float:
        return next(one["value"] for one in measured.send("Performance.getMetrics")["metrics"] if one["name"] == "TaskDuration")

    spent_s = []
    for claim in (CLAIM, DENIED, DOCUMENT) * 2:
        before = worked_s()
        page.evaluate(ASK_AND_PAINT, claim)
        spent_s.append(worked_s() - before)
    assert SLOW * min(spent_s) < PAINTED_S


def test_an_answer_to_another_text_is_dimmed(new_page: NewPage) -> None:
    page = new_page()
    ask(page, CLAIM)
    box, answer = page.get_by_label("What was said"), page.locator("#answer")
    expect(answer).to_have_css("opacity", "1")
    box.fill(DENIED)
    expect(answer).to_have_css("opacity", "0.5")
    page.reload()
    expect(answer).to_have_css("opacity", "0.5")
    box.fill(CLAIM)
    expect(answer).to_have_css("opacity", "1")
    ask(page, DENIED)
    expect(page.locator("#answer .verdict h2")).to_have_text("The opposite is on record")
    expect(answer).to_have_css("opacity", "1")
    page.go_back()
    expect(answer).to_have_css("opacity", "1")


@pytest.mark.parametrize("width", [320, WIDTH, 1440])
def test_nothing_of_a_picture_is_cut_off(new_page: NewPage, width: int) -> None:
    page = new_page("/coverage", viewport={"width": width, "height": 740})
    inside = """figure => {
        const { left, right, top, bottom } = figure.getBoundingClientRect();
        return [...figure.querySelectorAll("text")].every((text) => {
            const box = text.getBoundingClientRect();
            return box.left >= left && box.right <= right && box.top >= top && box.bottom <= bottom;
        }) && figure.scrollWidth <= figure.clientWidth;
    }"""
    assert page.locator("figure.years").evaluate(inside)


def test_what_is_wrong_is_said_below_the_box(new_page: NewPage) -> None:
    page = new_page()
    page.get_by_label("one claim").check()
    ask(page, "x" * 5_001)
    expect(page.locator("#answer")).to_contain_text("it has 5,001 characters, and 5,000 are allowed")
    expect(page.get_by_label("What was said")).to_have_value("x" * 5_001)


def test_an_unreachable_service_is_said(new_page: NewPage) -> None:
    page = new_page()
    page.context.set_offline(True)
    page.get_by_label("What was said").fill(CLAIM)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")


def test_hostile_text_runs_nothing(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "<img src=x onerror=\"document.title='broken in'\"><script>document.title='broken in'</script> {{7*7}}")
    ask(page, "<b hx-get='/statements' hx-trigger='load'>troops</b>. <b>Second</b> sentence \u202egnissam\u202c.")
    expect(page.locator("#answer b, #answer img")).to_have_count(0)
    assert "broken" not in page.title()


def test_arabic_is_set_from_right_to_left(new_page: NewPage) -> None:
    page = new_page()
    ask(page, ARABIC)
    for selector in ("textarea", "#answer q[lang=ar]"):
        assert page.locator(selector).first.evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert page.locator("#answer .statement").first.evaluate("element => getComputedStyle(element).direction") == "ltr"


def test_the_browser_chooses_the_language_and_a_choice_stays(new_page: NewPage) -> None:
    page = new_page(locale="uk-UA")
    expect(page.get_by_role("heading", level=1)).to_have_text("Перевірте твердження або текст")
    page.locator("#text").fill(CLAIM)
    page.get_by_role("button", name="Перевірити").click()
    verdict = page.locator("#answer .verdict h2")
    expect(verdict).to_have_text("Офіційно спростовано")
    page.get_by_text("Українська").first.click()
    page.get_by_role("button", name="Deutsch").click()
    expect(verdict).to_have_text("Offiziell dementiert")
    expect(page.locator("#text")).to_have_value(CLAIM)
    assert page.locator("html").get_attribute("lang") == "de"
    page.reload()
    expect(verdict).to_have_text("Offiziell dementiert")
    page.locator("a.statement").first.click()
    expect(page.get_by_role("heading", name="Wo es geschrieben steht")).to_be_visible()
    page.get_by_text("Deutsch").first.click()
    page.get_by_role("button", name="English").click()
    page.wait_for_url(f"**{STATEMENT}")
    expect(page.get_by_role("heading", name="Where it is written")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(verdict).to_have_text("Officials have denied this")


def choose(page: Page, name: str) -> None:
    """Choose another language in the menu."""
    page.locator(".languages summary").click()
    page.get_by_role("button", name=name).click()


def test_a_files_answer_comes_again_in_another_language_and_its_link_stays(new_page: NewPage) -> None:
    page = new_page()
    ask(page, CLAIM)
    page.get_by_text("Check a file instead").click()
    page.locator("input[type=file]").set_input_files({"name": "river.txt", "mimeType": "text/plain", "buffer": DOCUMENT.encode()})
    page.get_by_role("button", name="Check the file").click()
    verdict = page.locator("#answer .verdict h2")
    expect(verdict).to_have_text("2 of 4 sentences on record")
    page.get_by_text("As a link").click()
    page.get_by_role("button", name="Make a link").click()
    secret = page.locator("#kept code").text_content()
    page.get_by_label("What was said").fill("Not asked yet")
    choose(page, "Deutsch")
    expect(verdict).to_have_text("2 von 4 Sätzen in der Sammlung")
    expect(page.locator("#your-text")).to_contain_text("river.txt")
    expect(page.locator("#kept code")).to_have_text(secret or "-")
    expect(page.locator("#text")).to_have_value("Not asked yet")
    expect(page.locator("#answer")).to_have_class(re.compile("stale"))
    page.reload()
    expect(verdict).to_have_text("2 von 4 Sätzen in der Sammlung")
    expect(page.locator("#kept code")).to_have_text(secret or "-")
    page.go_back()
    expect(verdict).to_have_text("Offiziell dementiert")


def test_a_files_answer_comes_again_without_javascript(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.get_by_text("Check a file instead").click()
    page.locator("input[type=file]").set_input_files({"name": "river.txt", "mimeType": "text/plain", "buffer": DOCUMENT.encode()})
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator("#answer .verdict h2")).to_have_text("2 of 4 sentences on record")
    choose(page, "Polski")
    expect(page.locator("#answer .verdict h2")).to_have_text("W bazie jest 2 z 4 zdań")
    expect(page.locator("#your-text")).to_contain_text("river.txt")


def test_a_list_stays_narrowed_in_another_language(new_page: NewPage) -> None:
    page = new_page("/statements")
    page.locator("#issuer").fill("border guard")
    page.wait_for_url("**issuer=*")
    count = page.locator("[role=status]").text_content()
    choose(page, "Deutsch")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("#issuer")).to_have_value("border guard")
    assert (page.locator("[role=status]").text_content() or "").split()[0] == (count or "-").split()[0]


def test_a_documents_answer_is_saved_as_a_picture(new_page: NewPage) -> None:
    page = new_page()
    ask(page, DOCUMENT)
    page.get_by_text("As a picture").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as PNG").click()
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")
    picture(page, "text-card")


def test_each_paragraph_of_a_text_has_its_own_direction(new_page: NewPage) -> None:
    page = new_page()
    ask(page, f"{DOCUMENT}\n\n{ARABIC}.")
    assert page.locator(".text").evaluate("element => getComputedStyle(element).unicodeBidi") == "plaintext"


def test_a_language_is_chosen_without_javascript(new_page: NewPage) -> None:
    page = new_page("/statements?q=border&sort=changed", java_script_enabled=False, locale="pl")
    page.get_by_text("Polski").first.click()
    page.get_by_role("button", name="Беларуская").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Сцвярджэнні ў базе")
    assert page.url.endswith("/statements?q=border&sort=changed")


def test_scripts_speak_the_pages_language(new_page: NewPage) -> None:
    page = new_page(locale="ar", permissions=["clipboard-read", "clipboard-write"])
    page.locator("#text").fill(CLAIM)
    page.locator("form.box button").click()
    page.locator(".pass-on summary").first.click()
    page.locator(".pass-on [data-copy]").first.click()
    expect(page.locator(".pass-on [data-copy]").first).to_have_text("نُسخ")
    page.context.set_offline(True)
    page.locator("form.box button").click()
    expect(page.get_by_role("alert")).to_contain_text("لا يمكن الوصول إلى الخدمة")


KINDS = {
    "box": ("/", ""),
    "coverage": ("/coverage", ""),
    "search": ("/statements?q=border", ""),
    "claimant": ("/claimants/Minsk", ""),
    "topic": ("/topics/border", ""),
    "source": ("/sources/faras-9758", ""),
    "no-page": ("/nowhere", ""),
    "claim": ("/", CLAIM),
    "denied": ("/", DENIED),
    "arabic": ("/", ARABIC),
    "document": ("/", DOCUMENT),
    "nothing": ("/", NOTHING),
    "problem": ("/", " "),
    "statements": ("/statements", ""),
    "statement": (STATEMENT, ""),
    "unknown": ("/statements/unknown", ""),
}
"""Each kind of page: its path, and what is asked on it."""


def show(new_page: NewPage, kind: str, **options: Any) -> Page:
    path, text = KINDS[kind]
    page = new_page(path, **options)
    if text:
        page.locator("#text").evaluate("element => { element.required = false }")
        page.locator("#text").fill(text)
        page.locator("form.box button").click()
        expect(page.locator("#answer .verdict h2")).to_be_visible()
    picture(page, f"{kind}-{'-'.join(options.values())}")
    return page


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where SCREENSHOTS says, for people to look at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_and_a_phone_needs_no_scrolling_sideways(new_page: NewPage, kind: str, scheme: str) -> None:
    page = show(new_page, kind, color_scheme=scheme)
    back = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(int(part) for part in back[4:-1].split(",")) < 64) is (scheme == "dark")
    for_everybody(page)
    picture(page, f"{kind}-{scheme}-phone")


@pytest.mark.parametrize("language", ["ar", "uk"])
@pytest.mark.parametrize("kind", KINDS)
def test_so_it_is_in_other_languages(new_page: NewPage, kind: str, language: str) -> None:
    page = show(new_page, kind, locale=language)
    direction = "rtl" if language == "ar" else "ltr"
    assert page.evaluate("getComputedStyle(document.body).direction") == direction
    page.locator(".languages summary").click()
    for_everybody(page)
    picture(page, f"{kind}-{language}-phone")


def for_everybody(page: Page) -> None:
    """axe-core finds nothing, and a phone need not be scrolled sideways, to no side."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": tags})
    assert found.violations_count == 0, found.generate_report()
    assert len(found.response["passes"]) > 15
    page.set_viewport_size({"width": WIDTH, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
