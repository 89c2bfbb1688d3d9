"""Several claims in one message: told apart, answered each, and shown where they stand."""

from __future__ import annotations

import pytest

from service.app import Parts
from service.check.answers import Claim, VerdictKind
from service.check.assertions import FEWEST_WORDS, MOST, assertions_of
from service.check.reading import read


def parts_of(text: str, language: str) -> list[str]:
    """The claims of a message, as they stand in it."""
    return [one.shown(0).text for one in assertions_of(read(text, language))]


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "Kyiv masses troops at the border, and Minsk buys forty new tanks"),
        ("en", "Kyiv masses troops at the border. Minsk buys forty new tanks"),
        ("en", "Kyiv masses troops at the border\nMinsk buys forty new tanks"),
        ("en", "Kyiv masses troops at the border while Minsk buys forty new tanks"),
        ("ru", "Киев стягивает войска к границе, а Минск покупает сорок новых танков"),
        ("uk", "Київ стягує війська до кордону, тоді як Мінськ купує сорок нових танків"),
        ("be", "Кіеў сцягвае войскі да мяжы, а Мінск купляе сорак новых танкаў"),
        ("pl", "Kijów gromadzi wojska przy granicy, podczas gdy Mińsk kupuje czterdzieści nowych czołgów"),
        ("de", "Kiew zieht Truppen an der Grenze zusammen, während Minsk vierzig neue Panzer kauft"),
        ("fr", "Kiev masse des troupes à la frontière tandis que Minsk achète quarante nouveaux chars"),
        ("es", "Kiev concentra tropas en la frontera, mientras que Minsk compra cuarenta tanques nuevos"),
        ("ar", "كييف تحشد قوات كبيرة على الحدود، بينما مينسك تشتري أربعين دبابة جديدة"),
    ],
)
def test_sentences_lines_and_clauses_are_claims(language: str, message: str) -> None:
    first, second = parts_of(message, language)
    assert message.startswith(first)
    assert message.endswith(second)
    assert len(first.split()) >= FEWEST_WORDS <= len(second.split())


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "Kyiv and Minsk accuse each other of massing troops at the border"),
        ("en", "The minister said on Monday, that no troops are massed at the border"),
        ("en", "Kyiv closed the border and mined it"),
        ("ru", "Министр заявил в понедельник вечером, что войска к границе не стягиваются"),
        ("uk", "Мінськ купив сорок нових танків, які стоять тепер на кордоні"),
        ("pl", "Minister powiedział w poniedziałek wieczorem, że wojska nie stoją przy granicy"),
        ("de", "Der Minister sagte am Montag in Minsk, dass keine Truppen an der Grenze stehen"),
        ("es", "El ministro dijo el lunes en Minsk, que no hay tropas en la frontera"),
        ("en", "minsk, kyiv, troops, border"),
    ],
)
def test_one_claim_stays_whole(language: str, message: str) -> None:
    assert parts_of(message, language) == []


def test_a_long_message_is_looked_at_in_few_parts() -> None:
    message = " ".join(f"This is the sentence with number {number}." for number in range(40))
    found = parts_of(message, "en")
    assert len(found) <= MOST
    assert found[0].startswith("This is the sentence with number 0")
    assert found[-1].endswith("number 39")


def test_each_claim_of_a_message_is_answered(parts: Parts) -> None:
    text = "FALSE: North is massing troops near the river, and South bought 50 tanks in March 2023"
    (answer,) = parts.matcher.match([Claim(text=text)]).answers
    assert {match.dossier.statement.id for match in answer.matches} == {"north-masses-troops", "south-buys-tanks"}
    assert [part.claim.text for part in answer.parts] == [
        "North is massing troops near the river",
        "South bought 50 tanks in March 2023",
    ]
    assert [part.matches[0].dossier.statement.id for part in answer.parts] == ["north-masses-troops", "south-buys-tanks"]
    assert [part.verdict.kind for part in answer.parts] == [
        VerdictKind.CONTRADICTS_KNOWN_STATEMENT,  # what is called false in front of it all is denied
        VerdictKind.DIFFERS_IN_DETAIL,
    ]
    assert answer.verdict.sentence.startswith("This message makes several known claims: 2.")
    for part in answer.parts:
        assert text[part.claim.start : part.claim.end] == part.claim.text
        for match in part.matches:
            assert match.relation
            assert part.claim.start <= match.relation.judged.start <= match.relation.judged.end <= part.claim.end


def test_a_claim_on_one_statement_is_not_split(parts: Parts) -> None:
    (answer,) = parts.matcher.match([Claim(text="North is massing troops near the river, soldiers gather by the river")]).answers
    assert answer.parts == []
    assert answer.matches[0].dossier.statement.id == "north-masses-troops"


def test_a_claim_among_other_sentences_is_found(parts: Parts) -> None:
    text = (
        "My aunt phoned this morning about her cat and the neighbours. North is massing troops near the river. "
        "She also wants to know what we eat on Sunday evening when all children come."
    )
    (answer,) = parts.matcher.match([Claim(text=text)]).answers
    assert [match.dossier.statement.id for match in answer.matches] == ["north-masses-troops"]
    assert answer.matches[0].relation
    assert answer.matches[0].relation.judged.text == "North is massing troops near the river"
    assert answer.parts == []


def test_splitting_can_be_left_out(parts: Parts) -> None:
    text = "North is massing troops near the river, and South bought forty tanks in March 2023"
    (answer,) = parts.matcher.match([Claim(text=text, split=False)]).answers
    assert answer.parts == []
