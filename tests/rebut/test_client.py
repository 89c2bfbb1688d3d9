"""The Python client against the real app, over a real connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

import rebut
from index.kinds import Scope
from rebut import (
    AsyncClient,
    Client,
    InvalidRequest,
    NotAllowed,
    NotFound,
    Problem,
    Unavailable,
    Unreachable,
    answers,
    imports,
    kept,
    records,
    states,
    words,
)
from rebut.words import KeptWords, TextFormat, VerdictKind
from service.access.keyring import Keyring
from service.api.wire import answers as wire_answers
from service.api.wire import imports as wire_imports
from service.api.wire import kept as wire_kept
from service.api.wire import records as wire_records
from service.api.wire import states as wire_states
from service.api.wire import texts as wire_texts
from service.app import create_app
from service.settings import Settings
from tests.conftest import fake_parts
from tests.fakes import SEEDS
from tests.service.check.texts.test_files import LINES, pdf, word_file
from tests.serving import served

CLAIM = "North is massing troops near the river"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "paper-1.toml").write_text(SEEDS, encoding="utf-8")
    with served(create_app(fake_parts(Settings(data_dir=folder / "data", seeds=str(folder), relation="on")))) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    with Client(address) as client:
        yield client


def test_a_claim(client: Client) -> None:
    answer = client.check(CLAIM, limit=1, explain=True, language="en-GB")
    assert answer.verdict.kind is VerdictKind.OFFICIALLY_REFUTED
    (match,) = answer.matches
    assert (match.statement.id, match.statement.claimant.name, match.explanation is not None) == (
        "north-masses-troops",
        "South",
        True,
    )
    assert match.citations[0].source.title == "A paper"
    assert match.refutations[0].applies_to_claim is True
    assert client.check(CLAIM, place="Mars").filter_note


def test_many_claims(client: Client) -> None:
    first, second, third = client.check_many([CLAIM, {"text": CLAIM, "limit": 0}, {"text": "Bananas grow"}], limit=1)
    assert isinstance(first, rebut.Answer)
    assert isinstance(second, Problem)
    assert second.errors[0].field == "limit"
    assert isinstance(third, rebut.Answer)


def test_a_text(client: Client) -> None:
    told = client.check_text(f"<p>Well, well, well. {CLAIM}.</p>", "html")
    assert told.findings[0].start == len("<p>Well, well, well. ")
    assert told.findings[0].matches[0].statement.id == "north-masses-troops"


def test_a_file(client: Client, tmp_path: Path) -> None:
    (tmp_path / "Доповідь.pdf").write_bytes(pdf(LINES))
    told = client.check_file(tmp_path / "Доповідь.pdf", limit=2, min_probability=0.1, explain=True, claimant="sou")
    assert told.extracted is not None
    assert told.extracted.endswith("South bought forty tanks.")
    assert {match.statement.id for finding in told.findings for match in finding.matches} == {"north-masses-troops"}
    assert told.findings[0].matches[0].explanation is not None
    assert client.check_file(str(tmp_path / "Доповідь.pdf")).findings[0].matches[0].explanation is None
    assert client.check_file(word_file([CLAIM], ["South bought forty tanks."])).extracted == f"{CLAIM}\n\nSouth bought forty tanks."
    marked_up = client.check_file(f"<p>{CLAIM}.</p>".encode(), "page.html")
    assert (marked_up.format, marked_up.findings[0].start, marked_up.extracted) == (TextFormat.HTML, 3, None)
    with pytest.raises(InvalidRequest, match="file: is no PDF file that can be read"):
        client.check_file(b"%PDF-1.4 and nothing more")
    with pytest.raises(InvalidRequest, match="limit: "):
        client.check_file(pdf(LINES), limit=0)
    with pytest.raises(InvalidRequest, match="lone surrogates"):
        client.check_file(pdf(LINES), place="\ud800")
    with pytest.raises(FileNotFoundError):
        client.check_file(tmp_path / "nothing.pdf")


DOCUMENT = f"Well, well, well. {CLAIM}."


def test_an_answer_is_kept_compared_and_taken_back(client: Client) -> None:
    made = client.keep(CLAIM, "en", "12h", keep_claim=True)
    view = client.kept(made.id)
    assert isinstance(view.answer, rebut.Answer)
    assert (view.claim_kept, view.answer.claim.text, view.expires) == (True, CLAIM, made.expires)
    assert (client.compare(made.id, CLAIM), client.compare(made.id, "x").same) == (kept.Compared(True), False)
    with pytest.raises(InvalidRequest, match="is not the one of this answer"):
        client.revoke(made.id, "else")
    client.revoke(made.id, made.revocation_token)
    with pytest.raises(NotFound):
        client.kept(made.id)


def test_the_answer_to_a_document_is_kept(client: Client, tmp_path: Path) -> None:
    made = client.keep_text(DOCUMENT, title="A speech", url="https://news.example/1", lifetime="1d", limit=2)
    view = client.kept(made.id)
    assert isinstance(view.answer, rebut.KeptText)
    assert (view.answer.title, view.answer.url, view.answer.keep) == ("A speech", "https://news.example/1", KeptWords.PLACES)
    assert (view.claim_kept, view.answer.answer.findings[0].number, view.answer.answer.findings[0].text) == (False, 2, "")
    compared = client.compare(made.id, DOCUMENT)
    assert compared == kept.Compared(True, client.check_text(DOCUMENT, limit=2))
    (tmp_path / "speech.pdf").write_bytes(pdf(LINES))
    view = client.kept(client.keep_file(tmp_path / "speech.pdf", keep="text").id)
    assert isinstance(view.answer, rebut.KeptText)
    assert view.answer.text == client.check_file(pdf(LINES)).extracted
    with pytest.raises(InvalidRequest, match="keep: "):
        client.keep_text(DOCUMENT, keep="all")


def test_records(client: Client) -> None:
    listed = list(client.statements())
    assert [one.id for one in listed] == ["north-masses-troops", "south-buys-tanks", "wheat-harvest-record"]
    assert listed[0].added is not None
    page = client.statements_page(limit=2)
    assert (len(page.items), page.total) == (2, 3)
    assert client.statements_page(page.next_cursor, limit=2).items[0].id == "wheat-harvest-record"
    assert [one.id for one in client.statements(kind="event", updated_since=listed[0].added)] == ["south-buys-tanks"]
    assert [one.id for one in client.statements(issuer="nor spokes")] == ["north-masses-troops"]
    detail = client.statement("north-masses-troops")
    assert (len(detail.refutations), detail.changed is not None) == (2, True)
    assert client.refutation("north-only-exercises").denies == ["north-masses-troops"]
    assert [source.id for source in client.sources()] == ["paper-1"]
    assert client.source("paper-1").publisher == "Publisher"
    assert client.ready().ready is True
    assert client.raw("GET", "/v1/statements", fields="total", limit=1) == b'{"total":3}'


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda client: client.check(" "), InvalidRequest, "text: must not be blank"),
        (lambda client: client.check("x", language="xx"), InvalidRequest, "names no language"),
        (lambda client: list(client.statements(clamant="x")), InvalidRequest, "did you mean 'claimant'"),
        (lambda client: client.statement("no such id?x=1#%"), NotFound, "no such id"),
        (lambda client: client.statement(""), Unreachable, "not answered as a Rebut service does"),
        (lambda client: client.raw("DELETE", "/v1/statements"), rebut.ProblemError, "Method Not Allowed"),
    ],
)
def test_problems_are_errors(client: Client, ask: Callable[[Client], object], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        ask(client)


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a service that asks for keys, and one that may check."""
    folder = tmp_path_factory.mktemp("keyed")
    (folder / "paper-1.toml").write_text(SEEDS, encoding="utf-8")
    parts = fake_parts(Settings(data_dir=folder / "data", seeds=str(folder), access="keyed"))
    with served(create_app(parts)) as address:
        yield address, Keyring(parts.store.keys).new("a test", {Scope.CHECK}, None, "a test").secret


