"""What is passed on of an answer: texts, a picture, a file, and a link that is made, read, compared and taken back."""

from __future__ import annotations

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from lxml import etree, html

from service.pages.card import wrapped
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
