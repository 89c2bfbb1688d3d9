"""What people want of the page, in their words, each done in at most four steps in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from index.models.encoders import Encoders
from service.app import assemble, create_app
from service.integrations.links import Links
from service.settings import BUNDLED_SEEDS, Settings
from tests.browser.test_page import CLAIM, DENIED, pytestmark
from tests.fakes import CONFIDENCE, WordEncoder, WordRelations
from tests.service.check.texts.test_files import pdf
from tests.serving import served, served_files

__all__ = ["pytestmark"]  # for pytest
MOST_STEPS = 4
ARTICLE = f"Bananas are a yellow fruit, he said. {CLAIM}. The weather was good."


class Person:
    """Somebody at the page: each thing that they do is a step."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps = 0

    def _step(self) -> None:
        self.steps += 1
        assert self.steps <= MOST_STEPS, "too many steps"

    def writes(self, text: str, into: str = "What was said") -> None:
        """Write into a field."""
        self._step()
        self.page.get_by_label(into).fill(text)

    def presses(self, name: str, sort: str = "button") -> None:
        """Press what is called so."""
        self._step()
        self.page.get_by_role(sort, name=name, exact=True).first.click()  # type: ignore[arg-type]

    def opens(self, text: str) -> None:
        """Open what is folded under these words."""
        self._step()
        self.page.locator("summary", has_text=text).first.click()

    def follows(self, link: Locator) -> None:
        """Follow a link."""
        self._step()
        link.first.click()

    def gives(self, file: Path) -> None:
        """Choose a file."""
        self._step()
        self.page.locator("input[type=file]").set_input_files(file)

    def chooses(self, option: str, of: str) -> None:
        """Choose from a list."""
        self._step()
        self.page.get_by_label(of).select_option(label=option)

    def sees(self, words: str, where: str = "main") -> None:
        """What they wanted is there."""
        expect(self.page.locator(where).first).to_contain_text(words)


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A newspaper's site, with the article."""
    folder = tmp_path_factory.mktemp("news")
    head = "<head><title>Border news</title></head>"
    (folder / "story.html").write_text(
        f"<html>{head}<body><nav>Home</nav><article><p>{ARTICLE}</p></article></body></html>", "utf-8"
    )
    with served_files(folder) as address:
        yield address


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, news: str) -> Iterator[str]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("tasks"), seeds=str(BUNDLED_SEEDS), relation="on")
    parts = assemble(settings, Encoders(WordEncoder("all-MiniLM-L6-v2")), relation_model=WordRelations(), confidence=CONFIDENCE)
    port = urlsplit(news).port
    assert port
    with served(create_app(parts, links=Links(lambda _: True, (port,)))) as address:
        yield address


@pytest.fixture
def new_person(browser: Browser, address: str) -> Iterator[Callable[..., Person]]:
    """Somebody who has the start open."""

    def come(**options: object) -> Person:
        page = browser.new_context(base_url=address, **options).new_page()  # type: ignore[arg-type]
        page.goto("/")
        return Person(page)

    yield come
    for context in browser.contexts:
        context.close()


@pytest.fixture
def person(new_person: Callable[..., Person]) -> Person:
    return new_person()


def test_is_this_true(person: Person) -> None:
    person.writes(CLAIM)
    person.presses("Check")
    person.sees("Officials have denied this", "#answer h2")


def test_is_there_anything_about_something_else(person: Person) -> None:
    person.writes("Bananas are a yellow fruit")
    person.presses("Check")
    person.sees("The collection is small: see what it covers", "#answer")


def test_what_exactly_is_different(person: Person) -> None:
    person.writes(DENIED)
    person.presses("Check")
    person.sees("not", ".pair mark")


def test_who_denied_it_and_where_can_i_read_that(person: Person) -> None:
    person.writes(CLAIM)
    person.presses("Check")
    person.sees("Officials deny it", "#answer article")
    expect(person.page.locator("#answer article .source").first).to_be_visible()


def test_send_it_to_a_colleague(person: Person, new_person: Callable[..., Person]) -> None:
    person.writes(CLAIM)
    person.presses("Check")
    person.opens("As a link")
    person.presses("Make a link to this answer")
    colleague = new_person()
    colleague.page.goto(person.page.locator("#kept a").first.get_attribute("href") or "")
    colleague.sees("Officials have denied this", "#answer h2")


@pytest.mark.parametrize("form", ["As text", "As Markdown", "Quotation with its source"])
def test_put_it_into_my_article(person: Person, form: str) -> None:
    person.writes(CLAIM)
    person.presses("Check")
    person.opens(form)
    assert "Future for Advanced Research" in person.page.get_by_role("textbox", name=form).input_value()


def test_post_it_as_a_picture(person: Person) -> None:
    person.writes(CLAIM)
    person.presses("Check")
    person.opens("As a picture")
    with person.page.expect_download() as saved:
        person.presses("Save as PNG")
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")


def test_print_it(person: Person) -> None:
    person.page.evaluate("window.print = () => { document.title = 'printed'; }")
    person.writes(CLAIM)
    person.presses("Check")
    person.presses("Print")
    expect(person.page).to_have_title("printed")
    person.page.emulate_media(media="print")
    expect(person.page.locator("nav.pages")).to_be_hidden()
    expect(person.page.locator("form.box")).to_be_hidden()
    expect(person.page.locator("#answer h2").first).to_be_visible()


