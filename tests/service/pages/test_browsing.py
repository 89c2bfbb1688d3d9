"""The base as pages: searched, narrowed, sorted, by source, claimant and topic, what it covers, and what is new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from lxml import etree, html

from index.kinds import StatementKind
from index.records import Batch, Citation, Party, Source, Statement, When
from service.app import Parts, create_app
from service.pages.life import Event, line
from tests.service.pages.test_pages import said

Client = TestClient[Litestar]
MANY = 60
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def client(parts: Parts) -> Iterator[Client]:
    """Over a base with sixty more statements, of another source and claimant."""
    source = Source("many", "Many & more", "Many", "many.example", "en", url="https://many.example/all")
    statements = [
        Statement(
            f"many-{n:02}",
            StatementKind.CLAIM,
            f"Statement {n}.",
            "en",
            Party("A & B"),
            [Citation("many", "All", 1)],
            False,
            when=When(f"{1960 + n}", f"in {1960 + n}"),
            topics=["numbers"],
        )
        for n in range(MANY)
    ]
    parts.store.load_batches([Batch([source], statements, [])])
    parts.retriever.live.refresh()
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        yield client


def page_at(client: Client, address: str) -> html.HtmlElement:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return html.document_fromstring(response.text)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("claimant_is=SOUTH", 1),
        ("claimant_is=sou", 0),
        ("claimant=SOU", 1),
        ("claimant=outh", 0),
        ("claimant=publ&topic_is=arms", 1),
        ("topic_is=arms", 1),
        ("topic_is=arm", 0),
        ("issuer=NORTH", 1),
        ("issuer=nor&claimant=south", 1),
        ("issuer=orth", 0),
        ("issuer=%E2%80%A6", 0),
        ("issuer=+", 3),
        ("kind=context", 1),
        ("source=paper-1&kind=event", 1),
        ("claimant_is=publisher&kind=event&topic=&q=", 1),
        ("date=2023", 1),
        ("claimant=%ED%A0%80", 0),
        ("utm_source=else", 3),
    ],
)
def test_statements_are_narrowed(reading_client: Client, query: str, found: int) -> None:
    page = page_at(reading_client, f"/statements?{query}")
    assert len(page.cssselect(".list > li")) == found
    assert said(page, "[role=status]") == [f"{found} statement{'' if found == 1 else 's'}" if found else "No statement fits."]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("statements?kind=nonsense", "Sort of statement: choose one of those that are offered"),
        ("statements?sort=nonsense", "Sorted by: choose one of those that are offered"),
        ("statements?date=soon", "Date: 'soon' is not YYYY, YYYY-MM or YYYY-MM-DD"),
        ("statements?page=0", "The list has no such page."),
        ("statements?page=x", "The list has no such page."),
        ("topics/arms?page=100001", "The list has no such page."),
        (f"statements?q={'x' * 201}", "Search: has more than 200 characters"),
        ("answers/xyz", "This is not the address of an answer: it may be mistyped, or a part of it is missing."),
    ],
)
def test_what_cannot_be_asked_is_a_readable_page(reading_client: Client, asked: str, told: str) -> None:
    response = reading_client.get(f"/{asked}")
    assert response.status_code == 400
    assert said(html.document_fromstring(response.text), "main :is(li, p)")[0] == told
    german = html.document_fromstring(reading_client.get(f"/{asked}", headers={"accept-language": "de"}).text)
    assert not german.cssselect("main [lang=en]")


def test_what_is_there_is_told_with_how_often(client: Client) -> None:
    page = page_at(client, "/statements")
    assert said(page, ".facets summary") == ["Claimant", "Topic", "Sort of statement", "Source", "Year"]
    lists = [[" ".join(item.text_content().split()) for item in one.cssselect("li")] for one in page.cssselect(".facets ul")]
    assert lists[0] == ["A & B 60", "Publisher 2", "South 1"]
    assert lists[2] == ["claim 60", "accusation 1", "background fact 1", "event 1"]
    assert lists[3] == ["Many & more 60", "A paper 3"]
    narrowed = page_at(client, page.cssselect(".facets a")[0].get("href"))
    assert said(narrowed, ".facets summary")[0] == "Claimant: A & B"
    assert said(narrowed, "[role=status]") == ["1 to 25 of 60 statements"]
    assert said(page_at(client, narrowed.cssselect(".facets a")[0].get("href")), "[role=status]") == ["1 to 25 of 63 statements"]


def test_the_list_goes_on_page_by_page_with_what_narrows_it(client: Client) -> None:
    address, seen, counts = "/statements?claimant_is=a+%26+b&sort=first-said", [], []
    while address:
        page = page_at(client, address)
        seen += said(page, ".list .statement")
        counts += said(page, "[role=status]")
        address = next((link.get("href") for link in page.cssselect("a[rel=next]")), "")
    assert seen == [f"Statement {n}." for n in range(MANY)]
    assert counts == ["1 to 25 of 60 statements", "26 to 50 of 60 statements", "51 to 60 of 60 statements"]
    assert said(page_at(client, "/statements?page=99"), "[role=status]") == ["There is no such page: 63 statements fit."]


def test_it_is_sorted_by_when_things_were_said_or_changed(client: Client) -> None:
    assert said(page_at(client, "/statements"), ".list .statement")[:2] == [
        "South says that North masses troops at the river.",
        "South bought forty tanks in March 2023.",
    ]
    assert said(page_at(client, "/statements?page=3"), ".list .statement")[-1] == "The wheat harvest was the best in ten years."
    assert said(page_at(client, "/statements?sort=changed"), ".list .statement")[0] == "Statement 0."


@pytest.mark.parametrize(
    "asked",
    [
        *("claimant=sou", "claimant=outh", "topic=arm", "topic=rms", "place=riv", "kind=event", "date=2023"),
        *("issuer=NORTH", "issuer=spokes+nor", "issuer=orth", "issuer=nor&claimant=south", "issuer=%E2%80%A6", "issuer=+"),
    ],
)
def test_what_the_api_has_too_means_the_same_there(reading_client: Client, asked: str) -> None:
    told = reading_client.get(f"/v1/statements?{asked}").json()
    links = page_at(reading_client, f"/statements?{asked}").cssselect(".list .statement")
    assert {link.get("href") for link in links} == {f"/statements/{one['id']}" for one in told["items"]}
    entries = etree.fromstring(reading_client.get(f"/feed.atom?{asked}").content).findall("a:entry/a:link", ATOM)
    assert {one.get("href") for one in entries} == {f"http://testserver.local{link.get('href')}" for link in links}
    assert told["total"] == len(links) == len(entries)
    reviewed = reading_client.get(f"/v1/claimreview/feed?{asked}").json()["dataFeedElement"]
    assert len(reviewed) == len([one for one in told["items"] if one["id"] == "north-masses-troops"])


def test_a_list_tells_who_speaks_against_what_and_when_it_changed(reading_client: Client) -> None:
    page = page_at(reading_client, "/statements?claimant=south&sort=changed")
    (told,) = page.cssselect(".list > li")
    assert said(told, ".against")[0].startswith("Officials deny it: North")
    assert "Last changed on" in told.text_content()
    assert "Last changed on" not in page_at(reading_client, "/statements?claimant=south").cssselect(".list")[0].text_content()


def test_who_answered_leads_to_all_that_they_answered(reading_client: Client) -> None:
    page = page_at(reading_client, "/statements?claimant=south")
    statement = page_at(reading_client, page.cssselect(".list .statement")[0].get("href"))
    (address,) = {
        link.get("href") for link in statement.cssselect('.who a[href^="/statements?issuer="]') if "North" in link.text_content()
    }
    answered = page_at(reading_client, address)
    assert said(answered, ".list .statement") == said(page, ".list .statement")
    assert answered.cssselect("#issuer")[0].get("value") in statement.text_content()


def test_claimants_are_counted_by_name_and_the_rest_is_told(parts: Parts) -> None:
    cited = [Citation("paper-1", "All", 1)]
    functions = [Party("Busy", f"minister {n}") for n in range(13)]
    spoken = [*functions, *(Party(f"Once {n:02}") for n in range(12))]
    stated = [
        Statement(f"s-{n:02}", StatementKind.CLAIM, f"S {n}.", "en", party, cited, False, topics=[f"topic {n}"])
        for n, party in enumerate(spoken)
    ]
    parts.store.load_batches([Batch([], stated, [])])
    with TestClient(create_app(parts)) as client:
        claimants, topics = page_at(client, "/coverage").cssselect(".bars")[:2]
        assert said(claimants, "tbody tr")[0] == "Busy13"
        assert said(claimants, "tbody tr")[-1] == "and 3 more"  # Busy, 12 more, and the three of the base; 12 are shown
        assert len(said(claimants, "tbody tr")) == len(said(topics, "tbody tr")) == 13
        assert said(page_at(client, "/statements"), ".facets ul")[0].endswith("and 3 more")


@pytest.mark.parametrize(
    ("search", "first"),
    [
        ("harvest", ["The wheat harvest was the best in ten years."]),
        ("bought forty tanks", ["South bought forty tanks in March 2023."]),
        ("войска", ["South says that North masses troops at the river."]),
        ("bananas", []),
    ],
)
def test_what_is_searched_comes_by_likeness(client: Client, search: str, first: list[str]) -> None:
    page = page_at(client, f"/statements?q={search}")
    assert said(page, ".list .statement")[:1] == first
    assert page.cssselect("input[type=search]")[0].get("value") == search
    assert said(page, "#sort option")[0] == "likeness"
    narrowed = page_at(client, f"/statements?q={search}&topic=border&kind=context")
    assert said(narrowed, "[role=status]") == ["No statement fits."]


def test_a_search_stays_in_its_field(client: Client) -> None:
    page = page_at(client, "/statements?q=%22%3E%3Cb%3E&topic=%22%3E%3Cb%3E")
    assert page.cssselect("input[type=search]")[0].get("value") == '"><b>'
    assert page.cssselect("input[name=topic]")[0].get("value") == '"><b>'
    assert not page.cssselect("main b")


@pytest.mark.parametrize(
    ("address", "heading", "found"),
    [
        ("/claimants/A%20%26%20B", "A & B", "1 to 25 of 60 statements"),
        ("/claimants/south", "south", "1 statement"),
        ("/topics/numbers", "numbers", "1 to 25 of 60 statements"),
        ("/sources/many", "Many & more", "1 to 25 of 60 statements"),
        ("/sources/paper-1?page=1", "A paper", "3 statements"),
    ],
)
def test_claimants_topics_and_sources_have_pages(client: Client, address: str, heading: str, found: str) -> None:
    page = page_at(client, address)
    assert (said(page, "h1"), said(page, "[role=status]")) == ([heading], [found])
    for link in page.cssselect("main a"):
        if not link.get("href").startswith("http"):
            there = link.get("href") if link.get("href").startswith("/") else urlsplit(address).path + link.get("href")
            assert client.get(there).status_code == 200, there


@pytest.mark.parametrize("name", ["CDU/CSU", "..", ".", "a//b/", "/", "50% & more?", "a\\\\b"])
def test_any_name_has_a_page_that_is_linked_and_can_be_turned(parts: Parts, name: str) -> None:
    cited, party = [Citation("paper-1", "All", 1)], Party(name)
    named = [
        Statement(f"named-{n:02}", StatementKind.CLAIM, f"Named {n}.", "en", party, cited, False, topics=[name]) for n in range(30)
    ]
    parts.store.load_batches([Batch([], named, [])])
    parts.retriever.live.refresh()
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        for plural in ("claimants", "topics"):
            for at in ("/statements?sort=changed", "/statements/named-00", "/coverage"):
                links = page_at(client, at).cssselect(f'main a[href^="/{plural}"]')
                (address,) = {
                    urljoin("http://testserver.local" + at, one.get("href")) for one in links if one.text_content() == name
                }
                page = page_at(client, address)
                assert (said(page, "h1"), said(page, "[role=status]")) == ([name], ["1 to 25 of 30 statements"])
            following = page_at(client, urljoin(address, page.cssselect("a[rel=next]")[0].get("href")))
            assert (said(following, "h1"), said(following, "[role=status]")) == ([name], ["26 to 30 of 30 statements"])


def test_addresses_that_pages_had_before_lead_there_too(parts: Parts) -> None:
    statement = Statement("s", StatementKind.CLAIM, "S.", "en", Party("CDU/CSU"), [Citation("paper-1", "All", 1)], False)
    parts.store.load_batches([Batch([], [msgspec.structs.replace(statement, topics=["tax/beer"])], [])])
    with TestClient(create_app(parts)) as client:
        for address, name in (("/claimants/CDU%2FCSU", "CDU/CSU"), ("/topics/tax%2Fbeer", "tax/beer")):
            assert said(page_at(client, address), "h1") == [name]


@pytest.mark.parametrize("address", ["/claimants/nobody", "/topics/none", "/sources/none", "/claimants", "/topics?name=none"])
def test_unknown_ones_are_a_readable_404(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert said(html.document_fromstring(response.text), "h1") == ["No such record"]


def test_what_the_base_covers_is_counted(client: Client, parts: Parts) -> None:
    page = page_at(client, "/coverage")
    assert said(page, ".tallies dd") == ["63", "2", "0", "2"]
    assert said(page, ".tallies dt") == ["statements", "official answers", "fact-checks", "sources"]
    bars = said(page, ".bars tbody tr")
    assert (bars[0], "Russian1" in bars) == ("A & B60", True)
    assert "1960: 1, 1961: 1" in page.cssselect(".years svg")[0].get("aria-label")
    assert f"Ledger entry {parts.store.ledger.checkpoint()[0].sequence}" in page.text_content()
    parts.store.load_batches([Batch([Source("new", "New", "New", "new.example", "en")], [], [])])
    assert said(page_at(client, "/coverage"), ".tallies dd")[-1] == "3"


def test_the_feed_has_what_changed_last(client: Client) -> None:
    response = client.get("/feed.atom")
    assert response.headers["content-type"].startswith("application/atom+xml")
    feed = etree.fromstring(response.content)
    assert len(feed.findall("a:entry", ATOM)) == 50
    entry = feed.find("a:entry", ATOM)
    assert entry.findtext("a:title", namespaces=ATOM) == "Statement 0."
    assert entry.findtext("a:summary", namespaces=ATOM) == "Claim by A & B, in 1960"
    assert entry.findtext("a:id", namespaces=ATOM) == "http://testserver.local/statements/many-00"
    updated = dt.datetime.fromisoformat(feed.findtext("a:updated", namespaces=ATOM))
    assert updated == dt.datetime.fromisoformat(entry.findtext("a:updated", namespaces=ATOM))
    assert updated.tzinfo is not None


@pytest.mark.parametrize("asked", ["q=%01troops", "claimant=%00%EF%BF%BF", "place=%3Cx%3E%26%22"])
def test_a_feed_can_be_read_whatever_is_asked_for(client: Client, asked: str) -> None:
    response = client.get(f"/feed.atom?{asked}")
    assert response.status_code == 200
    assert etree.fromstring(response.content).findtext("a:title", namespaces=ATOM).startswith("Rebut: what is new on record (")


def test_a_list_leads_to_its_feed(client: Client) -> None:
    (link,) = page_at(client, "/statements?claimant=a+b&sort=first-said").cssselect("a[href^='/feed.atom?']")
    feed = etree.fromstring(client.get(link.get("href")).content)
    assert {entry.findtext("a:title", namespaces=ATOM)[:9] for entry in feed.findall("a:entry", ATOM)} == {"Statement"}
    assert feed.findtext("a:title", namespaces=ATOM) == "Rebut: what is new on record (a b)"
    assert feed.findtext("a:id", namespaces=ATOM) == "http://testserver.local/feed.atom?claimant=a+b"
    assert not page_at(client, "/statements").cssselect("main a[href^='/feed.atom']")
    (link,) = page_at(client, "/topics/arms").cssselect("a[href^='/feed.atom?']")
    assert link.get("href") == "/feed.atom?topic_is=arms"


def test_labels_on_a_line_of_time_do_not_meet() -> None:
    def event(day: int) -> Event:
        return Event(dt.date(2024, 1, day), "said", "then", "said")

    dots = line([event(1), event(2), event(3), event(30)])
    assert [(dot.x, dot.level, dot.anchor) for dot in dots] == [
        (24, 0, "start"),
        (47, 1, "start"),
        (70, 2, "start"),
        (696, 0, "end"),
    ]
    assert line([event(1), event(1)]) == []
    assert line([]) == []


def test_examples_are_claims_that_are_answered(reading_client: Client) -> None:
    page = page_at(reading_client, "/")
    found = [button.get("value") for button in page.cssselect(".examples button")]
    assert found[0] == "North is massing troops near the river"
    for claim in found:
        answered = html.document_fromstring(reading_client.post("/", data={"text": claim}).text)
        assert answered.cssselect("#answer .verdict")[0].get("data-tone") in ("refuted", "known")


def test_unknown_paths_are_pages_for_browsers_and_problems_for_programs(reading_client: Client) -> None:
    page = reading_client.get("/no/such", headers={"accept": "text/html,*/*"})
    assert (page.status_code, said(html.document_fromstring(page.text), "h1")) == (404, ["There is no such page"])
    page = reading_client.get("/file", headers={"accept": "text/html,*/*", "accept-language": "de"})
    assert (page.status_code, set(page.headers["allow"].split(", "))) == (405, {"OPTIONS", "POST"})
    there = html.document_fromstring(page.text)
    assert said(there, "h1") == ["Diese Seite lässt sich so nicht aufrufen"]
    assert said(there, "main p")[0].startswith("Unter dieser Adresse gibt es nichts zu lesen")
    assert reading_client.get("/file").json()["type"] == "urn:rebut:problem:method-not-allowed"
    told = reading_client.get("/no/such")
    assert (told.status_code, told.json()["type"]) == (404, "urn:rebut:problem:unknown-path")
