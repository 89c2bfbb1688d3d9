"""The refit: it finds a known fault, leaves a good model alone, and is not spoilt by few or wrong labels."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from index.errors import InvalidRecord
from index.kinds import RelationKind
from index.models.cross_encoder import CLASSES, PairScorer
from index.models.encoders import Encoders
from index.models.runtime import FloatArray
from index.search.calibration import Calibration, Model
from index.search.retriever import Retriever
from index.store.sql import SqlStore
from service.check.confidence import ABOUT, RETRIEVAL, Confidence
from service.check.relation import Judge
from service.evaluation.refit import LabelledClaim, Service, read_claims, refit
from service.evaluation.refit.fitting import Part, shrunk, with_thresholds
from service.evaluation.refit.looking import look
from service.evaluation.refit.shrunk import Problem, correct, folds_of, solve
from tests.fakes import WordEncoder, WordRelations
from tests.service.evaluation.labelled_base import Mistaken, bundled_ids, claims, document, example

BY_COSINE = Model(-10.0, {"cosine": 20.0})
"""Even odds for a candidate that shares half of the claim's words."""
CONFIDENCE = Confidence(Model(0.0, {RETRIEVAL: 1.0}), Model(0.0, {ABOUT: 1.0}), 0.02, 0.3, 0.3, 0.1, 0.6)
DENIES, REVERSES = CLASSES.index(RelationKind.DENIES), CLASSES.index(RelationKind.REVERSES)


@pytest.fixture
def base(tmp_path: Path) -> Iterator[tuple[SqlStore, Retriever]]:
    store = SqlStore(f"sqlite:///{tmp_path}/made.sqlite")
    store.load([document(60)])
    yield store, Retriever(store, Encoders(WordEncoder()), tmp_path / "index")
    store.close()


def service(base: tuple[SqlStore, Retriever], model: PairScorer, confidence: Confidence = CONFIDENCE) -> Service:
    return Service(*base, Calibration(BY_COSINE, BY_COSINE, 0.3, 0.1), Judge(model), confidence)


def test_a_fault_of_the_relation_is_found_and_put_right(base: tuple[SqlStore, Retriever]) -> None:
    told = refit(service(base, Mistaken()), claims(10))
    assert told.before.relation_right == pytest.approx(2 / 3)
    assert told.after.relation_right == 1
    assert told.after.relation_loss is not None
    assert told.before.relation_loss is not None
    assert told.after.relation_loss < told.before.relation_loss
    bias = told.fit.values.combination.bias
    assert bias[DENIES] > 0 > bias[REVERSES]


def test_probabilities_that_are_all_too_low_are_put_right(base: tuple[SqlStore, Retriever]) -> None:
    timid = msgspec.structs.replace(CONFIDENCE, about=Model(-12.0, {RETRIEVAL: 1.0}))
    told = refit(service(base, WordRelations(), timid), claims(10))
    assert told.fit.choice.about.strength is not None
    assert told.fit.choice.about.after < told.fit.choice.about.before
    assert (told.before.refuted_told, told.after.refuted_told) == (0, 1)
    assert told.fit.values.confidence.threshold == timid.threshold  # 30 claims about statements are too few for another one


@pytest.mark.parametrize("seed", range(3))
def test_labels_by_chance_make_nothing_worse(base: tuple[SqlStore, Retriever], seed: int) -> None:
    chance = random.Random(seed)
    some = [
        msgspec.structs.replace(claim, relation=chance.choice(CLASSES[:4])) if claim.statement else claim for claim in claims(8)
    ]
    told = refit(service(base, WordRelations()), some)
    for part in Part:
        assert told.after.loss(part) <= told.before.loss(part) + 1e-9


def test_a_part_that_does_not_get_better_stays_as_packaged(base: tuple[SqlStore, Retriever]) -> None:
    sure = msgspec.structs.replace(CONFIDENCE, about=Model(-8.0, {RETRIEVAL: 2.0}))
    told = refit(service(base, Sure(), sure), claims(8))
    assert told.fit.choice.relation.strength is None
    assert told.fit.values.combination == told.packaged.combination
    assert told.after.relation_loss == told.before.relation_loss


