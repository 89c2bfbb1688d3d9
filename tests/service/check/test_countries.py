"""Countries by their names, adjectives, people and capitals in nine languages; and what only looks like one."""

from __future__ import annotations

import re

import pytest
from babel import Locale
from babel.core import get_global

from service.check.countries import CountryMention, Way, countries_in, known
from service.check.names import LANGUAGES

LEFT_OUT = {("es", "GD"), ("fr", "MU"), ("es", "MU"), ("ru", "SB")}
"""Granada, Maurice and Mauricio are rather others; the CLDR abbreviates the islands."""
AMBIGUOUS = {("be", "OM")}
"""Аман is Oman, and Amman."""


def found(text: str, language: str = "en") -> list[str]:
    """The countries that a text surely names."""
    return [one.code or "/".join(sorted(one.codes)) for one in countries_in(text, nouns_are_capital=language == "de") if one.sure]


def perhaps(text: str) -> list[CountryMention]:
    return [one for one in countries_in(text) if not one.sure]


def test_all_members_of_the_united_nations_are_known_and_four_more() -> None:
    assert len(known()) == 197
    assert {"XK", "TW", "PS", "VA"} <= known()
    assert known() <= {code for code in Locale("en").territories if code.isalpha()}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_country_is_known_by_its_name_in_the_cldr(language: str) -> None:
    names = {code: re.sub(r"\(.*", "", Locale(language).territories[code]) for code in known()}
    for code, name in names.items():
        if (language, code) not in LEFT_OUT:
            mentions = [one for one in countries_in(name) if code in one.codes and one.way is Way.NAME]
            assert mentions or (language, code) in AMBIGUOUS, (code, name)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_capitals_are_known_by_their_names_in_the_cldr(language: str) -> None:
    cities = Locale(language).time_zones
    zones = {zone: code for zone, code in get_global("zone_territories").items() if code in known()}
    capitals = {zone for zone, code in zones.items() if _is_capital_of(zone.split("/")[-1].replace("_", " "), code)}
    assert len(capitals) > 120
    for zone in capitals:
        city = cities.get(zone, {}).get("city")
        assert not city or zones[zone] in {code for one in countries_in(city) for code in one.codes}, (zone, city)


