"""What the self-test makes of a statement, in words."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence

import pytest

from index.kinds import RelationKind, StatementKind
from index.records import Citation, Party, Statement
from index.text.cleaning import clean
from service.check.reading import Frame, read
from service.check.values import Outcome, Reader, compare
from service.evaluation.selftest import EXPECTED, Change, Names, probes_of
from service.evaluation.selftest.figures import Figures
from service.evaluation.selftest.frames import framed
from service.evaluation.selftest.letters import mistyped
from service.evaluation.selftest.words import WORDS

LANGUAGES = ("en", "uk", "ru", "be", "pl", "de", "fr", "es", "ar")
READER = Reader()
FIGURES = Figures(READER)


def statement(text: str, language: str = "en", id_: str = "s", **more: object) -> Statement:
    return Statement(
        id=id_,
        kind=StatementKind.CLAIM,
        text=text,
        language=language,
        claimant=Party("a newspaper"),
        citations=[Citation("x", "y", 1)],
        refutation_on_record=False,
        **more,  # type: ignore[arg-type]
    )


def changed(one: Statement, change: Change, base: Sequence[Statement] = ()) -> str | None:
    """The statement changed; None if it does not allow the change."""
    return next((probe.text for probe in probes_of(one, Names([one, *base])) if probe.change is change), None)


@pytest.mark.parametrize(
    ("text", "language", "other"),
    [
        ("The company cut 40 jobs in May 2024.", "en", "The company cut 90 jobs in May 2024."),
        ("The town spent $1,500,000 on a bridge.", "en", "The town spent $3,500,000 on a bridge."),
        ("La fábrica despidió a 1.250 personas.", "es", "La fábrica despidió a 3.250 personas."),
        ("Das Werk kostet 2,5 Millionen Euro.", "de", "Das Werk kostet 5,5 Millionen Euro."),
        ("La ville a planté 60 000 arbres.", "fr", "La ville a planté 30 000 arbres."),
        ("Turnout was 100 percent in the village.", "en", "Turnout was 40 percent in the village."),
        ("У лікарні працює 12 лікарів.", "uk", "У лікарні працює 40 лікарів."),
        ("В посёлке построили 3 школы.", "ru", "В посёлке построили 2 школы."),
        ("Фабрыка звольніла 250 чалавек.", "be", "Фабрыка звольніла 550 чалавек."),
        ("Szpital kupił 7 karetek.", "pl", "Szpital kupił 5 karetek."),
        ("قتل ٤٠ شخصا في الحريق.", "ar", "قتل ٩٠ شخصا في الحريق."),
    ],
)
def test_another_number_in_the_same_form(text: str, language: str, other: str) -> None:
    assert FIGURES.other_number(text, language, random.Random(0)) == other


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("South bought forty tanks in March 2023.", "en"),
        ("В посёлке погибли пять человек.", "ru"),
        ("Zginęło pięciu górników.", "pl"),
    ],
)
def test_a_number_word_becomes_another_that_the_reader_tells_apart(text: str, language: str) -> None:
    other = FIGURES.other_number(text, language, random.Random(0))
    assert other is not None
    assert len(other.split()) == len(text.split())
    assert Outcome.CONFLICTS in {one.outcome for one in compare(READER.read(other, language), READER.read(text, language))}


@pytest.mark.parametrize(
    ("text", "language", "other"),
    [
        ("The road is 40 kilometres long.", "en", "The road is 40 miles long."),
        ("The speed limit is 100 km/h.", "en", "The speed limit is 100 mph."),
        ("The fine is $500.", "en", "The fine is €500."),
        ("Prices rose by 7%.", "en", "Prices rose by 7 per mille."),
        ("Мост стоит 5 млн долларов США.", "ru", "Мост стоит 5 млн евро."),
        ("Дорога має 40 км.", "uk", "Дорога має 40 миль."),
        ("Дарога мае 40 кіламетраў.", "be", "Дарога мае 40 міль."),
        ("Ceny wzrosły o 7 procent.", "pl", "Ceny wzrosły o 7 promili."),
        ("Die Strecke ist 40 Kilometer lang.", "de", "Die Strecke ist 40 Meilen lang."),
        ("La route fait 40 kilomètres.", "fr", "La route fait 40 miles."),
        ("La multa es de 500 euros.", "es", "La multa es de 500 dólares."),
        ("تكلف السيارة 500 دولار.", "ar", "تكلف السيارة 500 يورو."),
    ],
)
def test_another_unit(text: str, language: str, other: str) -> None:
    assert FIGURES.other_unit(text, language, random.Random(0)) == other


@pytest.mark.parametrize(
    ("text", "language", "other"),
    [
        ("The law came into force on 4 July 2024.", "en", "The law came into force on 4 July 2021."),
        ("The law comes into force on 4 July.", "en", "The law comes into force on 4 December."),
        ("It was built between 2019 and 2024.", "en", "It was built between 2012 and 2017."),
        ("Закон набуде чинності 4 липня.", "uk", "Закон набуде чинності 4 грудня."),
        ("Выборы пройдут в сентябре.", "ru", "Выборы пройдут в феврале."),
        ("Das Gesetz gilt ab dem 04.07.2024.", "de", "Das Gesetz gilt ab dem 04.07.2021."),
        ("انتهت الحرب عام ٢٠٢٠.", "ar", "انتهت الحرب عام ٢٠١٧."),
    ],
)
def test_another_date(text: str, language: str, other: str) -> None:
    assert FIGURES.other_date(text, language, random.Random(0)) == other


@pytest.mark.parametrize(
    ("text", "language", "short"),
    [
        ("The town spent 1,500,000 euros.", "en", "The town spent 1.5 million euros."),
        ("Prices rose by 7 per cent.", "en", "Prices rose by 7%."),
        ("Місто витратило 1 500 000 гривень.", "uk", "Місто витратило 1,5 млн гривень."),
        ("Цены выросли на 7 процентов.", "ru", "Цены выросли на 7 %."),
        ("Die Stadt zahlte 2.000.000 Euro.", "de", "Die Stadt zahlte 2 Mio. Euro."),
        ("El pueblo gastó 40.000 euros.", "es", "El pueblo gastó 40 mil euros."),
        ("The town spent 1,512,345 euros.", "en", None),
        ("Nobody counted.", "en", None),
    ],
)
def test_short_figures_are_the_same_figures(text: str, language: str, short: str | None) -> None:
    assert FIGURES.short(text, language) == short


@pytest.mark.parametrize(
    "change", [Change.NUMBER, Change.UNIT, Change.DATE, Change.SHORT_FIGURES, Change.PLACE, Change.SWAPPED_ACTORS]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_statement_does_not_allow_is_not_tried(change: Change, language: str) -> None:
    plain = {"en": "The harvest was good.", "de": "Die Ernte war gut.", "ar": "كان الحصاد جيدا."}
    assert changed(statement(plain.get(language, "Было хорошо."), language), change) is None


ACCUSED = [
    statement("Uruguay accused Peru of dumping soya.", id_="a"),
    statement("Everybody knows that Peru accused Uruguay of dumping soya.", id_="b"),
    statement("Farmers in Montevideo met in Uruguay and in Peru.", id_="c"),
]


def test_parties_of_the_base_are_exchanged() -> None:
    assert changed(ACCUSED[0], Change.SWAPPED_ACTORS, ACCUSED) == "Peru accused Uruguay of dumping soya."


@pytest.mark.parametrize(
    "text",
    [
        "Uruguay and Peru dumped soya.",
        "Uruguay met Peru in the final.",
        "Uruguay, unlike others, said of Peru nothing.",
        "Uruguay held elections in Peru.",
        "The Uruguay of today accused Peru.",
        "Uruguay accused Bolivia of dumping soya.",
    ],
)
def test_parties_are_not_exchanged_where_that_reverses_nothing(text: str) -> None:
    assert changed(statement(text), Change.SWAPPED_ACTORS, ACCUSED) is None


def test_names_with_case_endings_are_not_exchanged() -> None:
    base = [statement("Уругвай обвинил Перу.", "ru", "a"), statement("Все знают, что Перу обвинила Уругвай.", "ru", "b")]
    assert changed(base[0], Change.SWAPPED_ACTORS, base) is None


def test_parties_known_without_the_base() -> None:
    text = "Minsk says that Ukrainian forces moved 40 tanks to Gomel."
    assert changed(statement(text), Change.SWAPPED_ACTORS) == "Kyiv says that Belarusian forces moved 40 tanks to Gomel."


@pytest.mark.parametrize(
    ("language", "texts", "other"),
    [
        ("en", ["A tram burnt in Leeds.", "Rents rose in Bristol.", "Nobody votes in Bristol."], "A tram burnt in Bristol."),
        ("es", ["Ardió un tranvía en Lima.", "Subió el pan en Quito.", "Nadie vota en Quito."], "Ardió un tranvía en Quito."),
        ("ru", ["Трамвай сгорел в Омске.", "Цены выросли в Бресте.", "Выборы в Бресте."], "Трамвай сгорел в Бресте."),
        ("pl", ["Tramwaj spłonął w Opolu.", "Ceny rosną w Radomiu.", "Wybory w Radomiu."], "Tramwaj spłonął w Radomiu."),
        ("ru", ["Трамвай сгорел в Омске.", "Цены выросли в Москву.", "Выборы в Москву."], None),
        ("en", ["A tram burnt in Leeds.", "Rents rose in Bristol."], None),
        ("en", ["A tram burnt in March.", "Rents rose in Bristol.", "Nobody votes in Bristol."], None),
        ("en", ["A tram burnt in Homel.", "Rents rose in Gomel.", "Nobody votes in Gomel."], None),
        ("de", ["Eine Bahn brannte in Schuppen.", "Die Mieten in Bremen.", "Wahl in Bremen."], None),
    ],
)
def test_another_place_of_the_base(language: str, texts: list[str], other: str | None) -> None:
    base = [statement(text, language, str(number)) for number, text in enumerate(texts)]
    assert changed(base[0], Change.PLACE, base) == other


def test_german_places_are_those_of_the_other_languages_of_the_base() -> None:
    english = ["Rents rose in Bremen.", "A tram burnt in Bremen.", "Rents rose in Kiel.", "A tram burnt in Kiel."]
    german = ["Die Mieten stiegen in Bremen.", "Die Bahn brannte in Kiel.", "Die Kinder sind in Schulen."]
    base = [statement(text, "en", f"en{number}") for number, text in enumerate(english)]
    base += [statement(text, "de", f"de{number}") for number, text in enumerate(german)]
    assert changed(base[4], Change.PLACE, base) == "Die Mieten stiegen in Kiel."
    assert changed(base[6], Change.PLACE, base) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("change", [Change.NEGATION, Change.QUESTION, Change.ATTRIBUTION, Change.ADDITION, Change.SUSPICION])
def test_every_language_has_words_around_the_statement(language: str, change: Change) -> None:
    text = "Ruritania closed 14 schools"
    found = changed(statement(f"{text}.", language), change)
    assert found is not None
    assert text in found
    assert found != f"{text}."
    assert "{" not in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_frames_that_deny_and_ask_are_read_as_such_or_said_in_the_claim(language: str) -> None:
    text = "Ruritania closed 14 schools in Strelsau last year"
    for frame in WORDS.suspected[language]:
        assert read(frame.replace("{}", text), language).frame is Frame.QUESTION, frame
    for frame in WORDS.denied[language]:
        assert frame.replace("{}", "").replace("{that}", "").strip(" .:")


@pytest.mark.parametrize(
    ("text", "language", "frame", "said"),
    [
        ("The mayor resigned.", "en", "Is it true that {that}?", "Is it true that the mayor resigned?"),
        ("Apple opened an office.", "en", "It is false that {that}.", "It is false that Apple opened an office."),
        ("L'usine a fermé.", "fr", "Est-il vrai que {that} ?", "Est-il vrai que l'usine a fermé ?"),
        ("Amiens a fermé.", "fr", "Est-il vrai que {that} ?", "Est-il vrai qu'Amiens a fermé ?"),
        ("It rains. It pours.", "en", "Is it true that {that}?", None),
        ("Did it rain?", "en", "This is a lie: {}", None),
    ],
)
def test_a_sentence_goes_on_in_small_letters_but_names_do_not(text: str, language: str, frame: str, said: str | None) -> None:
    base = [statement("Somebody in the town ate an apple, and l'usine."), statement("Then l'usine closed.", "fr")]
    base += [statement("She works for Apple now."), statement("He left Apple.")]
    assert framed({language: [frame]}, text, language, Names(base).common(language), random.Random(0)) == said


def test_a_typo_leaves_figures_names_and_denials_alone() -> None:
    text = "Rosalind Franklin never published fourteen photographs of crystals in September 1953."
    for seed in range(30):
        found = mistyped(text, "en", READER, random.Random(seed))
        assert found is not None
        before, after = text.split(), found.split()
        touched = [word for word, other in zip(before, after, strict=True) if word != other]
        assert len(touched) == 2
        assert set(touched) <= {"published", "photographs", "crystals"}


def test_too_few_words_for_typos() -> None:
    assert changed(statement("Oslo has 14 trams in May."), Change.TYPO) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The harvest was better than expected.", "en"),
        ("Урожай оказался лучше ожиданий.", "ru"),
        ("كان محصول القمح كبيرا جدا", "ar"),
    ],
)
def test_letters_that_look_alike_and_characters_that_nobody_sees(text: str, language: str) -> None:
    alike, hidden = (changed(statement(text, language), change) for change in (Change.LOOK_ALIKES, Change.INVISIBLE))
    assert alike is not None
    assert hidden is not None
    assert len(alike) == len(text)
    assert 1 <= sum(one != other for one, other in zip(text, alike, strict=True)) <= 3
    assert "".join(character for character in hidden if unicodedata.category(character) != "Cf") == text
    assert len(hidden) > len(text)


@pytest.mark.parametrize("change", [Change.LINK, Change.STAMP, Change.EMOJI, Change.BYLINE, Change.CAPITALS])
def test_furniture_leaves_the_words(change: Change) -> None:
    text = "The harvest was better than the ministry expected."
    found = changed(statement(text), change)
    assert found is not None
    assert found != text
    assert text.lower() in found.lower()
    assert re.sub(r"\W+$", "", text).lower() in clean(found).lower()


def test_arabic_has_no_capitals() -> None:
    assert changed(statement("كان محصول القمح كبيرا جدا", "ar"), Change.CAPITALS) is None


def test_a_wording_of_each_language_is_tried_as_it_stands() -> None:
    one = statement(
        "The harvest was good.", wordings={"en": ["A good harvest"], "ru": ["Хороший урожай"], "uk": [], "xx": ["same"]}
    )
    probes = [probe for probe in probes_of(one, Names([one])) if probe.change in (Change.WORDING, Change.TRANSLATION)]
    assert [(probe.change, probe.text, probe.language) for probe in probes] == [
        (Change.WORDING, "A good harvest", "en"),
        (Change.TRANSLATION, "Хороший урожай", "ru"),
        (Change.TRANSLATION, "same", "xx"),
    ]


def test_a_statement_is_always_changed_alike_and_another_otherwise() -> None:
    text = "The harvest of 14 farms was better than the ministry expected in May 2024."
    first, again, other = (list(probes_of(statement(text, id_=id_), Names([]))) for id_ in ("a", "a", "b"))
    assert first == again
    assert first != other


def test_what_is_expected() -> None:
    assert EXPECTED[Change.UNIT] is RelationKind.DIFFERS
    assert EXPECTED[Change.SUSPICION] is RelationKind.REPEATS
    assert set(EXPECTED) == set(Change)
