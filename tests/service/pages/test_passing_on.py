"""What is passed on of an answer: texts, a picture, a file, and a link that is made, read, compared and taken back."""

from __future__ import annotations

import re

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from lxml import etree, html
from msgspec.structs import replace

from service.api.wire.texts import TextAnswer
from service.app import create_app
from service.check.answers import CommonRating, VerdictKind
from service.pages.card import wrapped
from service.pages.marking import on_record, refuted
from service.settings import Settings
from tests.conftest import fake_parts
from tests.service.pages.test_pages import DENIAL, REPEATED, asked, said

Client = TestClient[Litestar]
TEXT = """\
Claim: “North is massing troops near the river”
Officials have denied this.
This claim was made before, and officials answered that it is not so.

Accusation on record: “South says that North masses troops at the river.” (South, government, since June 2024)
The claim says the same.
Source: A paper, Publisher, October 2024, Introduction, paragraph 1

Officials deny it:
- North, army spokesman, 2 July 2024: North says that its units only hold an exercise. \
(A paper, Publisher, October 2024, Introduction, paragraph 2)

Speaks against it, without naming it:
- Observers: Observers counted no additional vehicles. (A paper, Publisher, October 2024, Introduction, paragraph 3)

Checked with Rebut, http://testserver.local, ledger entry 6.
"""


def made(client: Client, text: str = REPEATED, **fields: str) -> str:
    """The path of a permalink."""
    response = client.post("/answers", data={"text": text, "lifetime": "30d", **fields})
    assert response.status_code == 200, response.text
    return re.search(r'href="http://testserver.local(/answers/[0-9a-f]{32})"', response.text)[1]


def test_an_answer_is_copied_as_text_markdown_and_quotation(client: Client) -> None:
    page = asked(client, REPEATED)
    text, markdown, quotation = (area.text.removeprefix("\n") for area in page.cssselect(".pass-on textarea"))
    assert text == TEXT
    assert "**Officials have denied this.**" in markdown
    assert "Checked with [Rebut](http://testserver.local), ledger entry 6." in markdown
    assert quotation == (
        "“South says that North masses troops at the river.” – South, government, since June 2024. "
        "Source: A paper, Publisher, October 2024, Introduction, paragraph 1."
    )


def test_an_answer_is_a_file(client: Client) -> None:
    response = client.post("/answer.json", data={"text": REPEATED})
    assert response.headers["content-disposition"] == 'attachment; filename="answer.json"'
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == client.post("/v1/claims/check", json={"text": REPEATED}).json()


def test_a_link_shows_the_answer_without_the_claim(client: Client) -> None:
    path = made(client, DENIAL)
    response = client.get(path)
    page = html.document_fromstring(response.text)
    assert said(page, "#answer h2") == ["The opposite is on record"]
    assert DENIAL not in response.text
    assert "from the records as they stood at ledger entry 6" in page.text_content()
    assert page.cssselect("meta[name=robots]")[0].get("content") == "noindex"
    assert response.headers["cache-control"] == "no-store"
    assert not page.cssselect(".comparison")


def test_a_link_shows_the_claim_if_that_is_wanted(client: Client) -> None:
    page = html.document_fromstring(client.get(made(client, DENIAL, keep_claim="true")).text)
    assert said(page, ".asked") == [DENIAL]
    assert said(page, ".pair mark") == ["not"]
    assert not page.cssselect("#which")


@pytest.mark.parametrize(("claim", "told"), [(REPEATED.lower(), "Yes"), (DENIAL, "No")])
def test_whoever_has_the_claim_can_compare_it(client: Client, claim: str, told: str) -> None:
    response = client.post(f"{made(client)}/compare", data={"text": claim})
    page = html.document_fromstring(response.text)
    assert said(page, "[role=status]")[0].startswith(told)
    assert said(page, "#text") == [claim]


def test_a_link_is_taken_back_with_its_secret(client: Client) -> None:
    page = html.document_fromstring(client.post("/answers", data={"text": REPEATED}).text)
    (form,) = page.cssselect("#kept form")
    secret, path = form.cssselect("input")[0].get("value"), form.get("action")
    refused = client.post(path, data={"revocation_token": "else"})
    assert (refused.status_code, "is not the one of this answer" in refused.text) == (400, True)
    assert "Its link leads nowhere now" in client.post(path, data={"revocation_token": secret}).text
    gone = client.get(path.removesuffix("/revoke"))
    assert (gone.status_code, gone.headers["content-type"][:9]) == (404, "text/html")


