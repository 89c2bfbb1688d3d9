"""Statements that mean the same on the desk's pages: offered side by side, merged under one id, and taken apart again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.kinds import RecordKind, State
from index.ledger.entries import By
from index.readers.loading import load_file
from service.pages.desk.merging import named_id
from service.settings import Settings
from tests.service.pages.test_desk import as_person, fields_of, send, state
from tests.service.pages.test_pages import said
from tests.service.pages.test_signing import Desk, desk_of, page_of, sign_in

HEAD = "id,claim,rating,review_url\n"
OLD, NEW = "Bees bark at night.", "Bees bark at night"
MERGE = "/desk/statements/file-new-7/merge"


@pytest.fixture
def desk(settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    """Anna is signed in; two statements mean the same."""
    for desk in desk_of(settings):
        for name, line in (("old", f"1,{OLD},False,https://desk.example/1"), ("new", f"7,{NEW},Falso,https://other.example/7")):
            (tmp_path / f"{name}.csv").write_text(f"{HEAD}{line}\n", encoding="utf-8")
            load_file(desk.parts.store, tmp_path / f"{name}.csv", by=By("terminal: ops", name))
        desk.parts.retriever.live.refresh()
        sign_in(desk.client)
        yield desk


def ids(page: object) -> list[str]:
    return [button.get("value") for button in page.cssselect("button[name=into]")]  # type: ignore[attr-defined]


def test_what_is_erased_is_taken_out_of_what_it_was_merged_into_and_its_twins_are_offered(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "twin.csv").write_text(f"{HEAD}1,{NEW},,\n2,{OLD},,\n", encoding="utf-8")
    load_file(desk.parts.store, tmp_path / "twin.csv")
    desk.client.post(MERGE, data=fields_of(page_of(desk.client.get("/desk/alike"))) | {"into": "file-old-1", "why": "the same"})
    client = as_person(desk, "ada")
    path = "/desk/statements/file-new-7/erase"
    page = page_of(client.get(path))
    assert [link.text_content() for link in page.cssselect("form.desk li a")] == ["file-old-1"]
    boxes = [box.get("name") for box in page.cssselect("fieldset input")]
    assert boxes == ["also.statements.file-twin-1"]
    fields = {name: value for name, value in fields_of(page).items() if name != "sure"} | {"why": "asked for"}
    refused = page_of(send(client, path, fields, **{boxes[0]: "yes"}), 400)
    assert [box.get("checked") for box in refused.cssselect("fieldset input")] == ["checked"], "what was ticked stays so"
    assert send(client, path, fields, **{"also.statements": "yes", "sure": "yes"}).status_code == 404
    assert send(client, path, fields, **{boxes[0]: "yes", "sure": "yes"}).status_code == 303
    states = [state(desk, RecordKind.STATEMENT, f"file-{id_}") for id_ in ("new-7", "twin-1", "twin-2", "old-1")]
    assert states == [State.ERASED, State.ERASED, State.PUBLISHED, State.PUBLISHED]
    assert desk.parts.store.statement("file-old-1").wordings == {}
    history = page_of(desk.client.get("/desk/statements/file-old-1/history"))
    assert NEW not in said(history, "main")[0].replace(OLD, "")


def test_what_others_need_is_refused_when_the_form_is_sent(desk: Desk) -> None:
    client = as_person(desk, "ada")
    path = "/desk/sources/file-old/erase"
    page = page_of(client.get(path))
    told = page_of(send(client, path, fields_of(page) | {"why": "x", "sure": "yes"}), 400)
    assert "cannot be erased" in said(told, "[role=alert]")[0]


def test_what_means_the_same_stands_side_by_side_and_is_merged(desk: Desk) -> None:
    page = page_of(desk.client.get("/desk/alike"))
    assert ids(page) == ["file-old-1", "file-new-7"]
    assert said(page, "[role=status]")[0].endswith("1 to 5 of 5 were looked at.")
    fields = fields_of(page) | {"into": "file-old-1"}
    assert page.cssselect("button[value=file-old-1]")[0].get("formaction") == MERGE
    refused = page_of(send(desk.client, MERGE, fields, why=" "), 400)
    assert said(refused, "[role=alert] li") == ["Why: is missing: it stands in the ledger for good"]
    assert ids(refused) == ["file-old-1", "file-new-7"]
    refused = page_of(send(desk.client, MERGE, fields, why="the same", token="x"), 403)
    assert fields_of(refused)["why"] == "the same"
    assert state(desk, RecordKind.STATEMENT, "file-new-7") is State.PUBLISHED
    done = send(desk.client, MERGE, fields, why="the same")
    assert done.status_code == 303
    twice = send(desk.client, MERGE, fields, why="the same")
    assert twice.headers["location"] == done.headers["location"]
    page = page_of(desk.client.get(done.headers["location"]))
    assert said(page, "[role=status]")[0].startswith("Merged")
    found = desk.parts.store.dossier("file-old-1")
    assert (found.statement.wordings, len(found.reviews)) == ({"en": [NEW]}, 2)
    entry = desk.parts.store.ledger.standing(RecordKind.STATEMENT, "file-new-7").entry
    assert (entry.state, entry.superseded_by, entry.who, entry.why) == (State.RETIRED, "file-old-1", "person anna", "the same")
    undo = page.cssselect("form.desk")[0]
    undone = page_of(send(desk.client, undo.get("action"), dict(undo.form_values()), why="they are not"))
    assert said(undone, "[role=status]")[0].endswith("records are as they were before.")
    assert state(desk, RecordKind.STATEMENT, "file-new-7") is State.PUBLISHED
    assert desk.parts.store.statement("file-old-1").wordings == {}


def test_the_other_one_can_be_kept(desk: Desk) -> None:
    page = page_of(desk.client.get("/desk/alike"))
    (button,) = page.cssselect("button[value=file-new-7]")
    assert send(desk.client, button.get("formaction"), fields_of(page), why="x", into="file-new-7").status_code == 303
    assert state(desk, RecordKind.STATEMENT, "file-old-1") is State.RETIRED


def test_only_what_an_import_brought_is_looked_at(desk: Desk) -> None:
    act = desk.parts.store.ledger.standing(RecordKind.STATEMENT, "file-new-7").entry.act
    page = page_of(desk.client.get(f"/desk/alike?act={act}"))
    assert ids(page) == ["file-old-1", "file-new-7"]
    assert said(page, "[role=status]")[0].endswith("1 to 1 of 1 were looked at.")
    done = send(desk.client, MERGE, fields_of(page), into="file-old-1", why="x")
    assert page_of(desk.client.get(done.headers["location"])).cssselect(f"a[href='/desk/alike?act={act}']")
    assert ids(page_of(desk.client.get("/desk/alike?act=99999"))) == []


def test_from_a_statements_page(desk: Desk) -> None:
    page = page_of(desk.client.get("/statements/file-new-7"))
    (link,) = page.cssselect("[aria-labelledby=edit] a[href$='/merge']")
    assert (link.get("href"), link.text) == (MERGE, "Merge into …")
    assert ids(page_of(desk.client.get(MERGE))) == ["file-old-1", "file-new-7"]  # what seems to mean the same
    for into in ("north-masses-troops", "http://testserver.local/statements/north-masses-troops?x=1"):
        page = page_of(desk.client.get(MERGE, params={"into": into}))
        assert ids(page) == ["north-masses-troops", "file-new-7"]
    assert "Refutations: 2" in said(page, ".columns p.quiet")[1]
    done = send(desk.client, MERGE, fields_of(page), into="north-masses-troops", why="of old")
    assert said(page_of(desk.client.get(done.headers["location"])), "[role=status] a")[0] == "Its page"


@pytest.mark.parametrize(("into", "told"), [("nowhere", "no statement"), ("file-new-7", "the statement itself")])
def test_what_cannot_be_merged(desk: Desk, into: str, told: str) -> None:
    page = page_of(desk.client.get(MERGE, params={"into": into}), 400)
    assert told in said(page, "#into-wrong")[0]
    desk.client.cookies.set("language", "es")
    page = page_of(desk.client.get(MERGE, params={"into": into}), 400)
    assert said(page, "#into-wrong")[0] in ("ninguna declaración publicada tiene este identificador", "es la misma declaración")
    fields = fields_of(page_of(desk.client.get("/desk/alike")))
    assert send(desk.client, MERGE, fields, into=into, why="x").status_code in (404, 409)
    assert desk.client.get("/desk/sources/paper-1/merge").status_code == 404
    assert desk.client.get("/desk/statements/nowhere/merge").status_code == 404
    assert send(desk.client, "/desk/sources/file-new-7/merge", fields, into="file-old-1", why="x").status_code == 404
    assert desk.client.get("/desk/merges/1").status_code == 404  # an import
    assert send(desk.client, "/desk/merges/1", fields, why="x").status_code == 404


def test_ids_as_people_give_them() -> None:
    assert named_id(" bees ") == "bees"
    assert named_id("https://facts.example/statements/b%20s/?saved=1#top") == "b s"


def test_without_relations_it_says_so(settings: Settings) -> None:
    for desk in desk_of(settings, relation="off"):
        sign_in(desk.client)
        assert said(page_of(desk.client.get("/desk/alike")), "main .notice") == [
            "This service compares no statements: nothing can be offered."
        ]
