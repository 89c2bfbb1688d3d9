"""What retrieval and relation tell together, by models that can be computed by hand."""

from __future__ import annotations

import math

import msgspec
import pytest

from index.kinds import PassageKind, RelationKind
from index.models.cross_encoder import ALMOST_NOTHING, CLASSES
from index.records import Passage
from index.search.calibration import Explanation, Model
from service.check.confidence import ABOUT, RETRIEVAL, Confidence, load_confidence, log_odds
from service.check.mentions import Span
from service.check.relation import Relation
from service.check.slots import Difference, Slot

RELATED, REPEATS = RelationKind.RELATED.value, RelationKind.REPEATS.value
CONFIDENCE = Confidence(
    about=Model(1.0, {RETRIEVAL: 0.5, RELATED: -1.0}),
    applies=Model(0.0, {ABOUT: 1.0, REPEATS: 2.0, "negation": -3.0}),
    looked_at_from=0.05,
    threshold=0.4,
    related_from=0.4,
    review=0.2,
    applies_from=0.7,
)


def relation(kind: RelationKind = RelationKind.REPEATS, sure: float = 0.9, negated: bool = False) -> Relation:
    rest = (1 - sure) / (len(CLASSES) - 1)
    kinds = tuple(sure if one is kind else rest for one in CLASSES)
    differences = [Difference(Slot.NEGATION, Span("not", 0, 3), None)] if negated else []
    return Relation(kind, sure, differences, Passage("s", PassageKind.TEXT, "en", "text"), Span("claim", 0, 5), kinds)


def test_a_second_look_weighs_retrieval_and_relation() -> None:
    found = CONFIDENCE.about_statement(0.8, relation(sure=0.9))
    assert found == pytest.approx(1 / (1 + math.exp(-(1.0 + 0.5 * math.log(4) - math.log(0.025)))))
    assert CONFIDENCE.about_statement(0.8, relation(RelationKind.RELATED)) < found


def test_what_is_certain_stays_finite() -> None:
    certain = relation(sure=1.0)
    assert 0 < CONFIDENCE.about_statement(1.0, certain) <= 1
    assert 0 <= CONFIDENCE.about_statement(0.0, certain) < 1
    assert log_odds(1.0) == -log_odds(0.0) == 14
    assert min(certain.kinds) < ALMOST_NOTHING


def test_refutations_apply_where_all_of_it_is_sure_enough() -> None:
    assert CONFIDENCE.refutations_apply(0.95, relation()) is True
    assert CONFIDENCE.refutations_apply(0.6, relation(sure=0.7)) is None
    assert CONFIDENCE.refutations_apply(0.95, relation(negated=True)) is None


def test_refutations_need_more_where_two_are_named_the_other_way_round() -> None:
    turned = msgspec.structs.replace(relation(), turned=True)
    assert CONFIDENCE.refutations_apply(0.9, relation()) is True  # 0.88
    assert CONFIDENCE.refutations_apply(0.9, turned) is None
    assert CONFIDENCE.refutations_apply(0.95, turned) is True  # 0.94


def test_whether_refutations_apply_is_left_open_where_roles_may_be_exchanged() -> None:
    kinds = {RelationKind.REPEATS: 0.8, RelationKind.REVERSES: 0.2}
    exchanged = msgspec.structs.replace(relation(), kinds=tuple(kinds.get(one, 0.0) for one in CLASSES))
    other = msgspec.structs.replace(relation(), kinds=tuple({RelationKind.REPEATS: 0.8}.get(one, 0.05) for one in CLASSES))
    assert CONFIDENCE.refutations_apply(0.99, exchanged) is None
    assert CONFIDENCE.refutations_apply(0.99, other) is True


@pytest.mark.parametrize("kind", [kind for kind in RelationKind if kind is not RelationKind.REPEATS])
def test_refutations_never_apply_to_a_claim_that_does_something_else(kind: RelationKind) -> None:
    assert CONFIDENCE.refutations_apply(0.99, relation(kind, 0.99)) is False


def test_the_explanation_adds_up_to_the_probability() -> None:
    retrieval = Explanation({"fused": 2.0, "behind_best": 0.1}, {"fused": 1.5, "behind_best": -3.0}, -1.0)
    alone = 1 / (1 + math.exp(-(-1.0 + 1.5 * 2.0 - 3.0 * 0.1)))
    told = CONFIDENCE._explanation(retrieval, alone, relation(sure=0.6))
    summed = told.intercept + sum(told.weights[name] * told.features[name] for name in told.weights)
    assert 1 / (1 + math.exp(-summed)) == pytest.approx(CONFIDENCE.about_statement(alone, relation(sure=0.6)), abs=1e-6)


def test_the_packaged_models_have_a_weight_for_nothing_else_and_sensible_thresholds() -> None:
    kinds = {kind.value for kind in RelationKind}
    packaged = load_confidence()
    assert set(packaged.about.weights) == {RETRIEVAL, *kinds}
    assert set(packaged.applies.weights) == {ABOUT, *kinds, Slot.NEGATION.value, Slot.MODALITY.value}
    assert packaged.about.weights[RETRIEVAL] > 0 > packaged.about.weights[RELATED]
    assert 0 < packaged.looked_at_from <= packaged.review < packaged.threshold <= packaged.related_from < packaged.applies_from < 1
