"""The catalogues hold all that an answer says, in each language, and what they say can be put together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from index.kinds import Rated, RelationKind, StatementKind
from index.records import Citation, Party, Rating, Review, Statement
from service.check import wordings
from service.check.wordings import MOST_RATINGS, Wordings
from service.languages import ENGLISH, FOLDER, LANGUAGES

KEYWORDS = {"_text": None, "_in": ((1, "c"), 2), "_count": (1, 2)}
OTHERS = [language for language in LANGUAGES if language != ENGLISH]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
STATEMENTS = [Statement("s", kind, "Text.", "en", Party("Minsk"), [Citation("paper")], False) for kind in StatementKind]


def review(rated: Rated, words: str | None = None, reviewer: str = "AFP") -> Review:
    return Review(f"{rated.value}-{words}-{reviewer}", "s", Citation("c"), Party(reviewer), "en", Rating(rated, words))


@pytest.fixture(scope="module")
def template() -> Catalog:
    """All texts in the code."""
    catalog = Catalog()
    for _, text, _, context in extract_from_file("python", str(Path(wordings.__file__)), keywords=KEYWORDS):
        catalog.add(text, context=context)
    return catalog


def test_the_nine_languages_are_there() -> None:
    assert set(LANGUAGES) == {"en", "uk", "ru", "be", "pl", "de", "fr", "es", "ar"}


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_is_complete_and_keeps_the_placeholders(template: Catalog, language: str) -> None:
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    assert {(m.id, m.context) for m in catalog if m.id} == {(m.id, m.context) for m in template if m.id}
    for message in catalog:
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = message.id[1] if isinstance(message.id, tuple) else message.id
        assert not message.fuzzy
        for text in texts:
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(wanted)), message.id
    plurals = [message.string for message in catalog if isinstance(message.id, tuple)]
    assert all(len(forms) == catalog.num_plurals and all(forms) for forms in plurals)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_sentences_can_be_said(language: str) -> None:
    words = Wordings(language)
    for count in (0, 1, 2, 5, 21):
        record = words.record(count, count, [review(Rated.FALSE, "Pants on fire"), *map(review, Rated)])
        for statement in STATEMENTS:
            said = [words.on_the_topic(statement), words.not_judged(statement, record), words.repeats(statement, record)]
            said += [words.seems(statement, record)]
            said += [words.does(kind, statement) for kind in (RelationKind.DENIES, RelationKind.REVERSES, RelationKind.DIFFERS)]
            assert all("Minsk" in sentence and "%" not in sentence for sentence in said)
            assert "Pants on fire" in said[2]
    assert "%" not in words.nothing() + words.record(0, 0, [])


def test_another_language_is_answered_in_english() -> None:
    assert Wordings("fi").nothing() == Wordings(ENGLISH).nothing()


def test_many_ratings_are_counted() -> None:
    reviews = [review(Rated.FALSE, "False", f"Desk {place}") for place in range(MOST_RATINGS + 2)]
    record = Wordings(ENGLISH).record(0, 0, reviews)
    assert record.count('rated "False" by') == MOST_RATINGS
    assert record.endswith("2 more fact-checks")
