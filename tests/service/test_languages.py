"""The catalogues hold all that an answer says, in each language, and what they say can be put together."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog

from index.kinds import Rated, RelationKind, StatementKind
from index.records import Citation, Party, Rating, Review, Statement
from scripts.languages import catalogue_of, extracted
from service.check.wordings import MOST_RATINGS, Wordings
from service.languages import ENGLISH, LANGUAGES
from service.languages.spoken import gettext, ngettext, speaking
from service.pages.labels import ONLY_APART, RATINGS, TURNED_ROUND, VERDICTS

OTHERS = [language for language in LANGUAGES if language != ENGLISH]
KEPT = re.compile(r"%\(\w+\)[sd]|</?\w+[^>]*>")
"""What a translation has as the English text has it: placeholders and markup."""
STATEMENTS = [Statement("s", kind, "Text.", "en", Party("Minsk"), [Citation("paper")], False) for kind in StatementKind]


def review(rated: Rated, words: str | None = None, reviewer: str = "AFP") -> Review:
    return Review(f"{rated.value}-{words}-{reviewer}", "s", Citation("c"), Party(reviewer), "en", Rating(rated, words))


@pytest.fixture(scope="module")
def texts() -> Catalog:
    """All texts in the code."""
    return extracted()


def test_the_nine_languages_are_there() -> None:
    assert set(LANGUAGES) == {"en", "uk", "ru", "be", "pl", "de", "fr", "es", "ar"}


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_what_the_code_has(texts: Catalog, language: str) -> None:
    marked = {(message.id, message.context) for message in texts if message.id}
    assert {(message.id, message.context) for message in catalogue_of(language) if message.id} == marked


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_is_complete_and_keeps_the_placeholders(language: str) -> None:
    catalog = catalogue_of(language)
    for message in (one for one in catalog if one.id):
        forms = message.string if message.pluralizable else (message.string,)
        english = message.id[1] if message.pluralizable else message.id
        assert not message.fuzzy
        assert len(forms) == (catalog.num_plurals if message.pluralizable else 1)
        for form in forms:
            assert form.strip(), f"{language} lacks {english!r}"
            assert sorted(KEPT.findall(form)) == sorted(KEPT.findall(english)), form


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("uk", {1: "1 твердження", 3: "3 твердження", 5: "5 тверджень", 11: "11 тверджень", 22: "22 твердження", 0: "0 тверджень"}),
        ("ru", {1: "1 утверждение", 4: "4 утверждения", 12: "12 утверждений", 21: "21 утверждение", 100: "100 утверждений"}),
        ("be", {1: "1 сцвярджэнне", 2: "2 сцвярджэнні", 5: "5 сцвярджэнняў", 31: "31 сцвярджэнне", 14: "14 сцвярджэнняў"}),
        ("pl", {1: "1 wypowiedź", 2: "2 wypowiedzi", 21: "21 wypowiedzi", 5: "5 wypowiedzi"}),
        ("ar", {1: "قول واحد (1)", 2: "قولان (2)", 3: "3 أقوال", 11: "11 قولًا", 99: "99 قولًا", 100: "100 قول", 103: "103 أقوال"}),
        ("fr", {0: "0 déclaration", 1: "1 déclaration", 2: "2 déclarations"}),
        ("de", {0: "0 Aussagen", 1: "1 Aussage", 2: "2 Aussagen"}),
    ],
)
def test_numbers_have_the_forms_that_the_language_wants(language: str, forms: dict[int, str]) -> None:
    with speaking(language):
        said = {count: ngettext("%(number)s statement", "%(number)s statements", count) % {"number": count} for count in forms}
    assert said == forms


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_sentences_can_be_said(language: str) -> None:
    words = Wordings(language)
    for count in (0, 1, 2, 5, 21):
        record = words.record(count, count, [review(Rated.FALSE, "Pants on fire"), *map(review, Rated)])
        for statement in STATEMENTS:
            said = [words.on_the_topic(statement), words.not_judged(statement, record), words.repeats(statement, record)]
            said += [words.seems(statement, record)]
            kinds = (RelationKind.DENIES, RelationKind.REVERSES, RelationKind.DIFFERS)
            said += [words.does(kind, statement, shown=shown) for kind in kinds for shown in (True, False)]
            assert all("Minsk" in sentence and "%" not in sentence for sentence in said)
            assert "Pants on fire" in said[2]
    assert "%" not in words.nothing() + words.record(0, 0, [])


@pytest.mark.parametrize("language", OTHERS)
def test_every_verdict_has_words_in_each_language(language: str) -> None:
    labels = [*VERDICTS.values(), *RATINGS.values(), TURNED_ROUND, ONLY_APART]
    with speaking(language):
        assert not [text for label in labels for text in (label.words, label.meaning) if gettext(text) == text]


def test_another_language_is_answered_in_english() -> None:
    assert Wordings("fi").nothing() == Wordings(ENGLISH).nothing()


def test_many_ratings_are_counted() -> None:
    reviews = [review(Rated.FALSE, "False", f"Desk {place}") for place in range(MOST_RATINGS + 2)]
    record = Wordings(ENGLISH).record(0, 0, reviews)
    assert record.count('rated "False" by') == MOST_RATINGS
    assert record.endswith("2 more fact-checks")