def _is_capital_of(city: str, code: str) -> bool:
    return any(code in one.codes and one.way is Way.CAPITAL for one in countries_in(city))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("French, France, Frenchmen's; l'armée française, les Français, la France; Frankreichs, französische, Franzosen", "FR"),
        ("Francja, we Francji, francuski, Francuzów; Francia, francés, franceses", "FR"),
        ("Франция, Францией, французская, французов; Франція, французький; Францыя, французскі; فرنسا, الفرنسية, والفرنسيون", "FR"),
        ("Dutch, Netherlands, Holland; les Pays-Bas, néerlandais; Niederlande, niederländisch; Holandia, holenderski", "NL"),
        ("Países Bajos, neerlandesa, holandés; Нидерландов, голландский; нідерландський; нідэрландскі; هولندا, الهولندي", "NL"),
        ("German, Germany; allemand, l'Allemagne; Deutschland, deutsche; niemiecki, Niemcy, Niemiec; alemán, Alemania", "DE"),
        ("Германия, немецкий, немцы, ФРГ; Німеччина, німецький; Германія, нямецкі; ألمانيا, الألمانية", "DE"),
        ("Czechia, Czech Republic, Czechs; la Tchéquie, tchèque; Tschechien, tschechisch; Czechy, w Czechach, czeski", "CZ"),
        ("República Checa, checos; Чехия, чешский, чехи; Чехія, чеський; Чэхія, чэшскі; التشيك, تشيكي", "CZ"),
        ("the US, U.S., USA, America, Americans, US-backed; les États-Unis, américain; Vereinigten Staaten, US-Präsident", "US"),
        ("Stanach Zjednoczonych, amerykańskie; Estados Unidos, EE. UU., estadounidense; США, Соединёнными Штатами, в Штатах", "US"),
        ("американський, Сполучених Штатів; ЗША, амерыканскі; الولايات المتحدة, وأمريكا, الأميركية, للولايات المتحدة", "US"),
        ("the UK, U.K., Britain, British, Brits; Royaume-Uni, britannique; Großbritannien, Briten; Wielkiej Brytanii", "GB"),
        ("Reino Unido, británicos; Великобритания, британский; Велика Британія; Вялікабрытанія, брытанскі; بريطانيا", "GB"),
        ("UAE, Emirati; Émirats arabes unis; Vereinigte Arabische Emirate; ZEA; ОАЭ, эмираты; ОАЕ; ААЭ; الإمارات", "AE"),
        ("Poles, Poland, Polish; la Pologne, polonais; Polen, polnisch; w Polsce, polski, Polakom; polaca, Polonia", "PL"),
        ("Польша, польских, поляков; Польща, поляки; Польшча, палякі; بولندا, البولندية", "PL"),
        ("Hungary, Hungarians; la Hongrie, hongrois; Ungarn, ungarische; Węgry, na Węgrzech, węgierski; húngaro", "HU"),
        ("Венгрия, венгерский, венгры; Угорщина, угорський; Венгрыя; المجر", "HU"),
        (
            "Spain, Spaniards; l'Espagne, espagnol; Spanien; Hiszpania, hiszpańskie; España, españoles; Испания; Іспанія; إسبانيا",
            "ES",
        ),
        ("Swiss, Switzerland; la Suisse; die Schweiz, Schweizer; Szwajcaria; Suiza, suizo; Швейцария; Швейцарія; سويسرا", "CH"),
        ("Turkey, Turkish, Türkiye; la Turquie, turque; Türkei; Turcja, tureckie; Turquía; Турция, турок; Туреччина; تركيا", "TR"),
        ("Georgia, Georgian; Géorgie; Georgien; Gruzja, gruzińskie; Грузия, грузинский; Грузія; جورجيا", "GE"),
        ("Armenia; ormiański; Армения, армянская; Вірменія, вірменська; Арменія; أرمينيا, الأرمن", "AM"),
        ("Danish, Danes, Denmark; dänische; duńskie, Dania; danesa, Dinamarca; Дания, датский; данський; дацкі; دنماركي", "DK"),
        ("Finns, Finnish; fińskie; Финляндия, финны, финский; фінська; فنلندا", "FI"),
        ("Greek, Greece; grec, Grèce; griechisch; Grecja, grecki; griega; Греция, греческий, греков; Греція; اليونان", "GR"),
        ("Lithuanian; litauisch; litewski, Litwa; Литва, литовский; Литвою; літоўскі; ليتوانيا", "LT"),
        ("Latvian, Latvia; Lettland; łotewski, Łotwa; Латвия, латыши; Латвія; لاتفيا", "LV"),
        ("China's, Chinese; la Chine, chinoise; Chiny, w Chinach, chińskie; Китай, китайцев; Китаю; Кітая; الصين, الصينية", "CN"),
        ("North Korea, North Koreans; Corée du Nord; Nordkorea; Korea Północna, północnokoreański; КНДР, Северной Кореи", "KP"),
        (
            "South Korean; Südkorea, südkoreanisch; Koreę Południową; Южная Корея, южнокорейский; Південна Корея; كوريا الجنوبية",
            "KR",
        ),
        ("DR Congo, DRC, the Democratic Republic of the Congo; ДР Конго; Kongo-Kinshasa", "CD"),
        ("Niger; au Niger; nigérien; Нигер, в Нигере; النيجر", "NE"),
        ("Nigeria, Nigerian; le Nigeria; Нигерия, нигерийский; Нігерія; نيجيريا", "NG"),
        ("Guinea-Bissau; la Guinée-Bissau; Gwinea Bissau; Гвинея-Бисау", "GW"),
        ("Equatorial Guinea; la Guinée équatoriale; Экваториальной Гвинее", "GQ"),
        ("the Dominican Republic; Доминиканская Республика; dominikanische", "DO"),
        ("Austria, Austrian; l'Autriche; Österreich; Австрия; النمسا", "AT"),
        ("Australia, Australians; l'Australie; Австралия; أستراليا", "AU"),
        ("South Africa; Afrique du Sud; Südafrika; ЮАР; ПАР; جنوب أفريقيا", "ZA"),
        ("South Sudan; Südsudan; Южный Судан; جنوب السودان", "SS"),
        ("Slovakia, Slovaks; slowakisch; Słowacja; Словакия; Словаччина", "SK"),
        ("Slovenia; slowenisch; Słowenia; Словения; Словенія", "SI"),
        ("pro-Russian, Russia's; antirussisch; rosyjskie; пророссийский, русские; проросійський; расійскі; روسيا, للروس", "RU"),
    ],
)
def test_a_country_by_all_its_names(text: str, code: str) -> None:
    assert set(found(text)) == {code}
    for part in re.split("[;,]", text):
        assert code in found(f"and {part}"), part


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Yerevan, Erevan, Jerewan, Erywań, Ereván, Ереван, Єревані, Ерэван, يريفان", "AM"),
        ("Bratislava, Bratysława, Pressburg, Братислава, Браціслава, براتيسلافا", "SK"),
        ("Kyiv, Kiev, Kijów, Kijowa, Kyjiw, Киев, Києва, Кіеве, كييف", "UA"),
        ("Moscow, Moscou, Moskau, Moskwie, Moscú, Москвы, Москві, Маскву, موسكو, the Kremlin, Kreml, Кремля, الكرملين", "RU"),
        (
            "Washington, Waszyngton, Вашингтон, the White House, Weißen Haus, Maison Blanche, Casa Blanca, Белый дом, البيت الأبيض",
            "US",
        ),
        ("Paris, Paryża, Париже, باريس", "FR"),
        ("Warsaw, Warschau, Varsovie, Warszawie, Varsovia, Варшавы, وارسو", "PL"),
    ],
)
def test_a_capital_is_a_place_of_its_own(text: str, code: str) -> None:
    mentions = countries_in(text)
    assert len(mentions) == text.count(",") + 1
    assert {(one.code, one.way, one.sure) for one in mentions} == {(code, Way.CAPITAL, True)}