def test_check_this_article(person: Person) -> None:
    person.writes(ARTICLE)
    person.presses("Check")
    person.sees("1 of 3 sentences on record", "#answer h2")


def test_print_what_was_found_in_an_article(person: Person) -> None:
    person.page.evaluate("window.print = () => { document.title = 'printed'; }")
    person.writes(ARTICLE)
    person.presses("Check")
    person.presses("Print")
    expect(person.page).to_have_title("printed")


def test_send_what_was_found_in_an_article_to_a_colleague(person: Person, new_person: Callable[..., Person], news: str) -> None:
    person.writes(f"{news}/story.html")
    person.presses("Check")
    person.opens("As a link")
    person.presses("Make a link to this answer")
    colleague = new_person()
    colleague.page.goto(person.page.locator("#kept a").first.get_attribute("href") or "")
    colleague.sees("1 of 3 sentences on record", "#answer h2")
    colleague.sees("Officials have denied this", "#answer article")
    colleague.sees("Border news", ".asked")


@pytest.mark.parametrize("form", ["As text", "As Markdown", "Quotation with its source"])
def test_put_what_was_found_into_a_message(person: Person, form: str) -> None:
    person.writes(ARTICLE)
    person.presses("Check")
    person.opens(form)
    assert "Future for Advanced Research" in person.page.get_by_role("textbox", name=form).input_value()


def test_check_this_pdf(person: Person, tmp_path: Path) -> None:
    (file := tmp_path / "story.pdf").write_bytes(pdf(["Bananas are a yellow fruit, he said.", "", f"{CLAIM}."]))
    person.opens("Check a file instead")
    person.gives(file)
    person.presses("Check the file")
    person.sees("on record", "#answer h2")
    person.sees("Officials have denied this", "#answer article")
    person.sees("story.pdf", "#your-text")


def test_check_this_link(person: Person, news: str) -> None:
    person.writes(f"{news}/story.html")
    person.presses("Check")
    person.sees("1 of 3 sentences on record", "#answer h2")
    person.sees(f"{news}/story.html", "#your-text")


def test_what_is_known_about_a_place(person: Person) -> None:
    person.presses("Browse", "link")
    person.writes("Zhytomyr", into="Search, in any language")
    person.sees("Zhytomyr", ".list > li")


def test_all_that_somebody_claimed(person: Person) -> None:
    person.presses("What it covers", "link")
    person.follows(person.page.locator('a[href^="/claimants/"]', has_text="Minsk"))
    person.sees("5 statements")


def test_all_on_a_topic(person: Person) -> None:
    person.presses("What it covers", "link")
    person.follows(person.page.locator('a[href^="/topics/"]'))
    person.sees("statement", "[role=status]")


def test_what_was_said_in_a_year(person: Person) -> None:
    person.presses("Browse", "link")
    person.opens("Year")
    person.follows(person.page.locator(".facets details[open] a"))
    person.sees("statement", "[role=status]")
    assert "date=" in person.page.url


def test_what_changed_this_week(person: Person) -> None:
    person.presses("Browse", "link")
    person.chooses("what changed last", of="Sorted by")
    person.page.wait_for_url("**sort=*")
    expect(person.page.locator(".list > li").first).to_contain_text("Last changed on")


def test_all_that_a_ministry_refuted(person: Person) -> None:
    person.presses("Browse", "link")
    person.writes("border guard", into="Who answered it")
    person.page.wait_for_url("**issuer=*")
    person.sees("Officials deny it: State Border Guard Service of Ukraine", ".list > li")


def test_what_else_did_they_refute(person: Person) -> None:
    person.writes(CLAIM)
    person.presses("Check")
    person.follows(person.page.locator('#answer .who a[href^="/statements?issuer="]'))
    person.sees("Officials deny it: State Border Guard Service of Ukraine", ".list > li")


def test_tell_me_what_is_new(person: Person) -> None:
    link = person.page.get_by_role("link", name="Feed of what is new")
    expect(link).to_be_visible()
    feed = person.page.request.get(link.get_attribute("href") or "")
    assert feed.headers["content-type"].startswith("application/atom+xml")


def test_the_whole_story_of_a_statement(person: Person) -> None:
    person.presses("Browse", "link")
    person.follows(person.page.locator(".list a.statement"))
    person.sees("What happened to it")
    expect(person.page.locator("figure.life svg")).to_be_visible()


def test_who_changed_this_record_and_when(person: Person) -> None:
    person.presses("Browse", "link")
    person.follows(person.page.locator(".list a.statement"))
    person.opens("Every revision of the record")
    table = person.page.locator("#main table").first
    expect(table).to_contain_text("Who")
    expect(table.locator("td").nth(2)).to_have_text("rebut")


def test_what_do_you_know_at_all(person: Person) -> None:
    person.presses("What it covers", "link")
    person.sees("49", ".tallies")


def test_in_my_language(person: Person) -> None:
    person.opens("English")
    person.presses("Українська")
    expect(person.page.locator("html")).to_have_attribute("lang", "uk")


def test_back_to_my_answer(person: Person) -> None:
    person.writes(CLAIM)
    person.presses("Check")
    person.follows(person.page.locator("#answer a.statement"))
    person.page.wait_for_url("**/statements/*")
    person.steps += 1
    person.page.go_back()
    person.sees("Officials have denied this", "#answer h2")
    assert person.steps <= MOST_STEPS