class Sure(WordRelations):
    """Right, and as sure as it is right."""

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> FloatArray:
        found = super().probabilities(pairs)
        return np.where(found > 0.5, np.float32(1 - 4e-9), np.float32(1e-9)).astype(np.float32)


def test_one_wrong_label_among_few_claims_spoils_nothing(base: tuple[SqlStore, Retriever]) -> None:
    some = claims(8)
    wrong = [msgspec.structs.replace(some[0], relation=RelationKind.DENIES), *some[1:]]
    told = refit(service(base, WordRelations()), wrong)
    assert max(map(abs, told.fit.choice.relation.values)) < 0.7
    assert (told.after.wrongly_told, told.after.unrelated_answered) == (told.before.wrongly_told, told.before.unrelated_answered)


def test_thresholds_move_only_where_claims_are_enough(base: tuple[SqlStore, Retriever]) -> None:
    few, many = (look(service(base, WordRelations()), claims(statements)) for statements in (16, 60))
    timid = msgspec.structs.replace(CONFIDENCE, about=Model(-10.0, {RETRIEVAL: 1.0}))
    assert with_thresholds(CONFIDENCE, few) == CONFIDENCE
    assert with_thresholds(timid, few) == timid
    assert with_thresholds(timid, many).threshold < timid.threshold
    assert 0.5 < with_thresholds(CONFIDENCE, many).applies_from < CONFIDENCE.applies_from  # of 240 claims, one may be told wrongly


def test_a_threshold_is_raised_only_where_that_pays_and_never_beyond_even_odds(base: tuple[SqlStore, Retriever]) -> None:
    easy = claims(60)
    misleading = [*easy, LabelledClaim(f"{easy[0].text} tomorrow", "en")]
    asked = look(service(base, WordRelations()), easy), look(service(base, WordRelations()), misleading)
    assert [with_thresholds(CONFIDENCE, some).threshold for some in asked] == [CONFIDENCE.threshold, 0.5]


def test_a_threshold_goes_half_the_way_with_fifty_claims() -> None:
    assert shrunk(0.9, 0.1, 50) == 0.5
    assert 0.5 < shrunk(0.9, 0.1, 100) < 0.9


def test_the_same_claims_give_the_same_values(base: tuple[SqlStore, Retriever]) -> None:
    assert refit(service(base, Mistaken()), claims(6)).fit == refit(service(base, Mistaken()), claims(6)).fit


def test_the_model_judges_no_pair_twice(base: tuple[SqlStore, Retriever]) -> None:
    model = Mistaken()
    refit(service(base, model), claims(6))
    assert len(model.judged) == len(set(model.judged))


def test_a_claim_about_two_statements_counts_neither_as_wrong(base: tuple[SqlStore, Retriever]) -> None:
    both = claims(8)
    twice = [*both, LabelledClaim(both[0].text, "en", "made-1", RelationKind.DENIES)]
    told = refit(service(base, WordRelations()), twice)
    assert told.after.wrongly_told == told.before.wrongly_told == 0


# --- corrections by hand


def problem(odds: list[float], right: list[int]) -> Problem:
    effects = np.array([[[0.0, 0.0], [odd, 1.0]] for odd in odds])
    groups = [str(place) for place in range(len(odds))]
    return Problem(np.array([[0.0, odd] for odd in odds]), effects, np.array(right), np.ones(len(odds)), groups)


def test_a_correction_is_the_penalised_optimum() -> None:
    """With even odds only the intercept can move: there, penalty and slope of the loss are equal."""
    found = solve(problem([0.0] * 10, [1] * 9 + [0]), 4.0)
    assert found[0] == pytest.approx(0, abs=1e-6)
    assert 4 * found[1] == pytest.approx(9 - 10 / (1 + np.exp(-found[1])), abs=1e-4)


