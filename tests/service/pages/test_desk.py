"""The desk's pages through the real application: who may, what a form takes, what it tells, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from lxml import html

from index.kinds import RecordKind, Scope, State
from index.ledger.entries import By
from index.records import Batch, Citation, Party, Source, Statement, StatementKind
from service.languages import ENGLISH, LANGUAGES
from service.settings import Settings
from tests.service.pages.test_pages import said
from tests.service.pages.test_signing import Client, Desk, as_anna, desk_of, page_of, sign_in

STATEMENT = "/desk/statements/north-masses-troops"
PAGE = "/statements/north-masses-troops"


@pytest.fixture(scope="module")
def module_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    from tests.fakes import SEEDS

    folder = tmp_path_factory.mktemp("desk")
    (folder / "paper-1.toml").write_text(SEEDS, encoding="utf-8")
    return Settings(data_dir=folder / "data", seeds=str(folder), relation="on", sign_ins_per_minute=1_000)


@pytest.fixture(scope="module")
def served(module_settings: Settings) -> Iterator[Desk]:
    """One service for all tests here that do not need another one: each works on a record of its own."""
    yield from desk_of(module_settings)


@pytest.fixture
def desk(served: Desk) -> Iterator[Desk]:
    """Anna is signed in."""
    yield from as_anna(served)


@pytest.fixture
def two_people(settings: Settings) -> Iterator[Desk]:
    """A service in which another person publishes what one wrote."""
    for desk in desk_of(settings, two_people="on"):
        sign_in(desk.client)
        yield desk


def as_person(desk: Desk, name: str) -> Client:
    desk.client.cookies.clear()
    sign_in(desk.client, name)
    return desk.client


def form_at(client: Client, address: str, selector: str = "form.desk") -> dict[str, str]:
    """The fields of a page's form, as a browser would send them."""
    return fields_of(page_of(client.get(address)), selector)


def fields_of(page: html.HtmlElement, selector: str = "form.desk") -> dict[str, str]:
    form = page.cssselect(selector)[0]
    return {name: value.removeprefix("\n") for name, value in form.form_values() if name}  # a textarea begins with one


def send(client: Client, address: str, fields: dict[str, str], **changed: str) -> httpx.Response:
    return client.post(address, data={**fields, **changed})


def added(desk: Desk, text: str, **more: str) -> str:
    """The id of a statement that is added on the page."""
    fields = form_at(desk.client, "/desk/new/statements") | {"claimant.name": "Somebody", "why": "new"}
    fields["citations.0.url"] = "https://paper.example.org/a"
    response = send(desk.client, "/desk/new/statements", fields, text=text, **more)
    assert response.status_code == 303, said(html.document_fromstring(response.text), "[role=alert]")
    return response.headers["location"].partition("?")[0].rpartition("/")[2]


def record(desk: Desk, kind: RecordKind, id_: str) -> Any:
    return desk.parts.store.ledger.standing(kind, id_).record


def state(desk: Desk, kind: RecordKind, id_: str) -> State:
    return desk.parts.store.ledger.standing(kind, id_).entry.state


