"""What a desk does with files that others send, in a real Chromium and with keys alone: try, import, undo; decide; merge."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from index.ledger.entries import By
from index.readers.loading import load_file
from index.store.reports import Origin
from tests.browser.test_desk import Desk, address, desk, parts, pytestmark
from tests.browser.test_page import WIDTH, picture

__all__ = ["address", "desk", "parts", "pytestmark"]  # for pytest
COMPARED_MS = 60_000
"""The first statement that a service compares has the models loaded."""
HEAD = "id,claim,rating,review_url"


def clean(page: Page, name: str) -> None:
    """axe finds nothing, and a phone needs no scrolling sideways."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    report = Axe().run(page, options={"runOnly": tags})
    assert report.violations_count == 0, report.generate_report()
    picture(page, f"desk-{name}")
    before = page.viewport_size
    page.set_viewport_size({"width": WIDTH, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    if before:
        page.set_viewport_size(before)


def tab_to(page: Page, name: str) -> None:
    """Go on with the Tab key to what is called so."""
    for _ in range(60):
        page.keyboard.press("Tab")
        told = page.evaluate("document.activeElement.ariaLabel || document.activeElement.textContent")
        if (told or "").strip() == name:
            return
    raise AssertionError(f"{name!r} is not reached")


def load(desk: Desk, folder: Path, name: str, *lines: str) -> None:
    (folder / name).write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    load_file(desk.parts.store, folder / name, by=By("terminal: ops", name), origin=Origin(here=False))


def test_a_file_is_tried_imported_and_undone_with_keys(desk: Desk, tmp_path: Path) -> None:
    table = tmp_path / "moths.csv"
    table.write_text("claim,Wetter\nMoths read by lamplight.,rain\n,sun\n", encoding="utf-8")
    page = desk.new_page("Ada")
    page.goto("/desk")
    tab_to(page, "Upload a file")
    page.keyboard.press("Enter")
    page.get_by_label("The file").set_input_files(table)
    page.get_by_label("The file").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Why")).to_be_focused()
    page.keyboard.type("from the reader")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What would become of it")
    expect(page.get_by_role("region", name="What is skipped, and why")).to_contain_text("line 3")
    expect(page.get_by_role("group", name="Columns that are not known")).to_contain_text("Wetter")
    expect(page.get_by_role("region", name="The first of its records")).to_contain_text("Moths read by lamplight.")
    clean(page, "tried")
    tab_to(page, "Import it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported")
    clean(page, "imported")
    page.goto("/statements?q=lamplight")
    expect(page.get_by_role("link", name="Moths read by lamplight.")).to_be_visible()
    page.go_back()
    page.get_by_role("textbox", name="Why").fill("a joke")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("2 records are as they were before.")


def test_a_conflict_is_decided_with_keys(desk: Desk, tmp_path: Path) -> None:
    for rating in ("False", "True"):
        load(desk, tmp_path, "moon.csv", f"1,The moon hums.,{rating},https://facts.example/moon")
    page = desk.new_page()
    page.goto("/desk")
    tab_to(page, "1 conflict waits")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table")).to_contain_text("True")
    expect(page.get_by_role("table")).to_contain_text("False")
    clean(page, "conflicts")
    page.get_by_label("Why").focus()
    page.keyboard.type("they corrected it")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "yes"
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Accepted")
    (dossier,) = desk.parts.store.dossiers(["file-moon-1"]).values()
    assert [one.rating.original for one in (*dossier.reviews, *dossier.apart.reviews)] == ["True"]


def test_two_statements_become_one_with_keys(desk: Desk, tmp_path: Path) -> None:
    load(desk, tmp_path, "old.csv", "1,Owls count the sheep at night.,False,https://facts.example/owls")
    load(desk, tmp_path, "new.csv", "7,Owls count the sheep at night,Falso,https://other.example/owls")
    desk.parts.retriever.live.refresh()
    page = desk.new_page()
    page.goto("/statements/file-new-7")
    tab_to(page, "Merge into …")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Merge a statement", timeout=COMPARED_MS)
    page.get_by_label("Its id, or the address of its page").fill("file-old-1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Do these mean the same?")).to_be_visible()
    clean(page, "side-by-side")
    page.get_by_label("Why").focus()
    page.keyboard.type("word for word")
    tab_to(page, "Merge, and keep this one: Owls count the sheep at night.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("one statement stands for both ids")
    clean(page, "merged")
    page.get_by_role("link", name="Its page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Owls count the sheep at night.")
    page.goto("/desk/alike")
    clean(page, "alike")
