"""A kept answer's sentences in another language are those that the answer would have had there."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from lxml import html

from index.kinds import Rated
from index.records import Batch, Citation, Party, Rating, Review, Source
from service.api.wire.answers import Answer
from service.api.withholding import without_claim
from service.app import Parts
from service.check import answers
from service.check.answers import Claim, VerdictKind
from service.check.verdict import worded
from service.languages import LANGUAGES
from service.pages.retelling import retold
from service.settings import Settings
from tests.conftest import fake_parts
from tests.service.pages.test_pages import REPEATED, said
from tests.service.pages.test_passing_on import Client, made

SEVERAL = "FALSE: North is massing troops near the river, and South bought 50 tanks in March 2023"
CLAIMS = [
    REPEATED,
    "North is not massing troops near the river",
    "South is massing troops near the river of North",
    "South bought 50 tanks in March 2023",
    "South bought forty tanks in March 2023",
    "The wheat harvest was the best in ten years",
    "North masses troops",
    "troops and tanks at the river",
    "Bananas grow on Mars",
    SEVERAL,
]


@pytest.fixture
def reviewed(parts: Parts) -> Parts:
    """Over a base in which fact-checkers rate the statements, too."""
    site = Source("facts", "Facts", "Facts", "facts.example", "en")
    said_of = [("north-masses-troops", Rated.FALSE, "Pants on fire"), ("south-buys-tanks", Rated.TRUE, None)]
    said_of += [("wheat-harvest-record", Rated.MIXED, None)]
    reviews = [
        Review(f"r-{id_}", id_, Citation("facts", url=f"https://facts.example/{id_}"), Party("Facts"), "en", Rating(rated, words))
        for id_, rated, words in said_of
    ]
    parts.store.load_batches([Batch([site], [], reviews)])
    parts.retriever.live.refresh()
    return parts


def told(parts: Parts) -> Iterator[answers.Answer]:
    yield from parts.matcher.match([Claim(text=text) for text in CLAIMS]).answers


def test_the_sentences_are_those_of_the_language(reviewed: Parts) -> None:
    kinds, shown = set(), set()
    for found in told(reviewed):
        kept, language = Answer.of(found), found.language
        kinds.add(found.verdict.kind)
        for reader in LANGUAGES:
            in_words = Answer.of(worded(found, reader))
            assert retold(kept, language, reader) == (in_words, reader)
            assert retold(without_claim(kept), language, reader) == (without_claim(in_words), reader)
            shown.add(in_words.verdict.sentence)
    assert len(kinds) >= 5
    assert VerdictKind.OFFICIALLY_REFUTED in kinds
    assert len(shown) > 5 * len(LANGUAGES)


def test_what_was_not_judged_is_told_anew_too(settings: Settings) -> None:
    parts = fake_parts(msgspec.structs.replace(settings, relation="off"))
    (found,) = parts.matcher.match([Claim(text=REPEATED)]).answers
    assert found.verdict.polarity_judged is False
    assert retold(Answer.of(found), "en", "pl") == (Answer.of(worded(found, "pl")), "pl")
    parts.store.close()


def test_what_cannot_be_put_together_anew_stays(reviewed: Parts) -> None:
    kept = Answer.of(next(told(reviewed)))
    other = msgspec.structs.replace(kept, verdict=msgspec.structs.replace(kept.verdict, sentence="It was told in other words."))
    assert retold(other, "en", "uk") == (other, "en")
    assert retold(other, "en", "en") == (other, "en")


def test_a_link_is_read_in_the_reader_s_language(client: Client) -> None:
    for text in (REPEATED, SEVERAL):
        path = made(client, text, keep_claim="true")
        english = client.get(f"/v1{path}").json()["answer"]
        client.cookies.set("language", "uk")
        page = html.document_fromstring(client.get(path).text)
        here = " ".join(said(page, ".verdict")[0].split())
        sentences = [english["verdict"]["sentence"], *(part["verdict"]["sentence"] for part in english["parts"])]
        assert not [sentence for sentence in sentences if sentence in here]
        assert not page.cssselect(".verdict bdi[lang=en]")
        assert client.get(f"/v1{path}").json()["answer"] == english
        client.cookies.clear()
        assert english["verdict"]["sentence"] in client.get(path).text or text == SEVERAL
    path = made(client)
    client.cookies.set("language", "uk")
    assert "Це твердження повторює вже відоме" in client.get(path).text