class TestWho:
    ROUTES = (
        "/desk",
        "/desk/new/statements",
        STATEMENT,
        f"{STATEMENT}/retire",
        f"{STATEMENT}/history",
        f"{STATEMENT}/erase",
        "/desk/queue",
        "/desk/queue/statements/north-masses-troops",
        "/desk/imports",
        "/desk/imports/1",
        "/desk/conflicts",
        "/desk/upload",
        "/desk/alike",
        f"{STATEMENT}/merge",
    )

    def test_nobody_comes_in_without_signing_in_or_without_the_scope(self, desk: Desk) -> None:
        version = desk.parts.store.version()
        for name, open_to in ((None, ()), ("rob", ()), ("anna", self.ROUTES[:5] + self.ROUTES[8:]), ("rita", self.ROUTES[6:8])):
            desk.client.cookies.clear()
            if name:
                sign_in(desk.client, name)
            for path in self.ROUTES:
                shown, sent = desk.client.get(path), desk.client.post(path, data={"why": "x", "state": "published"})
                if path in open_to:
                    assert shown.status_code == 200, (name, path)
                    assert sent.status_code in (403, 405), (name, path)  # without a token
                elif name is None:
                    assert (shown.status_code, shown.headers["location"].partition("?")[0]) == (303, "/sign-in")
                    assert sent.status_code in (401, 405), path
                else:
                    assert shown.status_code == 403, (name, path)
                    assert sent.status_code in (403, 405), (name, path)
        assert desk.parts.store.version() == version

    def test_every_form_of_a_session_is_refused_without_its_token(self, desk: Desk) -> None:
        """Structure: each route that takes a form, and is for people, reads it in the one way that looks for the token."""
        found = set()
        for route in desk.client.app.routes:
            for method, (handler, _) in getattr(route, "route_handler_map", {}).items():
                if method == "POST" and route.path_format.startswith(("/desk", "/account", "/sign-out")):
                    assert "sent" in handler.parsed_fn_signature.parameters, route.path_format
                    found.add(route.path_format)
        assert len(found) == 14

    def test_another_sessions_token_changes_nothing(self, desk: Desk) -> None:
        id_ = added(desk, "Grass is always blue here.")
        fields = form_at(desk.client, f"/desk/statements/{id_}")
        desk.client.cookies.clear()
        sign_in(desk.client)  # the same person, once more
        response = send(desk.client, f"/desk/statements/{id_}", fields, text="Grass is always red here.", why="x")
        page = page_of(response, 403)
        assert said(page, "[role=alert] h2") == ["Nothing was changed"]
        assert said(page, "textarea#text") == ["Grass is always red here."]  # nothing is lost, and it can be sent again
        assert record(desk, RecordKind.STATEMENT, id_).text == "Grass is always blue here."
        assert send(desk.client, f"/desk/statements/{id_}", fields_of(page)).status_code == 303
        assert record(desk, RecordKind.STATEMENT, id_).text == "Grass is always red here."

    def test_pages_show_nothing_of_editing_to_those_who_may_not(self, desk: Desk) -> None:
        page = page_of(desk.client.get(PAGE))
        assert page.cssselect("a[href^='/desk/']")
        for name in ("rob", None):
            desk.client.cookies.clear()
            if name:
                sign_in(desk.client, name)
            for path in (PAGE, "/sources/paper-1", "/", "/statements"):
                assert "/desk" not in desk.client.get(path).text, (name, path)

    def test_what_a_person_does_stands_under_their_name(self, desk: Desk) -> None:
        id_ = added(desk, "Trees walk at night.")
        assert desk.parts.store.ledger.standing(RecordKind.STATEMENT, id_).entry.who == "person anna"