def test_a_card_is_a_picture_that_other_sites_may_show(client: Client) -> None:
    response = client.get(f"{made(client)}/card.svg")
    assert response.headers["content-type"].startswith("image/svg+xml")
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    picture = etree.fromstring(response.content)
    assert picture.get("viewBox") == "0 0 1200 630"
    assert "".join(picture.itertext()).split()[:4] == ["Officials", "have", "denied", "this"]
    assert REPEATED not in response.text


def test_texts_on_a_card_are_cut_to_their_place() -> None:
    assert wrapped("one two three", 5, 3) == ["one two", "three"]
    assert wrapped("one two three four", 5, 1) == ["one two…"]
    assert wrapped("x" * 100, 5, 2) == ["x" * 8 + "…"]
    assert wrapped("一二三 四五", 5, 2) == ["一二三", "四五"]


def drawn(picture: etree._Element) -> list[str]:
    """The lines of a picture."""
    return ["".join(one.itertext()) for one in picture.iter("{*}tspan")]


def test_a_documents_answer_is_a_picture_and_a_card_that_other_sites_may_show(client: Client) -> None:
    text = f"{ARTICLE} {REPEATED}."
    page = asked(client, text)
    (picture,) = page.cssselect(".pass-on svg")
    counted = "Sentences compared: 4. With something on record: 3. Repeating a refuted statement: 1."
    assert drawn(picture)[:2] == ["A text, checked", counted]
    assert page.cssselect("[data-picture]")
    made = client.post("/answers/texts", data={"text": text, **TITLED})
    (embedded,) = html.document_fromstring(made.text).cssselect("#kept textarea")
    path = re.search(r'src="http://testserver.local(/answers/[0-9a-f]{32}/card.svg)"', embedded.text)[1]
    response = client.get(path)
    assert response.headers["content-type"].startswith("image/svg+xml")
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    card = etree.fromstring(response.content)
    lines = drawn(card)
    assert lines[:2] == [TITLED["title"], counted]
    assert lines[2:5] == [
        "Officials have denied this",
        "South says that North masses troops at the river.",
        "South, since June 2024, A paper, Publisher",
    ]
    assert card.get("aria-label").startswith(f"{TITLED['title']}. {counted}")
    assert REPEATED not in response.text
    assert client.get(path.removesuffix("/card.svg")).text.count("card.svg") == 1


def test_what_a_text_comes_back_to_is_rated_as_it_was_before(client: Client) -> None:
    response = client.post("/v1/texts/check", json={"text": f"{REPEATED}. Bananas are yellow. {REPEATED}."})
    answer = msgspec.json.decode(response.content, type=TextAnswer)
    (found,) = answer.findings
    again = [replace(one, verdict=VerdictKind.CONTESTED) for one in found.again]
    false = replace(found.verdict, kind=VerdictKind.CONTESTED, rating=CommonRating.FALSE)
    rated = replace(answer, findings=[replace(found, verdict=false, again=again)])
    assert [one.tone for one in on_record(rated.findings)] == ["refuted", "refuted"]
    assert refuted(rated) == 2
    other = [replace(one, verdict=VerdictKind.DIFFERS_IN_DETAIL) for one in again]
    assert refuted(replace(answer, findings=[replace(found, verdict=false, again=other)])) == 1


def test_a_picture_can_be_read_whatever_stands_in_the_text(client: Client) -> None:
    hostile = "\x01<b>\x0b&\uffff" + "x" * 300
    made = client.post("/answers/texts", data={"text": f"{hostile}. {REPEATED} \x02 \"'>.", "keep": "text"})
    assert made.status_code == 200, made.text
    path = re.search(r"/answers/[0-9a-f]{32}/card.svg", made.text)[0]
    assert drawn(etree.fromstring(client.get(path).content))[0] == "A text, checked"
    named = client.post("/file", files={"file": (f"{'y' * 200}.txt", f"{hostile}. {REPEATED}.".encode())})
    (picture,) = html.document_fromstring(named.text).cssselect(".pass-on svg")
    assert drawn(picture)[0].startswith("yyy")


