"""What files say of somebody else's reviews, on the desk's page: shown field by field, taken or left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.kinds import RecordKind
from index.ledger.entries import By
from index.readers.loading import load_file
from index.store.reports import Origin
from service.settings import Settings
from tests.service.pages.test_desk import as_person, fields_of, form_at, send
from tests.service.pages.test_pages import said
from tests.service.pages.test_signing import Desk, desk_of, page_of, sign_in

PATH = "/desk/conflicts"
HEAD = "claim,rating,review_url\n"


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    """Anna is signed in."""
    for desk in desk_of(settings):
        sign_in(desk.client)
        yield desk


def load(desk: Desk, folder: Path, rating: str, claims: int = 1) -> None:
    """A table of somebody else's reviews."""
    lines = "".join(f"Bees bark {n} times.,{rating},https://facts.example/{n}\n" for n in range(claims))
    (folder / "found.csv").write_text(HEAD + lines, encoding="utf-8")
    load_file(desk.parts.store, folder / "found.csv", by=By("terminal: ops", f"found: {rating}"), origin=Origin(here=False))


def test_a_conflict_is_shown_field_by_field_and_taken(desk: Desk, tmp_path: Path) -> None:
    load(desk, tmp_path, "False")
    assert said(page_of(desk.client.get("/desk")), "[aria-labelledby=conflicts] p") == ["No conflict waits."]
    load(desk, tmp_path, "True")
    assert said(page_of(desk.client.get("/desk")), "a[href='/desk/conflicts']") == ["1 conflict waits"]
    page = page_of(desk.client.get(PATH))
    assert said(page, ".differences tbody tr > *")[0] == "rating"
    assert said(page, ".card h2") == ["Review: Bees bark 0 times."]
    before, after = said(page, ".differences tbody td")
    assert ("False" in before, "True" in after) == (True, True)
    assert "found: True" in said(page, ".card > .quiet")[1]
    assert "found: False" in said(page, ".card > .quiet")[0]
    (conflict,) = desk.parts.store.conflicts.waiting(None, 10)
    fields = fields_of(page)
    refused = page_of(send(desk.client, f"{PATH}/{conflict.id}", fields, take="yes", why=" "), 400)
    assert refused.cssselect("[role=alert]")
    page_of(send(desk.client, f"{PATH}/{conflict.id}", fields, why="which?"), 400)
    other = page_of(send(desk.client, f"{PATH}/{conflict.id}", fields, take="yes", why="they say so", token="x"), 403)
    assert fields_of(other)["why"] == "they say so"
    assert desk.parts.store.conflicts.count() == 1
    done = send(desk.client, f"{PATH}/{conflict.id}", fields, take="yes", why="they say so")
    assert done.status_code == 303
    page = page_of(desk.client.get(done.headers["location"]))
    assert said(page, "[role=status]")[0].startswith("Accepted")
    standing = desk.parts.store.ledger.standing(RecordKind.REVIEW, conflict.record_id)
    assert (standing.record.rating.original, standing.entry.who, standing.entry.why) == ("True", "person anna", "they say so")  # type: ignore[union-attr]
    again = page_of(send(desk.client, f"{PATH}/{conflict.id}", fields, take="no", why="x"), 400)
    assert "it was taken before" in said(again, "[role=alert] li")[0]
    desk.client.cookies.set("language", "ru")
    again = page_of(send(desk.client, f"{PATH}/{conflict.id}", fields, take="no", why="x"), 400)
    assert said(again, "[role=alert] li") == ["это уже принято раньше"]
    again = page_of(send(desk.client, f"{PATH}/{conflict.id}", fields, take="no", why=" "), 400)
    assert said(again, "[role=alert] li") == ["Почему: не указано: это навсегда остаётся в журнале"]
    page_of(send(desk.client, f"{PATH}/{'0' * 16}", fields, take="no", why="x"), 404)
    assert desk.client.post(f"{PATH}/other", data=fields).status_code == 400


def test_a_conflict_that_is_left_is_not_asked_again(desk: Desk, tmp_path: Path) -> None:
    load(desk, tmp_path, "False")
    load(desk, tmp_path, "True")
    page = page_of(desk.client.get(PATH))
    (conflict,) = desk.parts.store.conflicts.waiting(None, 10)
    done = send(desk.client, f"{PATH}/{conflict.id}", fields_of(page), take="no", why="not theirs")
    assert said(page_of(desk.client.get(done.headers["location"])), "[role=status]")[0].startswith("Refused")
    assert desk.parts.store.ledger.standing(RecordKind.REVIEW, conflict.record_id).entry.revision == 1
    load(desk, tmp_path, "True")
    assert desk.parts.store.conflicts.count() == 0


def test_many_conflicts_come_a_page_at_a_time(desk: Desk, tmp_path: Path) -> None:
    load(desk, tmp_path, "False", 27)
    load(desk, tmp_path, "True", 27)
    first = page_of(desk.client.get(PATH))
    assert len(first.cssselect("form.desk")) == 25
    (link,) = first.cssselect("a[rel=next]")
    second = page_of(desk.client.get(link.get("href")))
    assert len(second.cssselect("form.desk")) == 2
    form = second.cssselect("form.desk")[0]
    refused = page_of(send(desk.client, form.get("action"), dict(form.form_values()), take="yes", why=""), 400)
    assert len(refused.cssselect("form.desk")) == 2  # the same page


def test_who_reviews_sees_the_count_only_if_they_may_edit(desk: Desk, tmp_path: Path) -> None:
    load(desk, tmp_path, "False")
    load(desk, tmp_path, "True")
    assert "/desk/conflicts" in as_person(desk, "ada").get("/desk/queue").text
    client = as_person(desk, "rita")
    assert "/desk/conflicts" not in client.get("/desk/queue").text
    assert client.get(PATH).status_code == 403


def test_where_two_people_publish_it_takes_the_whole_scope(settings: Settings, tmp_path: Path) -> None:
    for desk in desk_of(settings, two_people="on"):
        load(desk, tmp_path, "False")
        load(desk, tmp_path, "True")
        sign_in(desk.client)
        page = page_of(desk.client.get(PATH))
        address = page.cssselect("form.desk")[0].get("action")
        refused = page_of(send(desk.client, address, fields_of(page), take="yes", why="mine"), 403)
        assert (said(refused, "[role=alert] h2"), fields_of(refused)["why"]) == (["You may not do this"], "mine")
        merge = "/desk/statements/north-masses-troops/merge"
        shown = page_of(desk.client.get(merge, params={"into": "south-buys-tanks"}))
        assert send(desk.client, merge, fields_of(shown), into="south-buys-tanks", why="x").status_code == 403
        page = page_of(desk.client.get("/desk/upload"))
        tried = desk.client.post(
            "/desk/upload", data=fields_of(page) | {"why": "x", "do": "try"}, files={"file": ("a.csv", b"claim\nBees sing.\n")}
        )
        typed = fields_of(page_of(tried)) | {"do": "import"}
        refused = page_of(desk.client.post("/desk/upload", files={name: (None, text) for name, text in typed.items()}), 403)
        assert fields_of(refused)["packed"] == typed["packed"]  # nothing is lost
        assert desk.parts.store.counts().statements == 4
        client = as_person(desk, "ada")
        assert send(client, address, form_at(client, PATH), take="yes", why="seen").status_code == 303