class TestForms:
    def test_a_typo_is_mended_and_all_else_stays(self, desk: Desk) -> None:
        before = record(desk, RecordKind.STATEMENT, "north-masses-troops")
        fields = form_at(desk.client, STATEMENT)
        done = send(desk.client, STATEMENT, fields, text=before.text + " It does.", why="a typo")
        assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}?saved=1")
        after = record(desk, RecordKind.STATEMENT, "north-masses-troops")
        assert [name for name in after.__struct_fields__ if getattr(after, name) != getattr(before, name)] == ["text"]
        assert said(page_of(desk.client.get(f"{PAGE}?saved=1")), "[role=status]") == ["Saved."]

    @pytest.mark.parametrize("path", ["statements/south-buys-tanks", "refutations/observers-saw-nothing", "sources/paper-1"])
    def test_a_form_that_is_sent_as_it_is_shown_changes_nothing(self, desk: Desk, path: str) -> None:
        version = desk.parts.store.version()
        fields = form_at(desk.client, f"/desk/{path}")
        assert send(desk.client, f"/desk/{path}", fields, why="none").status_code == 303
        assert desk.parts.store.version() == version

    def test_a_statement_is_added_with_all_that_it_can_have(self, desk: Desk) -> None:
        id_ = added(
            desk,
            "Bees bark at the moon.",
            **{
                "kind": "event",
                "claimant.name": "The hive",
                "claimant.role": "speaker",
                "claimant.person": "yes",
                "when.edtf": "3 May 2024",
                "places": "Hill\r\n\r\n Valley ",
                "topics": "bees",
                "appearances": "https://posts.example.org/1",
                "wordings.new.texts": "Пчёлы лают на луну\nПчёлы лают",
                "wordings.new.language": "ru",
            },
        )
        found = record(desk, RecordKind.STATEMENT, id_)
        assert (found.claimant, found.when.edtf, found.when.text) == (
            Party("The hive", "speaker", person=True),
            "2024-05-03",
            "3 May 2024",
        )
        assert (found.places, found.topics, found.language) == (["Hill", "Valley"], ["bees"], "en")
        assert found.wordings == {"ru": ["Пчёлы лают на луну", "Пчёлы лают"]}
        assert found.citations == [Citation("site-paper-example-org", url="https://paper.example.org/a")]
        fields = form_at(desk.client, f"/desk/statements/{id_}")
        assert (fields["when.edtf"], fields["when.text"], fields["wordings.ru"]) == (
            "2024-05-03",
            "",
            "Пчёлы лают на луну\nПчёлы лают",
        )
        send(desk.client, f"/desk/statements/{id_}", fields | {"when.edtf": "", "wordings.ru": "", "topics": ""}, why="less")
        found = record(desk, RecordKind.STATEMENT, id_)
        assert (found.when, found.wordings, found.topics) == (None, {}, [])

    def test_all_that_is_wrong_stands_beside_its_field(self, desk: Desk) -> None:
        version = desk.parts.store.version()
        fields = form_at(desk.client, "/desk/new/statements")
        wrong = {
            "text": " ",
            "claimant.name": "",
            "when.edtf": "soon",
            "citations.0.url": "javascript:alert(1)",
            "citations.0.paragraph": "two",
            "language": "english",
            "appearances": "ftp://x",
            "wordings.new.texts": "a\na",
            "wordings.new.language": "en",
            "id": "No Id",
            "why": " ",
            "state": "published",
        }
        page = page_of(send(desk.client, "/desk/new/statements", fields, **wrong), 400)
        told = {
            id_: said(page, f"[id='{id_}-wrong']") for id_ in ("text", "claimant", "when", "citations", "language", "why", "id")
        }
        assert told == {
            "text": ["empty text"],
            "claimant": ["empty text"],
            "when": ["'soon' is not YYYY, YYYY-MM or YYYY-MM-DD"],
            "citations": ["Paragraph: is not a number"],
            "language": ["'english' is not an ISO 639 code"],
            "why": ["is missing: it stands in the ledger for good"],
            "id": ["use lower-case letters, digits and single hyphens, not 'No Id'"],
        }
        assert said(page, "#appearances-wrong") == ["'ftp://x' is no http or https address"]
        assert len(page.cssselect("[role=alert] li a")) == len(said(page, ".wrong")) + sum(
            one.count("; ") for one in said(page, ".wrong")
        )
        for link in page.cssselect("[role=alert] li a"):
            assert page.cssselect(f"[id='{link.get('href')[1:]}']"), link.get("href")
        for id_ in ("text", "language", "why"):
            (control,) = page.cssselect(f"#{id_}")
            assert control.get("aria-invalid") == "true"
            assert f"{id_}-wrong" in control.get("aria-describedby")
        shown = fields_of(page)
        assert {name: shown[name] for name in wrong if name != "text"} == {
            name: text for name, text in wrong.items() if name != "text"
        }
        assert desk.parts.store.version() == version

    def test_a_citation_without_link_or_source_is_told_what_it_needs(self, desk: Desk) -> None:
        fields = form_at(desk.client, "/desk/new/statements") | {"claimant.name": "X", "text": "Cats can fly.", "why": "new"}
        page = page_of(send(desk.client, "/desk/new/statements", fields), 400)
        assert said(page, "#citations-wrong") == ["at least one is needed"]
        page = page_of(
            send(desk.client, "/desk/new/statements", fields, **{"citations.0.section": "A", "citations.0.paragraph": "1"}), 400
        )
        assert said(page, "#citations-wrong") == ["give a link, or name a source"]

    def test_a_refutation_is_added_with_a_link_alone(self, desk: Desk) -> None:
        id_ = added(desk, "Stones swim upstream.")
        page = page_of(desk.client.get(f"/desk/new/refutations?statement={id_}"))
        assert "Stones swim upstream." in page.text_content()
        fields = fields_of(page) | {
            "text": "The river says that no stone swims.",
            f"answers.{id_}": "denies",
            "issuer.name": "The river",
            "why": "their answer",
        }
        fields["citations.0.url"] = "https://www.river.example.org/no"
        done = send(desk.client, "/desk/new/refutations", fields)
        assert (done.status_code, done.headers["location"]) == (303, f"/statements/{id_}?saved=1")
        page = page_of(desk.client.get(f"/statements/{id_}"))
        assert "The river says that no stone swims." in said(page, "section[aria-label='What stands against it'] li p")
        assert desk.parts.store.source("site-river-example-org").publisher == "river.example.org"
        fields |= {"text": "The river says so again.", "key": "another", "citations.0.url": "https://river.example.org/again"}
        assert send(desk.client, "/desk/new/refutations", fields).status_code == 303
        assert len([one for one in desk.parts.store.all_sources() if "river" in one.id]) == 1

    def test_nothing_is_said_of_an_answer_that_nobody_chose(self, desk: Desk) -> None:
        """Neither that it denies exactly this, nor that something was found false, stands there until somebody says so."""
        of = "?statement=north-masses-troops"
        assert form_at(desk.client, f"/desk/new/refutations{of}")["answers.north-masses-troops"] == ""
        assert form_at(desk.client, f"/desk/new/reviews{of}")["rating.rated"] == ""
        fields = form_at(desk.client, f"/desk/new/refutations{of}") | {"text": "No.", "issuer.name": "X", "why": "new"}
        page = page_of(send(desk.client, "/desk/new/refutations", fields, **{"citations.0.url": "https://x.example.org/"}), 400)
        assert said(page, "#answers-wrong") == ["it answers no statement"]

    def test_a_review_is_added_changed_and_retired(self, desk: Desk) -> None:
        id_ = added(desk, "Salt is sweet.")
        fields = form_at(desk.client, f"/desk/new/reviews?statement={id_}")
        fields |= {
            "reviewer.name": "Facts",
            "rating.rated": "false",
            "rating.original": "Falsch",
            "rating.value": "1,5",
            "why": "theirs",
        }
        fields |= {"citation.url": "https://facts.example.org/salt", "title": "Nein, Salz ist nicht süß."}
        assert send(desk.client, "/desk/new/reviews", fields).headers["location"] == f"/statements/{id_}?saved=1"
        (review,) = desk.parts.store.dossier(id_).reviews
        assert (review.rating.original, review.rating.value, review.language) == ("Falsch", 1.5, "de")
        path = f"/desk/reviews/{review.id}"
        send(desk.client, path, form_at(desk.client, path), why="half", **{"rating.rated": "mixed", "rating.value": ""})
        (review,) = desk.parts.store.dossier(id_).reviews
        assert (review.rating.rated.value, review.rating.value) == ("mixed", None)
        done = send(desk.client, f"{path}/retire", form_at(desk.client, f"{path}/retire"), why="withdrawn")
        assert (done.status_code, done.headers["location"]) == (303, f"{path}?saved=1")
        assert desk.parts.store.dossier(id_).reviews == []
        assert send(desk.client, path, form_at(desk.client, path), state="published", why="it stands").status_code == 303
        assert len(desk.parts.store.dossier(id_).reviews) == 1

    def test_what_stands_for_a_retired_record_must_be_there(self, desk: Desk) -> None:
        old, new = added(desk, "Old news is news."), added(desk, "New news is news.")
        path = f"/desk/statements/{old}/retire"
        page = page_of(send(desk.client, path, form_at(desk.client, path), why="twice", superseded_by="nothing"), 400)
        assert said(page, "#superseded_by-wrong") == ["no statement that is not retired has the id 'nothing'"]
        assert send(desk.client, path, fields_of(page), superseded_by=new).status_code == 303
        assert desk.client.get(f"/v1/statements/{old}").json()["detail"].endswith(f"{new!r} stands for it")

    def test_a_double_click_adds_one_record_only(self, desk: Desk) -> None:
        fields = form_at(desk.client, "/desk/new/statements") | {"claimant.name": "X", "text": "Twice is once.", "why": "new"}
        fields["citations.0.url"] = "https://paper.example.org/twice"
        first, second = (send(desk.client, "/desk/new/statements", fields) for _ in range(2))
        assert first.headers["location"] == second.headers["location"]
        page = page_of(send(desk.client, "/desk/new/statements", fields, text="Twice is twice."), 422)
        assert said(page, "textarea#text") == ["Twice is twice."]
        assert send(desk.client, "/desk/new/statements", fields_of(page)).headers["location"] != first.headers["location"]

    def test_two_editors_see_each_others_version_and_lose_nothing(self, desk: Desk) -> None:
        id_ = added(desk, "Moss glows.", topics="moss")
        path = f"/desk/statements/{id_}"
        mine = form_at(desk.client, path)
        theirs = form_at(as_person(desk, "ada"), path)
        assert send(desk.client, path, theirs, text="Moss glows green.", why="colour").status_code == 303
        token = form_at(as_person(desk, "anna"), path)["token"]
        page = page_of(send(desk.client, path, mine, text="Moss glows blue.", topics="moss\nlight", why="mine", token=token), 412)
        told = said(page, "[role=alert]")[0]
        assert "person ada changed it" in told
        assert "colour" in told
        rows = [[" ".join(cell.text_content().split()) for cell in row] for row in page.cssselect("[role=alert] tbody tr")]
        assert rows == [["text", "Moss glows green.", "Moss glows blue."], ["topics", "moss", "moss light"]]
        assert said(page, "textarea#text") == ["Moss glows blue."]
        assert record(desk, RecordKind.STATEMENT, id_).text == "Moss glows green."
        assert send(desk.client, path, fields_of(page)).status_code == 303
        assert record(desk, RecordKind.STATEMENT, id_).text == "Moss glows blue."

    def test_hostile_content_stays_in_its_place(self, desk: Desk) -> None:
        evil = '"><script>alert(1)</script>{{7*7}}'
        fields = form_at(desk.client, "/desk/new/statements") | dict.fromkeys(("text", "claimant.name", "why", "id"), evil)
        page = page_of(
            send(desk.client, "/desk/new/statements", fields, **{f"wordings.{evil}": "x", "citations.9999.url": evil}), 400
        )
        assert not page.cssselect("main script")
        id_ = added(desk, f"Text {evil}", **{"claimant.name": evil, "topics": evil, "when.text": evil, "when.edtf": "2024"})
        for path in (
            f"/desk/statements/{id_}",
            f"/desk/statements/{id_}/history",
            f"/desk/statements/{id_}/retire",
            f"/statements/{id_}",
        ):
            assert not [
                one
                for one in page_of(desk.client.get(path)).cssselect("script")
                if "alert" in one.text_content() and one.get("type") is None
            ]

    def test_erasing_takes_an_administrator_who_means_it(self, desk: Desk) -> None:
        id_ = added(desk, "Anna Smith of 5 Mill Lane said so.")
        path = f"/desk/statements/{id_}/erase"
        client = as_person(desk, "ada")
        fields = form_at(client, path)
        fields.pop("sure", None)
        page_of(send(client, path, fields, why="asked for"), 400)
        assert send(client, path, fields, why="asked for", sure="yes").headers["location"] == "/desk?saved=erased"
        assert state(desk, RecordKind.STATEMENT, id_) is State.ERASED
        assert client.get(f"/desk/statements/{id_}").status_code == 404
        assert "Mill Lane" not in client.get(f"/desk/statements/{id_}/history").text

    @pytest.mark.parametrize("path", ["/desk/nonsense/x", "/desk/new/nonsense", "/desk/statements/nothing", "/desk/imports/999999"])
    def test_what_is_not_there_is_a_readable_404(self, desk: Desk, path: str) -> None:
        assert said(page_of(desk.client.get(path), 404), "h1") == ["No such record"]


