"""Names across languages and scripts: alike, changed, shared."""

from __future__ import annotations

import pytest

from index.kinds import RelationKind
from service.check.names import changed, exchanged, in_other_order, names_in, other_country, shared
from service.check.slots import Phrase, Slot, Slots
from tests.quality.words import measure, read


def test_a_name_is_a_capital_letter_within_a_sentence_or_a_country() -> None:
    text = "On Monday the Kozlov family left Al Jazeera for poland. Nobody in NATO knew."
    assert [name.text for name in names_in(text, "en")] == ["Kozlov", "Al Jazeera", "poland", "NATO"]
    assert [name.country for name in names_in(text, "en")] == [None, None, "PL", None]
    for name in names_in(text, "en"):
        assert text[name.start : name.end] == name.text


def test_german_nouns_are_no_names() -> None:
    assert [name.text for name in names_in("Die Regierung in Polen schloss gestern die Grenze", "de")] == ["Polen"]


@pytest.mark.parametrize(
    ("ours", "our_language", "theirs", "their_language", "names"),
    [
        ("A radio host in Granada played it", "en", "Радиоведущий в Севилье крутил это", "ru", ("Granada", "Севилье")),
        ("PiS oskarżyło rząd w Radomiu", "pl", "PiS accused the government in Kielce", "en", ("Radomiu", "Kielce")),
        ("Данія віддала гармати", "uk", "La Suède a donné ses canons", "fr", ("Данія", "Suède")),
        ("Judge Carla Ruiz closed the port", "en", "Richter schlossen in Spanien den Hafen", "de", ("Carla Ruiz", "Spanien")),
        ("منحت الدنمارك المدافع", "ar", "Швеция отдала пушки", "ru", ("الدنمارك", "Швеция")),
        (
            "Minsk joined the CIS",
            "en",
            "Minsk joined the Shanghai Cooperation Organization",
            "en",
            ("CIS", "Shanghai Cooperation Organization"),
        ),
    ],
)
def test_the_one_name_that_is_another(
    ours: str, our_language: str, theirs: str, their_language: str, names: tuple[str, str]
) -> None:
    found = changed(ours, our_language, theirs, their_language)
    assert found
    assert (found[0].text, found[1].text) == names


@pytest.mark.parametrize(
    ("ours", "our_language", "theirs", "their_language"),
    [
        ("The mayor of Radom resigned", "en", "Burmistrz Radomia zrezygnował", "pl"),
        ("Shops in Mykolaiv are open", "en", "Магазини Миколаєва відчинені", "uk"),
        ("Greece repaid it", "en", "Греция вернула это", "ru"),
        ("The bank in Kyiv and the one in Lviv merged", "en", "Банки в Одесі та Харкові об'єдналися", "uk"),  # two: no pair
        ("He said on Monday that the rate falls", "en", "Он сказал в среду, что ставка падает", "ru"),
        ("The rate of the CBR falls", "en", "Ставка в России падает", "ru"),
        ("Minsk joined the SCO", "en", "Minsk joined the Shanghai Cooperation Organization", "en"),
        ("Raport opublikowała Najwyższa Izba Kontroli", "pl", "Raport opublikował NIK", "pl"),
    ],
)
def test_names_that_are_alike_or_cannot_be_paired(ours: str, our_language: str, theirs: str, their_language: str) -> None:
    assert changed(ours, our_language, theirs, their_language) is None


def test_names_that_both_have_stand_side_by_side() -> None:
    found = shared("Латвія позичила Естонії трансформатор", "uk", "Estonia lent Latvia a transformer", "en")
    assert [(ours.text, theirs.text) for ours, theirs in found] == [("Латвія", "Latvia"), ("Естонії", "Estonia")]


