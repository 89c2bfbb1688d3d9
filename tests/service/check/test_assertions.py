"""Several claims in one message: told apart, answered each, and shown where they stand."""

from __future__ import annotations

import msgspec
import pytest

from index.kinds import StatementKind
from index.records import Party, Statement
from service.app import Parts
from service.check.answers import Claim, Match, VerdictKind
from service.check.assertions import FEWEST_WORDS, MOST, assertions_of, told_apart
from service.check.reading import Frame, read
from tests.service.check import test_verdict as made


def repeats(text: str) -> Match:
    """A match of a claim that seems to repeat an English statement."""
    statement = Statement("s", StatementKind.CLAIM, text, "en", Party("Desk"), citations=[], refutation_on_record=False)
    found = made.match(judged=made.relation())
    return msgspec.structs.replace(found, dossier=msgspec.structs.replace(found.dossier, statement=statement))


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
        # whoever denies, doubts or reports one thing and another, does so of both
        ("en", "The government denies that troops stand at the border and that Minsk bought forty tanks"),
        ("en", "Nobody knows whether troops stand at the border and whether Minsk bought forty tanks"),
        ("ru", "Власти опровергли, что войска стоят на границе и что Минск купил сорок танков"),
        ("uk", "Влада спростувала, що війська стоять на кордоні і що Мінськ купив сорок танків"),
        ("be", "Улады абверглі, што войскі стаяць на мяжы і што Мінск купіў сорак танкаў"),
        ("pl", "Rząd zaprzecza, że wojska stoją przy granicy i że Mińsk kupił czterdzieści czołgów"),
        ("de", "Die Regierung bestreitet, dass Truppen dort stehen und dass Minsk vierzig Panzer kaufte"),
        ("fr", "Le maire dément que des troupes soient là et que Minsk ait acheté quarante chars"),
        ("fr", "Le maire dément que des troupes soient là et qu'elle ait acheté quarante chars"),
        ("es", "El alcalde niega que haya tropas en la frontera y que Minsk comprara cuarenta tanques"),
        ("en", "Neither does Kyiv mass its troops there, nor did Minsk buy forty new tanks"),
        ("de", "Weder zieht Kiew dort Truppen zusammen, noch hat Minsk vierzig Panzer gekauft"),
        ("pl", "Ani Kijów nie gromadzi tam wojsk, ani Mińsk nie kupił czterdziestu czołgów"),
        ("en", "If troops stand at the border again, Minsk will have bought forty new tanks"),
        ("de", "Falls wieder Truppen an der Grenze stehen, wird Minsk vierzig neue Panzer kaufen"),
        ("pl", "Rada oddała szpital w Radomiu za 900 tys. zł spółce z Kielc"),
        ("en", "The clinic was sold by Dr. Nowak to Mr. Kowalski of the council"),
    ],
)
def test_one_claim_stays_whole(language: str, message: str) -> None:
    assert parts_of(message, language) == []


@pytest.mark.parametrize(
    "message",
    [
        "1. Kyiv masses troops at the border. 2. Minsk buys forty new tanks",
        "1) Kyiv masses troops at the border 2) Minsk buys forty new tanks",
        "• Kyiv masses troops at the border • Minsk buys forty new tanks",
        "kyiv masses troops at the border. minsk buys forty new tanks",
    ],
)
def test_the_items_of_a_list_are_claims_without_their_numbers(message: str) -> None:
    assert [one.lower() for one in parts_of(message, "en")] == ["kyiv masses troops at the border", "minsk buys forty new tanks"]


@pytest.mark.parametrize(
    ("message", "frames"),
    [
        ("It is not true that Kyiv masses troops over there. Minsk buys forty new tanks.", [Frame.DENIAL, None]),
        ("Неправда, что Киев стягивает туда свои войска. Минск покупает сорок новых танков.", [Frame.DENIAL, None]),
        ("FALSE: Kyiv masses troops at the border. Minsk buys forty new tanks.", [Frame.DENIAL, Frame.DENIAL]),
        ("Kyiv masses troops at the border. Minsk buys forty new tanks. FAKE!", [Frame.DENIAL, Frame.DENIAL]),
    ],
)
def test_a_sentence_is_framed_by_its_own_words(message: str, frames: list[Frame | None]) -> None:
    assert [one.frame for one in assertions_of(read(message))] == frames


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("Norway closed all of its ports and raised the pensions by 70 euros", False),
        ("Norway closed all of its ports. It raised the pensions by 70 euros", False),
        ("Norwegen hat alle Häfen geschlossen und erhöhte die Renten um 70 Euro", False),
        ("Норвегия закрыла все свои порты и повысила пенсии на 70 евро", False),
        ("Finland closed all of its ports and raised the pensions by 70 euros", True),
        ("Norway closed all of its ports and Finland raised the pensions by 70 euros", True),
        ("All the ports are closed now and the pensions were raised by 70 euros", True),
    ],
)
def test_a_piece_repeats_nothing_of_somebody_whom_the_message_does_not_name(message: str, found: bool) -> None:
    whole = read(message)
    *_, piece = assertions_of(whole)
    matches, _ = told_apart(whole, [], [(piece, [repeats("Finland raised the pensions by 70 euros.")])])
    assert bool(matches) is found


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