def test_the_picture_of_a_text_without_findings_says_so(client: Client) -> None:
    (picture,) = asked(client, "Bananas are yellow. Rivers are wet.").cssselect(".pass-on svg")
    assert drawn(picture) == [
        "A text, checked",
        "Sentences compared: 2. With something on record: 0. Repeating a refuted statement: 0.",
    ]


ARTICLE = f"Bananas are yellow in 2020, he said. {DENIAL}.\n\nSouth bought forty tanks in March 2023."
TITLED = {"title": "The river speech", "url": "https://news.example/river"}
ARTICLE_TEXT = """\
2 of 3 sentences on record.

1. The opposite is on record.
Sentence 2 of 3: “North is not massing troops near the river.”
Accusation on record: “South says that North masses troops at the river.” (South, government, since June 2024)
The claim says the opposite.
Source: A paper, Publisher, October 2024, Introduction, paragraph 1

This was answered to the claim on record. It does not apply to what you asked, which says something else.

Officials deny it:
- North, army spokesman, 2 July 2024: North says that its units only hold an exercise. \
(A paper, Publisher, October 2024, Introduction, paragraph 2)

Speaks against it, without naming it:
- Observers: Observers counted no additional vehicles. (A paper, Publisher, October 2024, Introduction, paragraph 3)

2. Said before; nothing on record speaks against it.
Sentence 3 of 3: “South bought forty tanks in March 2023.”
Event on record: “South bought forty tanks in March 2023.” (Publisher, March 2023)
The claim says the same.
Source: A paper, Publisher, October 2024, Arms, 1- Tanks, paragraph 2

Worth checking, but nothing is on record (1)
- Sentence 1 of 3: “Bananas are yellow in 2020, he said.”

Checked with Rebut, http://testserver.local, ledger entry 6.
"""


def made_of_text(client: Client, **fields: str) -> str:
    """The path of a permalink to a document's answer."""
    response = client.post("/answers/texts", data={"text": ARTICLE, "lifetime": "30d", **fields})
    assert response.status_code == 200, response.text
    return re.search(r'href="http://testserver.local(/answers/[0-9a-f]{32})"', response.text)[1]


def opened(client: Client, path: str) -> html.HtmlElement:
    response = client.get(path)
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    return html.document_fromstring(response.text)


def test_a_documents_answer_is_copied_as_text_markdown_and_quotations(client: Client) -> None:
    page = asked(client, ARTICLE)
    text, markdown, quotation = (area.text.removeprefix("\n") for area in page.cssselect(".pass-on textarea"))
    assert text == ARTICLE_TEXT
    assert "**1. The opposite is on record.**" in markdown
    assert "Checked with [Rebut](http://testserver.local), ledger entry 6." in markdown
    assert [one[:12] for one in quotation.split("\n\n")] == ["“South says ", "“South bough"]


def test_what_does_not_apply_to_a_claim_is_said_so_where_it_is_copied(client: Client) -> None:
    text, markdown, _ = (area.text for area in asked(client, DENIAL).cssselect(".pass-on textarea"))
    for copied in (text, markdown):
        before, _, after = copied.partition("It does not apply to what you asked")
        assert "Officials deny it" not in before
        assert "Officials deny it" in after


def test_a_kept_documents_texts_have_its_title_and_the_places_of_its_sentences(client: Client) -> None:
    page = opened(client, made_of_text(client, **TITLED))
    text, markdown, _ = (area.text for area in page.cssselect(".pass-on textarea"))
    assert text.startswith("\nText: The river speech, https://news.example/river\n2 of 3 sentences on record.\n")
    assert "\nSentence 2 of 3\nAccusation on record" in text
    assert markdown.startswith("\nText: [The river speech](https://news.example/river)\n")


def test_a_documents_answer_is_a_file(client: Client) -> None:
    page = asked(client, ARTICLE)
    (form,) = page.cssselect("form#passing")
    sent = {field.get("name"): field.get("value") for field in form.cssselect("input")}
    assert sent == {"text": ARTICLE, "mode": "auto", "origin": "", "title": "", "url": ""}
    response = client.post("/text.json", data=sent)
    assert response.headers["content-disposition"] == 'attachment; filename="answer.json"'
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == client.post("/v1/texts/check", json={"text": ARTICLE}).json()
    assert client.post("/text.json", data={"title": "x"}).status_code == 400


