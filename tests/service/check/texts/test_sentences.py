from __future__ import annotations

import pytest

from service.check.texts.documents import TextFormat, blocks_of
from service.check.texts.sentences import LONGEST, boundaries, sentences_of
from service.check.texts.worth import Reason, worth

SPLIT = {
    "en": [
        "Dr. Smith met Gen. J. R. Brown in Washington D.C. on Jan. 5, 2024.",
        "“We will not attack,” he said.",
        "The U.S. sent 3.5 tons, i.e. half.",
        "Did it work?",
        "No!",
        "Prices rose by 2.3 percent, according to Mr. Kim.",
    ],
    "ru": [
        "Президент В. В. Путин прибыл в г. Минск 24 мая 2024 г. и встретился с А. Г. Лукашенко.",
        "В 1999 г. стороны подписали договор.",
        "«Мы не готовимся к войне», — заявил он.",
        "В Гомельской обл. стянуто 1,5 тыс. военных, т. е. целая бригада.",
        "Это правда?",
    ],
    "uk": [
        "У м. Житомир, за словами ген. В. О. Наєва, стоять підрозділи.",
        "У 2024 р. Україна отримала 3 млн. грн. допомоги.",
        "«Ми захищаємо кордон», — сказав він.",
        "Це неправда!",
    ],
    "be": [
        "У г. Мінск прыехаў А. Р. Лукашэнка.",
        "У 1999 г. падпісалі дагавор.",
        "«Мы не хочам вайны», — сказаў ён.",
        "Гэта праўда?",
    ],
    "pl": [
        "Prof. dr hab. J. Kowalski z ul. Nowej powiedział to w 2024 r. w Warszawie.",
        "Polska zamknęła granicę m.in. dla ciężarówek.",
        "„Nie chcemy wojny” – powiedział gen. Nowak.",
        "Czy to prawda?",
    ],
    "de": [
        "Am 3. Oktober 2024 traf Dr. Meier, z. B. in Berlin, ca. 20 Gäste.",
        "„Wir greifen nicht an“, sagte er.",
        "Das kostete 1.500 Euro bzw. mehr.",
        "Stimmt das?",
    ],
    "fr": [
        "M. Macron a rencontré Mme. Le Pen le 5 janv. 2024 à Paris.",
        "« Nous ne voulons pas la guerre », a-t-il dit.",
        "Le coût est de 3,5 millions, env. le double.",
        "Est-ce vrai ?",
    ],
    "ar": [
        "قال الرئيس إن بلاده لن تهاجم أوكرانيا.",
        "هل هذا صحيح؟",
        "وصل د. أحمد إلى مينسك في ٥ يوليو.",
        "«لا نريد الحرب»، قال الوزير.",
    ],
}


@pytest.mark.parametrize("language", SPLIT)
def test_sentences_end_where_a_reader_says(language: str) -> None:
    text = " ".join(SPLIT[language])
    assert [text[start:end] for start, end in boundaries(text, language)] == SPLIT[language]


def test_an_unknown_language_is_split_all_the_same() -> None:
    assert boundaries("Aa bb. Dd ee.", "und") == [(0, 6), (7, 13)]
    assert boundaries("  ", "en") == []


def test_a_sentence_without_end_is_cut_at_spaces() -> None:
    text = "word " * LONGEST
    pieces = boundaries(text, "en")
    assert all(0 < end - start <= LONGEST for start, end in pieces)
    assert "".join(text[start:end] for start, end in pieces).replace(" ", "") == "word" * LONGEST
    assert len(boundaries("x" * (2 * LONGEST + 1), "en")) == 3


def test_places_are_in_the_input_as_given() -> None:
    document = "Hello 😀.\n\n<b>North</b> attacks. It\x0cwas never seen. 123. …"
    found = sentences_of(blocks_of(document, TextFormat.PLAIN), "en")
    assert [sentence.text for sentence in found] == ["Hello 😀.", "<b>North</b> attacks.", "It was never seen."]
    for sentence in found:
        assert document[sentence.start : sentence.end].split() == sentence.text.split()


WORTH_CHECKING = [
    ("en", "Ukraine bought 40 tanks in March."),
    ("en", "The minister denied the report."),
    ("en", "Last month Belarus joined the SCO."),
    ("ru", "В июле Белоруссия вступила в ШОС."),
    ("ru", "Лукашенко заявил, что войны не будет."),
    ("uk", "Мінськ звинуватив Київ у підготовці нападу."),
    ("be", "Паводле Мінска, дроны парушылі мяжу."),
    ("pl", "Mińsk zamknął granicę w 2021 roku."),
    ("de", "Laut Minsk drangen 3 Drohnen ein."),
    ("fr", "Selon Kiev, le Bélarus masse des troupes à Gomel."),
    ("ar", "قال لوكاشينكو إن الحرب لن تقع."),
]
NOT_WORTH_CHECKING = [
    ("en", "I love this city."),
    ("en", "What happens next?"),
    ("en", "Read more:"),
    ("en", "It was a quiet evening."),
    ("ru", "Мне это не нравится."),
    ("uk", "Що далі?"),
    ("be", "А што далей?"),
    ("pl", "Co dalej?"),
    ("de", "Es war ein ruhiger Abend."),
    ("fr", "La soirée était calme."),
    ("ar", "ماذا بعد؟"),
]


def test_what_is_worth_checking_comes_before_what_is_not() -> None:
    checked = [worth(text, language).points for language, text in WORTH_CHECKING]
    left = [worth(text, language).points for language, text in NOT_WORTH_CHECKING]
    assert min(checked) >= 0.5 > max(left)


@pytest.mark.parametrize(
    ("text", "points", "reasons"),
    [
        ("The council said that South bought 40 tanks.", 1.0, [Reason.FIGURE, Reason.NAME, Reason.SPEECH]),
        ("1- Closeness of the two capitals:", 0.125, [Reason.FRAGMENT]),
        ("Has South bought 40 tanks?", 0.375, [Reason.FIGURE, Reason.NAME, Reason.QUESTION]),
        ("I think so", 0.0625, [Reason.OPINION, Reason.FRAGMENT]),
    ],
)
def test_points_are_the_sum_that_the_documentation_gives(text: str, points: float, reasons: list[Reason]) -> None:
    assert worth(text, "en").reasons == reasons
    assert worth(text, "en").points == points


def test_german_nouns_are_no_names() -> None:
    assert Reason.NAME not in worth("Das war ein ruhiger Abend im Sommer.", "de").reasons
    assert Reason.NAME in worth("Das war ein Treffen der NATO im Sommer.", "de").reasons