def test_a_stronger_penalty_stays_nearer() -> None:
    case = problem([0.0] * 10, [1] * 9 + [0])
    moved = [float(np.abs(solve(case, strength)).sum()) for strength in (1.0, 16.0, 1000.0)]
    assert moved == sorted(moved, reverse=True)
    assert moved[-1] < 0.01


def test_fewer_groups_than_folds_leave_the_model() -> None:
    assert correct(problem([0.0] * 4, [1, 1, 1, 1])).strength is None
    assert correct(problem([0.0] * 40, [1] * 40)).strength is not None


def test_no_cases_leave_the_model() -> None:
    none = Problem(np.zeros((0, 2)), np.zeros((0, 2, 2)), np.zeros(0, np.int64), np.zeros(0), [])
    assert correct(none).values == (0.0, 0.0)


def test_labels_turned_round_do_not_turn_the_model_round() -> None:
    odds = [3.0, -3.0] * 20
    assert correct(problem(odds, [0, 1] * 20)).values == (0.0, 0.0)


def test_groups_are_never_parted() -> None:
    groups = ["a", "b", "a", "c", "d", "e", "f", "a", "b"]
    folds = folds_of(groups)
    assert all(len({fold for fold, other in zip(folds, groups, strict=True) if other == group}) == 1 for group in groups)
    assert set(folds) == {0, 1, 2, 3, 4}


# --- the file


def line(**fields: object) -> str:
    return msgspec.json.encode(fields).decode()


def test_claims_are_read_from_json_lines_and_csv(tmp_path: Path) -> None:
    rows = [LabelledClaim(f"Claim {n}", "en", "known", RelationKind.DENIES) for n in range(19)] + [LabelledClaim("Of none")]
    lines = [line(text=one.text, language="en", statement="known", relation="denies", note="x") for one in rows[:-1]]
    (tmp_path / "claims.jsonl").write_text("\n".join([*lines, line(text="Of none", statement=None)]))
    table = "".join(f"{one.text},en,known,denies\n" for one in rows[:-1])
    (tmp_path / "claims.csv").write_text(f"text,language,statement,relation\n{table}Of none,,,\n")
    for name in ("claims.jsonl", "claims.csv"):
        assert read_claims(tmp_path / name, {"known"}) == rows


def test_the_documentations_example_can_be_read(tmp_path: Path) -> None:
    lines = example("Make it surer on your own claims")
    assert len(lines) == 5
    path = tmp_path / "claims.jsonl"
    path.write_text("\n".join([*lines, *(line(text=f"Claim {n}") for n in range(20))]))
    assert [claim.statement is None for claim in read_claims(path, bundled_ids())[:5]] == [False] * 4 + [True]


def test_all_that_is_wrong_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    bad = [
        line(text="A", statement="unknown-1", relation="repeats"),
        line(text="B", statement="unknown-2", relation="agrees"),
        line(text=" "),
        line(text="C", relation="denies"),
        line(text="D", language="English"),
        "nonsense",
        line(text="E", statement="known"),
        line(text="E", statement="known"),
    ]
    path.write_text("\n".join(bad))
    with pytest.raises(InvalidRecord) as caught:
        read_claims(path, {"known"})
    said = [problem.removeprefix(f"{path}: ") for problem in caught.value.problems]
    assert [one.split(":")[0] for one in said] == [f"line {n}" for n in (1, 2, 2, 3, 4, 5, 6, 8)]
    for one, words in zip(
        said, ("unknown-1", "unknown-2", "'agrees'", "empty", "no statement", "ISO", "JSON", "line 7"), strict=True
    ):
        assert words in one


@pytest.mark.parametrize(("claims", "refused"), [(19, True), (20, False)])
def test_too_few_claims_are_refused(tmp_path: Path, claims: int, refused: bool) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text("\n".join(line(text=f"Claim {n}") for n in range(claims)))
    if refused:
        with pytest.raises(InvalidRecord, match="19 claims are too few: 20 are needed, and from 30 on"):
            read_claims(path, set())
    else:
        assert len(read_claims(path, set())) == 20