class TestHistory:
    def test_an_earlier_revision_is_restored(self, desk: Desk) -> None:
        id_ = added(desk, "Ice is warm.")
        path = f"/desk/statements/{id_}"
        send(desk.client, path, form_at(desk.client, path), text="Ice is hot.", why="stronger")
        page = page_of(desk.client.get(f"{path}/history"))
        assert said(page, "h2") == ["Revision 2, published", "Revision 1, published"]
        assert (
            said(page, "section:first-of-type tbody tr") == ["textIce is warm.Ice is hot."] or "Ice is hot." in page.text_content()
        )
        fields = fields_of(page)
        assert fields["restored"] == "1"
        again = page_of(send(desk.client, f"{path}/history", fields, why=" "), 400)
        assert "Why: is missing" in said(again, "[role=alert]")[0]
        assert send(desk.client, f"{path}/history", fields, why="it was right").status_code == 303
        assert record(desk, RecordKind.STATEMENT, id_).text == "Ice is warm."
        assert len(desk.parts.store.ledger.history(RecordKind.STATEMENT, id_)) == 3
        stale = page_of(send(desk.client, f"{path}/history", fields, why="once more", key="x"), 412)
        assert "changed it" in said(stale, "[role=alert]")[0]
        page_of(send(desk.client, f"{path}/history", fields_of(stale), restored="77", why="x"), 400)

    def test_an_import_is_undone_whole(self, desk: Desk) -> None:
        source = Source("feed", "A feed", "Feed", "feed.example", "en", url="https://feed.example/all")
        said_there = [
            Statement(
                f"feed-{n}", StatementKind.CLAIM, f"Feed claim {n}.", "en", Party("X"), [Citation("feed", "All", n + 1)], False
            )
            for n in range(3)
        ]
        report = desk.parts.store.load_batches(
            [Batch([source], said_there, [])], by=By("terminal", 'the wrong file, "action":"edit"')
        )
        added(desk, 'An edit whose reason has "action":"import" in it.')
        path = "/desk/statements/feed-2"
        send(desk.client, path, form_at(desk.client, path), text="Feed claim, mended.", why="a typo")
        listed = page_of(desk.client.get("/desk/imports"))
        numbers = [link.get("href") for link in listed.cssselect(".list a")]
        assert numbers[0] == f"/desk/imports/{report.act}"
        assert len(numbers) == 2  # and the seed file
        assert "4 records, 3 of them as it brought them" in said(listed, ".list > li")[0]
        fields = form_at(desk.client, numbers[0])
        page_of(send(desk.client, numbers[0], fields, why=""), 400)
        page_of(send(desk.client, numbers[0], fields, why="x", token="x"), 403)
        done = page_of(send(desk.client, numbers[0], fields, why="the wrong file"))
        assert said(done, "[role=status]") == ["2 records are as they were before."]
        assert ["changed since" in one or "cites it" in one for one in said(done, ".records li")] == [True, True]
        assert state(desk, RecordKind.STATEMENT, "feed-0") is State.RETIRED
        assert state(desk, RecordKind.STATEMENT, "feed-2") is State.PUBLISHED
        assert said(page_of(send(desk.client, numbers[0], fields, why="again")), "h1") == ["Nothing was left to be undone"]


