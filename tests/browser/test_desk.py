"""A desk keeps its base on the pages, in a real Chromium: each task as a person does it, in under a minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from index.kinds import RecordKind, Scope, State
from index.ledger.entries import By
from index.models.encoders import Encoders
from index.records import Batch, Citation, Party, Rated, Rating, Review, Source, Statement, StatementKind
from index.store.writing import Put
from service.access.people import people_of
from service.app import Parts, assemble, create_app
from service.settings import BUNDLED_SEEDS, Settings
from tests.browser.conftest import CHROMIUM
from tests.browser.test_page import EXPECTED, STATEMENT, WIDTH, picture
from tests.fakes import CONFIDENCE, WordEncoder, WordRelations
from tests.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed: the desk is not tested in a browser"),
]
PASSWORD = "correct horse battery"
MINUTE_S = 60.0
KEYS_PER_S = 8
"""How fast a person types; a test types as fast as that, and so knows what the task takes."""
THINKING_S = 2.0
"""Seconds that a person looks at each page before they do anything."""


class Desk(NamedTuple):
    """A service with a desk, and what opens its pages."""

    parts: Parts
    new_page: Callable[..., Page]


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("desk"), seeds=str(BUNDLED_SEEDS), relation="on", sign_ins_per_minute=1_000
    )
    encoders = Encoders(WordEncoder("all-MiniLM-L6-v2"))
    parts = assemble(settings, encoders, relation_model=WordRelations(), confidence=CONFIDENCE)
    people = people_of(settings, parts.store.people)
    for name, scopes in (("Anna", {Scope.EDIT}), ("Rita", {Scope.EDIT, Scope.REVIEW}), ("Ada", {Scope.ADMIN})):
        people.add(name, PASSWORD, scopes | {Scope.CHECK})
    return parts


@pytest.fixture(scope="module")
def address(parts: Parts) -> Iterator[str]:
    with served(create_app(parts)) as address:
        yield address


@pytest.fixture
def desk(parts: Parts, browser: Browser, address: str) -> Iterator[Desk]:
    """Opens pages for somebody who is signed in; in the end none asked another host, or complained on its console."""
    asked: list[str] = []
    complaints: list[str] = []

    def new_page(name: str = "Anna", **options: Any) -> Page:
        page = browser.new_context(base_url=address, **options).new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/sign-in")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("link", name=name)).to_be_visible()
        return page

    yield Desk(parts, new_page)
    for context in browser.contexts:
        context.close()
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {urlsplit(address).netloc}
    assert [text for text in complaints if not text.startswith(EXPECTED)] == []


class Person:
    """Does one thing after another, and is as slow as people are: the time is reckoned, and nothing is waited for."""

    def __init__(self, page: Page) -> None:
        self.page, self.spent_s = page, 0.0

    def look(self) -> None:
        self.spent_s += THINKING_S

    def type(self, label: str, text: str, **options: Any) -> None:
        self.spent_s += 1 + len(text) / KEYS_PER_S
        self.page.get_by_label(label, **options).first.fill(text)

    def paste(self, label: str, text: str) -> None:
        self.spent_s += 2.0
        self.page.get_by_label(label, exact=True).first.fill(text)

    def choose(self, group: str, value: str) -> None:
        self.look()
        self.page.get_by_role("group", name=group).get_by_role("combobox").first.select_option(value)

    def click(self, role: Any, name: str, **options: Any) -> None:
        self.look()
        self.page.get_by_role(role, name=name, **options).first.click()


@contextmanager
def within_a_minute(page: Page) -> Iterator[Person]:
    """Fails if a person takes longer than a minute: what the machine takes, and what typing and looking do."""
    person, begun = Person(page), time.monotonic()
    yield person
    taken_s = time.monotonic() - begun + person.spent_s
    assert taken_s < MINUTE_S, f"{taken_s:.0f} s"


def test_a_typo_is_mended_within_a_minute(desk: Desk) -> None:
    page = desk.new_page()
    page.goto(STATEMENT)
    with within_a_minute(page) as person:
        person.click("link", "Change the statement")
        text = page.get_by_label("Text", exact=True).input_value()
        person.type("Text", text.replace("Minsk", "Minsk’s ministry", 1)[: len(text)] + " It does.", exact=True)
        person.spent_s = 2 * THINKING_S + 5  # of the sentence only a word is typed
        person.type("Why", "a typo")
        person.click("button", "Save")
        expect(page.get_by_role("status").first).to_have_text("Saved.")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Minsk’s ministry")
    picture(page, "desk-mended")


def test_a_refutation_with_a_link_is_added_within_a_minute(desk: Desk) -> None:
    page = desk.new_page()
    page.goto(STATEMENT)
    with within_a_minute(page) as person:
        person.click("link", "Add a refutation")
        person.choose("What it answers", "denies")
        person.type("What is said against it", "The border service says that nothing has moved there.")
        person.type("Name", "Border service")
        person.paste("Link", "https://www.border.example.org/2026/nothing-moved")
        person.type("Why", "their answer")
        person.click("button", "Save")
        expect(page.get_by_role("status").first).to_have_text("Saved.")
        against = page.get_by_role("region", name="What stands against it")
        expect(against).to_contain_text("The border service says that nothing has moved there.")
    link = page.get_by_role("link", name="border.example.org")
    assert link.first.get_attribute("href") == "https://www.border.example.org/2026/nothing-moved"


def test_a_review_is_retired_within_a_minute(desk: Desk) -> None:
    source = Source("facts", "Facts", "Facts", "facts.example", "und")
    cited = Citation("facts", url="https://facts.example/bees")
    bees = Statement("bees", StatementKind.CLAIM, "Bees bark.", "en", Party("Somebody"), [cited], False)
    review = Review("facts-bees", "bees", cited, Party("Facts"), "en", Rating(Rated.FALSE, "False"), title="No, bees do not bark")
    desk.parts.store.load_batches([Batch([source], [bees], [review])])
    page = desk.new_page()
    page.goto("/statements/bees")
    against = page.get_by_role("region", name="What stands against it")
    expect(against).to_contain_text("No, bees do not bark")
    with within_a_minute(page) as person:
        person.click("link", "Retire: No, bees do not bark")
        person.type("Why", "they withdrew it")
        person.click("button", "Retire")
        expect(page.get_by_role("status").first).to_have_text("Saved.")
    page.goto("/statements/bees")
    expect(against).not_to_contain_text("No, bees do not bark")


def test_an_import_is_undone_within_a_minute(desk: Desk) -> None:
    source = Source("wrong", "The wrong feed", "Wrong", "wrong.example", "en", url="https://wrong.example/all")
    cats = [
        Statement(f"cats-{n}", StatementKind.CLAIM, f"Cats bark, number {n}.", "en", Party("X"), [Citation("wrong", "A", n)], False)
        for n in range(1, 201)
    ]
    desk.parts.store.load_batches([Batch([source], cats, [])], by=By("terminal: ops", "wrong-feed.json"))
    page = desk.new_page()
    page.goto("/statements/cats-7")
    with within_a_minute(page) as person:
        person.click("link", "Desk")
        person.click("link", "Imports, and undoing them")
        person.click("link", "wrong-feed.json")
        person.type("Why", "the wrong feed")
        person.click("button", "Undo this import")
        expect(page.get_by_role("status")).to_have_text("201 records are as they were before.")
    page.goto("/statements/cats-7")
    expect(page.get_by_role("heading", level=1)).to_have_text("No such record")


def test_a_statement_is_added_with_keys_alone(desk: Desk) -> None:
    page = desk.new_page()
    page.goto("/desk/new/statements")
    expect(page.get_by_label("Text", exact=True)).to_be_focused()
    page.keyboard.type("Foxes pay taxes in the spring.")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Somebody")
    for _ in range(4):  # role, side, a single person, link
        page.keyboard.press("Tab")
    expect(page.get_by_label("Link")).to_be_focused()
    page.keyboard.type("https://foxes.example.org/taxes")
    while page.evaluate("document.activeElement.id") != "why":
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body"), "the reason is not reached"
    page.keyboard.type("heard today")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Foxes pay taxes in the spring.")


def test_what_is_wrong_has_the_focus_and_leads_to_its_field(desk: Desk) -> None:
    page = desk.new_page()
    page.goto(STATEMENT.replace("/statements/", "/desk/statements/"))
    page.get_by_label("Date", exact=True).fill("soon")
    page.get_by_label("Why").fill("x")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").get_by_role("heading")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Date")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="When it was said, or happened")).to_be_focused()
    expect(page.get_by_label("Date", exact=True)).to_have_value("soon")


def test_a_review_goes_from_one_person_to_another_without_javascript(desk: Desk) -> None:
    page = desk.new_page(java_script_enabled=False)
    page.goto("/desk/new/statements")
    page.get_by_label("Text", exact=True).fill("Owls read the newspaper.")
    page.get_by_label("Name").fill("Somebody")
    page.get_by_label("Link").first.fill("https://owls.example.org/reading")
    page.get_by_label("Why").fill("seen")
    page.get_by_label("Then it is").select_option("in-review")
    page.get_by_role("button", name="Save").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change a statement")
    page.goto("/desk")
    expect(page.get_by_role("link", name="Owls read the newspaper.")).to_have_count(1)
    other = desk.new_page("Rita", java_script_enabled=False)
    other.get_by_role("link", name="To review").click()
    other.get_by_role("link", name="Owls read the newspaper.").click()
    other.get_by_label("Why, or what is still wrong").fill("I saw it, too")
    other.get_by_role("button", name="Publish").click()
    expect(other.get_by_role("status")).to_have_text("Saved.")
    other.goto("/statements?q=newspaper")
    expect(other.get_by_role("link", name="Owls read the newspaper.")).to_be_visible()


PAGES = {
    "desk": "/desk",
    "statement": STATEMENT,
    "change": f"/desk{STATEMENT}",
    "history": f"/desk{STATEMENT}/history",
    "retire": f"/desk{STATEMENT}/retire",
    "erase": f"/desk{STATEMENT}/erase",
    "new-statement": "/desk/new/statements",
    "new-refutation": f"/desk/new/refutations?statement={STATEMENT.rpartition('/')[2]}",
    "new-review": f"/desk/new/reviews?statement={STATEMENT.rpartition('/')[2]}",
    "new-source": "/desk/new/sources",
    "queue": "/desk/queue",
    "decision": "/desk/queue/statements/waiting",
    "imports": "/desk/imports",
    "import": "/desk/imports/1",
    "conflicts": "/desk/conflicts",
    "upload": "/desk/upload",
    "merge": f"/desk{STATEMENT}/merge",
    "account": "/account",
    "wrong": f"/desk{STATEMENT}",
    "stale": f"/desk{STATEMENT}",
}
"""Each kind of page."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_a_phone_needs_no_scrolling_sideways(desk: Desk, scheme: str) -> None:
    waits = Statement("waiting", StatementKind.CLAIM, f"It is {scheme}.", "en", Party("X"), [Citation("faras-9758", "A", 1)], False)
    with desk.parts.store.ledger.acting(By("person Anna", "new")) as act:
        act.put(RecordKind.STATEMENT, [Put(record_id="waiting", record=waits, state=State.IN_REVIEW)])
    page = desk.new_page("Ada", color_scheme=scheme)
    found = {}
    for name, path in PAGES.items():
        page.set_viewport_size({"width": 1000, "height": 800})
        page.goto(path)
        if name in ("wrong", "stale"):
            page.get_by_label("Why").fill("x")
            page.get_by_label("Text", exact=True).fill(f"{name} in {scheme} " + "w" * 90)
            field, value = ("#when\\.edtf", "soon") if name == "wrong" else ("input[name=revision]", "77")
            page.locator(field).evaluate("(element, value) => { element.value = value }", value)
            page.get_by_role("button", name="Save").click()
            expect(page.get_by_role("alert")).to_be_visible()
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        report = Axe().run(page, options={"runOnly": tags})
        if report.violations_count:
            found[name] = report.generate_report()
        picture(page, f"desk-{name}-{scheme}")
        page.set_viewport_size({"width": WIDTH, "height": 740})
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > WIDTH:
            found[f"{name} on a phone"] = f"{wide} points wide"
    assert found == {}


def test_nothing_typed_is_lost_when_the_session_ends_meanwhile(desk: Desk) -> None:
    page = desk.new_page("Rita")
    page.goto("/desk/new/statements")
    page.get_by_label("Text", exact=True).fill("Snails win every race.")
    page.get_by_label("Name").fill("Somebody")
    page.get_by_label("Link").first.fill("https://snails.example.org/race")
    page.get_by_label("Why").fill("heard")
    people = people_of(desk.parts.settings, desk.parts.store.people)
    people.sign_out_everywhere(people.get("Rita"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in first")
    with page.context.expect_page() as opened:
        page.get_by_role("main").get_by_role("link", name="Sign in").click()
    other = opened.value
    other.get_by_label("Name").fill("Rita")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Desk")
    page.go_back()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Snails win every race.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Snails win every race.")
