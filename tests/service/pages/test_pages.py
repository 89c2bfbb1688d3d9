"""The pages as HTML, over the small store: what they say, that nothing gets out of its place, and what is wrong said readably."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from lxml import html

from index.kinds import Action, Rated, RefutationKind, RelationKind, Scope, State, StatementKind
from index.models.encoders import Encoders
from index.records import Batch, Citation, Party, Rating, Review, Source, Statement
from index.search.calibration import load_calibration
from service.api.problems import TABLE
from service.api.wire.answers import Against, FormKind, Relation
from service.app import Parts, assemble, create_app
from service.check.answers import VerdictKind
from service.check.matcher import Matcher
from service.check.mentions import Span
from service.check.reading import Frame
from service.check.slots import Difference, Slot
from service.integrations.links import Links
from service.pages.aligning import Exchange, columns, exchange
from service.pages.form import Mode, Submission
from service.pages.labels import VERDICTS, language_name, words
from service.pages.marking import pieces
from service.pages.problems import KINDS as PROBLEMS
from service.settings import Settings
from tests.conftest import fake_parts
from tests.fakes import CONFIDENCE, BrokenRelations, WordEncoder
from tests.service.integrations.test_links import site

Client = TestClient[Litestar]
FORM = {"content-type": "application/x-www-form-urlencoded"}
DENIAL = "North is not massing troops near the river"
REPEATED = "North is massing troops near the river"
DOCUMENT = "Bananas are yellow.\r\n\r\nSouth bought forty tanks in March 2023. North is massing troops near the river."
PAGES = ["/", "/statements", "/statements/north-masses-troops", "/statements/nothing", "/coverage", "/topics/arms", "/nowhere"]


def asked(client: Client, text: str, **fields: str) -> html.HtmlElement:
    """The page that answers a text."""
    response = client.post("/", data={"text": text, **fields})
    assert response.status_code == 200, response.text
    return html.document_fromstring(response.text)


def said(page: html.HtmlElement, selector: str) -> list[str]:
    """The texts of the elements that fit, white space aside."""
    return [" ".join(element.text_content().split()) for element in page.cssselect(selector)]


def test_the_verdict_comes_first_in_words(reading_client: Client) -> None:
    page = asked(reading_client, REPEATED)
    assert said(page, "#answer h2") == ["Officials have denied this"]
    assert page.cssselect("#answer > *")[0].get("data-tone") == "refuted"
    assert "1 official denial, 1 counter-statement" in said(page, ".verdict p")[1]
    assert said(page, "title") == ["Officials have denied this – Rebut"]
    assert said(page, "textarea")[:1] == [REPEATED]


def test_the_statement_has_its_claimant_date_link_and_sources(reading_client: Client) -> None:
    page = asked(reading_client, REPEATED)
    (link,) = page.cssselect("a.statement")
    assert (link.get("href"), link.get("dir"), link.get("lang")) == ("/statements/north-masses-troops", "auto", "en")
    assert said(page, "article > .who") == ["South, government · since June 2024 · River"]
    assert "A paper, Publisher, October 2024; Introduction, paragraph 1: massing" in said(page, ".source")[0]
    assert said(page, ".records .who") == [
        "North, army spokesman · 2 July 2024",
        "Observers · a fact, not somebody's answer",
    ]
    assert said(page, "#answer .notice") == []


def test_the_differing_words_are_marked_and_refutations_that_do_not_apply_are_said_not_to(reading_client: Client) -> None:
    page = asked(reading_client, DENIAL)
    assert said(page, "#answer h2") == ["The opposite is on record"]
    assert said(page, ".relation strong") == ["The claim says the opposite"]
    assert said(page, ".pair mark") == ["not"]
    assert said(page, ".pair dd") == [DENIAL, "South says that North masses troops at the river."]
    assert said(page, ".differences td") == ["not", "not mentioned"]
    assert "It does not apply to what you asked" in said(page, "#answer .notice")[0]


def test_an_unrefuted_statement_says_so(reading_client: Client) -> None:
    page = asked(reading_client, "South bought forty tanks in March 2023")
    assert said(page, "#answer h2") == ["Said before; nothing on record speaks against it"]
    assert "Nothing on record here: no official denial, no counter-statement, no fact-check." in said(page, "article p")


def test_without_a_match_the_nearest_miss_is_shown_with_its_reason(reading_client: Client) -> None:
    page = asked(reading_client, "Bananas and apples at the river")
    assert said(page, "#answer h2") == ["Nothing on record matches this"]
    assert said(page, "article h3") == ["The nearest that is on record"]
    assert said(page, "article .quiet")[0].startswith("It was not taken as an answer: it is not near enough to be sure.")
    assert "nothing about whether it is true" in said(page, ".verdict p")[0]


def test_a_nearest_miss_to_look_at_is_shown_with_how_the_claim_relates_to_it(parts: Parts) -> None:
    strict = msgspec.structs.replace(CONFIDENCE, threshold=1.0)
    matcher = Matcher(parts.store, parts.retriever, load_calibration(parts.encoders.name), parts.matcher.judge, strict)
    with TestClient(create_app(Parts(parts.settings, parts.store, parts.encoders, parts.retriever, matcher))) as client:
        page = asked(client, DENIAL)
    assert said(page, "article h3") == ["The nearest that is on record"]
    assert any("a person should look at it" in text for text in said(page, "article .quiet"))
    assert said(page, "article .relation strong") == ["The claim says the opposite"]
    assert said(page, "article dl mark")


def test_without_relations_it_says_that_nothing_was_judged(settings: Settings) -> None:
    parts = assemble(Settings(**{**vars_of(settings), "relation": "off"}), Encoders(WordEncoder("all-MiniLM-L6-v2")))
    with TestClient(create_app(parts)) as client:
        page = asked(client, REPEATED)
    assert said(page, "#answer h2") == ["Something similar is on record"]
    assert "was not judged" in said(page, "#answer .notice")[0]
    assert len(page.cssselect("article")) == 1


def vars_of(settings: Settings) -> dict[str, Any]:
    return {field: getattr(settings, field) for field in settings.__struct_fields__}


def test_a_text_has_its_sentences_marked_and_the_most_important_first(reading_client: Client) -> None:
    page = asked(reading_client, DOCUMENT)
    assert said(page, "#answer h2") == ["2 of 3 sentences on record"]
    text = page.cssselect(".text")[0]
    assert [mark.text for mark in text.cssselect("mark")] == [
        "South bought forty tanks in March 2023.",
        "North is massing troops near the river.",
    ]
    assert [link.get("href") for link in text.cssselect("a")] == ["#finding-2", "#finding-1"]
    assert said(page, "article h3") == ["1. Officials have denied this", "2. Said before; nothing on record speaks against it"]
    marked = "".join(text.itertext()).replace("1", "").replace("2 ", " ")
    assert "Bananas are yellow.\n\nSouth bought" in marked
    assert {link.get("href") for link in page.cssselect("article > p > a[href^='#']")} == {"#place-1", "#place-2"}


@pytest.mark.parametrize(
    ("text", "mode", "document"),
    [
        (REPEATED, "auto", False),
        (REPEATED, "text", True),
        (f"{REPEATED}. {DENIAL}.", "auto", True),
        (f"{REPEATED}. {DENIAL}.", "claim", False),
        ("troops " * 1_000, "auto", True),
    ],
)
def test_one_sentence_is_a_claim_unless_told_otherwise(reading_client: Client, text: str, mode: str, document: bool) -> None:
    page = asked(reading_client, text, mode=mode)
    assert bool(page.cssselect(".text")) is document
    (checked,) = page.cssselect("input[checked]")
    assert checked.get("value") == mode
    assert Submission(text, Mode(mode)).is_document(Settings()) is document


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> troops river",
        "{{777*777}} troops",
        "'\"><img src=x onerror=alert(1)>",
        "\u202etroops\u202c river",
    ],
)
@pytest.mark.parametrize("mode", ["claim", "text"])
def test_hostile_text_stays_text(reading_client: Client, text: str, mode: str) -> None:
    response = reading_client.post("/", data={"text": text, "mode": mode})
    page = html.document_fromstring(response.text)
    assert response.status_code == 200
    assert page.cssselect("textarea")[0].text.lstrip("\n") == text
    assert str(777 * 777) not in response.text
    assert [script.get("src") for script in page.cssselect("script")] == ["/assets/htmx-2.0.11.min.js", "/assets/page.js"]
    assert not page.cssselect("img")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "Text: is missing"),
        (b"text=", "The box is empty: write or paste what was said."),
        (b"text=+%0A", "The box is empty: write or paste what was said."),
        (b"text=%ED%A0%80", "The form did not arrive whole: send it again."),
        (b"text=\xed\xa0\x80", "The form did not arrive whole: send it again."),
        (b"text=a%00b&mode=claim", "The text has a character that cannot be shown: U+0000."),
        (b"text=a&mode=else", "mode: choose one of those that are offered"),
        (b"text=a&" * 20, "The form did not arrive whole: send it again."),
        (b"mode=claim&text=" + b"a" * 5_001, "This is too long: it has 5,001 characters, and 5,000 are allowed."),
        (b"text=" + b"a+" * 100_001, "This is too long: it has 200,002 characters, and 200,000 are allowed."),
    ],
)
def test_what_cannot_be_checked_is_a_readable_page(reading_client: Client, body: bytes, reason: str) -> None:
    response = reading_client.post("/", content=body, headers=FORM)
    assert response.status_code == 400
    page = html.document_fromstring(response.text)
    assert said(page, "#answer h2") == ["The request cannot be used"]
    assert said(page, "#answer :is(li, p)") == [reason]
    assert page.cssselect("textarea")


def test_what_was_asked_stays_in_the_box_when_something_is_wrong(reading_client: Client) -> None:
    page = html.document_fromstring(reading_client.post("/", data={"text": "a" * 5_001, "mode": "claim"}).text)
    assert said(page, "textarea") == ["a" * 5_001]


def test_a_body_that_is_too_large_is_a_readable_page(parts: Parts) -> None:
    small = Parts(Settings(relation="on", max_body_bytes=1_000), parts.store, parts.encoders, parts.retriever, parts.matcher)
    with TestClient(create_app(small)) as client:
        response = client.post("/", content=b"text=" + b"a" * 1_000, headers=FORM)
    assert response.status_code == 413
    assert said(html.document_fromstring(response.text), "#answer h2") == ["This is too large"]


def test_a_broken_part_is_a_readable_page(settings: Settings) -> None:
    parts = assemble(settings, Encoders(WordEncoder("all-MiniLM-L6-v2")), relation_model=BrokenRelations(), confidence=CONFIDENCE)
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        response = client.post("/", data={"text": REPEATED})
    assert response.status_code == 503
    assert said(html.document_fromstring(response.text), "#answer h2") == ["The comparison failed"]


def test_a_statement_shows_its_lineage(reading_client: Client) -> None:
    page = html.document_fromstring(reading_client.get("/statements/north-masses-troops").text)
    assert said(page, "h1") == ["South says that North masses troops at the river."]
    assert said(page, "#history ~ ol li")[:2] == ["since June 2024: said", "2 July 2024: denied by North"]
    what, who, why = said(page, "#history ~ details tbody td")[1:4]
    assert (what, who, why.split()[:3]) == ("imported, published", "rebut", ["seed", "files:", "paper-1.toml"])
    assert page.cssselect("figure.life svg")[0].get("aria-label").startswith("Timeline: since June 2024: said; 2 July 2024: denied")
    assert len(page.cssselect("figure.life circle")) == 3
    assert said(page, "#wordings ~ h3") == ["English", "Russian"]
    assert [item.get("lang") for item in page.cssselect("#wordings ~ ul li")] == ["en", "en", "ru"]
    assert said(page, ".records .who")[0] == "North, army spokesman · 2 July 2024"
    assert len(page.cssselect(".source")) == 3
    (canonical,) = page.cssselect("link[rel=canonical]")
    assert canonical.get("href") == "http://testserver.local/statements/north-masses-troops"
    assert canonical.get("href") in said(page, "main p a")


def test_a_statement_carries_its_claimreview(reading_client: Client) -> None:
    page = html.document_fromstring(reading_client.get("/statements/north-masses-troops").text)
    (embedded,) = page.cssselect("script[type='application/ld+json']")
    assert json.loads(embedded.text) == reading_client.get("/v1/statements/north-masses-troops/claimreview").json()
    unrefuted = html.document_fromstring(reading_client.get("/statements/south-buys-tanks").text)
    assert not unrefuted.cssselect("script[type='application/ld+json']")


def test_what_feeds_bring_runs_nothing(parts: Parts, client: Client) -> None:
    bad = "</script><script>alert(1)</script>"
    source = Source("feed", bad, bad, "feed.example", "und")
    citation = Citation("feed", url="javascript:alert(1)")
    statement = Statement(
        "hostile", StatementKind.CLAIM, bad, "en", Party(bad, bad), [citation], False, appearances=["javascript:alert(1)"]
    )
    review = Review("hostile-review", "hostile", citation, Party("Checkers"), "en", Rating(Rated.FALSE, bad), title=bad)
    parts.store.load_batches([Batch([source], [statement], [review])])
    page = html.document_fromstring(client.get("/statements/hostile").text)
    assert said(page, "h1") == [bad]
    assert len(page.cssselect("script")) == 3
    assert not page.cssselect("[href^='javascript:']")
    assert "What fact-checkers found" in said(page, "h2")
    assert said(page, ".records strong") == [bad]
    assert said(page, ".records strong + .quiet") == ["(false)"]


@pytest.mark.parametrize("page_id", ["nothing", "%ED%A0%80", "..%2f", "%3Cscript%3E", "a" * 3_000, "%00"])
def test_an_unknown_statement_is_a_readable_404(reading_client: Client, page_id: str) -> None:
    response = reading_client.get(f"/statements/{page_id}")
    assert response.status_code == 404
    if response.headers["content-type"].startswith("text/html"):
        assert said(html.document_fromstring(response.text), "h1")[0] in ("No such record", "There is no such page")
        assert not html.document_fromstring(response.text).cssselect("main script")


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_confined_and_has_landmarks(reading_client: Client, address: str) -> None:
    response = reading_client.get(address, headers={"accept": "text/html"})
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    page = html.document_fromstring(response.text)
    assert [len(page.cssselect(selector)) for selector in ("h1", "main", "header", "footer", "title")] == [1] * 5
    assert not page.cssselect("[style], style, [onclick]")
    for element in page.cssselect("[src], link[rel=stylesheet], link[rel=icon]"):
        assert reading_client.get(element.get("src") or element.get("href")).status_code == 200


def test_answers_are_kept_in_no_cache_and_claims_in_no_address(reading_client: Client) -> None:
    response = reading_client.post("/", data={"text": REPEATED})
    assert response.headers["cache-control"] == "no-store"
    page = html.document_fromstring(response.text)
    assert {form.get("method") for form in page.cssselect("form")} == {"post"}
    assert not [link for link in page.cssselect("[href]") if "massing" in link.get("href")]


def test_pages_are_not_in_the_openapi_document(reading_client: Client) -> None:
    assert not {"/", "/statements", "/statements/{statement_id}"} & set(reading_client.get("/docs/openapi.json").json()["paths"])


def test_a_claim_in_nearly_the_same_words_stands_above_them_in_columns(reading_client: Client) -> None:
    page = asked(reading_client, "In spring South bought fifty tanks in March 2021")
    cells = [[span.text_content() for span in cell] for cell in page.cssselect(".cell")]
    assert cells[:3] == [["In spring", "–"], ["South", "South"], ["bought", "bought"]]
    assert cells[-1] == ["2021", "2023."]
    assert said(page, ".cell mark") == ["fifty", "forty", "2021", "2023"]
    assert said(page, ".cell.other") == ["In spring–", "fiftyforty", "20212023."]
    assert said(page, "dl.pair.unseen dd")[1] == "South bought forty tanks in March 2023."


@pytest.mark.parametrize(
    ("claim", "statement", "language", "other"),
    [
        ("Sie zählte 12000 Briefe.", "Sie zählte 12.000 Briefe.", "de", []),
        ("Sie zählte zwölftausend Briefe.", "Sie zählte 12.000 Briefe.", "de", []),
        ("Sie zählte 12000 Briefe.", "Sie zählte 13.000 Briefe.", "de", [("12000", "13.000")]),
        ("It sold 80% of its power", "It sold four fifths of its power", "en", []),
        ("It sold 50% of the power", "It sold half of the power", "en", []),
    ],
)
def test_a_figure_written_otherwise_is_no_other_word(
    claim: str, statement: str, language: str, other: list[tuple[str, str]]
) -> None:
    relation = Relation(RelationKind.REPEATS, 0.9, [], Against(FormKind.TEXT, statement, language), Span(claim, 0, len(claim)))
    cells = [cell for cell in columns(relation, language) if not cell.same]
    assert columns(relation, language)
    assert [tuple("".join(piece.text for piece in side) for side in (cell.claim, cell.statement)) for cell in cells] == other


def test_who_does_it_to_whom_is_crossed() -> None:
    def span(text: str) -> Span:
        return Span(text, 0, len(text))

    roles = [Difference(Slot.ACTOR, span("A"), span("B")), Difference(Slot.TARGET, span("B"), span("A"))]
    against = Against(FormKind.TEXT, "B hits A", "en")
    relation = Relation(RelationKind.REVERSES, 0.9, roles, against, span("A hits B"))
    assert exchange(relation) == Exchange(("A", "B"), ("B", "A"))
    assert exchange(msgspec.structs.replace(relation, kind=RelationKind.DIFFERS)) is None
    assert exchange(msgspec.structs.replace(relation, differences=roles[:1])) is None
    assert columns(msgspec.structs.replace(relation, judged=span("nothing alike")), "en") == []
    assert columns(relation, "de") == []


def test_an_article_tells_what_stands_against_a_statement_once(reading_client: Client) -> None:
    page = asked(reading_client, "North is massing troops near the river. Bananas. Northern soldiers gather by the river.")
    assert said(page, "#answer h2") == ["2 of 3 sentences on record"]
    assert len(page.cssselect("article")) == 1
    assert said(page, "article .again li") == ["Northern soldiers gather by the river. (Officials have denied this)"]
    assert [mark.text for mark in page.cssselect(".text mark")] == [
        "North is massing troops near the river.",
        "Northern soldiers gather by the river.",
    ]


def test_a_link_is_told_to_be_one_where_none_is_opened(settings: Settings) -> None:
    with TestClient(create_app(fake_parts(msgspec.structs.replace(settings, open_links="off")))) as client:
        page = asked(client, "https://example.org/story?id=1")
    assert "You gave a link. Rebut opens no links" in said(page, ".verdict p")[0]
    assert not page.cssselect("article")


def test_the_page_behind_a_link_is_checked(parts: Parts) -> None:
    with site() as server, TestClient(create_app(parts, links=Links(lambda _: True, (server.server_port,)))) as client:
        page = asked(client, link := f"http://127.0.0.1:{server.server_port}/story")
        assert said(page, "#your-text") == [f"What stands in {link}"]
        assert said(page, ".text mark") == ["North is massing troops near the river."]
        assert said(page, "article h3") == ["1. Officials have denied this"]
        assert said(page, "form.box textarea") == [link]
        gone = client.post("/", data={"text": f"http://127.0.0.1:{server.server_port}/gone"})
        polish = client.post("/", data={"text": f"http://127.0.0.1:{server.server_port}/gone"}, headers={"accept-language": "pl"})
    assert gone.status_code == 400
    assert "the server answers 404" in gone.text
    assert "serwer odpowiada 404" in polish.text


def test_a_link_to_a_private_host_is_not_opened(client: Client) -> None:
    with site() as server:
        told = client.post("/", data={"text": f"http://127.0.0.1:{server.server_port}/story"})
        assert server.asked == []  # type: ignore[attr-defined]
    assert told.status_code == 400
    assert "no address of a public web page" in told.text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "story.html",
            b"<nav>Menu</nav><article><p>North is massing troops near the river.</p></article>",
        ),
        ("story.txt", b"North is massing troops near the river."),
    ],
)
def test_a_file_is_checked(client: Client, name: str, content: bytes) -> None:
    response = client.post("/file", files={"file": (name, content)})
    assert response.status_code == 200, response.text
    page = html.document_fromstring(response.text)
    assert said(page, "#your-text") == [f"What stands in {name}"]
    assert said(page, ".text mark") == ["North is massing troops near the river."]
    assert said(page, "article h3") == ["1. Officials have denied this"]


@pytest.mark.parametrize("form", [{"files": {"file": ("", b"")}}, {"files": {"other": ("a", b"b")}}, {"data": {"file": "text"}}])
def test_without_a_file_that_is_told_below_the_box(client: Client, form: dict[str, Any]) -> None:
    response = client.post("/file", **form)
    assert response.status_code == 400
    assert "form" in response.text
    assert said(html.document_fromstring(response.text), "#answer .verdict h2")


@pytest.mark.parametrize("content", [b"", b"\n \n", b"<p> </p>"])
def test_a_file_without_text_is_called_so(client: Client, content: bytes) -> None:
    response = client.post("/file", files={"file": ("empty.html" if b"<" in content else "empty.txt", content)})
    assert response.status_code == 400
    assert said(html.document_fromstring(response.text), "#answer .verdict p") == ["The file: has no text that can be read"]


def test_pieces_are_the_text_and_overlapping_marks_are_left_out() -> None:
    text = "0123456789"
    cut = pieces(text, [(6, 8), None, (1, 3), (2, 7), (9, 99)])
    assert [(piece.text, piece.mark) for piece in cut] == [("0", None), ("12", 2), ("345", None), ("67", 0), ("89", None)]


def test_everything_has_words() -> None:
    assert set(VERDICTS) == set(VerdictKind)
    assert words(StatementKind.ACCUSATION) == "accusation"
    assert words(Rated.MOSTLY_FALSE) == "mostly false"
    assert (language_name("uk"), language_name("qq")) == ("Ukrainian", "qq")
    named = (StatementKind, Rated, RelationKind, RefutationKind, Frame, Slot, Action, State, Scope)
    assert all(words(member) for kinds in named for member in kinds)
    assert {row.name for row in TABLE.values()} <= set(PROBLEMS)
