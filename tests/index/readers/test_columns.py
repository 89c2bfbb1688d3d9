from __future__ import annotations

import tomllib

import pytest

from index.errors import InvalidRecord
from index.readers.columns import NAMES, Field, key_of, recognise

HEADS = {
    "en": "Claim ID | CLAIM | speaker | Claim-Date | Language | Tags | Country | Review_URL | Verdict | Fact-checker | Explanation",
    "ru": "ИД | Утверждение | Кто сказал | Дата | Язык | Тема | Страна | Ссылка на проверку | Вердикт | Издатель | Опровержение",
    "uk": "Номер | Твердження | Хто сказав | Дата | Мова | Тема | Країна | "
    "Посилання на перевірку | Оцінка | Видавець | Спростування",
    "be": "Нумар | Сцвярджэнне | Хто сказаў | Дата | Мова | Тэма | Краіна | Спасылка на праверку | Вердыкт | Выдавец | Абвяржэнне",
    "pl": "Numer | Twierdzenie | Kto powiedział | Data | Język | Temat | Kraj | "
    "Link do weryfikacji | Ocena | Wydawca | Wyjaśnienie",
    "de": "Nummer | Behauptung | Urheber | Datum | Sprache | Thema | Land | Faktencheck-URL | Bewertung | Herausgeber | Erklärung",
    "fr": "Numéro | Affirmation | Déclarant | Date | Langue | Thème | Pays | "
    "Lien de la vérification | Verdict | Éditeur | Explication",
    "es": "Número | Afirmación | Declarante | Fecha | Idioma | Tema | País | "
    "Enlace de la verificación | Veredicto | Editor | Explicación",
    "ar": "الرقم | الادعاء | القائل | التاريخ | اللغة | الموضوع | البلد | رابط التحقق | التقييم | الناشر | التفسير",
}
"""Language -> the names of the columns of a table with one of each of these fields."""
ELEVEN = [
    *(Field.ID, Field.CLAIM, Field.CLAIMANT, Field.DATE, Field.LANGUAGE, Field.TOPIC, Field.PLACE),
    *(Field.REVIEW_URL, Field.RATING, Field.REVIEWER, Field.EXPLANATION),
]


@pytest.mark.parametrize("language", HEADS)
def test_columns_in_the_languages_served(language: str) -> None:
    names = HEADS[language].split(" | ")
    columns = recognise(names)
    assert [columns.fields.get(place) for place in range(len(names))] == ELEVEN
    assert columns.unknown == []


def test_a_name_stands_under_one_field_only() -> None:
    fields = tomllib.loads(NAMES.read_text("utf-8"))["field"]
    held: dict[str, set[str]] = {}
    for field, names in fields.items():
        for name in names:
            held.setdefault(key_of(name), set()).add(field)
    assert {name: found for name, found in held.items() if len(found) > 1} == {}
    assert set(fields) == {field.value for field in Field} - {"none"}


def test_unknown_columns_and_second_ones_are_named() -> None:
    columns = recognise(["claim", "Statement", "colour", ""])
    assert columns.fields == {0: Field.CLAIM}
    assert columns.unknown == ["Statement", "colour"]


def test_a_link_is_the_reviews_only_where_there_is_a_review() -> None:
    assert recognise(["claim", "url"]).fields[1] is Field.URL
    assert recognise(["claim", "url", "verdict"]).fields[1] is Field.REVIEW_URL
    assert recognise(["claim", "url", "verdict", "review_url"]).fields[1] is Field.URL


def test_columns_are_mapped_whatever_they_are_called() -> None:
    columns = recognise(["claim", "what", "verdict"], {"What": "claim", "verdict": "none"})
    assert columns.fields == {1: Field.CLAIM}
    assert columns.unknown == ["claim"]
    with pytest.raises(InvalidRecord, match=r"no column is called 'x'.*\n.*no field 'truth', only id, claim"):
        recognise(["claim"], {"x": "claim", "claim": "truth"})


def test_without_a_claim_the_columns_are_listed_and_what_to_write() -> None:
    with pytest.raises(InvalidRecord, match=r"Columns: 'a', 'b'. Tell which one does: --map 'COLUMN=claim'"):
        recognise(["a", "b"])
