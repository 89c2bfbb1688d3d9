from __future__ import annotations

import pytest

from index.text.cleaning import LONG, MOST_WINDOWS, STRIDE, WINDOW, clean, cleaned, windows


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Kyiv  denies\nit", "Kyiv denies it"),
        ("RT @Reporter_1: Minsk shut the border https://t.co/abc pic.twitter.com/X1y", "Minsk shut the border"),
        ("#BelarusBorder is closed, says @StateBorderGuard", "Belarus Border is closed, says State Border Guard"),
        ("“Точка-У” — «ракета»", "'Точка-У' - 'ракета'"),
        ("Missiles 🚀🚀 over Gomel ❤️", "Missiles over Gomel"),
        ("BREAKING: MINSK CLOSED ITS BORDER", "minsk closed its border"),
        ("[12.07.2024, 14:05] Anna: Minsk closed its border", "Minsk closed its border"),
        ("KYIV, July 7 (Reuters) - Minsk closed its border", "Minsk closed its border"),
        ("Minsk closed its border - Reuters, 7 July", "Minsk closed its border"),
        ("Forwarded from Grandma: Minsk closed its border", "Minsk closed its border"),
        ("Срочно! Минск закрыл границу", "Минск закрыл границу"),
        ("Мinsk clоsed its bоrder", "Minsk closed its border"),
        ("Mi\u200bnsk clo\u00adsed its bor\u2060der", "Minsk closed its border"),
        ("𝐌𝐢𝐧𝐬𝐤 𝗰𝗹𝗼𝘀𝗲𝗱 its ｂｏｒｄｅｒ", "Minsk closed its border"),
        ("أَغْلَقَتْ مينسك حُدودَها ســـريعا", "أغلقت مينسك حدودها سريعا"),
        ("In ٢٠٢٤ Minsk closed its border", "In 2024 Minsk closed its border"),
        ("M\u0456nsk closed\x00 its\x07 border", "Minsk closed its border"),
        ("NATO and the EU", "NATO and the EU"),
        ("#Covid19 in snake_case, #G7 and #Brexit2019", "Covid-19 in snake_case, G-7 and Brexit 2019"),
        ("Minsk closed its border.[1][12]", "Minsk closed its border."),
        ("They closed [15] crossings [3]", "They closed [15] crossings"),
        ("<p>Minsk <b>closed</b>&nbsp;its border</p>", "Minsk closed its border"),
        ("@anna @ivan_3 Minsk closed its border", "Minsk closed its border"),
        ("@potus closed its border", "potus closed its border"),
        ("Minsk closed its border 7:05 PM · Jul 12, 2024 · 1.2M Views", "Minsk closed its border"),
        ("[VIDEO] Minsk closed its border", "Minsk closed its border"),
        ("Утверждение: Минск закрыл границу", "Минск закрыл границу"),
        ("News-stands near Minsk are closed", "News-stands near Minsk are closed"),
        ("At 5 °C, −5℃ or 41 ℉ school № 7 is open", "At 5 °C, -5°C or 41 °F school № 7 is open"),
        ("Anna, [12.07.2024 14:05]\nMinsk closed its borders", "Minsk closed its borders"),
        ("Анна П., [7/12/24 2:05 PM]\nМинск закрыл границу", "Минск закрыл границу"),
        ("Minsk closed its borders. Please share!", "Minsk closed its borders."),
        ("Минск закрыл границу! Максимальный репост!!!", "Минск закрыл границу!"),
        ("Mińsk zamknął granicę. Podajcie dalej", "Mińsk zamknął granicę."),
        ("Banks lost their share. We share", "Banks lost their share. We share"),
        ("🚨 BREAKING 🚨 Minsk closed its border", "Minsk closed its border"),
        ("СРОЧНО Минск закрыл границу", "Минск закрыл границу"),
        ("عاجل مينسك أغلقت الحدود", "مينسك أغلقت الحدود"),
        ("URGENT CARE CENTRE CLOSED", "urgent care centre closed"),
        ("1/ Minsk closed its border", "Minsk closed its border"),
        ("(1/5) Minsk closed its border [1/5]", "Minsk closed its border"),
        ("1/5 of all borders are closed", "1/5 of all borders are closed"),
        ("Мінськ закрив кордон (ВІДЕО)", "Мінськ закрив кордон"),
        ("Минск закрыл границу [фото, видео]", "Минск закрыл границу"),
        ("Minsk closed its border. Source: Reuters", "Minsk closed its border."),
        ("Мінськ закрив кордон.\nДжерело: Громадське", "Мінськ закрив кордон."),
        ("Минск закрыл границу. Подписывайтесь на наш канал", "Минск закрыл границу."),
        ("Minsk schließt die Grenze. Jetzt abonnieren!", "Minsk schließt die Grenze."),
        ("Minsk closed its border. Follow us on Telegram!", "Minsk closed its border."),
        ("Лукашенко закрыл границу. Подписал закон", "Лукашенко закрыл границу. Подписал закон"),
        ("Минск закрыл границу❓", "Минск закрыл границу?"),
        ("https://example.org/a", "https://example.org/a"),
        ("🚀", "🚀"),
        ("", ""),
    ],
)
def test_what_is_compared_is_what_is_said(given: str, expected: str) -> None:
    assert clean(given) == expected


def test_cleaning_twice_changes_nothing() -> None:
    text = "RT @A_B: “КИЇВ заявив” #ВійнаТриває – t.co/1 😀"
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Мinsk clоsed 🚀 its bor\u200bder https://t.co/x", ["Minsk", "closed", "its", "border"]),
        ("#BelarusBorder e\u0301tait ferme\u0301e", ["Belarus", "Border", "était", "fermée"]),
        ("𝐌𝐢𝐧𝐬𝐤 ﷺ said", ["Minsk", "said"]),
    ],
)
def test_each_character_knows_its_place_in_the_original(text: str, words: list[str]) -> None:
    traced = cleaned(text)
    for word in words:
        at = traced.text.index(word)
        start, end = traced.span(at, at + len(word))
        assert clean(text[start:end]).replace(" ", "") in (word, word.replace("BelarusBorder", ""))


def test_a_short_text_is_its_own_only_window() -> None:
    text = " ".join(["word"] * LONG)
    assert windows(text) == [text]


@pytest.mark.parametrize("length", [LONG + 1, WINDOW + 3 * STRIDE, 1000, 1019, 2500])
def test_every_short_run_of_words_lies_whole_in_a_window(length: int) -> None:
    words = [str(number) for number in range(length)]
    whole, *parts = windows(" ".join(words))
    assert whole == " ".join(words)
    for start in range(length - (WINDOW - STRIDE) + 1):
        run = " ".join(words[start : start + WINDOW - STRIDE])
        assert any(f" {run} " in f" {part} " for part in parts), start
    assert len(parts) <= MOST_WINDOWS
    assert length > MOST_WINDOWS * STRIDE or all(len(part.split()) <= WINDOW for part in parts)


def test_windows_that_say_the_same_are_one() -> None:
    assert len(windows("a " * 2500)) <= 3