def test_a_reversal_across_languages_shows_both_names() -> None:
    claim, statement = Phrase("Латвія позичила Естонії трансформатор", "uk"), Phrase("Estonia lent Latvia a transformer", "en")
    found = Slots().differences(RelationKind.REVERSES, claim, statement)
    assert [(one.slot, one.claim and one.claim.text, one.statement and one.statement.text) for one in found] == [
        (Slot.ACTOR, "Латвія", "Estonia"),
        (Slot.TARGET, "Естонії", "Latvia"),
    ]


def test_another_name_across_languages_is_shown() -> None:
    claim, statement = Phrase("Ceny mieszkań w Krakowie spadły", "pl"), Phrase("Flat prices in Gdańsk fell", "en")
    (one,) = Slots().differences(RelationKind.DIFFERS, claim, statement)
    assert (one.claim and one.claim.text, one.statement and one.statement.text) == ("Krakowie", "Gdańsk")


@pytest.mark.parametrize(
    ("ours", "our_language", "theirs", "their_language", "names"),
    [
        ("French troops left", "en", "Dutch troops left", "en", ("French", "Dutch")),
        ("Немецкие танки в Литве", "ru", "Польські танки в Литві", "uk", ("Немецкие", "Польські")),
        ("Еревану не дали кредит", "ru", "The bank refused Tbilisi a loan", "en", ("Еревану", "Tbilisi")),
        ("Der Kreml warnt Warschau", "de", "Білий дім попереджає Варшаву", "uk", ("Kreml", "Білий дім")),
        ("Штаты отправили самолёты", "ru", "L'Allemagne a envoyé des avions", "fr", ("Штаты", "Allemagne")),
        ("Czesi kupili gaz", "pl", "Las empresas eslovacas compraron gas", "es", ("Czesi", "eslovacas")),
        ("باعت الإمارات النفط", "ar", "Саудаўская Аравія прадала нафту", "be", ("الإمارات", "Саудаўская")),
        ("Nigeria's army", "en", "Wojsko Nigru", "pl", ("Nigeria's", "Nigru")),
        ("Австралия ввела пошлины", "ru", "Austria imposed tariffs", "en", ("Австралия", "Austria")),
        ("South Korea fired", "en", "КНДР запустила", "ru", ("South Korea", "КНДР")),
        ("Paris and Warsaw quarrel", "en", "France and Germany quarrel", "en", ("Warsaw", "Germany")),
    ],
)
def test_another_country(ours: str, our_language: str, theirs: str, their_language: str, names: tuple[str, str]) -> None:
    found = other_country(ours, our_language, theirs, their_language)
    assert found
    assert (found[0].text, found[1].text) == names
    back = other_country(theirs, their_language, ours, our_language)
    assert back
    assert (back[1].text, back[0].text) == names


@pytest.mark.parametrize(
    ("ours", "our_language", "theirs", "their_language"),
    [
        ("French troops left Mali", "en", "Paris a retiré ses soldats", "fr"),
        ("Dutch", "en", "Нидерланды", "ru"),
        ("The White House spoke", "en", "США заявили", "ru"),
        ("Deutschland", "de", "niemiecki", "pl"),
        ("Niemiecki rząd", "pl", "Німеччина", "uk"),
        ("Czechia", "en", "Tschechische Republik", "de"),
        ("Britain warned Armenia", "en", "الحكومة البريطانية حذرت يريفان", "ar"),
        ("Russia fears Poland", "en", "Putin fears Poland and France", "en"),  # Russia may be meant
        ("Congo accused Rwanda", "en", "ДР Конго обвинила Руанду", "ru"),
        ("Korea fired", "en", "КНДР и США", "ru"),
        ("The turkey from France", "en", "The bird from Spain and Turkey, or from France", "en"),
        ("The turkey from France", "en", "The bird from Spain, or from France", "en"),
        ("France spoke English", "en", "France spoke to Spain", "en"),
        ("Police in Granada", "en", "Police in Sevilla", "en"),
        ("Police in Spain", "en", "Police in Spain and in Italy", "en"),  # only one side has another
    ],
)
def test_no_other_country(ours: str, our_language: str, theirs: str, their_language: str) -> None:
    assert other_country(ours, our_language, theirs, their_language) is None
    assert other_country(theirs, their_language, ours, our_language) is None


