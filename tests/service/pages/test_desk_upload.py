"""A file imported on the desk's page: tried first, then imported as it was tried, and undone."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from lxml import html

from index.errors import InvalidInput
from index.kinds import Action
from service.pages.desk.files import largest, pack, unpack
from service.settings import Settings
from tests.fakes import SEEDS
from tests.service.pages.test_desk import as_person, fields_of, form_at, send
from tests.service.pages.test_pages import said
from tests.service.pages.test_signing import Desk, as_anna, desk_of, page_of

PATH = "/desk/upload"
TABLE = "claim,rating,review_url,Wetter\nBees bark.,False,https://facts.example/1,rain\n,True,https://facts.example/2,sun\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "paper-1.toml").write_text(SEEDS, encoding="utf-8")
    yield from desk_of(Settings(data_dir=folder / "data", seeds=str(folder), max_body_bytes=200_000, sign_ins_per_minute=1_000))


@pytest.fixture
def desk(served: Desk) -> Iterator[Desk]:
    """Anna is signed in."""
    yield from as_anna(served)


def choose(desk: Desk, content: str | bytes, name: str = "claims.csv", **fields: str) -> httpx.Response:
    """Send a file as a browser does."""
    body = content.encode() if isinstance(content, str) else content
    typed = form_at(desk.client, PATH) | {"why": "the weekly file", "do": "try"} | fields
    return desk.client.post(PATH, data=typed, files={"file": (name, body)})


def once_more(desk: Desk, page: html.HtmlElement, **fields: str) -> httpx.Response:
    """Send the form of a page that has the file already; a browser sends it as parts."""
    typed = fields_of(page) | fields
    return desk.client.post(PATH, files={name: (None, text) for name, text in typed.items()})


def tallies(page: html.HtmlElement) -> dict[str, int]:
    return {name: int(number) for name, number in zip(said(page, "dl dt"), said(page, "dl dd"), strict=True)}


def test_a_table_is_tried_then_imported_then_undone(desk: Desk) -> None:
    version, before = desk.parts.store.version(), desk.parts.store.counts()
    tried = page_of(choose(desk, TABLE))
    assert said(tried, "h1") == ["What would become of it"]
    assert tallies(tried) == {"to be added": 3, "to be changed": 0, "here already": 0, "kept": 0, "in conflict": 0, "skipped": 1}
    assert said(tried, "[aria-labelledby=skipped] tbody tr > *") == ["claims.csv: line 3", "text: empty text"]
    assert "Bees bark." in said(tried, "[aria-labelledby=changes] li")[0]
    assert any("columns not read: 'Wetter'" in note for note in said(tried, "[aria-labelledby=notes] li"))
    assert said(tried, "#columns label") == ["Wetter"]
    assert desk.parts.store.version() == version
    done = page_of(once_more(desk, tried, do="import"))
    assert (said(done, "h1"), tallies(done)["added"]) == (["Imported"], 3)
    act = done.cssselect("form.desk")[0].get("action")
    last = page_of(desk.client.get(act))
    assert said(last, "h1") == ["import of claims.csv: the weekly file"]
    again = page_of(once_more(desk, tried, do="import"))  # a second click
    assert (said(again, "h1"), tallies(again)["here already"]) == (["Nothing was changed"], 2)
    undone = page_of(send(desk.client, act, fields_of(done), why="the wrong file"))
    assert said(undone, "[role=status]") == ["3 records are as they were before."]
    assert desk.parts.store.counts() == before


def test_a_column_that_is_not_known_is_named_and_can_be_told(desk: Desk) -> None:
    table = "Was man hört,Wetter\nFish fly at night.,rain\n"
    tried = page_of(choose(desk, table, "heard.csv"))
    assert said(tried, "#columns label") == ["Was man hört", "Wetter"]
    assert not tried.cssselect("button[value=import]")  # nothing holds the claim
    told = {"holds.0": "claim", "holds.1": "none"}
    tried = page_of(once_more(desk, tried, do="try", **told))
    assert tallies(tried)["to be added"] == 2
    assert [one.get("value") for one in tried.cssselect("#columns option[selected]")] == ["claim", "none"]
    otherwise = page_of(once_more(desk, tried, do="import", **{"holds.1": "topic"}))
    assert "look once more" in said(otherwise, "[role=status]")[0]  # not imported otherwise than it was tried
    assert said(page_of(once_more(desk, otherwise, do="import")), "h1") == ["Imported"]
    (dossier,) = desk.parts.store.dossiers(_last_import(desk)).values()
    assert (dossier.statement.text, dossier.statement.topics) == ("Fish fly at night.", ["rain"])


def _last_import(desk: Desk) -> list[str]:
    (last,) = desk.parts.store.ledger.acts(Action.IMPORT, None, 1)
    return [entry.record_id for entry in desk.parts.store.ledger.entries_of(last.first.act, 100)]


def test_all_sorts_of_files(desk: Desk) -> None:
    review = {"@type": "ClaimReview", "url": "https://snopes.com/1", "claimReviewed": "Ants swim.", "reviewRating": "False"}
    page = f'<script type="application/ld+json">{json.dumps(review | {"url": "https://snopes.com/2"})}</script>'
    files: list[tuple[str, str | bytes, int]] = [
        ("feed.json", json.dumps([review]), 3),
        ("page.html", page, 3),
        ("lines.jsonl", json.dumps({"text": "Fish walk."}), 2),
        ("sheet.xlsx", workbook([["claim"], ["Sheets sing."]]), 2),
        ("paper-1.toml", SEEDS, 0),
        (
            "paper-2.toml",
            SEEDS.replace('id = "', 'id = "two-').replace('["north', '["two-north'),
            6,
        ),
    ]
    for name, content, added in files:
        assert tallies(page_of(choose(desk, content, name)))["to be added"] == added, name


def workbook(rows: list[list[str]]) -> bytes:
    """A small workbook, by hand."""
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_what_waits_is_told(desk: Desk) -> None:
    line = "claim,rating,review_url\nCows fly.,{},https://snopes.com/cows\n"
    page_of(once_more(desk, page_of(choose(desk, line.format("False"))), do="import"))
    tried = page_of(choose(desk, line.format("True")))
    assert tallies(tried)["in conflict"] == 1
    done = page_of(once_more(desk, tried, do="import"))
    assert done.cssselect("[aria-labelledby=conflicts] a[href='/desk/conflicts']")
    assert desk.parts.store.conflicts.count() == 1
    vouched = page_of(choose(desk, line.format("True"), vouch="yes"))
    assert tallies(vouched)["to be changed"] == 1


def test_what_is_wrong_is_told_and_the_file_is_kept(desk: Desk) -> None:
    page = page_of(choose(desk, TABLE, why=" "), 400)
    assert said(page, "#why-wrong")
    assert fields_of(page)["packed"]
    assert tallies(page_of(once_more(desk, page, why="new")))["skipped"] == 1
    page = page_of(choose(desk, TABLE, encoding="klingon"), 400)
    assert said(page, "#encoding-wrong") == ["is not known"]
    desk.client.cookies.set("language", "de")
    page = page_of(choose(desk, TABLE, encoding="klingon", why=""), 400)
    assert said(page, "[role=alert] li") == ["Warum: fehlt: Es steht dauerhaft im Protokoll"]
    page = page_of(choose(desk, TABLE, encoding="klingon"), 400)
    assert (said(page, "#encoding-wrong"), page.cssselect("[role=alert] [lang=en]")) == (["ist nicht bekannt"], [])
    desk.client.cookies.delete("language")
    page = page_of(choose(desk, TABLE, token="x"), 403)
    assert said(page, "[role=alert] h2") == ["Nothing was changed"]
    assert tallies(page_of(once_more(desk, page)))["skipped"] == 1
    page = page_of(send(desk.client, PATH, form_at(desk.client, PATH), why="x"), 400)
    assert said(page, "#file-wrong") == ["is required, and must be a file"]
    page = page_of(once_more(desk, page, packed="!", name="a.csv"), 400)
    assert "damaged" in said(page, "#file-wrong")[0]
    assert page_of(choose(desk, TABLE, "x" * 150), 400).cssselect("[role=alert]")


def test_own_reviews_are_said_by_those_who_may(desk: Desk) -> None:
    assert choose(desk, TABLE, own="yes").status_code == 403
    assert not page_of(desk.client.get(PATH)).cssselect("input[name=own]")
    as_person(desk, "ada")
    assert page_of(desk.client.get(PATH)).cssselect("input[name=own]")
    assert tallies(page_of(choose(desk, TABLE, own="yes")))["to be added"]


def test_large_files(desk: Desk) -> None:
    noise = bytes(_noise(170_000))
    page = page_of(choose(desk, noise, "a.csv"), 400)
    assert said(page, "#file-wrong") == ["is too large for this page: load it with `rebut load`"]
    assert page.cssselect("input[type=file]")
    assert choose(desk, b"x" * 300_000).status_code == 413
    assert len(pack(b"x" * 10_000_000)) < 20_000
    with pytest.raises(InvalidInput, match="too large"):
        unpack(pack(b"x" * 10_000_000), 200_000)
    assert unpack(pack(noise), 200_000) == noise


def test_how_large_a_file_may_be_is_told_before_one_is_chosen(desk: Desk) -> None:
    most = largest(200_000)
    hint = said(page_of(desk.client.get(PATH)), "#file-hint")[0]
    assert "At most 134.9 kB; text, such as CSV, JSON and HTML, up to 180 kB." in hint
    assert most == (134_941, 180_000)
    held = page_of(choose(desk, bytes(_noise(most.any)), "a.csv"))
    assert said(held, "h1") == ["What would become of it"]
    assert said(page_of(once_more(desk, held, do="try")), "h1") == ["What would become of it"]
    page_of(choose(desk, bytes(_noise(most.any + 100)), "a.csv"), 400)
    page_of(choose(desk, "a" * most.text, "a.csv"))
    assert choose(desk, "a" * (most.text + 25_000), "a.csv").status_code == 413
    assert largest(1_000) == (0, 0)


def _noise(length: int) -> Iterator[int]:
    """Bytes that cannot be packed."""
    state = 1
    for _ in range(length):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield state >> 56


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xff\xfe", b"PK\x03\x04", b"[" * 5_000, b"claim\n=1+1\n"])
def test_hostile_files(desk: Desk, content: bytes) -> None:
    for name in ("a.csv", "a.json", "a.xlsx", "a.html", "a.toml", "a", "<b>.csv"):
        page: Any = page_of(choose(desk, content, name))
        assert not page.cssselect("main b")


def test_parts_that_are_no_text(desk: Desk) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="why"\r\n\r\n\xff\r\n--x--\r\n'
    assert desk.client.post(PATH, content=body, headers={"content-type": "multipart/form-data; boundary=x"}).status_code == 400
    assert desk.client.post(PATH, content=b"x", headers={"content-type": "multipart/form-data; boundary=y"}).status_code == 400
