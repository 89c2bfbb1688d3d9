"""How far records are believed, on the desk's pages: shown with what does not count, and set by who may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.kinds import RecordKind, Tier
from index.readers.loading import load_file
from index.store.reports import Origin
from service.settings import Settings
from tests.service.pages.test_desk import as_person, form_at, record, send
from tests.service.pages.test_pages import said
from tests.service.pages.test_signing import Desk, desk_of, page_of, sign_in

SOURCE = "/desk/sources/publisher-facts-example"


@pytest.fixture
def desk(settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    """Anna is signed in; nobody knows the publisher of a review."""
    for desk in desk_of(settings, unknown_publishers="apart"):
        table = tmp_path / "t.csv"
        table.write_text("id,claim,rating,review_url\n1,Bees bark.,False,https://facts.example/1\n", encoding="utf-8")
        load_file(desk.parts.store, table, origin=Origin(here=False))
        sign_in(desk.client)
        yield desk


def test_what_stands_apart_can_be_changed_from_the_statements_page(desk: Desk) -> None:
    page = page_of(desk.client.get("/statements/file-t-1"))
    (line,) = said(page, "[aria-labelledby=edit] .records li")
    assert "not counted: unknown publisher" in line
    (review,) = [one.get("href") for one in page.cssselect("[aria-labelledby=edit] .records a")][:1]
    form = page_of(desk.client.get(review))
    assert said(form, ".notice")[0].startswith("How far it is believed: unknown publisher. It is shown apart, and does not count.")
    assert form.cssselect(f".notice a[href='{SOURCE}']")


def test_who_may_sets_a_sources_tier(desk: Desk) -> None:
    fields = form_at(desk.client, SOURCE)
    assert "tier" not in fields
    client = as_person(desk, "ada")
    fields = form_at(client, SOURCE)
    assert fields["tier"] == ""
    assert send(client, SOURCE, fields, tier="known", why="we know them").status_code == 303
    assert record(desk, RecordKind.SOURCE, "publisher-facts-example").tier is Tier.KNOWN
    page = page_of(client.get("/statements/file-t-1"))
    assert "not counted" not in said(page, "[aria-labelledby=edit]")[0]

    client = as_person(desk, "anna")  # who may not say whom to believe keeps it as it is
    fields = form_at(client, SOURCE)
    assert send(client, SOURCE, fields, title="Facts, renamed", why="their new name").status_code == 303
    found = record(desk, RecordKind.SOURCE, "publisher-facts-example")
    assert (found.tier, found.title) == (Tier.KNOWN, "Facts, renamed")
    fields = form_at(client, SOURCE)
    refused = page_of(send(client, SOURCE, fields, tier="official", why="x"), 400)
    assert "How far it is believed: a key with the scope 'admin'" in said(refused, "[role=alert]")[0]

    client = as_person(desk, "ada")
    assert send(client, SOURCE, form_at(client, SOURCE), tier="", why="as before").status_code == 303
    assert record(desk, RecordKind.SOURCE, "publisher-facts-example").tier is None


def test_a_new_source_with_its_tier(desk: Desk) -> None:
    client = as_person(desk, "ada")
    fields = form_at(client, "/desk/new/sources") | {"id": "hive", "title": "The hive", "publisher": "Hive", "why": "new"}
    assert send(client, "/desk/new/sources", fields, site="hive.example", language="en", tier="official").status_code == 303
    assert record(desk, RecordKind.SOURCE, "hive").tier is Tier.OFFICIAL
