"""When what stands against a statement stands against a claim, too, and what the verdict says."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from index.kinds import PassageKind, Rated, RefutationKind, RelationKind, StatementKind
from index.records import Citation, Dossier, Party, Passage, Rating, Refutation, Review, Statement
from index.search.features import Features
from index.search.fusion import Candidate
from service.check.answers import Match, VerdictKind
from service.check.relation import Relation
from service.check.slots import Difference, Slot
from service.check.verdict import APPLIES_FROM, decide, refutations_apply

CITED = [Citation("paper")]
STATEMENT = Statement("s", StatementKind.ACCUSATION, "North masses troops.", "en", Party("South"), CITED, True)
PASSAGE = Passage("s", PassageKind.TEXT, "en", STATEMENT.text)
DENIAL = Refutation("d", RefutationKind.DENIAL, "No troops.", "en", Party("North"), CITED, denies=["s"])
COUNTER = Refutation("c", RefutationKind.FACT, "Nobody saw any.", "en", Party("Observers"), CITED, counters=["s"])
REVIEW = Review("r", "s", Citation("checker"), Party("Checker"), "en", Rating(Rated.FALSE, "Pants on fire"))
NOW = dt.datetime(2024, 7, 2)


def relation(kind: RelationKind = RelationKind.REPEATS, probability: float = 0.95, differing: bool = False) -> Relation:
    differences = [Difference(Slot.NEGATION, None, None)] if differing else []
    return Relation(kind, probability, differences, PASSAGE)


def match(*refutations: Refutation, judged: Relation | None = None, probability: float = 0.95) -> Match:
    dossier = Dossier(STATEMENT, list(refutations), [], {}, NOW, NOW)
    candidate = Candidate("s", PASSAGE, Features(0.9, 0.9, 0.0, 0.9, 0.9), False, 1.0, 1.0)
    applies = refutations_apply(judged, probability) if judged else None
    return Match(dossier, candidate, probability, judged, applies, None)


def test_refutations_apply_to_a_claim_that_surely_repeats_the_statement() -> None:
    assert refutations_apply(relation(), 0.95) is True


@pytest.mark.parametrize(
    ("judged", "probability"),
    [
        (relation(differing=True), 0.99),
        (relation(probability=0.99), APPLIES_FROM / 0.99 - 0.01),
        (relation(probability=APPLIES_FROM / 0.99 - 0.01), 0.99),
        (relation(probability=0.8), 0.8),
    ],
)
def test_it_is_left_open_where_words_differ_or_either_probability_is_low(judged: Relation, probability: float) -> None:
    assert refutations_apply(judged, probability) is None


@pytest.mark.parametrize("kind", [kind for kind in RelationKind if kind is not RelationKind.REPEATS])
def test_refutations_never_apply_to_a_claim_that_does_something_else(kind: RelationKind) -> None:
    assert refutations_apply(relation(kind, 0.99), 0.99) is False


def review_as_refutation() -> Refutation:
    refutation = REVIEW.refutation()
    assert refutation
    return refutation


@pytest.mark.parametrize(
    ("refutations", "kind", "words"),
    [
        ([], VerdictKind.KNOWN_WITHOUT_REFUTATION, "no official refutation on record"),
        ([COUNTER], VerdictKind.CONTESTED, "1 official refutation on record"),
        ([review_as_refutation()], VerdictKind.CONTESTED, "rated as false by 1 fact-check"),
        ([DENIAL], VerdictKind.OFFICIALLY_REFUTED, "1 official refutation on record"),
        ([DENIAL, COUNTER, review_as_refutation()], VerdictKind.OFFICIALLY_REFUTED, "2 official refutations on record, rated"),
    ],
)
def test_a_review_or_a_counter_statement_is_no_official_denial(
    refutations: list[Refutation], kind: VerdictKind, words: str
) -> None:
    verdict = decide([match(*refutations, judged=relation())], polarity_judged=True)
    assert verdict.kind is kind
    assert words in verdict.sentence


def test_a_claim_that_repeats_less_surely_is_not_called_refuted() -> None:
    unsure = decide([match(DENIAL, judged=relation(probability=0.6))], polarity_judged=True)
    assert unsure.kind is VerdictKind.KNOWN_STATEMENT
    assert "compare the two" in unsure.sentence


def test_the_likeliest_telling_match_is_followed() -> None:
    merely = msgspec.structs.replace(match(DENIAL, judged=relation(RelationKind.RELATED, 0.99)), probability=0.99)
    assert decide([merely], polarity_judged=True).kind is VerdictKind.NO_KNOWN_STATEMENT
    followed = decide([merely, match(judged=relation(RelationKind.DIFFERS))], polarity_judged=True)
    assert followed.kind is VerdictKind.DIFFERS_IN_DETAIL
