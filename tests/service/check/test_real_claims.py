"""The heart of the product, with the real encoder and the real statements. `make quality` measures it at large."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

Client = TestClient[Litestar]
UKRAINE_NEAR_BELARUS = "ukraine-troops-zhytomyr-border"
BELARUS_NEAR_UKRAINE = "belarus-forces-gomel"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ukraine masses its troops near Belarus around Zhitomir", UKRAINE_NEAR_BELARUS),
        ("Belarus masses its troops near Ukraine around Homel", BELARUS_NEAR_UKRAINE),
        ("Украина стягивает войска к Беларуси под Житомиром", UKRAINE_NEAR_BELARUS),
        ("Беларусь стягивает войска к Украине под Гомелем", BELARUS_NEAR_UKRAINE),
        ("Україна стягує війська до Білорусі під Житомиром", UKRAINE_NEAR_BELARUS),
        ("Білорусь стягує війська до України під Гомелем", BELARUS_NEAR_UKRAINE),
        ("Украіна сцягвае войскі да Беларусі пад Жытомірам", UKRAINE_NEAR_BELARUS),
        ("Беларусь сцягвае войскі да Украіны пад Гомелем", BELARUS_NEAR_UKRAINE),
    ],
)
def test_mirrored_accusations_lead_to_different_statements(real_client: Client, text: str, expected: str) -> None:
    match = real_client.post("/v1/claims/check", json={"text": text}).json()["matches"][0]
    assert match["statement"]["id"] == expected
    stances = [refutation["stance"] for refutation in match["refutations"]]
    if expected == UKRAINE_NEAR_BELARUS:
        assert stances[0] == "denies"
    else:
        assert stances == []
        assert match["refutation_note"] == "no official refutation on record in this source"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ukraine is not massing troops near Belarus in Zhytomyr", "makes neither of them true"),
        ("Неправда, что Украина стягивает войска к границе с Белоруссией в Житомирской области", "ещё не показывает, правда ли"),
        ("Україна не стягує війська до білоруського кордону на Житомирщині", "ще не показує, чи правда"),
    ],
)
def test_a_denial_is_found_and_no_refutation_applies_to_it(real_client: Client, text: str, said: str) -> None:
    answer = real_client.post("/v1/claims/check", json={"text": text}).json()
    match = answer["matches"][0]
    assert match["statement"]["id"] == UKRAINE_NEAR_BELARUS
    assert match["relation"]["kind"] == "denies"
    assert match["relation"]["differences"][0]["slot"] == "negation"
    assert not any(refutation["applies_to_claim"] for refutation in match["refutations"])
    assert answer["verdict"]["kind"] == "contradicts_known_statement"
    assert said in answer["verdict"]["sentence"]


def test_another_date_is_a_changed_detail(real_client: Client) -> None:
    answer = real_client.post("/v1/claims/check", json={"text": "Belarus became a member of the SCO in July 2019"}).json()
    match = next(match for match in answer["matches"] if match["statement"]["id"] == "belarus-joined-sco")
    assert match["relation"]["kind"] == "differs"
    (difference,) = match["relation"]["differences"]
    assert (difference["slot"], difference["claim"]["text"], difference["statement"]["text"]) == ("date", "July 2019", "July 2024")


def test_a_restated_refutation_leads_to_what_it_answers(real_client: Client) -> None:
    text = "Ukrainian border guards say their operations only serve to secure the border with Belarus"
    match = real_client.post("/v1/claims/check", json={"text": text}).json()["matches"][0]
    assert match["matched"]["form"] == "refutation"
    assert match["matched"]["refutation_id"] in {refutation["id"] for refutation in match["refutations"]}


@pytest.mark.parametrize("text", ["Bananas are yellow", "Футбольный клуб выиграл матч", "Le prix du pain a augmenté", "1234567890"])
def test_what_nobody_said_is_not_found(real_client: Client, text: str) -> None:
    answer = real_client.post("/v1/claims/check", json={"text": text}).json()
    assert answer["matches"] == []
    assert answer["nearest_miss"]["probability"] < 0.35
    assert answer["verdict"]["kind"] == "no_known_statement"


@pytest.mark.parametrize("text", ["hello", "Lukashenko", "Kyiv", "Вова Зеленский", "Minsk?!", "война"])
def test_a_name_or_a_greeting_is_no_claim(real_client: Client, text: str) -> None:
    answer = real_client.post("/v1/claims/check", json={"text": text}).json()
    assert answer["matches"] == []
    assert "claims nothing" in answer["nearest_miss"]["reason"]
    assert answer["verdict"]["kind"] == "no_known_statement"


def test_the_accusation_is_refuted_and_turned_round_it_is_another_one(real_client: Client) -> None:
    accusation = "Ukraine is massing troops on the Belarusian border near Zhytomyr"
    turned = "Belarus is massing troops on the Ukrainian border near Zhytomyr"
    answer, other = (real_client.post("/v1/claims/check", json={"text": text}).json() for text in (accusation, turned))
    assert answer["verdict"]["kind"] == "officially_refuted"
    assert answer["matches"][0]["relation"]["kind"] == "repeats"
    assert answer["matches"][0]["refutations"][0]["applies_to_claim"] is True
    relations = {match["statement"]["id"]: match["relation"]["kind"] for match in other["matches"]}
    assert relations.get(UKRAINE_NEAR_BELARUS, "reverses") == "reverses"
    assert not any(refutation["applies_to_claim"] for match in other["matches"] for refutation in match["refutations"])