def test_a_key_opens_what_it_may(keyed: tuple[str, str]) -> None:
    address, key = keyed
    with Client(address, key=key) as client:
        assert client.check(CLAIM).matches
        with pytest.raises(NotAllowed, match="read"):
            client.sources()
    with Client(address) as client, pytest.raises(NotAllowed, match="key"):
        client.check(CLAIM)

    async def ask() -> None:
        async with AsyncClient(address, key=key) as awaited:
            assert (await awaited.check(CLAIM)).matches
        async with AsyncClient(address, key=f"{key[:-1]}g") as awaited:
            with pytest.raises(NotAllowed):
                await awaited.check(CLAIM)

    asyncio.run(ask())


TABLE = "Що кажуть,claimant,date\nRivers flow uphill.,Minsk,2024-05-03\n,Minsk,2024-05-04\n".encode()


@pytest.fixture
def editors(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a service, and a key that may edit there."""
    (tmp_path / "paper-1.toml").write_text(SEEDS, encoding="utf-8")
    parts = fake_parts(Settings(data_dir=tmp_path / "data", seeds=str(tmp_path), access="keyed"))
    with served(create_app(parts)) as address:
        yield address, Keyring(parts.store.keys).new("a test", {Scope.EDIT, Scope.CHECK}, None, "a test").secret


def test_a_file_of_records_is_imported(editors: tuple[str, str], keyed: tuple[str, str], tmp_path: Path) -> None:
    address, key = editors
    (tmp_path / "твердження.csv").write_bytes(TABLE)
    said = {"map": {"Що кажуть": "claim"}, "encoding": "utf-8", "alike": True}
    with Client(address, key=key) as client:
        tried = client.import_file(tmp_path / "твердження.csv", "new", dry_run=True, **said)
        assert (tried.dry_run, tried.act, [change.text for change in tried.changes]) == (True, None, ["Rivers flow uphill."])
        assert client.statements_page().total == 3
        done = client.import_file(tmp_path / "твердження.csv", "new", **said)
        assert (len(done.added), done.alike) == (2, [])
        assert [one.place for one in done.skipped] == ["твердження.csv: line 3"]
        assert client.statements_page(claimant="Minsk").items[0].text == "Rivers flow uphill."
        again = client.import_file(TABLE, "new", "твердження.csv", **said)
        assert (again.act, again.unchanged) == (None, 1)
        with pytest.raises(InvalidRequest, match="encoding: is not known"):
            client.import_file(TABLE, "new", "a.csv", encoding="klingon")
        with pytest.raises(NotAllowed, match="admin"):
            client.import_file(TABLE, "new", "a.csv", own=True)
    with Client(keyed[0], key=keyed[1]) as client, pytest.raises(NotAllowed, match="edit"):
        client.import_file(TABLE, "new", "a.csv")


def test_the_awaited_client_sends_files_too(editors: tuple[str, str], tmp_path: Path) -> None:
    address, key = editors
    (tmp_path / "a.pdf").write_bytes(pdf(LINES))

    async def ask() -> None:
        async with AsyncClient(address, key=key) as awaited:
            with Client(address, key=key) as client:
                assert await awaited.check_file(tmp_path / "a.pdf") == client.check_file(pdf(LINES))
            tried = await awaited.import_file(TABLE, "new", "a.csv", dry_run=True, map={"Що кажуть": "claim"})
            assert len(tried.added) == 2
            done = await awaited.import_file(TABLE, "new", "a.csv", map={"Що кажуть": "claim"})
            assert (len(done.added), done.alike) == (2, None)

    asyncio.run(ask())


def test_a_file_is_sent_again_when_the_service_is_busy() -> None:
    transport, asked = busy(1, "0")
    with Client(transport=transport) as client, pytest.raises(Unreachable, match="not answered as a Rebut service"):
        client.check_file(b"text", "a.txt")
    assert [b"text" in request.content for request in asked] == [True, True]


def test_nobody_there_and_something_else_there() -> None:
    with Client("http://127.0.0.1:9") as client, pytest.raises(Unreachable, match=r"http://127\.0\.0\.1:9"):
        client.check("x")
    other = httpx.MockTransport(lambda _: httpx.Response(502, text="<html>bad gateway</html>"))
    with Client("http://other.example", transport=other) as client, pytest.raises(Unreachable, match="answers 502"):
        client.check("x")
    other = httpx.MockTransport(lambda _: httpx.Response(200, text="<html>hello</html>"))
    with Client("http://other.example", transport=other) as client, pytest.raises(Unreachable, match="not answered as a Rebut"):
        client.check("x")


@pytest.mark.parametrize("address", ["", "127.0.0.1:8000", "ftp://x.example", "http://", "http://x:port", "file:///etc"])
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(Unreachable, match="is no address"):
        Client(address)


def test_what_cannot_be_sent_is_told(client: Client) -> None:
    with pytest.raises(InvalidRequest, match="lone surrogates"):
        client.check("a\ud800")


def busy(times: int, retry_after: str) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """A service that is busy so many times, then ready."""
    asked: list[httpx.Request] = []
    problem = {"result": "problem", "type": "urn:x", "title": "Busy", "status": 429, "detail": "busy"}
    ready = {"ready": True, "parts": {}, "index": {"version": "1", "store_version": "a-1", "seconds_behind": 0.1, "new": 1}}

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) <= times:
            return httpx.Response(429, json=problem, headers={"retry-after": retry_after})
        return httpx.Response(200, json=ready)

    return httpx.MockTransport(answer), asked


def test_a_busy_service_is_asked_again_when_it_says() -> None:
    transport, asked = busy(2, "0")
    with Client("http://x.example/base", transport=transport, headers={"authorization": "Bearer k"}) as client:
        assert client.ready().ready is True
    assert len(asked) == 3
    assert str(asked[0].url) == "http://x.example/base/health/ready"
    assert asked[0].headers["authorization"] == "Bearer k"
    for times, wait in ((3, "0"), (1, "3600"), (1, "soon")):
        with Client(transport=busy(times, wait)[0]) as client, pytest.raises(Unavailable, match="busy"):
            client.ready()


def test_the_awaited_client_does_the_same(address: str, client: Client) -> None:
    async def ask() -> None:
        async with AsyncClient(address) as awaited:
            assert (await awaited.check(CLAIM)).matches == client.check(CLAIM).matches
            assert len(await awaited.check_many([CLAIM, "Bananas"])) == 2
            assert (await awaited.check_text(CLAIM)).findings
            assert [one.id async for one in awaited.statements()] == [one.id for one in client.statements()]
            assert (await awaited.statements_page(limit=1)).total == 3
            assert await awaited.statement("wheat-harvest-record") == client.statement("wheat-harvest-record")
            assert await awaited.refutation("north-only-exercises") == client.refutation("north-only-exercises")
            assert await awaited.sources() == client.sources()
            assert await awaited.source("paper-1") == client.source("paper-1")
            assert (await awaited.ready()).ready
            assert await awaited.raw("GET", "/v1/sources") == client.raw("GET", "/v1/sources")
            for made in (await awaited.keep(CLAIM), await awaited.keep_text(DOCUMENT), await awaited.keep_file(DOCUMENT.encode())):
                assert await awaited.kept(made.id) == client.kept(made.id)
                assert await awaited.compare(made.id, CLAIM) == client.compare(made.id, CLAIM)
                await awaited.revoke(made.id, made.revocation_token)
            with pytest.raises(NotFound):
                await awaited.statement("nothing")
        transport, asked = busy(1, "0")
        async with AsyncClient(transport=transport) as awaited:
            assert (await awaited.ready()).ready
        assert len(asked) == 2
        async with AsyncClient("http://127.0.0.1:9") as awaited:
            with pytest.raises(Unreachable):
                await awaited.ready()

    asyncio.run(ask())


def test_both_clients_have_the_same_methods() -> None:
    def methods(kind: type) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    assert methods(Client) == methods(AsyncClient)


OURS: dict[str, Any] = {
    name: value
    for module in (answers, imports, kept, records, states, words)
    for name, value in vars(module).items()
    if isinstance(value, type)
}
THEIRS: dict[str, Any] = {
    "Answer": wire_answers.Answer,
    "BatchAnswer": wire_answers.BatchAnswer,
    "TextAnswer": wire_texts.TextAnswer,
    "StatementDetail": wire_records.StatementDetail,
    "StatementPage": wire_records.StatementPage,
    "RefutationDetail": wire_records.RefutationDetail,
    "Sources": wire_records.Sources,
    "Readiness": wire_states.Readiness,
    "ImportReport": wire_imports.ImportReport,
    "MadeAnswer": wire_kept.MadeAnswer,
    "KeptAnswerView": wire_kept.KeptAnswerView,
    "Compared": wire_kept.Compared,
}


@pytest.mark.parametrize("name", THEIRS)
def test_the_clients_structs_are_the_services(name: str) -> None:
    """Each struct and enumeration of an answer, by its name, has the same fields and values on both sides."""
    ours, theirs = (msgspec.json.schema(kinds[name])["$defs"] for kinds in (OURS, THEIRS))
    assert set(ours) == set(theirs)
    for kind, schema in theirs.items():
        assert set(ours[kind].get("properties", ())) == set(schema.get("properties", ())), kind
        assert {*ours[kind].get("enum", ())} - {"unknown"} == {*schema.get("enum", ())} - {"unknown"}, kind


def test_words_of_a_newer_service_are_unknown() -> None:
    for kind in OURS.values():
        if issubclass(kind, words.Told) and kind is not words.Told:
            assert msgspec.json.decode(b'"quite-new"', type=kind) is kind.UNKNOWN