def test_a_link_shows_a_documents_answer_without_its_words(client: Client) -> None:
    path = made_of_text(client, **TITLED)
    page = opened(client, path)
    assert said(page, "#answer h2") == ["2 of 3 sentences on record"]
    assert said(page, "title") == ["2 of 3 sentences on record – Rebut"]
    assert said(page, ".asked a") == ["The river speech"]
    assert page.cssselect(".asked a")[0].get("href") == "https://news.example/river"
    assert said(page, "article h3") == ["1. The opposite is on record", "2. Said before; nothing on record speaks against it"]
    assert "Sentence 2 of 3" in page.text_content()
    assert "The claim says the opposite" in page.text_content()
    assert "North says that its units only hold an exercise." in page.text_content()
    assert "from the records as they stood at ledger entry 6" in page.text_content()
    assert not page.cssselect(".text, blockquote, .comparison")
    assert DENIAL not in client.get(path).text


def test_a_link_shows_a_documents_sentences_or_all_of_it_if_that_is_wanted(client: Client) -> None:
    page = opened(client, made_of_text(client, keep="sentences"))
    assert said(page, "blockquote") == [f"{DENIAL}.", "South bought forty tanks in March 2023."]
    assert said(page, ".pair mark") == ["not"]
    assert not page.cssselect(".text, .back, .asked")
    assert page.cssselect("#which")
    page = opened(client, made_of_text(client, keep="text"))
    assert page.cssselect(".text")[0].text_content().startswith("Bananas are yellow")
    assert said(page, ".text mark") == [f"{DENIAL}.", "South bought forty tanks in March 2023."]
    assert not page.cssselect("#which")


def test_whoever_has_the_document_sees_the_answer_in_it(client: Client) -> None:
    path = made_of_text(client)
    response = client.post(f"{path}/compare", data={"text": ARTICLE})
    page = html.document_fromstring(response.text)
    assert said(page, "[role=status]") == ["Yes: this is the answer to that text."]
    assert said(page, ".text mark") == [f"{DENIAL}.", "South bought forty tanks in March 2023."]
    assert said(page, ".pair mark") == ["not"]
    other = html.document_fromstring(client.post(f"{path}/compare", data={"text": f"No. {DENIAL}."}).text)
    assert said(other, "[role=status]")[0].startswith("No")
    assert said(other, ".text mark") == [f"{DENIAL}."]
    assert len(other.cssselect(".back")) == 1


def test_a_documents_link_is_taken_back_with_its_secret(client: Client) -> None:
    page = html.document_fromstring(client.post("/answers/texts", data={"text": ARTICLE}).text)
    (form,) = page.cssselect("#kept form")
    secret = form.cssselect("input")[0].get("value")
    assert "Its link leads nowhere now" in client.post(form.get("action"), data={"revocation_token": secret}).text
    assert client.get(form.get("action").removesuffix("/revoke")).status_code == 404


def test_what_is_too_large_to_keep_says_so_where_the_link_was_to_be(settings: Settings) -> None:
    parts = fake_parts(msgspec.structs.replace(settings, max_kept_answer_bytes=2_000))
    with TestClient(create_app(parts)) as client:
        response = client.post("/answers/texts", data={"text": ARTICLE, "title": "<b>"})
    assert response.status_code == 400
    page = html.document_fromstring(response.text)
    assert "bytes to keep with its answer, more than the 2,000 allowed" in said(page, "#problem")[0]


def test_a_file_and_a_link_bring_their_title_and_address(settings: Settings) -> None:
    with TestClient(create_app(fake_parts(settings))) as client:
        files = {"file": ("river.html", f"<title>The\nriver &amp; more</title><p>{ARTICLE}</p>".encode())}
        page = html.document_fromstring(client.post("/file", files=files).text)
        assert titled(page) == ("The river & more", "")
        page = html.document_fromstring(client.post("/file", files={"file": ("river.txt", ARTICLE.encode())}).text)
        assert titled(page) == ("river.txt", "")


def titled(page: html.HtmlElement) -> tuple[str, str]:
    """The title and the link that a permalink would have."""
    title, url = (page.cssselect(f"#passing [name={name}]")[0].get("value") for name in ("title", "url"))
    return title, url
