from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from index.kinds import PassageKind, RelationKind, StatementKind
from index.models.encoders import Encoders
from index.records import Dossier, Party, Passage, Statement
from service.app import assemble, create_app
from service.check.reading import read
from service.check.relation import Judge, Question, question_of
from service.settings import Settings
from tests.conftest import fake_parts
from tests.fakes import CONFIDENCE, WordEncoder, WordRelations
from tests.service.api.test_checks import BATCH, CHECK, check

Client = TestClient[Litestar]
TROOPS = "South says that North masses troops at the river."


def match_of(answer: dict[str, Any], statement_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(match for match in answer["matches"] if match["statement"]["id"] == statement_id)
    return found


@pytest.mark.parametrize(
    ("text", "statement_id", "kind", "verdict"),
    [
        ("South says that North masses troops near the river.", "north-masses-troops", "repeats", "officially_refuted"),
        ("North masses no troops at the river, that is untrue", "north-masses-troops", "denies", "contradicts_known_statement"),
        ("North says that South masses troops at the river", "north-masses-troops", "reverses", "contradicts_known_statement"),
        ("South bought forty tanks in March 2021", "south-buys-tanks", "differs", "differs_in_detail"),
        ("South bought forty tanks in 2023", "south-buys-tanks", "repeats", "known_without_refutation"),
    ],
)
def test_relation_verdict_and_what_applies(client: Client, text: str, statement_id: str, kind: str, verdict: str) -> None:
    answer = check(client, text, limit=1)
    match = match_of(answer, statement_id)
    assert match["relation"]["kind"] == kind
    assert match["relation"]["probability"] == pytest.approx(0.9)
    assert answer["verdict"]["kind"] == verdict
    assert answer["verdict"]["polarity_judged"] is True
    assert {refutation["applies_to_claim"] for refutation in match["refutations"]} <= {kind == "repeats"}
    if verdict == "contradicts_known_statement":
        assert "makes neither of them true" in answer["verdict"]["sentence"]


def test_the_opposite_of_what_a_statement_says_denies_it_and_is_shown(client: Client) -> None:
    match = match_of(check(client, "South says that North withdraws troops at the river.", limit=1), "north-masses-troops")
    (difference,) = match["relation"]["differences"]
    assert match["relation"]["kind"] == "denies"
    assert (difference["slot"], difference["claim"]["text"], difference["statement"]["text"]) == ("action", "withdraws", "masses")
    assert not any(refutation["applies_to_claim"] for refutation in match["refutations"])


@pytest.mark.parametrize(
    ("claim", "turned"),
    [
        ("North masses troops at the river, South says.", True),
        ("South says that North masses its troops at the river.", False),
        (TROOPS, False),
    ],
)
def test_a_claim_that_names_two_in_another_order_may_be_turned_round(claim: str, turned: bool) -> None:
    statement = Passage("s", PassageKind.TEXT, "en", TROOPS)
    (found,) = Judge(WordRelations()).relations([Question(read(claim), statement)])
    assert (found.kind, found.turned) == (RelationKind.REPEATS, turned)


def test_the_statements_own_words_repeat_it_whatever_the_model_says(client: Client) -> None:
    for text in (TROOPS, "SOUTH SAYS: that north masses troops at the river!"):
        relation = check(client, text, limit=1)["matches"][0]["relation"]
        assert (relation["kind"], relation["probability"]) == ("repeats", 1.0)


@pytest.mark.parametrize(
    ("claim", "statement", "same"),
    [
        ("IT COSTS 5 %!", "It costs 5%.", True),
        ("It costs “5” euros", "It costs 5 euros", True),
        ("It costs 5", "It costs 5%", False),
        ("It costs $5", "It costs €5", False),
        ("It was -5 degrees", "It was 5 degrees", False),
        ("It costs 1,5 euros", "It costs 1.5 euros", True),
        ("It costs 3/4 of it", "It costs 3.4 of it", False),
        ("Over <5 tanks", "Over 5 tanks", False),
    ],
)
def test_equal_words_beside_other_signs_are_other_words(claim: str, statement: str, same: bool) -> None:
    record = Statement("s", StatementKind.CLAIM, statement, "en", Party("Desk"), citations=[], refutation_on_record=False)
    now = dt.datetime(2024, 7, 2)
    passage = Passage("s", PassageKind.TEXT, "en", statement)
    assert question_of(read(claim, "en"), passage, Dossier(record, [], [], {}, now, now)).worded is same


def test_spans_are_offsets_into_claim_and_statement(client: Client) -> None:
    text = "South bought forty tanks in March 2021"
    relation = check(client, text, limit=1)["matches"][0]["relation"]
    (difference,) = relation["differences"]
    assert difference["slot"] == "date"
    for side, whole in (("claim", text), ("statement", relation["against"]["text"])):
        span = difference[side]
        assert whole[span["start"] : span["end"]] == span["text"]
    assert (difference["claim"]["text"], difference["statement"]["text"]) == ("March 2021", "March 2023")


def test_repeating_a_denial_denies_the_statement(client: Client) -> None:
    match = check(client, "North says that its units only hold an exercise.")["matches"][0]
    assert match["matched"]["form"] == "refutation"
    assert match["relation"]["kind"] == "denies"
    assert match["relation"]["against"]["form"] == "refutation"
    assert not any(refutation["applies_to_claim"] for refutation in match["refutations"])


def test_a_refutation_that_only_counters_is_judged_like_anything_else(client: Client) -> None:
    match = check(client, "Observers counted no additional vehicles.")["matches"][0]
    assert match["matched"]["form"] == "refutation"
    assert match["relation"]["kind"] == "related"
    assert match["relation"]["against"]["text"] == TROOPS


def test_what_is_merely_related_is_no_known_statement(client: Client) -> None:
    answer = check(client, "Ducks swim on a quiet pond", limit=1)
    assert answer["matches"][0]["relation"]["kind"] == "related"
    assert answer["verdict"]["kind"] == "no_known_statement"
    assert "On the same topic" in answer["verdict"]["sentence"]


def test_all_claims_of_a_request_are_judged_at_once(settings: Settings) -> None:
    model = WordRelations()
    calls: list[int] = []
    judge_pairs = model.probabilities

    class Counting(WordRelations):
        def probabilities(self, pairs: Any) -> Any:
            calls.append(len(pairs))
            return judge_pairs(pairs)

    parts = assemble(settings, Encoders(WordEncoder("all-MiniLM-L6-v2")), relation_model=Counting(), confidence=CONFIDENCE)
    with TestClient(create_app(parts)) as client:
        claims = [
            {"text": text, "min_probability": 0, "limit": 2}
            for text in ("many north troops", "about forty tanks", "the wheat harvest")
        ]
        assert client.post(BATCH, json={"claims": claims}).status_code == 200
        assert client.post(CHECK, json={"text": "nothing fits", "min_probability": 1}).status_code == 200
    assert calls == [1, 9, 0]  # the first asks whether the model is well, when the service starts


def test_a_word_that_plans_leaves_it_open_whether_refutations_apply(client: Client) -> None:
    answer = check(client, "North will be massing troops near the river")
    (match,) = (match for match in answer["matches"] if match["statement"]["id"] == "north-masses-troops")
    assert match["relation"]["kind"] == "repeats"
    assert [difference["claim"]["text"] for difference in match["relation"]["differences"]] == ["will"]
    assert {refutation["applies_to_claim"] for refutation in match["refutations"]} == {None}
    assert answer["verdict"]["kind"] == "known_statement"


def test_turned_off_nothing_is_judged_and_the_verdict_says_so(settings: Settings) -> None:
    off = Settings(data_dir=settings.data_dir, seeds=settings.seeds, relation="off")
    model = WordRelations()
    parts = assemble(off, Encoders(WordEncoder("all-MiniLM-L6-v2")), relation_model=model)
    with TestClient(create_app(parts)) as client:
        answer = check(client, TROOPS)
        ready = client.get("/health/ready").json()["parts"]["relation"]
    assert model.judged == []
    assert answer["matches"][0]["relation"] is None
    assert answer["matches"][0]["refutations"][0]["applies_to_claim"] is None
    assert answer["verdict"]["kind"] == "known_statement"
    assert answer["verdict"]["polarity_judged"] is False
    assert "is not judged" in answer["verdict"]["sentence"]
    assert answer["produced_by"]["relation_model"] is None
    assert ready == {"ok": True, "detail": "turned off"}


def test_turned_off_retrieval_alone_decides(settings: Settings) -> None:
    text = "North is not massing troops near the river"
    found = {}
    for relation in ("on", "off"):
        parts = fake_parts(Settings(data_dir=settings.data_dir, seeds=settings.seeds, relation=relation))
        with TestClient(create_app(parts)) as client:
            found[relation] = match_of(check(client, text, min_probability=0), "north-masses-troops")
    assert found["off"]["probability"] == pytest.approx(found["on"]["probability"], rel=1e-6)
    assert (found["off"]["relation"], found["on"]["relation"]["kind"]) == (None, "denies")