@pytest.mark.parametrize(
    "text",
    [
        "a storm over the Indian Ocean, Индийского океана, Oceanie Indyjskim, l'océan Indien",
        "New Mexico and British Columbia, the Sea of Japan, Latin America, der Mexikanische Golf",
        "the Minsk agreements, Минские соглашения, Мінських угод, the Paris Agreement, Будапештский меморандум",
        "грецкий орех, греческих орехов, грецький горіх",
        "American Airlines, Voice of America, Deutsche Welle, the Washington Post",
        "George and Francis met Roman, Norwich, Birmingham, Belgorod, Albany and Indianapolis",
        "Герман Греф, Антон Чехов и папа Франциск, Куприн",
        "перська, перше, багато, данные, мороз, марок, того, катарсис, гречка, чехол, швейцар",
        "quoi, un seul homme, les Turquoises, el albañil quitó las vallas",
        "هندسة مصرف تركيز مالية قطرات",
        "the harvest of the Kuban, the Panama Papers, the Dutch disease",
        "the Treaty of Rome, der Vertrag von Lissabon, le traité de Rome, el Tratado de Lisboa, Лиссабонский договор",
        "tell us about the islands",
        "niemniej, polecam szkołę, komora",
    ],
)
def test_what_only_looks_like_a_country_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "turkey",
        "a china plate",
        "polish the shoes",
        "when Michael Jordan came",
        "Jordan Peterson",
        "Chad Smith",
        "chad",
        "mali",
        "niger",
        "in English",
        "TURKEY",
        "Paris Hilton",
        "seul",
    ],
)
def test_what_may_be_a_country_is_never_sure(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["turkey", "Jordan Peterson", "TURKEY", "English", "The Hague", "Putin", "Лукашенко", "Soviet"])
def test_what_may_be_a_country_counts_as_named(text: str) -> None:
    assert perhaps(text)


def test_two_states_of_one_name_are_told_apart_only_where_the_name_does() -> None:
    (congo,) = countries_in("Congo")
    (korea,) = countries_in("Koreans")
    assert (congo.code, congo.codes) == (None, {"CG", "CD"})
    assert (korea.code, korea.codes) == (None, {"KP", "KR"})
    assert found("Congo-Brazzaville") == ["CG"]


def test_rome_may_stand_for_the_vatican() -> None:
    (rome,) = countries_in("Rome")
    assert (rome.code, rome.codes, rome.sure) == ("IT", {"IT", "VA"}, True)


def test_a_mention_is_the_words_alone() -> None:
    text = "Avec l'Ukraine, US-backed Russian-Ukrainian talks: وبأوكرانيا"
    assert [text[one.start : one.end] for one in countries_in(text)] == ["Ukraine", "US", "Russian", "Ukrainian", "وبأوكرانيا"]


def test_capitals_are_known_in_a_text_without_capital_letters() -> None:
    assert found("copenhagen throws the malian ambassador out") == ["DK", "ML"]
    assert found("The berlina is a car") == []
