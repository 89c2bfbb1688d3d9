from __future__ import annotations

import pytest

from index.readers.decoding import Undecodable, decode

TEXTS = {
    "ru": "id;Утверждение;Вердикт\n"
    "1;Польские войска готовят вторжение в Белоруссию;Фейк\n"
    "2;В Киеве нашли биолаборатории США;Ложь\n",
    "uk": "id;Твердження;Вердикт\n1;Польські війська готують вторгнення в Білорусь;Фейк\n2;У Києві знайшли лабораторії;Неправда\n",
    "be": "id;Сцвярджэнне;Вердыкт\n1;Польскія войскі рыхтуюць уварванне ў Беларусь;Фэйк\n2;У Кіеве знайшлі лабараторыі;Няпраўда\n",
    "pl": "id;Twierdzenie;Ocena\n"
    "1;Polskie wojska przygotowują inwazję na Białoruś;Fałsz\n"
    "2;W Kijowie znaleziono źródło;Nieprawda\n",
    "de": "id;Behauptung;Bewertung\n"
    "1;Polnische Truppen bereiten einen Überfall vor;Falsch\n"
    "2;In Kiew wurden Gifte für Böse gebraut;Größtenteils falsch\n",
    "fr": "id;Affirmation;Verdict\n"
    "1;L'armée polonaise prépare une invasion;Faux\n"
    "2;Des laboratoires ont été trouvés à Kiev, où l'on cultivait;Inventé\n",
    "es": "id;Afirmación;Veredicto\n"
    "1;Las tropas preparan una invasión mañana;Falso\n"
    "2;En Kiev se encontraron laboratorios de los años 90;Engañoso\n",
    "ar": "id;الادعاء;التقييم\n1;القوات البولندية تستعد لغزو بيلاروسيا;خطأ\n2;العثور على مختبرات أمريكية في كييف;زائف\n",
    "en": "id;Claim;Rating\n"
    "1;Poland’s troops prepare an invasion of Belarus;False\n"
    "2;Laboratories were found in Kyiv – “secret” ones;Fake\n",
    "he": "id;טענה;דירוג\n1;כוחות פולניים מתכוננים לפלישה לבלארוס;שקר\n2;מעבדות אמריקאיות נמצאו בקייב;שקר\n",
    "tr": "id;İddia;Sonuç\n1;Polonya birlikleri işgale hazırlanıyor, şüpheli görüntüler;Yanlış\n",
    "zh": "id,主張,判定\n1,波兰军队准备入侵白俄罗斯,错误\n",
    "ja": "id,主張,判定\n1,ポーランド軍がベラルーシ侵攻を準備している,誤り\n",
}
WRITTEN = {
    "ru": "cp1251 koi8-r cp866 mac_cyrillic iso8859_5",
    "uk": "cp1251 koi8-u",
    "be": "cp1251",
    "pl": "cp1250 iso8859_2",
    "de": "cp1252 iso8859_1 cp850",
    "fr": "cp1252 iso8859_15 mac_roman",
    "es": "cp1252 iso8859_1",
    "ar": "cp1256 iso8859_6",
    "en": "cp1252",
    "he": "cp1255",
    "tr": "cp1254",
    "zh": "gb18030",
    "ja": "cp932 euc_jp",
}


@pytest.mark.parametrize(("language", "encoding"), [(language, one) for language, all_ in WRITTEN.items() for one in all_.split()])
def test_encodings_are_told_apart(language: str, encoding: str) -> None:
    assert decode(TEXTS[language].encode(encoding)).text == TEXTS[language]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_with_and_without_a_mark(encoding: str) -> None:
    for text in TEXTS.values():
        assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"id,text\n1,caf\xe9 \xff\xfe\n", "line 2 is not UTF-8, and no other encoding is certain"),
        (b"\x80\x81\x82\x83", "line 1 is not UTF-8"),
        (b"id,text\n" + b"1,The caf\xff\xfe of the dat\xff\xfe is open\n" * 5, "no other encoding is certain"),
        (("Гроза идёт. " * 50).encode() + b"\xff", "the file is damaged"),
        (b"\xff\xfea", "cannot be read as utf-16"),
    ],
)
def test_what_is_not_certain_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(Undecodable, match=reason):
        decode(raw)


def test_an_encoding_that_is_said_is_taken_or_refused() -> None:
    assert decode(b"caf\xe9", "cp1252").text == "café"
    with pytest.raises(Undecodable, match="in line 2"):
        decode(b"a\ncaf\xe9", "utf-8")
    with pytest.raises(Undecodable, match="control character"):
        decode("Ѓроза".encode("utf-16-le"), "cp1252")