WRONG = {
    "text": " ",
    "when.edtf": "2024-02-31",
    "citations.0.url": "javascript:alert(1)",
    "citations.0.paragraph": "two",
    "citations.0.quotation": "x" * 5_001,
    "language": "english",
    "appearances": "ftp://x",
    "wordings.new.texts": "a\na",
    "wordings.new.language": "en",
    "id": "No Id",
    "why": "",
}


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {ENGLISH}))
def test_what_the_rules_say_is_told_in_the_reader_s_language(desk: Desk, language: str) -> None:
    fields = form_at(desk.client, "/desk/new/statements")
    in_english = page_of(send(desk.client, "/desk/new/statements", fields, **WRONG), 400)
    desk.client.cookies.set("language", language)
    page = page_of(send(desk.client, "/desk/new/statements", fields, **WRONG), 400)
    told, english = (dict(complaints(one)) for one in (page, in_english))
    assert told.keys() == english.keys() >= {"text", "when", "citations", "language", "appearances", "wordings", "id", "why"}
    for field in told:
        assert told[field] != english[field]
    assert not page.cssselect("[role=alert] [lang=en], .wrong [lang=en], [lang=en].wrong")
    for line, before in zip(said(page, "[role=alert] li"), said(in_english, "[role=alert] li"), strict=True):
        assert line != before