@pytest.mark.parametrize(
    ("ours", "theirs", "names"),
    [
        ("The talks in Paris", "The talks in Marseille", ("Paris", "Marseille")),
        ("The talks in Paris", "The talks in Berlin", ("Paris", "Berlin")),
        ("The talks in Paris", "The talks in Germany", ("Paris", "Germany")),
        ("The talks in Paris", "The talks in France", None),
        ("The talks in Paris", "The French talks", None),
        ("The talks in Paris", "Переговоры в Париже", None),
    ],
)
def test_a_capital_is_a_place_of_its_own_in_its_country(ours: str, theirs: str, names: tuple[str, str] | None) -> None:
    found = changed(ours, "en", theirs, "ru" if "П" in theirs else "en")
    assert (found and (found[0].text, found[1].text)) == names


def test_names_that_are_countries_or_capitals_say_so() -> None:
    assert [(name.text, name.country, name.capital) for name in names_in("So Kyiv told the United States and Hrodna", "en")] == [
        ("Kyiv", "UA", True),
        ("United States", "US", False),
        ("Hrodna", None, False),
    ]


def test_an_unknown_language_has_no_countries() -> None:
    assert [name.text for name in names_in("abc defg Hijk lm", "xx")] == ["Hijk"]


@pytest.mark.parametrize(
    ("ours", "theirs", "roles"),
    [
        (
            "Baltline sold the harbour of Lindhaven to Nordwerk",
            "Nordwerk sold the harbour of Lindhaven to Baltline",
            ("Baltline Nordwerk", "Nordwerk Baltline"),
        ),
        (
            "In Lindhaven, the firm Baltline sold its harbour to Nordwerk",
            "The firm Nordwerk sold its harbour to Baltline in Lindhaven",
            ("Baltline Nordwerk", "Nordwerk Baltline"),
        ),
        ("The Danes beat Norway in Aarhus", "Norway beat the Danes in Aarhus", ("Danes Norway", "Norway Danes")),
        ("Germany exported 80% of its power to France", "Germany sold its power to France", None),
        ("Armenia was thanked by India", "Armenia thanked India", None),
        ("Nordwerk sold the harbour", "Baltline sold the harbour", None),
    ],
)
def test_those_who_change_places_are_told_from_those_who_stay(ours: str, theirs: str, roles: tuple[str, str] | None) -> None:
    found = exchanged(ours, "en", theirs, "en")
    assert (found and tuple(" ".join(name.text for name in pair) for pair in found)) == roles


def test_names_that_change_places_are_known_across_languages() -> None:
    found = exchanged("Латвія позичила Естонії трансформатор", "uk", "Estonia lent Latvia a transformer", "en")
    assert found
    assert [[name.text for name in pair] for pair in found] == [["Латвія", "Естонії"], ["Estonia", "Latvia"]]


def test_words_that_are_shown_are_right() -> None:
    """On pairs labelled by a reader: `python -m tests.quality.words` has 198 shown of 280, and 192 right."""
    figures = measure(read(), Slots())
    assert figures.shown >= 195
    assert figures.right / figures.shown >= 0.96


@pytest.mark.parametrize(
    ("text", "language", "other", "turned"),
    [
        ("India sold Chile copper.", "en", "Chile vendió cobre a la India.", True),
        ("Copper was sold to India by Chile.", "en", "Chile vendió cobre a la India.", True),
        ("Chile sold India copper.", "en", "Chile vendió cobre a la India.", False),
        ("Peru sold India copper.", "en", "Chile vendió cobre a la India.", False),
    ],
)
def test_names_in_another_order(text: str, language: str, other: str, turned: bool) -> None:
    assert in_other_order(text, language, other, "es") is turned