def complaints(page: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """What stands beside each field that is wrong."""
    for one in page.cssselect(".wrong"):
        yield one.get("id").removesuffix("-wrong"), " ".join(one.text_content().split())


def test_what_was_typed_stands_apart_where_one_reads_from_right_to_left(desk: Desk) -> None:
    desk.client.cookies.set("language", "ar")
    fields = form_at(desk.client, "/desk/new/statements") | {"text": "Cats can fly.", "claimant.name": "X", "why": "new"}
    fields |= {"citations.0.url": "https://paper.example.org/a", "language": "english"}
    page = page_of(send(desk.client, "/desk/new/statements", fields), 400)
    assert dict(complaints(page)) == {"language": "\u2068'english'\u2069 ليس رمز لغة بحسب ISO 639"}
    desk.client.cookies.set("language", "uk")
    page = page_of(send(desk.client, "/desk/new/statements", fields), 400)
    assert said(page, "[role=alert] li") == ["Мова: 'english' – не код мови за ISO 639"]


def test_a_conflict_is_told_in_the_reader_s_language(desk: Desk) -> None:
    id_ = added(desk, "Fish can sing.")
    desk.client.cookies.set("language", "uk")
    fields = form_at(desk.client, "/desk/new/statements") | {"text": "Fish can dance.", "claimant.name": "X", "why": "new"}
    fields |= {"citations.0.url": "https://paper.example.org/a", "id": id_}
    page = page_of(send(desk.client, "/desk/new/statements", fields), 409)
    assert said(page, "[role=alert] p") == [f"твердження '{id_}' уже є: оберіть інший ідентифікатор"]


class TestTwoPeople:
    def test_what_one_wrote_another_publishes(self, two_people: Desk) -> None:
        desk = two_people
        fields = form_at(desk.client, "/desk/new/statements")
        assert fields["state"] == "in-review"
        fields |= {
            "claimant.name": "X",
            "text": "Rain falls up.",
            "why": "new",
            "citations.0.url": "https://paper.example.org/rain",
        }
        page = page_of(send(desk.client, "/desk/new/statements", fields, state="published"), 400)
        assert said(page, "#state-wrong") == ["another person publishes what you write: send it to review ('in-review')"]
        id_ = send(desk.client, "/desk/new/statements", fields).headers["location"].partition("?")[0].rpartition("/")[2]
        assert desk.client.get(f"/statements/{id_}").status_code == 404
        assert "Rain falls up." in said(page_of(desk.client.get("/desk")), "section[aria-labelledby=waiting] .statement")

        queue = f"/desk/queue/statements/{id_}"
        client = as_person(desk, "rita")
        assert said(page_of(client.get("/desk/queue")), ".statement") == ["Rain falls up."]
        page = page_of(client.get(queue))
        assert "Rain falls up." in said(page, ".differences td")
        back = send(client, queue, fields_of(page), state="draft", why="which rain?")
        assert (back.status_code, state(desk, RecordKind.STATEMENT, id_)) == (303, State.DRAFT)

        path = f"/desk/statements/{id_}"
        client = as_person(desk, "anna")
        send(client, path, form_at(client, path), text="Warm rain falls up.", state="in-review", why="that one")
        client = as_person(desk, "rita")
        fields = form_at(client, queue)
        page_of(send(client, queue, fields, state="retired", why="x"), 400)
        page_of(send(client, queue, fields, state="published", why=""), 400)
        assert send(client, queue, fields, state="published", why="seen").headers["location"] == "/desk/queue?saved=decided"
        assert desk.client.get(f"/statements/{id_}").status_code == 200

        client = as_person(desk, "anna")  # a change of what is published goes the same way
        fields = form_at(client, path)
        assert fields["state"] == "in-review"
        assert send(client, path, fields, text="Hot rain falls up.", why="hotter").headers["location"] == f"{path}?saved=1"
        assert client.get(f"/statements/{id_}").status_code == 404
        page = page_of(as_person(desk, "rita").get(queue))
        assert said(page, ".differences td") == ["Warm rain falls up.", "Hot rain falls up."]
        fields = form_at(as_person(desk, "anna"), f"{path}/history")
        assert send(desk.client, f"{path}/history", fields, why="as before").status_code == 303
        assert state(desk, RecordKind.STATEMENT, id_) is State.IN_REVIEW

    def test_nobody_publishes_their_own_words_however_much_they_may(self, two_people: Desk) -> None:
        desk = two_people
        client = as_person(desk, "ada")
        fields = form_at(client, "/desk/new/statements")
        fields |= {"claimant.name": "X", "text": "Ada was here.", "why": "new", "citations.0.url": "https://paper.example.org/ada"}
        id_ = send(client, "/desk/new/statements", fields).headers["location"].partition("?")[0].rpartition("/")[2]
        queue = f"/desk/queue/statements/{id_}"
        page = page_of(client.get(queue))
        assert "You wrote some of it" in page.text_content()
        page = page_of(send(client, queue, fields_of(page), state="published", why="mine"), 400)
        assert "you wrote some of it: another person publishes it" in said(page, "[role=alert]")[0]
        assert state(desk, RecordKind.STATEMENT, id_) is State.IN_REVIEW
        assert (
            send(client, f"/desk/statements/{id_}/retire", form_at(client, f"/desk/statements/{id_}/retire"), why="no").status_code
            == 303
        )

    def test_the_api_keeps_to_it_too(self, two_people: Desk) -> None:
        from tests.service.api.test_editing import BEES, MAY, let_in

        let_in(two_people.parts)
        body = {"record": BEES | {"id": "bees"}, "why": "new"}
        refused = two_people.client.post("/v1/statements", json=body, headers=MAY)
        assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (400, ["state"])
        assert two_people.client.post("/v1/statements", json=body | {"state": "in-review"}, headers=MAY).status_code == 201
        publish = {"state": "published", "why": "mine"}
        refused = two_people.client.patch("/v1/statements/bees", json=publish, headers=MAY | {"if-match": "*"})
        assert refused.json()["errors"] == [{"field": "state", "reason": "to publish what others wrote takes the scope 'review'"}]
        source = {"id": "hive", "title": "The hive", "publisher": "Hive", "site": "hive.example", "language": "en"}
        assert two_people.client.post("/v1/sources", json={"record": source, "why": "new"}, headers=MAY).status_code == 201

    def test_a_key_and_the_one_that_replaced_it_are_one_person(self, two_people: Desk) -> None:
        import datetime as dt

        from service.access.keyring import Keyring
        from tests.service.api.test_editing import BEES

        keyring, client = Keyring(two_people.parts.store.keys), two_people.client
        scopes, hour = {Scope.EDIT, Scope.REVIEW}, dt.timedelta(hours=1)
        first, another = (keyring.new("news desk", scopes, None, "test") for _ in range(2))
        second = keyring.rotate(first.key.id, hour, "test")
        third = keyring.rotate(second.key.id, hour, "test")
        as_key = {made.key.id: {"authorization": f"Bearer {made.secret}"} for made in (first, second, third, another)}
        body = {"record": BEES | {"id": "bees"}, "why": "new", "state": "in-review"}
        assert client.post("/v1/statements", json=body, headers=as_key[second.key.id]).status_code == 201
        publish = {"state": "published", "why": "seen"}
        for made, status in ((first, 400), (second, 400), (third, 400), (another, 200)):
            headers = as_key[made.key.id] | {"if-match": "*"}
            assert client.patch("/v1/statements/bees", json=publish, headers=headers).status_code == status

    def test_what_publishes_at_once_takes_more(self, two_people: Desk) -> None:
        """A file, what it says of others, and a merger would else publish what one person wrote."""
        from service.access.keyring import Keyring

        keyring, client = Keyring(two_people.parts.store.keys), two_people.client
        editor, admin = (
            {"authorization": f"Bearer {keyring.new('k', {scope, Scope.REVIEW}, None, 'test').secret}"}
            for scope in (Scope.EDIT, Scope.ADMIN)
        )
        sent = {"params": {"name": "a.csv", "why": "x"}, "content": "claim\nBees bark.\n"}
        tried = {"params": {**sent["params"], "dry_run": True}, "content": sent["content"]}
        statements = [one["id"] for one in client.get("/v1/statements").json()["items"]]
        merger = {"json": {"into": statements[1], "why": "x"}}
        merge = f"/v1/statements/{statements[0]}/merge"
        taking = {"json": {"take": True, "why": "x"}}
        asked = (("/v1/imports", tried, 200, 200), ("/v1/imports", sent, 403, 200), (merge, merger, 403, 200))
        for path, request, of_editor, of_admin in (*asked, (f"/v1/conflicts/{'0' * 16}", taking, 403, 404)):
            version = two_people.parts.store.version()
            assert client.post(path, headers=editor, **request).status_code == of_editor, path
            assert two_people.parts.store.version() == version
            assert client.post(path, headers=admin, **request).status_code == of_admin, path
